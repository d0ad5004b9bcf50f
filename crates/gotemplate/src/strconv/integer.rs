//! Reading integers.

/// Why a text is no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NumberError {
    /// A number beyond the type.
    Range,
    /// No number.
    Syntax,
}

/// `strconv.ParseUint` for 64 bits. The base 0 takes it from the prefix and allows underscores.
pub(crate) fn parse_uint(text: &str, base: u32) -> Result<u64, NumberError> {
    let (radix, digits) = if base == 0 { prefix(text) } else { (base, text) };
    if digits.is_empty() || base == 0 && text.contains('_') && !underscores_separate_digits(text) {
        return Err(NumberError::Syntax);
    }
    let mut value = Some(0_u64);
    for digit in digits.chars().filter(|&digit| base != 0 || digit != '_') {
        let digit = digit.to_digit(radix).ok_or(NumberError::Syntax)?;
        value = value
            .and_then(|value| value.checked_mul(radix.into()))
            .and_then(|value| value.checked_add(digit.into()));
    }
    value.ok_or(NumberError::Range)
}

/// `strconv.ParseInt` for 64 bits, likewise.
pub(crate) fn parse_int(text: &str, base: u32) -> Result<i64, NumberError> {
    let negative = text.starts_with('-');
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let value = parse_uint(digits, base)?;
    let signed = if negative {
        0_i64.checked_sub_unsigned(value)
    } else {
        i64::try_from(value).ok()
    };
    signed.ok_or(NumberError::Range)
}

/// Whether each underscore stands between digits, or after the prefix of a base.
pub(super) fn underscores_separate_digits(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (hexadecimal, rest, mut before) = match digits.get(..2) {
        Some("0x" | "0X") => (true, &digits[2..], '0'),
        Some("0b" | "0B" | "0o" | "0O") => (false, &digits[2..], '0'),
        _ => (false, digits, '^'),
    };
    for char in rest.chars() {
        let now = match char {
            '0'..='9' => '0',
            'a'..='f' | 'A'..='F' if hexadecimal => '0',
            '_' if before != '0' => return false,
            '_' => '_',
            _ if before == '_' => return false,
            _ => '!',
        };
        before = now;
    }
    before != '_'
}

fn prefix(text: &str) -> (u32, &str) {
    match text.get(..2) {
        Some("0x" | "0X") if text.len() > 2 => (16, &text[2..]),
        Some("0b" | "0B") if text.len() > 2 => (2, &text[2..]),
        Some("0o" | "0O") if text.len() > 2 => (8, &text[2..]),
        // A leading zero of an octal number is no digit of it, but "0" alone is.
        _ if text.starts_with('0') && text.len() > 1 => (8, &text[1..]),
        _ => (10, text),
    }
}
