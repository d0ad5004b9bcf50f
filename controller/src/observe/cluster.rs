//! Watches of SealedSecrets, and of Secrets by their metadata.
//!
//! Of a Secret nothing is kept but its version, and that only beside a SealedSecret of the same name. So a Secret that is changed, deleted
//! or in the way wakes its SealedSecret, and the other thousands cost nothing.

use std::{
    collections::{HashMap, HashSet},
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures::{Stream, StreamExt as _, stream};
use k8s_openapi::api::core::v1::Secret;
use kube::{
    Api, Client,
    core::{DeserializeGuard, PartialObjectMeta},
    runtime::{
        WatchStreamExt as _,
        utils::Backoff,
        watcher::{self, Config, Event, watcher},
    },
};
use signet_api::{ObjectMeta, SealedSecret, SealedSecretStatus, annotations};
use tokio::sync::watch;

use super::{basis::Basis, namespaces::NamespaceScopes};
use crate::{
    args::{LabelSelector, Namespaces},
    decide::is_ours,
    metrics::Metrics,
    outcome::Reason,
    place::ObjectName,
    policy::Scopes,
    queue::{self, Cause, Queue},
    readiness::Pending,
    status::is_synced,
};

/// The SealedSecrets as they were last observed, and the versions of their Secrets.
#[derive(Clone, Default)]
pub(crate) struct Index {
    objects: Arc<Mutex<HashMap<ObjectName, Object>>>,
    /// What their namespaces allow.
    scopes: NamespaceScopes,
}

/// Of a Secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    /// There is none.
    Absent,
    /// There is one.
    Present {
        /// Its uid.
        uid: String,
        /// Its resource version.
        resource_version: String,
    },
}

impl Version {
    /// That of the Secret with these metadata.
    pub(crate) fn of(metadata: &ObjectMeta) -> Self {
        Self::Present {
            uid: metadata.uid.clone().unwrap_or_default(),
            resource_version: metadata.resource_version.clone().unwrap_or_default(),
        }
    }
}

struct Object {
    sealed: Arc<SealedSecret>,
    /// The Secret as the watch has it; none before it has said anything.
    watched: Option<Version>,
    /// The Secret as the last request read or wrote it.
    requested: Option<Version>,
    /// Whether the first list of Secrets is to say yet whether there is one.
    awaits_list: bool,
    /// The Secret that its status says was right; none once that list has said what is.
    recorded: Option<Version>,
    /// What was right together.
    settled: Option<Settled>,
    /// The status, where none is written.
    told: Option<SealedSecretStatus>,
}

/// A Secret that is right for its SealedSecret.
struct Settled {
    sealed: Arc<SealedSecret>,
    version: Version,
    /// What the namespace allowed then, where it said.
    scopes: Option<Scopes>,
}

impl Index {
    /// Nothing yet, in namespaces that allow that.
    pub(crate) fn new(scopes: NamespaceScopes) -> Self {
        Self {
            scopes,
            ..Self::default()
        }
    }

    /// The scopes that the namespace allows, where it says.
    pub(crate) fn scopes(&self, name: &ObjectName) -> Option<Scopes> {
        self.scopes.of(&name.namespace)
    }

    /// The SealedSecret, unless it is being deleted.
    pub(crate) fn sealed(&self, name: &ObjectName) -> Option<Arc<SealedSecret>> {
        let sealed = self.objects().get(name).map(|object| object.sealed.clone());
        sealed.filter(|sealed| sealed.metadata.deletion_timestamp.is_none())
    }

    /// A request has read or written the Secret.
    pub(crate) fn requested(&self, name: &ObjectName, version: Version) {
        if let Some(object) = self.objects().get_mut(name) {
            object.requested = Some(version);
        }
    }

    /// Whether there is no Secret, as far as anything is known of it.
    pub(crate) fn seems_absent(&self, name: &ObjectName) -> bool {
        let objects = self.objects();
        let known = objects
            .get(name)
            .map(|object| object.requested.as_ref().or(object.watched.as_ref()));
        known.is_some_and(|version| version.is_none_or(|version| *version == Version::Absent))
            && objects.get(name).is_some_and(|object| !object.awaits_list)
    }

    /// The Secret of the last request, which is right for its SealedSecret.
    pub(crate) fn right(&self, name: &ObjectName) -> Option<Version> {
        self.objects().get(name)?.requested.clone()
    }

