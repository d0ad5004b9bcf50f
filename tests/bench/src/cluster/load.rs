//! SealedSecrets, many at once, and a watch that sees what becomes of them.

use std::{
    collections::HashSet,
    io::{BufRead as _, BufReader},
    thread,
    time::Instant,
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

/// Secrets of 2 KiB each that are none of a controller's.
pub(crate) fn create_foreign(cluster: &Cluster, namespaces: &[Namespace<'_>], count: usize) {
    let object = |index: usize| {
        let namespace = namespaces[index % namespaces.len()].name();
        let body = json!({
            "metadata": {"name": format!("foreign-{index}")}, "data": {"value": base64::encode(&[b'x'; 2048])},
        });
        (format!("/api/v1/namespaces/{namespace}/secrets"), body)
    };
    create_all(cluster, &(0..count).map(object).collect::<Vec<_>>());
}

/// Creates all objects, eight at a time, and waits until all are synced; the seconds from the first to then.
pub(crate) fn apply(cluster: &Cluster, objects: &[(String, Value)]) -> f64 {
    let start = Instant::now();
    thread::scope(|scope| {
        scope.spawn(|| create_all(cluster, objects));
        wait_synced(cluster, objects.iter().map(|(_, object)| name(object)).collect());
    });
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

fn create_all(cluster: &Cluster, objects: &[(String, Value)]) {
    thread::scope(|scope| {
        for part in objects.chunks(objects.len().div_ceil(8)) {
            scope.spawn(move || part.iter().for_each(|object| create(cluster, object)));
        }
    });
}

fn create(cluster: &Cluster, (path, body): &(String, Value)) {
    let response = cluster.request("POST", path, Some(body));
    assert_eq!(response.status, 201, "{}", response.body);
}

/// Namespace and name.
type Name = (String, String);

/// Waits until all of these are synced, by a watch of all SealedSecrets: to ask for all of them again and again would be more work than the
/// controllers have. The API server ends watches of a kind whose definition has changed.
pub(crate) fn wait_synced(cluster: &Cluster, mut awaited: HashSet<Name>) {
    let path = "/apis/bitnami.com/v1alpha1/sealedsecrets";
    while !awaited.is_empty() {
        let list = cluster.get(path).expect("a list");
        for object in list["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|object| is_synced(object))
        {
            awaited.remove(&name(object));
        }
        let version = list["metadata"]["resourceVersion"].as_str().unwrap();
        let events = cluster.stream(&format!("{path}?watch=true&resourceVersion={version}"));
        let mut lines = BufReader::new(events).lines().map(Result::unwrap);
        while !awaited.is_empty()
            && let Some(line) = lines.next()
        {
            let event: Value = serde_json::from_str(&line).unwrap();
            if is_synced(&event["object"]) {
                awaited.remove(&name(&event["object"]));
            }
        }
    }
}

fn is_synced(object: &Value) -> bool {
    let status = &object["status"];
    status["observedGeneration"] == object["metadata"]["generation"] && status["conditions"][0]["status"] == "True"
}

/// Of an object.
pub(crate) fn name(object: &Value) -> Name {
    let field = |name: &str| object["metadata"][name].as_str().unwrap_or_default().to_owned();
    (field("namespace"), field("name"))
}
