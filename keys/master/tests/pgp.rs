//! OpenPGP in process, crossed with the real gpg.

mod samples;

use std::{
    error::Error,
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
};

use samples::{
    Answers, Outcome, end_agent, error_of, key_path, pgp, reason, surroundings, unwrap_sample, vector, wrapped,
};
use signet_document::tree::Time;
use signet_master_keys::{DecryptionOrder, Surroundings, unwrap, wrap};
use signet_plaintext::DataKey;
use signet_sops::KeyGroup;
use tempfile::TempDir;

const FINGERPRINT: &str = "4715AC7DAE8AEE999A85E2BEE50DF15244FC77B7";

/// A directory of gpg with keys that it has made.
struct Gpg(TempDir);

impl Gpg {
    fn new() -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700))?;
        Ok(Self(folder))
    }

    /// What gpg writes.
    fn run(&self, arguments: &[&str]) -> Outcome<String> {
        let mut command = Command::new("gpg");
        command.args(["--batch", "--pinentry-mode", "loopback"]).args(arguments);
        let output = command.env("GNUPGHOME", self.0.path()).stdin(Stdio::null()).output();
        let output = output.map_err(|error| format!("gpg: {error}; install it: apt-get install gnupg"))?;
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "gpg {arguments:?}: {stderr}");
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Makes a key with a subkey to encrypt to, and gives its fingerprint. `more` are arguments in front.
    fn generate(&self, more: &[&str], kind: &str, subkey: &str, passphrase: &str) -> Outcome<String> {
        let name = format!("{kind} {subkey}");
        let with = |arguments: &[&str]| self.run(&[more, &["--passphrase", passphrase], arguments].concat());
        with(&["--quick-gen-key", &name, kind, "cert", "1d"])?;
        let listing = self.run(&["--with-colons", "--list-keys", &format!("={name}")])?;
        let line = listing.lines().find_map(|line| line.strip_prefix("fpr:::::::::"));
        let fingerprint = line.ok_or("no fingerprint")?.trim_end_matches(':').to_owned();
        with(&["--quick-add-key", &fingerprint, subkey, "encrypt", "1d"])?;
        Ok(fingerprint)
    }

    fn secret(&self, fingerprint: &str, passphrase: &str) -> Outcome<String> {
        self.run(&["--passphrase", passphrase, "-a", "--export-secret-keys", fingerprint])
    }

    /// With gpg alone.
    fn surroundings(&self) -> Outcome<Surroundings> {
        let home = self.0.path().to_str().ok_or("a path")?;
        Ok(surroundings(
            self.0.path(),
            &[("GNUPGHOME", home)],
            Arc::new(Answers::default()),
        ))
    }
}

impl Drop for Gpg {
    fn drop(&mut self) {
        end_agent(self.0.path());
    }
}

/// With variables, and without gpg.
fn without_gpg(variables: &[(&str, &str)]) -> Surroundings {
    asking(variables, Arc::new(Answers::default()))
}

fn asking(variables: &[(&str, &str)], answers: Arc<Answers>) -> Surroundings {
    let variables: Vec<_> = variables
        .iter()
        .copied()
        .chain([("SOPS_GPG_EXEC", "/nonexistent/gpg")])
        .collect();
    surroundings(Path::new("/nonexistent"), &variables, answers)
}

const NOW: Time = Time {
    timestamp: jiff::Timestamp::UNIX_EPOCH,
    offset: jiff::tz::Offset::UTC,
};

fn key() -> DataKey {
    DataKey::from([9; 32])
}

fn wrapped_for(fingerprint: &str, surroundings: &Surroundings) -> Outcome<Vec<KeyGroup>> {
    Ok(wrap(&[vec![pgp(fingerprint)]], None, &key(), NOW, &mut |_| {}, surroundings)?.groups)
}

fn opens(groups: &[KeyGroup], surroundings: &Surroundings) -> Outcome<bool> {
    Ok(unwrap(groups, None, &DecryptionOrder::default(), surroundings)?.same(&key()))
}

#[test]
fn samples_of_gpg_and_of_sops_own_openpgp() -> Outcome {
    let (path, text) = (
        key_path("pgp_test_secret.asc"),
        fs::read_to_string(vector("keys/pgp_test_secret.asc"))?,
    );
    for sample in ["pgp_gpg.enc.yaml", "pgp_inprocess_openpgp.enc.yaml"] {
        for variables in [
            &[("SOPS_PGP_KEY", &*text)][..],
            &[("SOPS_PGP_KEY_FILE", &path)],
            &[("SOPS_PGP_KEY", &text), ("SOPS_PGP_INPROCESS", "true")],
            &[
                ("SOPS_PGP_KEY", ""),
                ("SOPS_PGP_KEY_FILE", &path),
                ("SOPS_PGP_INPROCESS", "0"),
            ],
        ] {
            let names: Vec<_> = variables.iter().map(|(name, _)| name).collect();
            assert!(
                unwrap_sample(sample, &without_gpg(variables))?.is_ok(),
                "{sample} {names:?}"
            );
        }
    }
    Ok(())
}

