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
        self.entries()
            .find(|(key, _)| key.name == name)
            .map(|(_, value)| value)
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

impl<K: Into<Key>> FromIterator<(K, Node)> for Mapping {
    fn from_iter<I: IntoIterator<Item = (K, Node)>>(entries: I) -> Self {
        let mut mapping = Self::default();
        let mut places = HashMap::new();
        for (key, value) in entries {
            let key = key.into();
            match places.get(&key.name) {
                Some(&place) => mapping.overwrite(place, key, value),
                None => {
                    places.insert(key.name.clone(), mapping.entries.len());
                    mapping.entries.push((key, value));
                }
            }
        }
        mapping
    }
}

impl Mapping {
    fn overwrite(&mut self, place: usize, key: Key, value: Node) {
        let Some(entry) = self.entries.get_mut(place) else {
            return;
        };
        self.repeated.push(Repeated {
            name: key.name.clone(),
            first: entry.0.position,
            second: key.position,
        });
        *entry = (key, value);
    }
}
