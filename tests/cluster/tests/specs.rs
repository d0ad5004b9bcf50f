//! Upstream's own specs of kubeseal, with our program in its place and the real controller behind the Service.

#![allow(clippy::unwrap_used, reason = "a suite that cannot go on is a failed test")]

use std::fs;
use std::os::unix::fs::symlink;

use serde_json::Value;
use signet_cluster_tests::{Cluster, Installation, ours, output, peer};

#[test]
fn all_of_them_pass() {
    let cluster = Cluster::shared();
    let _controller = Installation::sealed_secrets(cluster).start(&["--kubeclient-qps=-1"]);
    let kubeseal = cluster.directory().join("kubeseal");
    symlink(ours("signet"), &kubeseal).unwrap();
    let report = cluster.directory().join("specs.json");
    let mut specs = cluster.command(peer("kubeseal-specs"));
    specs
        .arg("--ginkgo.focus=^sealed-secrets integration tests kubeseal")
        .arg("--ginkgo.no-color")
        .arg(format!("--ginkgo.json-report={}", report.display()))
        .arg(format!("--kubeconfig={}", cluster.kubeconfig().display()))
        .arg(format!("--kubeseal-bin={}", kubeseal.display()))
        .arg(format!("--controller-bin={}", peer("controller").display()));
    let run = output(&mut specs, "");
    assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);

    let report: Value = serde_json::from_str(&fs::read_to_string(report).unwrap()).unwrap();
    let specs = report[0]["SpecReports"].as_array().unwrap().iter();
    let of_kubeseal = specs.filter(|spec| {
        let text = spec["ContainerHierarchyTexts"][0].as_str();
        text.is_some_and(|text| text.starts_with("kubeseal"))
    });
    let states: Vec<_> = of_kubeseal.map(|spec| spec["State"].as_str().unwrap()).collect();
    assert_eq!(states, ["passed"; 15]);
}
