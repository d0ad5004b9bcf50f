//! Entries in brackets, which is all of JSON.

use std::ops::Range;

use zeroize::Zeroizing;

use super::{
    block::comments_start,
    find::{Owner, Place},
    json,
    layout::{Collection, Kind, Piece, Shape, Style},
    lines::{column, is_first, is_last, line_break, line_end, line_start, next_line, skip_blanks, trim_end},
    manner::Manner,
    splice::Splice,
    yaml,
};
use crate::{Format, Node, Value, output::Output};

/// Whether new entries go into the brackets. YAML's empty ones give way to lines.
pub(super) fn takes(text: &str, format: Format, place: Place<'_>, collection: &Collection) -> bool {
    let inside = text.get(place.piece.span.clone()).unwrap_or_default();
    let is_plain = collection.entries.is_empty() && !inside.contains(['\n', '\r', '#']);
    format == Format::Json || !(is_plain && place.is_in_block())
}

/// Adds entries behind the last one of a mapping.
pub(super) fn add(
    text: &str,
    manner: &Manner,
    piece: &Piece,
    collection: &Collection,
    entries: &[(&str, &Node)],
) -> Vec<Splice> {
    let Some(last) = collection.entries.last() else {
        return fill(text, manner, piece, entries);
    };
    let comma = comma(text, last.end());
    let end = comma.map_or(last.end(), |comma| comma + 1);
    let is_long = is_first(text, last.start);
    let margin = margin(text, last.start);
    let mut output = Output::default();
    for (index, (key, value)) in entries.iter().enumerate() {
        let has_comma = if comma.is_some() { false } else { index > 0 || !is_long };
        output.push_str(if has_comma { "," } else { "" });
        if is_long {
            output.push_str(&margin);
        } else if manner.is_spaced {
            output.push(' ');
        }
        output.push_str(&entry(key, value, manner, &margin, quotes(&last.value)));
        output.push_str(if comma.is_some() { "," } else { "" });
    }
    if !is_long {
        return vec![Splice::insert(end, output.finish())];
    }
    let line = if is_last(text, end) { line_end(text, end) } else { end };
    let mut splices = vec![Splice::insert(line, output.finish())];
    if comma.is_none() {
        splices.insert(0, Splice::insert(end, Zeroizing::new(",".to_owned())));
    }
    splices
}

/// Puts another value in the place of one.
pub(super) fn replace(text: &str, manner: &Manner, place: Place<'_>, value: &Node) -> Vec<Splice> {
    let piece = place.piece;
    let mut splices = Vec::new();
    let is_text = matches!(value.value, Value::String(_));
    if let Some(tag) = piece.tag.as_ref().filter(|tag| !(tag.is_text && is_text)) {
        splices.push(Splice::remove(trim_end(text, tag.span.start)..tag.span.end));
    }
    let new = written(value, manner, &margin(text, piece.span.start), quotes(piece));
    let mut output = Output::default();
    let mut at = piece.span.clone();
    if let Some(owner) = place.owner.filter(|_| piece.span.is_empty()) {
        at = owner.entry.value_at()..owner.entry.value_at();
        output.push_str(if owner.entry.colon.is_some() { " " } else { ": " });
    }
    output.push_str(&new);
    splices.push(Splice::new(at, output.finish()));
    splices
}

/// Removes an entry; nothing where a comment stands where it would be lost.
pub(super) fn remove(text: &str, owner: Owner<'_>) -> Option<Vec<Splice>> {
    let (entry, entries) = (owner.entry, &owner.collection.entries);
    if owner.collection.shape == Shape::Pair {
        return None;
    }
    if entries.len() == 1 {
        return Some(vec![empty(text, owner)]);
    }
    let comma = comma(text, entry.end());
    let end = comma.map_or(entry.end(), |comma| comma + 1);
    let is_alone = is_first(text, entry.start) && is_last(text, end);
    if let Some(next) = entries.get(owner.index + 1) {
        if is_alone && is_first(text, next.start) {
            return Some(vec![Splice::remove(lines(text, entry.start, end))]);
        }
        return without_comment(text, entry.start..next.start, owner).map(|range| vec![Splice::remove(range)]);
    }
    let previous = entries.get(owner.index.checked_sub(1)?)?;
    if !is_alone {
        return without_comment(text, previous.end()..entry.end(), owner).map(|range| vec![Splice::remove(range)]);
    }
    let mut splices = vec![Splice::remove(lines(text, entry.start, end))];
    if comma.is_none() {
        let before = self::comma(text, previous.end())?;
        splices.push(Splice::remove(before..before + 1));
    }
    Some(splices)
}

