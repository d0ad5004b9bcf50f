//! INI, as gopkg.in/ini.v1 reads it: sections of keys with texts, and the comments of both.
//!
//! Keys before the first section stand in one that is called `DEFAULT`, which every document has.

mod follow;
mod quote;
mod read;
mod value;
mod write;

use std::ops::Range;

use zeroize::Zeroizing;

use self::read::Reader;
use super::{Tree, WriteError, WriteFault, difference::difference, fault::fault};
use crate::{Limits, ReadError};

/// The name of the section that has no line of its own.
const DEFAULT: &str = "DEFAULT";

/// An INI text and the place of everything in it.
pub(super) struct Source {
    text: Zeroizing<String>,
    /// Sections, keys and their comments. A section comes before what it has, a comment behind what has it.
    parts: Vec<Part>,
    /// What no tree holds: values that a later one replaces, and comments that nothing has.
    lost: Vec<Range<usize>>,
}

/// What stands in the text.
enum Part {
    /// The line of a section, without its line break; none of [`DEFAULT`] before the first.
    Section(Option<Range<usize>>),
    Key(Key),
    /// Where the pieces of a comment stand: whole lines without their line breaks, or what follows a value.
    Comment(Vec<Range<usize>>),
}

/// A key and its value, from the start of the line.
struct Key {
    /// Its lines, without the last line break.
    whole: Range<usize>,
    /// The end of the key, with its quotes.
    name: usize,
    /// The value, with its quotes.
    value: Range<usize>,
}

impl Source {
    /// Reads a text.
    pub(super) fn read(text: &[u8], limits: &Limits) -> Result<(Self, Tree), ReadError> {
        let text = match std::str::from_utf8(text) {
            Ok(text) => text,
            Err(error) => return Err(ReadError::Encoding(crate::Position::of(text, error.valid_up_to()))),
        };
        Reader::new(text, limits).document()
    }

    /// The text that follows the tree. It is read again: what the format cannot hold is an error, and never another value.
    pub(super) fn write(&self, tree: &Tree) -> Result<Zeroizing<Vec<u8>>, WriteError> {
        let followed = self.follow(tree).filter(|text| check(tree, text, true).is_ok());
        match followed {
            Some(text) => Ok(text),
            None => {
                let text = write::document(tree)?;
                check(tree, &text, true)?;
                Ok(text)
            }
        }
    }
}

/// Writes a document as upstream does: a comment that follows no key, or another comment, is left out.
pub(super) fn write(tree: &Tree) -> Result<Zeroizing<Vec<u8>>, WriteError> {
    let text = write::document(tree)?;
    check(tree, &text, false)?;
    Ok(text)
}

/// Whether a text is read as a tree.
fn check(wanted: &Tree, text: &[u8], with_comments: bool) -> Result<(), WriteError> {
    let limits = Limits {
        bytes: usize::MAX,
        depth: usize::MAX,
        nodes: usize::MAX,
    };
    let (_, mut found) = Source::read(text, &limits).map_err(|_| fault(WriteFault::Value))?;
    let has_default = wanted.pairs().next().is_some_and(|first| &*first.key == DEFAULT);
    if !has_default {
        found.remove(DEFAULT);
    }
    match difference(wanted, &found, with_comments) {
        Some(path) => Err(fault(WriteFault::Value).under(&path)),
        None => Ok(()),
    }
}
