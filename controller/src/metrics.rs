//! Metrics under upstream's names (`pkg/controller/metrics.go`), and those of our own beside them. `docs/metrics.md` lists all.

mod api;
mod http;
mod keys;
mod objects;
mod process;
mod work;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, atomic::AtomicI64},
    time::Duration,
};

use prometheus_client::{
    encoding::{EncodeLabelSet, text},
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::Registry,
};
use signet_api::SealedSecret;
use signet_sealing_keys::{Keyring, lifecycle::RenewalPolicy};

use self::{api::ApiRequests, http::Http, keys::Keys, objects::Objects, process::Process, work::Work};
use crate::{
    outcome::{Failure, Outcome, Reason},
    place::ObjectName,
    queue::Queue,
    status::SYNCED,
};

/// Everything that is counted. Clones count together.
#[derive(Clone)]
pub(crate) struct Metrics {
    registry: Arc<Registry>,
    omits_names: bool,
    unseal_requests: Counter,
    unseal_errors: Family<ErrorLabels, Counter>,
    condition_info: Family<ConditionLabels, Gauge<i64, AtomicI64>>,
    conditions: Arc<Mutex<HashMap<ObjectName, ConditionLabels>>>,
    api: ApiRequests,
    http: Http,
    keys: Keys,
    objects: Objects,
    work: Work,
    audit_errors: Counter,
    leader: Gauge,
}

impl Metrics {
    /// Nothing is counted yet.
    pub(crate) fn new() -> Self {
        let mut all = Registry::default();
        all.register_collector(Box::new(Process::new()));
        let registry = all.sub_registry_with_prefix("sealed_secrets_controller");
        let new = Self {
            registry: Arc::default(),
            omits_names: false,
            unseal_requests: Counter::default(),
            unseal_errors: Family::default(),
            condition_info: Family::default(),
            conditions: Arc::default(),
            api: ApiRequests::default(),
            http: Http::new(),
            keys: Keys::default(),
            objects: Objects::default(),
            work: Work::new(),
            audit_errors: Counter::default(),
            leader: Gauge::default(),
        };
        let build_info = Family::<BuildLabels, Gauge>::default();
        // It is there, with the value 0, as soon as it is asked for.
        drop(build_info.get_or_create(&BuildLabels {
            revision: env!("CARGO_PKG_VERSION"),
        }));
        registry.register("build_info", "Build information", build_info);
        registry.register(
            "unseal_requests",
            "Total number of sealed secret unseal requests",
            new.unseal_requests.clone(),
        );
        registry.register(
            "unseal_errors",
            "Total number of sealed secret unseal errors by reason",
            new.unseal_errors.clone(),
        );
        registry.register(
            "condition_info",
            "Current SealedSecret condition status. Values are -1 (false), 0 (unknown or absent), 1 (true)",
            new.condition_info.clone(),
        );
        new.api.register(registry);
        new.http.register(registry);
        new.keys.register(registry);
        new.objects.register(registry);
        new.work.register(registry);
        registry.register(
            "audit_errors",
            "Lines that could not be written to the audit log",
            new.audit_errors.clone(),
        );
        registry.register(
            "leader",
            "Whether this replica is the one that writes",
            new.leader.clone(),
        );
        // Until somebody says that there are others.
        new.set_leader(true);
        Self {
            registry: all.into(),
            ..new
        }
    }

    /// The same without the names of SealedSecrets.
    pub(crate) fn without_names(self) -> Self {
        Self {
            omits_names: true,
            ..self
        }
    }

    /// Counts a pass over a SealedSecret, which those keys opened last.
    pub(crate) fn count(&self, name: &ObjectName, sealed: &SealedSecret, outcome: &Outcome, opened_by: &[String]) {
        self.unseal_requests.inc();
        if let Err(failure) = outcome {
            self.count_error(failure.metric_label(), &name.namespace);
        }
        let reason = outcome.as_ref().map_or_else(Failure::reason, |_| Reason::Unsealed);
        self.show(name, sealed, reason, opened_by);
    }

