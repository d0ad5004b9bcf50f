use std::fmt;

use super::keyring::{KEY_FILE, KEYS};
use crate::FileError;

/// Why OpenPGP gave nothing. In the words of upstream, which tells of each attempt.
#[derive(Debug, thiserror::Error)]
pub enum PgpError {
    /// It did not decrypt.
    #[error("could not decrypt data key with PGP key: {0}")]
    Decrypt(#[source] Attempts),
    /// It did not encrypt.
    #[error("could not encrypt data key with PGP key: {0}")]
    Encrypt(#[source] Attempts),
}

/// What was tried in vain.
#[derive(Debug)]
pub struct Attempts {
    /// Keys that are given; nothing where there are none.
    pub in_process: Option<InProcessError>,
    /// What gpg said; nothing where it was not to be asked.
    pub gpg: Option<String>,
}

impl std::error::Error for Attempts {}

impl fmt::Display for Attempts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(error) = &self.in_process {
            write!(f, "OpenPGP error: {error}")?;
        }
        match &self.gpg {
            Some(words) if self.in_process.is_some() => write!(f, "; GnuPG binary error: {words}"),
            Some(words) => write!(f, "GnuPG binary error: {words}"),
            None => Ok(()),
        }
    }
}

/// Why the keys that are given do not do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InProcessError {
    /// A file of keys cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// What should be keys is something else.
    #[error("{0} has no OpenPGP keys: {1}")]
    Malformed(String, String),
    /// The message is none, was altered, or is of a kind that is not safe any more.
    #[error("reading PGP message failed: {0}")]
    Message(String),
    /// There are none, and nothing else may be asked.
    #[error("no keys: neither {KEYS} nor {KEY_FILE} is set")]
    NoKeys,
    /// A secret key does not decrypt what was encrypted for it: it was altered, or the key is of a kind that gpg alone knows, as ElGamal.
    #[error("the secret key {0} does not decrypt it: {1}")]
    NotDecrypted(String, &'static str),
    /// The message is for other keys.
    #[error("no secret key is given for {0}")]
    NoSecret(String),
    /// A secret key stays locked.
    #[error("the secret key {0} could not be unlocked: {1}")]
    Passphrase(String, String),
    /// No key is called so.
    #[error("key with fingerprint '{0}' is not available in keyring")]
    Unknown(String),
    /// Nothing may be encrypted to a key.
    #[error("nothing can be encrypted to key {0}: {1}")]
    Unusable(String, String),
}
