//! How metadata stand in a file (upstream `stores/metadata.go`).

use signet_document::tree::{Branch, Pair, Scalar, Tree};

use super::{
    Metadata, MetadataError, MetadataFault,
    flatten::{flatten, unflatten},
    follow::Written,
};
use crate::{document::NotEncrypted, value::plaintext};

/// How metadata stand in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Below the key `sops`: in YAML and JSON, and so in binary files.
    Nested,
    /// Without depth, in the section `[sops]` of an INI file. Line breaks are written `\n`.
    Section,
    /// Without depth, under names that start with `sops_`: in dotenv.
    Prefixed,
}

/// Whether some document has metadata, or keys of its own that could not be told from them.
pub fn has_metadata(documents: &[Tree], form: Form) -> bool {
    let mut pairs = documents.iter().flat_map(Tree::pairs);
    pairs.any(|pair| form.is_metadata(&pair.key))
}

/// Takes the metadata out of every document. Those of the first one count.
///
/// # Errors
/// [`NotEncrypted`].
pub(crate) fn take(documents: &mut [Tree], form: Form) -> Result<(Metadata, Written), NotEncrypted> {
    let mut written = Written::default();
    for document in documents {
        written.take(document, |key| form.is_metadata(key));
    }
    let metadata = read(&written, form)?;
    Ok((metadata, written))
}

fn read(written: &Written, form: Form) -> Result<Metadata, NotEncrypted> {
    let tree = match form {
        Form::Nested => return Ok(Metadata::read(nested(written)?)?),
        Form::Section => unflatten(scalars(nested(written)?.pairs(), unescaped)?)?,
        Form::Prefixed => {
            let mut pairs = written.first().peekable();
            if pairs.peek().is_none() {
                return Err(NotEncrypted::Missing);
            }
            unflatten(scalars(pairs, unprefixed)?)?
        }
    };
    Ok(Metadata::read(&tree)?)
}

/// Puts metadata into every document: behind its entries, or where it had some.
pub(crate) fn put(documents: &mut [Tree], metadata: &Metadata, form: Form, mut written: Written) {
    for (number, document) in documents.iter_mut().enumerate() {
        written.put(number, document, pairs(metadata.write(), form));
    }
}

fn pairs(metadata: Tree, form: Form) -> Vec<Pair> {
    match form {
        Form::Nested => vec![Pair::new(METADATA, metadata)],
        Form::Section => {
            let mut section = Tree::default();
            for (name, scalar) in flatten(metadata) {
                section.push(name, Scalar::text(text(&scalar).replace('\n', "\\n")));
            }
            vec![Pair::new(METADATA, section)]
        }
        Form::Prefixed => {
            let flat = flatten(metadata).into_iter();
            flat.map(|(name, scalar)| Pair::new(format!("{PREFIX}{name}"), Scalar::text(text(&scalar))))
                .collect()
        }
    }
}

impl Form {
    fn is_metadata(self, key: &str) -> bool {
        match self {
            Self::Nested | Self::Section => key == METADATA,
            Self::Prefixed => key.starts_with(PREFIX),
        }
    }
}

fn nested(written: &Written) -> Result<&Tree, NotEncrypted> {
    let mut pairs = written.first();
    match (pairs.next().map(|pair| &pair.value), pairs.next()) {
        (None, _) => Err(NotEncrypted::Missing),
        (Some(Branch::Mapping(tree)), None) => Ok(tree),
        (_, Some(_)) => Err(NotEncrypted::Duplicate),
        _ => Err(NotEncrypted::NotMapping),
    }
}

/// Single values with their names, each read by a function.
fn scalars<'a>(
    pairs: impl Iterator<Item = &'a Pair>,
    read: fn(&Pair) -> Option<(String, Scalar)>,
) -> Result<Vec<(String, Scalar)>, MetadataError> {
    pairs
        .map(|pair| read(pair).ok_or_else(|| MetadataError::new(&*pair.key, MetadataFault::Type("a text"))))
        .collect()
}

fn unescaped(pair: &Pair) -> Option<(String, Scalar)> {
    let text = single(&pair.value)?.replace("\\n", "\n");
    Some((pair.key.to_string(), Scalar::text(text)))
}

fn unprefixed(pair: &Pair) -> Option<(String, Scalar)> {
    let name = pair.key.strip_prefix(PREFIX).unwrap_or_default().to_owned();
    Some((name, Scalar::text(single(&pair.value)?)))
}

/// Flat formats have texts alone.
fn single(value: &Branch) -> Option<&str> {
    match value {
        Branch::Leaf(leaf) => leaf.scalar().as_str(),
        _ => None,
    }
}

/// As upstream writes a value in a format that has texts alone.
fn text(scalar: &Scalar) -> String {
    match scalar {
        Scalar::Null => String::new(),
        Scalar::Bool(value) => value.to_string(),
        Scalar::Text(text) => String::from_utf8_lossy(text).into_owned(),
        other => plaintext(other).map_or_else(String::new, |(text, _)| String::from_utf8_lossy(&text).into_owned()),
    }
}

const METADATA: &str = "sops";

const PREFIX: &str = "sops_";
