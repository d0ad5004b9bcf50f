//! Go's package strings, over bytes.

use zeroize::Zeroizing;

use super::runes;
use crate::function::{Call, Failure};

/// Where a text holds another.
pub(super) fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    memchr::memmem::find(text, wanted)
}

/// Parts between separators, at most so many if there is a limit; runes if the separator is empty.
pub(super) fn split<'t>(text: &'t [u8], separator: &[u8], most: Option<usize>) -> Vec<&'t [u8]> {
    let most = most.unwrap_or(usize::MAX);
    let mut parts = Vec::new();
    let mut rest = text;
    if most == 0 {
        return parts;
    }
    while parts.len() + 1 < most {
        let cut = match separator {
            b"" => runes::first(rest)
                .map(|(_, size)| (size, size))
                .filter(|(size, _)| *size < rest.len()),
            _ => find(rest, separator).map(|at| (at, at + separator.len())),
        };
        let Some((end, next)) = cut else { break };
        parts.push(&rest[..end]);
        rest = &rest[next..];
    }
    if !(separator.is_empty() && rest.is_empty()) {
        parts.push(rest);
    }
    parts
}

/// A text with each occurrence replaced; an empty one occurs before each rune and at the end.
pub(super) fn replace(call: &mut Call<'_>, text: &[u8], old: &[u8], new: &[u8]) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let count = match old {
        b"" => runes::each(text).count() + 1,
        _ => memchr::memmem::find_iter(text, old).count(),
    };
    let size = count
        .saturating_mul(new.len())
        .saturating_add(text.len() - count.saturating_mul(old.len()));
    call.charge(size)?;
    let mut replaced = Zeroizing::new(Vec::with_capacity(size));
    let mut done = 0;
    if old.is_empty() {
        for (at, _) in runes::each(text) {
            replaced.extend_from_slice(&text[done..at]);
            replaced.extend_from_slice(new);
            done = at;
        }
        replaced.extend_from_slice(&text[done..]);
        replaced.extend_from_slice(new);
        return Ok(replaced);
    }
    for at in memchr::memmem::find_iter(text, old) {
        replaced.extend_from_slice(&text[done..at]);
        replaced.extend_from_slice(new);
        done = at + old.len();
    }
    replaced.extend_from_slice(&text[done..]);
    Ok(replaced)
}

/// A text so many times.
pub(super) fn repeat(call: &mut Call<'_>, text: &[u8], count: i64) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let count = usize::try_from(count).map_err(|_| "strings: negative Repeat count")?;
    call.charge(text.len().saturating_mul(count))?;
    Ok(Zeroizing::new(text.repeat(if text.is_empty() { 0 } else { count })))
}

/// Texts with a separator between them.
pub(super) fn join(
    call: &mut Call<'_>,
    parts: &[impl AsRef<[u8]>],
    separator: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let size = parts.iter().map(|part| part.as_ref().len()).sum::<usize>();
    let size = size.saturating_add(separator.len().saturating_mul(parts.len().saturating_sub(1)));
    call.charge(size)?;
    let mut joined = Zeroizing::new(Vec::with_capacity(size));
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            joined.extend_from_slice(separator);
        }
        joined.extend_from_slice(part.as_ref());
    }
    Ok(joined)
}

/// A text without the runes at both ends that fit.
pub(super) fn trim(text: &[u8], fits: impl Fn(char) -> bool) -> &[u8] {
    let mut text = text;
    while let Some((_, size)) = runes::first(text).filter(|(rune, _)| fits(*rune)) {
        text = &text[size..];
    }
    while let Some((_, size)) = runes::last(text).filter(|(rune, _)| fits(*rune)) {
        text = &text[..text.len() - size];
    }
    text
}

/// A text without the runes of a set at both ends.
pub(super) fn trim_set<'t>(text: &'t [u8], set: &[u8]) -> &'t [u8] {
    let set: std::collections::BTreeSet<char> = runes::each(set).map(|(_, rune)| rune).collect();
    trim(text, |rune| set.contains(&rune))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str, separator: &str, most: Option<usize>) -> String {
        let parts = split(text.as_bytes(), separator.as_bytes(), most);
        parts
            .iter()
            .map(|part| String::from_utf8_lossy(part).into_owned())
            .collect::<Vec<_>>()
            .join("|")
    }

    #[test]
    fn texts_split() {
        assert_eq!(parts("a,b,,c", ",", None), "a|b||c");
        assert_eq!(parts("a,b,,c", ",", Some(2)), "a|b,,c");
        assert_eq!(parts("aé✓", "", None), "a|é|✓");
        assert_eq!(parts("aé✓", "", Some(2)), "a|é✓");
        assert_eq!(split(b"", b"", None).len(), 0);
        assert_eq!(split(b"", b",", None), [b""]);
        assert_eq!(split(b"abc", b",", Some(0)).len(), 0);
        assert_eq!(split(b"a\xffb", b"", None), [b"a".as_slice(), b"\xff", b"b"]);
    }

    #[test]
    fn ends_are_trimmed_by_runes() {
        assert_eq!(trim_set("ééaé".as_bytes(), "é".as_bytes()), b"a");
        assert_eq!(trim_set(b"\xffa\xc3", b"\xfe"), b"a");
        assert_eq!(trim_set(b"abcab", b"ab"), b"c");
        assert_eq!(trim_set(b"aaa", b"a"), b"");
        assert_eq!(trim(" \u{a0}\u{3000}x\u{2028}".as_bytes(), runes::is_space), b"x");
    }
}
