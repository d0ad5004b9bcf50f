//! Key groups, shares, and documents that are not what they should be.

mod samples;

use std::{fs, path::Path, sync::Arc};

use samples::{Answers, Outcome, age, error_of, groups, reason, surroundings, unwrap_sample, vector, wrapped};
use signet_master_keys::{DecryptionOrder, Surroundings, UnwrapError, unwrap};
use signet_sops::{AwsKms, GcpKms, KeyGroup, MasterKey};

const SHAMIR_2_OF_2: &str = "shamir_2of2.enc.yaml";
const SHAMIR_2_OF_3: &str = "shamir_2of3_age_age_pgp.enc.yaml";

fn with_identities(names: &[&str]) -> Outcome<Surroundings> {
    let keys: Result<Vec<_>, _> = names
        .iter()
        .map(|name| fs::read_to_string(vector("keys").join(name)))
        .collect();
    Ok(surroundings(
        Path::new("/nonexistent"),
        &[("SOPS_AGE_KEY", &keys?.join("\n"))],
        Arc::new(Answers::default()),
    ))
}

#[test]
fn too_few_groups_are_not_enough() -> Outcome {
    for (sample, keys) in [
        (SHAMIR_2_OF_2, &["age1.txt"][..]),
        (SHAMIR_2_OF_2, &["age2.txt"]),
        (SHAMIR_2_OF_2, &[]),
        (SHAMIR_2_OF_3, &["age1.txt"]),
        (SHAMIR_2_OF_3, &["age2.txt"]),
        ("age_pq.enc.yaml", &["age1.txt", "age2.txt"]),
    ] {
        let error = error_of(unwrap_sample(sample, &with_identities(keys)?)?)?;
        assert!(matches!(error, UnwrapError::NotRecovered(_)), "{sample} {keys:?}");
    }
    Ok(())
}

#[test]
fn shares_that_do_not_belong_together() -> Outcome {
    let surroundings = with_identities(&["age1.txt", "age2.txt", "age_pq.txt"])?;
    let (shares, _) = groups(SHAMIR_2_OF_2)?;
    let (whole, _) = groups("age_pq.enc.yaml")?;
    let order = DecryptionOrder::default();
    let [first, second] = shares.as_slice() else {
        return Err("two groups".into());
    };
    let twice = [first.clone(), first.clone()];
    assert!(matches!(
        error_of(unwrap(&twice, Some(2), &order, &surroundings))?,
        UnwrapError::Shares(_)
    ));
    // A share is no data key, and a data key is no share.
    for groups in [
        &[first.clone()][..],
        &[whole[0].clone(), second.clone()],
        &[whole[0].clone(), whole[0].clone()],
    ] {
        let error = error_of(unwrap(groups, Some(2), &order, &surroundings))?;
        assert!(reason(&error).contains("bytes of a key"), "{error}");
    }
    // A threshold of which nobody can have enough.
    for threshold in [3, 256, u32::MAX] {
        let error = error_of(unwrap(&shares, Some(threshold), &order, &surroundings))?;
        assert!(matches!(error, UnwrapError::NotRecovered(_)), "{threshold}");
    }
    for threshold in [None, Some(0), Some(1), Some(2)] {
        assert!(
            unwrap(&shares, threshold, &order, &surroundings).is_ok(),
            "{threshold:?}"
        );
    }
    Ok(())
}

#[test]
fn documents_without_keys_or_with_other_ones() -> Outcome {
    let surroundings = with_identities(&["age1.txt"])?;
    let order = DecryptionOrder::default();
    for groups in [
        vec![],
        vec![KeyGroup::default()],
        vec![KeyGroup::default(), KeyGroup::default()],
    ] {
        assert!(matches!(
            error_of(unwrap(&groups, None, &order, &surroundings))?,
            UnwrapError::NotRecovered(_)
        ));
    }
    let resource = "projects/p/locations/l/keyRings/r/cryptoKeys/k".to_owned();
    let (arn, role, context, profile) = (
        "arn:aws:kms:r:1:key/k".to_owned(),
        None,
        Default::default(),
        String::new(),
    );
    let keys = vec![
        wrapped(MasterKey::GcpKms(GcpKms { resource }), "CT"),
        wrapped(
            MasterKey::AwsKms(AwsKms {
                arn,
                role,
                context,
                profile,
            }),
            "CT",
        ),
    ];
    let error = error_of(unwrap(&[KeyGroup::from(keys)], None, &order, &surroundings))?.to_string();
    assert!(error.contains("  projects/p/locations/l/keyRings/r/cryptoKeys/k: FAILED\n    - | Google Cloud KMS is not supported yet\n  \n"), "{error}");
    assert!(error.contains("    - | AWS KMS is not supported yet\n\n"), "{error}");
    Ok(())
}

#[test]
fn what_is_no_age_file() -> Outcome {
    let surroundings = with_identities(&["age_pq.txt"])?;
    let (sample, _) = groups("age_pq.enc.yaml")?;
    let good = sample[0].keys[0].ciphertext.clone();
    let cut = |length: usize| good.get(..length).unwrap_or_default().to_owned();
    for ciphertext in [
        String::new(),
        "hello".to_owned(),
        cut(100),
        cut(good.len() - 60),
        good.replace("AGE ENCRYPTED FILE", "PGP MESSAGE"),
        good.replacen("YWdl", "YWdm", 1),
        format!("{good}{}", "x".repeat(1 << 16)),
    ] {
        let group = KeyGroup::from(vec![wrapped(age("age1pq1x"), &ciphertext)]);
        let unwrapped = unwrap(&[group], None, &DecryptionOrder::default(), &surroundings);
        assert!(
            matches!(error_of(unwrapped)?, UnwrapError::NotRecovered(_)),
            "{}",
            ciphertext.len()
        );
    }
    Ok(())
}
