//! Go's types.

use std::fmt;

use super::Kind;

/// A type of Go: of a value, or of what a function takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// `interface{}`: anything; [`Value::Missing`](super::Value::Missing) comes as nil.
    Any,
    /// `bool`.
    Bool,
    /// `*sprig.certificate`'s struct.
    Certificate,
    /// `complex128`.
    Complex128,
    /// `float64`.
    Float64,
    /// An integer type.
    Integer(Kind),
    /// `*time.Location`.
    Location,
    /// A map from strings to the type.
    Map(&'static Self),
    /// `reflect.Value`: anything, even [`Value::Missing`](super::Value::Missing).
    Reflected,
    /// A slice of the type.
    Slice(&'static Self),
    /// `string`.
    String,
    /// `time.Time`.
    Time,
    /// `semver.Version`, or the pointer to it.
    Version {
        /// Whether it is the pointer.
        pointer: bool,
    },
}

impl Type {
    /// `byte`.
    pub const BYTE: Self = Self::Integer(Kind::Uint8);
    /// `int`.
    pub const INT: Self = Self::Integer(Kind::Int);
    /// `int64`.
    pub const INT64: Self = Self::Integer(Kind::Int64);
    /// `uint32`.
    pub const UINT32: Self = Self::Integer(Kind::Uint32);
    /// `[]interface{}`.
    pub const LIST: Self = Self::Slice(&Self::Any);
    /// `[]string`.
    pub const STRINGS: Self = Self::Slice(&Self::String);
    /// `map[string]interface{}`.
    pub const DICTIONARY: Self = Self::Map(&Self::Any);

    /// The slice type of an element type. Nesting beyond what sprig makes (`[][]interface{}`) is not kept apart.
    pub fn slice(element: Self) -> Self {
        match element {
            Self::Bool => Self::Slice(&Self::Bool),
            Self::Float64 => Self::Slice(&Self::Float64),
            Self::Integer(Kind::Int64) => Self::Slice(&Self::INT64),
            Self::Integer(Kind::Uint8) => Self::Slice(&Self::BYTE),
            Self::Integer(_) => Self::Slice(&Self::INT),
            Self::Map(Self::String) => Self::Slice(&Self::Map(&Self::String)),
            Self::Map(_) => Self::Slice(&Self::DICTIONARY),
            Self::Slice(Self::String) => Self::Slice(&Self::STRINGS),
            Self::Slice(_) => Self::Slice(&Self::LIST),
            Self::String => Self::STRINGS,
            _ => Self::LIST,
        }
    }

    /// The type of a map from strings to an element type.
    pub fn map(element: Self) -> Self {
        match element {
            Self::String => Self::Map(&Self::String),
            _ => Self::DICTIONARY,
        }
    }

    /// Whether it has a nil.
    pub fn can_be_nil(self) -> bool {
        matches!(
            self,
            Self::Any
                | Self::Location
                | Self::Map(_)
                | Self::Reflected
                | Self::Slice(_)
                | Self::Version { pointer: true }
        )
    }

    /// Go's name of the kind.
    pub fn kind_name(self) -> &'static str {
        match self {
            Self::Any => "interface",
            Self::Bool => "bool",
            Self::Certificate | Self::Reflected | Self::Time | Self::Version { pointer: false } => "struct",
            Self::Complex128 => "complex128",
            Self::Float64 => "float64",
            Self::Integer(kind) => kind.kind_name(),
            Self::Location | Self::Version { pointer: true } => "ptr",
            Self::Map(_) => "map",
            Self::Slice(_) => "slice",
            Self::String => "string",
        }
    }
}

/// As Go's `%T` prints it.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Any => "interface {}",
            Self::Bool => "bool",
            Self::Certificate => "sprig.certificate",
            Self::Complex128 => "complex128",
            Self::Float64 => "float64",
            Self::Integer(kind) => kind.name(),
            Self::Location => "*time.Location",
            Self::Map(element) => return write!(f, "map[string]{element}"),
            Self::Reflected => "reflect.Value",
            Self::Slice(element) => return write!(f, "[]{element}"),
            Self::String => "string",
            Self::Time => "time.Time",
            Self::Version { pointer: false } => "semver.Version",
            Self::Version { pointer: true } => "*semver.Version",
        })
    }
}
