//! What is wrapped is unwrapped again, and what cannot be wrapped is refused whole.

mod samples;

use std::{collections::BTreeMap, fs, path::Path, sync::Arc};

use samples::{Answers, Outcome, age, error_of, key_path, pgp, surroundings, vector};
use signet_document::tree::Time;
use signet_master_keys::{DecryptionOrder, Surroundings, WrapError, Wrapped, unwrap, wrap};
use signet_plaintext::DataKey;
use signet_sops::{HuaweiKms, MasterKey, shamir::SplitError};

const AGE1: &str = "age1fmhvl6k38yzn29z8l6apc6jpnf9ccadtxnrh4qa63na2hx05c99q23r0fh";
const AGE2: &str = "age1nk0rpa9r0kkcamvqaje6jeukufr5567wmgjmfgeltfq2yq487caqmdwapr";

fn key() -> DataKey {
    DataKey::from(std::array::from_fn(|index| index as u8))
}

fn now() -> Time {
    Time {
        timestamp: jiff::Timestamp::UNIX_EPOCH,
        offset: jiff::tz::Offset::UTC,
    }
}

fn wrapped(
    groups: &[Vec<MasterKey>],
    threshold: Option<u32>,
    surroundings: &Surroundings,
) -> Result<Wrapped, WrapError> {
    let mut next = 1u8;
    let mut random = |bytes: &mut [u8]| {
        for byte in bytes {
            next = next.wrapping_mul(31).wrapping_add(17);
            *byte = next;
        }
    };
    wrap(groups, threshold, &key(), now(), &mut random, surroundings)
}

fn with_keys(names: &[&str]) -> Outcome<Surroundings> {
    let keys: Result<Vec<_>, _> = names
        .iter()
        .map(|name| fs::read_to_string(vector("keys").join(name)))
        .collect();
    let ssh = key_path("id_rsa");
    let variables = [
        ("SOPS_AGE_KEY", keys?.join("\n")),
        ("SOPS_AGE_SSH_PRIVATE_KEY_FILE", ssh),
    ];
    let variables = variables.each_ref().map(|(name, value)| (*name, value.as_str()));
    Ok(surroundings(
        Path::new("/nonexistent"),
        &variables,
        Arc::new(Answers::default()),
    ))
}

#[test]
fn each_recipient() -> Outcome {
    let pq = fs::read_to_string(vector("keys/age_pq.pub"))?;
    let rsa = fs::read_to_string(vector("keys/id_rsa.pub"))?;
    let surroundings = with_keys(&["age1.txt", "age_pq.txt"])?;
    for recipient in [AGE1, &pq, &format!(" {AGE1}\n"), &rsa] {
        let Wrapped {
            groups,
            shamir_threshold,
        } = wrapped(&[vec![age(recipient)]], None, &surroundings)?;
        let wrapped = &groups[0].keys[0];
        assert!(
            wrapped.ciphertext.starts_with("-----BEGIN AGE ENCRYPTED FILE-----\n"),
            "{recipient}"
        );
        assert!(
            wrapped.ciphertext.ends_with("\n-----END AGE ENCRYPTED FILE-----\n"),
            "{recipient}"
        );
        assert!(wrapped.created.is_none() && shamir_threshold.is_none());
        let unwrapped = unwrap(&groups, None, &DecryptionOrder::default(), &surroundings)?;
        assert!(unwrapped.same(&key()), "{recipient}");
    }
    Ok(())
}

#[test]
fn thresholds() -> Outcome {
    let groups = [vec![age(AGE1)], vec![age(AGE2)], vec![age(AGE1), age(AGE2)]];
    let (one, both) = (with_keys(&["age1.txt"])?, with_keys(&["age1.txt", "age2.txt"])?);
    let order = DecryptionOrder::default();
    for (threshold, written, one_suffices) in [
        (None, 3, false),
        (Some(0), 3, false),
        (Some(2), 2, true),
        (Some(3), 3, false),
    ] {
        let Wrapped {
            groups,
            shamir_threshold,
        } = wrapped(&groups, threshold, &both)?;
        assert_eq!(shamir_threshold, Some(written));
        assert!(
            unwrap(&groups, shamir_threshold, &order, &both)?.same(&key()),
            "{threshold:?}"
        );
        let unwrapped = unwrap(&groups, shamir_threshold, &order, &one);
        assert_eq!(
            unwrapped.is_ok_and(|unwrapped| unwrapped.same(&key())),
            one_suffices,
            "{threshold:?}"
        );
    }
    assert_eq!(
        wrapped(&groups[..1], Some(7), &both)?.shamir_threshold,
        Some(7),
        "one group has no shares"
    );
    Ok(())
}

