use std::fmt;

use signet_document::{Duplicate, Position, ReadError};

use super::keys::KeyFault;
use crate::selection::PatternError;

/// A configuration that cannot be used. Where upstream has words for it, these are upstream's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// There are creation rules, and none is for the file.
    #[error("error loading config: no matching creation rules found")]
    NoCreationRule,
    /// No destination rule is for the file.
    #[error("error loading config: no matching destination found in config")]
    NoDestinationRule,
    /// It is no YAML.
    #[error("error loading config: {0}")]
    Read(#[from] ReadError),
    /// Something in it is wrong.
    #[error("error loading config: {position}: {}{fault}", prefix(.path))]
    Wrong {
        /// Where it stands.
        position: Position,
        /// The names and indices from the top to it, joined by dots: `creation_rules.0.age`. Empty for the top.
        path: String,
        /// What is wrong with it.
        fault: ConfigFault,
    },
}

/// What is wrong with a value of a configuration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigFault {
    /// A key that stands in its mapping already.
    #[error("the same key stands at {0} already")]
    Duplicate(Position),
    /// A key's name.
    #[error(transparent)]
    Key(#[from] KeyFault),
    /// A value of another kind.
    #[error("expected {expected}, found {found}")]
    Kind {
        /// What can stand there, with its article.
        expected: &'static str,
        /// What does, with its article.
        found: &'static str,
    },
    /// Something that must be there.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// Which paths a rule is for.
    #[error("can not compile regexp: {0}")]
    PathRegex(PatternError),
    /// Which values a rule is about. Upstream takes it for one that matches nothing.
    #[error(transparent)]
    Pattern(PatternError),
    /// A number too small or too large.
    #[error("{number} is not within {least} to {most}")]
    Range {
        /// The number.
        number: i128,
        /// The least that can be.
        least: i128,
        /// The most that can be.
        most: i128,
    },
    /// Two places to publish to.
    #[error("more than one destinations were found in a single destination rule, you can only use one per rule")]
    SeveralDestinations,
    /// Two ways to say which values are encrypted.
    #[error(
        "cannot use more than one of encrypted_suffix, unencrypted_suffix, encrypted_regex, unencrypted_regex, \
         encrypted_comment_regex, or unencrypted_comment_regex for the same rule"
    )]
    SeveralRules,
    /// A number or boolean where a text is meant, written so that its very characters are not known.
    #[error("expected a text, found {0} without quotes")]
    Unquoted(&'static str),
}

impl ConfigError {
    /// Where it is, if it is at one place.
    pub fn position(&self) -> Option<Position> {
        match self {
            Self::Read(error) => Some(error.position()),
            Self::Wrong { position, .. } => Some(*position),
            Self::NoCreationRule | Self::NoDestinationRule => None,
        }
    }

    /// What to try, where that is known.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NoCreationRule => {
                Some("add a rule whose path_regex matches the file, or a last one without path_regex")
            }
            Self::NoDestinationRule => None,
            Self::Read(error) => error.hint(),
            Self::Wrong { fault, .. } => match fault {
                ConfigFault::Key(fault) => fault.hint(),
                ConfigFault::Kind {
                    expected: TEXT | TEXTS, ..
                }
                | ConfigFault::Unquoted(_) => Some("put the value in quotes"),
                _ => None,
            },
        }
    }
}

pub(super) const TEXT: &str = "a text";
pub(super) const TEXTS: &str = "a text or a sequence of texts";

/// A group without a key, of which nobody could decrypt the share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("empty key group provided")]
pub struct EmptyKeyGroup;

/// Something in a configuration that has no effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Where it stands.
    pub position: Position,
    /// The names and indices from the top to it, joined by dots. Empty for the top.
    pub path: String,
    /// Why it has none.
    pub reason: WarningReason,
}

/// Why something in a configuration has no effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WarningReason {
    /// A document behind the first.
    Document,
    /// Keys of a rule that has `key_groups`.
    KeyGroups,
    /// A name that means nothing there.
    Unknown,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reason = match self.reason {
            WarningReason::Document => "ignored, because only the first document counts",
            WarningReason::KeyGroups => "ignored, because the rule has key_groups",
            WarningReason::Unknown => "an unknown key, ignored",
        };
        write!(f, "{}: {}{reason}", self.position, prefix(&self.path))
    }
}

pub(super) fn warn(warnings: &mut Vec<Warning>, position: Position, path: impl Into<String>, reason: WarningReason) {
    let path = path.into();
    warnings.push(Warning { position, path, reason });
}

pub(super) fn duplicate(Duplicate { path, first, second }: Duplicate) -> ConfigError {
    ConfigError::Wrong {
        position: second,
        path,
        fault: ConfigFault::Duplicate(first),
    }
}

fn prefix(path: &str) -> String {
    match path {
        "" => String::new(),
        path => format!("{path}: "),
    }
}
