//! A thousand SealedSecrets beside five thousand Secrets that are none of the controller's.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a suite that cannot go on is a failed test"
)]

use std::thread;

use serde_json::{Value, json};
use signet_api::{Secret, base64};
use signet_cluster_tests::{Cluster, Controller, DEADLINE, Installation, Namespace, wait_for};
use signet_seal::seal;
use signet_sealing_keys::Certificate;

#[test]
fn a_thousand_sealed_secrets_cost_what_they_must() {
    let cluster = Cluster::shared();
    let installation = Installation::signet(cluster);
    let namespaces: Vec<_> = (0..NAMESPACES).map(|_| Namespace::fresh(cluster)).collect();
    let names: Vec<_> = namespaces.iter().map(Namespace::name).collect();
    create(
        cluster,
        (0..FOREIGN).map(|index| foreign(names[index % NAMESPACES], index)),
    );

    let mut controller = installation.start(&[]);
    let certificate = Certificate::from_pem(controller.certificate().as_bytes()).unwrap();
    let before = cluster.requests();
    create(
        cluster,
        (0..SEALED).map(|index| sealed(names[index % NAMESPACES], index, &certificate)),
    );
    wait_all_synced(cluster, &controller, &names);
    let asked = cluster.requests_since(&before);
    assert_eq!(asked.get("create secrets"), Some(&SEALED), "{asked:?}");
    assert_eq!(asked.get("update secrets"), None, "{asked:?}");
    assert_eq!(asked.get("update sealedsecrets/status"), Some(&SEALED), "{asked:?}");
    assert_eq!(asked.get("create events"), Some(&SEALED), "{asked:?}");
    assert_eq!(asked.get("get secrets"), None, "{asked:?}");
    assert!(controller.terminate().success());

    let before = cluster.requests();
    let controller = installation.start(&[]);
    wait_all_synced(cluster, &controller, &names);
    let asked = cluster.requests_since(&before);
    let others = asked
        .keys()
        .filter(|request| !request.starts_with("list ") && !request.starts_with("watch "));
    assert_eq!(others.count(), 0, "{asked:?}");
    assert_eq!(
        controller.metric("sealed_secrets_controller_unseal_requests_total"),
        0.0
    );
    let most = controller.peak_resident();
    assert!(most < 25 << 20, "{most} bytes of resident memory");
}

fn foreign(namespace: &str, index: usize) -> (String, Value) {
    let body = json!({
        "metadata": {"name": format!("foreign-{index}")}, "data": {"value": base64::encode(&[b'x'; 2048])},
    });
    (format!("/api/v1/namespaces/{namespace}/secrets"), body)
}

fn sealed(namespace: &str, index: usize, certificate: &Certificate) -> (String, Value) {
    let secret = json!({
        "metadata": {"namespace": namespace, "name": format!("sealed-{index}")},
        "data": {"value": base64::encode(index.to_string().as_bytes())},
    });
    let secret: Secret = serde_json::from_value(secret).unwrap();
    let body = serde_json::to_value(seal(&secret, certificate).unwrap()).unwrap();
    (
        format!("/apis/bitnami.com/v1alpha1/namespaces/{namespace}/sealedsecrets"),
        body,
    )
}

/// Creates all objects, eight at a time.
fn create(cluster: &Cluster, objects: impl Iterator<Item = (String, Value)>) {
    let objects: Vec<_> = objects.collect();
    thread::scope(|scope| {
        for part in objects.chunks(objects.len().div_ceil(8)) {
            scope.spawn(move || {
                for (path, body) in part {
                    let response = cluster.request("POST", path, Some(body));
                    assert_eq!(response.status, 201, "{}", response.body);
                }
            });
        }
    });
}

/// Waits until this controller has looked at every SealedSecret, and asserts that all are synced and right.
fn wait_all_synced(cluster: &Cluster, controller: &Controller, namespaces: &[&str]) {
    wait_for("a thousand conditions", 3 * DEADLINE, || {
        (controller.metric("sealed_secrets_controller_condition_info") >= 1000.0).then_some(())
    });
    for namespace in namespaces {
        let path = format!("/apis/bitnami.com/v1alpha1/namespaces/{namespace}/sealedsecrets");
        let synced = |object: &Value| object["status"]["conditions"][0]["status"] == "True";
        wait_for("conditions", DEADLINE, || {
            cluster.get(&path)?["items"]
                .as_array()?
                .iter()
                .all(synced)
                .then_some(())
        });
        let secrets = cluster.get(&format!("/api/v1/namespaces/{namespace}/secrets")).unwrap();
        let made = secrets["items"].as_array().unwrap().iter().filter_map(|secret| {
            let index = secret["metadata"]["name"].as_str()?.strip_prefix("sealed-")?;
            Some((index.to_owned(), secret["data"]["value"].clone()))
        });
        let made: Vec<_> = made.collect();
        assert_eq!(made.len(), SEALED / NAMESPACES);
        for (index, value) in made {
            assert_eq!(value, base64::encode(index.as_bytes()));
        }
    }
}

const FOREIGN: usize = 5000;

const NAMESPACES: usize = 20;

const SEALED: usize = 1000;
