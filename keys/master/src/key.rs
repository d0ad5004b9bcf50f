use signet_plaintext::Plaintext;
use signet_sops::{MasterKey, WrappedKey};

use crate::{
    AgeError, Kind, PgpError, RecipientError, Surroundings,
    age::{self, Identities},
    pgp,
};

/// Wraps a data key, or a share of one, with a master key.
pub(crate) fn wrap(key: &MasterKey, part: &Plaintext, surroundings: &Surroundings) -> Result<String, KeyError> {
    match key {
        MasterKey::Age(key) => Ok(age::wrap(&key.recipient, part.expose(), surroundings)?),
        MasterKey::Pgp(key) => Ok(pgp::wrap(key, part, surroundings)?),
        key => Err(KeyError::unsupported(key)),
    }
}

/// Unwraps what a master key wrapped. `length` is how many bytes that was.
pub(crate) fn unwrap(
    key: &WrappedKey,
    length: usize,
    identities: &Identities<'_>,
    surroundings: &Surroundings,
) -> Result<Plaintext, KeyError> {
    let part = match &key.key {
        MasterKey::Age(age) => identities.unwrap(&age.recipient, &key.ciphertext)?,
        MasterKey::Pgp(_) => pgp::unwrap(&key.ciphertext, surroundings)?,
        key => return Err(KeyError::unsupported(key)),
    };
    if part.len() == length {
        Ok(Plaintext::from(part))
    } else {
        Err(KeyError::Length { length })
    }
}

/// Why a master key does not wrap or unwrap.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// No age identity unwraps it.
    #[error(transparent)]
    Age(#[from] AgeError),
    /// What it unwraps is neither a data key nor a share of one.
    #[error("what it decrypts to has not the {length} bytes of a key")]
    Length {
        /// How many they should be.
        length: usize,
    },
    /// gpg does not do it.
    #[error(transparent)]
    Pgp(#[from] PgpError),
    /// It cannot be wrapped for an age recipient.
    #[error(transparent)]
    Recipient(#[from] RecipientError),
    /// The kind of key is one of those to come.
    #[error("{0} is not supported yet")]
    Unsupported(Kind),
    /// The kind of key is unknown.
    #[error("this kind of key is not supported yet")]
    UnknownKind,
}

impl KeyError {
    fn unsupported(key: &MasterKey) -> Self {
        Kind::of(key).map_or(Self::UnknownKind, Self::Unsupported)
    }
}
