//! Who may open a backup: recipients and identities as text.

use std::{
    path::{Path, PathBuf},
    str::FromStr,
};

use age::x25519;

use super::error::KeysError;
use crate::io::file;

/// The recipients of flags and files, none of them twice.
///
/// # Errors
/// The first one that cannot be read.
pub(super) fn recipients(texts: &[String], files: &[PathBuf]) -> Result<Vec<x25519::Recipient>, KeysError> {
    let mut recipients: Vec<x25519::Recipient> = Vec::new();
    let mut add = |recipient: x25519::Recipient| {
        if recipients.iter().all(|known| *known != recipient) {
            recipients.push(recipient);
        }
    };
    for text in texts {
        add(text.parse().map_err(|_| KeysError::Recipient {
            place: "--to".to_owned(),
        })?);
    }
    for path in files {
        let found = lines(path, |place| KeysError::Recipient { place })?;
        if found.is_empty() {
            return Err(KeysError::NoRecipients(path.clone()));
        }
        found.into_iter().for_each(&mut add);
    }
    Ok(recipients)
}

/// The identities of some files.
///
/// # Errors
/// The first line that is none, or a file without any.
pub(super) fn identities(files: &[PathBuf]) -> Result<Vec<x25519::Identity>, KeysError> {
    let mut identities = Vec::new();
    for path in files {
        let found: Vec<x25519::Identity> = lines(path, |place| KeysError::Identity { place })?;
        if found.is_empty() {
            return Err(KeysError::NoIdentities(path.clone()));
        }
        identities.extend(found);
    }
    Ok(identities)
}

/// What stands on the lines of a file; empty ones and comments apart.
fn lines<T: FromStr>(path: &Path, fail: impl Fn(String) -> KeysError) -> Result<Vec<T>, KeysError> {
    let text = file::read(path)?;
    let text = std::str::from_utf8(&text).map_err(|_| fail(path.display().to_string()))?;
    let lines = text.lines().map(str::trim).enumerate();
    lines
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .map(|(index, line)| {
            line.parse()
                .map_err(|_| fail(format!("{}:{}", path.display(), index + 1)))
        })
        .collect()
}
