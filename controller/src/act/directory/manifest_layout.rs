//! A Secret as a manifest.
//!
//! Whose it is stands in a comment: an owner reference would have the garbage collector of a cluster delete what `kubectl apply` put there.

use std::{fs::Metadata, io, path::Path};

use signet_api::{ObjectMeta, Reading, Secret};
use signet_document::{Limits, write_yaml};
use zeroize::Zeroizing;

use super::{LIMIT, Marker, SecretFileError, foreign};
use crate::files;

/// Writes the manifest in one step.
pub(super) fn write(path: &Path, mut secret: Secret, source: &Path, is_new: bool) -> Result<(), SecretFileError> {
    let marker = Marker {
        source: source.to_owned(),
        metadata: ObjectMeta {
            owner_references: secret.metadata.owner_references.take(),
            ..names(&secret.metadata)
        },
        type_: None,
        immutable: None,
    };
    let text = text(&marker, write_yaml(&secret.to_node()).as_bytes())?;
    if is_new {
        files::create(path, &text)
    } else {
        files::replace(path, &text)
    }?;
    Ok(())
}

/// Changes the source in the first line.
pub(super) fn set_source(path: &Path, source: &Path) -> Result<(), SecretFileError> {
    let bytes = Zeroizing::new(files::read(path, LIMIT)?);
    let Some(mut marker) = parse_marker(&bytes).filter(|marker| marker.source != source) else {
        return Ok(());
    };
    marker.source = source.to_owned();
    let manifest = bytes.splitn(2, |byte| *byte == b'\n').nth(1).unwrap_or_default();
    files::replace(path, &text(&marker, manifest)?)?;
    Ok(())
}

/// Reads a Secret back; nothing where it is not ours. One that was damaged by hand comes back without values, and is written anew.
pub(super) fn read(path: &Path, metadata: &Metadata) -> io::Result<Option<Secret>> {
    if !metadata.is_file() {
        return Ok(None);
    }
    let bytes = Zeroizing::new(files::read(path, LIMIT)?);
    let Some(marker) = parse_marker(&bytes) else {
        return Ok(None);
    };
    let document = signet_document::read(&bytes, &Limits::default())
        .next()
        .and_then(Result::ok);
    let read = document.and_then(|document| Secret::from_document(&document, Reading::AsKubeseal).ok());
    let name = |part: Option<String>| part.unwrap_or_default();
    let mut secret = read.unwrap_or_else(|| foreign(&name(marker.metadata.namespace), &name(marker.metadata.name)));
    secret.metadata.owner_references = marker.metadata.owner_references;
    Ok(Some(secret))
}

/// What the file says about itself; nothing where it says nothing that we would have written.
pub(super) fn marker(path: &Path) -> io::Result<Option<Marker>> {
    Ok(parse_marker(&Zeroizing::new(files::read(path, LIMIT)?)))
}

fn text(marker: &Marker, manifest: &[u8]) -> Result<Zeroizing<Vec<u8>>, SecretFileError> {
    let marker = ascii(&serde_json::to_string(marker).map_err(|_| SecretFileError::Unwritable)?);
    let parts = [PREFIX.as_bytes(), marker.as_bytes(), b"\n", manifest];
    // Sized before it holds values: one that grows leaves copies of them behind.
    let mut text = Zeroizing::new(Vec::with_capacity(parts.iter().map(|part| part.len()).sum()));
    parts.iter().for_each(|part| text.extend_from_slice(part));
    Ok(text)
}

fn parse_marker(bytes: &[u8]) -> Option<Marker> {
    let line = bytes.split(|byte| *byte == b'\n').next()?;
    serde_json::from_slice(line.strip_prefix(PREFIX.as_bytes())?).ok()
}

fn names(metadata: &ObjectMeta) -> ObjectMeta {
    ObjectMeta {
        name: metadata.name.clone(),
        namespace: metadata.namespace.clone(),
        ..ObjectMeta::default()
    }
}

/// JSON without a character that ends a YAML comment, of which Unicode has a few: a file's name is anyone's to choose who can commit.
fn ascii(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for character in json.chars() {
        match character {
            ' '..='~' => text.push(character),
            _ => text.extend(
                character
                    .encode_utf16(&mut [0; 2])
                    .iter()
                    .map(|unit| format!("\\u{unit:04x}")),
            ),
        }
    }
    text
}

const PREFIX: &str = "# Made by signet-controller, which undoes edits: ";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_cannot_end_the_comment() {
        let path = "a\u{2028}b\u{85}c\u{7f}\u{1f511}\n\"";
        let json = ascii(&serde_json::to_string(path).expect("JSON"));
        assert!(json.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{json}");
        assert_eq!(serde_json::from_str::<String>(&json).expect("text"), path);
    }
}
