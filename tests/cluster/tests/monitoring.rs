//! The dashboard and the alerts of `deploy/chart/monitoring`, in a real Prometheus that scrapes real controllers.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a suite that cannot go on is a failed test"
)]

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{fs, iter};

use serde_json::{Value, json};
use signet_cluster_tests::{
    Cluster, Controller, DEADLINE, Installation, Namespace, Prometheus, TlsKey, ours, output, peer, secret, wait_for,
};

#[test]
fn every_query_of_the_dashboard_returns_data() {
    let cluster = Cluster::shared();
    let installation = Installation::signet(cluster);
    let controller = installation.start(FAST);
    let prometheus = Prometheus::start(cluster, &hastened());
    prometheus.scrape(installation.namespace(), &[&controller]);
    let namespace = Namespace::fresh(cluster);
    cluster.create_sealed(&sealed(cluster, namespace.name(), "good"));
    cluster.wait_synced(namespace.name(), "good");
    cluster.create_sealed(&unreadable(cluster, namespace.name()));
    let revoked = Revoked::writing(cluster);
    cluster.create_sealed(&sealed(cluster, namespace.name(), "refused"));

    let dashboard: Value = serde_json::from_str(&chart("dashboard.json")).unwrap();
    for variable in dashboard["templating"]["list"].as_array().unwrap() {
        if variable["type"] == "query" {
            assert_ne!(label_values(&prometheus, variable), Vec::<Value>::new(), "{variable}");
        }
    }
    let panels = dashboard["panels"].as_array().unwrap().iter();
    let targets = panels.flat_map(|panel| panel["targets"].as_array().into_iter().flatten());
    let targets: Vec<_> = targets.collect();
    assert!(targets.len() > 30);
    for target in targets {
        let query = query(target);
        let legend = target["legendFormat"].as_str().unwrap();
        wait_for(&format!("data for {query}"), DEADLINE, || {
            // What is counted by path and code is there once it has been asked for, and has a rate when it is again.
            let _ = controller.certificate();
            has_data(&prometheus, &query, legend).then_some(())
        });
    }
    drop(revoked);
}

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
    assert_eq!(rules.as_array().unwrap().len(), alerts().len());
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

#[test]
fn nothing_fires_while_all_is_well() {
    let cluster = Cluster::shared();
    let installation = Installation::signet(cluster);
    installation.delete_keys();
    let controller = installation.start(FAST);
    let namespace = Namespace::fresh(cluster);
    cluster.create_sealed(&sealed(cluster, namespace.name(), "app"));
    cluster.wait_synced(namespace.name(), "app");
    let prometheus = Prometheus::start(cluster, &hastened());
    prometheus.scrape(installation.namespace(), &[&controller]);

    // It has evaluated the rules without samples.
    let calm = || prometheus.firing().is_empty().then(|| prometheus.evaluation())?;
    let mut seen: BTreeSet<_> = iter::once(wait_for("that nothing fires", DEADLINE, calm)).collect();
    wait_for("ten evaluations", DEADLINE, || {
        assert_eq!(prometheus.firing(), BTreeSet::new());
        seen.extend(prometheus.evaluation());
        (seen.len() > 10).then_some(())
    });
}

#[test]
fn each_alert_fires_in_its_situation() {
    let cluster = Cluster::shared();
    let seen = Seen {
        cluster,
        alerts: RefCell::default(),
    };
    for situation in [
        an_object_does_not_open,
        secrets_cannot_be_written,
        the_api_server_does_not_answer,
        there_is_no_controller,
        no_replica_gets_the_lease,
        two_write_at_once,
        a_key_is_malformed,
        no_key_can_be_made,
        the_certificate_is_short_lived,
        the_audit_log_is_full,
        somebody_asks_too_often,
    ] {
        situation(&seen);
    }
    assert_eq!(seen.alerts.into_inner(), alerts());
}