    /// The Secret of the last request is right for that SealedSecret, where the namespace allows `scopes`.
    pub(crate) fn settle(&self, name: &ObjectName, sealed: &Arc<SealedSecret>, scopes: Option<Scopes>) {
        if let Some(object) = self.objects().get_mut(name) {
            object.settled = object.requested.take().map(|version| Settled {
                sealed: sealed.clone(),
                version,
                scopes,
            });
        }
    }

    /// What was right may be so no more.
    pub(crate) fn unsettle(&self, name: &ObjectName) {
        if let Some(object) = self.objects().get_mut(name) {
            object.settled = None;
        }
    }

    /// Whether neither of the two has changed since they were right together, as far as the watches know.
    pub(crate) fn is_settled(&self, name: &ObjectName, sealed: &SealedSecret) -> bool {
        let objects = self.objects();
        let Some((object, settled)) = objects
            .get(name)
            .and_then(|object| Some((object, object.settled.as_ref()?)))
        else {
            return false;
        };
        is_same(&settled.sealed, sealed)
            && settled.scopes == self.scopes(name)
            && object
                .watched
                .as_ref()
                .is_none_or(|watched| *watched == settled.version)
    }

    /// The SealedSecrets that need no look.
    pub(crate) fn settled(&self) -> Vec<(ObjectName, Arc<SealedSecret>)> {
        let all = self.names(None).into_iter();
        let all = all.filter_map(|name| self.sealed(&name).map(|sealed| (name, sealed)));
        all.filter(|(name, sealed)| self.is_settled(name, sealed)).collect()
    }

    /// Keeps the status that `next` makes of the last one here; gives back both.
    pub(crate) fn tell(
        &self,
        name: &ObjectName,
        next: impl Fn(Option<&SealedSecretStatus>) -> SealedSecretStatus,
    ) -> Option<(Option<SealedSecretStatus>, SealedSecretStatus)> {
        let mut objects = self.objects();
        let object = objects.get_mut(name)?;
        let status = next(object.told.as_ref());
        Some((object.told.replace(status.clone()), status))
    }

    /// The status that was kept here last.
    pub(crate) fn told(&self, name: &ObjectName) -> Option<SealedSecretStatus> {
        self.objects().get(name).and_then(|object| object.told.clone())
    }

    /// Whether it is to be looked at: not one that is new here with a recorded Secret, before that is known to be another one now.
    fn set_sealed(&self, name: &ObjectName, sealed: SealedSecret, record: Record) -> bool {
        let sealed = Arc::new(sealed);
        let mut objects = self.objects();
        if let Some(object) = objects.get_mut(name) {
            let before = std::mem::replace(&mut object.sealed, sealed);
            let is_new = !is_same(&before, &object.sealed);
            object.recorded = object.recorded.take().filter(|_| !is_new);
            return is_new;
        }
        let (awaits_list, recorded) = match record {
            Record::Late => (false, None),
            Record::Listed(recorded) => (true, recorded),
        };
        let is_new = recorded.is_none();
        let object = Object {
            sealed,
            watched: None,
            requested: None,
            awaits_list,
            recorded,
            settled: None,
            told: None,
        };
        objects.insert(name.clone(), object);
        is_new
    }

    fn remove_sealed(&self, name: &ObjectName) -> bool {
        self.objects().remove(name).is_some()
    }

    /// Whether its SealedSecret is to be looked at.
    fn set_secret(&self, name: &ObjectName, version: Version) -> bool {
        let mut objects = self.objects();
        let Some(object) = objects.get_mut(name) else {
            return false;
        };
        object.awaits_list = false;
        if object.recorded.take().is_some_and(|recorded| recorded == version) {
            object.settled = Some(Settled {
                sealed: object.sealed.clone(),
                version: version.clone(),
                scopes: self.scopes(name),
            });
        }
        let is_right = object
            .settled
            .as_ref()
            .is_some_and(|settled| settled.version == version);
        object.watched = Some(version);
        !is_right
    }

    /// Whether there was a Secret that was right: one that was in the way was not.
    fn was_right(&self, name: &ObjectName) -> bool {
        let objects = self.objects();
        let settled = objects.get(name).and_then(|object| object.settled.as_ref());
        settled.is_some_and(|settled| settled.version != Version::Absent)
    }

    /// Those of one namespace, or all.
    pub(crate) fn names(&self, scope: Option<&str>) -> Vec<ObjectName> {
        let objects = self.objects();
        let is_in_scope = |name: &&ObjectName| scope.is_none_or(|scope| scope == name.namespace);
        objects.keys().filter(is_in_scope).cloned().collect()
    }

