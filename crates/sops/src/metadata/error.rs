/// Metadata that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("sops.{field}: {fault}")]
pub struct MetadataError {
    /// The field, as in `age.0.enc`.
    pub field: String,
    /// What is wrong with it.
    pub fault: MetadataFault,
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MetadataFault {
    /// There is more than one of the rules that say what is encrypted.
    #[error("there is another rule beside it that says which values are encrypted")]
    Rules,
    /// There are no keys at all.
    #[error("no keys found in file")]
    NoKeys,
    /// It is not of its type.
    #[error("not {0}")]
    Type(&'static str),
    /// It is needed and not there.
    #[error("there is none")]
    Missing,
    /// It is no version.
    #[error("not a version")]
    Version,
}

impl MetadataError {
    pub(crate) fn new(field: impl Into<String>, fault: MetadataFault) -> Self {
        Self {
            field: field.into(),
            fault,
        }
    }
}
