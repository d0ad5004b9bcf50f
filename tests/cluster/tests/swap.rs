//! Our program takes the place of theirs, and nothing else is changed.

#![allow(clippy::unwrap_used, reason = "a suite that cannot go on is a failed test")]

use serde_json::json;
use signet_cluster_tests::{Cluster, Controller, DEADLINE, Installation, Namespace, secret, wait_for};

#[test]
fn what_the_real_controller_has_made_stays_as_it_is_under_its_own_definition() {
    let cluster = Cluster::shared();
    let mut theirs = Installation::sealed_secrets(cluster).start(&["--kubeclient-qps=-1"]);
    let namespace = Namespace::fresh(cluster);
    let names: Vec<_> = (0..OBJECTS).map(|index| format!("app-{index}")).collect();
    for name in &names {
        let manifest = secret(namespace.name(), name, json!({"password": "hunter2"}));
        cluster.create_sealed(&cluster.seal(&manifest, &[]));
    }
    let secrets: Vec<_> = names
        .iter()
        .map(|name| cluster.wait_synced(namespace.name(), name))
        .collect();
    theirs.terminate();

    let ours = Installation::signet(cluster);
    ours.define_as_upstream();
    let mut first = ours.start(&[]);
    wait_seen(&first);
    for name in &names {
        cluster.wait_condition(namespace.name(), name, "Ready", "True");
    }
    first.terminate();

    let before = cluster.requests();
    let second = ours.start(&[]);
    wait_seen(&second);
    let asked = cluster.requests_since(&before);
    // The first answers show that the definition drops what is ours; from then on nothing of it is written.
    let written = asked.get("update sealedsecrets/status").copied().unwrap_or_default();
    assert!(written <= AT_ONCE, "{asked:?}");
    for (name, before) in names.iter().zip(secrets) {
        let now = cluster.secret(namespace.name(), name).unwrap();
        assert_eq!(
            now["metadata"]["resourceVersion"],
            before["metadata"]["resourceVersion"]
        );
    }
}

fn wait_seen(controller: &Controller) {
    wait_for("every SealedSecret has been looked at", DEADLINE, || {
        let seen = controller.metric("sealed_secrets_controller_condition_info");
        (seen >= f64::from(OBJECTS)).then_some(())
    });
}

const OBJECTS: u32 = 30;
/// How many passes the controller makes at once.
const AT_ONCE: usize = 8;
