//! The dashboard and the alerts of `deploy/chart/monitoring`, in a real Prometheus that scrapes real controllers.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a suite that cannot go on is a failed test"
)]

mod alerts;
mod dashboard;
mod page;
mod requests;
mod revoked;
mod situations;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use signet_cluster_tests::{Cluster, secret};

pub(crate) fn sealed(cluster: &Cluster, namespace: &str, name: &str) -> Value {
    cluster.seal(&secret(namespace, name, json!({"password": "hunter2"})), &[])
}

/// Sealed in one scope and labelled with another.
pub(crate) fn unreadable(cluster: &Cluster, namespace: &str) -> Value {
    let mut sealed = sealed(cluster, namespace, "unreadable");
    sealed["metadata"]["annotations"] = json!({"sealedsecrets.bitnami.com/cluster-wide": "true"});
    sealed
}

/// The alerts as they are, but at once: over seconds, without waiting for the same to be true for minutes.
pub(crate) fn hastened() -> String {
    let rules = chart("alerts.yaml")
        .replace("[5m]", "[10s]")
        .replace("[15m]", "[10s]")
        .replace("> 600", "> 1");
    let lines = rules.lines().filter(|line| !line.trim().starts_with("for: "));
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// The names of all alerts.
pub(crate) fn alert_names() -> BTreeSet<String> {
    let rules = chart("alerts.yaml");
    let names = rules.lines().filter_map(|line| line.trim().strip_prefix("- alert: "));
    names.map(str::to_owned).collect()
}

pub(crate) fn chart(name: &str) -> String {
    fs::read_to_string(root().join("deploy/chart/monitoring").join(name)).unwrap()
}

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

pub(crate) const FAST: &[&str] = &["--key-size=2048"];
