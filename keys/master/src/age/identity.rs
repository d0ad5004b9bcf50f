use std::rc::Rc;

use ::age::plugin::IdentityPluginV1;

use super::{
    plugin::Questions,
    post_quantum::{HybridIdentity, HybridKeyError},
};
use crate::Surroundings;

/// What can unwrap an age file.
#[derive(Clone)]
pub(super) struct Identity {
    /// Whether it is a key of age's own, which is tried before the others: it asks nobody and starts nothing.
    pub(super) is_native: bool,
    pub(super) key: Rc<dyn ::age::Identity>,
}

impl Identity {
    pub(super) fn native(key: impl ::age::Identity + 'static) -> Self {
        Self {
            is_native: true,
            key: Rc::new(key),
        }
    }

    pub(super) fn other(key: impl ::age::Identity + 'static) -> Self {
        Self {
            is_native: false,
            key: Rc::new(key),
        }
    }
}

/// Identities, one a line; with `several`, one a word. Empty lines and those with a `#` in front are none. One that cannot be read spoils all.
///
/// # Errors
/// [`IdentityError`].
pub(super) fn parse_all(
    text: &[u8],
    several: bool,
    surroundings: &Surroundings,
) -> Result<Vec<Identity>, IdentityError> {
    let text = str::from_utf8(text).map_err(|_| IdentityError::Unknown)?;
    let mut identities = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if several {
            for word in line.split_whitespace() {
                identities.push(parse(word, surroundings)?);
            }
        } else if !line.trim().is_empty() {
            identities.push(parse(line.trim(), surroundings)?);
        }
    }
    Ok(identities)
}

fn parse(text: &str, surroundings: &Surroundings) -> Result<Identity, IdentityError> {
    if text.starts_with("AGE-PLUGIN-") {
        let identity: ::age::plugin::Identity = text.parse().map_err(IdentityError::Plugin)?;
        let (name, questions) = (identity.plugin().to_owned(), Questions(surroundings.prompt.clone()));
        let plugin = IdentityPluginV1::new(&name, &[identity], questions);
        plugin.map(Identity::other).map_err(|_| IdentityError::NoPlugin(name))
    } else if text.starts_with("AGE-SECRET-KEY-PQ-1") {
        let identity: HybridIdentity = text.parse().map_err(IdentityError::Hybrid)?;
        Ok(Identity::native(identity))
    } else if text.starts_with("AGE-SECRET-KEY-1") {
        let identity: ::age::x25519::Identity = text.parse().map_err(IdentityError::Classic)?;
        Ok(Identity::native(identity))
    } else {
        Err(IdentityError::Unknown)
    }
}

/// Why a text is no identity. It never shows any of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdentityError {
    /// An `AGE-SECRET-KEY-1…` that is none.
    #[error("malformed secret key: {0}")]
    Classic(&'static str),
    /// An `AGE-SECRET-KEY-PQ-1…` that is none.
    #[error("malformed secret key: {0}")]
    Hybrid(#[source] HybridKeyError),
    /// An `AGE-PLUGIN-…` whose plugin is not installed.
    #[error("could not find \"age-plugin-{0}\" on the PATH")]
    NoPlugin(String),
    /// An `AGE-PLUGIN-…` that is none.
    #[error("invalid plugin identity: {0}")]
    Plugin(&'static str),
    /// It is nothing that age knows.
    #[error("unknown identity type")]
    Unknown,
}