fn an_object_does_not_open(seen: &Seen) {
    let namespace = Namespace::fresh(seen.cluster);
    let controller = Installation::signet(seen.cluster).start(FAST);
    let prometheus = seen.watch(&[&controller]);
    seen.cluster.create_sealed(&unreadable(seen.cluster, namespace.name()));
    for alert in [
        "SealedSecretNotSynced",
        "SealedSecretsStalled",
        "SealedSecretsUnsealErrorHigh",
    ] {
        seen.fires(&prometheus, alert, || ());
    }
}

fn secrets_cannot_be_written(seen: &Seen) {
    let namespace = Namespace::fresh(seen.cluster);
    let controller = Installation::signet(seen.cluster).start(FAST);
    let _revoked = Revoked::writing(seen.cluster);
    let prometheus = seen.watch(&[&controller]);
    seen.cluster
        .create_sealed(&sealed(seen.cluster, namespace.name(), "app"));
    for alert in ["SealedSecretsReconciling", "SealedSecretsApiRequestsFail"] {
        seen.fires(&prometheus, alert, || ());
    }
}

fn the_api_server_does_not_answer(seen: &Seen) {
    let namespace = Namespace::fresh(seen.cluster);
    let controller = Installation::signet(seen.cluster).start(FAST);
    let _revoked = Revoked::writing(seen.cluster);
    // More than there are passes at once; each is to be tried again.
    for index in 0..20 {
        let sealed = sealed(seen.cluster, namespace.name(), &format!("app-{index}"));
        seen.cluster.create_sealed(&sealed);
    }
    for index in 0..20 {
        let name = format!("app-{index}");
        seen.cluster
            .wait_condition(namespace.name(), &name, "Reconciling", "True");
    }
    let prometheus = seen.watch(&[&controller]);
    let _paused = seen.cluster.pause_api_server();
    seen.fires(&prometheus, "SealedSecretsQueueStuck", || ());
}

fn there_is_no_controller(seen: &Seen) {
    let mut controller = Installation::signet(seen.cluster).start(FAST);
    let prometheus = seen.watch(&[&controller]);
    wait_for("an evaluation with a controller", DEADLINE, || {
        (!prometheus.firing().contains("SealedSecretsControllerAbsent")).then_some(())
    });
    controller.terminate();
    seen.fires(&prometheus, "SealedSecretsControllerAbsent", || ());
}

fn no_replica_gets_the_lease(seen: &Seen) {
    let installation = Installation::chart(seen.cluster, "replicated", "kube-system", "replicas=2");
    let _revoked = Revoked::new(seen.cluster, LEASES, &["leases"], &["create", "update"]);
    let replicas = [installation.start(FAST), installation.start(FAST)];
    let prometheus = seen.watch(&[&replicas[0], &replicas[1]]);
    seen.fires(&prometheus, "SealedSecretsControllerNoLeader", || ());
}

fn two_write_at_once(seen: &Seen) {
    let installation = Installation::signet(seen.cluster);
    let controllers = [installation.start(FAST), installation.start(FAST)];
    let prometheus = seen.watch(&[&controllers[0], &controllers[1]]);
    seen.fires(&prometheus, "SealedSecretsControllerTwoLeaders", || ());
}

fn a_key_is_malformed(seen: &Seen) {
    let installation = Installation::signet(seen.cluster);
    let controller = installation.start(FAST);
    let prometheus = seen.watch(&[&controller]);
    installation.create_malformed_key("malformed", &json!({"tls.crt": "garbage", "tls.key": "garbage"}));
    seen.fires(&prometheus, "SealedSecretsKeyMalformed", || ());
    seen.cluster.delete_secret(installation.namespace(), "malformed");
}

