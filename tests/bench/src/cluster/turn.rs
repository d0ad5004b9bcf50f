//! What one controller does in one turn.

use std::{
    thread::sleep,
    time::{Duration, Instant},
};

use jiff::{SignedDuration, Timestamp};
use signet_cluster_tests::{Cluster, Installation, Namespace, Requests, TlsKey};
use signet_sealing_keys::{KeySize, SealingKey};

use crate::load::{apply, latency, objects};

/// The figures of a turn.
pub(crate) struct Measured {
    pub(crate) apply: Work,
    pub(crate) restart: Work,
    pub(crate) many_keys: Work,
    /// Seconds.
    pub(crate) latency: f64,
    pub(crate) peak_bytes: f64,
}

/// What a piece of work took.
pub(crate) struct Work {
    /// Seconds, by the clock.
    pub(crate) elapsed: f64,
    /// Seconds of processors.
    pub(crate) processor: f64,
    /// Requests that change something.
    pub(crate) writes: f64,
    requests: f64,
    objects: f64,
}

impl Work {
    fn new(elapsed: f64, processor: f64, asked: &Requests, objects: usize) -> Self {
        let count = |is_counted: &dyn Fn(&str) -> bool| {
            let counted = asked.iter().filter(|(request, _)| is_counted(request));
            counted.map(|(_, count)| *count as f64).sum()
        };
        Self {
            elapsed,
            processor,
            writes: count(&|request| {
                ["create", "update", "patch", "delete"]
                    .iter()
                    .any(|verb| request.starts_with(verb))
            }),
            requests: count(&|request| !request.starts_with("watch") && !request.starts_with("list")),
            objects: objects as f64,
        }
    }

    pub(crate) fn requests_an_object(&self) -> f64 {
        self.requests / self.objects
    }
}

/// Runs a controller through all of it. It ends with no key but the newest.
pub(crate) fn turn(installation: &Installation<'_>, arguments: &[&str], keys: usize) -> Measured {
    let cluster = installation.cluster();
    let namespaces: Vec<_> = (0..NAMESPACES).map(|_| Namespace::fresh(cluster)).collect();

    let mut controller = installation.start(arguments);
    let load = objects(&namespaces, OBJECTS, &controller.certificate());
    let (before, processor) = (cluster.requests(), controller.processor_seconds());
    let elapsed = apply(cluster, &namespaces, &load);
    wait_idle(cluster);
    let applied = Work::new(
        elapsed,
        controller.processor_seconds() - processor,
        &cluster.requests_since(&before),
        OBJECTS,
    );
    let single = Namespace::fresh(cluster);
    let latency = latency(
        cluster,
        single.name(),
        &objects(std::slice::from_ref(&single), SINGLE, &controller.certificate()),
    );
    let peak_bytes = controller.peak_resident() as f64;
    controller.terminate();

    let before = cluster.requests();
    let start = Instant::now();
    let mut controller = installation.start(arguments);
    let last = wait_idle(cluster);
    let elapsed = last.saturating_duration_since(start).as_secs_f64();
    let restart = Work::new(
        elapsed,
        controller.processor_seconds(),
        &cluster.requests_since(&before),
        OBJECTS,
    );
    controller.terminate();

    add_old_keys(installation, keys - 1);
    let controller = installation.start(arguments);
    wait_idle(cluster);
    let fresh: Vec<_> = (0..NAMESPACES).map(|_| Namespace::fresh(cluster)).collect();
    let load = objects(&fresh, MANY_KEYS_OBJECTS, &controller.certificate());
    let (before, processor) = (cluster.requests(), controller.processor_seconds());
    let elapsed = apply(cluster, &fresh, &load);
    wait_idle(cluster);
    let asked = cluster.requests_since(&before);
    let many_keys = Work::new(
        elapsed,
        controller.processor_seconds() - processor,
        &asked,
        MANY_KEYS_OBJECTS,
    );
    drop(controller);
    installation.delete_keys();
    Measured {
        apply: applied,
        restart,
        many_keys,
        latency,
        peak_bytes,
    }
}

/// Waits until the controller has asked for nothing for two seconds; when it asked last.
fn wait_idle(cluster: &Cluster) -> Instant {
    let (mut asked, mut last) = (cluster.requests(), Instant::now());
    while last.elapsed() < Duration::from_secs(2) {
        sleep(Duration::from_millis(50));
        let now = cluster.requests();
        if now != asked {
            (asked, last) = (now, Instant::now());
        }
    }
    last
}

fn add_old_keys(installation: &Installation<'_>, count: usize) {
    for number in 1..=count {
        let made = Timestamp::now() - SignedDuration::from_hours(30 * 24 * number as i64);
        let key = SealingKey::generate(KeySize::Rsa4096, SignedDuration::from_hours(10 * 365 * 24), "", made).unwrap();
        let pair = TlsKey {
            certificate: key.certificate().to_pem(),
            private_key: key.private_key().to_pem().to_string(),
        };
        installation.create_key(&format!("old-{number}"), &pair, true);
    }
}

const NAMESPACES: usize = 20;
const OBJECTS: usize = 1000;
const MANY_KEYS_OBJECTS: usize = 200;
const SINGLE: usize = 50;