    fn objects(&self) -> MutexGuard<'_, HashMap<ObjectName, Object>> {
        self.objects.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Watches one namespace, or all of them, for ever.
pub(crate) struct Observation {
    /// The API server.
    pub(crate) client: Client,
    /// The namespace; none is all of them.
    pub(crate) scope: Option<String>,
    /// Namespaces of which nothing is watched.
    pub(crate) excluded: Namespaces,
    /// Which SealedSecrets are watched.
    pub(crate) selector: LabelSelector,
    /// Whether Secrets are not.
    pub(crate) skips_secrets: bool,
    /// Where it is kept.
    pub(crate) index: Index,
    /// Where it is told.
    pub(crate) queue: Queue,
    /// What cannot be read is counted.
    pub(crate) metrics: Metrics,
    /// By which a Secret that was right is known again.
    pub(crate) basis: Basis,
    /// Whether what namespaces allow is known.
    pub(crate) namespaces_listed: watch::Receiver<bool>,
}

impl Observation {
    /// Watches; `pending` is dropped once both lists are complete.
    ///
    /// Of the SealedSecrets of the first list, those whose Secrets the first list of Secrets shows as they were left are right: nothing of
    /// them needs to be opened.
    pub(crate) async fn run(mut self, pending: Pending) {
        // The sender goes with the program.
        let _ = self.namespaces_listed.wait_for(|is_listed| *is_listed).await;
        let sealed_secrets = match self.selector.as_query() {
            Some(selector) => self.config(SEALED_SECRETS_A_PAGE).labels(selector),
            None => self.config(SEALED_SECRETS_A_PAGE),
        };
        let mut sealed = pin!(watch_with::<DeserializeGuard<SealedSecret>>(self.api(), sealed_secrets));
        let mut seen_sealed = HashSet::new();
        while !self.sealed_event(sealed.next().await, &mut seen_sealed, Records::Count) {}
        let secrets = match self.skips_secrets {
            true => stream::pending().left_stream(),
            false => watch_with::<PartialObjectMeta<Secret>>(self.api(), self.config(SECRETS_A_PAGE)).right_stream(),
        };
        let mut secrets = pin!(secrets);
        let mut seen = HashSet::new();
        while !self.skips_secrets && !self.secret_event(secrets.next().await, &mut seen) {}
        drop(pending);
        loop {
            tokio::select! {
                event = secrets.next() => {
                    self.secret_event(event, &mut seen);
                }
                event = sealed.next() => {
                    self.sealed_event(event, &mut seen_sealed, Records::Pass);
                }
            }
        }
    }

    /// Whether a list is complete.
    fn secret_event(&self, event: Watched<PartialObjectMeta<Secret>>, seen: &mut HashSet<ObjectName>) -> bool {
        match event {
            Some(Ok(Event::Init)) => seen.clear(),
            Some(Ok(Event::InitApply(object))) => {
                let name = name(&object.metadata);
                self.secret_changed(&name, Version::of(&object.metadata), Cause::Backlog);
                if self.index.objects().contains_key(&name) {
                    seen.insert(name);
                }
            }
            Some(Ok(Event::InitDone)) => {
                for name in self.index.names(self.scope.as_deref()) {
                    if !seen.remove(&name) {
                        self.secret_changed(&name, Version::Absent, Cause::Backlog);
                    }
                }
                return true;
            }
            Some(Ok(Event::Apply(object))) => {
                let name = name(&object.metadata);
                self.secret_changed(&name, Version::of(&object.metadata), Cause::Drift);
            }
            Some(Ok(Event::Delete(object))) => self.secret_deleted(&object.metadata),
            Some(Err(error)) => self.warn("secrets", &error),
            None => {}
        }
        false
    }

    /// Whether a list is complete.
    fn sealed_event(
        &self,
        event: Watched<DeserializeGuard<SealedSecret>>,
        seen: &mut HashSet<ObjectName>,
        records: Records,
    ) -> bool {
        match event {
            Some(Ok(Event::Init)) => seen.clear(),
            Some(Ok(Event::InitApply(object))) => seen.extend(self.sealed_changed(object, records, Cause::Backlog)),
            Some(Ok(Event::InitDone)) => {
                for name in self.index.names(self.scope.as_deref()) {
                    if !seen.remove(&name) {
                        self.sealed_deleted(name);
                    }
                }
                return true;
            }
            Some(Ok(Event::Apply(object))) => {
                self.sealed_changed(object, records, Cause::Change);
            }
            Some(Ok(Event::Delete(DeserializeGuard(object)))) => {
                let metadata = object.map_or_else(|invalid| invalid.metadata, |sealed| sealed.metadata);
                self.sealed_deleted(name(&metadata));
            }
            Some(Err(error)) => self.warn("sealedsecrets", &error),
            None => {}
        }
        false
    }