/// The first entries between brackets.
fn fill(text: &str, manner: &Manner, piece: &Piece, entries: &[(&str, &Node)]) -> Vec<Splice> {
    let inner = piece.span.start + 1..piece.span.end.saturating_sub(1);
    let is_blank = text.get(inner.clone()).is_some_and(|inner| inner.trim().is_empty());
    let mapping = Node::mapping(entries.iter().map(|(key, value)| (*key, value.copy())));
    let new = written(&mapping, manner, &margin(text, piece.span.start), None);
    let new = if is_blank {
        return vec![Splice::new(piece.span.clone(), new)];
    } else {
        new.get(1..new.len() - 1).unwrap_or_default().to_owned()
    };
    vec![Splice::insert(inner.start, Zeroizing::new(new))]
}

/// What is left of a collection without its only entry.
fn empty(text: &str, owner: Owner<'_>) -> Splice {
    let (span, entry) = (&owner.piece.span, owner.entry);
    let end = comma(text, entry.end()).map_or(entry.end(), |comma| comma + 1);
    let gaps = [span.start + 1..entry.start, end..span.end.saturating_sub(1)];
    let has_comment = gaps
        .iter()
        .any(|gap| text.get(gap.clone()).is_some_and(|gap| gap.contains('#')));
    if has_comment {
        Splice::remove(entry.start..end)
    } else {
        Splice::remove(span.start + 1..span.end.saturating_sub(1))
    }
}

fn entry(key: &str, value: &Node, manner: &Manner, margin: &str, like: Option<Style>) -> Zeroizing<String> {
    if manner.format == Format::Json {
        return json::entry(key, value, manner, margin);
    }
    let mut output = Output::default();
    output.push_str(&yaml::key_text(key, true));
    output.push_str(": ");
    output.push_str(&written(value, manner, margin, like));
    output.finish()
}

fn written(value: &Node, manner: &Manner, margin: &str, like: Option<Style>) -> Zeroizing<String> {
    match &value.value {
        _ if manner.format == Format::Json => json::write(value, manner, margin),
        Value::String(text) => yaml::quoted(text, like, true),
        _ => yaml::flow(value),
    }
}

fn quotes(piece: &Piece) -> Option<Style> {
    match piece.kind {
        Kind::Scalar(style @ (Style::Single | Style::Double)) => Some(style),
        _ => None,
    }
}

/// The comma behind an entry.
fn comma(text: &str, end: usize) -> Option<usize> {
    let at = skip_blanks(text, end);
    text.get(at..)?.starts_with(',').then_some(at)
}

/// The lines of an entry with the comments directly above.
fn lines(text: &str, start: usize, end: usize) -> Range<usize> {
    comments_start(text, start, column(text, start))..next_line(text, end)
}

/// The line break and the indentation of the line that `offset` is in.
fn margin(text: &str, offset: usize) -> String {
    let start = line_start(text, offset);
    let line = text.get(start..).unwrap_or_default();
    let length = line.len() - line.trim_start_matches([' ', '\t']).len();
    format!("{}{}", line_break(text, offset), line.get(..length).unwrap_or_default())
}

/// The range, if no comment stands in it but inside of the entry.
fn without_comment(text: &str, range: Range<usize>, owner: Owner<'_>) -> Option<Range<usize>> {
    let gaps = [
        range.start..owner.entry.start.max(range.start),
        owner.entry.end().min(range.end)..range.end,
    ];
    let has_comment = gaps
        .iter()
        .any(|gap| text.get(gap.clone()).is_some_and(|gap| gap.contains('#')));
    (!has_comment).then_some(range)
}
