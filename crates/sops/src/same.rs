//! Comparison of trees. Where something stands in a text does not count.

use signet_document::tree::{Branch, Element, Entry, Scalar, Tree};

use crate::value::plaintext;

/// Whether documents that were read from a text are those that were written to it: keys, comments and values, and of values what a MAC is of.
pub(crate) fn read_back(written: &[Tree], read: &[Tree]) -> bool {
    let is_same = |one: &Scalar, other: &Scalar| match (plaintext(one), plaintext(other)) {
        (Some((one, _)), Some((other, _))) => *one == *other,
        _ => is_same_scalar(one, other),
    };
    pairwise(written, read, &|one: &Tree, other: &Tree| {
        is_same_tree(one, other, &is_same)
    })
}

/// Whether two values are the same, comments and the kinds of numbers too: an integer 1 is not the number 1.0, as in upstream.
pub(crate) fn is_same(one: &Branch, other: &Branch) -> bool {
    is_same_branch(one, other, &is_same_scalar)
}

type Same<'a> = &'a dyn Fn(&Scalar, &Scalar) -> bool;

fn is_same_branch(one: &Branch, other: &Branch, is_same: Same<'_>) -> bool {
    match (one, other) {
        (Branch::Mapping(one), Branch::Mapping(other)) => is_same_tree(one, other, is_same),
        (Branch::Sequence(one), Branch::Sequence(other)) => pairwise(one, other, &|one, other| match (one, other) {
            (Element::Comment(one), Element::Comment(other)) => one.text() == other.text(),
            (Element::Item(one), Element::Item(other)) => is_same_branch(&one.value, &other.value, is_same),
            _ => false,
        }),
        (Branch::Leaf(one), Branch::Leaf(other)) => is_same(one.scalar(), other.scalar()),
        _ => false,
    }
}

fn is_same_tree(one: &Tree, other: &Tree, is_same: Same<'_>) -> bool {
    pairwise(&one.entries, &other.entries, &|one, other| match (one, other) {
        (Entry::Comment(one), Entry::Comment(other)) => one.text() == other.text(),
        (Entry::Pair(one), Entry::Pair(other)) => {
            one.key == other.key && is_same_branch(&one.value, &other.value, is_same)
        }
        _ => false,
    })
}

fn pairwise<T>(one: &[T], other: &[T], is_same: &dyn Fn(&T, &T) -> bool) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_same(one, other))
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
