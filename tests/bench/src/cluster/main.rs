//! Both controllers on a real API server, one after the other, as their charts run them; theirs with the client's limits raised, since its own
//! hold it at five requests a second. What it does within those is measured once: it waits most of that time, so one round says it.
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
use signet_cluster_tests::{Cluster, Installation, Namespace};

use load::create_foreign;
use turn::{Measured, OBJECTS, WithKeys, Work, during_restart, fresh, remove, restart, turn, with_keys};

fn main() {
    let cluster = Cluster::start();
    let foreign = [Namespace::fresh(&cluster)];
    create_foreign(&cluster, &foreign, FOREIGN);
    let mut rows: Vec<(Measured, Measured)> = Vec::new();
    for round in 0..ROUNDS {
        let theirs = turn(&Installation::sealed_secrets(&cluster), &THEIR_ARGUMENTS);
        let ours = turn(&Installation::signet(&cluster), &[]);
        eprintln!("round {} of {ROUNDS}", round + 1);
        rows.push((ours, theirs));
    }
    report::machine();
    report::heading("upstream");
    compare(&rows);
    compare_with_keys(&cluster, &rows);
    growth(&Installation::signet(&cluster));
    fairness(&Installation::signet(&cluster));
    defaults(&Installation::sealed_secrets(&cluster), &rows);
}

fn compare(rows: &[(Measured, Measured)]) {
    let ours = |of: &dyn Fn(&Measured) -> f64| rows.iter().map(|(ours, _)| of(ours)).collect::<Samples>();
    let theirs = |of: &dyn Fn(&Measured) -> f64| rows.iter().map(|(_, theirs)| of(theirs)).collect::<Samples>();
    let times =
        |name: &str, of: &dyn Fn(&Measured) -> f64, goal| report::milliseconds(name, &ours(of), &theirs(of), goal);
    let numbers = |name: &str, of: &dyn Fn(&Measured) -> f64, goal| report::numbers(name, &ours(of), &theirs(of), goal);
    times("1,000 objects, to synced", &|it| it.apply.elapsed, 0.5);
    times("  processor", &|it| it.apply.processor, 0.33);
    numbers("  requests", &|it| it.apply.requests, 0.6);
    times("restart, to the last request", &|it| it.restart.elapsed, 0.1);
    times("  processor", &|it| it.restart.processor, 0.33);
    numbers("  writes and events", &|it| it.restart.writes, 0.0);
    numbers("  passes", &|it| it.restart.passes, 0.0);
    times("one object, to its Secret", &|it| it.latency, 1.0);
    let peak = |it: &Measured| it.peak_bytes;
    report::memory("peak memory", &ours(&peak), &theirs(&peak), 0.5);
}

/// What 36 keys cost where one would do. It takes theirs minutes, so one round says it.
fn compare_with_keys(cluster: &Cluster, rows: &[(Measured, Measured)]) {
    let theirs = with_keys(&Installation::sealed_secrets(cluster), &THEIR_ARGUMENTS, 1);
    let many = with_keys(&Installation::signet(cluster), &[], ROUNDS);
    let restarts =
        |with_keys: &WithKeys, of: &dyn Fn(&Work) -> f64| with_keys.restarts.iter().map(of).collect::<Samples>();
    let compare = |name: &str, of: &dyn Fn(&Work) -> f64, goal| {
        report::milliseconds(name, &restarts(&many, of), &restarts(&theirs, of), goal);
    };
    let one = Samples::one;
    report::heading("upstream");
    compare("restart with 36 keys", &|it| it.elapsed, 0.1);
    compare("  processor", &|it| it.processor, 0.33);
    let (ours, theirs) = (&many.apply, &theirs.apply);
    let name = "1,000 objects with 36 keys";
    report::milliseconds(name, &one(ours.elapsed), &one(theirs.elapsed), 0.5);
    report::milliseconds("  processor", &one(ours.processor), &one(theirs.processor), 0.33);
    report::heading("one key");
    let with_one = |of: &dyn Fn(&Measured) -> f64| rows.iter().map(|(ours, _)| of(ours)).collect::<Samples>();
    let name = "36 keys: apply, processor";
    report::milliseconds(name, &one(ours.processor), &with_one(&|it| it.apply.processor), 1.1);
    let ours = restarts(&many, &|it| it.elapsed);
    report::milliseconds("  restart", &ours, &with_one(&|it| it.restart.elapsed), 1.1);
}

/// Ours alone: what ten times as many objects cost, and whether one that is new waits for all others.
fn growth(signet: &Installation<'_>) {
    let measure = |count| {
        let (apply, mut controller, namespaces) = fresh(signet, &[], count);
        controller.terminate();
        let restarts: Vec<_> = (0..ROUNDS).map(|_| restart(signet, &[])).collect();
        let of = |of: &dyn Fn(&Work) -> f64| restarts.iter().map(of).collect::<Samples>();
        let samples = [
            Samples::one(apply.elapsed),
            Samples::one(apply.processor),
            of(&|it| it.elapsed),
            of(&|it| it.processor),
        ];
        (samples, namespaces)
    };
    let (few, namespaces) = measure(OBJECTS);
    remove(signet, namespaces);
    let (many, namespaces) = measure(10 * OBJECTS);
    remove(signet, namespaces);
    report::heading("1,000");
    let names = ["10,000 objects, to synced", "  processor", "restart", "  processor"];
    for (name, (many, few)) in names.into_iter().zip(many.iter().zip(&few)) {
        // Ten times as much, and a tenth for chance.
        report::milliseconds(name, many, few, 11.0);
    }
}

/// Ours alone: how long an object takes that is new while all others are looked at.
fn fairness(signet: &Installation<'_>) {
    let (_, mut controller, namespaces) = fresh(signet, &[], 4 * OBJECTS);
    controller.terminate();
    report::heading("1 s");
    let name = "new, restart of 4,000";
    report::milliseconds(name, &Samples::one(during_restart(signet)), &Samples::one(1.0), 1.0);
    // Without our definition of the kind, whose status says what was right, each object gets its pass.
    signet.define_as_upstream();
    restart(signet, &[]);
    let name = "  under upstream's CRD";
    report::milliseconds(name, &Samples::one(during_restart(signet)), &Samples::one(1.0), 1.0);
    remove(signet, namespaces);
}

/// What upstream's controller does within its client's limits.
fn defaults(sealed_secrets: &Installation<'_>, rows: &[(Measured, Measured)]) {
    let (apply, mut controller, _namespaces) = fresh(sealed_secrets, &[], OBJECTS);
    controller.terminate();
    let restart = restart(sealed_secrets, &[]);
    report::heading("its default");
    let ours = |of: &dyn Fn(&Measured) -> f64| rows.iter().map(|(ours, _)| of(ours)).collect::<Samples>();
    let name = "1,000 objects, to synced";
    report::milliseconds(
        name,
        &ours(&|it| it.apply.elapsed),
        &Samples::one(apply.elapsed),
        0.0167,
    );
    let name = "restart, to the last request";
    report::milliseconds(
        name,
        &ours(&|it| it.restart.elapsed),
        &Samples::one(restart.elapsed),
        0.0167,
    );
}

const FOREIGN: usize = 5000;
const ROUNDS: usize = 3;
const THEIR_ARGUMENTS: [&str; 2] = ["--kubeclient-qps=1000", "--kubeclient-burst=1000"];
