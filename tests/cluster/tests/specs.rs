//! Upstream's own specs, with our programs in the places of theirs, under their definition of the kind.

#![allow(clippy::unwrap_used, reason = "a suite that cannot go on is a failed test")]

use std::fs;
use std::os::unix::fs::symlink;

use serde_json::Value;
use signet_cluster_tests::{Cluster, Installation, ours, output, peer};

#[test]
fn all_of_them_pass_with_our_programs() {
    let cluster = Cluster::shared();
    let ours = Installation::signet(cluster);
    ours.define_as_upstream();
    let _controller = ours.start(&[]);
    assert_eq!(passed(cluster, "ours", ""), SPECS);
}

#[test]
fn those_of_kubeseal_pass_with_the_real_controller() {
    let cluster = Cluster::shared();
    let _controller = Installation::sealed_secrets(cluster).start(&["--kubeclient-qps=-1"]);
    assert_eq!(
        passed(cluster, "theirs", "^sealed-secrets integration tests kubeseal"),
        SPECS_OF_KUBESEAL
    );
}

/// How many of the specs whose names match `focus` have passed. None may fail.
fn passed(cluster: &Cluster, name: &str, focus: &str) -> usize {
    let folder = cluster.directory().join(name);
    fs::create_dir(&folder).unwrap();
    let (kubeseal, report) = (folder.join("kubeseal"), folder.join("report.json"));
    symlink(ours("signet"), &kubeseal).unwrap();
    let mut specs = cluster.command(peer("kubeseal-specs"));
    specs
        .arg(format!("--ginkgo.focus={focus}"))
        .args(CONTRADICTED.map(|name| format!("--ginkgo.skip={name}")))
        .arg("--ginkgo.no-color")
        .arg(format!("--ginkgo.json-report={}", report.display()))
        .arg(format!("--kubeconfig={}", cluster.kubeconfig().display()))
        .arg(format!("--kubeseal-bin={}", kubeseal.display()))
        .arg(format!("--controller-bin={}", ours("signet-controller").display()));
    let run = output(&mut specs, "");
    assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);

    let report: Value = serde_json::from_str(&fs::read_to_string(report).unwrap()).unwrap();
    let specs = report[0]["SpecReports"].as_array().unwrap().iter();
    let run = specs.filter(|spec| spec["LeafNodeType"] == "It" && spec["State"] != "skipped");
    run.inspect(|spec| assert_eq!(spec["State"], "passed", "{spec}"))
        .count()
}

/// What they say nobody wants: that there is no Secret after the one in its way has gone. See docs/compatibility.md.
const CONTRADICTED: [&str; 2] = [
    "With unowned secret without managed annotation should not recreate the secret",
    "With unowned secret with patch annotation should not recreate the secret",
];

/// All but those two, of 41.
const SPECS: usize = 39;
const SPECS_OF_KUBESEAL: usize = 15;
