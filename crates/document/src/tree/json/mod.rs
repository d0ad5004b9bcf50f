//! JSON (RFC 8259), as upstream reads it with Go's encoding/json: numbers that fit are whole, keys may repeat.

mod follow;
mod read;
mod render;
mod string;
mod style;

use std::{ops::Range, sync::Arc};

use zeroize::Zeroizing;

use self::{follow::Follow, read::Reader, render::Render, style::Style};
use super::{
    Branch, Element, Layout, Leaf, Place, Tree, WriteError,
    bytes::{Whole, detach},
    splice::Splices,
};
use crate::{Limits, ReadError};

/// A JSON text and the place of everything in it.
pub(super) struct Source {
    text: Arc<Whole>,
    parts: Vec<Part>,
}

/// A value in the text, with its key in an object. The first one is the whole document; the others follow in their order, each with what
/// stands in it behind it. A large document has many, so they are small: where the key ends, and what the value is, the text tells.
struct Part {
    /// Where the key starts, or the value where it has none.
    start: u32,
    value_start: u32,
    value_end: u32,
}

impl Part {
    fn value(&self) -> Range<usize> {
        self.value_start as usize..self.value_end as usize
    }

    /// The value with its key, where it has one.
    fn whole(&self) -> Range<usize> {
        self.start as usize..self.value_end as usize
    }
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
        let text = Arc::new(Whole::Any(text));
        let (parts, tree) = Reader::new(&text, limits).document()?;
        Ok((Self { text, parts }, tree))
    }

    pub(super) fn write(&self, tree: &Tree, layout: &Layout) -> Result<Zeroizing<Vec<u8>>, WriteError> {
        let splices = self.follow(tree, layout)?;
        let text = splices.finish_with(self.text.as_bytes(), &|leaf| place_of(&self.parts, leaf));
        text.map_or_else(|| write(tree, layout), Ok)
    }

    /// As [`Source::write`], in the memory of the text where that can be: what the tree has of it is copied.
    pub(super) fn into_written(self, tree: &mut Tree, layout: &Layout) -> Result<Zeroizing<Vec<u8>>, WriteError> {
        detach(tree);
        let splices = self.follow(tree, layout)?;
        let Self { text, parts } = self;
        let places = |leaf: &Leaf| place_of(&parts, leaf);
        let text = match Arc::try_unwrap(text) {
            Ok(text) => splices.finish_over(text.into_bytes(), &places),
            Err(text) => splices.finish_with(text.as_bytes(), &places),
        };
        text.map_or_else(|| write(tree, layout), Ok)
    }

    fn follow<'t>(&self, tree: &'t Tree, layout: &Layout) -> Result<Splices<'t>, WriteError> {
        let mut follow = Follow {
            source: self,
            style: Style::of(self, layout),
            splices: Splices::with_room_for(self.parts.len()),
        };
        follow.root(tree)?;
        Ok(follow.splices)
    }

    fn part(&self, place: Place) -> Option<&Part> {
        self.parts.get(place.index())
    }

    fn kind(&self, part: &Part) -> Kind {
        match self.text.as_bytes().get(part.value_start as usize) {
            Some(b'{') => Kind::Mapping,
            Some(b'[') => Kind::Sequence,
            _ => Kind::Scalar,
        }
    }

    /// The key with its quotes; nothing where a value has none.
    fn key(&self, part: &Part) -> Range<usize> {
        let start = part.start as usize;
        let mut inside = self.bytes(start + 1..part.value_start as usize).iter();
        let mut length = 1;
        while let Some(byte) = inside.next() {
            length += 1;
            match byte {
                b'"' => return start..start + length,
                b'\\' => length += usize::from(inside.next().is_some()),
                _ => {}
            }
        }
        start..start
    }

    /// From the end of the key to the value.
    fn colon(&self, part: &Part) -> Range<usize> {
        self.key(part).end..part.value_start as usize
    }

    /// What stands in a mapping or sequence, in order.
    fn children(&self, place: Place) -> impl Iterator<Item = Place> {
        let end = self.part(place).map_or(0, |part| part.value_end);
        let child = move |index: usize| {
            let part = self.parts.get(index).filter(|part| part.start < end)?;
            Some((Place::new(u32::try_from(index).ok()?), index, part.value_end))
        };
        let behind = move |(_, index, end): &(Place, usize, u32)| {
            let inside = self.parts.get(*index..)?.iter().take_while(|part| part.start < *end);
            child(index + inside.count())
        };
        std::iter::successors(child(place.index() + 1), behind).map(|(place, ..)| place)
    }

    fn bytes(&self, range: Range<usize>) -> &[u8] {
        self.text.as_bytes().get(range).unwrap_or_default()
    }
}

/// Where a leaf stands.
fn place_of(parts: &[Part], leaf: &Leaf) -> Range<usize> {
    let part = leaf.place.and_then(|place| parts.get(place.index()));
    part.map_or(0..0, Part::value)
}

/// Writes a document as upstream does, with a line break at its end. Comments have no place in JSON.
pub(super) fn write(tree: &Tree, layout: &Layout) -> Result<Zeroizing<Vec<u8>>, WriteError> {
    let style = Style::new(layout);
    let mut render = Render::of(&style, tree);
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
