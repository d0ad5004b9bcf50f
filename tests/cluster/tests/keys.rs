//! Our controller's sealing keys, good and malformed, from start to start and while it runs.

#![allow(clippy::unwrap_used, reason = "a suite that cannot go on is a failed test")]

use serde_json::{Value, json};
use signet_cluster_tests::{Cluster, Controller, DEADLINE, Installation, Namespace, TlsKey, secret, wait_for};

#[test]
fn a_restart_keeps_the_key() {
    let cluster = Cluster::shared();
    let installation = Installation::signet(cluster);
    let mut controller = installation.start(&[]);
    let [certificate, keys] = [json!(controller.certificate()), json!(installation.keys())];
    assert!(controller.terminate().success());

    let controller = installation.start(&[]);
    assert_eq!(json!(controller.certificate()), certificate);
    assert_eq!(json!(installation.keys()), keys);
}

#[test]
fn malformed_key_secrets_do_not_hide_the_good_ones_at_start() {
    let cluster = Cluster::shared();
    let installation = Installation::signet(cluster);
    let mut controller = installation.start(&[]);
    let certificate = controller.certificate();
    assert!(controller.terminate().success());
    let malformed = create_malformed(&installation);

    let controller = installation.start(&[]);
    assert_eq!(controller.certificate(), certificate);
    assert_reported(cluster, &controller, &malformed);
    delete_all(&installation, &malformed);
}

#[test]
fn malformed_key_secrets_do_not_hide_the_good_ones_while_it_runs() {
    let cluster = Cluster::shared();
    let installation = Installation::signet(cluster);
    let mut controller = installation.start(&[]);
    let certificate = controller.certificate();
    let malformed = create_malformed(&installation);

    assert_reported(cluster, &controller, &malformed);
    assert_eq!(controller.certificate(), certificate);
    assert!(controller.is_running());
    let namespace = Namespace::fresh(cluster);
    cluster.create_sealed(&seal(cluster, namespace.name(), "app"));
    cluster.wait_synced(namespace.name(), "app");
    delete_all(&installation, &malformed);
}

#[test]
fn malformed_key_secrets_alone_make_a_new_key() {
    let cluster = Cluster::shared();
    let installation = Installation::signet(cluster);
    installation.delete_keys();
    let malformed = create_malformed(&installation);

    let controller = installation.start(&[]);
    assert_eq!(installation.keys().len(), malformed.len() + 1);
    let namespace = Namespace::fresh(cluster);
    cluster.create_sealed(&seal(cluster, namespace.name(), "app"));
    cluster.wait_synced(namespace.name(), "app");
    drop(controller);
    delete_all(&installation, &malformed);
}

#[test]
fn a_key_added_while_it_runs_is_used() {
    let cluster = Cluster::shared();
    let installation = Installation::signet(cluster);
    let controller = installation.start(&[]);
    let namespace = Namespace::fresh(cluster);
    let before = seal(cluster, namespace.name(), "before");

    // Newer than any that is generated here.
    let key = TlsKey::generate(2090);
    installation.create_key("added", &key, true);
    wait_for("the added key's certificate", DEADLINE, || {
        (controller.certificate() == key.certificate).then_some(())
    });
    cluster.create_sealed(&before);
    cluster.create_sealed(&seal(cluster, namespace.name(), "after"));
    cluster.wait_synced(namespace.name(), "before");
    cluster.wait_synced(namespace.name(), "after");
    cluster.delete_secret(installation.namespace(), "added");
}

#[test]
fn a_deleted_key_opens_nothing_any_more() {
    let cluster = Cluster::shared();
    let installation = Installation::signet(cluster);
    let controller = installation.start(&[]);
    let namespace = Namespace::fresh(cluster);
    let before = controller.certificate();
    let key = TlsKey::generate(2090);
    installation.create_key("retired", &key, true);
    wait_for("the added key's certificate", DEADLINE, || {
        (controller.certificate() == key.certificate).then_some(())
    });
    let sealed = seal(cluster, namespace.name(), "app");
    cluster.delete_secret(installation.namespace(), "retired");
    wait_for("the first certificate again", DEADLINE, || {
        (controller.certificate() == before).then_some(())
    });

    cluster.create_sealed(&sealed);
    let condition = cluster.wait_condition(namespace.name(), "app", "Synced", "False");
    assert_eq!(condition["message"], "no key could decrypt secret (password)");
    // It comes back, and what could not be opened is retried.
    installation.create_key("retired", &key, true);
    cluster.wait_synced(namespace.name(), "app");
    cluster.delete_secret(installation.namespace(), "retired");
}

fn seal(cluster: &Cluster, namespace: &str, name: &str) -> Value {
    cluster.seal(&secret(namespace, name, json!({"password": "hunter2"})), &[])
}

/// Key Secrets that are wrong, each in its way; returns their names.
fn create_malformed(installation: &Installation) -> Vec<&'static str> {
    let [first, second] = [TlsKey::generate(2090), TlsKey::generate(2091)];
    let malformed = [
        ("malformed-garbage", json!({"tls.crt": "garbage", "tls.key": "garbage"})),
        ("malformed-empty", json!({})),
        ("malformed-no-key", json!({"tls.crt": first.certificate})),
        (
            "malformed-pair",
            json!({"tls.crt": first.certificate, "tls.key": second.private_key}),
        ),
    ];
    let names = malformed.map(|(name, items)| {
        installation.create_malformed_key(name, &items);
        name
    });
    names.to_vec()
}

/// Each has an event and a line in the log, which do not show what is in it, and counts in the metric.
fn assert_reported(cluster: &Cluster, controller: &Controller, names: &[&str]) {
    for name in names {
        let event = wait_for(&format!("a warning about {name}"), DEADLINE, || {
            let mut events = cluster.events("kube-system", name).into_iter();
            events.find(|event| event["type"] == "Warning")
        });
        assert!(!event["message"].to_string().contains("PRIVATE KEY"));
        wait_for(&format!("a line about {name}"), DEADLINE, || {
            let log = controller.stderr();
            log.lines().any(|line| line.contains(name)).then_some(())
        });
    }
    assert!(!controller.stderr().contains("PRIVATE KEY"));
    wait_for("their number in the metrics", DEADLINE, || {
        let malformed = controller.metric("sealed_secrets_controller_malformed_keys");
        (malformed.to_string() == names.len().to_string()).then_some(())
    });
}

fn delete_all(installation: &Installation, names: &[&str]) {
    for name in names {
        installation.cluster().delete_secret(installation.namespace(), name);
    }
}
