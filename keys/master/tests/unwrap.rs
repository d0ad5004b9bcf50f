//! Samples of sops: each key unwraps what it wraps, and nothing else does.

mod samples;

use std::{fs, os::unix::fs::PermissionsExt, sync::Arc};

use samples::{Answers, Outcome, error_of, key_path, reason, surroundings, unwrap_sample, vector};
use tempfile::tempdir;

const SHAMIR_2_OF_2: &str = "shamir_2of2.enc.yaml";
const SHAMIR_2_OF_3: &str = "shamir_2of3_age_age_pgp.enc.yaml";

#[test]
fn each_identity_from_each_place() -> Outcome {
    let home = tempdir()?;
    let secret = |name: &str| fs::read_to_string(vector("keys").join(name));
    let (age1, age2, pq) = (secret("age1.txt")?, secret("age2.txt")?, secret("age_pq.txt")?);
    let both = format!("{age2}\n\n# a comment\n{age1}");
    let words = format!(
        "{} {}",
        age2.lines().last().unwrap_or_default(),
        age1.lines().last().unwrap_or_default()
    );
    let cat = |name: &str| format!("cat '{}'", key_path(name));
    let case = |sample: &'static str, name: &'static str, value: &str| (sample, name, value.to_owned());
    for (sample, name, value) in [
        case("age_pq.enc.yaml", "SOPS_AGE_KEY", &pq),
        case("age_pq.enc.yaml", "SOPS_AGE_KEY_FILE", &key_path("age_pq.txt")),
        case("age_pq.enc.yaml", "SOPS_AGE_KEY_CMD", &cat("age_pq.txt")),
        case(
            "age_ssh_ed25519.enc.yaml",
            "SOPS_AGE_SSH_PRIVATE_KEY_FILE",
            &key_path("id_ed25519"),
        ),
        case(
            "age_ssh_ed25519.enc.yaml",
            "SOPS_AGE_SSH_PRIVATE_KEY_CMD",
            &cat("id_ed25519"),
        ),
        case(
            "age_ssh_rsa.enc.yaml",
            "SOPS_AGE_SSH_PRIVATE_KEY_FILE",
            &key_path("id_rsa"),
        ),
        case(SHAMIR_2_OF_2, "SOPS_AGE_KEY", &both),
        case(SHAMIR_2_OF_2, "SOPS_AGE_KEY", &words),
        case(SHAMIR_2_OF_3, "SOPS_AGE_KEY", &both),
    ] {
        let surroundings = surroundings(home.path(), &[(name, &value)], Arc::new(Answers::default()));
        assert!(unwrap_sample(sample, &surroundings)?.is_ok(), "{sample} {name}");
    }
    Ok(())
}

#[test]
fn files_of_the_home_directory() -> Outcome {
    for (sample, key, place) in [
        ("age_ssh_ed25519.enc.yaml", "id_ed25519", ".ssh/id_ed25519"),
        ("age_ssh_rsa.enc.yaml", "id_rsa", ".ssh/id_rsa"),
        ("age_pq.enc.yaml", "age_pq.txt", ".config/sops/age/keys.txt"),
    ] {
        let home = tempdir()?;
        let path = home.path().join(place);
        fs::create_dir_all(path.parent().ok_or("no folder")?)?;
        let surroundings = surroundings(home.path(), &[], Arc::new(Answers::default()));
        assert!(
            unwrap_sample(sample, &surroundings)?.is_err(),
            "{place} is not there yet"
        );
        fs::copy(vector("keys").join(key), &path)?;
        assert!(unwrap_sample(sample, &surroundings)?.is_ok(), "{place}");
    }
    Ok(())
}

#[test]
fn a_passphrase_is_asked_for_once_and_only_where_it_helps() -> Outcome {
    let home = tempdir()?;
    let ssh = key_path("id_ed25519_passphrase_pw");
    for (passphrase, succeeds) in [
        (Some("pw"), true),
        (Some("wrong"), false),
        (Some(""), false),
        (None, false),
    ] {
        let answers = Arc::new(Answers {
            passphrase,
            ..Default::default()
        });
        let surroundings = surroundings(home.path(), &[("SOPS_AGE_SSH_PRIVATE_KEY_FILE", &ssh)], answers.clone());
        let unwrapped = unwrap_sample("age_ssh_ed25519_passphrase.enc.yaml", &surroundings)?;
        assert_eq!(unwrapped.is_ok(), succeeds, "{passphrase:?}");
        let question = format!("Enter passphrase for {ssh:?}:");
        assert_eq!(
            answers.asked.lock().map(|asked| asked.clone()).unwrap_or_default(),
            [question]
        );
        let other = Arc::new(Answers {
            passphrase,
            ..Default::default()
        });
        let surroundings = self::surroundings(home.path(), &[("SOPS_AGE_SSH_PRIVATE_KEY_FILE", &ssh)], other.clone());
        assert!(unwrap_sample("age_ssh_ed25519.enc.yaml", &surroundings)?.is_err());
        assert!(
            other.asked.lock().is_ok_and(|asked| asked.is_empty()),
            "the file is not for this key"
        );
    }
    Ok(())
}

