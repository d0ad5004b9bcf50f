//! Why a template gives no text.

use std::fmt;

use crate::Limit;

/// Why a template gives no text. The messages are Go's, as far as they quote no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// It ran and failed: a missing argument, a wrong type, a function that refused its arguments.
    Execution(String),
    /// It met a bound of its [`Limits`](crate::Limits).
    Limit {
        /// Which one.
        limit: Limit,
        /// Where, in Go's notation.
        location: String,
    },
    /// It is no template.
    Syntax(String),
}

impl Error {
    /// The way out, where there is one.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Limit { limit: Limit::Time, .. } => Some("a loop may be longer than it needs to be"),
            Self::Limit { .. } => Some("a template may end only so late: shorten its loops, or split it"),
            Self::Execution(_) | Self::Syntax(_) => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Execution(message) | Self::Syntax(message) => f.write_str(message),
            Self::Limit { limit, location } => write!(f, "template: {location}: {limit}"),
        }
    }
}

impl std::error::Error for Error {}