fn no_key_can_be_made(seen: &Seen) {
    let installation = Installation::signet(seen.cluster);
    installation.delete_keys();
    let _revoked = [
        Revoked::writing(seen.cluster),
        Revoked::new(seen.cluster, KEYS, &["secrets"], &["create"]),
    ];
    let controller = installation.launch(FAST);
    wait_for("a failed attempt to make a key", DEADLINE, || {
        controller.stderr().contains("Cannot make a sealing key").then_some(())
    });
    let prometheus = seen.watch(&[&controller]);
    seen.fires(&prometheus, "SealedSecretsNoSealingKey", || ());
    installation.create_key("old", &TlsKey::generate(2001), true);
    seen.fires(&prometheus, "SealedSecretsKeyRenewalOverdue", || ());
    assert_eq!(
        controller.metric("sealed_secrets_controller_sealing_keys").to_string(),
        "1"
    );
    seen.cluster.delete_secret(installation.namespace(), "old");
}

fn the_certificate_is_short_lived(seen: &Seen) {
    let installation = Installation::signet(seen.cluster);
    installation.delete_keys();
    // An older key with a longer certificate does not hide it.
    installation.create_key("old", &TlsKey::generate(2001), true);
    let controller = installation.start(&[FAST[0], "--key-ttl=24h"]);
    let prometheus = seen.watch(&[&controller]);
    seen.fires(&prometheus, "SealedSecretsCertificateExpires", || ());
    installation.delete_keys();
}

fn the_audit_log_is_full(seen: &Seen) {
    let namespace = Namespace::fresh(seen.cluster);
    let controller = Installation::signet(seen.cluster).start(&[FAST[0], "--audit-log=/dev/full"]);
    let prometheus = seen.watch(&[&controller]);
    seen.cluster
        .create_sealed(&sealed(seen.cluster, namespace.name(), "app"));
    seen.cluster.wait_synced(namespace.name(), "app");
    seen.fires(&prometheus, "SealedSecretsAuditErrors", || ());
}

fn somebody_asks_too_often(seen: &Seen) {
    let controller = Installation::signet(seen.cluster).start(FAST);
    let prometheus = seen.watch(&[&controller]);
    let ask = || {
        for _ in 0..10 {
            let _ = ureq::post(controller.url("/v1/verify")).send("");
        }
    };
    seen.fires(&prometheus, "SealedSecretsHttpRequestsRefused", ask);
}

/// The alerts that have been seen to fire.
struct Seen<'a> {
    cluster: &'a Cluster,
    alerts: RefCell<BTreeSet<String>>,
}

impl Seen<'_> {
    /// A Prometheus that knows nothing of earlier situations.
    fn watch(&self, controllers: &[&Controller]) -> Prometheus {
        let prometheus = Prometheus::start(self.cluster, &hastened());
        prometheus.scrape("kube-system", controllers);
        prometheus
    }

    /// Waits until it fires; `cause` is repeated meanwhile.
    fn fires(&self, prometheus: &Prometheus, alert: &str, cause: impl Fn()) {
        wait_for(&format!("{alert} fires"), DEADLINE, || {
            cause();
            prometheus.firing().contains(alert).then_some(())
        });
        self.alerts.borrow_mut().insert(alert.to_owned());
    }
}

/// Rights that a role has not until this is dropped.
struct Revoked<'a> {
    cluster: &'a Cluster,
    path: &'static str,
    rules: Value,
}

impl<'a> Revoked<'a> {
    /// That of writing Secrets in any namespace.
    fn writing(cluster: &'a Cluster) -> Self {
        Self::new(cluster, UNSEALER, &["secrets"], &["create", "update"])
    }

    /// These `verbs` on these `resources`.
    fn new(cluster: &'a Cluster, path: &'static str, resources: &[&str], verbs: &[&str]) -> Self {
        let rules = cluster.get(path).expect("a role")["rules"].clone();
        let mut fewer = rules.clone();
        for rule in fewer.as_array_mut().unwrap() {
            if rule["resources"] == json!(resources) {
                let left = rule["verbs"].as_array_mut().unwrap();
                left.retain(|verb| !verbs.contains(&verb.as_str().unwrap()));
                if left.is_empty() {
                    left.push(json!("none"));
                }
            }
        }
        assert_ne!(fewer, rules, "{path}");
        let revoked = Self { cluster, path, rules };
        revoked.set(&fewer);
        revoked
    }

