//! The chart is right for every Kubernetes from 1.28 to 1.36, whatever its values.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on is a failed test"
)]

use std::collections::BTreeSet;

use serde_json::{Value, json};
use signet_chart_tests::{Chart, Release};

#[test]
fn every_object_is_as_each_release_wants_it() {
    let releases = Release::all();
    let versions: BTreeSet<_> = releases.iter().map(|release| release.version.as_str()).collect();
    let expected = ["1.28", "1.29", "1.30", "1.31", "1.32", "1.33", "1.34", "1.35", "1.36"];
    assert_eq!(versions, BTreeSet::from(expected));
    for chart in Chart::all() {
        for release in &releases {
            let objects = chart.render(&format!("{}.0", release.version));
            assert!(objects.len() > 5, "{}", chart.name());
            for object in objects {
                let fault = release.faults(&object);
                assert_eq!(fault, None, "{} with {}: {object}", release.version, chart.name());
            }
        }
    }
}

#[test]
fn a_release_before_them_is_refused() {
    let refused = Chart::named("default").template("1.27.16");
    let message = String::from_utf8_lossy(&refused.stderr);
    assert!(
        !refused.status.success() && message.contains("kubeVersion"),
        "{message}"
    );
}

#[test]
fn helm_finds_nothing_to_say() {
    for chart in Chart::all() {
        let lint = chart.lint();
        let said = String::from_utf8_lossy(&lint.stdout);
        assert!(lint.status.success(), "{}: {said}", chart.name());
    }
}

#[test]
fn what_is_wrong_is_found() {
    let objects = Chart::named("everything").render("1.36.0");
    let deployment = objects.iter().find(|object| object["kind"] == "Deployment").unwrap();
    let container = "/spec/template/spec/containers/0";
    let cases = [
        (container, "imagePullPolcy", json!("Always"), "imagePullPolcy"),
        ("/spec", "replicas", json!("2"), "/spec/replicas"),
        ("/spec", "replicas", json!(1u64 << 32), "/spec/replicas"),
        ("/spec", "selector", Value::Null, "/spec/selector"),
        ("", "kind", json!("Deploymnet"), "no Deploymnet"),
        ("", "apiVersion", json!("apps/v1beta1"), "no Deployment of apps/v1beta1"),
        ("/metadata", "namespaces", json!("a"), "namespaces"),
        (
            &format!("{container}/readinessProbe/httpGet"),
            "port",
            json!([8080]),
            "readinessProbe",
        ),
        (&format!("{container}/resources/limits"), "memory", json!({}), "memory"),
    ];
    for release in Release::all() {
        assert_eq!(release.faults(deployment), None);
        for (place, field, value, expected) in &cases {
            let mut wrong = deployment.clone();
            wrong.pointer_mut(place).expect(place)[*field] = value.clone();
            let fault = release
                .faults(&wrong)
                .unwrap_or_else(|| panic!("{place}/{field} in {}", release.version));
            assert!(fault.contains(expected), "{fault}");
        }
        let mut wrong = deployment.clone();
        wrong["spec"].as_object_mut().unwrap().remove("selector");
        assert!(release.faults(&wrong).unwrap().contains("selector"));
    }
}

#[test]
fn what_came_later_is_found() {
    let flow =
        json!({"apiVersion": "flowcontrol.apiserver.k8s.io/v1", "kind": "FlowSchema", "metadata": {"name": "a"}});
    let fault = |version: &str| {
        let releases = Release::all();
        let release = releases.iter().find(|release| release.version == version).unwrap();
        release.faults(&flow)
    };
    assert!(fault("1.28").unwrap().contains("no FlowSchema"));
    assert_eq!(fault("1.29"), None);
}

#[test]
fn the_kinds_of_prometheus_operator_are_known() {
    let monitor = |endpoint: Value| {
        json!({
            "apiVersion": "monitoring.coreos.com/v1", "kind": "ServiceMonitor", "metadata": {"name": "a"},
            "spec": {"endpoints": [endpoint], "selector": {"matchLabels": {"a": "b"}}},
        })
    };
    for release in Release::all() {
        assert_eq!(
            release.faults(&monitor(json!({"port": "metrics", "interval": "30s"}))),
            None
        );
        for wrong in [
            json!({"prot": "metrics"}),
            json!({"port": 8081}),
            json!({"interval": "soon"}),
        ] {
            assert!(release.faults(&monitor(wrong.clone())).is_some(), "{wrong}");
        }
    }
}
