//! The same command lines through the real kubeseal and ours, with the real controller behind the Service.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a suite that cannot go on is a failed test"
)]

mod connections;
mod proxy;
mod sealed;
mod surroundings;

use signet_kubeseal_tests::{Program, Report};
use surroundings::Surroundings;

#[test]
fn every_command_line_gives_what_kubeseal_gives() {
    let surroundings = Surroundings::new();
    let (theirs, ours) = (Program::theirs(), Program::ours());
    let mut report = Report::default();
    let all = [connections::cases(&surroundings), sealed::cases(&surroundings)];
    for case in all.into_iter().flatten() {
        report.compare(&case.name, &theirs.run(&case), &ours.run(&case));
    }
    assert!(report.len() >= 40, "{} cases", report.len());
    report.finish("cluster");
}