#[test]
fn groups_that_cannot_be() -> Outcome {
    let surroundings = with_keys(&[])?;
    let group = || vec![age(AGE1)];
    let error = |groups: &[Vec<MasterKey>], threshold| error_of(wrapped(groups, threshold, &surroundings));
    assert!(matches!(error(&[], None)?, WrapError::NoGroups));
    for groups in [&[vec![]][..], &[group(), vec![]], &[vec![], vec![]]] {
        assert_eq!(error(groups, None)?.to_string(), "empty key group provided");
    }
    for (threshold, expected) in [
        (1, SplitError::Threshold),
        (3, SplitError::Parts),
        (256, SplitError::Parts),
        (257, SplitError::Parts),
    ] {
        let error = error(&[group(), group()], Some(threshold))?;
        assert!(
            matches!(error, WrapError::Split(error) if error == expected),
            "{threshold}"
        );
    }
    let many: Vec<_> = (0..256).map(|_| group()).collect();
    assert!(matches!(error(&many, Some(2))?, WrapError::TooManyGroups));
    Ok(())
}

#[test]
fn keys_that_do_not_wrap_are_all_told() -> Outcome {
    let surroundings = with_keys(&[])?;
    let huawei = MasterKey::HuaweiKms(HuaweiKms { key: "r:u".to_owned() });
    let error = error_of(wrapped(&[vec![age("x"), age(AGE1), huawei]], None, &surroundings))?;
    assert_eq!(
        error.to_string(),
        "failed to encrypt new data key with master key \"x\": failed to parse input, unknown recipient type: \"x\" failed to encrypt new \
         data key with master key \"r:u\": Huawei Cloud KMS is not supported yet"
    );
    let pq = fs::read_to_string(vector("keys/age_pq.pub"))?;
    for recipient in [
        "",
        "age1",
        "age1pq1",
        "age1qqqq",
        &AGE1[..AGE1.len() - 1],
        &AGE1.to_uppercase(),
        &pq.trim().replace("age1pq1l", "age1pq1q"),
        "age1nonesuch1qqqq",
        "ssh-rsa",
        "ssh-ed25519 AAAA",
        "ssh-dss AAAAB3NzaC1kc3M=",
        "AGE-SECRET-KEY-1K0ZE",
    ] {
        let error = error_of(wrapped(&[vec![age(recipient)]], None, &surroundings))?;
        assert!(
            matches!(error, WrapError::Keys(ref keys) if keys.len() == 1),
            "{recipient}"
        );
    }
    Ok(())
}

#[test]
fn a_gpg_that_does_not_do_it() -> Outcome {
    let home = tempfile::tempdir()?;
    let path = BTreeMap::from([("PATH", std::env::var("PATH")?)]);
    for (program, expected) in [
        (
            "/nonexistent/gpg",
            "exec: \"/nonexistent/gpg\": no such file or directory",
        ),
        ("true", "zero bytes returned"),
        ("false", "failed to encrypt sops data key with pgp: "),
    ] {
        let variables = [("SOPS_GPG_EXEC", program), ("PATH", path["PATH"].as_str())];
        let surroundings = surroundings(home.path(), &variables, Arc::new(Answers::default()));
        let error = error_of(wrapped(&[vec![pgp("00")]], None, &surroundings))?.to_string();
        assert!(error.contains(expected), "{error}");
        let group = signet_sops::KeyGroup::from(vec![samples::wrapped(pgp("00"), "x")]);
        let error = error_of(unwrap(&[group], None, &DecryptionOrder::default(), &surroundings))?.to_string();
        assert!(
            error.contains("could not decrypt data key with PGP key: GnuPG"),
            "{error}"
        );
    }
    Ok(())
}
