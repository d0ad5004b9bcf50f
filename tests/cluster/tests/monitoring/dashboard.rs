//! Every query of the dashboard.

use serde_json::Value;
use signet_cluster_tests::{Cluster, DEADLINE, Installation, Namespace, Prometheus, wait_for};

use crate::revoked::Revoked;
use crate::{FAST, chart, hastened, sealed, unreadable};

#[test]
fn every_query_of_the_dashboard_returns_data() {
    let cluster = Cluster::shared();
    let installation = Installation::signet(cluster);
    let controller = installation.start(FAST);
    let prometheus = Prometheus::start(cluster, &hastened());
    prometheus.scrape(installation.namespace(), &[&controller]);
    let namespace = Namespace::fresh(cluster);
    cluster.create_sealed(&sealed(cluster, namespace.name(), "good"));
    cluster.wait_synced(namespace.name(), "good");
    cluster.create_sealed(&unreadable(cluster, namespace.name()));
    let revoked = Revoked::writing(cluster);
    cluster.create_sealed(&sealed(cluster, namespace.name(), "refused"));

    let dashboard: Value = serde_json::from_str(&chart("dashboard.json")).unwrap();
    for variable in dashboard["templating"]["list"].as_array().unwrap() {
        if variable["type"] == "query" {
            assert_ne!(label_values(&prometheus, variable), Vec::<Value>::new(), "{variable}");
        }
    }
    let panels = dashboard["panels"].as_array().unwrap().iter();
    let targets = panels.flat_map(|panel| panel["targets"].as_array().into_iter().flatten());
    let targets: Vec<_> = targets.collect();
    assert!(targets.len() > 30);
    for target in targets {
        let query = query(target);
        let legend = target["legendFormat"].as_str().unwrap();
        wait_for(&format!("data for {query}"), DEADLINE, || {
            // What is counted by path and code is there once it has been asked for, and has a rate when it is again.
            let _ = controller.certificate();
            has_data(&prometheus, &query, legend).then_some(())
        });
    }
    drop(revoked);
}

/// What Grafana would ask.
fn query(target: &Value) -> String {
    let text = target["expr"].as_str().unwrap();
    let text = text
        .replace("$__rate_interval", "1m")
        .replace("$job", ".*")
        .replace("$namespace", ".*");
    assert!(!text.contains('$'), "{text}");
    text
}

/// Whether there are numbers, and the labels that the legend shows.
fn has_data(prometheus: &Prometheus, query: &str, legend: &str) -> bool {
    let samples = prometheus.query(query);
    let labels = legend.split("{{").skip(1).filter_map(|part| part.split("}}").next());
    let has_label = |label: &str| samples.iter().any(|sample| sample["metric"][label.trim()].is_string());
    let has_numbers = samples.iter().any(|sample| sample["value"][1] != "NaN");
    has_numbers && labels.into_iter().all(has_label)
}

/// The answer to a variable's `label_values(SELECTOR, LABEL)`.
fn label_values(prometheus: &Prometheus, variable: &Value) -> Vec<Value> {
    let text = variable["query"]["query"].as_str().unwrap().replace("$job", ".*");
    let arguments = text
        .strip_prefix("label_values(")
        .and_then(|text| text.strip_suffix(')'));
    let (selector, label) = arguments
        .and_then(|text| text.rsplit_once(", "))
        .expect("label_values(SELECTOR, LABEL)");
    prometheus.label_values(selector, label)
}
