//! Entries in lines of their own.

use std::ops::Range;

use zeroize::Zeroizing;

use super::{
    find::{Owner, Place},
    layout::{Collection, Entry, Kind, Piece, Shape, Style},
    lines::{column, is_first, line, line_break, line_end, line_start, next_line, previous_line, trim_end},
    manner::Manner,
    splice::Splice,
    yaml::Writer,
};
use crate::{Node, Value};

/// Adds entries behind the last one of a mapping.
pub(super) fn add(text: &str, manner: &Manner, collection: &Collection, entries: &[(&str, &Node)]) -> Vec<Splice> {
    let (Some(first), Some(last)) = (collection.entries.first(), collection.entries.last()) else {
        return Vec::new();
    };
    let column = column(text, first.start);
    let at = tail_end(text, last.end(), column);
    let writer = Writer::new(manner, line_break(text, at));
    let like = quotes(last);
    let mut lines = Vec::new();
    for (key, value) in entries {
        lines.push(writer.line(column));
        lines.push(writer.entry(key, value, column, like));
    }
    vec![Splice::insert(at, joined(&lines))]
}

/// Puts another value in the place of one.
pub(super) fn replace(text: &str, manner: &Manner, place: Place<'_>, value: &Node) -> Vec<Splice> {
    let piece = place.piece;
    let mut splices = Vec::new();
    let is_text = matches!(value.value, Value::String(_));
    let dropped = piece.tag.as_ref().filter(|tag| !(tag.is_text && is_text));
    splices.extend(dropped.map(|tag| Splice::remove(trim_end(text, tag.span.start)..tag.span.end)));
    let old = match &piece.kind {
        Kind::Collection(collection) if collection.is_block() => {
            replace_lines(text, manner, place, collection, value, &mut splices);
            return splices;
        }
        Kind::Scalar(style) => Some(*style),
        _ => None,
    };
    let writer = Writer::new(manner, line_break(text, piece.end()));
    let owner = owner_column(text, place);
    let at = value_at(place);
    match writer.value(value, owner, step(manner, place), old) {
        Some(written) => {
            let end = clear(text, piece, &mut splices);
            let is_behind = place.owner.is_some() && piece.span.is_empty();
            let blank = if is_behind { " " } else { "" };
            let inline = joined(&[Zeroizing::new(blank.to_owned()), written.inline]);
            let span = if piece.span.is_empty() {
                at..at
            } else {
                piece.span.start..end
            };
            splices.push(Splice::new(span, inline));
            splices.push(Splice::insert(line_end(text, piece.end()), written.lines));
        }
        None => {
            let end = clear(text, piece, &mut splices);
            put_lines(text, manner, place, value, at..end, &mut splices);
        }
    }
    splices
}

/// Removes an entry with what belongs to it.
pub(super) fn remove(text: &str, owner: Owner<'_>) -> Option<Vec<Splice>> {
    let (entry, collection) = (owner.entry, owner.collection);
    if collection.entries.len() > 1 {
        return Some(vec![Splice::remove(match extent(text, owner) {
            Some(extent) => extent,
            None => {
                let next = collection.entries.get(owner.index + 1)?;
                let behind = text.get(line_end(text, entry.end())..next.start)?;
                // A comment on the way belongs to the next entry.
                (!behind.contains('#')).then_some(entry.start..next.start)?
            }
        })]);
    }
    let empty = if collection.shape == Shape::Sequence {
        "[]"
    } else {
        "{}"
    };
    let with = |text: &str| Zeroizing::new(text.to_owned());
    match (extent(text, owner), owner.above) {
        (Some(extent), Some(above)) => {
            let splice = Splice::insert(above.value_at(), with(&format!(" {empty}")));
            Some(vec![splice, Splice::remove(extent)])
        }
        _ => {
            let column = column(text, entry.start);
            let end = tail_end(text, entry.end(), column);
            Some(vec![Splice::new(entry.start..end, with(empty))])
        }
    }
}

/// The lines of an entry with what belongs to it; nothing where its first line is not its own.
pub(super) fn extent(text: &str, owner: Owner<'_>) -> Option<Range<usize>> {
    let start = owner.entry.start;
    if !is_first(text, start) {
        return None;
    }
    let column = column(text, start);
    let is_first_of_all = owner.above.is_none() && owner.index == 0;
    let first = if is_first_of_all {
        line_start(text, start)
    } else {
        comments_start(text, start, column)
    };
    let last = tail_end(text, owner.entry.end(), column);
    let end = next_line(text, last);
    // Where the text ends without a line break, the one before goes.
    if end == last && first > 0 {
        let before = previous_line(text, first).map_or(0, |line| line_end(text, line));
        return Some(before..end);
    }
    Some(first..end)
}

/// The start of the comment lines directly above an entry, at its column.
pub(super) fn comments_start(text: &str, entry: usize, column_of_entry: usize) -> usize {
    let mut first = line_start(text, entry);
    while let Some(above) = previous_line(text, first) {
        let hash = above + line(text, above).len() - line(text, above).trim_start().len();
        if !line(text, above).trim_start().starts_with('#') || column(text, hash) != column_of_entry {
            break;
        }
        first = above;
    }
    first
}

