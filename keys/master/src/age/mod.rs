//! age (age-encryption.org/v1): recipients, and identities from everywhere upstream looks for them.

mod bech32;
mod failures;
mod identity;
mod locked_file;
mod plugin;
mod post_quantum;
mod recipient;
mod sources;
mod ssh;

use std::{cell::OnceCell, fmt, io::Read};

use ::age::{DecryptError, Decryptor, armor::ArmoredReader};
use zeroize::Zeroizing;

use self::{
    failures::Failures,
    identity::Identity,
    sources::{Found, Source},
};
use crate::Surroundings;

pub use self::{
    bech32::Bech32Error, identity::IdentityError, post_quantum::HybridKeyError, recipient::RecipientError,
    sources::SourceError, ssh::SshKeyError,
};
pub(crate) use recipient::wrap;

/// The identities of the user. Files are read, and passphrases asked for, once.
pub(crate) struct Identities<'a> {
    surroundings: &'a Surroundings,
    failures: Failures,
    found: [OnceCell<Found>; Source::ALL.len()],
}

impl<'a> Identities<'a> {
    pub(crate) fn new(surroundings: &'a Surroundings) -> Self {
        Self {
            surroundings,
            failures: Failures::default(),
            found: Default::default(),
        }
    }

    /// Unwraps what was wrapped for a recipient.
    ///
    /// # Errors
    /// [`AgeError`].
    pub(crate) fn unwrap(&self, recipient: &str, ciphertext: &str) -> Result<Zeroizing<Vec<u8>>, AgeError> {
        if ciphertext.len() > LONGEST_CIPHERTEXT {
            return Err(AgeError::TooLong);
        }
        let asked = Source::ALL.map(|source| {
            let depends = source.depends_on_recipient();
            depends.then(|| source.look(recipient, self.surroundings, &self.failures))
        });
        let places = Source::ALL.iter().zip(&self.found).zip(&asked);
        let places = places.map(|((source, kept), asked)| {
            asked
                .as_ref()
                .unwrap_or_else(|| kept.get_or_init(|| source.look(recipient, self.surroundings, &self.failures)))
        });
        let (identities, places) = collect(places);
        if identities.is_empty() {
            return Err(AgeError::NoIdentities(places));
        }
        self.failures.take();
        open(ciphertext, &identities).map_err(|error| {
            let cause = match self.failures.take().into_iter().next() {
                Some(failure) => failure,
                None => words(&error, identities.len()),
            };
            AgeError::Open(cause, places)
        })
    }
}

/// All identities, age's own first, and what the report says of the places.
fn collect<'f>(found: impl Iterator<Item = &'f Found>) -> (Vec<Identity>, Places) {
    let mut identities = Vec::new();
    let mut places = Places::default();
    // As upstream, which looks into places once it has found all of them.
    let mut behind = Places::default();
    let mut is_given = false;
    for (source, found) in Source::ALL.iter().zip(found) {
        match found {
            // The default file is not missed where another place was given.
            Found::Unused(_) | Found::Failed(SourceError::NoConfigDir) if *source == Source::Config && is_given => {}
            Found::Unused(location) => places.unused.push(location.clone()),
            Found::Failed(error @ SourceError::Parse(..)) => {
                is_given = true;
                behind.errors.push(error.to_string());
            }
            Found::Failed(error) => places.errors.push(error.to_string()),
            Found::Empty(location) => {
                is_given = true;
                behind.unused.push(location.clone());
            }
            Found::Identities(found) => {
                is_given = true;
                identities.extend(found.iter().cloned());
            }
        }
    }
    places.errors.append(&mut behind.errors);
    places.unused.append(&mut behind.unused);
    identities.sort_by_key(|identity| !identity.is_native);
    (identities, places)
}

fn open(ciphertext: &str, identities: &[Identity]) -> Result<Zeroizing<Vec<u8>>, DecryptError> {
    let decryptor = Decryptor::new(ArmoredReader::new(ciphertext.as_bytes()))?;
    let mut reader = decryptor.decrypt(identities.iter().map(|identity| &*identity.key))?;
    // Longer than any key, so that a longer plaintext is told from one.
    let mut key = Zeroizing::new(Vec::with_capacity(LONGEST_PLAINTEXT));
    (&mut reader).take(LONGEST_PLAINTEXT as u64).read_to_end(&mut key)?;
    Ok(key)
}

/// Upstream's words for what the crate says.
fn words(error: &DecryptError, identities: usize) -> String {
    match error {
        DecryptError::NoMatchingKeys if identities == 1 => {
            "identity did not match any of the recipients: incorrect identity for recipient block".to_owned()
        }
        DecryptError::NoMatchingKeys => "no identity matched any of the recipients".to_owned(),
        DecryptError::InvalidHeader | DecryptError::UnknownFormat => {
            "failed to read header: not an age file".to_owned()
        }
        error => error.to_string().replace('\n', " "),
    }
}

/// Why no identity unwrapped a key.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AgeError {
    /// There are no identities.
    #[error("failed to load age identities{0}")]
    NoIdentities(Places),
    /// None of them opens the age file, or it is none.
    #[error("failed to create reader for decrypting sops data key with age: {0}{1}")]
    Open(String, Places),
    /// The age file is longer than any that holds a key.
    #[error("the age file has more than {LONGEST_CIPHERTEXT} bytes")]
    TooLong,
}

/// Where identities were looked for in vain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// What is wrong with places that are there.
    pub errors: Vec<String>,
    /// Places that are not there.
    pub unused: Vec<String>,
}

impl fmt::Display for Places {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.errors.is_empty() {
            write!(f, ". Errors while loading age identities: {}", self.errors.join("; "))?;
        }
        match self.unused.as_slice() {
            [] => Ok(()),
            [one] => write!(f, ". Did not find keys in location '{one}'."),
            [one, two] => write!(f, ". Did not find keys in locations '{one}' and '{two}'."),
            [first @ .., last] => write!(
                f,
                ". Did not find keys in locations '{}', and '{last}'.",
                first.join("', '")
            ),
        }
    }
}

/// In bytes. A recipient's stanza takes three thousand at most; the parser goes over them anew with each line.
const LONGEST_CIPHERTEXT: usize = 1 << 16;
const LONGEST_PLAINTEXT: usize = 64;
