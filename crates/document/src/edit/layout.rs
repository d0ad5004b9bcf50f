//! Where everything of a document stands in its text.

use std::{collections::HashMap, ops::Range};

/// The documents of a text, in order and without a gap; one without content has no layout.
pub(super) type Extents = Vec<(Range<usize>, Option<Layout>)>;

/// A document's values with their places, in bytes of the document's own text.
pub(super) struct Layout {
    pub(super) root: Piece,
    /// The places of the aliases of each anchor, by the parser's number for it.
    pub(super) aliases: HashMap<usize, Vec<usize>>,
}

/// A value where it stands.
pub(super) struct Piece {
    /// The value with its quotes or brackets, without anchor and tag. Empty where nothing stands.
    pub(super) span: Range<usize>,
    pub(super) anchor: Option<Anchor>,
    pub(super) tag: Option<Tag>,
    pub(super) kind: Kind,
}

pub(super) struct Anchor {
    pub(super) id: usize,
    pub(super) span: Range<usize>,
}

pub(super) struct Tag {
    pub(super) span: Range<usize>,
    /// Whether a text with it is a text whatever it says.
    pub(super) is_text: bool,
}

pub(super) enum Kind {
    Alias,
    Null,
    Scalar(Style),
    Collection(Collection),
}

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Single,
    Double,
    /// Lines behind `|` or `>`, of which `header` is the end.
    Block {
        header: usize,
        indent: usize,
    },
}

pub(super) struct Collection {
    pub(super) shape: Shape,
    pub(super) is_flow: bool,
    pub(super) entries: Vec<Entry>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Mapping,
    Sequence,
    /// `a: b` in a flow sequence: a mapping without brackets.
    Pair,
}

/// An entry of a mapping or an item of a sequence.
pub(super) struct Entry {
    pub(super) name: Name,
    /// Where the key with its anchor and tag starts, or the item or its dash.
    pub(super) start: usize,
    /// The key with its quotes; of an item its dash.
    pub(super) key: Range<usize>,
    /// The place behind the colon or the dash. Without either there is none.
    pub(super) colon: Option<usize>,
    pub(super) value: Piece,
}

pub(super) enum Name {
    Text(String),
    /// `<<`.
    Merge,
    /// A key behind `?`, or one that is no plain text: such entries are left alone.
    Other,
    /// The place in a sequence.
    Index,
}

impl Piece {
    /// The place behind it.
    pub(super) fn end(&self) -> usize {
        let properties = self.properties_end().unwrap_or_default();
        properties.max(self.span.end)
    }

    /// The place behind its anchor and its tag.
    pub(super) fn properties_end(&self) -> Option<usize> {
        let anchor = self.anchor.as_ref().map(|anchor| anchor.span.end);
        anchor.max(self.tag.as_ref().map(|tag| tag.span.end))
    }

    /// Where it starts, anchor and tag included.
    pub(super) fn start(&self) -> usize {
        let anchor = self.anchor.iter().map(|anchor| anchor.span.start);
        let tag = self.tag.iter().map(|tag| tag.span.start);
        anchor.chain(tag).fold(self.span.start, usize::min)
    }

    pub(super) fn collection(&self) -> Option<&Collection> {
        match &self.kind {
            Kind::Collection(collection) => Some(collection),
            _ => None,
        }
    }

    /// Calls `look` with every value in it, itself first.
    pub(super) fn each<'a>(&'a self, look: &mut impl FnMut(&'a Self)) {
        look(self);
        for entry in self.collection().into_iter().flat_map(|collection| &collection.entries) {
            entry.value.each(look);
        }
    }
}

impl Collection {
    /// Whether it stands in lines of its own.
    pub(super) fn is_block(&self) -> bool {
        !self.is_flow
    }
}

impl Entry {
    /// The place behind it, its comment not included.
    pub(super) fn end(&self) -> usize {
        self.value.end().max(self.colon.unwrap_or_default()).max(self.key.end)
    }

    /// Where a value on the line of the key or dash can be written: behind the colon, the anchor and the tag.
    pub(super) fn value_at(&self) -> usize {
        let behind = self.colon.unwrap_or(self.key.end);
        behind.max(self.value.properties_end().unwrap_or_default())
    }
}

impl Layout {
    /// Whether another place of the document repeats something of `piece` by its anchor.
    pub(super) fn is_shared(&self, piece: &Piece) -> bool {
        let inside = piece.start()..piece.end();
        let mut is_shared = false;
        piece.each(&mut |piece| {
            let aliases = piece.anchor.as_ref().and_then(|anchor| self.aliases.get(&anchor.id));
            is_shared |= aliases.into_iter().flatten().any(|place| !inside.contains(place));
        });
        is_shared
    }
}
