//! docs/operations.md does what it says: its commands are run, and the controllers with what they have installed.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a suite that cannot go on is a failed test"
)]

mod page;
mod sealed_files;
mod several;

use serde_json::{Value, json};
use signet_cluster_tests::{Cluster, DEADLINE, Installation, Namespace, ours, output, peer, secret, wait_for};

use page::{run, run_with};

#[test]
fn upstreams_chart_is_replaced_and_comes_back() {
    let cluster = Cluster::shared();
    // Another test's definition of the kind would not yield to upstream's chart.
    let kind = "crd/sealedsecrets.bitnami.com";
    cluster.kubectl(&["delete", kind, "--ignore-not-found"]).success();
    let mut upstream = cluster.command(peer("helm"));
    upstream
        .args(["install", "sealed-secrets"])
        .arg(peer("sealed-secrets-chart"));
    upstream.args(["--namespace", "kube-system", "--set-string"]);
    output(upstream.arg("fullnameOverride=sealed-secrets-controller"), "").success();
    let theirs = Installation::present(cluster, peer("controller"), "kube-system");
    let namespace = Namespace::fresh(cluster);
    let mut controller = theirs.start(&["--kubeclient-qps=-1"]);
    let certificate = controller.certificate();
    cluster.create_sealed(&seal(cluster, namespace.name(), "theirs"));
    let made = cluster.wait_synced(namespace.name(), "theirs");
    let before = objects(cluster);
    controller.terminate();

    run_with(cluster, "In place of upstream's chart", |line| {
        line.replace("replicas=2", "replicas=1")
    });
    run(cluster, "In place of upstream's chart");
    assert_eq!(objects(cluster), before);
    let signet = Installation::present(cluster, ours("signet-controller"), "kube-system");
    let replicas = [signet.start(&[]), signet.start(&[])];
    for replica in &replicas {
        assert_eq!(replica.certificate(), certificate);
    }
    cluster.create_sealed(&seal(cluster, namespace.name(), "ours"));
    cluster.wait_synced(namespace.name(), "ours");
    assert_eq!(cluster.wait_synced(namespace.name(), "theirs"), made);
    drop(replicas);
    let controller = signet.start(&["--key-size=2048", "--key-renew-period=1s"]);
    wait_for("a new key", DEADLINE, || {
        (controller.certificate() != certificate).then_some(())
    });
    let sealed = seal(cluster, namespace.name(), "later");
    drop(controller);

    run(cluster, "Back to upstream's chart");
    assert_eq!(objects(cluster), before);
    let _controller = theirs.start(&["--kubeclient-qps=-1"]);
    cluster.create_sealed(&sealed);
    cluster.wait_synced(namespace.name(), "later");
    uninstall(cluster, "kube-system");
}

#[test]
fn what_is_installed_works() {
    let cluster = Cluster::shared();
    for (section, namespace) in [("Install", "kube-system"), ("Install for one namespace", "team")] {
        run(cluster, section);
        let installation = Installation::present(cluster, ours("signet-controller"), namespace);
        let replicas = [installation.start(&[]), installation.start(&[])];
        let sealed = cluster.seal(
            &secret(namespace, "app", json!({"password": "hunter2"})),
            &["--controller-namespace", namespace],
        );
        cluster.create_sealed(&sealed);
        cluster.wait_synced(namespace, "app");
        cluster.delete_sealed(namespace, "app");
        drop(replicas);
        if section == "Install" {
            run(cluster, "With one replica");
            let path = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/sealed-secrets-controller";
            let held = cluster.get(path).unwrap()["spec"]["holderIdentity"].clone();
            let controller = installation.start(&[]);
            assert_eq!(controller.metric("sealed_secrets_controller_leader").to_string(), "1");
            assert_eq!(cluster.get(path).unwrap()["spec"]["holderIdentity"], held);
        }
        uninstall(cluster, namespace);
    }
}

#[test]
fn an_upgrade_changes_nothing_that_is_right() {
    let cluster = Cluster::shared();
    run(cluster, "Install");
    let installation = Installation::present(cluster, ours("signet-controller"), "kube-system");
    let namespace = Namespace::fresh(cluster);
    let mut old = installation.start(&[]);
    cluster.create_sealed(&seal(cluster, namespace.name(), "app"));
    let made = cluster.wait_synced(namespace.name(), "app");
    let (before, certificate) = (objects(cluster), old.certificate());

    run(cluster, "Upgrade");
    let new = installation.start(&[]);
    assert_eq!((objects(cluster), new.certificate()), (before, certificate));
    let path = "/apis/apps/v1/namespaces/kube-system/deployments/sealed-secrets-controller";
    assert_eq!(cluster.get(path).unwrap()["spec"]["replicas"], 2);
    assert!(old.terminate().success());
    wait_for("the new one leads", DEADLINE, || {
        (new.metric("sealed_secrets_controller_leader") == 1.0).then_some(())
    });
    cluster.create_sealed(&seal(cluster, namespace.name(), "later"));
    cluster.wait_synced(namespace.name(), "later");
    assert_eq!(cluster.wait_synced(namespace.name(), "app"), made);
    drop(new);
    uninstall(cluster, "kube-system");
}

/// The identity of what others refer to by name.
fn objects(cluster: &Cluster) -> Vec<Value> {
    let name = "sealed-secrets-controller";
    let paths = [
        format!("/apis/apps/v1/namespaces/kube-system/deployments/{name}"),
        format!("/api/v1/namespaces/kube-system/services/{name}"),
        format!("/api/v1/namespaces/kube-system/services/{name}-metrics"),
        format!("/api/v1/namespaces/kube-system/serviceaccounts/{name}"),
    ];
    let uid = |path: &String| cluster.get(path).expect("an object")["metadata"]["uid"].clone();
    paths.iter().map(uid).collect()
}

fn uninstall(cluster: &Cluster, namespace: &str) {
    let mut helm = cluster.command(peer("helm"));
    output(helm.args(["uninstall", "sealed-secrets", "--namespace", namespace]), "").success();
}

fn seal(cluster: &Cluster, namespace: &str, name: &str) -> Value {
    cluster.seal(&secret(namespace, name, json!({"password": "hunter2"})), &[])
}
