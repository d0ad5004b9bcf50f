use super::node::NodeId;
use crate::tree::Place;

/// The parts of a text that its trees refer to by place, in the order of the trees.
#[derive(Default)]
pub(super) struct Parts(Vec<Part>);

/// A part of the text.
pub(super) struct Part {
    /// The pair or item that it stands in; none at the top of a document.
    pub(super) parent: Option<Place>,
    pub(super) kind: PartKind,
}

pub(super) enum PartKind {
    Pair {
        key: NodeId,
        value: NodeId,
    },
    Item {
        /// Where the `-` is, or in brackets the item.
        start: usize,
        value: NodeId,
    },
    Comment {
        /// Where the `#` is.
        start: usize,
        end: usize,
    },
}

impl Parts {
    pub(super) fn push(&mut self, part: Part) -> Place {
        let place = Place::new(u32::try_from(self.0.len()).unwrap_or(u32::MAX));
        self.0.push(part);
        place
    }

    pub(super) fn get(&self, place: Place) -> Option<&Part> {
        self.0.get(place.index())
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Place, &Part)> {
        (0..).map(Place::new).zip(&self.0)
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}
