//! Ours and the real kubeseal and controller 0.40 on the same objects, both ways.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a suite that cannot go on is a failed test"
)]

use std::fs;

use serde_json::{Value, json};
use signet_cluster_tests::{Cluster, DEADLINE, Installation, Namespace, Sealer, TlsKey, secret, wait_for};

#[test]
fn the_real_kubeseal_seals_for_our_controller() {
    let cluster = Cluster::shared();
    assert_opens(&Installation::signet(cluster), Sealer::Kubeseal);
}

#[test]
fn signet_seals_for_the_real_controller() {
    let cluster = Cluster::shared();
    assert_opens(&Installation::sealed_secrets(cluster), Sealer::Signet);
}

#[test]
fn signet_called_kubeseal_seals_for_the_real_controller() {
    let cluster = Cluster::shared();
    assert_opens(&Installation::sealed_secrets(cluster), Sealer::SignetAsKubeseal);
}

#[test]
fn signet_called_kubeseal_seals_for_our_controller() {
    let cluster = Cluster::shared();
    assert_opens(&Installation::signet(cluster), Sealer::SignetAsKubeseal);
}

#[test]
fn all_fetch_the_same_certificate_from_both_controllers() {
    let cluster = Cluster::shared();
    for install in BOTH {
        let controller = install(cluster).start(ARGUMENTS);
        let served = controller.certificate();
        for sealer in [Sealer::Kubeseal, Sealer::SignetAsKubeseal] {
            let fetched = sealer.run(cluster, &["--fetch-cert"], "").success();
            assert_eq!(fetched, served, "{sealer:?}");
        }
        assert_eq!(cluster.signet(&["cert", "--pem"], "").success(), served);
    }
}

#[test]
fn a_key_of_the_real_controller_serves_ours() {
    let cluster = Cluster::shared();
    assert_keys_serve(cluster, Installation::sealed_secrets, Installation::signet);
}

#[test]
fn a_key_of_our_controller_serves_the_real_one() {
    let cluster = Cluster::shared();
    assert_keys_serve(cluster, Installation::signet, Installation::sealed_secrets);
}

#[test]
fn a_key_brought_by_its_owner_serves_both() {
    let cluster = Cluster::shared();
    for install in BOTH {
        let installation = install(cluster);
        let key = TlsKey::generate(2020);
        installation.delete_keys();
        installation.create_key("brought", &key, true);
        assert_seals_with(&installation, &key);
        assert_eq!(installation.keys().len(), 1);
        installation.delete_keys();
    }
}

#[test]
fn a_key_secret_of_the_first_releases_serves_both() {
    let cluster = Cluster::shared();
    for install in BOTH {
        let installation = install(cluster);
        let key = TlsKey::generate(2020);
        installation.delete_keys();
        installation.create_key("sealed-secrets-key", &key, false);
        assert_seals_with(&installation, &key);
        assert!(installation.keys().is_empty());
        cluster.delete_secret(installation.namespace(), "sealed-secrets-key");
    }
}

#[test]
fn every_object_of_upstreams_kind_stays_as_it_is_under_ours() {
    let cluster = Cluster::shared();
    let _upstream = Installation::sealed_secrets(cluster);
    let namespace = Namespace::fresh(cluster);
    let names: Vec<_> = upstream_objects(namespace.name())
        .into_iter()
        .map(|object| {
            let name = object["metadata"]["name"].as_str().unwrap().to_owned();
            cluster.create_sealed(&object);
            name
        })
        .collect();
    write_status(cluster, namespace.name(), &names[0]);
    let read = || -> Vec<_> {
        let objects = names.iter().map(|name| cluster.sealed_secret(namespace.name(), name));
        objects.map(|object| without_bookkeeping(object.unwrap())).collect()
    };
    let before = read();
    let schema = cluster.get(SCHEMA);

    let _ours = Installation::signet(cluster);
    wait_for("our schema", DEADLINE, || (cluster.get(SCHEMA) != schema).then_some(()));
    assert_eq!(read(), before);
    for name in &names {
        cluster.patch_sealed(
            namespace.name(),
            name,
            &json!({"metadata": {"labels": {"touched": "yes"}}}),
        );
        cluster.patch_sealed(namespace.name(), name, &json!({"metadata": {"labels": null}}));
    }
    assert_eq!(read(), before);
}

