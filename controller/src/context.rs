//! What every pass needs.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

use signet_api::{Scope, SealedSecret};
use signet_seal::{ItemError, UnsealError, UnsealOptions};
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
    tried: Mutex<HashMap<ObjectName, Tried>>,
}

/// What came of trying the keys on an object.
#[derive(Default)]
struct Tried {
    opened_by: BTreeSet<Fingerprint>,
    unopened: Option<Unopened>,
}

/// An object that none of the keys opens, which took an RSA operation with each of them.
struct Unopened {
    uid: Option<String>,
    generation: Option<i64>,
    scope: Scope,
    /// Keeps no key in memory.
    keyring: Weak<Keyring>,
    error: UnsealError,
}

impl Unopened {
    fn is_of(&self, sealed: &SealedSecret, keyring: &Arc<Keyring>) -> bool {
        self.uid == sealed.metadata.uid
            && self.generation == sealed.metadata.generation
            && self.scope == sealed.scope()
            && std::ptr::eq(self.keyring.as_ptr(), Arc::as_ptr(keyring))
    }
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
            tried: Mutex::default(),
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
        let tried = self.tried();
        tried.get(name).map(|tried| tried.opened_by.clone()).unwrap_or_default()
    }

    /// Why the object does not open, where all keys of the keyring were tried on it as it is.
    pub(crate) fn unopened(
        &self,
        name: &ObjectName,
        sealed: &SealedSecret,
        keyring: &Arc<Keyring>,
    ) -> Option<UnsealError> {
        let tried = self.tried();
        let unopened = tried.get(name)?.unopened.as_ref()?;
        unopened.is_of(sealed, keyring).then(|| unopened.error.clone())
    }

    /// Remembers the keys that opened the object.
    pub(crate) fn remember(&self, name: &ObjectName, keys: BTreeSet<Fingerprint>) {
        let tried = Tried {
            opened_by: keys,
            unopened: None,
        };
        self.tried().insert(name.clone(), tried);
    }

    /// Remembers why the object does not open, if that is for want of a key: all else may be another time.
    pub(crate) fn remember_unopened(
        &self,
        name: &ObjectName,
        sealed: &SealedSecret,
        keyring: &Arc<Keyring>,
        error: &UnsealError,
    ) {
        if !wants_key(error) {
            return;
        }
        let unopened = Unopened {
            uid: sealed.metadata.uid.clone(),
            generation: sealed.metadata.generation,
            scope: sealed.scope(),
            keyring: Arc::downgrade(keyring),
            error: error.clone(),
        };
        self.tried().entry(name.clone()).or_default().unopened = Some(unopened);
    }

    /// The object is gone.
    pub(crate) fn forget(&self, name: &ObjectName) {
        self.tried().remove(name);
        self.metrics.forget(name);
    }

    fn tried(&self) -> MutexGuard<'_, HashMap<ObjectName, Tried>> {
        self.tried.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn wants_key(error: &UnsealError) -> bool {
    let is_sealed = |fault: &ItemError| matches!(fault, ItemError::NoKey | ItemError::IllegalBase64(_));
    match error {
        UnsealError::Blob(fault) => is_sealed(fault),
        UnsealError::Items(faults) => faults.values().all(is_sealed),
        _ => false,
    }
}
