use super::{
    error::EditFault,
    layout::{Collection, Entry, Kind, Layout, Name, Piece, Shape},
    tree,
};
use crate::Node;

/// A value and the collection that it stands in.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) piece: &'a Piece,
    pub(super) owner: Option<Owner<'a>>,
}

/// The collection that a value stands in, and as what.
#[derive(Clone, Copy)]
pub(super) struct Owner<'a> {
    pub(super) piece: &'a Piece,
    pub(super) collection: &'a Collection,
    pub(super) index: usize,
    pub(super) entry: &'a Entry,
    /// Whether the collection itself stands in a collection, and if so, as the value of what.
    pub(super) above: Option<&'a Entry>,
}

/// What stands at a path.
pub(super) struct Found<'a> {
    /// The value at the path, or the nearest one above that is there.
    pub(super) place: Place<'a>,
    /// How much of the path is there.
    pub(super) depth: usize,
}

/// An obstacle on a path: what, where, and how much of the path is before it.
pub(super) type Obstacle = (EditFault, usize, usize);

impl<'a> Place<'a> {
    /// Whether it stands in lines of its own, or could.
    pub(super) fn is_in_block(&self) -> bool {
        self.owner.is_none_or(|owner| owner.collection.is_block())
    }
}

/// What stands at a path. `root` is the tree of the same text.
///
/// # Errors
/// What makes an edit there or below change something else.
pub(super) fn find<'a>(layout: &'a Layout, root: &Node, path: &[&str]) -> Result<Found<'a>, Obstacle> {
    let mut place = Place {
        piece: &layout.root,
        owner: None,
    };
    for (depth, name) in path.iter().enumerate() {
        let fail = |fault| (fault, place.piece.start(), depth);
        if let Some(fault) = blocked(layout, place.piece, true) {
            return Err(fail(fault));
        }
        let Some(collection) = place.piece.collection() else {
            let found = tree::get(root, path.get(..depth).unwrap_or_default()).map_or("nothing", Node::kind);
            return match place.piece.kind {
                Kind::Null => Ok(Found { place, depth }),
                _ => Err(fail(EditFault::NotMapping { found })),
            };
        };
        let Some(index) = position(collection, name).map_err(|(fault, at)| (fault, at, depth + 1))? else {
            // What the tree has all the same is written in a way that is not its own.
            let is_there = tree::get(root, path.get(..=depth).unwrap_or_default()).is_some();
            let is_merged = collection.entries.iter().any(|entry| matches!(entry.name, Name::Merge));
            return match collection.shape {
                _ if is_there && is_merged => Err((EditFault::Merged, place.piece.start(), depth + 1)),
                _ if is_there => Err((EditFault::Key, place.piece.start(), depth + 1)),
                Shape::Mapping => Ok(Found { place, depth }),
                Shape::Pair => Err(fail(EditFault::Entangled)),
                Shape::Sequence if tree::index(name).is_some() => {
                    Err((EditFault::Missing, place.piece.start(), depth + 1))
                }
                Shape::Sequence => Err(fail(EditFault::NotMapping { found: "a sequence" })),
            };
        };
        let Some(entry) = collection.entries.get(index) else {
            return Err(fail(EditFault::Missing));
        };
        place = Place {
            piece: &entry.value,
            owner: Some(Owner {
                piece: place.piece,
                collection,
                index,
                entry,
                above: place.owner.map(|owner| owner.entry),
            }),
        };
    }
    match blocked(layout, place.piece, false) {
        Some(fault) => Err((fault, place.piece.start(), path.len())),
        None => Ok(Found {
            place,
            depth: path.len(),
        }),
    }
}

fn blocked(layout: &Layout, piece: &Piece, is_above: bool) -> Option<EditFault> {
    let is_named = piece
        .anchor
        .as_ref()
        .is_some_and(|anchor| layout.aliases.contains_key(&anchor.id));
    match piece.kind {
        Kind::Alias if is_above => Some(EditFault::Alias),
        _ if is_named || (!is_above && layout.is_shared(piece)) => Some(EditFault::Shared),
        _ => None,
    }
}

/// The place of the entry of that name.
fn position(collection: &Collection, name: &str) -> Result<Option<usize>, (EditFault, usize)> {
    if collection.shape == Shape::Sequence {
        return Ok(tree::index(name).filter(|index| *index < collection.entries.len()));
    }
    let is_it = |entry: &&Entry| matches!(&entry.name, Name::Text(text) if text == name);
    let mut found = collection.entries.iter().enumerate().filter(|(_, entry)| is_it(entry));
    let Some((index, entry)) = found.next() else {
        return Ok(None);
    };
    if let Some((_, second)) = found.next() {
        return Err((EditFault::Duplicate, second.start));
    }
    if collection.shape == Shape::Pair {
        return Err((EditFault::Entangled, entry.start));
    }
    Ok(Some(index))
}
