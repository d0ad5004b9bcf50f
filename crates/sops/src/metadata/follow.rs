//! Metadata in the place of those that a text has: what is the same stays as it is written.

use signet_document::tree::{Branch, Element, Entry, Item, Leaf, Pair, Scalar, Tree};

use crate::value::plaintext;

/// The metadata of each document as they were read, with their place among its entries.
#[derive(Default)]
pub(crate) struct Written(Vec<Vec<Standing>>);

/// A pair of the metadata.
struct Standing {
    pair: Pair,
    /// The index that it had. None is the end of the document.
    index: Option<usize>,
}

impl Written {
    /// Takes the pairs of the metadata out of the next document, and gives copies of those of the first.
    pub(super) fn take(&mut self, document: &mut Tree, is_metadata: impl Fn(&str) -> bool) {
        let is_it = |entry: &Entry| matches!(entry, Entry::Pair(pair) if is_metadata(&pair.key));
        let last = document.entries.iter().rposition(|entry| !is_it(entry));
        let mut standing = Vec::new();
        let entries = std::mem::take(&mut document.entries);
        for (index, entry) in entries.into_iter().enumerate() {
            match entry {
                Entry::Pair(pair) if is_metadata(&pair.key) => {
                    let index = last.is_some_and(|last| last > index).then_some(index);
                    standing.push(Standing { pair, index });
                }
                other => document.entries.push(other),
            }
        }
        self.0.push(standing);
    }

    /// The pairs of the first document.
    pub(super) fn first(&self) -> impl Iterator<Item = &Pair> {
        self.0.iter().take(1).flatten().map(|standing| &standing.pair)
    }

    /// Puts the metadata of a document among its entries. Those that it had are followed; others stand at its end.
    pub(super) fn put(&mut self, number: usize, document: &mut Tree, mut new: Vec<Pair>) {
        let old = self.0.get_mut(number).map(std::mem::take).unwrap_or_default();
        let mut behind = Vec::new();
        for Standing { mut pair, index } in old {
            let Some(at) = named(&new, &pair.key) else { continue };
            follow(&mut pair.value, new.remove(at).value);
            match index.filter(|index| *index < document.entries.len()) {
                Some(index) => document.entries.insert(index, Entry::Pair(pair)),
                None => behind.push(pair),
            }
        }
        let pairs = behind.into_iter().chain(new).map(Entry::Pair);
        document.entries.extend(pairs);
    }
}

/// Makes an old value the new one.
fn follow(old: &mut Branch, new: Branch) {
    match (old, new) {
        (Branch::Leaf(old), Branch::Leaf(new)) => follow_leaf(old, new),
        (Branch::Mapping(old), Branch::Mapping(new)) => follow_mapping(old, new),
        (Branch::Sequence(old), Branch::Sequence(new)) => follow_sequence(old, new),
        (old, new) => *old = new,
    }
}

fn follow_leaf(old: &mut Leaf, new: Leaf) {
    let is_same = match (plaintext(old.scalar()), plaintext(new.scalar())) {
        (Some((old, _)), Some((new, _))) => *old == *new,
        _ => false,
    };
    if !is_same {
        old.set(new.into_scalar());
    }
}

/// What is gone goes, unless there was nothing in it: earlier versions wrote empty lists.
fn follow_mapping(old: &mut Tree, new: Tree) {
    let pairs = new.entries.into_iter().filter_map(|entry| match entry {
        Entry::Pair(pair) => Some(pair),
        Entry::Comment(_) => None,
    });
    let mut new: Vec<_> = pairs.collect();
    old.entries.retain_mut(|entry| {
        let Entry::Pair(pair) = entry else { return true };
        match named(&new, &pair.key) {
            Some(at) => {
                follow(&mut pair.value, new.remove(at).value);
                true
            }
            None => is_empty(&pair.value),
        }
    });
    old.entries.extend(new.into_iter().map(Entry::Pair));
}

/// Keys are told by their names, and keep their order; groups are told by theirs.
fn follow_sequence(old: &mut Vec<Element>, new: Vec<Element>) {
    let items = new.into_iter().filter_map(|element| match element {
        Element::Item(item) => Some(item),
        Element::Comment(_) => None,
    });
    let mut new: Vec<_> = items.collect();
    old.retain_mut(|element| {
        let Element::Item(item) = element else { return true };
        let name = name(&item.value);
        let found = new.iter().position(|new| self::name(&new.value) == name);
        match found {
            Some(at) => follow(&mut item.value, new.remove(at).value),
            None => return false,
        }
        true
    });
    let new = new
        .into_iter()
        .map(|Item { value, .. }| Element::Item(Item { value, place: None }));
    old.extend(new);
}

/// The name of a key; none of a group.
fn name(value: &Branch) -> Option<Vec<Vec<u8>>> {
    let Branch::Mapping(tree) = value else { return None };
    let texts = NAMES.iter().filter_map(|name| {
        let pair = tree.pairs().find(|pair| pair.key.eq_ignore_ascii_case(name))?;
        match &pair.value {
            Branch::Leaf(leaf) => match leaf.scalar() {
                Scalar::Text(text) => Some(text.to_vec()),
                _ => None,
            },
            _ => None,
        }
    });
    Some(texts.collect()).filter(|texts: &Vec<_>| !texts.is_empty())
}

fn is_empty(value: &Branch) -> bool {
    match value {
        Branch::Mapping(tree) => tree.entries.is_empty(),
        Branch::Sequence(elements) => elements.is_empty(),
        Branch::Leaf(leaf) => match leaf.scalar() {
            Scalar::Null => true,
            Scalar::Text(text) => text.is_empty(),
            _ => false,
        },
    }
}

/// The pair of a name. Known fields have theirs in any case of letters; others may differ in nothing else.
fn named(pairs: &[Pair], name: &str) -> Option<usize> {
    let exactly = pairs.iter().position(|pair| *pair.key == *name);
    exactly.or_else(|| pairs.iter().position(|pair| pair.key.eq_ignore_ascii_case(name)))
}

/// What tells keys of one kind from each other.
const NAMES: [&str; 12] = [
    "recipient",
    "fp",
    "arn",
    "role",
    "resource_id",
    "key_id",
    "vault_url",
    "name",
    "version",
    "vault_address",
    "engine_path",
    "key_name",
];
