//! The flags of upstream's controller, with ours under its chart's rights.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a suite that cannot go on is a failed test"
)]

use serde_json::{Value, json};
use signet_cluster_tests::{Cluster, DEADLINE, Installation, Namespace, output, secret, wait_for};

#[test]
fn wrong_values_stop_the_start_with_a_message() {
    let cluster = Cluster::shared();
    let installation = Installation::signet(cluster);
    for argument in [
        "--label-selector=a=(b)",
        "--key-cutoff-time=yesterday",
        "--privatekey-labels=team",
        "--privatekey-annotations=note",
        "--skip-recreate=no",
        "--read-timeout=2",
    ] {
        let run = output(&mut installation.command(&[argument]), "");
        assert_eq!(run.code, Some(2), "{argument}");
        let (flag, _) = argument.split_once('=').unwrap();
        assert!(run.stderr.contains(flag), "{argument}: {}", run.stderr);
    }
}

#[test]
fn only_selected_sealed_secrets_are_looked_at() {
    let cluster = Cluster::shared();
    let _controller = Installation::signet(cluster).start(&["--label-selector=team in (blue,green),!legacy"]);
    let namespace = Namespace::fresh(cluster);
    for (name, labels) in [
        ("other", json!({"team": "red"})),
        ("legacy", json!({"team": "blue", "legacy": ""})),
        ("selected", json!({"team": "blue"})),
    ] {
        create(cluster, namespace.name(), name, labels);
    }
    cluster.wait_synced(namespace.name(), "selected");
    for name in ["other", "legacy"] {
        assert_eq!(cluster.secret(namespace.name(), name), None, "{name}");
    }
    // Its Secret does not have the labels, and is put right all the same.
    cluster.delete_secret(namespace.name(), "selected");
    wait_for("the Secret again", DEADLINE, || {
        cluster.secret(namespace.name(), "selected")
    });

    let labels = json!({"metadata": {"labels": {"team": "green"}}});
    cluster.patch_sealed(namespace.name(), "other", &labels);
    cluster.wait_synced(namespace.name(), "other");
}

#[test]
fn with_skip_recreate_a_deleted_secret_comes_back_at_the_next_start() {
    let cluster = Cluster::shared();
    let installation = Installation::signet(cluster);
    let mut controller = installation.start(&["--skip-recreate"]);
    let namespace = Namespace::fresh(cluster);
    create(cluster, namespace.name(), "app", json!({}));
    cluster.wait_synced(namespace.name(), "app");
    cluster.delete_secret(namespace.name(), "app");
    // It looks at what comes after that.
    for name in ["later", "last"] {
        create(cluster, namespace.name(), name, json!({}));
        cluster.wait_synced(namespace.name(), name);
    }
    assert!(controller.terminate().success());
    assert_eq!(cluster.secret(namespace.name(), "app"), None);

    let _controller = installation.start(&["--skip-recreate"]);
    wait_for("the Secret again", DEADLINE, || cluster.secret(namespace.name(), "app"));
}

#[test]
fn the_old_collection_deletes_what_a_deleted_sealed_secret_owns_and_nothing_else() {
    let cluster = Cluster::shared();
    let installation = Installation::signet(cluster);
    let namespace = Namespace::fresh(cluster);
    allow_deletion(cluster, namespace.name());
    let controller = installation.start(&["--old-gc-behavior", "--label-selector=!hidden"]);
    cluster.apply(&secret(namespace.name(), "foreign", json!({"password": "theirs"})).to_string());
    let foreign = cluster.secret(namespace.name(), "foreign").unwrap();
    for name in ["foreign", "hidden", "orphan", "owned"] {
        create(cluster, namespace.name(), name, json!({}));
    }
    for name in ["hidden", "orphan", "owned"] {
        cluster.wait_synced(namespace.name(), name);
    }
    cluster.wait_condition(namespace.name(), "foreign", "Synced", "False");

    let hide = json!({"metadata": {"labels": {"hidden": ""}}});
    cluster.patch_sealed(namespace.name(), "hidden", &hide);
    cluster.delete_sealed(namespace.name(), "foreign");
    let orphan = json!({"kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": "Orphan"});
    let path = format!(
        "/apis/bitnami.com/v1alpha1/namespaces/{}/sealedsecrets/orphan",
        namespace.name()
    );
    assert_eq!(cluster.request("DELETE", &path, Some(&orphan)).status, 200);
    wait_for("the end of the orphan's owner", DEADLINE, || {
        cluster
            .sealed_secret(namespace.name(), "orphan")
            .is_none()
            .then_some(())
    });
    cluster.delete_sealed(namespace.name(), "owned");
    cluster.wait_no_secret(namespace.name(), "owned");
    // The garbage collector may be faster, but not always.
    wait_for("a Secret that the controller deletes", DEADLINE, || {
        create(cluster, namespace.name(), "owned", json!({}));
        cluster.wait_synced(namespace.name(), "owned");
        cluster.delete_sealed(namespace.name(), "owned");
        cluster.wait_no_secret(namespace.name(), "owned");
        controller.stdout().contains("Secret deleted").then_some(())
    });
    assert_eq!(cluster.secret(namespace.name(), "foreign").unwrap(), foreign);
    for name in ["hidden", "orphan"] {
        assert!(cluster.secret(namespace.name(), name).is_some(), "{name}");
    }
}

