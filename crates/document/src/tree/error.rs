/// A tree that a format cannot hold. No variant holds text of a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {fault}")]
pub struct WriteError {
    /// The keys from the top, joined by dots.
    pub path: String,
    /// Why it cannot be written.
    pub fault: WriteFault,
}

/// Why a tree cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WriteFault {
    /// More than one document, in a format that has one.
    #[error("the format holds one document only")]
    Documents,
    /// A mapping or sequence where the format has single values.
    #[error("the format holds no mapping or sequence here")]
    Nested,
    /// No value, in a format that has texts alone.
    #[error("the format has no way to write null")]
    Null,
    /// A key that would be read as something else.
    #[error("the format cannot hold this key")]
    Key,
    /// A value that would be read as something else.
    #[error("the format cannot hold this value")]
    Value,
}
