//! Literals of strings and characters.

/// The bytes of a Go literal in double quotes or backquotes; nothing if it is malformed.
pub(crate) fn unquote(literal: &str) -> Option<Vec<u8>> {
    if let Some(inside) = strip(literal, '`') {
        let is_raw = !inside.contains('`');
        return is_raw.then(|| inside.bytes().filter(|&byte| byte != b'\r').collect());
    }
    let mut rest = strip(literal, '"')?;
    let mut bytes = Vec::with_capacity(rest.len());
    while !rest.is_empty() {
        if rest.starts_with('\n') {
            return None;
        }
        let (unit, tail) = unquote_char(rest, '"')?;
        match unit {
            Unit::Byte(byte) => bytes.push(byte),
            Unit::Rune(rune) => bytes.extend_from_slice(rune.encode_utf8(&mut [0; 4]).as_bytes()),
        }
        rest = tail;
    }
    Some(bytes)
}

/// One character of a literal: an escape for a byte stands for itself, not for a character.
pub(crate) enum Unit {
    Byte(u8),
    Rune(char),
}

impl Unit {
    /// Its code.
    pub(crate) fn code(&self) -> u32 {
        match *self {
            Self::Byte(byte) => byte.into(),
            Self::Rune(rune) => rune.into(),
        }
    }
}

/// The first character of what stands in a literal within such quotes, and what follows it.
pub(crate) fn unquote_char(text: &str, mark: char) -> Option<(Unit, &str)> {
    let mut chars = text.chars();
    let first = chars.next()?;
    if first == mark {
        return None;
    }
    if first != '\\' {
        return Some((Unit::Rune(first), chars.as_str()));
    }
    let kind = chars.next()?;
    let rest = chars.as_str();
    let plain = |rune| Some((Unit::Rune(rune), rest));
    match kind {
        'a' => plain('\u{7}'),
        'b' => plain('\u{8}'),
        'f' => plain('\u{C}'),
        'n' => plain('\n'),
        'r' => plain('\r'),
        't' => plain('\t'),
        'v' => plain('\u{B}'),
        '\\' => plain('\\'),
        '\'' | '"' if kind == mark => plain(kind),
        'x' => digits(rest, 2, 16).and_then(|(code, tail)| Some((Unit::Byte(u8::try_from(code).ok()?), tail))),
        'u' => digits(rest, 4, 16).and_then(|(code, tail)| Some((Unit::Rune(char::from_u32(code)?), tail))),
        'U' => digits(rest, 8, 16).and_then(|(code, tail)| Some((Unit::Rune(char::from_u32(code)?), tail))),
        '0'..='7' => {
            let (code, tail) = digits(text.get(1..)?, 3, 8)?;
            Some((Unit::Byte(u8::try_from(code).ok()?), tail))
        }
        _ => None,
    }
}

fn digits(text: &str, count: usize, radix: u32) -> Option<(u32, &str)> {
    let (digits, tail) = text.split_at_checked(count)?;
    let all = digits.chars().all(|digit| digit.is_digit(radix));
    let code = u32::from_str_radix(digits, radix).ok()?;
    all.then_some((code, tail))
}

fn strip(literal: &str, mark: char) -> Option<&str> {
    literal.strip_prefix(mark)?.strip_suffix(mark)
}
