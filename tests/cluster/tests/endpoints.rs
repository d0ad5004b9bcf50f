//! What people and programs read from our controller: its HTTP endpoints, metrics, conditions and their times.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a suite that cannot go on is a failed test"
)]

use serde_json::{Value, json};
use signet_cluster_tests::{Cluster, Controller, DEADLINE, Installation, Namespace, secret, wait_for};

#[test]
fn health_readiness_and_certificate_are_served_where_upstream_serves_them() {
    let cluster = Cluster::shared();
    let controller = start(cluster, &[]);
    assert_eq!(controller.get("/healthz"), Some((200, "ok\n".to_owned())));
    assert_eq!(controller.get("/readyz"), Some((200, "ok\n".to_owned())));
    assert!(controller.certificate().starts_with("-----BEGIN CERTIFICATE-----\n"));
    assert_eq!(controller.get("/absent").unwrap().0, 404);
}

#[test]
fn the_metrics_have_upstreams_names() {
    let cluster = Cluster::shared();
    let controller = start(cluster, &[]);
    let namespace = Namespace::fresh(cluster);
    let before = controller.metric("sealed_secrets_controller_unseal_requests_total");
    let mut sealed = seal(cluster, namespace.name(), "good", json!({"a": "1"}));
    sealed["metadata"]["labels"] = json!({"app.kubernetes.io/instance": "shop"});
    cluster.create_sealed(&sealed);
    cluster.wait_synced(namespace.name(), "good");
    let mut renamed = seal(cluster, namespace.name(), "sealed-for", json!({"a": "1"}));
    renamed["metadata"]["name"] = json!("bad");
    cluster.create_sealed(&renamed);
    cluster.wait_condition(namespace.name(), "bad", "Synced", "False");

    let name = namespace.name();
    let lines = [
        format!(
            "condition_info{{namespace=\"{name}\",name=\"good\",condition=\"Synced\",ss_app_kubernetes_io_instance=\"shop\"}} 1"
        ),
        format!(
            "condition_info{{namespace=\"{name}\",name=\"bad\",condition=\"Synced\",ss_app_kubernetes_io_instance=\"\"}} -1"
        ),
        "build_info{".to_owned(),
        "http_requests_total{".to_owned(),
        "http_request_duration_seconds_bucket{".to_owned(),
    ];
    controller.certificate();
    let metrics = controller.metrics();
    for line in lines {
        assert!(has_sample(&metrics, &line), "{line}\n{metrics}");
    }
    assert!(controller.metric("sealed_secrets_controller_unseal_requests_total") >= before + 2.0);
    let reason = format!("unseal_errors_total{{reason=\"unseal\",namespace=\"{name}\"}}");
    assert!(has_sample(&metrics, &reason), "{reason}\n{metrics}");
}

#[test]
fn the_metrics_of_a_deleted_sealed_secret_go() {
    let cluster = Cluster::shared();
    let controller = start(cluster, &[]);
    let namespace = Namespace::fresh(cluster);
    cluster.create_sealed(&seal(cluster, namespace.name(), "gone", json!({"a": "1"})));
    let sample = format!("condition_info{{namespace=\"{}\",name=\"gone\"", namespace.name());
    wait_for("the metric", DEADLINE, || {
        has_sample(&controller.metrics(), &sample).then_some(())
    });
    cluster.delete_sealed(namespace.name(), "gone");
    wait_for("the end of the metric", DEADLINE, || {
        (!has_sample(&controller.metrics(), &sample)).then_some(())
    });
}

#[test]
fn the_times_of_conditions_say_when_they_changed() {
    let cluster = Cluster::shared();
    let _controller = start(cluster, &[]);
    let namespace = Namespace::fresh(cluster);
    let create = |value: &str| seal(cluster, namespace.name(), "app", json!({"password": value}));
    cluster.create_sealed(&create("1"));
    let first = cluster.wait_condition(namespace.name(), "app", "Synced", "True");
    assert_eq!(first["lastUpdateTime"], first["lastTransitionTime"]);
    assert_eq!(first.get("reason"), None);
    let ready = cluster.wait_condition(namespace.name(), "app", "Ready", "True");
    assert_eq!(ready["reason"], "Unsealed");
    let object = cluster.sealed_secret(namespace.name(), "app").unwrap();
    assert_eq!(object["status"]["conditions"][0]["type"], "Synced");

    // The times have whole seconds: a change within the same one would not show.
    let later = wait_for("a later second", DEADLINE, || {
        cluster.replace_items(&create("2"));
        let now = cluster.wait_condition(namespace.name(), "app", "Synced", "True");
        (now["lastUpdateTime"] != first["lastUpdateTime"]).then_some(now)
    });
    assert_eq!(later["lastTransitionTime"], first["lastTransitionTime"]);
}

