use zeroize::Zeroizing;

use crate::{Key, Mapping, Position, schema::kubernetes};

/// A value of a document and where it stands.
///
/// It has no `Debug`: a node of a Secret's manifest holds plaintext. Texts are wiped when dropped.
pub struct Node {
    /// The value.
    pub value: Value,
    /// Where it starts.
    pub position: Position,
}

/// What a node is.
pub enum Value {
    /// Nothing: `null`, `~` or no text at all.
    Null,
    /// A boolean.
    Bool(bool),
    /// A whole number. Texts of the supported formats give −2⁶³ to 2⁶⁴−1.
    Integer(i128),
    /// Any other number.
    Float(f64),
    /// A text.
    String(Zeroizing<String>),
    /// Values in order.
    Sequence(Vec<Node>),
    /// Entries in order.
    Mapping(Mapping),
}

impl Node {
    /// A text for output: its position means nothing.
    pub fn string(text: impl Into<String>) -> Self {
        Value::String(Zeroizing::new(text.into())).into()
    }

    /// A mapping for output: its position means nothing. Of entries with the same name the last one counts.
    pub fn mapping<K: Into<Key>>(entries: impl IntoIterator<Item = (K, Self)>) -> Self {
        Value::Mapping(entries.into_iter().collect()).into()
    }

    /// A sequence for output: its position means nothing.
    pub fn sequence(items: impl IntoIterator<Item = Self>) -> Self {
        Value::Sequence(items.into_iter().collect()).into()
    }

    /// The text that sigs.k8s.io/yaml puts into a field of type string.
    ///
    /// Null gives the empty text, a boolean `true` or `false`, an integer its decimal digits, another number the shortest digits that
    /// tell it from other numbers of 32 bits (`1.50` gives `1.5`, `.inf` gives `+Inf`). Collections give `None`.
    pub fn as_text(&self) -> Option<Zeroizing<String>> {
        Some(match &self.value {
            Value::Null => Zeroizing::default(),
            Value::Bool(value) => Zeroizing::new(value.to_string()),
            Value::Integer(value) => Zeroizing::new(value.to_string()),
            Value::Float(value) => Zeroizing::new(kubernetes::float_text(*value)),
            Value::String(text) => text.clone(),
            Value::Sequence(_) | Value::Mapping(_) => return None,
        })
    }

    /// What the value is, with its article, for messages: `a boolean`, `an integer`.
    pub fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Integer(_) => "an integer",
            Value::Float(_) => "a number",
            Value::String(_) => "a text",
            Value::Sequence(_) => "a sequence",
            Value::Mapping(_) => "a mapping",
        }
    }

    /// The same value at the same place. It is no `Clone`, because what it copies may be plaintext.
    pub fn copy(&self) -> Self {
        let value = match &self.value {
            Value::Null => Value::Null,
            Value::Bool(value) => Value::Bool(*value),
            Value::Integer(value) => Value::Integer(*value),
            Value::Float(value) => Value::Float(*value),
            Value::String(text) => Value::String(text.clone()),
            Value::Sequence(items) => Value::Sequence(items.iter().map(Self::copy).collect()),
            Value::Mapping(mapping) => Value::Mapping(mapping.copy()),
        };
        Self {
            value,
            position: self.position,
        }
    }
}

impl From<Value> for Node {
    /// A node for output: its position means nothing.
    fn from(value: Value) -> Self {
        Self {
            value,
            position: Position::default(),
        }
    }
}
