//! Go's maps from strings.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use super::{Text, Type, Value, release};

/// A map with strings as keys, `map[string]interface{}` or `map[string]string`. Clones are the same map.
#[derive(Clone)]
pub struct Map(Rc<Entries>);

struct Entries {
    element: Type,
    entries: RefCell<BTreeMap<Text, Value>>,
    nil: bool,
}

impl Map {
    /// A `map[string]interface{}`.
    pub fn dictionary(entries: impl IntoIterator<Item = (Text, Value)>) -> Self {
        Self::new(Type::Any, entries)
    }

    /// A `map[string]string`.
    pub fn of_strings(entries: impl IntoIterator<Item = (Text, Text)>) -> Self {
        let entries = entries.into_iter().map(|(key, value)| (key, Value::String(value)));
        Self::new(Type::String, entries)
    }

    /// A map of values of the type. In a `map[string]interface{}` they are anything but [`Value::Missing`].
    pub fn new(element: Type, entries: impl IntoIterator<Item = (Text, Value)>) -> Self {
        Self(Rc::new(Entries {
            element,
            entries: RefCell::new(entries.into_iter().collect()),
            nil: false,
        }))
    }

    /// The nil map of the type: empty, and nothing can be set in it.
    pub fn nil(element: Type) -> Self {
        Self(Rc::new(Entries {
            element,
            entries: RefCell::default(),
            nil: true,
        }))
    }

    /// Type of the values.
    pub fn element(&self) -> Type {
        self.0.element
    }

    /// Type of the map.
    pub fn type_of(&self) -> Type {
        Type::map(self.0.element)
    }

    /// The value of a key.
    pub fn get(&self, key: &[u8]) -> Option<Value> {
        self.0.entries.borrow().get(key).cloned()
    }

    /// The entries of now, in the order of their keys.
    pub fn entries(&self) -> Vec<(Text, Value)> {
        let entries = self.0.entries.borrow();
        entries
            .iter()
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect()
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.0.entries.borrow().len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.entries.borrow().is_empty()
    }

    /// Whether it is the nil map.
    pub fn is_nil(&self) -> bool {
        self.0.nil
    }

    /// Whether both are one map.
    pub fn is_same(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }

    /// Takes the value of a key away.
    pub fn remove(&self, key: &[u8]) -> Option<Value> {
        self.0.entries.borrow_mut().remove(key)
    }

    /// Sets a value. Through [`Call::set`](crate::function::Call::set) only: a map may come to hold itself.
    pub(crate) fn insert(&self, key: Text, value: Value) {
        let before = self.0.entries.borrow_mut().insert(key, value);
        release::release(before.into_iter().collect());
    }

    /// Takes all entries away, and so opens every cycle through this map.
    pub(crate) fn clear(&self) {
        let entries = std::mem::take(&mut *self.0.entries.borrow_mut());
        release::release(entries.into_values().collect());
    }

    /// The values, if nothing else shares them.
    pub(super) fn dissolve(self) -> Option<Vec<Value>> {
        Rc::into_inner(self.0).map(|entries| {
            std::mem::take(&mut *entries.entries.borrow_mut())
                .into_values()
                .collect()
        })
    }
}

impl Drop for Entries {
    fn drop(&mut self) {
        let entries = std::mem::take(self.entries.get_mut());
        release::release(entries.into_values().collect());
    }
}
