//! docs/monitoring.md and what the chart makes, in a cluster with the kinds of the Prometheus Operator.

use std::fs;

use serde_json::{Value, json};
use signet_cluster_tests::{Cluster, Installation, Namespace, ours, output, peer};

use crate::{FAST, alert_names, chart, root, sealed};

#[test]
fn the_page_does_what_it_says_in_a_cluster_with_the_prometheus_operators_kinds() {
    let cluster = Cluster::shared();
    for kind in ["servicemonitors", "prometheusrules"] {
        let file = peer("prometheus-operator-crds").join(format!("monitoring.coreos.com_{kind}.yaml"));
        let apply = ["apply", "--server-side", "--filename", file.to_str().unwrap()];
        cluster.kubectl(&apply).success();
        let kind = format!("crd/{kind}.monitoring.coreos.com");
        cluster
            .kubectl(&["wait", "--for=condition=Established", &kind])
            .success();
    }
    // What other tests have applied is Helm's from now on.
    helm(
        cluster,
        &[
            "install",
            "sealed-secrets",
            "deploy/chart",
            "--set=replicas=2",
            "--take-ownership",
            "--force-conflicts",
        ],
    );
    run(cluster, "helm", &[]);
    let get = |kind: &str, name: &str| {
        let arguments = ["get", kind, name, "--namespace", "kube-system", "--output", "json"];
        serde_json::from_str::<Value>(&cluster.kubectl(&arguments).success()).unwrap()
    };
    let rules = get("prometheusrule", NAME)["spec"]["groups"][0]["rules"].clone();
    assert_eq!(rules.as_array().unwrap().len(), alert_names().len());
    let dashboard = get("configmap", &format!("{NAME}-dashboard"))["data"]["sealed-secrets.json"].clone();
    assert_eq!(
        dashboard.as_str().unwrap().trim_end(),
        chart("dashboard.json").trim_end()
    );
    assert_monitored(
        &get("servicemonitor", NAME)["spec"],
        &get("service", &format!("{NAME}-metrics")),
    );

    let installation = Installation::present(cluster, ours("signet-controller"), "kube-system");
    let namespace = Namespace::fresh(cluster);
    let _replicas = [installation.start(FAST), installation.start(FAST)];
    cluster.create_sealed(&sealed(cluster, namespace.name(), "app"));
    cluster.wait_synced(namespace.name(), "app");
    run(cluster, "kubectl", &[("NAMESPACE", namespace.name()), ("NAME", "app")]);
    helm(cluster, &["uninstall", "sealed-secrets"]);
}

/// Asserts that a ServiceMonitor finds the Service and its port, and leaves the namespaces of SealedSecrets alone.
fn assert_monitored(monitor: &Value, service: &Value) {
    let labels = &service["metadata"]["labels"];
    for (name, value) in monitor["selector"]["matchLabels"].as_object().unwrap() {
        assert_eq!(labels[name], *value, "{name}");
    }
    assert_eq!(monitor["namespaceSelector"]["matchNames"], json!(["kube-system"]));
    let endpoint = &monitor["endpoints"][0];
    assert_eq!(endpoint["port"], service["spec"]["ports"][0]["name"]);
    assert_eq!(endpoint["honorLabels"], true);
}

/// Runs what docs/monitoring.md says to do with `program`, with these words in the place of others.
fn run(cluster: &Cluster, program: &str, words: &[(&str, &str)]) {
    let page = fs::read_to_string(root().join("docs/monitoring.md")).unwrap();
    let commands = page.lines().filter_map(|line| line.strip_prefix("$ "));
    let commands: Vec<_> = commands.filter(|line| line.starts_with(program)).collect();
    assert!(!commands.is_empty());
    for line in commands {
        let line = words
            .iter()
            .fold(line.to_owned(), |line, (from, to)| line.replace(from, to));
        let line = line.replacen(program, peer(program).to_str().unwrap(), 1);
        let mut command = cluster.command("sh");
        output(command.args(["-ceu", &line]).current_dir(root()), "").success();
    }
}

fn helm(cluster: &Cluster, arguments: &[&str]) {
    let mut helm = cluster.command(peer("helm"));
    helm.args(arguments).args(["--namespace", "kube-system"]);
    output(helm.current_dir(root()), "").success();
}

const NAME: &str = "sealed-secrets-controller";