    fn set(&self, rules: &Value) {
        let response = self.cluster.request("PATCH", self.path, Some(&json!({"rules": rules})));
        assert_eq!(response.status, 200, "{}", response.body);
    }
}

impl Drop for Revoked<'_> {
    fn drop(&mut self) {
        self.set(&self.rules);
    }
}

fn sealed(cluster: &Cluster, namespace: &str, name: &str) -> Value {
    cluster.seal(&secret(namespace, name, json!({"password": "hunter2"})), &[])
}

/// Sealed in one scope and labelled with another.
fn unreadable(cluster: &Cluster, namespace: &str) -> Value {
    let mut sealed = sealed(cluster, namespace, "unreadable");
    sealed["metadata"]["annotations"] = json!({"sealedsecrets.bitnami.com/cluster-wide": "true"});
    sealed
}

/// The alerts as they are, but at once: over seconds, without waiting for the same to be true for minutes.
fn hastened() -> String {
    let rules = chart("alerts.yaml")
        .replace("[5m]", "[10s]")
        .replace("[15m]", "[10s]")
        .replace("> 600", "> 1");
    let lines = rules.lines().filter(|line| !line.trim().starts_with("for: "));
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// What Grafana would ask.
fn query(target: &Value) -> String {
    let text = target["expr"].as_str().unwrap();
    let text = text
        .replace("$__rate_interval", "1m")
        .replace("$job", ".*")
        .replace("$namespace", ".*");
    assert!(!text.contains('$'), "{text}");
    text
}

/// Whether there are numbers, and the labels that the legend shows.
fn has_data(prometheus: &Prometheus, query: &str, legend: &str) -> bool {
    let samples = prometheus.query(query);
    let labels = legend.split("{{").skip(1).filter_map(|part| part.split("}}").next());
    let has_label = |label: &str| samples.iter().any(|sample| sample["metric"][label.trim()].is_string());
    let has_numbers = samples.iter().any(|sample| sample["value"][1] != "NaN");
    has_numbers && labels.into_iter().all(has_label)
}

/// The answer to a variable's `label_values(SELECTOR, LABEL)`.
fn label_values(prometheus: &Prometheus, variable: &Value) -> Vec<Value> {
    let text = variable["query"]["query"].as_str().unwrap().replace("$job", ".*");
    let arguments = text
        .strip_prefix("label_values(")
        .and_then(|text| text.strip_suffix(')'));
    let (selector, label) = arguments
        .and_then(|text| text.rsplit_once(", "))
        .expect("label_values(SELECTOR, LABEL)");
    prometheus.label_values(selector, label)
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

/// The names of all alerts.
fn alerts() -> BTreeSet<String> {
    let rules = chart("alerts.yaml");
    let names = rules.lines().filter_map(|line| line.trim().strip_prefix("- alert: "));
    names.map(str::to_owned).collect()
}

fn chart(name: &str) -> String {
    fs::read_to_string(root().join("deploy/chart/monitoring").join(name)).unwrap()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

const FAST: &[&str] = &["--key-size=2048"];
const NAME: &str = "sealed-secrets-controller";

const UNSEALER: &str = "/apis/rbac.authorization.k8s.io/v1/clusterroles/secrets-unsealer";
const KEYS: &str = "/apis/rbac.authorization.k8s.io/v1/namespaces/kube-system/roles/sealed-secrets-key-admin";
const LEASES: &str =
    "/apis/rbac.authorization.k8s.io/v1/namespaces/kube-system/roles/sealed-secrets-controller-leader-election";
