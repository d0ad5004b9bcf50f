//! What sops 3.13.3 wrote with the same variables where no key unwrapped, word for word.

mod samples;

use std::{fs, path::Path, sync::Arc};

use samples::{Answers, Outcome, error_of, surroundings, unwrap_sample, vector};

#[test]
fn reports_are_upstreams() -> Outcome {
    let key = |name: &str| fs::read_to_string(vector("keys").join(name));
    let (age1, age2) = (key("age1.txt")?, key("age2.txt")?);
    let both = format!("{age1}\n{age2}");
    let first = ("SOPS_AGE_KEY", age1.as_str());
    let pq = "age_pq.enc.yaml";
    let wrong = [
        ("SOPS_AGE_KEY", both.as_str()),
        ("SOPS_AGE_SSH_PRIVATE_KEY_FILE", "/nonexistent/key"),
        ("SOPS_AGE_KEY_CMD", "false"),
    ];
    let bad = [("SOPS_AGE_KEY", "hello"), ("SOPS_AGE_KEY_FILE", "/nonexistent/x")];
    for (report, sample, variables) in [
        ("shamir_2of2", "shamir_2of2.enc.yaml", &[first][..]),
        ("wrong_identity", pq, &[first]),
        ("two_wrong_identities", pq, &wrong),
        ("no_identities", "age_ssh_ed25519.enc.yaml", &[]),
        ("bad_identity", pq, &bad),
        ("empty_identities", pq, &[("SOPS_AGE_KEY", "")]),
    ] {
        let surroundings = surroundings(Path::new("/nonexistent"), variables, Arc::new(Answers::default()));
        let error = error_of(unwrap_sample(sample, &surroundings)?)?;
        let expected = fs::read_to_string(vector("reports").join(format!("{report}.txt")))?;
        assert_eq!(format!("{error}\n"), expected, "{report}");
    }
    Ok(())
}
