use std::{iter, ops::Range};

use zeroize::Zeroizing;

use super::{Leaf, Scalar};

/// Pieces of a text and what comes in their place. A large text may have many, so they are small.
///
/// It has no `Debug`: it holds plaintext.
#[derive(Default)]
pub(super) struct Splices<'a> {
    list: Vec<Splice>,
    /// Texts that come, in double quotes, in the place where they stood before.
    leaves: Vec<&'a Leaf>,
    /// Whether one is beyond what 32 bits can tell.
    is_beyond: bool,
}

struct Splice {
    start: u32,
    end: u32,
    bytes: Box<Zeroizing<Vec<u8>>>,
}

/// Where a leaf stands in the text.
type Places<'p> = &'p dyn Fn(&Leaf) -> Range<usize>;

/// A range of the text, and what comes in its place.
struct Piece<'a> {
    range: Range<usize>,
    parts: [&'a [u8]; 3],
}

impl Piece<'_> {
    fn len(&self) -> usize {
        self.parts.iter().map(|part| part.len()).sum()
    }
}

impl<'a> Splices<'a> {
    /// For somebody who may have that many leaves: a list that grows leaves memory behind that is of no more use.
    pub(super) fn with_room_for(leaves: usize) -> Self {
        Self {
            leaves: Vec::with_capacity(leaves),
            ..Self::default()
        }
    }

    pub(super) fn replace(&mut self, range: Range<usize>, bytes: Zeroizing<Vec<u8>>) {
        let bytes = Box::new(bytes);
        match (u32::try_from(range.start), u32::try_from(range.end)) {
            (Ok(start), Ok(end)) => self.list.push(Splice { start, end, bytes }),
            _ => self.is_beyond = true,
        }
    }

    /// A text that comes in the place where it stood, in double quotes, for nothing in it needs an escape.
    pub(super) fn quote(&mut self, leaf: &'a Leaf) {
        self.leaves.push(leaf);
    }

    pub(super) fn insert(&mut self, at: usize, bytes: Zeroizing<Vec<u8>>) {
        self.replace(at..at, bytes);
    }

    pub(super) fn remove(&mut self, range: Range<usize>) {
        self.replace(range, Zeroizing::default());
    }

    /// A text with all of them made; what is inserted at one place keeps its order. Removals may overlap each other; nothing comes of
    /// splices that are in each other's way otherwise, nor of a text of more than 4 GiB.
    pub(super) fn finish(self, text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        self.finish_with(text, &|_| 0..0)
    }

    /// As [`Splices::finish`], where there are leaves.
    pub(super) fn finish_with(mut self, text: &[u8], places: Places<'_>) -> Option<Zeroizing<Vec<u8>>> {
        if self.is_beyond {
            return None;
        }
        self.sort();
        let added: usize = self.pieces(places).map(|piece| piece.len()).sum();
        // Sized beforehand: a text that grows leaves copies behind.
        let mut result = Zeroizing::new(Vec::with_capacity(text.len() + added));
        let mut at = 0;
        for piece in self.pieces(places) {
            if piece.range.start >= at {
                result.extend_from_slice(text.get(at..piece.range.start)?);
            } else if piece.len() > 0 {
                return None;
            }
            piece.parts.iter().for_each(|part| result.extend_from_slice(part));
            at = at.max(piece.range.end);
        }
        result.extend_from_slice(text.get(at..)?);
        Some(result)
    }

    /// As [`Splices::finish_with`], of a text that is not needed any more: in its memory, where no piece needs the place of what follows it.
    pub(super) fn finish_over(
        mut self,
        mut text: Zeroizing<Vec<u8>>,
        places: Places<'_>,
    ) -> Option<Zeroizing<Vec<u8>>> {
        self.sort();
        if self.is_beyond || !self.fit(text.len(), places) {
            return self.finish_with(&text, places);
        }
        let (mut at, mut end) = (0, 0);
        for piece in self.pieces(places) {
            let kept = at..piece.range.start.max(at);
            text.copy_within(kept.clone(), end);
            end += kept.len();
            for part in piece.parts {
                text.get_mut(end..end + part.len())?.copy_from_slice(part);
                end += part.len();
            }
            at = at.max(piece.range.end);
        }
        text.copy_within(at.., end);
        let length = text.len() - at + end;
        text.truncate(length);
        Some(text)
    }

    fn sort(&mut self) {
        self.list.sort_by_key(|splice| (splice.start, splice.end));
        self.leaves.sort_by_key(|leaf| leaf.place);
    }

    /// All in the order of the text. What is inserted in front of a leaf comes before it.
    fn pieces<'s>(&'s self, places: Places<'s>) -> impl Iterator<Item = Piece<'s>> {
        let own = self.list.iter().map(|splice| Piece {
            range: splice.start as usize..splice.end as usize,
            parts: [&splice.bytes, b"", b""],
        });
        let leaves = self.leaves.iter().map(move |leaf| Piece {
            range: places(leaf),
            parts: match leaf.scalar() {
                Scalar::Text(text) => [b"\"", text, b"\""],
                _ => [b"", b"", b""],
            },
        });
        let (mut own, mut leaves) = (own.peekable(), leaves.peekable());
        iter::from_fn(move || match (own.peek(), leaves.peek()) {
            (Some(one), Some(leaf)) if leaf.range.start < one.range.start => leaves.next(),
            (Some(_), _) => own.next(),
            (None, _) => leaves.next(),
        })
    }

    /// Whether each piece ends before what follows it in a text of that length, and none is in the way of another.
    fn fit(&self, length: usize, places: Places<'_>) -> bool {
        let (mut at, mut end) = (0, 0);
        self.pieces(places).all(|piece| {
            let is_behind = piece.range.start >= at || piece.len() == 0;
            end += piece.range.start.saturating_sub(at) + piece.len();
            at = at.max(piece.range.end);
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
        let over = splices().finish_over(Zeroizing::new(text.as_bytes().to_vec()), &|_| 0..0);
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
