//! What goes wrong around our controller, and what it does then.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a suite that cannot go on is a failed test"
)]

use std::net::TcpListener;

use serde_json::{Value, json};
use signet_cluster_tests::{Cluster, Controller, DEADLINE, Installation, Namespace, output, secret, wait_for};

#[test]
fn a_sealed_secret_made_after_an_outage_of_the_api_server_syncs() {
    let cluster = Cluster::shared();
    let mut controller = start(cluster);
    let namespace = Namespace::fresh(cluster);
    let sealed = seal(cluster, namespace.name(), "app");

    cluster.stop_api_server();
    assert_eq!(controller.get("/healthz").unwrap().0, 200);
    cluster.start_api_server();
    cluster.create_sealed(&sealed);

    cluster.wait_synced(namespace.name(), "app");
    assert!(controller.is_running());
}

#[test]
fn deletions_that_no_watch_has_shown_are_found() {
    let cluster = Cluster::shared();
    let mut controller = start(cluster);
    let namespace = Namespace::fresh(cluster);
    for name in ["kept", "deleted"] {
        cluster.create_sealed(&seal(cluster, namespace.name(), name));
        cluster.wait_synced(namespace.name(), name);
    }

    // The new API server has no history for the watch of a controller that sleeps meanwhile.
    controller.pause();
    cluster.stop_api_server();
    cluster.start_api_server();
    cluster.delete_secret(namespace.name(), "kept");
    cluster.delete_sealed(namespace.name(), "deleted");
    cluster.wait_no_secret(namespace.name(), "deleted");
    controller.resume();

    wait_for("the Secret again", DEADLINE, || {
        cluster.secret(namespace.name(), "kept")
    });
    let metric = format!("namespace=\"{}\",name=\"deleted\"", namespace.name());
    wait_for("the end of the deleted one's metric", DEADLINE, || {
        (!controller.metrics().contains(&metric)).then_some(())
    });
    assert!(cluster.secret(namespace.name(), "deleted").is_none());
    assert!(controller.is_running());
}

#[test]
fn a_controller_that_starts_before_the_api_server_waits_for_it() {
    let cluster = Cluster::shared();
    let namespace = Namespace::fresh(cluster);
    let mut controller = Installation::signet(cluster).launch(&[]);
    cluster.stop_api_server();
    cluster.start_api_server();

    controller.wait_ready();
    cluster.create_sealed(&seal(cluster, namespace.name(), "app"));
    cluster.wait_synced(namespace.name(), "app");
    assert!(controller.is_running());
}

#[test]
fn items_that_are_no_sealed_values_do_not_stop_the_good_ones() {
    let cluster = Cluster::shared();
    let controller = start(cluster);
    let namespace = Namespace::fresh(cluster);
    let malformed = [
        (
            "not-base64",
            json!({"encryptedData": {"password": "*** no base64 ***"}}),
        ),
        ("too-short", json!({"encryptedData": {"password": "AgA="}})),
        ("empty-item", json!({"encryptedData": {"password": ""}})),
        (
            "no-key",
            json!({"encryptedData": {"password": "AAEAAAAAAAAAAAAAAAAAAAAAAAA="}}),
        ),
    ];
    for (name, spec) in &malformed {
        cluster.create_sealed(&sealed_secret(namespace.name(), name, spec));
    }
    let mut null_metadata = seal(cluster, namespace.name(), "null-metadata");
    null_metadata["spec"]["template"]["metadata"] = Value::Null;
    cluster.create_sealed(&null_metadata);
    cluster.create_sealed(&seal(cluster, namespace.name(), "good"));

    cluster.wait_synced(namespace.name(), "good");
    cluster.wait_synced(namespace.name(), "null-metadata");
    for (name, _) in malformed {
        assert_unseal_failed(cluster, namespace.name(), name);
    }
    drop(controller);
}

