//! What is wrong with a manifest, and where.

use signet_document::Position;

/// A manifest that cannot be read as the object it should be. It shows paths and kinds, never values.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {fault}")]
pub struct ManifestError {
    position: Position,
    path: String,
    fault: Fault,
}

impl ManifestError {
    pub(crate) fn new(position: Position, path: impl Into<String>, fault: Fault) -> Self {
        Self {
            position,
            path: path.into(),
            fault,
        }
    }

    /// Where it stands, counted through the whole stream of documents.
    pub fn position(&self) -> Position {
        self.position
    }

    /// The way to write it instead, where there is one to tell.
    pub fn hint(&self) -> Option<String> {
        let field = self.path.rsplit('.').next().unwrap_or(&self.path);
        match &self.fault {
            Fault::Ambiguous { .. } => Some(format!("put it in quotes: {field}: \"...\"")),
            Fault::ConvertedKey => Some("put the key in quotes".to_owned()),
            Fault::DuplicateKey { .. } => {
                Some("remove one of the two; kubeseal takes the last without a word".to_owned())
            }
            Fault::FieldCase { expected } => Some(format!("write it as {expected}")),
            Fault::IllegalBase64 { .. } => Some("put plain text under stringData, where it needs no base64".to_owned()),
            Fault::Kind { .. } | Fault::Malformed | Fault::NotByte | Fault::WrongType { .. } => None,
            Fault::UnknownField => {
                Some("a Secret has apiVersion, kind, metadata, type, immutable, data and stringData".to_owned())
            }
        }
    }
}

/// The kinds of faults.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Fault {
    #[error("reads as {kind}, not as the text that stands there")]
    Ambiguous { kind: &'static str },
    #[error("is a key that stands there as a boolean or a number and reads as another text")]
    ConvertedKey,
    #[error("stands twice, first at {first}")]
    DuplicateKey { first: Position },
    #[error("is not known; only its case differs from {expected}")]
    FieldCase { expected: &'static str },
    #[error("illegal base64 data at input byte {offset}")]
    IllegalBase64 { offset: usize },
    #[error("is not {expected}")]
    Kind { expected: &'static str },
    #[error("is malformed")]
    Malformed,
    #[error("is not a byte from 0 to 255")]
    NotByte,
    #[error("is not known in a Secret")]
    UnknownField,
    #[error("must be {expected}, is {found}")]
    WrongType {
        expected: &'static str,
        found: &'static str,
    },
}