/// The end of the last line of what ends at `end`, comment lines below that are deeper than `column_of_entry` included.
pub(super) fn tail_end(text: &str, end: usize, column_of_entry: usize) -> usize {
    let mut last = line_end(text, end);
    let mut next = next_line(text, last);
    while next < text.len() {
        let content = line(text, next).trim_start_matches([' ', '\t']);
        let depth = column(text, line_end(text, next) - content.len());
        match content {
            "" => {}
            comment if comment.starts_with('#') && depth > column_of_entry => last = line_end(text, next),
            _ => break,
        }
        let following = next_line(text, next);
        if following == next {
            break;
        }
        next = following;
    }
    last
}

/// A new value in the place of a collection in lines.
fn replace_lines(
    text: &str,
    manner: &Manner,
    place: Place<'_>,
    old: &Collection,
    value: &Node,
    splices: &mut Vec<Splice>,
) {
    let at = value_at(place);
    let start = place.piece.span.start;
    let owner = owner_column(text, place);
    let end = tail_end(text, place.piece.end(), owner.unwrap_or_default());
    let writer = Writer::new(manner, line_break(text, end));
    let written = writer.value(value, owner, step(manner, place), None);
    let is_below = is_first(text, start) && place.owner.is_some();
    if !is_below {
        // It starts on the line of its dash, or is the whole document.
        let body = match written {
            Some(written) => joined(&[written.inline, written.lines]),
            None => writer.body(value, column(text, start)),
        };
        return splices.push(Splice::new(start..end, body));
    }
    let key_end = line_end(text, at);
    match written {
        Some(written) => {
            let inline = joined(&[Zeroizing::new(" ".to_owned()), written.inline]);
            splices.push(Splice::insert(at, inline));
            splices.push(Splice::new(key_end..end, written.lines));
        }
        None => {
            let is_same = is_sequence(value) == (old.shape == Shape::Sequence);
            let column = if is_same {
                column(text, start)
            } else {
                below(manner, owner, place, value)
            };
            let lines = joined(&[writer.line(column), writer.body(value, column)]);
            splices.push(Splice::new(key_end..end, lines));
        }
    }
}

/// Writes a collection in lines in the place of something on the line of its key; `old` is what goes, blanks before it included.
fn put_lines(
    text: &str,
    manner: &Manner,
    place: Place<'_>,
    value: &Node,
    old: Range<usize>,
    splices: &mut Vec<Splice>,
) {
    let piece = place.piece;
    let writer = Writer::new(manner, line_break(text, piece.end()));
    let column = below(manner, owner_column(text, place), place, value);
    let has_properties = piece.properties_end().is_some();
    let is_item = place
        .owner
        .is_some_and(|owner| owner.collection.shape == Shape::Sequence);
    let is_alone = place.owner.is_none() && is_first(text, piece.span.start);
    if (is_item || is_alone) && !has_properties {
        let blank = if is_item { " " } else { "" };
        let body = joined(&[Zeroizing::new(blank.to_owned()), writer.body(value, column)]);
        let start = if is_alone { piece.span.start } else { old.start };
        return splices.push(Splice::new(start..old.end, body));
    }
    let end = line_end(text, piece.end());
    let start = if place.owner.is_none() {
        trim_end(text, piece.span.start)
    } else {
        old.start
    };
    splices.push(Splice::remove(start.min(old.end)..old.end));
    splices.push(Splice::insert(
        end,
        joined(&[writer.line(column), writer.body(value, column)]),
    ));
}

/// Removes the lines of a block scalar, whose header goes with what takes its place; the end of what is on the line of the key.
fn clear(text: &str, piece: &Piece, splices: &mut Vec<Splice>) -> usize {
    match piece.kind {
        Kind::Scalar(Style::Block { header, .. }) => {
            let lines = line_end(text, header)..piece.span.end;
            splices.extend((!lines.is_empty()).then(|| Splice::remove(lines)));
            header
        }
        _ => piece.end(),
    }
}

/// The column of the key or dash that a value belongs to.
fn owner_column(text: &str, place: Place<'_>) -> Option<usize> {
    place.owner.map(|owner| column(text, owner.entry.start))
}

/// The column of a collection in lines of its own below its key.
fn below(manner: &Manner, owner: Option<usize>, place: Place<'_>, value: &Node) -> usize {
    match owner {
        None => 0,
        Some(owner) if is_sequence(value) && !is_item(place) => owner + manner.sequence,
        Some(owner) => owner + step(manner, place),
    }
}

/// Spaces by which lines below a key or dash are indented.
fn step(manner: &Manner, place: Place<'_>) -> usize {
    if is_item(place) { DASH } else { manner.step }
}

fn is_item(place: Place<'_>) -> bool {
    place
        .owner
        .is_some_and(|owner| owner.collection.shape == Shape::Sequence)
}

fn is_sequence(node: &Node) -> bool {
    matches!(node.value, Value::Sequence(_))
}

fn value_at(place: Place<'_>) -> usize {
    match place.owner {
        Some(owner) => owner.entry.value_at(),
        None => place.piece.properties_end().unwrap_or(place.piece.span.start),
    }
}

/// How the entry's value is quoted.
fn quotes(entry: &Entry) -> Option<Style> {
    match entry.value.kind {
        Kind::Scalar(style @ (Style::Single | Style::Double)) => Some(style),
        _ => None,
    }
}

fn joined(texts: &[Zeroizing<String>]) -> Zeroizing<String> {
    let length = texts.iter().map(|text| text.len()).sum();
    let mut joined = Zeroizing::new(String::with_capacity(length));
    for text in texts {
        joined.push_str(text);
    }
    joined
}

/// Columns of `- `.
const DASH: usize = 2;
