//! SealedSecrets, many at once.

use std::{
    thread::{self, sleep},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use signet_api::{Secret, base64};
use signet_cluster_tests::{Cluster, Namespace};
use signet_seal::seal;
use signet_sealing_keys::Certificate;

/// SealedSecrets of one item each, spread over the namespaces: the path and the body of each.
pub(crate) fn objects(namespaces: &[Namespace<'_>], count: usize, certificate: &str) -> Vec<(String, Value)> {
    let certificate = Certificate::from_pem(certificate.as_bytes()).unwrap();
    let object = |index: usize| {
        let namespace = namespaces[index % namespaces.len()].name();
        let secret = json!({
            "metadata": {"namespace": namespace, "name": format!("app-{index}")},
            "data": {"value": base64::encode(&[b'x'; 32])},
        });
        let secret: Secret = serde_json::from_value(secret).unwrap();
        let path = format!("/apis/bitnami.com/v1alpha1/namespaces/{namespace}/sealedsecrets");
        (
            path,
            serde_json::to_value(seal(&secret, &certificate).unwrap()).unwrap(),
        )
    };
    (0..count).map(object).collect()
}

/// Creates all objects, eight at a time, and waits until all are synced; the seconds from the first to then.
pub(crate) fn apply(cluster: &Cluster, namespaces: &[Namespace<'_>], objects: &[(String, Value)]) -> f64 {
    let start = Instant::now();
    thread::scope(|scope| {
        for part in objects.chunks(objects.len().div_ceil(8)) {
            scope.spawn(move || part.iter().for_each(|object| create(cluster, object)));
        }
    });
    for namespace in namespaces {
        let path = format!(
            "/apis/bitnami.com/v1alpha1/namespaces/{}/sealedsecrets",
            namespace.name()
        );
        let is_synced = |object: &Value| object["status"]["conditions"][0]["status"] == "True";
        while !cluster.get(&path).unwrap()["items"]
            .as_array()
            .unwrap()
            .iter()
            .all(is_synced)
        {
            sleep(Duration::from_millis(20));
        }
    }
    start.elapsed().as_secs_f64()
}

/// The median of the seconds from the creation of an object to its Secret.
pub(crate) fn latency(cluster: &Cluster, namespace: &str, objects: &[(String, Value)]) -> f64 {
    let mut times: Vec<_> = objects
        .iter()
        .map(|object| {
            let name = object.1["metadata"]["name"].as_str().unwrap();
            let start = Instant::now();
            create(cluster, object);
            while cluster.secret(namespace, name).is_none() {}
            start.elapsed().as_secs_f64()
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn create(cluster: &Cluster, (path, body): &(String, Value)) {
    let response = cluster.request("POST", path, Some(body));
    assert_eq!(response.status, 201, "{}", response.body);
}
