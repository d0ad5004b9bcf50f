//! Sealing keys in Secrets of the controller's namespace: those with the label `active`, and upstream's first one, which has none and is
//! named exactly as the prefix.

use std::{
    collections::{BTreeMap, HashMap},
    pin::pin,
    sync::Arc,
};

use futures::{
    StreamExt as _,
    stream::{self, select},
};
use jiff::Timestamp;
use k8s_openapi::api::core::v1::Secret as SecretKind;
use kube::{
    Api, Client,
    core::PartialObjectMeta,
    runtime::watcher::{self, Config, Event},
};
use signet_api::{ObjectMeta, Secret, annotations};
use signet_sealing_keys::{Fingerprint, KeyOrder, Keyring, SealingKey, SealingKeyError, key_secret};
use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};

use crate::{
    act::cluster::{ApiServer, Subject},
    args::KeyMetadata,
    metrics::Metrics,
    observe::cluster::{reason, watch_with},
    place::{self, KeyStore, PlaceError, StoredKey},
    queue,
};

/// The key Secrets of a namespace.
#[derive(Clone)]
pub(crate) struct KeySecrets {
    /// Keys are read from and written to it.
    pub(crate) api: ApiServer,
    /// The controller's own.
    pub(crate) namespace: String,
    /// What their names begin with.
    pub(crate) prefix: String,
    /// What new ones get besides their own.
    pub(crate) labels: KeyMetadata,
    /// What new ones get.
    pub(crate) annotations: KeyMetadata,
}

impl KeySecrets {
    /// The Secret of a new key, without a name.
    fn secret(&self, key: &SealingKey) -> Secret {
        let mut secret = key_secret::encode(key, &self.namespace, &self.prefix);
        let metadata = &mut secret.metadata;
        metadata.generate_name = None;
        metadata.labels.get_or_insert_default().extend(self.labels.0.clone());
        let mut own = self.annotations.0.clone();
        // Each new key would ask for the next one.
        own.remove(annotations::RENEW);
        metadata.annotations = Some(own).filter(|own| !own.is_empty());
        secret
    }

    /// The key in that Secret, if it is in use.
    ///
    /// # Errors
    /// [`PlaceError::Conflict`] where there is no such Secret: what was in the way is not its name.
    async fn active(&self, name: &str) -> Result<Option<Fingerprint>, PlaceError> {
        let secret = self.api.secret(&self.namespace, name).await?;
        let secret = secret.ok_or(PlaceError::Conflict)?;
        let labels = secret.metadata.labels.as_ref();
        let state = labels.and_then(|labels| labels.get(annotations::SEALING_KEY));
        if state.is_none_or(|state| state != annotations::KEY_ACTIVE) {
            return Ok(None);
        }
        Ok(key_secret::decode(&secret).ok().map(|key| key.fingerprint().clone()))
    }
}

impl KeyStore for KeySecrets {
    /// The Secret is named after the key that it follows, so of several writers that make one, each without knowing of the others, the API
    /// server lets the first one through; and a creation whose answer was lost is found out by the next attempt.
    async fn store(&self, key: Arc<SealingKey>, current: &Keyring) -> Result<StoredKey, PlaceError> {
        let mut secret = self.secret(&key);
        let newest = current.newest().map(|newest| newest.fingerprint());
        for attempt in 0..NAMES {
            let name = successor(&self.prefix, newest, attempt);
            secret.metadata.name = Some(name.clone());
            let fingerprint = match self.api.create_secret(&secret).await {
                Ok(_) => Some(key.fingerprint().clone()),
                Err(PlaceError::Conflict) => self.active(&name).await?,
                Err(error) => return Err(error),
            };
            // One that was known and is not the newest was not made because of this newest one.
            let is_known = |fingerprint: &Fingerprint| current.iter().any(|key| key.fingerprint() == fingerprint);
            if let Some(fingerprint) = fingerprint.filter(|fingerprint| !is_known(fingerprint)) {
                return Ok(StoredKey { name, fingerprint });
            }
        }
        Err(PlaceError::Conflict)
    }
}

/// The name of the key that follows `newest`, or of the first one. Where such a one is retired or malformed, the next `attempt` has another.
fn successor(prefix: &str, newest: Option<&Fingerprint>, attempt: u32) -> String {
    let digest = newest.and_then(|newest| newest.as_str().split_once(':'));
    let letters = digest.map_or("first", |(_, digest)| digest).chars();
    let letters = letters.filter(char::is_ascii_alphanumeric).take(5);
    let stem: String = letters.map(|letter| letter.to_ascii_lowercase()).collect();
    format!("{prefix}{stem}{attempt:03}")
}

