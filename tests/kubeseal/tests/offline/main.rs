//! Command lines that need no cluster.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on is a failed test"
)]

mod certificates;
mod flags;
mod manifests;
mod merge;
mod modes;
mod namespaces;
mod raw;
mod recovery;
mod written;

use signet_kubeseal_tests::{Case, Program, Report, fixture};

#[test]
fn every_command_line_gives_what_kubeseal_gives() {
    let (theirs, ours) = (Program::theirs(), Program::ours());
    let mut report = Report::default();
    let all = [
        certificates::cases(),
        flags::cases(),
        manifests::cases(),
        merge::cases(),
        modes::cases(),
        namespaces::cases(),
        raw::cases(),
        recovery::cases(),
        written::cases(),
    ];
    for case in all.into_iter().flatten() {
        let case = furnish(case);
        report.compare(&case.name, &theirs.run(&case), &ours.run(&case));
    }
    assert!(report.len() >= 150, "{} cases", report.len());
    report.finish("offline");
}

/// Every folder has the same fixtures.
fn furnish(mut case: Case) -> Case {
    for (name, source) in [
        ("cert.pem", "certificate.pem"),
        ("expired.pem", "expired.pem"),
        ("key.pem", "key.pem"),
        ("other-key.pem", "other-key.pem"),
        ("sealed.yaml", "sealed.yaml"),
        ("config", "kubeconfig.yaml"),
    ] {
        case = case.file(name, fixture(source));
    }
    case
}

/// `--cert cert.pem` and more, about [`SECRET`].
fn seal(name: &str, arguments: &str) -> Case {
    Case::new(name, &format!("--cert cert.pem {arguments}")).stdin(SECRET)
}

const SECRET: &str =
    "apiVersion: v1\nkind: Secret\nmetadata: {name: app, namespace: team}\nstringData: {password: s3cr3t}\n";
const NOWHERE: &str = "apiVersion: v1\nkind: Secret\nmetadata: {name: app}\nstringData: {password: s3cr3t}\n";
