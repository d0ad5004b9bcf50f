use zeroize::Zeroizing;

use super::{DEFAULT, quote};
use crate::tree::{Branch, Comment, Entry, Pair, Tree, WriteError, WriteFault, fault::fault, text::text};

/// A key that is ready to be written, with the comment that comes before it.
struct Line<'a> {
    comment: Option<&'a Comment>,
    key: String,
    value: Zeroizing<String>,
}

/// Writes a document as upstream does.
pub(super) fn document(tree: &Tree) -> Result<Zeroizing<Vec<u8>>, WriteError> {
    let mut pieces = Vec::new();
    let count = tree.pairs().count();
    for (index, pair) in tree.pairs().enumerate() {
        let is_bare = index == 0 && &*pair.key == DEFAULT;
        let written = section(pair, is_bare, "\n", &mut pieces);
        written.map_err(|error| error.under(&pair.key))?;
        let is_empty = is_bare && matches!(&pair.value, Branch::Mapping(inner) if inner.pairs().next().is_none());
        if index + 1 < count && !is_empty {
            pieces.push(Zeroizing::new("\n".to_owned()));
        }
    }
    Ok(joined(&pieces))
}

/// Puts pieces together without a copy that grows.
pub(super) fn joined(pieces: &[Zeroizing<String>]) -> Zeroizing<Vec<u8>> {
    let length = pieces.iter().map(|piece| piece.len()).sum();
    let mut text = Zeroizing::new(Vec::with_capacity(length));
    for piece in pieces {
        text.extend_from_slice(piece.as_bytes());
    }
    text
}

/// Writes a section; one that is bare without its own line.
pub(super) fn section(
    pair: &Pair,
    is_bare: bool,
    newline: &str,
    pieces: &mut Vec<Zeroizing<String>>,
) -> Result<(), WriteError> {
    let Branch::Mapping(tree) = &pair.value else {
        return Err(fault(WriteFault::Value));
    };
    if pair.key.is_empty() || pair.key.contains('\n') {
        return Err(fault(WriteFault::Key));
    }
    if let Some(Entry::Comment(first)) = tree.entries.first() {
        pieces.push(comment(first, newline));
    }
    if !is_bare {
        pieces.push(Zeroizing::new(["[", &pair.key, "]", newline].concat()));
    }
    let lines = lines(tree)?;
    let width = lines.iter().map(|line| line.key.len()).max().unwrap_or_default();
    for line in lines {
        pieces.extend(line.comment.map(|text| comment(text, newline)));
        let blanks = " ".repeat(width - line.key.len());
        let line = [&line.key, &blanks, " = ", line.value.as_str(), newline].concat();
        pieces.push(Zeroizing::new(line));
    }
    Ok(())
}

fn lines(tree: &Tree) -> Result<Vec<Line<'_>>, WriteError> {
    let mut lines: Vec<Line<'_>> = Vec::new();
    let is_first_comment = matches!(tree.entries.first(), Some(Entry::Comment(_)));
    for entry in tree.entries.iter().skip(usize::from(is_first_comment)) {
        match entry {
            // A comment stands behind its key in the tree, and before it in the text.
            Entry::Comment(comment) => {
                if let Some(last) = lines.last_mut() {
                    last.comment = Some(comment);
                }
            }
            Entry::Pair(pair) => {
                let (key, value) = key_and_value(pair).map_err(|error| error.under(&pair.key))?;
                let comment = None;
                lines.push(Line { comment, key, value });
            }
        }
    }
    Ok(lines)
}

/// A key and its value in the quotes that they need.
pub(super) fn key_and_value(pair: &Pair) -> Result<(String, Zeroizing<String>), WriteError> {
    let key = quote::key(&pair.key).ok_or_else(|| fault(WriteFault::Key))?;
    Ok((key, value(&pair.value).map_err(fault)?))
}

pub(super) fn value(branch: &Branch) -> Result<Zeroizing<String>, WriteFault> {
    let Branch::Leaf(leaf) = branch else {
        return Err(WriteFault::Nested);
    };
    let bytes = text(leaf.scalar()).ok_or(WriteFault::Null)?;
    let value = std::str::from_utf8(&bytes).map_err(|_| WriteFault::Value)?;
    quote::value(value).ok_or(WriteFault::Value)
}

/// A comment on lines of its own. One that has marks inside keeps them.
pub(super) fn comment(comment: &Comment, newline: &str) -> Zeroizing<String> {
    let mut pieces = Vec::new();
    for (index, line) in comment.text().split('\n').enumerate() {
        let mark = match line {
            "" => ";",
            _ if index > 0 && line.starts_with(['#', ';']) => "",
            // All marks of the kind of the first one are taken away.
            _ if line.starts_with(';') => "# ",
            _ => "; ",
        };
        pieces.extend([mark, line.strip_suffix('\r').unwrap_or(line)]);
        pieces.push(if line.ends_with('\r') { "\r\n" } else { newline });
    }
    Zeroizing::new(pieces.concat())
}