/// Watches the key Secrets for ever, and sends a new keyring whenever their set has changed and is complete.
pub(crate) async fn keep(
    secrets: KeySecrets,
    client: Client,
    order: KeyOrder,
    metrics: Metrics,
    keyring: watch::Sender<Option<Arc<Keyring>>>,
) {
    tracing::info!(namespace = secrets.namespace, "Searching for existing private keys");
    let api = || Api::<PartialObjectMeta<SecretKind>>::namespaced(client.clone(), &secrets.namespace);
    let active = format!("{}={}", annotations::SEALING_KEY, annotations::KEY_ACTIVE);
    let first = format!("metadata.name={}", secrets.prefix);
    let labelled = watch_with(api(), Config::default().labels(&active).page_size(KEYS_A_PAGE));
    let named = watch_with(api(), Config::default().fields(&first));
    let mut events = pin!(select(
        labelled.map(|event| (LABELLED, event)),
        named.map(|event| (NAMED, event))
    ));
    let mut keys = Keys::default();
    let mut retry: Option<(u32, Instant)> = None;
    loop {
        tokio::select! {
            Some((watch, event)) = events.next() => keys.watches[watch].apply(event),
            () = sleep_until(retry.map_or_else(Instant::now, |(_, due)| due)), if retry.is_some() => {}
        }
        match keys.load(&secrets).await {
            Ok(true) => {
                retry = None;
                let complete = Keyring::new(keys.good().cloned(), order);
                metrics.set_keys(&complete, keys.loaded.len() - keys.good().count());
                keyring.send_replace(Some(complete.into()));
            }
            // Also where what could not be read is gone.
            Ok(false) => retry = None,
            Err(error) => {
                let failures = retry.map_or(1, |(failures, _)| failures.saturating_add(1));
                tracing::warn!(%error, "Sealing keys cannot be read, will retry");
                retry = Some((failures, Instant::now() + queue::delay(failures, queue::random())));
            }
        }
    }
}

/// What the two watches say, and what was read because of it.
#[derive(Default)]
struct Keys {
    watches: [Observed; 2],
    loaded: BTreeMap<String, Loaded>,
    is_told: bool,
}

struct Loaded {
    version: Option<String>,
    key: Result<Arc<SealingKey>, SealingKeyError>,
}

impl Keys {
    /// Brings what is loaded to what is observed. Whether there is a new complete set.
    ///
    /// # Errors
    /// Some Secret cannot be read: the set is not complete.
    async fn load(&mut self, secrets: &KeySecrets) -> Result<bool, PlaceError> {
        if !self.watches.iter().all(|watch| watch.is_complete) {
            return Ok(false);
        }
        let observed = self.observed();
        let before = self.loaded.len();
        self.loaded.retain(|name, _| observed.contains_key(name));
        if before != self.loaded.len() {
            self.is_told = false;
        }
        let is_new = |(name, metadata): &(String, ObjectMeta)| {
            let loaded = self.loaded.get(name);
            loaded.is_none_or(|loaded| loaded.version != metadata.resource_version)
        };
        let new: Vec<_> = observed.into_iter().filter(is_new).map(|(name, _)| name).collect();
        let read = |name: String| async move {
            let secret = secrets.api.secret(&secrets.namespace, &name).await;
            (name, secret)
        };
        let mut read = stream::iter(new).map(read).buffer_unordered(KEYS_AT_ONCE);
        while let Some((name, secret)) = read.next().await {
            let Some(secret) = secret? else {
                // The watch will say so.
                continue;
            };
            let key = key_secret::decode(&secret).map(Arc::new);
            announce(secrets, &secret.metadata, &key).await;
            let version = secret.metadata.resource_version;
            self.loaded.insert(name, Loaded { version, key });
            self.is_told = false;
        }
        Ok(!std::mem::replace(&mut self.is_told, true))
    }

    /// The Secrets that are keys by now. One that says that it is retired is none, whatever its name is.
    fn observed(&self) -> HashMap<String, ObjectMeta> {
        let all = self.watches.iter().flat_map(|watch| &watch.secrets);
        let is_retired = |metadata: &ObjectMeta| {
            let state = metadata
                .labels
                .as_ref()
                .and_then(|labels| labels.get(annotations::SEALING_KEY));
            state.is_some_and(|state| state != annotations::KEY_ACTIVE)
        };
        all.filter(|(_, metadata)| !is_retired(metadata))
            .map(|(name, metadata)| (name.clone(), metadata.clone()))
            .collect()
    }

    fn good(&self) -> impl Iterator<Item = &Arc<SealingKey>> {
        self.loaded.values().filter_map(|loaded| loaded.key.as_ref().ok())
    }
}

/// What one watch says.
#[derive(Default)]
struct Observed {
    secrets: HashMap<String, ObjectMeta>,
    listed: HashMap<String, ObjectMeta>,
    is_complete: bool,
}