/// Seals what people seal with `sealer`, and waits until the controller has opened all of it.
fn assert_opens(installation: &Installation, sealer: Sealer) {
    let cluster = installation.cluster();
    let _controller = installation.start(ARGUMENTS);
    let namespace = Namespace::fresh(cluster);
    let name = namespace.name();
    for scope in ["strict", "namespace-wide", "cluster-wide"] {
        let manifest = json!({
            "apiVersion": "v1", "kind": "Secret", "type": "example.com/type",
            "metadata": {"namespace": name, "name": scope, "labels": {"a": "1"}, "annotations": {"b": "2"}},
            "data": {"binary": BINARY, "overridden": "MQ=="},
            "stringData": {"text": "zażółć\n\t\"<&>", "overridden": "2", "empty": ""},
        });
        let sealed = sealer
            .run(cluster, &["--scope", scope], &manifest.to_string())
            .success();
        cluster.apply(&sealed);
        let made = cluster.wait_synced(name, scope);
        let data = json!({"binary": BINARY, "text": "emHFvMOzxYLEhwoJIjwmPg==", "overridden": "Mg==", "empty": ""});
        assert_eq!(made["data"], data, "{scope}");
        assert_eq!(made["type"], "example.com/type");
        assert_eq!(made["metadata"]["labels"], json!({"a": "1"}));
        assert_eq!(made["metadata"]["annotations"]["b"], "2");
    }
    assert_stream_opens(cluster, sealer, name);
    assert_large_value_opens(cluster, sealer, name);
}

fn assert_stream_opens(cluster: &Cluster, sealer: Sealer, namespace: &str) {
    let document = |name: &str| {
        format!(
            "apiVersion: v1\nkind: Secret\nmetadata:\n  name: {name}\n  namespace: {namespace}\n\
             stringData:\n  config.yaml: |\n    of: {name}\n    port: 8080\n"
        )
    };
    let stream = [document("yaml-1"), document("yaml-2"), document("yaml-3")].join("---\n");
    let sealed = sealer.run(cluster, &["-o", "yaml"], &stream).success();
    assert_eq!(sealed.matches("kind: SealedSecret").count(), 3, "{sealed}");
    cluster.apply(&sealed);
    for (name, value) in [
        ("yaml-1", "b2Y6IHlhbWwtMQpwb3J0OiA4MDgwCg=="),
        ("yaml-2", "b2Y6IHlhbWwtMgpwb3J0OiA4MDgwCg=="),
        ("yaml-3", "b2Y6IHlhbWwtMwpwb3J0OiA4MDgwCg=="),
    ] {
        let made = cluster.wait_synced(namespace, name);
        assert_eq!(made["data"], json!({"config.yaml": value}));
    }
}

/// 1 MiB is the most that a Secret holds.
fn assert_large_value_opens(cluster: &Cluster, sealer: Sealer, namespace: &str) {
    let value = format!("{}AA==", "AAAA".repeat((1 << 20) / 3));
    let manifest = json!({
        "apiVersion": "v1", "kind": "Secret",
        "metadata": {"namespace": namespace, "name": "large"}, "data": {"value": value},
    });
    let sealed = sealer.run(cluster, &[], &manifest.to_string()).success();
    cluster.create_sealed(&serde_json::from_str(&sealed).unwrap());
    let made = cluster.wait_synced(namespace, "large");
    assert!(made["data"]["value"] == value, "the value of 1 MiB differs");
}

/// A key that `first` makes is the one that `second` goes on with, and back; what was sealed for one opens in the other.
fn assert_keys_serve(cluster: &'static Cluster, first: Install, second: Install) {
    let namespace = Namespace::fresh(cluster);
    let installation = first(cluster);
    installation.delete_keys();
    let mut controller = installation.start(ARGUMENTS);
    let certificate = controller.certificate();
    let sealed_before = seal(cluster, Sealer::Kubeseal, namespace.name(), "before", "1");
    cluster.create_sealed(&sealed_before);
    let made = cluster.wait_synced(namespace.name(), "before");
    let sealed_between = seal(cluster, Sealer::Kubeseal, namespace.name(), "between", "1");
    controller.terminate();

    let installation = second(cluster);
    let mut controller = installation.start(ARGUMENTS);
    assert_eq!(controller.certificate(), certificate);
    assert_eq!(installation.keys().len(), 1);
    cluster.create_sealed(&sealed_between);
    cluster.wait_synced(namespace.name(), "between");
    // The Secret that the other controller made is its own now.
    cluster.replace_items(&seal(cluster, Sealer::Signet, namespace.name(), "before", "2"));
    let changed = cluster.wait_synced(namespace.name(), "before");
    assert_eq!(changed["data"], json!({"value": "Mg=="}));
    assert_eq!(changed["metadata"]["uid"], made["metadata"]["uid"]);
    let sealed_after = seal(cluster, Sealer::Signet, namespace.name(), "after", "1");
    controller.terminate();

    let controller = first(cluster).start(ARGUMENTS);
    assert_eq!(controller.certificate(), certificate);
    cluster.create_sealed(&sealed_after);
    cluster.wait_synced(namespace.name(), "after");
    cluster.delete_secret(namespace.name(), "between");
    wait_for("the Secret again", DEADLINE, || {
        cluster.secret(namespace.name(), "between")
    });
}

