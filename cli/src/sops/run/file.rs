//! One file, as signet's own verbs treat it: without the words of upstream, and written in its place.

use std::path::Path;

use signet_document::tree::{Branch, Entry, Scalar, Tree, TreeFormat};
use signet_plaintext::Plaintext;
use signet_sops::{Encrypted, PathError, TreePath};
use zeroize::Zeroizing;

use super::{
    change::{first, save},
    destination,
    document::{self, Text, read_encrypted},
    format::{Formats, format},
    open::{Opened, open},
    session::{Session, absolute},
    update_keys::Planned,
};
use crate::sops::{
    Error, Exit,
    command::{InputType, KeyServices, Opening, Types},
};

/// What `updatekeys` did with a file, or would do.
pub(crate) struct Keys {
    /// Names of keys that the rule has and the file had not.
    pub(crate) added: Vec<String>,
    /// Names of keys that the file had and the rule has not.
    pub(crate) removed: Vec<String>,
    /// Whether there was anything to do.
    pub(crate) is_changed: bool,
}

/// What is to become of a file whose keys are not those of its rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Update {
    /// Nothing: it is only told.
    Check,
    /// Other keys for the same data key.
    Wrap,
    /// A new data key where a key goes.
    Rotate,
}

/// Whether a file is one that sops has encrypted.
///
/// # Errors
/// It cannot be read; or it has encrypted values in it and is broken.
pub(crate) fn is_encrypted(file: &Path, input: Option<InputType>) -> Result<bool, Error> {
    let path = absolute(file)?;
    let bytes = document::bytes(Some(&path))?;
    Ok(read_if_encrypted(bytes, format(input, &path))?.is_some())
}

/// A text, where it is one that sops has encrypted.
///
/// # Errors
/// It has encrypted values in it and is broken.
pub(super) fn read_if_encrypted(
    text: Zeroizing<Vec<u8>>,
    format: TreeFormat,
) -> Result<Option<(Text, Encrypted)>, Error> {
    let holds = |part: &[u8]| text.windows(part.len()).any(|window| window == part);
    if !holds(b"sops") {
        return Ok(None);
    }
    // What is no JSON is no encrypted file of bytes, whatever it tells of some.
    let is_json = text.trim_ascii_start().starts_with(b"{");
    let is_meant = holds(b"ENC[AES256_GCM,") && (format != TreeFormat::Binary || is_json);
    match read_encrypted(text, format) {
        Ok(read) => Ok(Some(read)),
        Err(error) if is_meant => Err(error),
        Err(_) => Ok(None),
    }
}

/// Sees that a file opens and that nobody has changed it.
///
/// # Errors
/// No key opens it, or it was changed.
pub(crate) fn check(session: &Session, file: &Path, input: Option<InputType>) -> Result<(), Error> {
    let path = absolute(file)?;
    let format = format(input, &path);
    open(session, Some(&path), format, &opening(), Encrypted::decrypt_to_read).map(drop)
}

/// Brings the keys of a file to those of its rule.
///
/// # Errors
/// There is no rule for the file, or it cannot be opened or written.
pub(crate) fn update_keys(
    session: &Session,
    file: &Path,
    input: Option<InputType>,
    update: Update,
) -> Result<Keys, Error> {
    let path = absolute(file)?;
    let planned = Planned::new(session, &path, input)?;
    let (added, removed) = planned.difference.names();
    let is_changed = !planned.difference.is_none();
    let services = KeyServices::local();
    let text = match update {
        _ if !is_changed => None,
        Update::Check => None,
        Update::Rotate if !removed.is_empty() => Some(planned.rotate(session, &services)?),
        Update::Rotate | Update::Wrap => Some(planned.sync(session, &services)?),
    };
    if let Some(text) = text {
        destination::in_place(&path, &text)?;
    }
    Ok(Keys {
        added,
        removed,
        is_changed,
    })
}

/// Sets texts, all of them or none. A place is a path as sops has it, `["a"]["b"]`, or names with dots between them.
///
/// # Errors
/// A place or a text that is none; or the file cannot be opened or written.
pub(crate) fn set(session: &Session, file: &Path, values: Vec<(String, Plaintext)>) -> Result<(), Error> {
    let path = absolute(file)?;
    let mut opened = opened(session, &path)?;
    for (place, value) in values {
        let text = std::str::from_utf8(value.expose()).map_err(|_| no_text(&place))?;
        let value = Branch::from(Scalar::text(text.as_bytes()));
        let document = first(&mut opened)?;
        let place = self::place(document, &place)?;
        place.set(document, value).map_err(|error| wrong(&error))?;
    }
    save(session, &path, opened, formats(&path))
}