impl Observed {
    fn apply(&mut self, event: Result<Event<PartialObjectMeta<SecretKind>>, watcher::Error>) {
        let named = |object: PartialObjectMeta<SecretKind>| {
            let mut metadata = object.metadata;
            metadata.managed_fields = None;
            metadata.annotations = None;
            (metadata.name.clone().unwrap_or_default(), metadata)
        };
        match event {
            Ok(Event::Init) => self.listed.clear(),
            Ok(Event::InitApply(object)) => self.listed.extend([named(object)]),
            Ok(Event::InitDone) => {
                self.secrets = std::mem::take(&mut self.listed);
                self.is_complete = true;
            }
            Ok(Event::Apply(object)) => self.secrets.extend([named(object)]),
            Ok(Event::Delete(object)) => {
                self.secrets.remove(&named(object).0);
            }
            Err(error) => tracing::warn!(error = reason(&error), "Watch of sealing keys interrupted, will retry"),
        }
    }
}

async fn announce(secrets: &KeySecrets, metadata: &ObjectMeta, key: &Result<Arc<SealingKey>, SealingKeyError>) {
    let name = metadata.name.as_deref().unwrap_or_default();
    match key {
        Ok(key) => {
            tracing::info!(name, fingerprint = %key.fingerprint(), "registered private key");
            let not_after = key.certificate().not_after();
            if not_after <= Timestamp::now() {
                tracing::warn!(name, %not_after, "The key's certificate has expired: it opens, but nobody seals to it");
            }
        }
        Err(error) => {
            tracing::warn!(name, %error, "Key Secret is malformed and not used; the others are");
            let event = place::Event {
                is_warning: true,
                reason: "MalformedKey",
                message: format!("not used as a sealing key: {error}"),
            };
            let subject = Subject {
                api_version: "v1",
                kind: "Secret",
                metadata,
            };
            secrets.api.record(subject, &event).await;
        }
    }
}

const LABELLED: usize = 0;
const NAMED: usize = 1;
const KEYS_A_PAGE: u32 = 250;
const KEYS_AT_ONCE: usize = 8;
/// As many keys can follow the same one, each after the one before it was retired. Three digits, and the API server takes 253 characters.
const NAMES: u32 = 1000;

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn object(name: &str, state: Option<&str>) -> PartialObjectMeta<SecretKind> {
        let label = |state: &str| [(annotations::SEALING_KEY.to_owned(), state.to_owned())].into();
        PartialObjectMeta {
            metadata: ObjectMeta {
                name: Some(name.to_owned()),
                labels: state.map(label),
                ..ObjectMeta::default()
            },
            ..PartialObjectMeta::default()
        }
    }

    fn names(keys: &Keys) -> Vec<String> {
        let mut names: Vec<_> = keys.observed().into_keys().collect();
        names.sort();
        names
    }

    #[test]
    fn keys_that_follow_the_same_one_have_names_that_the_api_server_takes() {
        let newest = SealingKey::generate(
            signet_sealing_keys::KeySize::Rsa2048,
            jiff::SignedDuration::from_hours(1),
            "",
            jiff::Timestamp::UNIX_EPOCH,
        )
        .expect("a key");
        let prefix = "a".repeat(245);
        assert_eq!(successor(&prefix, None, 0), format!("{prefix}first000"));
        let mut names = HashSet::new();
        for attempt in [0, 1, NAMES - 1] {
            for newest in [None, Some(newest.fingerprint())] {
                let name = successor(&prefix, newest, attempt);
                assert!(signet_api::is_subdomain(&name), "{name}");
                names.insert(name);
            }
        }
        assert_eq!(names.len(), 6);
    }

    #[test]
    fn a_list_counts_once_it_is_complete_and_replaces_what_was_before() {
        let mut keys = Keys::default();
        let labelled = &mut keys.watches[LABELLED];
        labelled.apply(Ok(Event::Init));
        labelled.apply(Ok(Event::InitApply(object("a", Some("active")))));
        assert!(!labelled.is_complete && labelled.secrets.is_empty());
        labelled.apply(Ok(Event::InitDone));
        labelled.apply(Ok(Event::Apply(object("b", Some("active")))));
        assert!(labelled.is_complete);
        assert_eq!(names(&keys), ["a", "b"]);
        let labelled = &mut keys.watches[LABELLED];
        labelled.apply(Ok(Event::Delete(object("a", None))));
        labelled.apply(Ok(Event::Init));
        assert_eq!(names(&keys), ["b"]);
        let labelled = &mut keys.watches[LABELLED];
        labelled.apply(Ok(Event::InitApply(object("c", Some("active")))));
        labelled.apply(Ok(Event::InitDone));
        assert_eq!(names(&keys), ["c"]);
    }

    #[test]
    fn the_first_key_needs_no_label_but_must_not_be_retired() {
        let mut keys = Keys::default();
        keys.watches[NAMED].apply(Ok(Event::Apply(object("sealed-secrets-key", None))));
        assert_eq!(names(&keys), ["sealed-secrets-key"]);
        keys.watches[NAMED].apply(Ok(Event::Apply(object("sealed-secrets-key", Some("compromised")))));
        assert!(names(&keys).is_empty());
    }
}
