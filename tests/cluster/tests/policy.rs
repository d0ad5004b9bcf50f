//! What the people who run a cluster allow.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a suite that cannot go on is a failed test"
)]

use serde_json::{Value, json};
use signet_cluster_tests::{Cluster, Installation, Namespace, output, secret};

#[test]
fn wrong_values_stop_the_start_with_a_message() {
    let cluster = Cluster::shared();
    let installation = Installation::signet(cluster);
    for argument in [
        "--allowed-scopes=strict,all",
        "--namespace-scopes=maybe",
        "--max-items=few",
        "--exclude-namespaces=a,B",
        "--heal=maybe",
    ] {
        let run = output(&mut installation.command(&[argument]), "");
        assert_eq!(run.code, Some(2), "{argument}");
        let (flag, _) = argument.split_once('=').unwrap();
        assert!(run.stderr.contains(flag), "{argument}: {}", run.stderr);
    }
}

#[test]
fn a_scope_that_is_not_allowed_is_refused_before_and_after_there_is_a_secret() {
    let cluster = Cluster::shared();
    let installation = Installation::signet(cluster);
    let namespace = Namespace::fresh(cluster);
    let mut controller = installation.start(&[]);
    create(cluster, namespace.name(), "before", json!({"a": "1"}), "cluster-wide");
    let before = cluster.wait_synced(namespace.name(), "before");
    assert!(controller.terminate().success());

    let _controller = installation.start(&["--allowed-scopes=strict,namespace-wide"]);
    for (name, scope) in [("strict", "strict"), ("namespace", "namespace-wide")] {
        create(cluster, namespace.name(), name, json!({"a": "1"}), scope);
        cluster.wait_synced(namespace.name(), name);
    }
    create(cluster, namespace.name(), "cluster", json!({"a": "1"}), "cluster-wide");
    assert_refused(cluster, namespace.name(), "cluster", "ScopeForbidden", "cluster-wide");
    assert_eq!(cluster.secret(namespace.name(), "cluster"), None);
    assert_refused(cluster, namespace.name(), "before", "ScopeForbidden", "cluster-wide");
    assert_eq!(cluster.secret(namespace.name(), "before").unwrap(), before);
}

#[test]
fn the_label_of_a_namespace_narrows_the_scopes_there() {
    let cluster = Cluster::shared();
    let installation = Installation::chart(
        cluster,
        "signet-namespace-scopes",
        "kube-system",
        "controller.namespaceScopes=true",
    );
    let [labelled, other] = [Namespace::fresh(cluster), Namespace::fresh(cluster)];
    let mut controller = installation.start(&[]);
    for namespace in [&labelled, &other] {
        create(cluster, namespace.name(), "wide", json!({"a": "1"}), "namespace-wide");
        cluster.wait_synced(namespace.name(), "wide");
    }
    create(cluster, labelled.name(), "strict", json!({"a": "1"}), "strict");
    let before = cluster.wait_synced(labelled.name(), "strict");

    label(cluster, &labelled, "signet.dev/allowed-scopes=strict.cluster-wide");
    assert_refused(cluster, labelled.name(), "wide", "ScopeForbidden", "namespace-wide");
    label(cluster, &labelled, "signet.dev/allowed-scopes-");
    cluster.wait_condition(labelled.name(), "wide", "Ready", "True");
    // What cannot be read forbids.
    label(cluster, &labelled, "signet.dev/allowed-scopes=all");
    assert_refused(cluster, labelled.name(), "strict", "ScopeForbidden", "strict");
    assert_refused(cluster, labelled.name(), "wide", "ScopeForbidden", "namespace-wide");
    label(cluster, &labelled, "signet.dev/allowed-scopes=strict");
    cluster.wait_condition(labelled.name(), "strict", "Ready", "True");
    assert_eq!(cluster.secret(labelled.name(), "strict").unwrap(), before);
    assert!(cluster.secret(labelled.name(), "wide").is_some());

    // What changes while no controller runs counts as well.
    assert!(controller.terminate().success());
    label(cluster, &labelled, "signet.dev/allowed-scopes-");
    label(cluster, &other, "signet.dev/allowed-scopes=strict");
    let _controller = installation.start(&[]);
    cluster.wait_condition(labelled.name(), "wide", "Ready", "True");
    assert_refused(cluster, other.name(), "wide", "ScopeForbidden", "namespace-wide");
}

