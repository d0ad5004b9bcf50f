//! An API server that goes and comes back.

use std::thread::sleep;
use std::time::Duration;

use signet_cluster_tests::{Cluster, DEADLINE, Faults, FaultyProxy, Installation, Namespace, wait_for};

use crate::load::Load;
use crate::{amount, seal, start};

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
fn an_outage_is_waited_for_without_haste() {
    let cluster = Cluster::shared();
    let installation = Installation::signet(cluster);
    let proxy = FaultyProxy::start(cluster, Faults::default(), 1);
    let mut controller = installation.start(&[&proxy.argument(&installation)]);
    let mut load = Load::new(cluster, &controller, 20, 1);
    (0..40).for_each(|_| load.write());

    cluster.stop_api_server();
    let asked = proxy.asked();
    sleep(amount(Duration::from_secs(10), Duration::from_secs(60)));
    // Three for each try of each object, after ever longer pauses, and the watches.
    let asked = proxy.asked() - asked;
    assert!(asked < amount(1000, 1500), "{asked} requests while nobody answered");
    assert_eq!(controller.get("/healthz").unwrap().0, 200);
    cluster.start_api_server();

    load.wait_right();
    (0..40).for_each(|_| load.write());
    load.wait_right();
    assert!(controller.is_running());
}

#[test]
fn etcd_may_start_anew() {
    let cluster = Cluster::shared();
    let mut controller = start(cluster);
    let mut load = Load::new(cluster, &controller, 20, 2);
    for _ in 0..amount(2, 10) {
        (0..20).for_each(|_| load.write());
        cluster.restart_etcd();
        (0..20).for_each(|_| load.write());
        load.wait_right();
    }
    assert!(controller.is_running());
}
