//! Runes as Go sees them: a string is bytes, decoded where a function looks at characters, and a byte that is no UTF-8 counts as U+FFFD.
//!
//! Go's letters, cases and spaces are general categories and simple case mappings (package unicode); Rust's `char` methods are derived
//! properties and full mappings, so both are mended here.

use unicode_general_category::{GeneralCategory as Category, get_general_category as category};

/// The first rune of a text and its length in bytes; (U+FFFD, 1) for a byte that is no UTF-8, `None` at the end.
pub(crate) fn first(text: &[u8]) -> Option<(char, usize)> {
    let &lead = text.first()?;
    if lead.is_ascii() {
        return Some((lead.into(), 1));
    }
    let head = &text[..text.len().min(4)];
    let valid = match std::str::from_utf8(head) {
        Ok(valid) => valid,
        Err(error) => std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default(),
    };
    let rune = valid.chars().next();
    Some(rune.map_or((char::REPLACEMENT_CHARACTER, 1), |rune| (rune, rune.len_utf8())))
}

/// The last rune of a text and its length in bytes, as [`first`].
pub(crate) fn last(text: &[u8]) -> Option<(char, usize)> {
    let whole = (1..=text.len().min(4)).find_map(|length| {
        let tail = &text[text.len() - length..];
        first(tail).filter(|&(rune, size)| size == length && (size > 1 || rune != char::REPLACEMENT_CHARACTER))
    });
    match whole {
        None if text.is_empty() => None,
        None => Some((char::REPLACEMENT_CHARACTER, 1)),
        found => found,
    }
}

/// Each rune with its place.
pub(crate) fn each(text: &[u8]) -> impl Iterator<Item = (usize, char)> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let (rune, size) = first(&text[at..])?;
        let place = at;
        at += size;
        Some((place, rune))
    })
}

/// Appends a rune.
pub(crate) fn push(text: &mut Vec<u8>, rune: char) {
    text.extend_from_slice(rune.encode_utf8(&mut [0; 4]).as_bytes());
}

/// A text with every rune mapped (Go's `strings.Map`): bytes that are no UTF-8 come out as U+FFFD.
pub(crate) fn map(text: &[u8], mut mapping: impl FnMut(char) -> char) -> Vec<u8> {
    let mut mapped = Vec::with_capacity(text.len());
    for (_, rune) in each(text) {
        push(&mut mapped, mapping(rune));
    }
    mapped
}

/// Category L.
pub(crate) fn is_letter(rune: char) -> bool {
    if rune.is_ascii() {
        return rune.is_ascii_alphabetic();
    }
    matches!(
        category(rune),
        Category::UppercaseLetter
            | Category::LowercaseLetter
            | Category::TitlecaseLetter
            | Category::ModifierLetter
            | Category::OtherLetter
    )
}

/// Category N.
pub(crate) fn is_number(rune: char) -> bool {
    if rune.is_ascii() {
        return rune.is_ascii_digit();
    }
    matches!(
        category(rune),
        Category::DecimalNumber | Category::LetterNumber | Category::OtherNumber
    )
}

/// Category Nd.
pub(crate) fn is_digit(rune: char) -> bool {
    if rune.is_ascii() {
        return rune.is_ascii_digit();
    }
    category(rune) == Category::DecimalNumber
}

/// Category P.
pub(crate) fn is_punctuation(rune: char) -> bool {
    if rune.is_ascii() {
        return rune.is_ascii_punctuation() && !"$+<=>^`|~".contains(rune);
    }
    matches!(
        category(rune),
        Category::ConnectorPunctuation
            | Category::DashPunctuation
            | Category::OpenPunctuation
            | Category::ClosePunctuation
            | Category::InitialPunctuation
            | Category::FinalPunctuation
            | Category::OtherPunctuation
    )
}

/// Category Lu.
pub(crate) fn is_upper(rune: char) -> bool {
    if rune.is_ascii() {
        return rune.is_ascii_uppercase();
    }
    category(rune) == Category::UppercaseLetter
}

/// Category Ll.
pub(crate) fn is_lower(rune: char) -> bool {
    if rune.is_ascii() {
        return rune.is_ascii_lowercase();
    }
    category(rune) == Category::LowercaseLetter
}

/// Category Lt.
pub(crate) fn is_title(rune: char) -> bool {
    category(rune) == Category::TitlecaseLetter
}

