//! Which way an edit is made: in lines or in brackets.

use super::{block, find::Place, flow, part::Content, splice::Splice};
use crate::{Format, Node};

/// Puts another value in the place of one.
pub(super) fn replace(text: &str, content: &Content, place: Place<'_>, value: &Node) -> Vec<Splice> {
    let is_flow = content.manner.format == Format::Json || !place.is_in_block();
    if is_flow {
        flow::replace(text, &content.manner, place, value)
    } else {
        block::replace(text, &content.manner, place, value)
    }
}

/// Adds entries to what is at `place`, below mappings that are `missing` there.
pub(super) fn add(
    text: &str,
    content: &Content,
    place: Place<'_>,
    missing: &[&str],
    entries: &[(&str, &Node)],
) -> Vec<Splice> {
    let Some((first, rest)) = missing.split_first() else {
        return add_here(text, content, place, entries);
    };
    let entries = entries.iter().map(|(key, value)| (*key, value.copy()));
    let innermost = Node::mapping(entries);
    let value = rest
        .iter()
        .rev()
        .fold(innermost, |node, name| Node::mapping([(*name, node)]));
    add_here(text, content, place, &[(first, &value)])
}

fn add_here(text: &str, content: &Content, place: Place<'_>, entries: &[(&str, &Node)]) -> Vec<Splice> {
    match place.piece.collection() {
        Some(collection) if collection.is_flow && flow::takes(text, content.manner.format, place, collection) => {
            flow::add(text, &content.manner, place.piece, collection, entries)
        }
        Some(collection) if collection.is_block() => block::add(text, &content.manner, collection, entries),
        _ => {
            let mapping = Node::mapping(entries.iter().map(|(key, value)| (*key, value.copy())));
            replace(text, content, place, &mapping)
        }
    }
}
