//! Upstream's own functional tests, with the real program and with ours in its place.

mod desk;
mod service;

use desk::{Desk, Report};
use signet_sops_tests::{Fault, Program};

#[test]
fn what_real_sops_passes_ours_passes() -> Result<(), Fault> {
    let service = service::start()?;
    let ours = Program::ours()?;
    let theirs = Desk::new(&Program::theirs()?, service)?.run()?;
    let faults = failed(&theirs, |_| false);
    assert!(faults.is_empty(), "real sops itself fails{faults}");
    assert_eq!(theirs.passed.len(), TESTS, "the number of upstream's tests");
    let results = Desk::new(&ours, service)?.run()?;
    assert!(
        theirs.passed.keys().eq(results.passed.keys()),
        "ours has not been asked the same"
    );
    // Another program in the place of ours may have them all.
    let is_excused = |test: &str| !ours.stands_in() && NOT_YET_OURS.iter().any(|(name, _)| *name == test);
    let faults = failed(&results, is_excused);
    assert!(faults.is_empty(), "what real sops passes, ours fails{faults}");
    for (test, reason) in NOT_YET_OURS {
        let passes = results.passed.get(*test) == Some(&true);
        assert!(
            ours.stands_in() || !passes,
            "ours passes {test}, which is in the table: {reason}"
        );
    }
    println!(
        "functional: {} of {TESTS} pass",
        results.passed.values().filter(|passed| **passed).count()
    );
    Ok(())
}

/// Each test that failed and is not excused, with what it said.
fn failed(report: &Report, is_excused: impl Fn(&str) -> bool) -> String {
    let tests = report
        .passed
        .iter()
        .filter(|(test, passed)| !**passed && !is_excused(test));
    tests
        .map(|(test, _)| format!("\n== {test}\n{}\n", report.said(test)))
        .collect()
}

/// What ours need not pass, and why. Nothing else is excused.
const NOT_YET_OURS: &[(&str, &str)] = &[
    ("publish_json_file_s3", "no `publish` yet"),
    ("publish_json_file_vault", "no `publish` yet"),
    ("publish_json_file_vault_version_1", "no `publish` yet"),
    ("encrypt_json_file_kms", "no AWS KMS yet"),
    ("roundtrip_kms_encryption_context", "no AWS KMS yet"),
];

/// How many tests upstream has in 3.13.3.
const TESTS: usize = 41;