    /// Says whether a SealedSecret is synced, if this replica leads: that of another one would not stay true.
    pub(crate) fn show(&self, name: &ObjectName, sealed: &SealedSecret, reason: Reason, opened_by: &[String]) {
        if self.leader.get() == 0 {
            return;
        }
        self.objects.set(name, reason, opened_by);
        if self.omits_names {
            return;
        }
        let instance = sealed.metadata.labels.as_ref().and_then(|labels| labels.get(INSTANCE));
        let labels = ConditionLabels {
            namespace: name.namespace.clone(),
            name: name.name.clone(),
            condition: SYNCED,
            ss_app_kubernetes_io_instance: instance.cloned().unwrap_or_default(),
        };
        let before = self.conditions().insert(name.clone(), labels.clone());
        if let Some(before) = before.filter(|before| *before != labels) {
            self.condition_info.remove(&before);
        }
        let value = if reason == Reason::Unsealed { 1 } else { -1 };
        self.condition_info.get_or_create(&labels).set(value);
    }

    /// Counts a failed step.
    pub(crate) fn count_error(&self, reason: &'static str, namespace: &str) {
        let labels = ErrorLabels {
            reason,
            namespace: namespace.to_owned(),
        };
        self.unseal_errors.get_or_create(&labels).inc();
    }

    /// The SealedSecret is gone.
    pub(crate) fn forget(&self, name: &ObjectName) {
        self.objects.remove(name);
        if let Some(labels) = self.conditions().remove(name) {
            self.condition_info.remove(&labels);
        }
    }

    /// Counts an answered HTTP request.
    pub(crate) fn count_request(&self, path: &'static str, method: &str, code: u16, duration: Duration) {
        self.http.count(path, method, code, duration);
    }

    /// A layer around a client of the API server, which counts its requests.
    pub(crate) fn api_requests(&self) -> ApiRequests {
        self.api.clone()
    }

    /// How often a sealing key is due. To be said before there are any.
    pub(crate) fn expect_keys(&self, policy: RenewalPolicy) {
        if let Some(period) = policy.period {
            self.keys.expect(period);
        }
    }

    /// Says which keys there are, and how many Secrets that should be keys are not.
    pub(crate) fn set_keys(&self, keyring: &Keyring, malformed: usize) {
        self.keys.set(keyring, malformed);
        for key in keyring.iter() {
            self.objects.add_key(key.fingerprint().as_str());
        }
    }

    /// Shows what waits in the queue from now on.
    pub(crate) fn watch(&self, queue: &Queue) {
        self.work.watch(queue);
    }

    /// A pass has taken that long, and whether it is to be repeated.
    pub(crate) fn count_pass(&self, duration: Duration, is_repeated: bool) {
        self.work.pass.observe(duration.as_secs_f64());
        if is_repeated {
            self.work.retries.inc();
        }
    }

    /// An unsealing could not be written down.
    pub(crate) fn count_audit_error(&self) {
        self.audit_errors.inc();
    }

    /// To open a SealedSecret has taken that long.
    pub(crate) fn time_unsealing(&self, duration: Duration) {
        self.work.unsealing.observe(duration.as_secs_f64());
    }

    /// Says whether this replica leads. It does before anything is said.
    pub(crate) fn set_leader(&self, leads: bool) {
        self.leader.set(leads.into());
    }

    /// All of it as OpenMetrics text.
    pub(crate) fn text(&self) -> String {
        self.work.refresh();
        let mut text = String::new();
        // Writing to a String does not fail.
        let _ = text::encode(&mut text, &self.registry);
        text
    }

