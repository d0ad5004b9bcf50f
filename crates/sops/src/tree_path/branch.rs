//! Single steps into a document, and what is made at their end.

use signet_document::tree::{Branch, Comment, Element, Entry, Item, Leaf, Pair, Tree};
use zeroize::Zeroizing;

use super::{PathFault, Step};
use crate::same::is_same;

/// Where a step leads: an index into the entries or elements, comments counted.
pub(super) fn find(branch: &Branch, step: &Step) -> Result<usize, PathFault> {
    match (branch, step) {
        (Branch::Mapping(tree), Step::Key(key)) => find_key(tree, key).ok_or(PathFault::Missing),
        (Branch::Sequence(elements), Step::Index(index)) => {
            let items = || {
                (0..)
                    .zip(elements)
                    .filter(|(_, element)| matches!(element, Element::Item(_)))
            };
            let place = items().nth(*index).map(|(place, _)| place);
            place.ok_or_else(|| PathFault::OutOfBounds {
                length: items().count(),
            })
        }
        (branch, Step::Key(_)) => Err(PathFault::NotMapping(kind(branch))),
        (branch, Step::Index(_)) => Err(PathFault::NotSequence(kind(branch))),
    }
}

/// Where the first pair with a key stands.
pub(super) fn find_key(tree: &Tree, key: &str) -> Option<usize> {
    let is_it = |entry: &Entry| matches!(entry, Entry::Pair(pair) if &*pair.key == key);
    tree.entries.iter().position(is_it)
}

/// The value there.
pub(super) fn child(branch: &Branch, place: usize) -> Option<&Branch> {
    match branch {
        Branch::Mapping(tree) => match tree.entries.get(place)? {
            Entry::Pair(pair) => Some(&pair.value),
            Entry::Comment(_) => None,
        },
        Branch::Sequence(elements) => match elements.get(place)? {
            Element::Item(item) => Some(&item.value),
            Element::Comment(_) => None,
        },
        Branch::Leaf(_) => None,
    }
}

/// The value there.
pub(super) fn child_mut(branch: &mut Branch, place: usize) -> Option<&mut Branch> {
    match branch {
        Branch::Mapping(tree) => pair_mut(tree, place),
        Branch::Sequence(elements) => match elements.get_mut(place)? {
            Element::Item(item) => Some(&mut item.value),
            Element::Comment(_) => None,
        },
        Branch::Leaf(_) => None,
    }
}

/// The value there.
pub(super) fn pair_mut(tree: &mut Tree, place: usize) -> Option<&mut Branch> {
    match tree.entries.get_mut(place)? {
        Entry::Pair(pair) => Some(&mut pair.value),
        Entry::Comment(_) => None,
    }
}

/// Makes what a step does not find, if it can be made.
pub(super) fn extend(
    branch: &mut Branch,
    step: &Step,
    fault: PathFault,
    left: &[Step],
    value: Branch,
) -> Result<(), PathFault> {
    match (branch, step) {
        (Branch::Mapping(tree), Step::Key(key)) => tree.push(&**key, made(left, value)),
        (Branch::Sequence(elements), Step::Index(_)) => elements.push(item(made(left, value))),
        (leaf @ Branch::Leaf(_), step) => *leaf = around(step, made(left, value)),
        _ => return Err(fault),
    }
    Ok(())
}

/// A value and the collections that steps lead to it through.
pub(super) fn made(steps: &[Step], value: Branch) -> Branch {
    steps
        .iter()
        .rev()
        .fold(detached(value), |value, step| around(step, value))
}

/// The collection in which a step leads to a value.
fn around(step: &Step, value: Branch) -> Branch {
    match step {
        Step::Key(key) => {
            let mut tree = Tree::default();
            tree.push(&**key, value);
            Branch::Mapping(tree)
        }
        Step::Index(_) => Branch::Sequence(vec![item(value)]),
    }
}

/// Replaces a value, and says whether it is another now.
pub(crate) fn replace(old: &mut Branch, new: Branch) -> bool {
    if is_same(old, &new) {
        return false;
    }
    match (old, new) {
        (Branch::Leaf(old), Branch::Leaf(new)) => old.set(new.into_scalar()),
        (old, new) => *old = detached(new),
    }
    true
}

/// The same value without places: those are of the text that it was read from.
pub(crate) fn detached(branch: Branch) -> Branch {
    match branch {
        Branch::Leaf(leaf) => Branch::Leaf(Leaf::from(leaf.into_scalar())),
        Branch::Sequence(elements) => {
            let detach = |element| match element {
                Element::Comment(comment) => Element::Comment(copy(&comment)),
                Element::Item(old) => item(detached(old.value)),
            };
            Branch::Sequence(elements.into_iter().map(detach).collect())
        }
        Branch::Mapping(tree) => {
            let detach = |entry| match entry {
                Entry::Comment(comment) => Entry::Comment(copy(&comment)),
                Entry::Pair(pair) => Entry::Pair(Pair::new(pair.key, detached(pair.value))),
            };
            let entries = tree.entries.into_iter().map(detach).collect();
            Branch::Mapping(Tree { entries })
        }
    }
}

fn copy(comment: &Comment) -> Comment {
    Comment::from(Zeroizing::new(comment.text().to_owned()))
}

fn item(value: Branch) -> Element {
    Element::Item(Item { value, place: None })
}

fn kind(branch: &Branch) -> &'static str {
    match branch {
        Branch::Mapping(_) => "a mapping",
        Branch::Sequence(_) => "a sequence",
        Branch::Leaf(leaf) => leaf.scalar().kind(),
    }
}
