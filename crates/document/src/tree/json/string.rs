use zeroize::Zeroizing;

/// The text of a string without its quotes: Go's `unquote`. What is no character becomes U+FFFD, one for each byte or half of a pair.
/// The error is the offset of an unknown escape.
pub(super) fn unescape(raw: &[u8]) -> Result<Zeroizing<String>, usize> {
    // No escape is shorter than its character, and U+FFFD has three bytes: the text never grows and leaves no copy.
    let stray: usize = raw.utf8_chunks().map(|chunk| chunk.invalid().len()).sum();
    let mut text = Zeroizing::new(String::with_capacity(raw.len() + 2 * stray));
    let mut at = 0;
    for chunk in raw.utf8_chunks() {
        let mut rest = chunk.valid();
        while let Some(plain) = rest.find('\\') {
            text.push_str(rest.get(..plain).unwrap_or_default());
            let tail = rest.get(plain + 1..).unwrap_or_default();
            let (character, taken) = escape(tail).ok_or(at + chunk.valid().len() - tail.len() - 1)?;
            text.push(character);
            rest = tail.get(taken..).unwrap_or_default();
        }
        text.push_str(rest);
        text.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
        at += chunk.valid().len() + chunk.invalid().len();
    }
    Ok(text)
}

/// The character of an escape and the number of bytes behind its backslash.
fn escape(text: &str) -> Option<(char, usize)> {
    Some(match text.as_bytes().first()? {
        byte @ (b'"' | b'\\' | b'/') => (char::from(*byte), 1),
        b'b' => ('\u{8}', 1),
        b'f' => ('\u{c}', 1),
        b'n' => ('\n', 1),
        b'r' => ('\r', 1),
        b't' => ('\t', 1),
        b'u' => unicode(text)?,
        _ => return None,
    })
}

fn unicode(text: &str) -> Option<(char, usize)> {
    let unit = |at: usize| {
        let digits = text.get(at..at + 4)?;
        let is_hexadecimal = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_hexadecimal.then(|| u16::from_str_radix(digits, 16).ok())?
    };
    let first = unit(1)?;
    let second = text.get(5..7).filter(|next| *next == "\\u").and_then(|_| unit(7));
    let units = [Some(first), second];
    let decoded = char::decode_utf16(units.into_iter().flatten()).next()?;
    let length = match decoded {
        Ok(character) if character.len_utf16() == 2 => 11,
        _ => 5,
    };
    Some((decoded.unwrap_or(char::REPLACEMENT_CHARACTER), length))
}
