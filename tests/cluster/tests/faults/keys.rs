//! Keys that cannot be stored, that are there twice, or that have expired. For malformed ones see the suite `keys`.

use signet_cluster_tests::{Cluster, DEADLINE, Installation, Namespace, TlsKey, wait_for};
use signet_sealing_keys::Certificate;

use crate::load::{Load, sealed};
use crate::rights::fill;

#[test]
fn a_key_that_a_full_quota_refuses_comes_once_there_is_room() {
    let cluster = Cluster::shared();
    let installation = Installation::signet(cluster);
    installation.delete_keys();
    drop(installation.start(&["--key-size=2048"]));
    let quota = fill(cluster, installation.namespace());
    // The key that is there is no older than the period for long.
    let mut controller = installation.start(&["--key-size=2048", "--key-renew-period=1s"]);
    wait_for("a refusal that names the quota", DEADLINE, || {
        let log = controller.stderr();
        let mut lines = log.lines().filter(|line| line.contains("Cannot make a sealing key"));
        lines.any(|line| line.contains("exceeded quota: full")).then_some(())
    });
    let mut load = Load::new(cluster, &controller, 5, 8);
    (0..10).for_each(|_| load.write());
    load.wait_right();
    assert_eq!(installation.keys().len(), 1);

    assert_eq!(cluster.request("DELETE", &quota, None).status, 200);
    wait_for("the next key", DEADLINE, || {
        (installation.keys().len() > 1).then_some(())
    });
    assert!(controller.is_running());
    drop(controller);
    installation.delete_keys();
}

#[test]
fn a_key_that_is_there_twice_stays_when_one_of_them_goes() {
    let cluster = Cluster::shared();
    let installation = Installation::signet(cluster);
    let mut controller = installation.start(&[]);
    let keys = controller.metric(KEYS);
    let key = TlsKey::generate(2090);
    for name in ["twin", "other-twin"] {
        installation.create_key(name, &key, true);
    }
    wait_for("the key of both", DEADLINE, || {
        (controller.certificate() == key.certificate).then_some(())
    });
    let namespace = Namespace::fresh(cluster);
    let certificate = Certificate::from_pem(key.certificate.as_bytes()).unwrap();
    cluster.delete_secret(installation.namespace(), "twin");
    // Made after that, and so looked at after that.
    installation.create_key("after", &TlsKey::generate(2001), true);
    wait_for("the key after it", DEADLINE, || {
        (controller.metric(KEYS) == keys + 2.0).then_some(())
    });
    cluster.create_sealed(&sealed(namespace.name(), "app", b"1", &certificate));
    cluster.wait_synced(namespace.name(), "app");
    assert!(controller.is_running());
    for name in ["other-twin", "after"] {
        cluster.delete_secret(installation.namespace(), name);
    }
}

/// Whoever could have read what is sealed to it has not lost the key for that.
#[test]
fn an_expired_key_still_opens_what_was_sealed_to_it() {
    let cluster = Cluster::shared();
    let installation = Installation::signet(cluster);
    let mut controller = installation.start(&[]);
    let seals = controller.certificate();
    let key = TlsKey::valid(2001, 2002);
    installation.create_key("expired", &key, true);
    let namespace = Namespace::fresh(cluster);
    let certificate = Certificate::from_pem(key.certificate.as_bytes()).unwrap();
    cluster.create_sealed(&sealed(namespace.name(), "app", b"1", &certificate));
    cluster.wait_synced(namespace.name(), "app");
    assert_eq!(controller.certificate(), seals);
    assert!(controller.is_running());
    cluster.delete_secret(installation.namespace(), "expired");
}

const KEYS: &str = "sealed_secrets_controller_sealing_keys";
