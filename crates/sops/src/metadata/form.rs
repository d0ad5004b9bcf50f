//! How metadata stand in a file (upstream `stores/metadata.go`).

use signet_document::tree::{Branch, Entry, Leaf, Pair, Scalar, Tree};

use super::{
    Metadata, MetadataError, MetadataFault,
    flatten::{flatten, unflatten},
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
pub(crate) fn take(documents: &mut [Tree], form: Form) -> Result<Metadata, NotEncrypted> {
    let mut first = None;
    for document in documents {
        let is_metadata = |entry: &mut Entry| matches!(entry, Entry::Pair(pair) if form.is_metadata(&pair.key));
        let taken = document
            .entries
            .extract_if(.., is_metadata)
            .filter_map(|entry| match entry {
                Entry::Pair(pair) => Some(pair),
                Entry::Comment(_) => None,
            });
        let taken: Vec<_> = taken.collect();
        first.get_or_insert(taken);
    }
    let pairs = first.filter(|pairs| !pairs.is_empty()).ok_or(NotEncrypted::Missing)?;
    let tree = match form {
        Form::Nested => nested(pairs)?,
        Form::Section => unflatten(scalars(nested(pairs)?.entries, unescaped)?)?,
        Form::Prefixed => unflatten(scalars(pairs.into_iter().map(Entry::Pair), unprefixed)?)?,
    };
    Ok(Metadata::read(&tree)?)
}

/// Puts metadata behind the entries of every document.
pub(crate) fn put(documents: &mut [Tree], metadata: &Metadata, form: Form) {
    for document in documents {
        let metadata = metadata.write();
        match form {
            Form::Nested => document.push(METADATA, metadata),
            Form::Section => {
                let mut section = Tree::default();
                for (name, scalar) in flatten(metadata) {
                    section.push(name, Scalar::text(text(&scalar).replace('\n', "\\n")));
                }
                document.push(METADATA, section);
            }
            Form::Prefixed => {
                for (name, scalar) in flatten(metadata) {
                    document.push(format!("{PREFIX}{name}"), Scalar::text(text(&scalar)));
                }
            }
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

fn nested(pairs: Vec<Pair>) -> Result<Tree, NotEncrypted> {
    let mut pairs = pairs.into_iter();
    match (pairs.next().map(|pair| pair.value), pairs.next()) {
        (Some(Branch::Mapping(tree)), None) => Ok(tree),
        (_, Some(_)) => Err(NotEncrypted::Duplicate),
        _ => Err(NotEncrypted::NotMapping),
    }
}

/// Single values with their names, each changed by a function.
fn scalars(
    entries: impl IntoIterator<Item = Entry>,
    change: fn(Pair) -> (String, Branch),
) -> Result<Vec<(String, Scalar)>, MetadataError> {
    let pairs = entries.into_iter().filter_map(|entry| match entry {
        Entry::Pair(pair) => Some(pair),
        Entry::Comment(_) => None,
    });
    let scalars = pairs.map(|pair| match change(pair) {
        (name, Branch::Leaf(leaf)) => Ok((name, leaf.into_scalar())),
        (name, _) => Err(MetadataError::new(name, MetadataFault::Type("a text"))),
    });
    scalars.collect()
}

fn unescaped(pair: Pair) -> (String, Branch) {
    let text = match &pair.value {
        Branch::Leaf(leaf) => leaf.scalar().as_str().map(|text| text.replace("\\n", "\n")),
        _ => None,
    };
    let value = text.map_or(pair.value, |text| Branch::Leaf(Leaf::from(Scalar::text(text))));
    (pair.key.into_string(), value)
}

fn unprefixed(pair: Pair) -> (String, Branch) {
    let name = pair.key.strip_prefix(PREFIX).unwrap_or_default().to_owned();
    (name, pair.value)
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
