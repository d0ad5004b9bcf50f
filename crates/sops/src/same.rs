//! Comparison of trees. Where something stands in a text does not count.

use signet_document::tree::{Branch, Comment, Element, Entry, Scalar, Tree};

use crate::value::plaintext;

/// Whether two values are the same, comments and the kinds of numbers too: an integer 1 is not the number 1.0, as in upstream.
pub(crate) fn is_same(one: &Branch, other: &Branch) -> bool {
    STRICT.branches(one, other)
}

/// As [`is_same`], of two mappings.
pub(crate) fn is_same_tree(one: &Tree, other: &Tree) -> bool {
    STRICT.trees(one, other)
}

const STRICT: Comparison = Comparison {
    scalars: is_same_scalar,
    with_comments: true,
};

/// Whether documents that were read from a text are those that were written to it: keys, comments and values, and of values what a MAC is of.
pub(crate) fn read_back(written: &[Tree], read: &[Tree]) -> bool {
    let comparison = Comparison {
        scalars: has_same_plaintext,
        with_comments: true,
    };
    comparison.documents(written, read)
}

/// As [`read_back`], wherever the comments are.
pub(crate) fn values_read_back(written: &[Tree], read: &[Tree]) -> bool {
    let comparison = Comparison {
        scalars: has_same_plaintext,
        with_comments: false,
    };
    comparison.documents(written, read)
}

#[derive(Clone, Copy)]
struct Comparison {
    scalars: fn(&Scalar, &Scalar) -> bool,
    with_comments: bool,
}

impl Comparison {
    fn documents(self, one: &[Tree], other: &[Tree]) -> bool {
        one.len() == other.len() && one.iter().zip(other).all(|(one, other)| self.trees(one, other))
    }

    fn trees(self, one: &Tree, other: &Tree) -> bool {
        let is_shown = |entry: &&Entry| self.with_comments || matches!(entry, Entry::Pair(_));
        let mut other = other.entries.iter().filter(is_shown);
        let is_same = |entry: &Entry| match (entry, other.next()) {
            (Entry::Comment(one), Some(Entry::Comment(other))) => is_same_comment(one, other),
            (Entry::Pair(one), Some(Entry::Pair(other))) => {
                one.key == other.key && self.branches(&one.value, &other.value)
            }
            _ => false,
        };
        one.entries.iter().filter(is_shown).all(is_same) && other.next().is_none()
    }

    fn branches(self, one: &Branch, other: &Branch) -> bool {
        match (one, other) {
            (Branch::Mapping(one), Branch::Mapping(other)) => self.trees(one, other),
            (Branch::Sequence(one), Branch::Sequence(other)) => self.sequences(one, other),
            (Branch::Leaf(one), Branch::Leaf(other)) => (self.scalars)(one.scalar(), other.scalar()),
            _ => false,
        }
    }

    fn sequences(self, one: &[Element], other: &[Element]) -> bool {
        let is_shown = |element: &&Element| self.with_comments || matches!(element, Element::Item(_));
        let mut other = other.iter().filter(is_shown);
        let is_same = |element: &Element| match (element, other.next()) {
            (Element::Comment(one), Some(Element::Comment(other))) => is_same_comment(one, other),
            (Element::Item(one), Some(Element::Item(other))) => self.branches(&one.value, &other.value),
            _ => false,
        };
        one.iter().filter(is_shown).all(is_same) && other.next().is_none()
    }
}

fn is_same_comment(one: &Comment, other: &Comment) -> bool {
    one.text() == other.text()
}

fn has_same_plaintext(one: &Scalar, other: &Scalar) -> bool {
    match (plaintext(one), plaintext(other)) {
        (Some((one, _)), Some((other, _))) => *one == *other,
        _ => is_same_scalar(one, other),
    }
}

fn is_same_scalar(one: &Scalar, other: &Scalar) -> bool {
    match (one, other) {
        (Scalar::Null, Scalar::Null) => true,
        (Scalar::Bool(one), Scalar::Bool(other)) => one == other,
        (Scalar::Integer(one), Scalar::Integer(other)) => one == other,
        (Scalar::Unsigned(one), Scalar::Unsigned(other)) => one == other,
        // Bits, because -0 is written otherwise than 0.
        (Scalar::Float(one), Scalar::Float(other)) => one.to_bits() == other.to_bits(),
        (Scalar::Time(one), Scalar::Time(other)) => one == other,
        (Scalar::Text(one), Scalar::Text(other)) => one == other,
        _ => false,
    }
}