#[test]
fn a_restart_writes_nothing_that_is_already_so() {
    let cluster = Cluster::shared();
    let mut controller = start(cluster, &[]);
    let namespace = Namespace::fresh(cluster);
    cluster.create_sealed(&seal(cluster, namespace.name(), "good", json!({"a": "1"})));
    let mut bad = seal(cluster, namespace.name(), "good", json!({"a": "1"}));
    bad["metadata"]["name"] = json!("bad");
    cluster.create_sealed(&bad);
    cluster.wait_synced(namespace.name(), "good");
    cluster.wait_condition(namespace.name(), "bad", "Synced", "False");
    cluster.wait_event(namespace.name(), "good", "Unsealed");
    cluster.wait_event(namespace.name(), "bad", "ErrUnsealFailed");
    let state = || {
        let object =
            |name| cluster.sealed_secret(namespace.name(), name).unwrap()["metadata"]["resourceVersion"].clone();
        (
            object("good"),
            object("bad"),
            cluster.secret(namespace.name(), "good"),
            cluster.events(namespace.name(), "good"),
        )
    };
    let before = state();
    assert!(controller.terminate().success());

    let controller = start(cluster, &[]);
    let processed = "sealed_secrets_controller_unseal_requests_total";
    wait_for("both objects again", DEADLINE, || {
        (controller.metric(processed) >= 2.0).then_some(())
    });
    // What a write after that would be waits behind this object.
    cluster.create_sealed(&seal(cluster, namespace.name(), "later", json!({"a": "1"})));
    cluster.wait_synced(namespace.name(), "later");
    assert_eq!(state(), before);
}

#[test]
fn the_own_namespace_alone_is_served_when_told_so() {
    let cluster = Cluster::shared();
    let installation = Installation::signet(cluster);
    let _controller = start(cluster, &["--all-namespaces=false"]);
    let other = Namespace::fresh(cluster);
    cluster.create_sealed(&seal(cluster, other.name(), "not-served", json!({"a": "1"})));
    cluster.create_sealed(&seal(cluster, installation.namespace(), "served", json!({"a": "1"})));

    cluster.wait_synced(installation.namespace(), "served");
    assert!(cluster.secret(other.name(), "not-served").is_none());
    cluster.delete_sealed(installation.namespace(), "served");
}

#[test]
fn listed_namespaces_are_served_beside_the_own_one() {
    let cluster = Cluster::shared();
    let installation = Installation::signet(cluster);
    let [first, second, other] = [(); 3].map(|()| Namespace::fresh(cluster));
    let listed = format!("--additional-namespaces={},{}", first.name(), second.name());
    let _controller = start(cluster, &["--all-namespaces=false", &listed]);
    cluster.create_sealed(&seal(cluster, other.name(), "not-served", json!({"a": "1"})));
    for namespace in [first.name(), second.name(), installation.namespace()] {
        cluster.create_sealed(&seal(cluster, namespace, "served", json!({"a": "1"})));
        cluster.wait_synced(namespace, "served");
    }
    assert!(cluster.secret(other.name(), "not-served").is_none());
    cluster.delete_sealed(installation.namespace(), "served");

    cluster.delete_secret(second.name(), "served");
    wait_for("the Secret again", DEADLINE, || cluster.secret(second.name(), "served"));
}

fn start(cluster: &Cluster, arguments: &[&str]) -> Controller {
    Installation::signet(cluster).start(arguments)
}

fn seal(cluster: &Cluster, namespace: &str, name: &str, items: Value) -> Value {
    cluster.seal(&secret(namespace, name, items), &[])
}

/// Whether a sample begins so, its labels in whatever order.
fn has_sample(metrics: &str, sample: &str) -> bool {
    let (name, rest) = sample.split_once('{').expect("a sample with labels");
    let (labels, value) = rest.split_once('}').unwrap_or((rest, ""));
    metrics.lines().any(|line| {
        line.starts_with(&format!("sealed_secrets_controller_{name}"))
            && labels.split(',').all(|label| line.contains(label))
            && line.ends_with(value)
    })
}
