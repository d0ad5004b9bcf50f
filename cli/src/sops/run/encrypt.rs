//! `sops encrypt`.

use std::path::{Path, PathBuf};

use signet_document::tree::{Branch, Scalar, Tree, TreeFormat};
use signet_sops::{Encrypted, Plain, has_metadata};
use zeroize::Zeroizing;

use super::{
    creation::{New, new_data_key},
    destination,
    document::{self, bytes, read_encrypted, read_plain, reserved},
    format::{Formats, form},
    open::{Opened, data_key},
    session::{Session, absolute},
};
use crate::sops::{
    Error, Exit,
    command::{Destination, Encrypt},
};

/// Encrypts a file, or standard input.
///
/// # Errors
/// It cannot be read, encrypted or written.
pub(crate) fn run(session: &Session, encrypt: &Encrypt) -> Result<(), Error> {
    let file = encrypt.file.as_deref().map(existing).transpose()?;
    let named = encrypt.name.as_deref().map(absolute).transpose()?;
    let name = named.or_else(|| file.clone()).unwrap_or_default();
    let formats = Formats::new(encrypt.types, &name);
    let new = New::of(session, &encrypt.creation, &name, formats.input)?;
    let bytes = bytes(file.as_deref())?;
    let earlier = earlier(session, encrypt, &new, formats, &bytes);
    if let Some(Earlier::Same(written)) = earlier {
        return destination::write(&encrypt.destination, file.as_deref(), &written);
    }
    let (text, trees) = read_plain(bytes, formats.input)?;
    check(&trees, formats)?;
    let mut same_values = None;
    let (plain, key) = match earlier {
        Some(Earlier::Other { opened, written }) => {
            let Opened { mut plain, key, .. } = *opened;
            same_values = Encrypted::reads_back(plain.documents(), &trees).then_some(written);
            plain
                .replace(trees, &key)
                .map_err(|error| Error::new(Exit::Generic, error.to_string()))?;
            (plain, key)
        }
        _ => {
            let key = new_data_key()?;
            let metadata = new.metadata(session, &encrypt.services, &key)?;
            (Plain::new(trees, metadata), key)
        }
    };
    let mut encrypted = text.encrypt(session, plain, &key, formats.output)?;
    if let Some(written) = same_values
        && at_the_time_of(session, &written, &encrypted, formats.output).is_some_and(|text| *text == *written)
    {
        encrypted = written;
    }
    destination::write(&encrypt.destination, file.as_deref(), &encrypted)?;
    // Spare memory is wiped as a whole, and not byte by byte.
    encrypted.clear();
    Ok(())
}

/// The absolute path of a file that is there.
///
/// # Errors
/// It is not.
pub(super) fn existing(path: &Path) -> Result<PathBuf, Error> {
    let path = absolute(path)?;
    match path.try_exists() {
        Ok(false) => Err(Error::new(
            Exit::NoFileSpecified,
            format!(
                "Error: cannot operate on non-existent file {:?}",
                path.display().to_string()
            ),
        )),
        _ => Ok(path),
    }
}

/// Whether documents can be encrypted.
///
/// # Errors
/// There are none, they have keys where metadata go, or the format cannot hold them.
pub(super) fn check(trees: &[Tree], formats: Formats) -> Result<(), Error> {
    if trees.is_empty() {
        return Err(Error::new(
            Exit::NeedAtLeastOneDocument,
            "File cannot be completely empty, it must contain at least one document",
        ));
    }
    if has_metadata(trees, form(formats.output)) {
        return Err(reserved());
    }
    let is_bytes = |tree: &Tree| {
        let mut pairs = tree.pairs();
        let first = pairs.next().is_some_and(|pair| {
            let is_text = matches!(&pair.value, Branch::Leaf(leaf) if matches!(leaf.scalar(), Scalar::Text(_)));
            &*pair.key == "data" && is_text
        });
        first && pairs.next().is_none()
    };
    if formats.output == TreeFormat::Binary && !trees.iter().all(is_bytes) {
        let message = "Could not marshal tree: a binary file is one value, and this is a document";
        return Err(Error::new(Exit::ErrorDumpingTree, message).hint("--input-type binary encrypts the file as it is"));
    }
    Ok(())
}

/// An encrypted text with the time and the MAC of an earlier one, whose values are the same.
fn at_the_time_of(session: &Session, earlier: &[u8], text: &[u8], format: TreeFormat) -> Option<Zeroizing<Vec<u8>>> {
    let read = |text: &[u8]| read_encrypted(Zeroizing::new(text.to_vec()), format).ok();
    let ((_, earlier), (text, mut encrypted)) = (read(earlier)?, read(text)?);
    encrypted.metadata.last_modified = earlier.metadata.last_modified;
    encrypted.metadata.mac = earlier.metadata.mac;
    text.write_encrypted(session, encrypted, format).ok()
}

/// What an earlier encryption left at the place that is written now. Without `Debug`: it is open.
enum Earlier {
    /// The same plaintext, and so the file stays as it is.
    Same(Zeroizing<Vec<u8>>),
    /// Another one: what is the same in it keeps its ciphertext.
    Other {
        opened: Box<Opened>,
        written: Zeroizing<Vec<u8>>,
    },
}

/// The earlier encryption, if it can be opened and its keys and rules are those that are asked for now.
fn earlier(session: &Session, encrypt: &Encrypt, new: &New, formats: Formats, bytes: &[u8]) -> Option<Earlier> {
    let Destination::File(path) = &encrypt.destination else {
        return None;
    };
    if formats.input != formats.output || !path.is_file() {
        return None;
    }
    let written = document::bytes(Some(path)).ok()?;
    let (text, encrypted) = read_encrypted(written.clone(), formats.output).ok()?;
    if !new.is_of(&encrypted.metadata) {
        return None;
    }
    let key = data_key(session, &encrypted.metadata, &[], &encrypt.services).ok()?;
    let plain = encrypted.decrypt(&key).ok()?;
    let readable = text.write_plain(session, plain.documents(), formats.output).ok()?;
    Some(match *readable == *bytes {
        true => Earlier::Same(written),
        false => Earlier::Other {
            opened: Box::new(Opened { text, plain, key }),
            written,
        },
    })
}
