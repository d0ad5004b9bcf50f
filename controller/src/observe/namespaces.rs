//! Namespaces whose label narrows the scopes that are allowed there.

use std::{
    collections::{HashMap, HashSet},
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures::StreamExt as _;
use k8s_openapi::api::core::v1::Namespace;
use kube::{
    Api, Client,
    core::PartialObjectMeta,
    runtime::watcher::{Config, Event},
};
use signet_api::ObjectMeta;
use tokio::sync::watch;

use super::cluster::{Index, reason, watch_with};
use crate::{
    policy::Scopes,
    queue::{Cause, Queue},
    readiness::Pending,
};

/// The scopes that namespaces allow, where they say.
#[derive(Clone, Default)]
pub(crate) struct NamespaceScopes {
    scopes: Arc<Mutex<HashMap<String, Scopes>>>,
}

impl NamespaceScopes {
    /// Those of a namespace; none where it does not say.
    pub(crate) fn of(&self, namespace: &str) -> Option<Scopes> {
        self.scopes().get(namespace).cloned()
    }

    /// Whether that is new.
    fn set(&self, namespace: &str, scopes: Option<Scopes>) -> bool {
        let mut all = self.scopes();
        match scopes {
            Some(scopes) => all.insert(namespace.to_owned(), scopes.clone()) != Some(scopes),
            None => all.remove(namespace).is_some(),
        }
    }

    fn names(&self) -> Vec<String> {
        self.scopes().keys().cloned().collect()
    }

    fn scopes(&self) -> MutexGuard<'_, HashMap<String, Scopes>> {
        self.scopes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Watches the namespaces that have the label, for ever.
pub(crate) struct NamespaceObservation {
    /// The API server.
    pub(crate) client: Client,
    /// Where it is kept.
    pub(crate) scopes: NamespaceScopes,
    /// The SealedSecrets that it is about.
    pub(crate) index: Index,
    /// Where they are told.
    pub(crate) queue: Queue,
}

impl NamespaceObservation {
    /// Watches; `listed` becomes true and `pending` is dropped once the first list is complete.
    pub(crate) async fn run(self, listed: watch::Sender<bool>, pending: Pending) {
        let mut pending = Some(pending);
        let config = Config::default().labels(LABEL);
        let api: Api<PartialObjectMeta<Namespace>> = Api::all(self.client.clone());
        let mut events = pin!(watch_with(api, config));
        let mut seen = HashSet::new();
        loop {
            match events.next().await {
                Some(Ok(Event::Init)) => seen.clear(),
                Some(Ok(Event::InitApply(object) | Event::Apply(object))) => {
                    seen.extend(object.metadata.name.clone());
                    self.labelled(&object.metadata);
                }
                Some(Ok(Event::InitDone)) => {
                    let gone = self.scopes.names().into_iter().filter(|name| !seen.contains(name));
                    gone.for_each(|name| self.changed(&name, None));
                    listed.send_replace(true);
                    drop(pending.take());
                }
                Some(Ok(Event::Delete(object))) => {
                    self.changed(object.metadata.name.as_deref().unwrap_or_default(), None);
                }
                Some(Err(error)) => {
                    let error = reason(&error);
                    tracing::warn!(resource = "namespaces", error, "Watch interrupted, will retry");
                }
                None => {}
            }
        }
    }

    /// A label that cannot be read allows nothing: it was put there to forbid something.
    fn labelled(&self, metadata: &ObjectMeta) {
        let namespace = metadata.name.as_deref().unwrap_or_default();
        let label = metadata.labels.as_ref().and_then(|labels| labels.get(LABEL));
        let scopes = label.map(|label| {
            Scopes::from_label(label).unwrap_or_else(|error| {
                tracing::warn!(namespace, label, %error, "Label of the namespace cannot be read, so no scope is allowed there");
                Scopes::none()
            })
        });
        self.changed(namespace, scopes);
    }

    fn changed(&self, namespace: &str, scopes: Option<Scopes>) {
        if self.scopes.set(namespace, scopes) {
            for name in self.index.names(Some(namespace)) {
                self.index.unsettle(&name);
                self.queue.add(name, Cause::Change);
            }
        }
    }
}

/// `strict`, or several with dots between them, as in `strict.namespace-wide`: a label's value can have no commas.
const LABEL: &str = "signet.dev/allowed-scopes";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_another_label_is_news() {
        let all = NamespaceScopes::default();
        let strict = Scopes::from_label("strict").ok();
        assert!(!all.set("team", None));
        assert!(all.set("team", strict.clone()));
        assert!(!all.set("team", strict.clone()));
        assert_eq!((all.of("team"), all.of("other")), (strict, None));
        assert!(all.set("team", Some(Scopes::none())));
        assert!(all.set("team", None) && all.names().is_empty());
    }
}