#[test]
fn a_key_from_before_the_cutoff_is_replaced_at_the_start_by_one_with_the_labels_asked_for() {
    let cluster = Cluster::shared();
    let installation = Installation::signet(cluster);
    let mut controller = installation.start(&[]);
    let certificate = controller.certificate();
    let before = names(&installation.keys());
    assert!(controller.terminate().success());

    let past = "--key-cutoff-time=Wed, 01 Jan 2020 00:00:00 +0000";
    let mut controller = installation.start(&[past]);
    assert_eq!(controller.certificate(), certificate);
    assert!(controller.terminate().success());

    // After every key that a test makes.
    let future = "--key-cutoff-time=Sun, 01 Jan 2220 00:00:00 +0000";
    let labels = "--privatekey-labels=team=blue,sealedsecrets.bitnami.com/sealed-secrets-key=other";
    let controller = installation.start(&[future, labels, "--privatekey-annotations=note=a=b"]);
    let added = wait_for("a new key", DEADLINE, || {
        let mut keys = installation.keys();
        keys.retain(|key| !before.contains(&key["metadata"]["name"]));
        (!keys.is_empty()).then_some(keys)
    });
    assert_eq!(added.len(), 1);
    let metadata = &added[0]["metadata"];
    let labels = json!({"team": "blue", "sealedsecrets.bitnami.com/sealed-secrets-key": "active"});
    assert_eq!(
        (&metadata["labels"], &metadata["annotations"]),
        (&labels, &json!({"note": "a=b"}))
    );
    wait_for("the new certificate", DEADLINE, || {
        (controller.certificate() != certificate).then_some(())
    });
}

#[test]
fn metrics_can_leave_names_out() {
    let cluster = Cluster::shared();
    let controller = Installation::signet(cluster).start(&["--metrics-omit-secret-labels"]);
    let namespace = Namespace::fresh(cluster);
    create(cluster, namespace.name(), "app", json!({}));
    cluster.wait_synced(namespace.name(), "app");
    let metrics = controller.metrics();
    assert!(!metrics.contains("condition_info{"), "{metrics}");
    assert!(controller.metric("sealed_secrets_controller_unseal_requests_total") > 0.0);
}

/// Seals and creates a Secret with one item, and labels the SealedSecret.
fn create(cluster: &Cluster, namespace: &str, name: &str, labels: Value) {
    let mut sealed = cluster.seal(&secret(namespace, name, json!({"password": "hunter2"})), &[]);
    sealed["metadata"]["labels"] = labels;
    cluster.create_sealed(&sealed);
}

/// What the chart adds with `controller.oldGcBehavior`, for one namespace.
fn allow_deletion(cluster: &Cluster, namespace: &str) {
    let group = "rbac.authorization.k8s.io";
    let metadata = json!({"name": "deletion", "namespace": namespace});
    let role = json!({
        "apiVersion": format!("{group}/v1"), "kind": "Role", "metadata": metadata,
        "rules": [{"apiGroups": [""], "resources": ["secrets"], "verbs": ["delete"]}],
    });
    let binding = json!({
        "apiVersion": format!("{group}/v1"), "kind": "RoleBinding", "metadata": metadata,
        "roleRef": {"apiGroup": group, "kind": "Role", "name": "deletion"},
        "subjects": [{"kind": "ServiceAccount", "name": "sealed-secrets-controller", "namespace": "kube-system"}],
    });
    cluster.apply(&role.to_string());
    cluster.apply(&binding.to_string());
}

fn names(keys: &[Value]) -> Vec<Value> {
    keys.iter().map(|key| key["metadata"]["name"].clone()).collect()
}
