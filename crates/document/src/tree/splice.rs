use std::ops::Range;

use zeroize::Zeroizing;

/// Pieces of a text and what comes in their place.
///
/// It has no `Debug`: it holds plaintext.
pub(super) struct Splices<'a> {
    text: &'a [u8],
    list: Vec<(Range<usize>, Piece<'a>)>,
}

enum Piece<'a> {
    Own(Zeroizing<Vec<u8>>),
    /// In double quotes.
    Quoted(&'a str),
}

impl Piece<'_> {
    fn len(&self) -> usize {
        match self {
            Self::Own(bytes) => bytes.len(),
            Self::Quoted(text) => text.len() + 2,
        }
    }

    fn write(&self, into: &mut Vec<u8>) {
        match self {
            Self::Own(bytes) => into.extend_from_slice(bytes),
            Self::Quoted(text) => {
                into.push(b'"');
                into.extend_from_slice(text.as_bytes());
                into.push(b'"');
            }
        }
    }
}

impl<'a> Splices<'a> {
    pub(super) fn new(text: &'a [u8]) -> Self {
        Self { text, list: Vec::new() }
    }

    pub(super) fn replace(&mut self, range: Range<usize>, bytes: Zeroizing<Vec<u8>>) {
        self.list.push((range, Piece::Own(bytes)));
    }

    /// A text in double quotes, in which nothing needs an escape.
    pub(super) fn quote(&mut self, range: Range<usize>, text: &'a str) {
        self.list.push((range, Piece::Quoted(text)));
    }

    pub(super) fn insert(&mut self, at: usize, bytes: Zeroizing<Vec<u8>>) {
        self.replace(at..at, bytes);
    }

    pub(super) fn remove(&mut self, range: Range<usize>) {
        self.replace(range, Zeroizing::default());
    }

    /// The text with all of them made; what is inserted at one place keeps its order. Removals may overlap each other; nothing comes of
    /// splices that are in each other's way otherwise.
    pub(super) fn finish(mut self) -> Option<Zeroizing<Vec<u8>>> {
        self.list.sort_by_key(|(range, _)| (range.start, range.end));
        let added: usize = self.list.iter().map(|(_, piece)| piece.len()).sum();
        // Sized beforehand: a text that grows leaves copies behind.
        let mut result = Zeroizing::new(Vec::with_capacity(self.text.len() + added));
        let mut at = 0;
        for (range, piece) in &self.list {
            if range.start >= at {
                result.extend_from_slice(self.text.get(at..range.start)?);
            } else if piece.len() > 0 {
                return None;
            }
            piece.write(&mut result);
            at = at.max(range.end);
        }
        result.extend_from_slice(self.text.get(at..)?);
        Some(result)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spliced(text: &str, list: &[(Range<usize>, &str)]) -> Option<String> {
        let mut splices = Splices::new(text.as_bytes());
        for (range, bytes) in list {
            splices.replace(range.clone(), Zeroizing::new(bytes.as_bytes().to_vec()));
        }
        Some(String::from_utf8_lossy(&splices.finish()?).into_owned())
    }

    #[test]
    fn in_the_order_of_the_text() {
        let list = [(2..3, "C"), (0..1, ""), (1..1, "x"), (1..1, "y")];
        assert_eq!(spliced("abc", &list).as_deref(), Some("xybC"));
        assert_eq!(spliced("abcd", &[(0..2, ""), (1..3, "")]).as_deref(), Some("d"));
    }

    #[test]
    fn nothing_where_they_overlap_or_miss_the_text() {
        for list in [
            [(0..2, "x"), (1..3, "y")],
            [(0..1, ""), (3..4, "")],
            [(0..2, ""), (1..1, "x")],
        ] {
            assert_eq!(spliced("abc", &list), None, "{list:?}");
        }
    }
}
