//! The real controller 0.40 and ours through the same situations: Secrets, owners, conditions and events.
//!
//! A [`Situation`] is a script of steps in a namespace of its own. All run side by side, step by step, first under the real controller and then
//! under ours. What differs in the end stands in `differences.md`, under the row of `docs/compatibility.md` that it is there for; anything else
//! that differs, and anything there that does not, is a failure.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a suite that cannot go on is a failed test"
)]

mod comparison;
mod deletions;
mod edits;
mod existing;
mod malformed;
mod meant;
mod outcome;
mod run;
mod scopes;
mod sealed;
mod situation;
mod steps;
mod templates;

use std::collections::BTreeSet;

use signet_cluster_tests::{Cluster, Installation};

use crate::{comparison::differences, run::run, situation::Situation};

#[test]
fn both_controllers_make_the_same_of_every_situation_but_for_what_is_meant() {
    let cluster = Cluster::shared();
    let situations = situations();
    let mut names = BTreeSet::new();
    for Situation { name, .. } in &situations {
        assert!(names.insert(name), "two situations have one name: {name}");
    }
    let theirs = {
        let controller = Installation::sealed_secrets(cluster).start(UNLIMITED);
        run(cluster, &controller.certificate(), &situations)
    };
    let ours = {
        let controller = Installation::signet(cluster).start(&[]);
        run(cluster, &controller.certificate(), &situations)
    };
    let outcomes = situations.iter().zip(theirs.iter().zip(&ours));
    let found: BTreeSet<_> = outcomes
        .flat_map(|(situation, (theirs, ours))| differences(&situation.name, theirs, ours))
        .collect();
    let meant = meant::all();
    let report = |title: &str, differences: Vec<_>| {
        let lines: String = differences.iter().map(|difference| format!("{difference}\n")).collect();
        if lines.is_empty() {
            lines
        } else {
            format!("{title}:\n{lines}")
        }
    };
    let report = report("not meant", found.difference(&meant).collect())
        + &report("meant, but not so", meant.difference(&found).collect());
    assert!(report.is_empty(), "{} situations\n{report}", situations.len());
}

fn situations() -> Vec<Situation> {
    let groups = [
        existing::situations(),
        edits::situations(),
        deletions::situations(),
        scopes::situations(),
        templates::situations(),
        malformed::situations(),
    ];
    groups.into_iter().flatten().collect()
}

/// The real controller would wait between its requests.
const UNLIMITED: &[&str] = &["--kubeclient-qps=1000", "--kubeclient-burst=1000"];