    fn conditions(&self) -> std::sync::MutexGuard<'_, HashMap<ObjectName, ConditionLabels>> {
        self.conditions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct BuildLabels {
    revision: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ErrorLabels {
    reason: &'static str,
    namespace: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ConditionLabels {
    namespace: String,
    name: String,
    condition: &'static str,
    ss_app_kubernetes_io_instance: String,
}

/// Media type of [`Metrics::text`].
pub(crate) const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

const INSTANCE: &str = "app.kubernetes.io/instance";
/// The default buckets of Prometheus' Go client.
const BUCKETS: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1., 2.5, 5., 10.];

#[cfg(test)]
mod tests {
    use signet_sealing_keys::{KeyOrder, SealingKey};

    use super::*;
    use crate::{decide::Refusal, outcome::Done};

    fn name() -> ObjectName {
        ObjectName {
            namespace: "team".to_owned(),
            name: "app".to_owned(),
        }
    }

    #[test]
    fn names_and_labels_are_upstreams() {
        let metrics = Metrics::new();
        let mut sealed = SealedSecret::new("app", Default::default());
        sealed.metadata.labels = Some([(INSTANCE.to_owned(), "shop".to_owned())].into());
        metrics.count(
            &name(),
            &sealed,
            &Err(Failure::Refused(Refusal::NotOwned("app".to_owned()))),
            &[],
        );
        metrics.count_request("/v1/cert.pem", "GET", 200, Duration::from_millis(20));
        let text = metrics.text();
        for line in [
            "sealed_secrets_controller_build_info{revision=\"0.1.0\"} 0",
            "sealed_secrets_controller_unseal_requests_total 1",
            "sealed_secrets_controller_leader 1",
            "sealed_secrets_controller_unseal_errors_total{reason=\"unmanaged\",namespace=\"team\"} 1",
            "sealed_secrets_controller_condition_info{namespace=\"team\",name=\"app\",condition=\"Synced\",ss_app_kubernetes_io_instance=\"shop\"} -1",
            "sealed_secrets_controller_http_requests_total{path=\"/v1/cert.pem\",code=\"200\",method=\"get\"} 1",
            "sealed_secrets_controller_http_request_duration_seconds_bucket{le=\"0.025\",path=\"/v1/cert.pem\",method=\"get\"} 1",
        ] {
            assert!(text.lines().any(|shown| shown == line), "{line}\n{text}");
        }
    }

    #[test]
    fn the_condition_of_an_object_stands_once_and_goes_with_it() {
        let metrics = Metrics::new();
        let mut sealed = SealedSecret::new("app", Default::default());
        metrics.count(&name(), &sealed, &Ok(Done::Created), &[]);
        sealed.metadata.labels = Some([(INSTANCE.to_owned(), "shop".to_owned())].into());
        metrics.count(&name(), &sealed, &Ok(Done::Unchanged), &[]);
        assert_eq!(metrics.text().matches("condition_info{").count(), 1);
        metrics.forget(&name());
        assert_eq!(metrics.text().matches("condition_info{").count(), 0);
    }

    #[test]
    fn a_follower_says_nothing_of_objects() {
        let metrics = Metrics::new();
        let sealed = SealedSecret::new("app", Default::default());
        metrics.set_leader(false);
        metrics.show(&name(), &sealed, Reason::Unsealed, &[]);
        assert_eq!(metrics.text().matches("condition_info{").count(), 0);
        metrics.set_leader(true);
        metrics.show(&name(), &sealed, Reason::Unsealed, &[]);
        assert_eq!(metrics.text().matches("condition_info{").count(), 1);
    }

    #[test]
    fn names_can_be_left_out() {
        let metrics = Metrics::new().without_names();
        let sealed = SealedSecret::new("app", Default::default());
        metrics.count(&name(), &sealed, &Ok(Done::Created), &[]);
        assert_eq!(metrics.text().matches("condition_info{").count(), 0);
        assert!(metrics.text().contains("unseal_requests_total 1"));
    }

    #[test]
    fn each_object_is_counted_once_and_each_key_with_what_it_opened_last() {
        let metrics = Metrics::new();
        let (a, b) = ("SHA256:a".to_owned(), "SHA256:b".to_owned());
        let count = |reason, keys: &[String]| metrics.objects.set(&name(), reason, keys);
        let shows = |line: &str| {
            let text = metrics.text();
            assert!(
                text.lines()
                    .any(|shown| shown == format!("sealed_secrets_controller_{line}")),
                "{line}\n{text}"
            );
        };
        count(Reason::Unsealed, &[a.clone(), b]);
        shows("objects{condition=\"Ready\",reason=\"Unsealed\"} 1");
        shows("sealing_key_objects{fingerprint=\"SHA256:b\"} 1");
        count(Reason::NotOwned, &[a]);
        shows("objects{condition=\"Ready\",reason=\"Unsealed\"} 0");
        shows("objects{condition=\"Stalled\",reason=\"NotOwned\"} 1");
        shows("sealing_key_objects{fingerprint=\"SHA256:a\"} 1");
        shows("sealing_key_objects{fingerprint=\"SHA256:b\"} 0");
        metrics.forget(&name());
        shows("objects{condition=\"Stalled\",reason=\"NotOwned\"} 0");
        shows("sealing_key_objects{fingerprint=\"SHA256:a\"} 0");
    }

    #[test]
    fn what_is_due_and_not_taken_waits() {
        let (metrics, queue) = (Metrics::new(), Queue::default());
        metrics.watch(&queue);
        queue.add(name(), crate::queue::Cause::Change);
        assert!(metrics.text().contains("sealed_secrets_controller_queue_depth 1\n"));
    }

    #[test]
    fn a_key_is_due_when_the_newest_has_served_for_the_period() {
        let policy = RenewalPolicy {
            period: Some(jiff::SignedDuration::from_hours(2)),
            cutoff: None,
        };
        let key = |hours: i64| {
            let from = jiff::Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_hours(hours);
            let size = signet_sealing_keys::KeySize::Rsa2048;
            SealingKey::generate(size, jiff::SignedDuration::from_hours(9), "", from).expect("a key")
        };
        let ring = Keyring::new([key(0).into(), key(1).into()], KeyOrder::default());
        for (policy, expected) in [(policy, 3 * 3600), (RenewalPolicy { period: None, ..policy }, 0)] {
            let metrics = Metrics::new();
            metrics.expect_keys(policy);
            metrics.set_keys(&ring, 0);
            let line = format!("sealed_secrets_controller_sealing_key_due_timestamp_seconds {expected}\n");
            assert!(metrics.text().contains(&line), "{line}{}", metrics.text());
        }
    }

    #[test]
    fn the_page_lists_what_is_served() {
        let metrics = Metrics::new();
        let sealed = SealedSecret::new("app", Default::default());
        let failed = Err(Failure::Refused(Refusal::NotOwned("app".to_owned())));
        metrics.count(&name(), &sealed, &failed, &[]);
        metrics.count_request("/v1/cert.pem", "GET", 200, Duration::ZERO);
        metrics.api.count("get", "secrets".to_owned(), None);
        let validity = jiff::SignedDuration::from_hours(1);
        let size = signet_sealing_keys::KeySize::Rsa2048;
        let key = SealingKey::generate(size, validity, "", jiff::Timestamp::UNIX_EPOCH).expect("a key");
        metrics.set_keys(&Keyring::new([key.into()], KeyOrder::default()), 0);
        let text = metrics.text();
        let expires = text
            .lines()
            .find(|line| line.contains("sealing_key_not_after_timestamp_seconds{"));
        assert!(expires.is_some_and(|line| line.ends_with(" 3600")), "{text}");

        let served = text.lines().filter_map(|line| {
            let (name, kind) = line.strip_prefix("# TYPE ")?.split_once(' ')?;
            let suffix = if kind == "counter" { "_total" } else { "" };
            let sample = text.lines().find(|line| line.starts_with(name))?;
            let name = name.strip_prefix("sealed_secrets_controller_").unwrap_or(name);
            let labels = sample.split_once('{').map_or("", |(_, labels)| labels).split(',');
            let labels = labels.filter_map(|label| label.split_once('=')).map(|(label, _)| label);
            let labels: Vec<_> = labels
                .filter(|label| *label != "le")
                .map(|label| format!("`{label}`"))
                .collect();
            Some(format!("`{name}{suffix}`|{kind}|{}", labels.join(" ")))
        });
        let page = include_str!("../../docs/metrics.md");
        let rows = page.lines().filter(|line| line.starts_with("| `"));
        let listed = rows.map(|row| {
            let cells: Vec<_> = row.split('|').map(str::trim).collect();
            format!("{}|{}|{}", cells[1], cells[2], cells[3])
        });
        let sorted = |rows: Vec<String>| rows.into_iter().collect::<std::collections::BTreeSet<_>>();
        assert_eq!(sorted(listed.collect()), sorted(served.collect()));
    }
}
