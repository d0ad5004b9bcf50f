//! Merging into a Secret of somebody else's who lets it be done (the annotation `patch`), and what is remembered of it.

use std::collections::{BTreeMap, BTreeSet};

use signet_api::{SealedSecretStatus, Secret};

use super::{copy, is_managed, is_patched, keep};

/// The items that were put into a Secret.
///
/// They are remembered in the status of the SealedSecret: those that it has no more are taken out again, and nothing else is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Patch {
    /// The uid of the Secret: in another one of the same name, items of these names are its own. None where the SealedSecret made it.
    pub(crate) secret: Option<String>,
    /// The keys of the items.
    pub(crate) items: BTreeSet<String>,
}

impl Patch {
    /// What there will be to remember once all is right; none where nothing is merged.
    pub(crate) fn of(desired: &Secret, live: Option<&Secret>) -> Option<Self> {
        is_patched(live.unwrap_or(desired)).then(|| Self {
            secret: live.and_then(|live| live.metadata.uid.clone()),
            items: desired.data.keys().cloned().collect(),
        })
    }

    /// What a status remembers.
    pub(crate) fn remembered(status: &SealedSecretStatus) -> Self {
        Self {
            secret: status.patched_secret.clone(),
            items: status.patched_items.iter().flatten().cloned().collect(),
        }
    }

    /// The status that remembers it, or that there is nothing to remember.
    pub(crate) fn remember(patch: Option<Self>, status: SealedSecretStatus) -> SealedSecretStatus {
        let (secret, items) = patch.map_or((None, None), |patch| (patch.secret, Some(patch.items)));
        SealedSecretStatus {
            patched_secret: secret,
            patched_items: items.map(|items| items.into_iter().collect()),
            ..status
        }
    }

    /// The live Secret with the desired items, labels and annotations added, and without the items that were added and are not desired. The
    /// items of `kept` that were added stay as they are.
    pub(super) fn merge(&self, desired: Secret, live: &Secret, is_owned: bool, kept: &BTreeSet<String>) -> Secret {
        let is_of_live = self.secret == live.metadata.uid || (self.secret.is_none() && is_owned);
        let was_added = |key: &str| is_of_live && self.items.contains(key);
        let desired = keep(desired, live, |key| kept.contains(key) && was_added(key));
        let mut metadata = live.metadata.clone();
        metadata.labels = merged(metadata.labels, desired.metadata.labels);
        metadata.annotations = merged(metadata.annotations, desired.metadata.annotations);
        if is_managed(live) {
            metadata.owner_references = desired.metadata.owner_references;
        }
        let stays = live.data.iter().filter(|(key, _)| !was_added(key));
        let mut data: BTreeMap<_, _> = stays.map(|(key, value)| (key.clone(), copy(value))).collect();
        data.extend(desired.data);
        Secret {
            metadata,
            // Who asks for no type has none in mind.
            type_: desired.type_.filter(|type_| !type_.is_empty()).or(live.type_.clone()),
            immutable: live.immutable,
            data,
        }
    }
}

fn merged(
    live: Option<BTreeMap<String, String>>,
    desired: Option<BTreeMap<String, String>>,
) -> Option<BTreeMap<String, String>> {
    match (live, desired) {
        (live, None) => live,
        (live, Some(desired)) => {
            let mut all = live.unwrap_or_default();
            all.extend(desired);
            Some(all)
        }
    }
}
