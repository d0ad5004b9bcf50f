//! Our controller killed at any moment: what the next start makes of what it left.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a suite that cannot go on is a failed test"
)]

use std::collections::BTreeMap;
use std::thread::sleep;
use std::time::Duration;

use serde_json::{Value, json};
use signet_api::Secret;
use signet_cluster_tests::{Cluster, Installation, Namespace, Random};
use signet_seal::seal;
use signet_sealing_keys::{Certificate, SealingKey, key_secret};

#[test]
fn killed_while_it_creates_updates_and_renews_it_leaves_nothing_wrong() {
    let cluster = Cluster::shared();
    let installation = Installation::signet(cluster);
    installation.delete_keys();
    let namespace = Namespace::fresh(cluster);
    let mut random = Random::new(1);
    let mut expected = BTreeMap::new();
    for round in 0..30 {
        let mut controller = installation.start(RENEWING);
        cluster.wait_secrets(namespace.name(), &expected);
        let certificate = Certificate::from_pem(controller.certificate().as_bytes()).unwrap();
        for _ in 0..3 {
            let name = format!("app-{}", random.below(5));
            let value = format!("{round}-{name}");
            cluster.write_sealed(&sealed(namespace.name(), &name, &value, &certificate));
            expected.insert(name, value);
        }
        if let Some(name) = (random.below(4) == 0).then(|| expected.pop_first()).flatten() {
            cluster.delete_sealed(namespace.name(), &name.0);
        }
        sleep(Duration::from_micros(random.below(80_000)));
        controller.kill();
    }

    let _controller = installation.start(RENEWING);
    cluster.wait_secrets(namespace.name(), &expected);
    let keys = keys(&installation);
    assert!(keys.len() > 2, "no renewal in {} keys", keys.len());
    for (index, key) in keys.iter().enumerate() {
        let name = format!("key-{index}");
        cluster.create_sealed(&sealed(namespace.name(), &name, "1", key.certificate()));
        cluster.wait_synced(namespace.name(), &name);
    }
}

#[test]
fn killed_while_it_makes_its_first_key_it_leaves_one_or_none() {
    let cluster = Cluster::shared();
    let installation = Installation::signet(cluster);
    let arguments = &["--key-size=2048", "--key-renew-period=0"];
    let mut random = Random::new(2);
    for _ in 0..20 {
        installation.delete_keys();
        let mut controller = installation.launch(arguments);
        sleep(Duration::from_micros(random.below(400_000)));
        controller.kill();
        let left = installation.keys();
        assert!(left.len() < 2, "{} keys after a kill", left.len());

        let mut controller = installation.start(arguments);
        let keys = keys(&installation);
        assert_eq!(keys.len(), 1);
        assert_eq!(controller.certificate(), keys[0].certificate().to_pem());
        if let Some(left) = left.first() {
            assert_eq!(installation.keys()[0]["metadata"]["uid"], left["metadata"]["uid"]);
        }
        controller.kill();
    }
}

/// A SealedSecret with one item.
fn sealed(namespace: &str, name: &str, value: &str, certificate: &Certificate) -> Value {
    let secret = json!({
        "metadata": {"namespace": namespace, "name": name}, "data": {"value": encode(value)},
    });
    let secret: Secret = serde_json::from_value(secret).unwrap();
    serde_json::to_value(seal(&secret, certificate).unwrap()).unwrap()
}

/// The keys in the key Secrets, each of which must be whole.
fn keys(installation: &Installation) -> Vec<SealingKey> {
    let decode = |key: Value| {
        let secret: Secret = serde_json::from_value(key).unwrap();
        key_secret::decode(&secret).unwrap()
    };
    installation.keys().into_iter().map(decode).collect()
}

fn encode(value: &str) -> String {
    signet_api::base64::encode(value.as_bytes())
}

const RENEWING: &[&str] = &["--key-size=2048", "--key-renew-period=1s"];