#[test]
fn keyrings_of_an_old_gnupg() -> Outcome {
    let folder = tempfile::tempdir()?;
    let gpg = Gpg::new()?;
    let key = key_path("pgp_test_secret.asc");
    let home = folder.path().to_str().ok_or("a path")?;
    let old = without_gpg(&[("GNUPGHOME", home)]);
    for (name, may_encrypt) in [("pubring.gpg", true), ("secring.gpg", false)] {
        let ring = folder.path().join(name);
        gpg.run(&["-o", ring.to_str().ok_or("a path")?, "--dearmor", &key])?;
        assert!(unwrap_sample("pgp_gpg.enc.yaml", &old)?.is_ok(), "{name}");
        assert_eq!(wrapped_for(FINGERPRINT, &old).is_ok(), may_encrypt, "{name}");
        fs::remove_file(ring)?;
    }
    Ok(())
}

#[test]
fn every_kind_of_key_both_ways() -> Outcome {
    let gpg = Gpg::new()?;
    let by_gpg = gpg.surroundings()?;
    for (kind, subkey) in [
        ("rsa2048", "rsa2048"),
        ("rsa3072", "cv25519"),
        ("ed25519", "cv25519"),
        ("nistp256", "nistp256"),
        ("nistp384", "nistp521"),
        ("dsa2048", "rsa2048"),
    ] {
        let fingerprint = gpg.generate(&[], kind, subkey, "")?;
        let secret = gpg.secret(&fingerprint, "")?;
        let in_process = without_gpg(&[("SOPS_PGP_KEY", &secret)]);
        let theirs = wrapped_for(&fingerprint, &by_gpg)?;
        assert!(opens(&theirs, &in_process)?, "{kind} {subkey}: of gpg");
        let ours = wrapped_for(&fingerprint, &in_process)?;
        assert!(opens(&ours, &by_gpg)?, "{kind} {subkey}: to gpg");
        assert!(opens(&ours, &in_process)?, "{kind} {subkey}: in process");
        let text = &ours[0].keys[0].ciphertext;
        assert!(text.starts_with("-----BEGIN PGP MESSAGE-----\n") && text.ends_with("-----END PGP MESSAGE-----"));
    }
    Ok(())
}

#[test]
fn several_keys_in_one_text_and_names_of_any_length() -> Outcome {
    let gpg = Gpg::new()?;
    let one = gpg.generate(&[], "ed25519", "cv25519", "")?;
    let other = gpg.generate(&[], "rsa2048", "rsa2048", "")?;
    let both = format!("# two keys\n{}\n{}", gpg.secret(&one, "")?, gpg.secret(&other, "")?);
    let in_process = without_gpg(&[("SOPS_PGP_KEY", &both)]);
    let by_gpg = gpg.surroundings()?;
    for fingerprint in [&one, &other] {
        for name in [&**fingerprint, &fingerprint[24..], &fingerprint.to_lowercase()] {
            assert!(opens(&wrapped_for(name, &in_process)?, &by_gpg)?, "{name}");
        }
    }
    Ok(())
}

#[test]
fn the_newest_subkey_or_the_very_one() -> Outcome {
    let gpg = Gpg::new()?;
    let fingerprint = gpg.generate(&["--faked-system-time", "20260101T000000!"], "rsa2048", "cv25519", "")?;
    // Those that have expired already would not be changed.
    for subkeys in [&[][..], &["*"]] {
        let expire = ["--passphrase", "", "--quick-set-expire", &fingerprint, "0"];
        gpg.run(&[&["--faked-system-time", "20260101T010000!"], &expire[..], subkeys].concat())?;
    }
    gpg.run(&[
        "--passphrase",
        "",
        "--quick-add-key",
        &fingerprint,
        "rsa2048",
        "encrypt",
        "0",
    ])?;
    let listing = gpg.run(&["--with-colons", "--list-keys", &fingerprint])?;
    let names = listing.lines().filter_map(|line| line.strip_prefix("fpr:::::::::"));
    let names: Vec<_> = names.map(|name| name.trim_end_matches(':')).collect();
    let [_, old, new] = names[..] else {
        return Err(listing.into());
    };
    let in_process = without_gpg(&[("SOPS_PGP_KEY", &gpg.secret(&fingerprint, "")?)]);
    for (name, expected) in [
        (fingerprint, new),
        (format!("{old}!"), old),
        (format!("{new}!"), new),
        (old.to_owned(), new),
    ] {
        let groups = wrapped_for(&name, &in_process)?;
        let message = gpg.0.path().join("message.asc");
        fs::write(&message, &groups[0].keys[0].ciphertext)?;
        let packets = gpg.run(&["--list-packets", message.to_str().ok_or("a path")?])?;
        assert!(
            packets.contains(&format!("keyid {}", &expected[24..])),
            "{name}: {packets}"
        );
    }
    Ok(())
}

