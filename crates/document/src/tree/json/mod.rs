//! JSON (RFC 8259), as upstream reads it with Go's encoding/json: numbers that fit are whole, keys may repeat.

mod follow;
mod read;
mod render;
mod string;
mod style;

use std::ops::Range;

use zeroize::Zeroizing;

use self::{follow::Follow, read::Reader, render::Render, style::Style};
use super::{Branch, Element, Layout, Place, Tree, WriteError, splice::Splices};
use crate::{Limits, ReadError};

/// A JSON text and the place of everything in it.
pub(super) struct Source {
    text: Zeroizing<Vec<u8>>,
    parts: Vec<Part>,
}

/// A value in the text, with its key in an object. The first one is the whole document; the others follow in their order.
struct Part {
    /// Where the key starts, or the value where it has none.
    start: usize,
    /// From the end of the key to the value.
    colon: Range<usize>,
    value: Range<usize>,
    kind: Kind,
    children: Vec<Place>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Mapping,
    Sequence,
    Scalar,
}

impl Source {
    /// Reads a text that holds one object and nothing else.
    pub(super) fn read(text: Zeroizing<Vec<u8>>, limits: &Limits) -> Result<(Self, Tree), ReadError> {
        let (parts, tree) = Reader::new(&text, limits).document()?;
        Ok((Self { text, parts }, tree))
    }

    pub(super) fn write(&self, tree: &Tree, layout: &Layout) -> Result<Zeroizing<Vec<u8>>, WriteError> {
        let mut follow = Follow {
            source: self,
            style: Style::of(self, layout),
            splices: Splices::new(&self.text),
        };
        follow.root(tree)?;
        match follow.splices.finish() {
            Some(text) => Ok(text),
            None => write(tree, layout),
        }
    }

    fn part(&self, place: Place) -> Option<&Part> {
        self.parts.get(place.0 as usize)
    }

    fn bytes(&self, range: Range<usize>) -> &[u8] {
        self.text.get(range).unwrap_or_default()
    }
}

/// Writes a document as upstream does, with a line break at its end. Comments have no place in JSON.
pub(super) fn write(tree: &Tree, layout: &Layout) -> Result<Zeroizing<Vec<u8>>, WriteError> {
    let style = Style::new(layout);
    let mut render = Render::new(&style);
    render.mapping(tree, Some(0))?;
    render.push("\n");
    Ok(render.finish())
}

/// Writes a value that is no document, with a line break at its end.
pub(super) fn write_value(value: &Branch, layout: &Layout) -> Result<Zeroizing<Vec<u8>>, WriteError> {
    let style = Style::new(layout);
    let mut render = Render::new(&style);
    render.branch(value, Some(0))?;
    render.push("\n");
    Ok(render.finish())
}

/// A value of a mapping or sequence, with its key in a mapping.
struct Child<'a> {
    place: Option<Place>,
    key: Option<&'a str>,
    value: &'a Branch,
}

/// The pairs of a mapping.
fn pairs(tree: &Tree) -> Vec<Child<'_>> {
    tree.pairs()
        .map(|pair| Child {
            place: pair.place,
            key: Some(&pair.key),
            value: &pair.value,
        })
        .collect()
}

/// The items of a sequence.
fn items(elements: &[Element]) -> Vec<Child<'_>> {
    let items = elements.iter().filter_map(|element| match element {
        Element::Item(item) => Some(item),
        Element::Comment(_) => None,
    });
    items
        .map(|item| Child {
            place: item.place,
            key: None,
            value: &item.value,
        })
        .collect()
}
