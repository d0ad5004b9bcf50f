//! What our controller says of a SealedSecret to those who wait for it.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a suite that cannot go on is a failed test"
)]

use serde_json::{Value, json};
use signet_cluster_tests::{Cluster, Controller, DEADLINE, Installation, Namespace, secret};

#[test]
fn a_fresh_object_is_waited_for_until_it_is_ready() {
    let cluster = Cluster::shared();
    let mut controller = start(cluster);
    let namespace = Namespace::fresh(cluster);
    let sealed = seal(cluster, namespace.name(), "app");
    assert!(controller.terminate().success());
    cluster.create_sealed(&sealed);
    let fresh = cluster.sealed_secret(namespace.name(), "app").unwrap();
    assert_eq!(fresh["status"], json!({"observedGeneration": -1}));

    let mut controller = start(cluster);
    let resource = "sealedsecret/app";
    let timeout = format!("--timeout={}s", DEADLINE.as_secs());
    let wait = [
        "wait",
        "--for=condition=Ready",
        resource,
        &timeout,
        "--namespace",
        namespace.name(),
    ];
    cluster.kubectl(&wait).success();
    let ready = cluster.sealed_secret(namespace.name(), "app").unwrap();
    assert_eq!(ready["status"]["observedGeneration"], ready["metadata"]["generation"]);
    assert_eq!(types(&ready), ["Synced", "Ready"]);
    let key = &sealed["metadata"]["annotations"]["signet.dev/sealing-key"];
    assert_eq!(ready["status"]["openedBy"], json!([key]));

    // What the status says needs no opening to be counted.
    assert!(controller.terminate().success());
    let controller = start(cluster);
    let sample = format!("sealed_secrets_controller_sealing_key_objects{{fingerprint={key}}} ");
    let metrics = controller.metrics();
    let objects = metrics.lines().find_map(|line| line.strip_prefix(&sample));
    assert!(objects.is_some_and(|objects| objects != "0"), "{metrics}");
    assert_eq!(
        controller.metric("sealed_secrets_controller_unseal_duration_seconds_count"),
        0.0
    );
}

#[test]
fn what_somebody_must_put_right_is_stalled_until_they_have() {
    let cluster = Cluster::shared();
    let _controller = start(cluster);
    let namespace = Namespace::fresh(cluster);
    let mut sealed = seal(cluster, namespace.name(), "app");
    sealed["metadata"]["annotations"] = json!({"sealedsecrets.bitnami.com/cluster-wide": "true"});
    cluster.create_sealed(&sealed);

    let stalled = cluster.wait_condition(namespace.name(), "app", "Stalled", "True");
    assert_eq!(stalled["reason"], "UnsealFailed");
    let object = cluster.sealed_secret(namespace.name(), "app").unwrap();
    assert_eq!(types(&object), ["Synced", "Ready", "Stalled"]);
    assert_eq!(object["status"].get("openedBy"), None);

    let strict = json!({"metadata": {"annotations": {"sealedsecrets.bitnami.com/cluster-wide": null}}});
    cluster.patch_sealed(namespace.name(), "app", &strict);
    cluster.wait_synced(namespace.name(), "app");
    let object = cluster.sealed_secret(namespace.name(), "app").unwrap();
    assert_eq!(types(&object), ["Synced", "Ready"]);
}

#[test]
fn a_secret_that_the_api_server_finds_fault_with_is_stalled() {
    let cluster = Cluster::shared();
    let _controller = start(cluster);
    let namespace = Namespace::fresh(cluster);
    let mut sealed = seal(cluster, namespace.name(), "app");
    sealed["spec"]["template"]["type"] = json!("kubernetes.io/tls");
    cluster.create_sealed(&sealed);

    let stalled = cluster.wait_condition(namespace.name(), "app", "Stalled", "True");
    assert_eq!(stalled["reason"], "Rejected");
    let message = stalled["message"].as_str().unwrap();
    assert!(message.contains("tls.crt"), "{message}");
    assert!(!message.contains("hunter2"), "{message}");
}

fn start(cluster: &Cluster) -> Controller {
    Installation::signet(cluster).start(&[])
}

fn seal(cluster: &Cluster, namespace: &str, name: &str) -> Value {
    cluster.seal(&secret(namespace, name, json!({"password": "hunter2"})), &[])
}

fn types(object: &Value) -> Vec<&str> {
    let conditions = object["status"]["conditions"].as_array().unwrap().iter();
    conditions
        .map(|condition| condition["type"].as_str().unwrap())
        .collect()
}
