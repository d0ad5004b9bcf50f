//! A repository with sealed files, and the keys that open them.

use std::fs;

use serde_json::json;
use signet_cluster_tests::{Cluster, DEADLINE, Installation, Namespace, ours, wait_for};

use crate::page::{desk, run, run_with};
use crate::{seal, uninstall};

#[test]
fn lost_keys_come_back_and_everything_opens_again() {
    let cluster = Cluster::shared();
    run(cluster, "Install");
    let installation = Installation::present(cluster, ours("signet-controller"), "kube-system");
    let namespace = Namespace::fresh(cluster);
    let mut controller = installation.start(&["--key-size=2048"]);
    let files = ["first", "second"].map(|name| {
        let sealed = seal(cluster, namespace.name(), name);
        write(cluster, name, &sealed.to_string());
        cluster.create_sealed(&sealed);
        cluster.wait_synced(namespace.name(), name);
        sealed
    });
    run(cluster, "Back up");
    let drilled = run(cluster, "Drill").concat();
    assert!(
        drilled.contains("2 SealedSecrets") && drilled.contains(" 0 do not open"),
        "{drilled}"
    );

    controller.terminate();
    installation.delete_keys();
    for sealed in &files {
        let name = sealed["metadata"]["name"].as_str().unwrap();
        cluster.delete_sealed(namespace.name(), name);
        cluster.wait_no_secret(namespace.name(), name);
        cluster.create_sealed(sealed);
    }
    wait_for("no objects of other tests", DEADLINE, || {
        let list = cluster.get("/apis/bitnami.com/v1alpha1/sealedsecrets")?;
        (list["items"].as_array()?.len() == files.len()).then_some(())
    });
    let controller = installation.start(&["--key-size=2048"]);
    for name in ["first", "second"] {
        let refused = cluster.wait_condition(namespace.name(), name, "Ready", "False");
        assert_eq!(refused["reason"], "UnsealFailed", "{refused}");
    }
    run(cluster, "Restore");
    for name in ["first", "second"] {
        let made = cluster.wait_synced(namespace.name(), name);
        assert_eq!(made["data"], json!({"password": "aHVudGVyMg=="}));
    }
    drop(controller);
    clear(cluster);
    uninstall(cluster, "kube-system");
}

#[test]
fn a_repository_follows_a_new_key() {
    let cluster = Cluster::shared();
    run(cluster, "Install");
    let installation = Installation::present(cluster, ours("signet-controller"), "kube-system");
    let namespace = Namespace::fresh(cluster);
    let controller = installation.start(&["--key-size=2048"]);
    let sealed = seal(cluster, namespace.name(), "app");
    write(cluster, "app", &sealed.to_string());
    cluster.create_sealed(&sealed);
    let made = cluster.wait_synced(namespace.name(), "app");
    let opened_by = || cluster.sealed_secret(namespace.name(), "app").unwrap()["status"]["openedBy"].clone();
    let old_key = opened_by();

    run(cluster, "Renew now");
    let written = run(cluster, "Rotate").concat();
    assert!(written.contains("resealed 1 of 1 SealedSecrets"), "{written}");
    wait_for("the new key to open it", DEADLINE, || {
        (opened_by() != old_key).then_some(())
    });
    assert_eq!(cluster.wait_synced(namespace.name(), "app")["data"], made["data"]);

    wait_for("no objects of other tests", DEADLINE, || {
        let list = cluster.get("/apis/bitnami.com/v1alpha1/sealedsecrets")?;
        (list["items"].as_array()?.len() == 1).then_some(())
    });
    let old_key = old_key[0].as_str().unwrap();
    let retired = run_with(cluster, "Retire a key", |line| line.replace("SHA256:Nw4yHBPY", old_key)).concat();
    assert!(retired.contains("retired"), "{retired}");
    wait_for("the key to be unloaded", DEADLINE, || {
        (controller.metric("sealed_secrets_controller_sealing_keys") == 1.0).then_some(())
    });
    drop(controller);
    clear(cluster);
    uninstall(cluster, "kube-system");
}

fn write(cluster: &Cluster, name: &str, text: &str) {
    fs::write(
        desk(cluster).join("clusters/prod").join(name).with_extension("json"),
        text,
    )
    .unwrap();
}

/// Takes the sealed files away again.
fn clear(cluster: &Cluster) {
    for file in fs::read_dir(desk(cluster).join("clusters/prod")).unwrap() {
        fs::remove_file(file.unwrap().path()).unwrap();
    }
}