/// Property White_Space.
pub(crate) fn is_space(rune: char) -> bool {
    rune.is_whitespace()
}

/// The simple upper case of a rune.
pub(crate) fn to_upper(rune: char) -> char {
    single(rune.to_uppercase()).unwrap_or_else(|| match rune {
        // Greek with iota subscript: the full mapping spells the iota out, the simple one is the title case letter.
        '\u{1f80}'..='\u{1f87}' | '\u{1f90}'..='\u{1f97}' | '\u{1fa0}'..='\u{1fa7}' => shifted(rune, 8),
        '\u{1fb3}' | '\u{1fc3}' | '\u{1ff3}' => shifted(rune, 9),
        _ => rune,
    })
}

/// The simple lower case of a rune.
pub(crate) fn to_lower(rune: char) -> char {
    single(rune.to_lowercase()).unwrap_or(if rune == 'İ' { 'i' } else { rune })
}

/// The simple title case of a rune.
pub(crate) fn to_title(rune: char) -> char {
    match rune {
        'Ǆ' | 'ǅ' | 'ǆ' => 'ǅ',
        'Ǉ' | 'ǈ' | 'ǉ' => 'ǈ',
        'Ǌ' | 'ǋ' | 'ǌ' => 'ǋ',
        'Ǳ' | 'ǲ' | 'ǳ' => 'ǲ',
        // Georgian has capitals, but no word begins with one.
        '\u{10d0}'..='\u{10fa}' | '\u{10fd}'..='\u{10ff}' => rune,
        _ => to_upper(rune),
    }
}

fn single(mut mapped: impl Iterator<Item = char>) -> Option<char> {
    let first = mapped.next()?;
    mapped.next().is_none().then_some(first)
}

fn shifted(rune: char, by: u32) -> char {
    char::from_u32(u32::from(rune) + by).unwrap_or(rune)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_no_utf8_are_runes_of_their_own() {
        assert_eq!(
            each(b"a\xff\xc3\xa9\xe2\x9c").collect::<Vec<_>>(),
            [(0, 'a'), (1, '\u{fffd}'), (2, 'é'), (4, '\u{fffd}'), (5, '\u{fffd}')]
        );
        assert_eq!(last(b"\xc3\xa9"), Some(('é', 2)));
        assert_eq!(last(b"a\xa9"), Some(('\u{fffd}', 1)));
        assert_eq!(last(b""), None);
        assert_eq!(first(b""), None);
        assert_eq!(last("x\u{fffd}".as_bytes()), Some(('\u{fffd}', 3)));
    }

    #[test]
    fn cases_are_simple_mappings() {
        for (rune, upper, lower, title) in [
            ('ß', 'ß', 'ß', 'ß'),
            ('ŉ', 'ŉ', 'ŉ', 'ŉ'),
            ('İ', 'İ', 'i', 'İ'),
            ('ǆ', 'Ǆ', 'ǆ', 'ǅ'),
            ('ᾳ', 'ᾼ', 'ᾳ', 'ᾼ'),
            ('ᾀ', 'ᾈ', 'ᾀ', 'ᾈ'),
            ('ა', 'Ა', 'ა', 'ა'),
        ] {
            assert_eq!(
                (to_upper(rune), to_lower(rune), to_title(rune)),
                (upper, lower, title),
                "{rune}"
            );
        }
    }

    #[test]
    fn ascii_is_as_its_categories() {
        for rune in '\0'..='\x7f' {
            let named = category(rune);
            assert_eq!(is_upper(rune), named == Category::UppercaseLetter);
            assert_eq!(is_lower(rune), named == Category::LowercaseLetter);
            assert_eq!(is_digit(rune), named == Category::DecimalNumber);
            let punctuation = [
                Category::ConnectorPunctuation,
                Category::DashPunctuation,
                Category::OpenPunctuation,
                Category::ClosePunctuation,
                Category::OtherPunctuation,
            ];
            assert_eq!(is_punctuation(rune), punctuation.contains(&named), "{rune:?}");
        }
    }

    #[test]
    fn cases_are_categories() {
        assert!(
            !is_upper('Ⓐ')
                && !is_lower('ª')
                && is_title('ǅ')
                && !is_letter('\u{345}')
                && is_number('½')
                && !is_digit('½')
        );
    }
}
