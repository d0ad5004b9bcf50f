//! The real gpg, with a keyring of its own.

mod samples;

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    process::{Command, Stdio},
    sync::Arc,
};

use samples::{Answers, Outcome, end_agent, pgp, surroundings, unwrap_sample, vector};
use signet_document::tree::Time;
use signet_master_keys::{DecryptionOrder, Surroundings, unwrap, wrap};
use signet_plaintext::DataKey;
use tempfile::TempDir;

const FINGERPRINT: &str = "4715AC7DAE8AEE999A85E2BEE50DF15244FC77B7";

/// A keyring whose agent ends with it.
struct Keyring(TempDir);

impl Keyring {
    fn new(with_secret: bool) -> Outcome<Self> {
        let keyring = Self(tempfile::tempdir()?);
        fs::set_permissions(keyring.0.path(), fs::Permissions::from_mode(0o700))?;
        if with_secret {
            let mut import = Command::new("gpg");
            import
                .args(["--batch", "--import"])
                .arg(vector("keys/pgp_test_secret.asc"));
            import.env("GNUPGHOME", keyring.0.path()).stderr(Stdio::null());
            let status = import
                .status()
                .map_err(|error| format!("gpg: {error}; install it: apt-get install gnupg"))?;
            assert!(status.success(), "gpg --import");
        }
        Ok(keyring)
    }

    fn surroundings(&self, more: &[(&str, &str)]) -> Outcome<Surroundings> {
        let home = self.0.path().to_str().ok_or("a path")?;
        let variables: Vec<_> = more.iter().copied().chain([("GNUPGHOME", home)]).collect();
        Ok(surroundings(self.0.path(), &variables, Arc::new(Answers::default())))
    }
}

impl Drop for Keyring {
    fn drop(&mut self) {
        end_agent(self.0.path());
    }
}

#[test]
fn samples_of_gpg_and_of_sops_own_openpgp() -> Outcome {
    let (keyring, empty) = (Keyring::new(true)?, Keyring::new(false)?);
    for sample in ["pgp_gpg.enc.yaml", "pgp_inprocess_openpgp.enc.yaml"] {
        assert!(unwrap_sample(sample, &keyring.surroundings(&[])?)?.is_ok(), "{sample}");
        assert!(
            unwrap_sample(sample, &empty.surroundings(&[])?)?.is_err(),
            "{sample} without a key"
        );
    }
    Ok(())
}

#[test]
fn two_of_three_with_each_one_missing() -> Outcome {
    let (keyring, empty) = (Keyring::new(true)?, Keyring::new(false)?);
    let key = |name: &str| fs::read_to_string(vector("keys").join(name));
    let (age1, age2) = (key("age1.txt")?, key("age2.txt")?);
    let both = format!("{age1}\n{age2}");
    for (keyring, age, succeeds) in [
        (&keyring, &both, true),
        (&keyring, &age1, true),
        (&keyring, &age2, true),
        (&empty, &both, true),
        (&empty, &age1, false),
        (&keyring, &String::new(), false),
    ] {
        let surroundings = keyring.surroundings(&[("SOPS_AGE_KEY", age)])?;
        let unwrapped = unwrap_sample("shamir_2of3_age_age_pgp.enc.yaml", &surroundings)?;
        assert_eq!(unwrapped.is_ok(), succeeds);
    }
    Ok(())
}

#[test]
fn there_and_back() -> Outcome {
    let keyring = Keyring::new(true)?;
    let surroundings = keyring.surroundings(&[])?;
    let key = DataKey::from([9; 32]);
    let now = Time {
        timestamp: jiff::Timestamp::UNIX_EPOCH,
        offset: jiff::tz::Offset::UTC,
    };
    let wrapped = |fingerprint: &str| wrap(&[vec![pgp(fingerprint)]], None, &key, now, &mut |_| {}, &surroundings);
    for fingerprint in [FINGERPRINT, &FINGERPRINT[24..]] {
        let groups = wrapped(fingerprint)?.groups;
        let made = &groups[0].keys[0];
        assert!(made.ciphertext.starts_with("-----BEGIN PGP MESSAGE-----\n"));
        assert!(made.ciphertext.ends_with("-----END PGP MESSAGE-----"));
        assert!(made.created == Some(now));
        assert!(unwrap(&groups, None, &DecryptionOrder::default(), &surroundings)?.same(&key));
    }
    for unknown in ["0000000000000000000000000000000000000000", "-h", "", "nobody"] {
        assert!(wrapped(unknown).is_err(), "{unknown}");
    }
    Ok(())
}