#[test]
fn what_is_locked_asks_for_its_passphrase() -> Outcome {
    let gpg = Gpg::new()?;
    let fingerprint = gpg.generate(&[], "ed25519", "cv25519", "open sesame")?;
    let secret = gpg.secret(&fingerprint, "open sesame")?;
    let variables = [("SOPS_PGP_KEY", &*secret)];
    let groups = wrapped_for(&fingerprint, &without_gpg(&variables))?;
    for (passphrase, questions, message) in [
        (Some("open sesame"), 1, None),
        (Some("sesame"), 3, Some("incorrect passphrase")),
        (None, 1, Some("nobody is there")),
    ] {
        let answers = Arc::new(Answers {
            passphrase,
            ..Answers::default()
        });
        let result = unwrap(
            &groups,
            None,
            &DecryptionOrder::default(),
            &asking(&variables, answers.clone()),
        );
        match message {
            None => assert!(result?.same(&key())),
            Some(message) => {
                let reason = reason(&error_of(result)?);
                assert!(reason.contains(message), "{reason}");
            }
        }
        let asked = answers.asked.lock().map_err(|_| "poisoned")?.clone();
        assert_eq!(asked.len(), questions, "{asked:?}");
        assert!(asked[0].starts_with("Enter passphrase for OpenPGP key "), "{asked:?}");
    }
    Ok(())
}

#[test]
fn an_expired_key_decrypts_and_does_not_encrypt() -> Outcome {
    let gpg = Gpg::new()?;
    let past = ["--faked-system-time", "20260101T000000!"];
    let fingerprint = gpg.generate(&past, "rsa2048", "rsa2048", "")?;
    let plain = gpg.0.path().join("key");
    fs::write(&plain, [9; 32])?;
    let recipient = [
        "--trust-model",
        "always",
        "-r",
        &fingerprint,
        "-a",
        "-o",
        "-",
        "--encrypt",
    ];
    let message = gpg.run(&[&past, &recipient[..], &[plain.to_str().ok_or("a path")?]].concat())?;
    let in_process = without_gpg(&[("SOPS_PGP_KEY", &gpg.secret(&fingerprint, "")?)]);
    let group = KeyGroup::from(vec![wrapped(pgp(&fingerprint), &message)]);
    assert!(opens(&[group], &in_process)?);
    let error = message_of(wrapped_for(&fingerprint, &in_process))?;
    assert!(error.contains("expired") || error.contains("not live"), "{error}");
    Ok(())
}

#[test]
fn elgamal_is_for_gpg() -> Outcome {
    let gpg = Gpg::new()?;
    let fingerprint = gpg.generate(&[], "dsa2048", "elg2048", "")?;
    let in_process = without_gpg(&[("SOPS_PGP_KEY", &gpg.secret(&fingerprint, "")?)]);
    let by_gpg = gpg.surroundings()?;
    let theirs = wrapped_for(&fingerprint, &by_gpg)?;
    assert!(opens(&theirs, &by_gpg)?);
    let opened = unwrap(&theirs, None, &DecryptionOrder::default(), &in_process);
    let reason = reason(&error_of(opened)?);
    assert!(reason.contains("gpg alone has its algorithm"), "{reason}");
    let error = message_of(wrapped_for(&fingerprint, &in_process))?;
    assert!(error.contains("it has no valid encryption key"), "{error}");
    Ok(())
}

#[test]
fn a_revoked_key_does_not_encrypt() -> Outcome {
    let gpg = Gpg::new()?;
    let fingerprint = gpg.generate(&[], "rsa2048", "rsa2048", "")?;
    let certificate = gpg.0.path().join("openpgp-revocs.d").join(format!("{fingerprint}.rev"));
    // The colon keeps one from being imported by mistake.
    fs::write(
        &certificate,
        fs::read_to_string(&certificate)?.replace(":-----BEGIN", "-----BEGIN"),
    )?;
    gpg.run(&["--import", certificate.to_str().ok_or("a path")?])?;
    let in_process = without_gpg(&[("SOPS_PGP_KEY", &gpg.secret(&fingerprint, "")?)]);
    let error = message_of(wrapped_for(&fingerprint, &in_process))?;
    assert!(error.contains("it is revoked"), "{error}");
    Ok(())
}

