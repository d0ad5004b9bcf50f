//! Both controllers on a real API server, one after the other, as their charts run them; theirs with the client's limits raised, since its own
//! hold it at five requests a second.
//!
//! `tests/bench/cluster` calls it, in namespaces of its own.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a run that cannot go on has no result"
)]

mod load;
mod turn;

use signet_bench::report::{self, Samples};
use signet_cluster_tests::{Cluster, Installation};

use turn::{Measured, turn};

fn main() {
    let cluster = Cluster::start();
    let mut rows: Vec<(Measured, Measured)> = Vec::new();
    for round in 0..ROUNDS {
        let theirs = turn(&Installation::sealed_secrets(&cluster), &THEIR_ARGUMENTS, KEYS);
        let ours = turn(&Installation::signet(&cluster), &[], KEYS);
        eprintln!("round {} of {ROUNDS}", round + 1);
        rows.push((ours, theirs));
    }
    report::machine();
    report::heading("upstream");
    let column = |of: &dyn Fn(&Measured) -> f64| {
        let (mut ours, mut theirs) = (Samples::default(), Samples::default());
        for (our, their) in &rows {
            ours.push(of(our));
            theirs.push(of(their));
        }
        (ours, theirs)
    };
    let times = |name: &str, of: &dyn Fn(&Measured) -> f64, goal| {
        let (ours, theirs) = column(of);
        report::milliseconds(name, &ours, &theirs, goal);
    };
    let numbers = |name: &str, of: &dyn Fn(&Measured) -> f64, goal| {
        let (ours, theirs) = column(of);
        report::numbers(name, &ours, &theirs, goal);
    };
    times("1,000 objects, to synced", &|it| it.apply.elapsed, 0.5);
    times("  processor", &|it| it.apply.processor, 0.33);
    numbers("  requests an object", &|it| it.apply.requests_an_object(), 0.6);
    times("restart, to the last request", &|it| it.restart.elapsed, 0.1);
    times("  processor", &|it| it.restart.processor, 0.33);
    numbers("  writes and events", &|it| it.restart.writes, 0.0);
    times("one object, to its Secret", &|it| it.latency, 1.0);
    times("36 keys: 200 objects, processor", &|it| it.many_keys.processor, 0.33);
    let (ours, theirs) = column(&|it| it.peak_bytes);
    report::memory("peak memory", &ours, &theirs, 0.5);
}

const ROUNDS: usize = 3;
const KEYS: usize = 36;
const THEIR_ARGUMENTS: [&str; 2] = ["--kubeclient-qps=1000", "--kubeclient-burst=1000"];
