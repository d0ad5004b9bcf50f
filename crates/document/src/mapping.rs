use std::collections::HashMap;

use crate::{Node, Position};

/// The name of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The name as text.
    pub name: String,
    /// Where it stands.
    pub position: Position,
    /// Whether the text was made from a boolean or a number: `on` reads as `true`, `0x10` as `16`.
    pub converted: bool,
}

impl From<&str> for Key {
    /// A key for output: its position means nothing.
    fn from(name: &str) -> Self {
        Self::from(name.to_owned())
    }
}

impl From<String> for Key {
    /// A key for output: its position means nothing.
    fn from(name: String) -> Self {
        Self {
            name,
            position: Position::default(),
            converted: false,
        }
    }
}

/// A key that was overwritten by a later one of the same name in the same mapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repeated {
    /// The name of both.
    pub name: String,
    /// Where the overwritten one stands.
    pub first: Position,
    /// Where the one that counts stands.
    pub second: Position,
}

/// Ordered entries with unique names. Of entries with the same name the last one counts.
#[derive(Default)]
pub struct Mapping {
    entries: Vec<(Key, Node)>,
    repeated: Vec<Repeated>,
}

impl Mapping {
    /// The entries in order.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = (&Key, &Node)> {
        self.entries.iter().map(|(key, value)| (key, value))
    }

    /// The value of exactly this name.
    pub fn get(&self, name: &str) -> Option<&Node> {
        self.entries().find(|(key, _)| key.name == name).map(|(_, value)| value)
    }

    /// The value of this name as Go's `encoding/json` finds a struct's field: exactly, else without regard to ASCII case.
    pub fn get_folded(&self, name: &str) -> Option<&Node> {
        self.get(name).or_else(|| {
            self.entries()
                .find(|(key, _)| key.name.eq_ignore_ascii_case(name))
                .map(|(_, value)| value)
        })
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The keys that a later one of the same name overwrote, in the order of the later ones.
    pub fn repeated(&self) -> &[Repeated] {
        &self.repeated
    }
}

impl Mapping {
    pub(crate) fn get_mut(&mut self, name: &str) -> Option<&mut Node> {
        let mut entries = self.entries.iter_mut();
        entries.find(|(key, _)| key.name == name).map(|(_, value)| value)
    }

    /// Gives the entry another value, or adds it behind the others.
    pub(crate) fn insert(&mut self, name: &str, value: Node) {
        match self.get_mut(name) {
            Some(old) => *old = value,
            None => self.entries.push((Key::from(name), value)),
        }
    }

    pub(crate) fn remove(&mut self, name: &str) -> Option<Node> {
        let place = self.entries.iter().position(|(key, _)| key.name == name)?;
        Some(self.entries.remove(place).1)
    }

    pub(crate) fn into_entries(self) -> impl DoubleEndedIterator<Item = (Key, Node)> {
        self.entries.into_iter()
    }

    pub(crate) fn copy(&self) -> Self {
        let entries = self
            .entries
            .iter()
            .map(|(key, value)| (key.clone(), value.copy()))
            .collect();
        Self {
            entries,
            repeated: self.repeated.clone(),
        }
    }
}

impl<K: Into<Key>> FromIterator<(K, Node)> for Mapping {
    fn from_iter<I: IntoIterator<Item = (K, Node)>>(entries: I) -> Self {
        entries
            .into_iter()
            .map(|(key, value)| Entry {
                key: key.into(),
                value,
                merged: None,
            })
            .collect()
    }
}

/// An entry as it was read.
pub(crate) struct Entry {
    pub(crate) key: Key,
    pub(crate) value: Node,
    /// The `<<` that brought it.
    pub(crate) merged: Option<Position>,
}

impl FromIterator<Entry> for Mapping {
    /// What a merge brought may be overwritten, so that is not reported.
    fn from_iter<I: IntoIterator<Item = Entry>>(entries: I) -> Self {
        let mut places = HashMap::new();
        let mut unique: Vec<Entry> = Vec::new();
        let mut repeated = Vec::new();
        for entry in entries {
            match places
                .get(&entry.key.name)
                .and_then(|&place: &usize| unique.get_mut(place))
            {
                Some(old) => {
                    if old.merged.is_none() {
                        let second = entry.merged.unwrap_or(entry.key.position);
                        repeated.push(Repeated {
                            name: entry.key.name.clone(),
                            first: old.key.position,
                            second,
                        });
                    }
                    *old = entry;
                }
                None => {
                    places.insert(entry.key.name.clone(), unique.len());
                    unique.push(entry);
                }
            }
        }
        Self {
            entries: unique.into_iter().map(|entry| (entry.key, entry.value)).collect(),
            repeated,
        }
    }
}