/// Starts the controller, which must serve `key` and open what is sealed with it.
fn assert_seals_with(installation: &Installation, key: &TlsKey) {
    let cluster = installation.cluster();
    // A key from 2020 is due for renewal.
    let controller = installation.start(&["--kubeclient-qps=-1", "--key-renew-period=0"]);
    let certificate = controller.certificate();
    assert_eq!(certificate, key.certificate);
    let file = cluster.directory().join("brought.pem");
    fs::write(&file, certificate).unwrap();

    let namespace = Namespace::fresh(cluster);
    for (sealer, name) in [(Sealer::Kubeseal, "kubeseal"), (Sealer::Signet, "signet")] {
        let manifest = secret(namespace.name(), name, json!({"value": "1"})).to_string();
        let sealed = sealer
            .run(cluster, &["--cert", file.to_str().unwrap()], &manifest)
            .success();
        cluster.create_sealed(&serde_json::from_str(&sealed).unwrap());
        cluster.wait_synced(namespace.name(), name);
    }
}

fn seal(cluster: &Cluster, sealer: Sealer, namespace: &str, name: &str, value: &str) -> Value {
    let manifest = secret(namespace, name, json!({"value": value})).to_string();
    serde_json::from_str(&sealer.run(cluster, &[], &manifest).success()).unwrap()
}

/// One object for each thing that upstream's schema allows.
fn upstream_objects(namespace: &str) -> Vec<Value> {
    let specs = [
        json!({"encryptedData": {}}),
        json!({"encryptedData": {"password": "AgBy3i4OJSWK", "a.b-c_d": ""}}),
        json!({"encryptedData": {}, "data": "AgBy3i4OJSWKKK=="}),
        json!({"encryptedData": {}, "template": {}}),
        json!({"encryptedData": {}, "template": {"metadata": null, "data": null, "type": "", "immutable": false}}),
        json!({"encryptedData": {"a": "AgBy"}, "template": {"data": {"a": null, "b": "{{ .a }}"}, "immutable": true}}),
        json!({"encryptedData": {}, "template": {"metadata": {
            "name": "x", "namespace": "y", "labels": {"a": "b"}, "annotations": {"c": "d"}, "finalizers": ["e/f"],
            "creationTimestamp": null, "generateName": "g", "unknown": {"deep": [1, "two", null, {"three": 3.5}]},
        }, "type": "kubernetes.io/tls"}}),
    ];
    let objects = specs.into_iter().enumerate().map(|(index, spec)| {
        json!({
            "apiVersion": "bitnami.com/v1alpha1", "kind": "SealedSecret",
            "metadata": {"namespace": namespace, "name": format!("object-{index}")},
            "spec": spec,
        })
    });
    objects.collect()
}

fn write_status(cluster: &Cluster, namespace: &str, name: &str) {
    let path = format!("/apis/bitnami.com/v1alpha1/namespaces/{namespace}/sealedsecrets/{name}/status");
    let times = "2026-01-02T03:04:05Z";
    let status = json!({"status": {"observedGeneration": 1, "conditions": [{
        "type": "Synced", "status": "Unknown", "lastUpdateTime": times, "lastTransitionTime": times,
        "reason": "", "message": "text",
    }, {"type": "Other", "status": "any"}]}});
    let response = cluster.request("PATCH", &path, Some(&status));
    assert_eq!(response.status, 200, "{}", response.body);
}

/// An object without what each write of it changes.
fn without_bookkeeping(mut object: Value) -> Value {
    let metadata = object["metadata"].as_object_mut().unwrap();
    metadata.retain(|field, _| !["generation", "labels", "managedFields", "resourceVersion"].contains(&field.as_str()));
    // The default of our definition, where there is no status: not looked at yet.
    if object["status"] == json!({"observedGeneration": -1}) {
        object.as_object_mut().unwrap().remove("status");
    }
    object
}

type Install = fn(&'static Cluster) -> Installation<'static>;

const BOTH: [Install; 2] = [Installation::signet, Installation::sealed_secrets];

/// The real controller would wait between its requests.
const ARGUMENTS: &[&str] = &["--kubeclient-qps=-1"];

/// Bytes that are no UTF-8.
const BINARY: &str = "AAECA//+/YA=";

const SCHEMA: &str = "/openapi/v3/apis/bitnami.com/v1alpha1";