#[test]
fn what_is_wrong_is_told() -> Outcome {
    let text = fs::read_to_string(vector("keys/pgp_test_secret.asc"))?;
    let cut = &text[..text.len() / 2];
    let only = ("SOPS_PGP_INPROCESS", "true");
    for (variables, expected) in [
        (
            &[only][..],
            "OpenPGP error: no keys: neither SOPS_PGP_KEY nor SOPS_PGP_KEY_FILE is set",
        ),
        (
            &[only, ("SOPS_PGP_KEY", "no key")],
            "OpenPGP error: SOPS_PGP_KEY has no OpenPGP keys",
        ),
        (
            &[only, ("SOPS_PGP_KEY", cut)],
            "OpenPGP error: SOPS_PGP_KEY has no OpenPGP keys",
        ),
        (
            &[only, ("SOPS_PGP_KEY_FILE", "/nonexistent/k")],
            "OpenPGP error: open /nonexistent/k: no such file",
        ),
        (&[("SOPS_PGP_KEY", "no key")], "GnuPG binary error: failed to"),
        (
            &[],
            "where there is no gpg, keys are taken from SOPS_PGP_KEY and SOPS_PGP_KEY_FILE",
        ),
    ] {
        let surroundings = without_gpg(variables);
        let error = message_of(wrapped_for(FINGERPRINT, &surroundings))?;
        assert!(error.contains(expected), "{error}");
        let error = reason(&error_of(unwrap_sample("pgp_gpg.enc.yaml", &surroundings)?)?);
        assert!(error.contains(expected), "{error}");
    }
    let given = without_gpg(&[only, ("SOPS_PGP_KEY", &text)]);
    for unknown in [
        "0000000000000000000000000000000000000000",
        "-h",
        "",
        "!",
        "nobody",
        "44FC77B7",
    ] {
        let error = message_of(wrapped_for(unknown, &given))?;
        assert!(
            error.contains(&format!("key with fingerprint '{unknown}' is not available")),
            "{error}"
        );
    }
    Ok(())
}

#[test]
fn messages_for_others_and_altered_ones_are_refused() -> Outcome {
    let gpg = Gpg::new()?;
    let fingerprint = gpg.generate(&[], "ed25519", "cv25519", "")?;
    let stranger = [
        ("SOPS_PGP_KEY", &*gpg.secret(&fingerprint, "")?),
        ("SOPS_PGP_INPROCESS", "true"),
    ];
    let error = reason(&error_of(unwrap_sample("pgp_gpg.enc.yaml", &without_gpg(&stranger))?)?);
    assert!(error.contains("no secret key is given for "), "{error}");
    let own = without_gpg(&stranger);
    let ciphertext = wrapped_for(&fingerprint, &own)?[0].keys[0].ciphertext.clone();
    for (altered, what) in [
        (String::new(), "empty"),
        ("age-encryption.org/v1".to_owned(), "another format"),
        (ciphertext[..ciphertext.len() / 2].to_owned(), "cut"),
        (ciphertext.lines().rev().collect::<Vec<_>>().join("\n"), "backwards"),
    ] {
        let group = KeyGroup::from(vec![wrapped(pgp(&fingerprint), &altered)]);
        assert!(
            unwrap(&[group], None, &DecryptionOrder::default(), &own).is_err(),
            "{what}"
        );
    }
    let body = ciphertext.find("\n\n").ok_or("no body")? + 2..ciphertext.rfind("\n=").unwrap_or(ciphertext.len());
    for at in body.step_by(7).filter(|at| ciphertext.as_bytes()[*at] != b'\n') {
        let mut altered = ciphertext.clone().into_bytes();
        altered[at] = if altered[at] == b'A' { b'B' } else { b'A' };
        let group = KeyGroup::from(vec![wrapped(pgp(&fingerprint), &String::from_utf8(altered)?)]);
        let opened = unwrap(&[group], None, &DecryptionOrder::default(), &own);
        assert!(!opened.is_ok_and(|opened| !opened.same(&key())), "at {at} another key");
    }
    Ok(())
}

/// The message where there must be an error.
fn message_of<T>(result: Result<T, Box<dyn Error>>) -> Outcome<String> {
    Ok(error_of(result)?.to_string())
}