#[test]
fn what_is_too_much_is_refused_and_named() {
    let cluster = Cluster::shared();
    let _controller = Installation::signet(cluster).start(&["--max-items=2", "--max-bytes=10"]);
    let namespace = Namespace::fresh(cluster);
    create(
        cluster,
        namespace.name(),
        "many",
        json!({"a": "1", "b": "1", "c": "1"}),
        "strict",
    );
    create(
        cluster,
        namespace.name(),
        "large",
        json!({"a": "12345", "b": "123456"}),
        "strict",
    );
    create(
        cluster,
        namespace.name(),
        "fits",
        json!({"a": "12345", "b": "12345"}),
        "strict",
    );

    cluster.wait_synced(namespace.name(), "fits");
    assert_refused(cluster, namespace.name(), "many", "TooManyItems", "3 items");
    assert_refused(cluster, namespace.name(), "large", "TooLarge", "11 bytes");
    for name in ["many", "large"] {
        assert_eq!(cluster.secret(namespace.name(), name), None);
    }
    // One item less, and it fits.
    cluster.patch_sealed(
        namespace.name(),
        "many",
        &json!({"spec": {"encryptedData": {"c": null}}}),
    );
    cluster.wait_synced(namespace.name(), "many");
}

#[test]
fn an_item_of_the_template_counts() {
    let cluster = Cluster::shared();
    let _controller = Installation::signet(cluster).start(&["--max-items=1", "--max-bytes=0"]);
    let namespace = Namespace::fresh(cluster);
    let mut sealed = cluster.seal(&secret(namespace.name(), "app", json!({"a": "1"})), &[]);
    sealed["spec"]["template"]["data"] = json!({"b": "plain"});
    cluster.create_sealed(&sealed);
    assert_refused(cluster, namespace.name(), "app", "TooManyItems", "2 items");

    cluster.patch_sealed(namespace.name(), "app", &json!({"spec": {"template": {"data": null}}}));
    cluster.wait_synced(namespace.name(), "app");
}

#[test]
fn in_excluded_namespaces_nothing_is_touched() {
    let cluster = Cluster::shared();
    let installation = Installation::signet(cluster);
    let [excluded, other, last] = [
        Namespace::fresh(cluster),
        Namespace::fresh(cluster),
        Namespace::fresh(cluster),
    ];
    let mut controller = installation.start(&[]);
    create(cluster, excluded.name(), "before", json!({"a": "1"}), "strict");
    cluster.wait_synced(excluded.name(), "before");
    assert!(controller.terminate().success());

    let exclude = format!("--exclude-namespaces={},{}", excluded.name(), last.name());
    let mut controller = installation.start(&[&exclude]);
    cluster.delete_secret(excluded.name(), "before");
    for namespace in [&excluded, &last, &other] {
        create(cluster, namespace.name(), "app", json!({"a": "1"}), "strict");
    }
    cluster.wait_synced(other.name(), "app");
    assert!(controller.terminate().success());
    for namespace in [&excluded, &last] {
        assert_eq!(cluster.secret(namespace.name(), "app"), None);
        let sealed = cluster.sealed_secret(namespace.name(), "app").unwrap();
        assert_eq!(sealed["status"]["conditions"], Value::Null);
    }
    assert_eq!(cluster.secret(excluded.name(), "before"), None);

    let _controller = installation.start(&[]);
    cluster.wait_synced(excluded.name(), "app");
}

fn create(cluster: &Cluster, namespace: &str, name: &str, items: Value, scope: &str) {
    let manifest = secret(namespace, name, items);
    cluster.create_sealed(&cluster.seal(&manifest, &["--scope", scope]));
}

fn label(cluster: &Cluster, namespace: &Namespace<'_>, label: &str) {
    let arguments = ["label", "--overwrite", "namespace", namespace.name(), label];
    cluster.kubectl(&arguments).success();
}

fn assert_refused(cluster: &Cluster, namespace: &str, name: &str, reason: &str, text: &str) {
    let ready = cluster.wait_condition(namespace, name, "Ready", "False");
    assert_eq!(ready["reason"], reason, "{name}");
    let message = ready["message"].as_str().unwrap();
    assert!(message.contains(text), "{name}: {message}");
    cluster.wait_event(namespace, name, "ErrUpdateFailed");
}
