//! Quoting.

use unicode_general_category::{GeneralCategory, get_general_category};
use zeroize::Zeroizing;

/// A Go string literal of the bytes (`strconv.Quote`).
pub(crate) fn quote(bytes: &[u8]) -> Zeroizing<Vec<u8>> {
    quote_with(bytes, b'"', false)
}

/// The same with nothing but ASCII in it.
pub(crate) fn quote_ascii(bytes: &[u8]) -> Zeroizing<Vec<u8>> {
    quote_with(bytes, b'"', true)
}

/// A Go character literal; what is no character is U+FFFD.
pub(crate) fn quote_rune(rune: i64, ascii: bool) -> Zeroizing<Vec<u8>> {
    let rune = u32::try_from(rune).ok().and_then(char::from_u32);
    let mut buffer = [0; 4];
    let text = rune.unwrap_or(char::REPLACEMENT_CHARACTER).encode_utf8(&mut buffer);
    quote_with(text.as_bytes(), b'\'', ascii)
}

/// Whether the bytes can stand between backquotes as they are, on one line.
pub(crate) fn can_backquote(bytes: &[u8]) -> bool {
    let plain = |rune: char| !matches!(rune, '\u{FEFF}' | '`' | '\u{7F}') && (rune >= ' ' || rune == '\t');
    std::str::from_utf8(bytes).is_ok_and(|text| text.chars().all(plain))
}

/// Whether Go holds the character to be printable: letters, marks, numbers, punctuation, symbols and the space of ASCII.
pub(crate) fn is_print(rune: char) -> bool {
    use GeneralCategory as C;
    if rune.is_ascii() {
        return matches!(rune, ' '..='~');
    }
    !matches!(
        get_general_category(rune),
        C::Control
            | C::Format
            | C::LineSeparator
            | C::ParagraphSeparator
            | C::PrivateUse
            | C::SpaceSeparator
            | C::Surrogate
            | C::Unassigned
    )
}

fn quote_with(bytes: &[u8], mark: u8, ascii: bool) -> Zeroizing<Vec<u8>> {
    // No escape is longer than ten bytes for one: the buffer never moves and leaves nothing behind.
    let longest = if bytes.is_ascii() { 4 } else { 6 };
    let mut out = Zeroizing::new(Vec::with_capacity(
        bytes.len().saturating_mul(longest).saturating_add(2),
    ));
    out.push(mark);
    for chunk in bytes.utf8_chunks() {
        for rune in chunk.valid().chars() {
            escape(&mut out, rune, mark, ascii);
        }
        for byte in chunk.invalid() {
            out.extend_from_slice(format!("\\x{byte:02x}").as_bytes());
        }
    }
    out.push(mark);
    out
}

fn escape(out: &mut Vec<u8>, rune: char, mark: u8, ascii: bool) {
    let short = match rune {
        '\u{7}' => b'a',
        '\u{8}' => b'b',
        '\u{C}' => b'f',
        '\n' => b'n',
        '\r' => b'r',
        '\t' => b't',
        '\u{B}' => b'v',
        '\\' => b'\\',
        _ if rune == char::from(mark) => mark,
        _ if is_print(rune) && (rune.is_ascii() || !ascii) => {
            out.extend_from_slice(rune.encode_utf8(&mut [0; 4]).as_bytes());
            return;
        }
        _ => {
            let code = u32::from(rune);
            let escaped = match code {
                0..=0x1F | 0x7F => format!("\\x{code:02x}"),
                0x80..=0xFFFF => format!("\\u{code:04x}"),
                _ => format!("\\U{code:08x}"),
            };
            out.extend_from_slice(escaped.as_bytes());
            return;
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}