    fn secret_changed(&self, name: &ObjectName, version: Version, cause: Cause) {
        if self.index.set_secret(name, version) {
            self.queue.add(name.clone(), cause);
        }
    }

    /// Who deletes a Secret that is not its SealedSecret's, such as one that is patched, may be about to make it anew: they come first.
    fn secret_deleted(&self, metadata: &ObjectMeta) {
        let name = name(metadata);
        let is_anothers = self.index.was_right(&name) && !is_ours(metadata);
        match self.index.set_secret(&name, Version::Absent) {
            true if is_anothers => self.queue.add_later(name, Cause::Drift, PRECEDENCE),
            true => self.queue.add(name, Cause::Drift),
            false => {}
        }
    }

    /// The Secret that the status says was right, where it says so of what the SealedSecret is now.
    fn recorded(&self, sealed: &SealedSecret) -> Option<Version> {
        let status = sealed.status.as_ref()?;
        let recorded = status.observed_secret.as_ref()?;
        let counts = is_synced(Some(status), sealed.metadata.generation)
            && sealed.metadata.deletion_timestamp.is_none()
            && recorded.basis
                == self
                    .basis
                    .of(sealed, self.index.scopes(&ObjectName::of(sealed)).as_ref());
        counts.then(|| Version::Present {
            uid: recorded.uid.clone(),
            resource_version: recorded.resource_version.clone(),
        })
    }

    /// An object that cannot be read keeps what it was before: its Secret may be in use.
    fn sealed_changed(
        &self,
        object: DeserializeGuard<SealedSecret>,
        records: Records,
        cause: Cause,
    ) -> Option<ObjectName> {
        let (metadata, sealed) = match object.0 {
            Ok(sealed) => (sealed.metadata.clone(), Ok(sealed)),
            Err(invalid) => (invalid.metadata, Err(invalid.error)),
        };
        let name = name(&metadata);
        match sealed {
            Ok(mut sealed) => {
                strip(&mut sealed.metadata);
                let record = match records {
                    _ if self.skips_secrets => Record::Listed(None),
                    Records::Count => Record::Listed(self.recorded(&sealed)),
                    Records::Pass => Record::Late,
                };
                if let Record::Listed(Some(_)) = record {
                    let opened_by = sealed.status.as_ref().and_then(|status| status.opened_by.as_deref());
                    self.metrics
                        .show(&name, &sealed, Reason::Unsealed, opened_by.unwrap_or_default());
                }
                if self.index.set_sealed(&name, sealed, record) {
                    self.queue.add(name.clone(), cause);
                }
            }
            Err(error) => {
                self.metrics.count_error("fetch", &name.namespace);
                let ObjectName { namespace, name } = &name;
                tracing::warn!(namespace, name, error, "SealedSecret cannot be read");
            }
        }
        Some(name)
    }

    fn sealed_deleted(&self, name: ObjectName) {
        if self.index.remove_sealed(&name) {
            self.queue.add(name, Cause::Change);
        }
    }

    fn warn(&self, resource: &str, error: &watcher::Error) {
        let namespace = self.scope.as_deref().unwrap_or_default();
        tracing::warn!(
            resource,
            namespace,
            error = reason(error),
            "Watch interrupted, will retry"
        );
    }

    fn config(&self, page: u32) -> Config {
        let config = Config::default().page_size(page);
        match self.excluded.others() {
            Some(others) if self.scope.is_none() => config.fields(&others),
            _ => config,
        }
    }

