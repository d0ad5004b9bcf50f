//! `sops set` and `sops unset`.

use std::path::Path;

use signet_document::{
    Limits,
    tree::{Branch, Scalar, Source, Tree, TreeFormat},
};
use signet_sops::{Encrypted, PathError, TreePath, has_metadata};
use zeroize::Zeroizing;

use super::{
    destination,
    document::{bytes, reserved},
    format::{Formats, LIMITS, form},
    open::{Opened, open},
    session::{Session, absolute},
};
use crate::{
    io::file,
    sops::{
        Error, Exit,
        command::{Change, Set, Unset, Value},
    },
};

/// Sets one value.
///
/// # Errors
/// The path or the value is none, or the file cannot be read, decrypted or written.
pub(super) fn set(session: &Session, set: &Set) -> Result<(), Error> {
    let file = absolute(&set.file)?;
    let name = set.name.as_deref().map_or(Ok(file.clone()), absolute)?;
    let formats = Formats::new(set.types, &name);
    let (path, value) = change(&set.change)?;
    let mut opened = open(session, Some(&file), formats.input, &set.opening, Encrypted::decrypt)?;
    let document = first(&mut opened)?;
    let changed = path.set(document, value).map_err(|error| wrong(&error))?;
    match !changed && set.idempotent {
        true => Ok(()),
        false => save(session, &file, opened, formats),
    }
}

/// Takes one value away.
///
/// # Errors
/// The path is none, or the file cannot be read, decrypted or written.
pub(super) fn unset(session: &Session, unset: &Unset) -> Result<(), Error> {
    let file = absolute(&unset.file)?;
    let formats = Formats::new(unset.types, &file);
    let path = path(&unset.index, "Invalid unset index format")?;
    let mut opened = open(session, Some(&file), formats.input, &unset.opening, Encrypted::decrypt)?;
    match path.unset(first(&mut opened)?) {
        Ok(()) => save(session, &file, opened, formats),
        Err(error) if unset.idempotent && error.is_absent() => Ok(()),
        Err(error) => Err(wrong(&error)),
    }
}

pub(super) fn first(opened: &mut Opened) -> Result<&mut Tree, Error> {
    let first = opened.plain.documents_mut().first_mut();
    first.ok_or_else(|| Error::new(Exit::NeedAtLeastOneDocument, "the file holds no document"))
}

pub(super) fn save(session: &Session, file: &Path, opened: Opened, formats: Formats) -> Result<(), Error> {
    let Opened { text, plain, key } = opened;
    if has_metadata(plain.documents(), form(formats.output)) {
        return Err(reserved());
    }
    let text = text.encrypt(session, plain, &key, formats.output)?;
    destination::in_place(file, &text)
}

fn change(change: &Change) -> Result<(TreePath, Branch), Error> {
    match change {
        Change::Together(text) => {
            let end = text.find("] ").ok_or_else(|| {
                let error = Error::new(Exit::InvalidSetFormat, "Invalid --set format");
                error.hint(r#"--set takes a path, a blank and JSON: '["key"] "value"'"#)
            })?;
            let (index, json) = text.split_at(end + 1);
            let value = value(json.as_bytes())?;
            Ok((path(index, "Invalid --set format")?, value))
        }
        Change::Apart { index, value: given } => {
            let path = path(index, "Invalid set index format")?;
            Ok((path, value(&json(given)?)?))
        }
    }
}

fn path(text: &str, what: &str) -> Result<TreePath, Error> {
    TreePath::parse(text).map_err(|error| {
        let error = Error::new(Exit::InvalidSetFormat, format!("{what}: {error}"));
        error.hint(r#"a path is written ["key"][0]["other"]"#)
    })
}

fn json(value: &Value) -> Result<Zeroizing<Vec<u8>>, Error> {
    match value {
        Value::Argument(text) => Ok(Zeroizing::new(text.as_bytes().to_vec())),
        Value::File(path) => {
            let read = file::read_at_most(path, LIMITS.bytes);
            read.map_err(|error| Error::new(Exit::Generic, error.to_string()))
        }
        Value::Stdin => bytes(None),
    }
}

/// A value as JSON has it. A number is a float, as upstream has it; one inside of a collection may be whole.
fn value(json: &[u8]) -> Result<Branch, Error> {
    let fail = || {
        let error = Error::new(Exit::InvalidSetFormat, "Value for --set is not valid JSON");
        error.hint(r#"a text stands in double quotes: '"value"'"#)
    };
    // One value and nothing behind it, so that it is one in the mapping too.
    serde_json::from_slice::<serde::de::IgnoredAny>(json).map_err(|_| fail())?;
    let mut text = Zeroizing::new(Vec::with_capacity(json.len() + 16));
    text.extend_from_slice(b"{\"value\":");
    text.extend_from_slice(json);
    text.extend_from_slice(b"}");
    let limits = Limits {
        bytes: LIMITS.bytes + 16,
        ..LIMITS
    };
    let (_, mut trees) = Source::read(&text, TreeFormat::Json, &limits).map_err(|_| fail())?;
    let pair = trees.first_mut().and_then(|tree| tree.remove("value"));
    Ok(match pair.ok_or_else(fail)?.value {
        Branch::Leaf(leaf) => Branch::from(match leaf.into_scalar() {
            Scalar::Integer(number) => Scalar::Float(number as f64),
            Scalar::Unsigned(number) => Scalar::Float(number as f64),
            scalar => scalar,
        }),
        collection => collection,
    })
}

fn wrong(error: &PathError) -> Error {
    Error::new(Exit::Generic, error.to_string())
}
