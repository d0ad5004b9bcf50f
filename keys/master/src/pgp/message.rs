//! Messages that are made and read in process.

use std::io::{Read, Write};

use sequoia_openpgp::{
    Cert, KeyHandle,
    crypto::{KeyPair, Password, SessionKey},
    packet::{PKESK, SKESK, key::SecretKeyMaterial},
    parse::{
        Parse,
        stream::{DecryptionHelper, DecryptorBuilder, MessageStructure, VerificationHelper},
    },
    policy::StandardPolicy,
    serialize::stream::{Armorer, Encryptor, LiteralWriter, Message, Recipient},
    types::{RevocationStatus, SymmetricAlgorithm},
};
use signet_plaintext::Plaintext;
use zeroize::Zeroizing;

use super::{
    InProcessError,
    keyring::{Keyring, SecretKey},
};
use crate::Prompt;

/// Encrypts a key to the newest encryption key of a certificate, as gpg does, or to the very key whose name ends with `!`.
///
/// # Errors
/// [`InProcessError`].
pub(super) fn encrypt(fingerprint: &str, key: &Plaintext, keyring: &Keyring) -> Result<String, InProcessError> {
    let unknown = || InProcessError::Unknown(fingerprint.to_owned());
    let (name, is_exact) = fingerprint
        .strip_suffix('!')
        .map_or((fingerprint, false), |name| (name, true));
    let handle: KeyHandle = name.parse().map_err(|_| unknown())?;
    let policy = StandardPolicy::new();
    let mut wrong = unknown();
    for cert in keyring.named(&handle) {
        match recipient(cert, is_exact.then_some(&handle), &policy) {
            Ok(recipient) => {
                return write(recipient, key)
                    .map_err(|error| InProcessError::Unusable(fingerprint.to_owned(), error.to_string()));
            }
            Err(reason) => wrong = InProcessError::Unusable(fingerprint.to_owned(), reason),
        }
    }
    Err(wrong)
}

fn recipient<'a>(
    cert: &'a Cert,
    exact: Option<&KeyHandle>,
    policy: &'a StandardPolicy<'a>,
) -> Result<Recipient<'a>, String> {
    let valid = cert.with_policy(policy, None).map_err(|error| error.to_string())?;
    valid.alive().map_err(|error| error.to_string())?;
    if matches!(valid.revocation_status(), RevocationStatus::Revoked(_)) {
        return Err("it is revoked".to_owned());
    }
    let keys = valid.keys().supported().alive().revoked(false);
    let keys = keys.for_storage_encryption().for_transport_encryption();
    let keys = keys.filter(|key| exact.is_none_or(|handle| key.key().key_handle().aliases(handle)));
    let newest = keys.max_by_key(|key| key.key().creation_time());
    newest
        .map(Recipient::from)
        .ok_or_else(|| "it has no valid encryption key".to_owned())
}

fn write(recipient: Recipient<'_>, key: &Plaintext) -> sequoia_openpgp::Result<String> {
    let mut text = Vec::new();
    let message = Armorer::new(Message::new(&mut text)).build()?;
    let message = Encryptor::for_recipients(message, [recipient]).build()?;
    let mut message = LiteralWriter::new(message).build()?;
    message.write_all(key.expose())?;
    message.finalize()?;
    Ok(String::from_utf8(text)?.trim_end().to_owned())
}

/// Decrypts a message with the keys that are given.
///
/// # Errors
/// [`InProcessError`].
pub(super) fn decrypt(
    ciphertext: &str,
    keyring: &Keyring,
    prompt: &dyn Prompt,
) -> Result<Zeroizing<Vec<u8>>, InProcessError> {
    let policy = StandardPolicy::new();
    let reader = DecryptorBuilder::from_bytes(ciphertext.as_bytes());
    let reader = reader.and_then(|reader| reader.with_policy(&policy, None, Secrets { keyring, prompt }));
    // The library hands on what `Secrets` says.
    let mut reader = reader.map_err(|error| match error.downcast() {
        Ok(ours) => ours,
        Err(error) => InProcessError::Message(error.to_string()),
    })?;
    let mut key = Zeroizing::new(Vec::with_capacity(LONGEST_PLAINTEXT));
    let read = (&mut reader).take(LONGEST_PLAINTEXT as u64).read_to_end(&mut key);
    read.map_err(|error| InProcessError::Message(error.to_string()))?;
    Ok(key)
}