    fn api<K>(&self) -> Api<K>
    where
        K: kube::Resource<DynamicType = (), Scope = kube::core::NamespaceResourceScope>,
    {
        match &self.scope {
            Some(namespace) => Api::namespaced(self.client.clone(), namespace),
            None => Api::all(self.client.clone()),
        }
    }
}

/// Events of a resource, from a complete list on, for ever; with pauses after errors.
pub(crate) fn watch_with<K>(api: Api<K>, config: Config) -> impl Stream<Item = Result<Event<K>, watcher::Error>> + Send
where
    K: kube::Resource + Clone + serde::de::DeserializeOwned + std::fmt::Debug + Send + 'static,
{
    watcher(api, config).backoff(Pauses(0))
}

/// Why a watch was interrupted, without the names of the library's layers.
pub(crate) fn reason(error: &watcher::Error) -> String {
    let mut cause = std::error::Error::source(error);
    let mut text = error.to_string();
    while let Some(error) = cause {
        if let Some(kube::Error::Api(status)) = error.downcast_ref::<kube::Error>() {
            return status.message.clone();
        }
        text = error.to_string();
        cause = error.source();
    }
    text
}

/// What is known of the Secret of a SealedSecret that is new here.
enum Record {
    /// It came after the lists: nothing is.
    Late,
    /// It stands in the first list. The Secret that was right, where its status says so.
    Listed(Option<Version>),
}

/// Whether what statuses say of Secrets counts. Once there is a list of Secrets, nothing may be missed between the two.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Records {
    Count,
    Pass,
}

type Watched<K> = Option<Result<Event<K>, watcher::Error>>;

fn name(metadata: &ObjectMeta) -> ObjectName {
    ObjectName {
        namespace: metadata.namespace.clone().unwrap_or_default(),
        name: metadata.name.clone().unwrap_or_default(),
    }
}

/// Whether nothing that the Secret depends on differs. A status that we wrote ourselves comes back as a change of the object.
fn is_same(one: &SealedSecret, other: &SealedSecret) -> bool {
    let (one, other) = (&one.metadata, &other.metadata);
    one.uid == other.uid
        && one.generation == other.generation
        && one.annotations == other.annotations
        && one.labels == other.labels
        && one.deletion_timestamp == other.deletion_timestamp
}

/// Half of an object is what others noted about it.
fn strip(metadata: &mut ObjectMeta) {
    metadata.managed_fields = None;
    if let Some(all) = &mut metadata.annotations {
        all.retain(|key, _| !annotations::LAST_APPLIED.contains(&key.as_str()));
    }
}

/// Short ones: a Secret that is sealed while the API server restarts should not wait for half a minute.
struct Pauses(u32);

impl Iterator for Pauses {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        self.0 = self.0.saturating_add(1);
        Some(queue::delay(self.0, queue::random()).min(LONGEST_PAUSE))
    }
}

impl Backoff for Pauses {
    fn reset(&mut self) {
        self.0 = 0;
    }
}

/// Longer than a `helm upgrade --force` takes between the two.
const PRECEDENCE: Duration = Duration::from_secs(10);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// A page is in memory as a whole, each object with four kilobytes of what others noted about it.
const SEALED_SECRETS_A_PAGE: u32 = 100;
const SECRETS_A_PAGE: u32 = 250;

#[cfg(test)]
mod tests {
    use super::*;

    fn name() -> ObjectName {
        ObjectName {
            namespace: "team".to_owned(),
            name: "app".to_owned(),
        }
    }

    fn sealed(generation: i64) -> SealedSecret {
        let mut sealed = SealedSecret::new("app", Default::default());
        sealed.metadata.namespace = Some("team".to_owned());
        sealed.metadata.generation = Some(generation);
        sealed
    }

    fn present(version: &str) -> Version {
        Version::Present {
            uid: "its own".to_owned(),
            resource_version: version.to_owned(),
        }
    }

    /// An index with a SealedSecret whose Secret of version 5 is right.
    fn settled() -> Index {
        let index = Index::default();
        assert!(index.set_sealed(&name(), sealed(1), Record::Late));
        let observed = index.sealed(&name()).expect("a SealedSecret");
        assert!(!index.is_settled(&name(), &observed));
        index.requested(&name(), present("5"));
        index.settle(&name(), &observed, None);
        assert!(index.is_settled(&name(), &observed));
        index
    }

    fn is_settled(index: &Index) -> bool {
        index.is_settled(&name(), &index.sealed(&name()).expect("a SealedSecret"))
    }

    #[test]
    fn our_own_write_wakes_nobody_whether_the_watch_or_the_answer_is_first() {
        let index = settled();
        assert!(!index.set_secret(&name(), present("5")));
        assert!(is_settled(&index));

        assert!(index.set_secret(&name(), present("6")));
        index.requested(&name(), present("6"));
        index.settle(&name(), &index.sealed(&name()).expect("a SealedSecret"), None);
        assert!(is_settled(&index));
        // Its namespace allowed another scope meanwhile.
        let observed = index.sealed(&name()).expect("a SealedSecret");
        index.requested(&name(), present("6"));
        index.settle(&name(), &observed, Some(Scopes::default()));
        assert!(!is_settled(&index));
    }

