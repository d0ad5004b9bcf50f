use std::{io::Write, iter};

use ::age::{EncryptError, Encryptor, armor, plugin::RecipientPluginV1, ssh::ParseRecipientKeyError};

use super::{
    plugin::Questions,
    post_quantum::{HybridKeyError, HybridRecipient},
};
use crate::Surroundings;

/// Wraps a key for a recipient: an armored age file with a line feed behind it.
///
/// # Errors
/// [`RecipientError`].
pub(crate) fn wrap(recipient: &str, key: &[u8], surroundings: &Surroundings) -> Result<String, RecipientError> {
    let recipient = parse(recipient, surroundings)?;
    let encryptor = Encryptor::with_recipients(iter::once(&*recipient)).map_err(RecipientError::Encrypt)?;
    let written = || {
        let armored = armor::ArmoredWriter::wrap_output(Vec::new(), armor::Format::AsciiArmor)?;
        let mut writer = encryptor.wrap_output(armored)?;
        writer.write_all(key)?;
        writer.finish()?.finish()
    };
    let mut bytes = written().map_err(|error| RecipientError::Encrypt(error.into()))?;
    if !bytes.ends_with(b"\n") {
        bytes.push(b'\n');
    }
    String::from_utf8(bytes).map_err(|_| RecipientError::NotArmored)
}

fn parse(text: &str, surroundings: &Surroundings) -> Result<Box<dyn ::age::Recipient>, RecipientError> {
    let text = text.trim();
    if text.starts_with("age1pq1") {
        let recipient: HybridRecipient = text.parse().map_err(RecipientError::Hybrid)?;
        Ok(Box::new(recipient))
    } else if text.starts_with("age1") && text.matches('1').count() > 1 {
        let recipient: ::age::plugin::Recipient = text.parse().map_err(RecipientError::Plugin)?;
        let questions = Questions(surroundings.prompt.clone());
        let plugin = RecipientPluginV1::new(recipient.plugin(), std::slice::from_ref(&recipient), &[], questions);
        Ok(Box::new(plugin.map_err(|error| match error {
            EncryptError::MissingPlugin { binary_name } => RecipientError::NoPlugin(binary_name),
            error => RecipientError::Encrypt(error),
        })?))
    } else if text.starts_with("age1") {
        let recipient: ::age::x25519::Recipient = text.parse().map_err(RecipientError::Classic)?;
        Ok(Box::new(recipient))
    } else if text.starts_with("ssh-") {
        let recipient: ::age::ssh::Recipient = text.parse().map_err(|error| RecipientError::Ssh(ssh_words(error)))?;
        Ok(Box::new(recipient))
    } else {
        // Text that is no recipient may be a secret key: of that, the prefix is told.
        Err(RecipientError::Unknown(text.chars().take(SHOWN).collect()))
    }
}

/// Why a key cannot be wrapped for an age recipient.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecipientError {
    /// An `age1…` that is none.
    #[error("failed to parse input as Bech32-encoded age public key: {0}")]
    Classic(&'static str),
    /// The recipient, or its plugin, does not wrap.
    #[error("failed to encrypt sops data key with age: {0}")]
    Encrypt(#[source] EncryptError),
    /// An `age1pq1…` that is none.
    #[error("failed to parse input as Bech32-encoded age public key: {0}")]
    Hybrid(#[source] HybridKeyError),
    /// The plugin of an `age1PLUGIN1…` is not installed.
    #[error("could not find {0:?} on the PATH")]
    NoPlugin(String),
    /// The age file is not text.
    #[error("failed to close armored writer")]
    NotArmored,
    /// An `age1PLUGIN1…` that is none.
    #[error("failed to parse input as age key from age plugin: {0}")]
    Plugin(&'static str),
    /// An SSH key that is none, or that age has no use for.
    #[error("failed to parse input as age-ssh public key: {0}")]
    Ssh(String),
    /// It is nothing that age knows. This is how it begins.
    #[error("failed to parse input, unknown recipient type: {0:?}")]
    Unknown(String),
}

/// In characters.
const SHOWN: usize = 14;

fn ssh_words(error: ParseRecipientKeyError) -> String {
    match error {
        ParseRecipientKeyError::Invalid(reason) => reason.to_owned(),
        ParseRecipientKeyError::RsaModulusTooLarge => "the RSA key has more than 4096 bits".to_owned(),
        ParseRecipientKeyError::RsaModulusTooSmall => "the RSA key has fewer than 2048 bits".to_owned(),
        ParseRecipientKeyError::Unsupported(kind) => format!("unsupported SSH key type {kind:?}"),
        ParseRecipientKeyError::Ignore => "unsupported SSH key".to_owned(),
    }
}
