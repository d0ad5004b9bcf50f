//! What differs. Pure.

use std::collections::BTreeSet;

use signet_sealing_keys::PrivateKey;

use super::object::{Fields, Item, Object, Side};

/// The differences of two texts.
pub(super) struct Difference {
    pub(super) objects: Vec<ObjectDifference>,
    /// Whether documents of other kinds differ.
    pub(super) others: bool,
}

/// The differences of one object.
pub(super) struct ObjectDifference {
    pub(super) namespace: String,
    pub(super) name: String,
    pub(super) change: Change,
    pub(super) items: Vec<(String, ItemChange)>,
    /// By the name of what differs, such as `label app`.
    pub(super) metadata: Vec<(String, Change)>,
    /// Whether a key was removed whose holder still knows the data key, as ciphertexts are the same.
    pub(super) is_still_known: bool,
}

/// What happened to an object or to a piece of metadata.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    Added,
    Changed,
    Removed,
}

/// What happened to an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ItemChange {
    Added,
    /// Another value.
    Changed,
    Removed,
    /// Another ciphertext of the same value.
    Resealed,
    /// A ciphertext in place of a value, which without keys nobody can compare.
    Sealed,
    /// Another ciphertext; without keys nobody can say more.
    Unknown,
    /// Another ciphertext, and no key opens the older or the newer one.
    Unopened,
    /// A value in place of a ciphertext, which without keys nobody can compare.
    Unsealed,
}

impl Difference {
    pub(super) fn is_empty(&self) -> bool {
        self.objects.is_empty() && !self.others
    }
}

/// Compares two texts. With keys, values are compared too.
pub(super) fn compare(old: &Side, new: &Side, keys: &[&PrivateKey]) -> Difference {
    let names: BTreeSet<_> = old.objects.keys().chain(new.objects.keys()).collect();
    let objects = names.into_iter().filter_map(|key| {
        let (old, new) = (old.objects.get(key), new.objects.get(key));
        let difference = ObjectDifference {
            namespace: key.0.clone(),
            name: key.1.clone(),
            change: change(old, new),
            items: items(old, new, keys),
            metadata: match (old, new) {
                (Some(old), Some(new)) => metadata(&old.metadata, &new.metadata),
                _ => Vec::new(),
            },
            is_still_known: old.zip(new).is_some_and(|(old, new)| is_still_known(old, new)),
        };
        let differs =
            difference.change != Change::Changed || !difference.items.is_empty() || !difference.metadata.is_empty();
        differs.then_some(difference)
    });
    Difference {
        objects: objects.collect(),
        others: old.others != new.others,
    }
}

fn items(old: Option<&Object>, new: Option<&Object>, keys: &[&PrivateKey]) -> Vec<(String, ItemChange)> {
    let names = [old, new].into_iter().flatten().flat_map(|object| object.items.keys());
    let names: BTreeSet<_> = names.collect();
    let changes = names.into_iter().filter_map(|name| {
        let old = old.and_then(|object| Some((object, object.items.get(name)?)));
        let new = new.and_then(|object| Some((object, object.items.get(name)?)));
        let change = match (old, new) {
            (None, _) => ItemChange::Added,
            (_, None) => ItemChange::Removed,
            (Some(old), Some(new)) => item(name, old, new, keys)?,
        };
        Some((name.clone(), change))
    });
    changes.collect()
}

fn item(name: &str, old: (&Object, &Item), new: (&Object, &Item), keys: &[&PrivateKey]) -> Option<ItemChange> {
    if old.1.is_same_text(new.1) {
        return None;
    }
    if let (Item::Plain(_), Item::Plain(_)) = (old.1, new.1) {
        return Some(ItemChange::Changed);
    }
    let is_opened = !(old.0.opened.is_empty() && new.0.opened.is_empty());
    if keys.is_empty() && !is_opened {
        return Some(match (old.1, new.1) {
            (Item::Plain(_), _) => ItemChange::Sealed,
            (_, Item::Plain(_)) => ItemChange::Unsealed,
            _ => ItemChange::Unknown,
        });
    }
    Some(match (old.0.open(name, old.1, keys), new.0.open(name, new.1, keys)) {
        (Some(old), Some(new)) if old.same(&new) => ItemChange::Resealed,
        (Some(_), Some(_)) => ItemChange::Changed,
        _ => ItemChange::Unopened,
    })
}

/// Only files of sops have keys among their metadata.
fn is_still_known(old: &Object, new: &Object) -> bool {
    let mut keys = old.metadata.keys().filter(|name| name.starts_with("key "));
    let is_removed = keys.any(|name| !new.metadata.contains_key(name));
    let mut kept = old.items.iter().filter(|(_, item)| matches!(item, Item::Sealed(_)));
    is_removed && kept.any(|(name, item)| new.items.get(name).is_some_and(|new| item.is_same_text(new)))
}

fn metadata(old: &Fields, new: &Fields) -> Vec<(String, Change)> {
    let names: BTreeSet<_> = old.keys().chain(new.keys()).collect();
    let differing = names.into_iter().filter(|name| old.get(*name) != new.get(*name));
    differing
        .map(|name| (name.clone(), change(old.get(name), new.get(name))))
        .collect()
}

fn change<T>(old: Option<T>, new: Option<T>) -> Change {
    match (old, new) {
        (None, _) => Change::Added,
        (_, None) => Change::Removed,
        _ => Change::Changed,
    }
}