/// Takes values away, all of them or none. Places are as for [`set`].
///
/// # Errors
/// A place at which there is nothing; or the file cannot be opened or written.
pub(crate) fn unset(session: &Session, file: &Path, places: &[String]) -> Result<(), Error> {
    let path = absolute(file)?;
    let mut opened = opened(session, &path)?;
    for place in places {
        let document = first(&mut opened)?;
        let place = self::place(document, place)?;
        place.unset(document).map_err(|error| wrong(&error))?;
    }
    save(session, &path, opened, formats(&path))
}

/// How a file is opened without flags.
pub(crate) fn opening() -> Opening {
    Opening {
        ignore_mac: false,
        order: Vec::new(),
        services: KeyServices::local(),
    }
}

fn opened(session: &Session, path: &Path) -> Result<Opened, Error> {
    open(session, Some(path), format(None, path), &opening(), Encrypted::decrypt)
}

fn formats(path: &Path) -> Formats {
    Formats::new(Types::default(), path)
}

/// The path to a place. A dot leads into a mapping that is there, and else is part of a name, as in `stringData.tls.crt`.
fn place(document: &Tree, text: &str) -> Result<TreePath, Error> {
    let written = match text.starts_with('[') {
        true => text.to_owned(),
        false => names(document, text)
            .into_iter()
            .map(|name| format!("[{}]", serde_json::Value::from(name)))
            .collect(),
    };
    TreePath::parse(&written).map_err(|error| {
        Error::new(Exit::InvalidSetFormat, format!("{text:?} is no place: {error}"))
            .hint(r#"a place is a key, a.b for what is below another, or ["a"][0]["b"]"#)
    })
}

fn names<'t>(document: &Tree, text: &'t str) -> Vec<&'t str> {
    let mut names = Vec::new();
    let (mut tree, mut rest) = (Some(document), text);
    while let Some((name, behind, value)) = tree.and_then(|tree| longest(tree, rest)) {
        names.push(name);
        match value {
            Branch::Mapping(below) => (tree, rest) = (Some(below), behind),
            // What is no mapping has nothing below it; following the path says so.
            Branch::Sequence(_) | Branch::Leaf(_) => (tree, rest) = (None, behind),
        }
        if rest.is_empty() {
            return names;
        }
    }
    names.push(rest);
    names
}

/// The longest key of a mapping with which a text begins, up to a dot or its end; what is behind the dot, and the value.
fn longest<'t, 'd>(tree: &'d Tree, text: &'t str) -> Option<(&'t str, &'t str, &'d Branch)> {
    let pairs = tree.entries.iter().filter_map(|entry| match entry {
        Entry::Pair(pair) => Some(pair),
        Entry::Comment(_) => None,
    });
    let found = pairs.filter_map(|pair| {
        let behind = text.strip_prefix(&*pair.key)?;
        let (name, _) = text.split_at_checked(pair.key.len())?;
        match behind.strip_prefix('.') {
            Some(behind) if !behind.is_empty() => {
                matches!(pair.value, Branch::Mapping(_)).then_some((name, behind, &pair.value))
            }
            _ => behind.is_empty().then_some((name, behind, &pair.value)),
        }
    });
    found.max_by_key(|(name, ..)| name.len())
}

fn wrong(error: &PathError) -> Error {
    Error::new(Exit::InvalidSetFormat, error.to_string())
}

fn no_text(place: &str) -> Error {
    Error::new(
        Exit::ErrorEncryptingTree,
        format!("the value for {place} is no UTF-8 text"),
    )
    .hint("`signet encrypt` takes a file of any bytes; in a Secret, what is no text stands below data, in base64")
}

#[cfg(test)]
mod tests {
    use signet_document::{Limits, tree::Source};

    use super::*;

    #[test]
    fn a_dot_leads_into_a_mapping_that_is_there() {
        let text = b"a: {b: {c: 1}, b.c: {d: 2}, l: [1]}\ntls.crt: x\ne: {}\n";
        let Ok((_, trees)) = Source::read(text, TreeFormat::Yaml, &Limits::default()) else {
            panic!("not read");
        };
        for (text, expected) in [
            ("a", &["a"][..]),
            ("a.b", &["a", "b"]),
            ("a.b.c", &["a", "b.c"]),
            ("a.b.c.d", &["a", "b.c", "d"]),
            ("a.b.x", &["a", "b", "x"]),
            ("a.new.key", &["a", "new.key"]),
            ("a.l.0", &["a", "l.0"]),
            ("tls.crt", &["tls.crt"]),
            ("tls.key", &["tls.key"]),
            ("e.tls.crt", &["e", "tls.crt"]),
            ("a.", &["a."]),
            ("ab", &["ab"]),
        ] {
            assert_eq!(names(&trees[0], text), expected, "{text}");
        }
    }
}