/// What the library asks for keys.
struct Secrets<'a> {
    keyring: &'a Keyring,
    prompt: &'a dyn Prompt,
}

impl DecryptionHelper for Secrets<'_> {
    fn decrypt(
        &mut self,
        pkesks: &[PKESK],
        _: &[SKESK],
        algorithm: Option<SymmetricAlgorithm>,
        decrypt: &mut dyn FnMut(Option<SymmetricAlgorithm>, &SessionKey) -> bool,
    ) -> sequoia_openpgp::Result<Option<Cert>> {
        let mut wrong = None;
        for pkesk in pkesks {
            for key in self.keyring.secrets(pkesk.recipient().as_ref()) {
                let (name, is_supported) = (key.fingerprint().to_hex(), key.pk_algo().is_supported());
                match unlocked(key, self.prompt) {
                    Ok(None) => {}
                    Ok(Some(mut pair)) => {
                        let session = pkesk.decrypt(&mut pair, algorithm);
                        if session.is_some_and(|(algorithm, session)| decrypt(algorithm, &session)) {
                            return Ok(None);
                        }
                        let reason = if is_supported {
                            "it is damaged"
                        } else {
                            "gpg alone has its algorithm"
                        };
                        wrong = Some(InProcessError::NotDecrypted(name, reason));
                    }
                    Err(error) => wrong = Some(error),
                }
            }
        }
        let recipients = pkesks.iter().filter_map(|pkesk| Some(pkesk.recipient()?.to_string()));
        let recipients: Vec<_> = recipients.collect();
        Err(wrong
            .unwrap_or_else(|| InProcessError::NoSecret(recipients.join(", ")))
            .into())
    }
}

impl VerificationHelper for Secrets<'_> {
    fn get_certs(&mut self, _: &[KeyHandle]) -> sequoia_openpgp::Result<Vec<Cert>> {
        Ok(Vec::new())
    }

    /// Whether somebody signed the key says nothing: the MAC of the document does.
    fn check(&mut self, _: MessageStructure<'_>) -> sequoia_openpgp::Result<()> {
        Ok(())
    }
}

/// The key pair; nothing where the secret is elsewhere, on a card.
fn unlocked(key: SecretKey, prompt: &dyn Prompt) -> Result<Option<KeyPair>, InProcessError> {
    let name = key.fingerprint().to_hex();
    let failed = |reason: String| InProcessError::Passphrase(name.clone(), reason);
    let key = match key.secret() {
        SecretKeyMaterial::Unencrypted(_) => key,
        SecretKeyMaterial::Encrypted(secret) if !secret.s2k().is_supported() => return Ok(None),
        SecretKeyMaterial::Encrypted(_) => {
            let question = format!("Enter passphrase for OpenPGP key {name}:");
            let ask = || prompt.passphrase(&question).map_err(|error| failed(error.to_string()));
            let mut unlocked = None;
            for _ in 0..ATTEMPTS {
                let passphrase = Password::from(ask()?.as_str());
                unlocked = key.clone().decrypt_secret(&passphrase).ok();
                if unlocked.is_some() {
                    break;
                }
            }
            unlocked.ok_or_else(|| failed("incorrect passphrase".to_owned()))?
        }
    };
    key.into_keypair().map(Some).map_err(|error| failed(error.to_string()))
}

/// How often somebody is asked for a passphrase, as upstream asks.
const ATTEMPTS: usize = 3;

/// In bytes: longer than any key, so that a longer plaintext is told from one.
const LONGEST_PLAINTEXT: usize = 64;
