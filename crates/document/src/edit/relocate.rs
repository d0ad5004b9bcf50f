//! Entries in lines that move with their comments.

use zeroize::Zeroizing;

use super::{
    block::{extent, tail_end},
    find::Owner,
    layout::Name,
    lines::{column, is_first, line_end, line_start},
    splice::Splice,
};
use crate::output::Output;

/// An entry with its comments, cut out of its place.
pub(super) struct Lines {
    /// From the first comment or the key on, without the line break at the end.
    text: Zeroizing<String>,
    /// Where the key starts in the text, and where it ends.
    key: (usize, usize),
    /// How far its lines are indented.
    column: usize,
}

/// The lines of an entry; nothing where it stands in brackets.
pub(super) fn cut(text: &str, owner: Owner<'_>) -> Option<Lines> {
    let entry = owner.entry;
    let is_plain = owner.collection.is_block() && matches!(entry.name, Name::Text(_)) && entry.start == entry.key.start;
    if !is_plain {
        return None;
    }
    // An entry on the line of its dash has no comments above, and starts where it starts.
    let column = column(text, entry.start);
    let extent = extent(text, owner).unwrap_or(entry.start..tail_end(text, entry.end(), column));
    let lines = text.get(extent.clone())?;
    let start = extent.start + lines.len() - lines.trim_start_matches(['\n', '\r']).len();
    let lines = lines.trim_start_matches(['\n', '\r']);
    let lines = lines.strip_suffix('\n').unwrap_or(lines);
    let lines = lines.strip_suffix('\r').unwrap_or(lines);
    Some(Lines {
        text: Zeroizing::new(lines.to_owned()),
        key: (entry.key.start - start, entry.key.end - start),
        column,
    })
}

/// Puts lines in place of an entry that has been made for them.
pub(super) fn paste(text: &str, owner: Owner<'_>, lines: &Lines) -> Option<Vec<Splice>> {
    let entry = owner.entry;
    if !owner.collection.is_block() || !is_first(text, entry.start) {
        return None;
    }
    let column = column(text, entry.start);
    let mut renamed = Output::default();
    renamed.push_str(lines.text.get(..lines.key.0)?);
    renamed.push_str(text.get(entry.key.clone())?);
    renamed.push_str(lines.text.get(lines.key.1..)?);
    let renamed = renamed.finish();
    let mut moved = Output::default();
    for line in renamed.split_inclusive('\n') {
        moved.push_str(&shifted(line, lines.column, column));
    }
    let range = line_start(text, entry.start)..line_end(text, entry.end());
    Some(vec![Splice::new(range, moved.finish())])
}

/// A line indented by as much more or less as its entry is.
pub(super) fn shifted(line: &str, from: usize, to: usize) -> Zeroizing<String> {
    let blanks = line.len() - line.trim_start_matches(' ').len();
    let is_empty = line.trim_end_matches(['\n', '\r']).is_empty();
    let less = from.saturating_sub(to).min(blanks);
    let more = if is_empty { 0 } else { to.saturating_sub(from) };
    Zeroizing::new(format!("{}{}", " ".repeat(more), line.get(less..).unwrap_or_default()))
}
