//! What every pass needs.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use signet_seal::UnsealOptions;
use signet_sealing_keys::{Fingerprint, Keyring};
use tokio::sync::{Semaphore, watch};

use crate::{
    audit::AuditLog,
    metrics::Metrics,
    place::{ObjectName, Place},
    policy::Policy,
};

/// The keyring as it was last observed; none before it is complete for the first time.
pub(crate) type KeyringWatch = watch::Receiver<Option<Arc<Keyring>>>;

/// Place, keys and memory of a controller.
pub(crate) struct Context<P> {
    /// Where it works.
    pub(crate) place: P,
    /// The keys.
    pub(crate) keyring: KeyringWatch,
    /// What is opened.
    pub(crate) options: UnsealOptions,
    /// What is allowed.
    pub(crate) policy: Policy,
    /// What is counted.
    pub(crate) metrics: Metrics,
    /// Where each unsealing is written down, if anywhere.
    pub(crate) audit: Option<Arc<AuditLog>>,
    /// One permit for each processor: more RSA operations at once would only wait for each other.
    pub(crate) unsealing: Semaphore,
    opened_by: Mutex<HashMap<ObjectName, BTreeSet<Fingerprint>>>,
}

impl<P: Place> Context<P> {
    /// Remembers nothing yet.
    pub(crate) fn new(place: P, keyring: KeyringWatch, options: UnsealOptions, metrics: Metrics) -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            place,
            keyring,
            options,
            policy: Policy::default(),
            metrics,
            audit: None,
            unsealing: Semaphore::new(processors),
            opened_by: Mutex::default(),
        }
    }

    /// The same under that policy.
    pub(crate) fn under(self, policy: Policy) -> Self {
        Self { policy, ..self }
    }

    /// The same with an audit log.
    pub(crate) fn audited(self, audit: Option<AuditLog>) -> Self {
        Self {
            audit: audit.map(Arc::new),
            ..self
        }
    }

    /// The keys that opened the object last; most often it is one.
    pub(crate) fn opened_by(&self, name: &ObjectName) -> BTreeSet<Fingerprint> {
        let opened_by = self.opened_by.lock().unwrap_or_else(PoisonError::into_inner);
        opened_by.get(name).cloned().unwrap_or_default()
    }

    /// Remembers the keys that opened the object.
    pub(crate) fn remember(&self, name: &ObjectName, keys: BTreeSet<Fingerprint>) {
        let mut opened_by = self.opened_by.lock().unwrap_or_else(PoisonError::into_inner);
        opened_by.insert(name.clone(), keys);
    }

    /// The object is gone.
    pub(crate) fn forget(&self, name: &ObjectName) {
        let mut opened_by = self.opened_by.lock().unwrap_or_else(PoisonError::into_inner);
        opened_by.remove(name);
        drop(opened_by);
        self.metrics.forget(name);
    }
}