#[test]
fn an_encrypted_file_of_identities() -> Outcome {
    let home = tempdir()?;
    let file = key_path("age1_passphrase_hunter2.age");
    let second = fs::read_to_string(vector("keys").join("age2.txt"))?;
    let variables = [("SOPS_AGE_KEY_FILE", file.as_str()), ("SOPS_AGE_KEY", second.as_str())];
    for (passphrase, reason_of_failure) in [
        (Some("hunter2"), None),
        (Some("hunter3"), Some("incorrect passphrase")),
        (None, Some("could not read passphrase: nobody is there")),
    ] {
        let answers = Arc::new(Answers {
            passphrase,
            ..Default::default()
        });
        let surroundings = surroundings(home.path(), &variables, answers.clone());
        let unwrapped = unwrap_sample(SHAMIR_2_OF_2, &surroundings)?;
        match reason_of_failure {
            None => assert!(unwrapped.is_ok()),
            Some(expected) => {
                let reason = reason(&error_of(unwrapped)?);
                assert!(reason.contains(expected), "{reason}");
            }
        }
        let asked = answers.asked.lock().map(|asked| asked.clone()).unwrap_or_default();
        assert_eq!(
            asked,
            ["Enter passphrase for identity 'SOPS_AGE_KEY_FILE':"],
            "{passphrase:?}"
        );
    }
    Ok(())
}

#[test]
fn a_command_learns_the_recipient() -> Outcome {
    let home = tempdir()?;
    let script = home.path().join("key of");
    let (age1, age2) = (key_path("age1.txt"), key_path("age2.txt"));
    fs::write(
        &script,
        format!("#!/bin/sh\ncase $SOPS_AGE_RECIPIENT in age1fmh*) cat {age1};; *) cat {age2};; esac\n"),
    )?;
    fs::set_permissions(&script, fs::Permissions::from_mode(0o700))?;
    let line = format!("'{}' # each", script.display());
    let surroundings = surroundings(
        home.path(),
        &[("SOPS_AGE_KEY_CMD", &line)],
        Arc::new(Answers::default()),
    );
    assert!(unwrap_sample(SHAMIR_2_OF_2, &surroundings)?.is_ok());
    Ok(())
}

#[test]
fn places_that_are_of_no_use_are_told_and_do_not_stop_the_others() -> Outcome {
    let home = tempdir()?;
    let garbage = home.path().join("garbage");
    fs::write(&garbage, b"AGE-SECRET-KEY-1NOTAKEY\n")?;
    let garbage = garbage.display().to_string();
    let missing = home.path().join("missing").display().to_string();
    let public = key_path("id_rsa.pub");
    let locked = format!("cat '{}'", key_path("id_ed25519_passphrase_pw"));
    for (name, value, expected) in [
        (
            "SOPS_AGE_KEY_FILE",
            &*missing,
            "failed to open SOPS_AGE_KEY_FILE file: open ",
        ),
        (
            "SOPS_AGE_KEY_FILE",
            &garbage,
            "failed to parse 'SOPS_AGE_KEY_FILE' age identities: malformed secret key",
        ),
        (
            "SOPS_AGE_KEY",
            "hello",
            "failed to parse 'SOPS_AGE_KEY' age identities: unknown identity type",
        ),
        (
            "SOPS_AGE_KEY",
            "AGE-PLUGIN-NONESUCH-1QQQ",
            "failed to parse 'SOPS_AGE_KEY' age identities",
        ),
        (
            "SOPS_AGE_KEY_CMD",
            "'",
            "failed to parse command ': EOF found when expecting closing quote",
        ),
        ("SOPS_AGE_KEY_CMD", "", "failed to execute command : no command"),
        (
            "SOPS_AGE_KEY_CMD",
            "false",
            "failed to execute command false: exit status 1",
        ),
        (
            "SOPS_AGE_KEY_CMD",
            "/no/such",
            "failed to execute command /no/such: exec: \"/no/such\": no such file or directory",
        ),
        ("SOPS_AGE_SSH_PRIVATE_KEY_FILE", &missing, "failed to open file: open "),
        ("SOPS_AGE_SSH_PRIVATE_KEY_FILE", &public, "malformed SSH identity in "),
        (
            "SOPS_AGE_SSH_PRIVATE_KEY_CMD",
            "echo hello",
            "malformed SSH identity returned by running",
        ),
        (
            "SOPS_AGE_SSH_PRIVATE_KEY_CMD",
            &locked,
            "is password protected, which is unsupported.",
        ),
    ] {
        let alone = surroundings(home.path(), &[(name, value)], Arc::new(Answers::default()));
        let reason = reason(&error_of(unwrap_sample("age_pq.enc.yaml", &alone)?)?);
        assert!(
            reason.starts_with("failed to load age identities. Errors while loading age identities: "),
            "{reason}"
        );
        assert!(reason.contains(expected), "{name}: {reason}");
        assert!(!reason.contains("NOTAKEY"), "{reason}");

        let place = home.path().join(".config/sops/age");
        fs::create_dir_all(&place)?;
        fs::copy(vector("keys/age_pq.txt"), place.join("keys.txt"))?;
        assert!(unwrap_sample("age_pq.enc.yaml", &alone)?.is_ok(), "{name}={value}");
        fs::remove_file(place.join("keys.txt"))?;
    }
    Ok(())
}
