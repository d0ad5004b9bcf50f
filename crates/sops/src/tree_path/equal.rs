use signet_document::tree::{Branch, Comment, Element, Entry, Scalar};

/// Whether two values are the same, comments and the kinds of numbers too: an integer 1 is not the number 1.0, as in upstream. Where they
/// stand does not count.
pub(super) fn is_same(one: &Branch, other: &Branch) -> bool {
    match (one, other) {
        (Branch::Mapping(one), Branch::Mapping(other)) => pairwise(&one.entries, &other.entries, is_same_entry),
        (Branch::Sequence(one), Branch::Sequence(other)) => pairwise(one, other, is_same_element),
        (Branch::Leaf(one), Branch::Leaf(other)) => is_same_scalar(one.scalar(), other.scalar()),
        _ => false,
    }
}

fn pairwise<T>(one: &[T], other: &[T], is_same: impl Fn(&T, &T) -> bool) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_same(one, other))
}

fn is_same_entry(one: &Entry, other: &Entry) -> bool {
    match (one, other) {
        (Entry::Comment(one), Entry::Comment(other)) => is_same_comment(one, other),
        (Entry::Pair(one), Entry::Pair(other)) => one.key == other.key && is_same(&one.value, &other.value),
        _ => false,
    }
}

fn is_same_element(one: &Element, other: &Element) -> bool {
    match (one, other) {
        (Element::Comment(one), Element::Comment(other)) => is_same_comment(one, other),
        (Element::Item(one), Element::Item(other)) => is_same(&one.value, &other.value),
        _ => false,
    }
}

fn is_same_comment(one: &Comment, other: &Comment) -> bool {
    one.text() == other.text()
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
