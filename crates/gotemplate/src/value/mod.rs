//! Go's dynamic values, as far as a template over a string map can come to see them.

mod integer;
mod list;
mod map;
mod release;
mod text;
mod time;
mod types;
mod version;

pub use integer::{Integer, Kind};
pub use list::List;
pub use map::Map;
pub use text::Text;
pub use time::{Time, Zone};
pub use types::Type;
pub use version::Version;

/// A Go value. Cloning shares strings, lists and maps; a map changed through one clone is changed for all, as in Go.
///
/// It has no `Debug`: it holds secrets.
#[derive(Clone)]
pub enum Value {
    /// No value at all: the field of a missing key (`reflect`'s zero Value). Printed as `<no value>`.
    Missing,
    /// `interface{}(nil)`, such as an item of a list or a dictionary, or what a function returns.
    Nil,
    /// `bool`.
    Bool(bool),
    /// Every integer type, signed or not, with those that have a name (`time.Duration`).
    Integer(Integer),
    /// `float64`.
    Float(f64),
    /// `complex128`: real and imaginary part.
    Complex(f64, f64),
    /// `string`, which need not be UTF-8.
    String(Text),
    /// A slice.
    List(List),
    /// A map from strings.
    Map(Map),
    /// `time.Time`.
    Time(Time),
    /// `*time.Location`.
    Location(Zone),
    /// `*semver.Version`, or `semver.Version` when not a pointer.
    Version {
        /// The version; shared.
        version: std::sync::Arc<Version>,
        /// Whether it is the pointer. `semver` returns it, `IncMajor` and its kin return the struct.
        pointer: bool,
    },
    /// sprig's certificate.
    Certificate(std::sync::Arc<Certificate>),
}

/// sprig's certificate: both parts in PEM.
pub struct Certificate {
    /// The field `Cert`.
    pub certificate: Text,
    /// The field `Key`.
    pub key: Text,
}

impl Value {
    /// The `int` of a number.
    pub fn int(value: i64) -> Self {
        Self::Integer(Integer::new(Kind::Int, value))
    }

    /// The `int64` of a number.
    pub fn int64(value: i64) -> Self {
        Self::Integer(Integer::new(Kind::Int64, value))
    }

    /// A string.
    pub fn text(bytes: impl Into<Text>) -> Self {
        Self::String(bytes.into())
    }

    /// A `[]interface{}`.
    pub fn list(items: Vec<Self>) -> Self {
        Self::List(List::new(Type::Any, items))
    }

    /// A `[]string`.
    pub fn strings<T: Into<Text>>(items: impl IntoIterator<Item = T>) -> Self {
        Self::List(List::new(Type::String, items.into_iter().map(Self::text).collect()))
    }

    /// The dynamic type; nothing for [`Value::Missing`] and [`Value::Nil`].
    pub fn type_of(&self) -> Option<Type> {
        Some(match self {
            Self::Missing | Self::Nil => return None,
            Self::Bool(_) => Type::Bool,
            Self::Integer(integer) => Type::Integer(integer.kind()),
            Self::Float(_) => Type::Float64,
            Self::Complex(..) => Type::Complex128,
            Self::String(_) => Type::String,
            Self::List(list) => list.type_of(),
            Self::Map(map) => map.type_of(),
            Self::Time(_) => Type::Time,
            Self::Location(_) => Type::Location,
            Self::Version { pointer, .. } => Type::Version { pointer: *pointer },
            Self::Certificate(_) => Type::Certificate,
        })
    }

    /// Whether it is nil, or holds nothing: a nil slice and a nil map are.
    pub fn is_nil(&self) -> bool {
        match self {
            Self::Missing | Self::Nil => true,
            Self::List(list) => list.is_nil(),
            Self::Map(map) => map.is_nil(),
            _ => false,
        }
    }

    /// Whether a condition holds for it: not zero, not empty, not nil. A struct always is true.
    pub fn truth(&self) -> bool {
        match self {
            Self::Missing | Self::Nil => false,
            Self::Bool(value) => *value,
            Self::Integer(integer) => integer.bits() != 0,
            Self::Float(value) => *value != 0.0,
            Self::Complex(real, imaginary) => *real != 0.0 || *imaginary != 0.0,
            Self::String(text) => !text.is_empty(),
            Self::List(list) => !list.is_empty(),
            Self::Map(map) => !map.is_empty(),
            Self::Time(_) | Self::Location(_) | Self::Version { .. } | Self::Certificate(_) => true,
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Float(value)
    }
}

impl From<Text> for Value {
    fn from(value: Text) -> Self {
        Self::String(value)
    }
}

impl From<Map> for Value {
    fn from(value: Map) -> Self {
        Self::Map(value)
    }
}

impl From<List> for Value {
    fn from(value: List) -> Self {
        Self::List(value)
    }
}

impl From<Time> for Value {
    fn from(value: Time) -> Self {
        Self::Time(value)
    }
}

impl From<Certificate> for Value {
    fn from(value: Certificate) -> Self {
        Self::Certificate(std::sync::Arc::new(value))
    }
}

impl From<Version> for Value {
    /// The pointer, as `semver` returns it.
    fn from(value: Version) -> Self {
        Self::Version {
            version: std::sync::Arc::new(value),
            pointer: true,
        }
    }
}
