//! What goes wrong around our controller, and what it does then: no Secret is wrong or missing afterwards, the controller runs on and asks for
//! no more than it must, and a condition names the cause.
//!
//! `SIGNET_FAULTS=long` makes each of it longer; `make test-faults` does that ten times.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a suite that cannot go on is a failed test"
)]

mod answers;
mod api_server;
mod clock;
mod keys;
mod load;
mod objects;
mod rights;
mod start;
mod writers;

use std::env;

use serde_json::{Value, json};
use signet_cluster_tests::{Cluster, Controller, Installation, secret};

fn start(cluster: &Cluster) -> Controller {
    Installation::signet(cluster).start(&[])
}

fn seal(cluster: &Cluster, namespace: &str, name: &str) -> Value {
    cluster.seal(&secret(namespace, name, json!({"password": "hunter2"})), &[])
}

/// How much of something there is: `short`, or `long` in a long round.
fn amount<T>(short: T, long: T) -> T {
    match env::var("SIGNET_FAULTS") {
        Ok(length) if length == "long" => long,
        Ok(length) => panic!("SIGNET_FAULTS={length} is not long"),
        Err(_) => short,
    }
}
