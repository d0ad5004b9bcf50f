//! What is wrong with an encrypted file, and with one that should be.

use std::path::Path;

use signet_document::tree::TreeFormat;
use signet_sops::{DecryptionError, Encrypted, ReadableValue, WrittenRule};
use zeroize::Zeroizing;

use super::{
    creation::creation_rule,
    file::read_if_encrypted,
    format::format,
    open::{data_key, not_decrypted},
    session::{Session, absolute},
    update_keys::Difference,
};
use crate::sops::{Error, command::KeyServices};

/// Something that is wrong with a file.
pub(crate) enum Fault {
    /// It has encrypted values and cannot be read.
    Broken(Error),
    /// Somebody changed it.
    Changed(Error),
    /// Keys that its rule does not name, by name.
    KeysStale(Vec<String>),
    /// Keys that its rule names and it has not, by name.
    KeysMissing(Vec<String>),
    /// It has no MAC.
    NoMac,
    /// No key at hand opens it.
    NotOpened(Error),
    /// A rule names it, and it is not encrypted.
    NotEncrypted,
    /// A value that is encrypted by the rule and is not.
    Readable(ReadableValue),
    /// The configuration cannot be used for it.
    Rule(Error),
}

/// What a file is held against.
pub(crate) struct Expected<'a> {
    pub(crate) session: &'a Session,
    /// Whether to open it with the keys at hand, and see that nobody changed it.
    pub(crate) is_opened: bool,
}

/// What is wrong with a file, and how many values in it are encrypted; none where it is no matter of sops.
pub(crate) fn inspect(expected: &Expected<'_>, file: &Path, text: &[u8]) -> Option<Vec<Fault>> {
    let path = match absolute(file) {
        Ok(path) => path,
        Err(error) => return Some(vec![Fault::Rule(error)]),
    };
    let format = format(None, &path);
    match read_if_encrypted(Zeroizing::new(text.to_vec()), format) {
        Ok(Some((_, encrypted))) => Some(faults(expected, &path, encrypted, format)),
        Ok(None) => match expected.session.names(&path) {
            Ok(true) => Some(vec![Fault::NotEncrypted]),
            Ok(false) => None,
            Err(error) => Some(vec![Fault::Rule(error)]),
        },
        Err(error) => Some(vec![Fault::Broken(error)]),
    }
}

fn faults(expected: &Expected<'_>, path: &Path, mut encrypted: Encrypted, format: TreeFormat) -> Vec<Fault> {
    let mut faults = Vec::new();
    let rule = match creation_rule(expected.session, path) {
        Ok(rule) => rule,
        Err(error) => {
            faults.push(Fault::Rule(error));
            None
        }
    };
    let written = rule.as_ref().and_then(|rule| rule.rule.as_ref());
    faults.extend(readable(&mut encrypted, written, format));
    if let Some(Ok(wanted)) = rule.as_ref().map(|rule| rule.key_groups()) {
        let metadata = &encrypted.metadata;
        let (missing, stale) = Difference::new(&metadata.key_groups, wanted, metadata.shamir_threshold).names();
        faults.extend((!missing.is_empty()).then_some(Fault::KeysMissing(missing)));
        faults.extend((!stale.is_empty()).then_some(Fault::KeysStale(stale)));
    }
    if encrypted.metadata.mac.as_ref().is_none_or(String::is_empty) {
        faults.push(Fault::NoMac);
    } else if expected.is_opened {
        faults.extend(opened(expected.session, encrypted));
    }
    faults
}

/// The readable values that are encrypted by the rule in the file or by the one in the configuration.
fn readable(encrypted: &mut Encrypted, rule: Option<&WrittenRule>, format: TreeFormat) -> Vec<Fault> {
    if format == TreeFormat::Binary {
        return Vec::new();
    }
    let mut found = encrypted.readable_values(None).unwrap_or_default();
    if let Some(rule) = rule {
        let of_rule = encrypted.readable_values(Some(rule)).unwrap_or_default();
        found.extend(
            of_rule
                .into_iter()
                .filter(|value| !found.contains(value))
                .collect::<Vec<_>>(),
        );
    }
    found.into_iter().map(Fault::Readable).collect()
}

fn opened(session: &Session, encrypted: Encrypted) -> Option<Fault> {
    let key = match data_key(session, &encrypted.metadata, &[], &KeyServices::local()) {
        Ok(key) => key,
        Err(error) => return Some(Fault::NotOpened(error)),
    };
    let error = encrypted.decrypt_to_read(&key).err()?;
    Some(match error {
        DecryptionError::Pattern(_) => Fault::Broken(not_decrypted(error)),
        error => Fault::Changed(not_decrypted(error)),
    })
}
