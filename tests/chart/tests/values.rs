//! Each value does something, and each flag of the controller has a value.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on is a failed test"
)]

use std::{
    collections::BTreeSet,
    process::{Command, Output},
};

use serde_json::Value;
use signet_chart_tests::{Chart, controller};

/// What nothing sets would be rendered by no test.
#[test]
fn every_value_is_set_by_some_file() {
    let set: Vec<_> = Chart::all()
        .iter()
        .flat_map(|chart| leaves("", &chart.values()))
        .collect();
    for (path, default) in leaves("", &Chart::defaults()) {
        let below = format!("{path}.");
        let is_set =
            |(other, value): &(String, Value)| (*other == path || other.starts_with(&below)) && *value != default;
        assert!(set.iter().any(is_set), "no file of tests/chart/values sets {path}");
    }
}

#[test]
fn the_controller_takes_what_the_chart_gives_it() {
    for chart in Chart::all() {
        let run = run(&arguments(&chart));
        assert!(
            run.status.success(),
            "{}: {}",
            chart.name(),
            String::from_utf8_lossy(&run.stderr)
        );
    }
    assert!(!run(&["--max-items=few".to_owned()]).status.success());
}

#[test]
fn every_flag_of_the_controller_has_a_value() {
    let help = Command::new(controller()).arg("--help").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let name = |argument: &str| argument.split(['=', ' ', '[']).next().unwrap().to_owned();
    let flags = help.lines().map(str::trim).filter(|line| line.starts_with("--"));
    let flags: BTreeSet<_> = flags.map(name).collect();
    assert!(flags.contains("--key-prefix"), "{help}");
    let given: BTreeSet<_> = Chart::all()
        .iter()
        .flat_map(arguments)
        .map(|argument| name(&argument))
        .collect();
    let without: Vec<_> = flags.difference(&given).map(String::as_str).collect();
    assert_eq!(without, WITHOUT_VALUE);
}

#[test]
fn wrong_values_are_refused() {
    for wrong in [
        "replicas=two",
        "controller.allowedScopes={all}",
        "controller.namespaceScopes=maybe",
        "controller.maxItems=few",
        "controller.maxItems=-1",
        "controller.keySize=1024",
        "controller.additionalNamespaces={A}",
        "controller.heal=maybe",
        "controller.readTimeout=2",
        "controller.unknown=1",
        "networkPolicy.egress.enabled=true",
        "networkPolicy.enabled=1",
        "http.requireToken=maybe",
    ] {
        let output = Chart::named("default").template_with("1.36.0", &["--set", wrong]);
        let message = String::from_utf8_lossy(&output.stderr);
        assert!(
            !output.status.success() && message.contains("schema"),
            "{wrong}: {message}"
        );
    }
}

#[test]
fn tokens_are_reviewed_and_namespaces_read_with_a_cluster_role_alone() {
    for value in [
        "http.requireToken=true",
        "http.tlsSecretName=a",
        "controller.namespaceScopes=true",
    ] {
        let output = Chart::named("namespaced").template_with("1.36.0", &["--set", value]);
        let message = String::from_utf8_lossy(&output.stderr);
        assert!(
            !output.status.success() && message.contains("rbac.clusterRole"),
            "{message}"
        );
    }
}

fn arguments(chart: &Chart) -> Vec<String> {
    let objects = chart.render("1.36.0");
    let deployment = objects.iter().find(|object| object["kind"] == "Deployment").unwrap();
    let arguments = deployment["spec"]["template"]["spec"]["containers"][0]["args"]
        .as_array()
        .unwrap();
    arguments
        .iter()
        .map(|argument| argument.as_str().unwrap().to_owned())
        .collect()
}

/// Reads the flags, and ends.
fn run(arguments: &[String]) -> Output {
    Command::new(controller())
        .args(arguments)
        .arg("--version")
        .output()
        .unwrap()
}

/// Every value that is no object with values of its own, by its path.
fn leaves(path: &str, value: &Value) -> Vec<(String, Value)> {
    match value.as_object().filter(|object| !object.is_empty()) {
        None => vec![(path.to_owned(), value.clone())],
        Some(object) => object
            .iter()
            .flat_map(|(name, value)| leaves(format!("{path}.{name}").trim_start_matches('.'), value))
            .collect(),
    }
}

/// Those that have no effect, those of a controller outside of its cluster, and the ports, which are the Services' too.
const WITHOUT_VALUE: [&str; 9] = [
    "--context",
    "--kubeclient-burst",
    "--kubeclient-qps",
    "--kubeconfig",
    "--listen-addr",
    "--listen-metrics-addr",
    "--listen-tls-addr",
    "--version",
    "--watch-for-secrets",
];
