use std::ops::Range;

use zeroize::Zeroizing;

/// Pieces of a text and what comes in their place.
///
/// It has no `Debug`: it holds plaintext.
#[derive(Default)]
pub(super) struct Splices<'a> {
    list: Vec<(Range<usize>, Piece<'a>)>,
}

enum Piece<'a> {
    /// Boxed, for most pieces are the others.
    Own(Box<Zeroizing<Vec<u8>>>),
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

    fn parts(&self) -> [&[u8]; 3] {
        match self {
            Self::Own(bytes) => [bytes, b"", b""],
            Self::Quoted(text) => [b"\"", text.as_bytes(), b"\""],
        }
    }
}

impl<'a> Splices<'a> {
    pub(super) fn replace(&mut self, range: Range<usize>, bytes: Zeroizing<Vec<u8>>) {
        self.list.push((range, Piece::Own(Box::new(bytes))));
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

    /// A text with all of them made; what is inserted at one place keeps its order. Removals may overlap each other; nothing comes of
    /// splices that are in each other's way otherwise.
    pub(super) fn finish(mut self, text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        self.sort();
        let added: usize = self.list.iter().map(|(_, piece)| piece.len()).sum();
        // Sized beforehand: a text that grows leaves copies behind.
        let mut result = Zeroizing::new(Vec::with_capacity(text.len() + added));
        let mut at = 0;
        for (range, piece) in &self.list {
            if range.start >= at {
                result.extend_from_slice(text.get(at..range.start)?);
            } else if piece.len() > 0 {
                return None;
            }
            piece
                .parts()
                .into_iter()
                .for_each(|part| result.extend_from_slice(part));
            at = at.max(range.end);
        }
        result.extend_from_slice(text.get(at..)?);
        Some(result)
    }

    /// As [`Splices::finish`], of a text that is not needed any more: in its memory, where no piece needs the place of what follows it.
    pub(super) fn finish_over(mut self, mut text: Zeroizing<Vec<u8>>) -> Option<Zeroizing<Vec<u8>>> {
        self.sort();
        if !self.fit(text.len()) {
            return self.finish(&text);
        }
        let (mut at, mut end) = (0, 0);
        for (range, piece) in &self.list {
            let kept = at..range.start.max(at);
            text.copy_within(kept.clone(), end);
            end += kept.len();
            for part in piece.parts() {
                text.get_mut(end..end + part.len())?.copy_from_slice(part);
                end += part.len();
            }
            at = at.max(range.end);
        }
        text.copy_within(at.., end);
        let length = text.len() - at + end;
        text.truncate(length);
        Some(text)
    }

    fn sort(&mut self) {
        self.list.sort_by_key(|(range, _)| (range.start, range.end));
    }

    /// Whether each piece ends before what follows it in a text of that length, and none is in the way of another.
    fn fit(&self, length: usize) -> bool {
        let (mut at, mut end) = (0, 0);
        self.list.iter().all(|(range, piece)| {
            let is_behind = range.start >= at || piece.len() == 0;
            end += range.start.saturating_sub(at) + piece.len();
            at = at.max(range.end);
            is_behind && end <= at && at <= length
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spliced(text: &str, list: &[(Range<usize>, &str)]) -> Option<String> {
        let splices = || {
            let mut splices = Splices::default();
            for (range, bytes) in list {
                splices.replace(range.clone(), Zeroizing::new(bytes.as_bytes().to_vec()));
            }
            splices
        };
        let result = splices().finish(text.as_bytes());
        let over = splices().finish_over(Zeroizing::new(text.as_bytes().to_vec()));
        assert_eq!(result, over);
        Some(String::from_utf8_lossy(&result?).into_owned())
    }

    #[test]
    fn in_the_order_of_the_text() {
        let list = [(2..3, "C"), (0..1, ""), (1..1, "x"), (1..1, "y")];
        assert_eq!(spliced("abc", &list).as_deref(), Some("xybC"));
        assert_eq!(spliced("abcd", &[(0..2, ""), (1..3, "")]).as_deref(), Some("d"));
        // Shorter, longer before and behind, and nothing at all.
        let list = [(1..4, "x"), (4..4, "yz"), (5..6, "")];
        assert_eq!(spliced("abcdefg", &list).as_deref(), Some("axyzeg"));
        assert_eq!(spliced("abcd", &[(0..1, "xyz"), (1..4, "")]).as_deref(), Some("xyz"));
        assert_eq!(spliced("abcd", &[]).as_deref(), Some("abcd"));
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
