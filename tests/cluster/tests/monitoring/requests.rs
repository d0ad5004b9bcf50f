//! The metric of the requests to the API server.

use std::collections::BTreeMap;

use serde_json::Value;
use signet_cluster_tests::{Cluster, DEADLINE, Installation, Namespace, wait_for};

use crate::revoked::Revoked;
use crate::{FAST, sealed};

#[test]
fn requests_are_counted_as_the_api_server_counts_them() {
    let cluster = Cluster::shared();
    let before = cluster.audit().len();
    let controller = Installation::signet(cluster).start(FAST);
    let namespace = Namespace::fresh(cluster);
    let revoked = Revoked::writing(cluster);
    cluster.create_sealed(&sealed(cluster, namespace.name(), "app"));
    cluster.wait_condition(namespace.name(), "app", "Reconciling", "True");
    drop(revoked);
    cluster.wait_synced(namespace.name(), "app");

    wait_for("as many requests here as there", DEADLINE, || {
        let [ours, theirs] = [counted(&controller.metrics()), audited(&cluster.audit()[before..])];
        let has = |code: &str| ours.keys().any(|request| request.ends_with(code));
        (ours == theirs && has(" 201") && has(" 403")).then_some(())
    });
}

/// How often what was asked for with which answer, by the controller.
fn counted(metrics: &str) -> BTreeMap<String, u64> {
    let samples = metrics
        .lines()
        .filter_map(|line| line.strip_prefix("sealed_secrets_controller_api_requests_total{"));
    let request = |sample: &str| {
        let (labels, count) = sample.split_once("} ").unwrap();
        let values: Vec<_> = labels.split('"').skip(1).step_by(2).collect();
        (values.join(" "), count.parse().unwrap())
    };
    samples.map(request).collect()
}

/// The same, by the API server's audit log; a watch ends much later than it is answered.
fn audited(events: &[Value]) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for event in events {
        let is_watch = event["verb"] == "watch";
        if (event["stage"] == "ResponseStarted") != is_watch {
            continue;
        }
        let [verb, code] = [&event["verb"], &event["responseStatus"]["code"]];
        let object = &event["objectRef"];
        let subresource = object["subresource"].as_str().map(|name| format!("/{name}"));
        let resource = object["resource"].as_str().unwrap().to_owned() + &subresource.unwrap_or_default();
        *counts
            .entry(format!("{} {resource} {code}", verb.as_str().unwrap()))
            .or_default() += 1;
    }
    counts
}