    #[test]
    fn a_secret_changed_or_deleted_wakes_its_sealed_secret() {
        for version in [present("6"), Version::Absent] {
            let index = settled();
            assert!(index.set_secret(&name(), version));
            assert!(!is_settled(&index));
        }
    }

    #[test]
    fn a_recorded_secret_is_right_while_it_is_the_same() {
        for (listed, is_right) in [(present("5"), true), (present("6"), false), (Version::Absent, false)] {
            let index = Index::default();
            assert!(!index.set_sealed(&name(), sealed(1), Record::Listed(Some(present("5")))));
            assert!(!is_settled(&index));
            assert_eq!(index.set_secret(&name(), listed), !is_right);
            assert_eq!(is_settled(&index), is_right);
        }
    }

    #[test]
    fn what_was_recorded_of_another_generation_does_not_count() {
        let index = Index::default();
        index.set_sealed(&name(), sealed(1), Record::Listed(Some(present("5"))));
        assert!(index.set_sealed(&name(), sealed(2), Record::Listed(Some(present("5")))));
        assert!(index.set_secret(&name(), present("5")));
        assert!(!is_settled(&index));
    }

    #[test]
    fn a_secret_seems_absent_until_a_request_or_the_watch_says_otherwise() {
        let index = Index::default();
        assert!(!index.seems_absent(&name()));
        index.set_sealed(&name(), sealed(1), Record::Late);
        assert!(index.seems_absent(&name()));
        index.set_secret(&name(), present("5"));
        assert!(!index.seems_absent(&name()));
        index.set_secret(&name(), Version::Absent);
        assert!(index.seems_absent(&name()));
        index.requested(&name(), present("6"));
        assert!(!index.seems_absent(&name()));

        let index = Index::default();
        index.set_sealed(&name(), sealed(1), Record::Listed(None));
        assert!(!index.seems_absent(&name()));
        index.set_secret(&name(), Version::Absent);
        assert!(index.seems_absent(&name()));
    }

    #[test]
    fn one_that_was_in_the_way_was_not_right() {
        let index = Index::default();
        index.set_sealed(&name(), sealed(1), Record::Late);
        index.set_secret(&name(), present("5"));
        assert!(!index.was_right(&name()));
        assert!(settled().was_right(&name()));
    }

    #[test]
    fn a_secret_without_a_sealed_secret_leaves_no_trace() {
        let index = Index::default();
        assert!(!index.set_secret(&name(), present("5")));
        assert!(index.objects().is_empty());
    }

    #[test]
    fn only_what_matters_is_a_change_of_a_sealed_secret() {
        let index = settled();
        let mut with_status = sealed(1);
        with_status.metadata.resource_version = Some("9".to_owned());
        with_status.status = Some(SealedSecretStatus::default());
        assert!(!index.set_sealed(&name(), with_status, Record::Late));
        assert!(is_settled(&index));
        assert_eq!(
            index
                .sealed(&name())
                .and_then(|sealed| sealed.metadata.resource_version.clone()),
            Some("9".to_owned())
        );

        let mut annotated = sealed(1);
        annotated.metadata.annotations = Some([(annotations::CLUSTER_WIDE.to_owned(), "true".to_owned())].into());
        assert!(index.set_sealed(&name(), annotated, Record::Late));
        assert!(!is_settled(&index));
        assert!(index.set_sealed(&name(), sealed(2), Record::Late));
    }

    #[test]
    fn one_that_is_being_deleted_is_gone() {
        let index = settled();
        let mut going = sealed(1);
        going.metadata.deletion_timestamp = Some(signet_api::Time(jiff::Timestamp::UNIX_EPOCH));
        assert!(index.set_sealed(&name(), going, Record::Late));
        assert!(index.sealed(&name()).is_none());
        assert!(index.remove_sealed(&name()) && !index.remove_sealed(&name()));
    }

    #[test]
    fn what_others_noted_about_an_object_is_not_kept() {
        let mut metadata = ObjectMeta {
            managed_fields: Some(Vec::new()),
            annotations: Some(
                [(annotations::LAST_APPLIED[0], "{}"), ("a", "b")]
                    .map(|(key, value)| (key.to_owned(), value.to_owned()))
                    .into(),
            ),
            ..ObjectMeta::default()
        };
        strip(&mut metadata);
        assert_eq!(metadata.managed_fields, None);
        assert_eq!(
            metadata.annotations.map(|all| all.into_keys().collect::<Vec<_>>()),
            Some(vec!["a".to_owned()])
        );
    }
}