/// An API server that has had an older, looser kind gives such objects.
#[test]
fn objects_that_are_no_sealed_secrets_do_not_stop_the_good_ones() {
    let cluster = Cluster::shared();
    let installation = Installation::signet(cluster);
    let namespace = Namespace::fresh(cluster);
    let strict = cluster.get(CRD).unwrap()["spec"]["versions"][0]["schema"].clone();
    set_schema(
        cluster,
        &json!({"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}}),
    );
    // A watch that began under the strict schema goes on to show objects by it, so the controller starts after that.
    let malformed = [
        ("item-number", json!({"encryptedData": {"password": 7}})),
        ("item-null", json!({"encryptedData": {"password": null}})),
        ("template-text", json!({"encryptedData": {}, "template": "text"})),
        ("spec-text", json!("text")),
        ("spec-null", Value::Null),
    ];
    for (name, spec) in &malformed {
        create_when_allowed(cluster, &sealed_secret(namespace.name(), name, spec));
    }
    let mut controller = installation.start(&[]);
    for name in ["first", "second"] {
        cluster.create_sealed(&seal(cluster, namespace.name(), name));
        cluster.wait_synced(namespace.name(), name);
        // The second comes after one by the watch, not by the list at the start.
        cluster.create_sealed(&sealed_secret(
            namespace.name(),
            &format!("{name}-malformed"),
            &json!("text"),
        ));
    }

    assert!(controller.is_running());
    for (name, _) in malformed {
        assert!(cluster.secret(namespace.name(), name).is_none(), "{name}");
    }
    for object in ["item-number", "item-null"] {
        assert_unseal_failed(cluster, namespace.name(), object);
    }
    let path = format!(
        "/apis/bitnami.com/v1alpha1/namespaces/{}/sealedsecrets",
        namespace.name()
    );
    assert_eq!(cluster.request("DELETE", &path, None).status, 200);
    set_schema(cluster, &strict);
}

#[test]
fn sigterm_ends_it_well() {
    let cluster = Cluster::shared();
    let mut controller = start(cluster);
    assert_eq!(controller.terminate().code(), Some(0));
}

#[test]
fn wrong_arguments_stop_the_start() {
    let cluster = Cluster::shared();
    let installation = Installation::signet(cluster);
    for (argument, part) in [
        ("--key-size=1000", "--key-size"),
        ("--key-renew-period=30days", "--key-renew-period"),
        ("--key-ttl=soon", "--key-ttl"),
        ("--key-order-priority=Size", "--key-order-priority"),
        ("--all-namespaces=perhaps", "--all-namespaces"),
        ("--log-format=xml", "--log-format"),
        ("--key-prefix=Upper_Case", "--key-prefix"),
        ("--listen-addr=nowhere", "--listen-addr"),
        ("--no-such-flag", "--no-such-flag"),
    ] {
        let output = output(&mut installation.command(&[argument]), "");
        assert_eq!(output.code, Some(2), "{argument}: {}{}", output.stdout, output.stderr);
        assert!(output.stderr.contains(part), "{argument}: {}", output.stderr);
    }
}

#[test]
fn an_address_in_use_stops_the_start() {
    let cluster = Cluster::shared();
    let installation = Installation::signet(cluster);
    let taken = TcpListener::bind(("0.0.0.0", 0)).unwrap();
    let address = format!(":{}", taken.local_addr().unwrap().port());
    for [used, free] in [
        ["--listen-addr", "--listen-metrics-addr"],
        ["--listen-metrics-addr", "--listen-addr"],
    ] {
        let arguments = [format!("{used}={address}"), format!("{free}=127.0.0.1:0")];
        let output = output(&mut installation.command(&arguments.each_ref().map(String::as_str)), "");
        assert!(output.code.is_some_and(|code| code != 0), "{used}");
        assert!(output.stderr.contains(&address), "{used}: {}", output.stderr);
    }
}

fn start(cluster: &Cluster) -> Controller {
    Installation::signet(cluster).start(&[])
}

fn seal(cluster: &Cluster, namespace: &str, name: &str) -> Value {
    cluster.seal(&secret(namespace, name, json!({"password": "hunter2"})), &[])
}

fn sealed_secret(namespace: &str, name: &str, spec: &Value) -> Value {
    json!({
        "apiVersion": "bitnami.com/v1alpha1", "kind": "SealedSecret",
        "metadata": {"namespace": namespace, "name": name}, "spec": spec,
    })
}

fn assert_unseal_failed(cluster: &Cluster, namespace: &str, name: &str) {
    let ready = cluster.wait_condition(namespace, name, "Ready", "False");
    assert_eq!(ready["reason"], "UnsealFailed", "{name}");
    let message = ready["message"].as_str().unwrap();
    assert!(message.contains("password"), "{name}: {message}");
    assert!(cluster.secret(namespace, name).is_none(), "{name}");
}

fn set_schema(cluster: &Cluster, schema: &Value) {
    let patch = json!([{"op": "replace", "path": "/spec/versions/0/schema", "value": schema}]);
    let arguments = [
        "patch",
        "crd",
        "sealedsecrets.bitnami.com",
        "--type",
        "json",
        "--patch",
        &patch.to_string(),
    ];
    cluster.kubectl(&arguments).success();
}

/// A changed schema holds some time after the change.
fn create_when_allowed(cluster: &Cluster, object: &Value) {
    let namespace = object["metadata"]["namespace"].as_str().unwrap();
    let path = format!("/apis/bitnami.com/v1alpha1/namespaces/{namespace}/sealedsecrets");
    wait_for("the loose schema", DEADLINE, || {
        (cluster.request("POST", &path, Some(object)).status == 201).then_some(())
    });
}

const CRD: &str = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/sealedsecrets.bitnami.com";
