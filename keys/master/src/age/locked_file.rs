//! Files with identities that are themselves encrypted with a passphrase (upstream's `age/encrypted_keys.go`).

use std::{
    cell::OnceCell,
    io::{Cursor, Read},
    iter,
};

use ::age::{DecryptError, Decryptor, armor::ArmoredReader, scrypt, secrecy::SecretString};
use age_core::format::{FileKey, Stanza};
use zeroize::Zeroizing;

use super::{
    failures::Failures,
    identity::{self, Identity},
};
use crate::Surroundings;

/// Whether the contents of a file with identities are encrypted.
pub(super) fn is_locked(contents: &[u8]) -> bool {
    contents.starts_with(b"age-encryption") || contents.starts_with(b"-----BEGIN AGE")
}

/// A file that is decrypted when it is first needed.
pub(super) struct LockedFile {
    pub(super) contents: Zeroizing<Vec<u8>>,
    /// What the question calls it.
    pub(super) location: String,
    pub(super) surroundings: Surroundings,
    pub(super) failures: Failures,
    unlocked: OnceCell<Vec<Identity>>,
}

impl LockedFile {
    pub(super) fn new(
        contents: Zeroizing<Vec<u8>>,
        location: &str,
        surroundings: &Surroundings,
        failures: &Failures,
    ) -> Self {
        Self {
            contents,
            location: location.to_owned(),
            surroundings: surroundings.clone(),
            failures: failures.clone(),
            unlocked: OnceCell::new(),
        }
    }

    /// None once it could not be decrypted: nobody is asked twice.
    fn identities(&self) -> &[Identity] {
        self.unlocked.get_or_init(|| {
            self.unlock().unwrap_or_else(|message| {
                self.failures.add(message);
                Vec::new()
            })
        })
    }

    fn unlock(&self) -> Result<Vec<Identity>, String> {
        let failed = |error: DecryptError| format!("failed to decrypt identity file: {error}");
        let decryptor = Decryptor::new(ArmoredReader::new(Cursor::new(&**self.contents))).map_err(failed)?;
        if !decryptor.is_scrypt() {
            return Err(format!(
                "identity file '{}' is not encrypted with a passphrase",
                self.location
            ));
        }
        let question = format!("Enter passphrase for identity '{}':", self.location);
        let answer = self.surroundings.prompt.passphrase(&question);
        let answer = answer.map_err(|error| format!("could not read passphrase: {error}"))?;
        let mut passphrase = scrypt::Identity::new(SecretString::from(answer.as_str()));
        passphrase.set_max_work_factor(WORK_FACTOR_LIMIT);
        let passphrase: &dyn ::age::Identity = &passphrase;
        let reader = decryptor.decrypt(iter::once(passphrase)).map_err(|error| match error {
            DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed | DecryptError::NoMatchingKeys => {
                "incorrect passphrase".to_owned()
            }
            error => failed(error),
        })?;
        let mut text = Zeroizing::new(Vec::with_capacity(self.contents.len()));
        let read = reader.take(self.contents.len() as u64).read_to_end(&mut text);
        read.map_err(|error| failed(error.into()))?;
        identity::parse_all(&text, false, &self.surroundings).map_err(|error| error.to_string())
    }
}

impl ::age::Identity for LockedFile {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, DecryptError>> {
        self.identities()
            .iter()
            .find_map(|identity| identity.key.unwrap_stanza(stanza))
    }

    fn unwrap_stanzas(&self, stanzas: &[Stanza]) -> Option<Result<FileKey, DecryptError>> {
        self.identities()
            .iter()
            .find_map(|identity| identity.key.unwrap_stanzas(stanzas))
    }
}

/// log₂ of scrypt's N; the limit of upstream, at which it takes 4 GiB.
const WORK_FACTOR_LIMIT: u8 = 22;
