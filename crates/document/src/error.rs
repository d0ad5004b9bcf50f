use crate::{Position, hint};

/// Why a text could not be read. No variant holds text of the document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// A `!!binary` value that is not base64 (RFC 4648) or not UTF-8 inside.
    #[error("{0}: a !!binary value that is not the base64 of a text")]
    Binary(Position),
    /// A key that is a sequence or a mapping.
    #[error("{0}: a sequence or mapping as a key")]
    ComplexKey(Position),
    /// A control character, which YAML forbids (YAML 1.1, section 4.1.1).
    #[error("{0}: a control character")]
    Control(Position),
    /// Bytes that are not UTF-8.
    #[error("{0}: not UTF-8")]
    Encoding(Position),
    /// A key that is a number, a boolean, null or a time, where SOPS knows texts alone.
    #[error("{0}: a key that is not a text")]
    KeyType(Position),
    /// A merge (`<<`) of something that is not a mapping or a sequence of mappings.
    #[error("{0}: a merge of something that is not a mapping")]
    Merge(Position),
    /// A key that is null, such as `~` or nothing at all.
    #[error("{0}: a key that is null")]
    NullKey(Position),
    /// Text that is not of its notation.
    #[error("{position}: {reason}")]
    Syntax {
        /// Where reading stopped.
        position: Position,
        /// What was found or missed there.
        reason: &'static str,
        /// What to try.
        hint: Option<&'static str>,
    },
    /// A scalar that is not of the type that its tag demands.
    #[error("{0}: the value is not of the type of its tag")]
    Tag(Position),
    /// More collections inside each other than [`Limits::depth`](crate::Limits::depth).
    #[error("{position}: more than {limit} collections inside each other")]
    TooDeep {
        /// Where the first one too many stands.
        position: Position,
        /// The limit.
        limit: usize,
    },
    /// A text longer than [`Limits::bytes`](crate::Limits::bytes).
    #[error("{position}: more than {limit} bytes")]
    TooLarge {
        /// The start of the text.
        position: Position,
        /// The limit in bytes.
        limit: usize,
    },
    /// More values in one document than [`Limits::nodes`](crate::Limits::nodes), those repeated by aliases counted.
    #[error("{position}: more than {limit} values in one document, aliases counted")]
    TooManyNodes {
        /// Where the first one too many stands.
        position: Position,
        /// The limit.
        limit: usize,
    },
    /// An alias to an anchor that does not stand before it in the same document, or that it stands in.
    #[error("{0}: an alias of an unknown anchor")]
    UnknownAnchor(Position),
}

impl ReadError {
    /// Where reading stopped.
    pub fn position(&self) -> Position {
        match self {
            Self::Binary(position)
            | Self::ComplexKey(position)
            | Self::Control(position)
            | Self::Encoding(position)
            | Self::KeyType(position)
            | Self::Merge(position)
            | Self::NullKey(position)
            | Self::Tag(position)
            | Self::UnknownAnchor(position)
            | Self::Syntax { position, .. }
            | Self::TooDeep { position, .. }
            | Self::TooLarge { position, .. }
            | Self::TooManyNodes { position, .. } => *position,
        }
    }

    /// What to try, where that is known.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            // Go templates are by far the most frequent cause.
            Self::ComplexKey(_) => Some(hint::TEMPLATE),
            Self::KeyType(_) => Some("put the key in quotes"),
            Self::Encoding(_) => Some("save the file as UTF-8"),
            Self::Control(_) => Some("write it as an escape in double quotes, as in \"\\x07\""),
            Self::Syntax { hint, .. } => *hint,
            _ => None,
        }
    }

    /// The same error in a text of which the one that was read is a part that starts at `origin`.
    pub(crate) fn within(mut self, origin: Position) -> Self {
        match &mut self {
            Self::Binary(position)
            | Self::ComplexKey(position)
            | Self::Control(position)
            | Self::Encoding(position)
            | Self::KeyType(position)
            | Self::Merge(position)
            | Self::NullKey(position)
            | Self::Tag(position)
            | Self::UnknownAnchor(position)
            | Self::Syntax { position, .. }
            | Self::TooDeep { position, .. }
            | Self::TooLarge { position, .. }
            | Self::TooManyNodes { position, .. } => *position = origin.within(*position),
        }
        self
    }
}
