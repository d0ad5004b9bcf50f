use std::ops::{Deref, Range};

use zeroize::Zeroizing;

/// A piece of a text and what comes in its place.
pub(crate) struct Splice<T = Zeroizing<String>> {
    pub(crate) range: Range<usize>,
    pub(crate) text: T,
}

impl<T> Splice<T> {
    pub(crate) fn new(range: Range<usize>, text: T) -> Self {
        Self { range, text }
    }
}

impl Splice {
    pub(crate) fn insert(at: usize, text: Zeroizing<String>) -> Self {
        Self::new(at..at, text)
    }

    pub(crate) fn remove(range: Range<usize>) -> Self {
        Self::new(range, Zeroizing::default())
    }
}

/// The text with all of the splices made; nothing where they are in each other's way.
pub(crate) fn apply<T: Deref<Target: AsRef<str>>>(
    text: &str,
    mut splices: Vec<Splice<T>>,
) -> Option<Zeroizing<String>> {
    splices.sort_by_key(|splice| splice.range.start);
    let added: usize = splices.iter().map(|splice| splice.text.as_ref().len()).sum();
    // Sized beforehand: a text that grows leaves copies behind.
    let mut result = Zeroizing::new(String::with_capacity(text.len() + added));
    let mut at = 0;
    for splice in &splices {
        result.push_str(text.get(at..splice.range.start)?);
        result.push_str(splice.text.as_ref());
        at = splice.range.end;
    }
    result.push_str(text.get(at..)?);
    Some(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spliced(text: &str, splices: &[(Range<usize>, &str)]) -> Option<String> {
        let splices = splices
            .iter()
            .map(|(range, text)| Splice::new(range.clone(), Zeroizing::new((*text).to_owned())));
        apply(text, splices.collect()).map(|text| text.to_string())
    }

    #[test]
    fn in_the_order_of_the_text() {
        assert_eq!(
            spliced("abc", &[(2..3, "C"), (0..1, ""), (1..1, "x"), (1..1, "y")]).as_deref(),
            Some("xybC")
        );
    }

    #[test]
    fn nothing_where_they_overlap_or_miss_the_text() {
        for splices in [
            [(0..2, ""), (1..3, "")],
            [(0..1, ""), (3..4, "")],
            [(1..2, ""), (0..3, "")],
        ] {
            assert_eq!(spliced("abc", &splices), None, "{splices:?}");
        }
        assert_eq!(spliced("é", &[(1..2, "")]), None);
    }
}
