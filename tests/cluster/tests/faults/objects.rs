//! SealedSecrets that are none, or too large, among good ones.

use std::thread;

use serde_json::{Value, json};
use signet_cluster_tests::{Cluster, DEADLINE, Installation, Namespace, wait_for};
use signet_sealing_keys::Certificate;

use crate::load::{Load, sealed};
use crate::{amount, seal, start};

/// As many as the largest request that the API server takes: of 1.5 MiB in etcd, where a Secret may have 1 MiB.
#[test]
fn the_largest_becomes_a_secret_and_a_larger_one_says_so() {
    let cluster = Cluster::shared();
    let mut controller = start(cluster);
    let namespace = Namespace::fresh(cluster);
    let certificate = Certificate::from_pem(controller.certificate().as_bytes()).unwrap();
    let create = |name: &str, bytes: usize| {
        cluster.create_sealed(&sealed(namespace.name(), name, &vec![b'x'; bytes], &certificate));
    };
    create("too-large", (1 << 20) + 1);
    create("largest", 1 << 20);

    let made = cluster.wait_synced(namespace.name(), "largest");
    assert_eq!(
        made["data"]["value"].as_str().unwrap().len(),
        (1_usize << 20).div_ceil(3) * 4
    );
    let ready = cluster.wait_condition(namespace.name(), "too-large", "Ready", "False");
    assert_eq!(ready["reason"], "TooLarge");
    assert!(cluster.secret(namespace.name(), "too-large").is_none());
    assert!(controller.is_running());
}

/// Whatever does not open is told once, and costs no more than its retries.
#[test]
fn many_malformed_ones_do_not_hold_up_the_good_ones() {
    let cluster = Cluster::shared();
    let mut controller = start(cluster);
    let namespace = Namespace::fresh(cluster);
    let malformed = amount(30, 200);
    thread::scope(|scope| {
        let namespace = namespace.name();
        scope.spawn(move || {
            for index in 0..malformed {
                let name = format!("malformed-{index}");
                cluster.create_sealed(&sealed_secret(
                    namespace,
                    &name,
                    &json!({"encryptedData": {"password": "AgA="}}),
                ));
            }
        });
    });
    let mut load = Load::new(cluster, &controller, amount(200, 2000), 5);
    (0..amount(300, 3000)).for_each(|_| load.write());
    load.wait_right();
    for index in 0..malformed {
        assert_unseal_failed(cluster, namespace.name(), &format!("malformed-{index}"));
    }
    let writes = || {
        let events = cluster.audit().into_iter();
        events
            .filter(|event| event["objectRef"]["namespace"] == namespace.name() && event["verb"] != "get")
            .count()
    };
    let before = writes();
    let retries = controller.metric("sealed_secrets_controller_retries_total");
    wait_for("more retries", DEADLINE, || {
        let now = controller.metric("sealed_secrets_controller_retries_total");
        (now >= retries + 10.0).then_some(())
    });
    assert_eq!(writes(), before);
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
