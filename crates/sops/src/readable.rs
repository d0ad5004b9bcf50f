//! Values that a rule encrypts and that anybody can read: somebody wrote them into the file without the program.

use signet_document::tree::{Comment, Leaf, Scalar, Tree};
use zeroize::Zeroizing;

use crate::{
    selection::{PatternError, Selection},
    value::is_encrypted,
    values::dotted,
    walk::{Place, Visitor, walk},
};

/// A value that is not encrypted, though a rule encrypts it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadableValue {
    /// Which of the documents of the file, from 0.
    pub document: usize,
    /// The keys from the top, joined by dots.
    pub path: String,
}

/// The values of encrypted documents that a rule encrypts and that are not encrypted. An empty text and null are never encrypted, and comments do
/// not count.
///
/// # Errors
/// [`PatternError`].
pub(crate) fn readable(documents: &mut [Tree], selection: &Selection) -> Result<Vec<ReadableValue>, PatternError> {
    let mut search = Search {
        document: 0,
        found: Vec::new(),
    };
    for (document, tree) in documents.iter_mut().enumerate() {
        search.document = document;
        walk(tree, selection, &mut search)?;
    }
    Ok(search.found)
}

struct Search {
    document: usize,
    found: Vec<ReadableValue>,
}

impl Visitor for Search {
    type Error = PatternError;

    fn leaf(&mut self, leaf: &mut Leaf, place: Place<'_>) -> Result<Option<Zeroizing<String>>, PatternError> {
        let is_readable = match leaf.scalar() {
            Scalar::Null => false,
            scalar => scalar
                .as_str()
                .is_none_or(|text| !(text.is_empty() || is_encrypted(text))),
        };
        if place.is_selected && is_readable {
            self.found.push(ReadableValue {
                document: self.document,
                path: dotted(place.path),
            });
        }
        Ok(None)
    }

    fn comment(&mut self, _: &mut Comment, _: Place<'_>) -> Result<Option<String>, PatternError> {
        Ok(None)
    }
}
