//! Private SSH keys as identities of age, those behind a passphrase too (filippo.io/age's `agessh`, upstream's `age/ssh_parse.go`).

use std::{cell::OnceCell, sync::Arc};

use ::age::{
    DecryptError,
    secrecy::SecretString,
    ssh::{EncryptedKey, Identity as SshIdentity, Recipient, UnsupportedKey},
};
use age_core::format::{FileKey, Stanza};
use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, prelude::BASE64_STANDARD, prelude::BASE64_STANDARD_NO_PAD};

use super::{failures::Failures, identity::Identity};
use crate::Prompt;

/// Parses a private key. `unlock` says how to ask for its passphrase.
///
/// # Errors
/// [`SshKeyError`].
pub(super) fn parse(contents: &[u8], unlock: Option<Unlock>) -> Result<Identity, SshKeyError> {
    let text = str::from_utf8(contents).map_err(|_| SshKeyError::NotAKey)?;
    // Like any reader of PEM, we skip what stands before it.
    let start = text.find("-----BEGIN ").ok_or(SshKeyError::NotAKey)?;
    let pem = text.get(start..).unwrap_or_default().as_bytes();
    match SshIdentity::from_buffer(pem, None).map_err(|_| SshKeyError::NotAKey)? {
        SshIdentity::Encrypted(key) => {
            let unlock = unlock.ok_or(SshKeyError::Passphrase)?;
            Ok(Identity::other(LockedKey::new(key, unlock)?))
        }
        SshIdentity::Unsupported(key) => Err(SshKeyError::Unsupported(words(&key))),
        key => Ok(Identity::other(key)),
    }
}

/// How a passphrase is asked for.
pub(super) struct Unlock {
    /// The file's name.
    pub(super) path: String,
    pub(super) prompt: Arc<dyn Prompt>,
    pub(super) failures: Failures,
}

/// A key that is decrypted when the first file comes that was wrapped for it, and not before.
struct LockedKey {
    key: EncryptedKey,
    /// `ssh-ed25519` or `ssh-rsa`.
    kind: String,
    /// What stanzas call the key by.
    tag: String,
    unlock: Unlock,
    unlocked: OnceCell<Option<SshIdentity>>,
}

impl LockedKey {
    fn new(key: EncryptedKey, unlock: Unlock) -> Result<Self, SshKeyError> {
        let public = Recipient::try_from(SshIdentity::Encrypted(key.clone())).map_err(|_| SshKeyError::NotAKey)?;
        let public = public.to_string();
        let (kind, blob) = public.split_once(' ').ok_or(SshKeyError::NotAKey)?;
        let blob = BASE64_STANDARD.decode(blob).map_err(|_| SshKeyError::NotAKey)?;
        let digest = digest(&SHA256, &blob);
        let tag = digest.as_ref().get(..TAG_BYTES).unwrap_or_default();
        Ok(Self {
            key,
            kind: kind.to_owned(),
            tag: BASE64_STANDARD_NO_PAD.encode(tag),
            unlock,
            unlocked: OnceCell::new(),
        })
    }

    /// The key, or nothing once it could not be decrypted: nobody is asked twice.
    fn unlocked(&self) -> Option<&SshIdentity> {
        let ask = || match self.ask() {
            Ok(key) => Some(key),
            Err(message) => {
                self.unlock.failures.add(message);
                None
            }
        };
        self.unlocked.get_or_init(ask).as_ref()
    }

    fn ask(&self) -> Result<SshIdentity, String> {
        let path = &self.unlock.path;
        let answer = self
            .unlock
            .prompt
            .passphrase(&format!("Enter passphrase for {path:?}:"));
        let answer = answer.map_err(|error| format!("could not read passphrase for {path:?}: {error}"))?;
        let key = self.key.decrypt(SecretString::from(answer.as_str()));
        key.map(SshIdentity::from)
            .map_err(|_| format!("failed to decrypt SSH key {path:?}: incorrect passphrase"))
    }
}

impl ::age::Identity for LockedKey {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, DecryptError>> {
        if stanza.tag != self.kind || stanza.args.first() != Some(&self.tag) {
            return None;
        }
        self.unlocked()?.unwrap_stanza(stanza)
    }
}

/// Of the digest of the public key.
const TAG_BYTES: usize = 4;

/// Why a private SSH key cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SshKeyError {
    /// It is neither an OpenSSH private key nor an RSA key in PEM.
    #[error("not an OpenSSH private key (`ssh-keygen -p -f FILE` writes it anew as one)")]
    NotAKey,
    /// Nobody can be asked for its passphrase.
    #[error("this private key is passphrase protected")]
    Passphrase,
    /// It is of a kind, or encrypted in a way, that age has no use for.
    #[error("{0}")]
    Unsupported(String),
}

fn words(key: &UnsupportedKey) -> String {
    match key {
        UnsupportedKey::EncryptedPem => {
            "encrypted with an insecure algorithm (`ssh-keygen -p -f FILE` writes it anew)".to_owned()
        }
        UnsupportedKey::EncryptedSsh(cipher) => format!("unsupported cipher {cipher:?}"),
        UnsupportedKey::Hardware(kind) | UnsupportedKey::Type(kind) => {
            format!("unsupported SSH identity type: {kind:?}")
        }
    }
}
