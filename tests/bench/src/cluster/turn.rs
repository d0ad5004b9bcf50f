//! What one controller does in one turn.

use std::{
    thread::sleep,
    time::{Duration, Instant},
};

use jiff::{SignedDuration, Timestamp};
use signet_cluster_tests::{Controller, Installation, Namespace, RequestLog, Requests, TlsKey, wait_for};
use signet_sealing_keys::{KeySize, SealingKey};

use crate::load::{apply, latency, name, objects, wait_synced};

/// The figures of a turn.
pub(crate) struct Measured {
    pub(crate) apply: Work,
    pub(crate) restart: Work,
    /// Seconds.
    pub(crate) latency: f64,
    pub(crate) peak_bytes: f64,
}

/// The figures of a controller with many keys.
pub(crate) struct WithKeys {
    pub(crate) apply: Work,
    pub(crate) restarts: Vec<Work>,
}

/// What a piece of work took.
pub(crate) struct Work {
    /// Seconds, by the clock.
    pub(crate) elapsed: f64,
    /// Seconds of processors.
    pub(crate) processor: f64,
    /// Requests that change something, events among them.
    pub(crate) writes: f64,
    /// Requests, those by which it learns what there is apart.
    pub(crate) requests: f64,
    /// Passes over SealedSecrets, each of which may use a private key.
    pub(crate) passes: f64,
}

impl Work {
    fn new(elapsed: f64, processor: f64, asked: &Requests, passes: f64) -> Self {
        let count = |verbs: &[&str]| {
            let counted = asked
                .iter()
                .filter(|(request, _)| verbs.iter().any(|verb| request.starts_with(verb)));
            // The sum of nothing would be −0.
            counted.map(|(_, count)| *count as f64).sum::<f64>() + 0.0
        };
        Self {
            elapsed,
            processor,
            writes: count(&["create", "update", "patch", "delete"]),
            requests: count(&["create", "update", "patch", "delete", "get"]),
            passes,
        }
    }
}

/// Runs a controller through all of it but the many keys. It ends without any.
pub(crate) fn turn(installation: &Installation<'_>, arguments: &[&str]) -> Measured {
    let cluster = installation.cluster();
    let (applied, mut controller, namespaces) = fresh(installation, arguments, OBJECTS);
    let single = Namespace::fresh(cluster);
    let load = objects(std::slice::from_ref(&single), SINGLE, &controller.certificate());
    let latency = latency(cluster, single.name(), &load);
    let peak_bytes = controller.peak_resident() as f64;
    controller.terminate();
    let restart = restart(installation, arguments);
    remove(installation, namespaces.into_iter().chain([single]));
    Measured {
        apply: applied,
        restart,
        latency,
        peak_bytes,
    }
}

/// Starts with keys that open nothing, and objects sealed to the newest.
pub(crate) fn with_keys(installation: &Installation<'_>, arguments: &[&str], restarts: usize) -> WithKeys {
    let (_, mut controller, namespaces) = fresh(installation, arguments, OBJECTS);
    controller.terminate();
    add_old_keys(installation);
    let restarts = (0..restarts).map(|_| restart(installation, arguments)).collect();
    let (apply, controller, more) = fresh(installation, arguments, OBJECTS);
    drop(controller);
    remove(installation, namespaces.into_iter().chain(more));
    WithKeys { apply, restarts }
}

/// Deletes namespaces and keys, and waits until nothing is left that the next controller would have to look at.
pub(crate) fn remove<'a>(installation: &Installation<'a>, namespaces: impl IntoIterator<Item = Namespace<'a>>) {
    for namespace in namespaces {
        let path = format!(
            "/apis/bitnami.com/v1alpha1/namespaces/{}/sealedsecrets",
            namespace.name()
        );
        installation.cluster().request("DELETE", &path, None);
    }
    installation.delete_keys();
    wait_for("the end of all SealedSecrets", LONGEST_END, || {
        let page = installation
            .cluster()
            .get("/apis/bitnami.com/v1alpha1/sealedsecrets?limit=1")?;
        page["items"].as_array()?.is_empty().then_some(())
    });
}

/// New objects, and the controller that has made their Secrets.
pub(crate) fn fresh<'a>(
    installation: &Installation<'a>,
    arguments: &[&str],
    count: usize,
) -> (Work, Controller, Vec<Namespace<'a>>) {
    let cluster = installation.cluster();
    let namespaces: Vec<_> = (0..NAMESPACES).map(|_| Namespace::fresh(cluster)).collect();
    let controller = installation.start(arguments);
    wait_idle(&mut RequestLog::from_now(cluster));
    let load = objects(&namespaces, count, &controller.certificate());
    let mut log = RequestLog::from_now(cluster);
    let (processor, passes) = (controller.processor_seconds(), controller.metric(PASSES));
    let elapsed = apply(cluster, &load);
    wait_idle(&mut log);
    let work = Work::new(
        elapsed,
        controller.processor_seconds() - processor,
        log.read(),
        controller.metric(PASSES) - passes,
    );
    (work, controller, namespaces)
}

/// A start with nothing changed, to the last request.
pub(crate) fn restart(installation: &Installation<'_>, arguments: &[&str]) -> Work {
    let mut log = RequestLog::from_now(installation.cluster());
    let start = Instant::now();
    let mut controller = installation.start(arguments);
    let ready = Instant::now();
    let last = wait_idle(&mut log).unwrap_or(ready).max(ready);
    let work = Work::new(
        last.duration_since(start).as_secs_f64(),
        controller.processor_seconds(),
        log.read(),
        controller.metric(PASSES),
    );
    controller.terminate();
    work
}

/// The seconds that one object takes which is applied as soon as a controller runs that has all others to look at.
pub(crate) fn during_restart(installation: &Installation<'_>) -> f64 {
    let cluster = installation.cluster();
    let namespace = Namespace::fresh(cluster);
    let controller = installation.start(&[]);
    let load = objects(std::slice::from_ref(&namespace), 1, &controller.certificate());
    let start = Instant::now();
    assert_eq!(cluster.request("POST", &load[0].0, Some(&load[0].1)).status, 201);
    wait_synced(cluster, [name(&load[0].1)].into());
    start.elapsed().as_secs_f64()
}

/// Waits until the controller has asked for nothing for two seconds; when it asked last, if it did at all.
fn wait_idle(log: &mut RequestLog) -> Option<Instant> {
    let (mut asked, mut last, mut since) = (log.read().clone(), None, Instant::now());
    while since.elapsed() < Duration::from_secs(2) {
        sleep(Duration::from_millis(20));
        let now = log.read();
        if *now != asked {
            asked = now.clone();
            since = Instant::now();
            last = Some(since);
        }
    }
    last
}

fn add_old_keys(installation: &Installation<'_>) {
    for number in 1..KEYS {
        let made = Timestamp::now() - SignedDuration::from_hours(30 * 24 * number);
        let key = SealingKey::generate(KeySize::Rsa4096, SignedDuration::from_hours(10 * 365 * 24), "", made).unwrap();
        let pair = TlsKey {
            certificate: key.certificate().to_pem(),
            private_key: key.private_key().to_pem().to_string(),
        };
        installation.create_key(&format!("old-{number}"), &pair, true);
    }
}

const KEYS: i64 = 36;
const LONGEST_END: Duration = Duration::from_secs(600);
const NAMESPACES: usize = 20;
pub(crate) const OBJECTS: usize = 1000;
const PASSES: &str = "sealed_secrets_controller_unseal_requests_total";
const SINGLE: usize = 50;
