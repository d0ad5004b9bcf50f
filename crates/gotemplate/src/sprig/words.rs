//! Texts shortened and wrapped (github.com/Masterminds/goutils 1.1). It counts bytes, and cuts runes in two.

use zeroize::Zeroizing;

use super::runes;
use crate::function::{Call, Failure};

/// A text of at most so many bytes, with an ellipsis where something is left out: at the end, and at the start if `left` is beyond it.
pub(super) fn abbreviate(text: &[u8], left: i64, width: i64) -> Vec<u8> {
    let length = i64::try_from(text.len()).unwrap_or(i64::MAX);
    if width < 4 {
        return Vec::new();
    }
    if length <= width {
        return text.to_vec();
    }
    let kept = width - 3;
    let left = left.min(length - kept);
    let at = |place: i64| usize::try_from(place).unwrap_or(0);
    if left <= 4 {
        return [&text[..at(kept)], b"..."].concat();
    }
    if width < 7 {
        return Vec::new();
    }
    if left + kept < length {
        return [b"...", abbreviate(&text[at(left)..], 0, kept).as_slice()].concat();
    }
    [b"...", &text[at(length - kept)..]].concat()
}

/// A text with a line end where a line would get longer than `width`; words longer than that are cut only if told so.
pub(super) fn wrap(
    call: &mut Call<'_>,
    text: &[u8],
    width: i64,
    line_end: &[u8],
    cut: bool,
) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let width = usize::try_from(width.max(1)).unwrap_or(usize::MAX);
    let line_end = if line_end.is_empty() { b"\n" } else { line_end };
    call.charge(text.len())?;
    let mut wrapped = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut rest = text;
    while rest.len() > width {
        if rest[0] == b' ' {
            rest = &rest[1..];
            continue;
        }
        let blank = rest[..=width].iter().rposition(|byte| *byte == b' ');
        let (line, next) = match blank.or_else(|| {
            if cut {
                None
            } else {
                rest[width..].iter().position(|byte| *byte == b' ').map(|at| at + width)
            }
        }) {
            Some(blank) => (blank, blank + 1),
            None if cut => (width, width),
            None => break,
        };
        call.charge(line_end.len())?;
        wrapped.extend_from_slice(&rest[..line]);
        wrapped.extend_from_slice(line_end);
        rest = &rest[next..];
    }
    wrapped.extend_from_slice(rest);
    Ok(wrapped)
}

/// The first byte of each word, as a rune of its own.
pub(super) fn initials(text: &[u8]) -> Vec<u8> {
    let mut starts = true;
    let mut letters = Vec::new();
    for &byte in text {
        let rune = char::from(byte);
        let space = runes::is_space(rune);
        if starts && !space {
            runes::push(&mut letters, rune);
        }
        starts = space;
    }
    letters
}

/// A text without spaces. If there are some, its bytes come out as runes of their own.
pub(super) fn without_spaces(text: &[u8]) -> Vec<u8> {
    let space = |byte: &u8| runes::is_space(char::from(*byte));
    if !text.iter().any(space) {
        return text.to_vec();
    }
    let mut kept = Vec::with_capacity(text.len());
    for byte in text.iter().filter(|byte| !space(byte)) {
        runes::push(&mut kept, char::from(*byte));
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_abbreviated() {
        for (left, width, expected) in [
            (0, 100, "charlie delta"),
            (0, 13, "charlie delta"),
            (0, 3, ""),
            (0, 4, "c..."),
            (0, 7, "char..."),
            (5, 6, ""),
            (5, 8, "...ie..."),
            (5, 10, "...ie d..."),
            (99, 10, "...e delta"),
            (4, 7, "char..."),
            (-9, 7, "char..."),
        ] {
            assert_eq!(
                String::from_utf8(abbreviate(b"charlie delta", left, width)).unwrap(),
                expected,
                "{left} {width}"
            );
        }
    }

    #[test]
    fn bytes_are_runes_where_goutils_takes_them_so() {
        assert_eq!(initials("Ünd é".as_bytes()), "ÃÃ".as_bytes());
        assert_eq!(without_spaces("é".as_bytes()), "é".as_bytes());
        assert_eq!(without_spaces("é a".as_bytes()), "Ã©a".as_bytes());
        assert_eq!(without_spaces(b"a\xa0b"), b"ab");
    }
}
