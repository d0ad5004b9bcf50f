//! Base64 as Go's `base64.StdEncoding` reads it, which decides what upstream opens.

use ::base64::{
    Engine,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use zeroize::Zeroizing;

/// Decodes standard base64 (RFC 4648, section 4) as Go does: CR and LF anywhere are skipped, padding is required, unused
/// trailing bits need not be zero.
///
/// # Errors
/// [`IllegalBase64`] with the offset that Go reports: another character, padding missing, misplaced or too long.
pub fn decode(text: &str) -> Result<Zeroizing<Vec<u8>>, IllegalBase64> {
    let compact: Zeroizing<Vec<u8>> = Zeroizing::new(text.bytes().filter(|byte| !is_line_end(*byte)).collect());
    GO.decode(&*compact).map(Zeroizing::new).map_err(|_| IllegalBase64 {
        offset: illegal_offset(text.as_bytes()),
    })
}

/// Encodes with the standard alphabet and padding.
pub fn encode(bytes: &[u8]) -> String {
    GO.encode(bytes)
}

/// Text that is not base64.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("illegal base64 data at input byte {offset}")]
pub struct IllegalBase64 {
    /// Where reading stopped, as Go counts it: in bytes of the text, line ends included.
    pub offset: usize,
}

/// Where Go's decoder stops in a text that it refuses (`encoding/base64`, `decodeQuantum`).
fn illegal_offset(text: &[u8]) -> usize {
    let mut in_quantum = 0;
    for (offset, byte) in text.iter().enumerate() {
        match byte {
            b'\r' | b'\n' => {}
            b'=' if in_quantum == 2 => return second_padding_offset(text, offset + 1),
            b'=' if in_quantum == 3 => return offset + 1,
            _ if byte.is_ascii_alphanumeric() || b"+/".contains(byte) => in_quantum = (in_quantum + 1) % 4,
            _ => return offset,
        }
    }
    text.len() - in_quantum
}

/// Where reading stops after the first of two padding characters.
fn second_padding_offset(text: &[u8], after_first: usize) -> usize {
    let next = text[after_first..].iter().position(|byte| !is_line_end(*byte));
    match next.map(|skipped| after_first + skipped) {
        None => text.len(),
        Some(offset) if text[offset] == b'=' => offset + 1,
        Some(offset) => offset - 1,
    }
}

fn is_line_end(byte: u8) -> bool {
    byte == b'\r' || byte == b'\n'
}

const GO: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireCanonical),
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_and_trailing_bits_are_taken() {
        for text in ["eHh4eA==", "eHh4\r\neA==", "eHh4eA==\n", "eHh4eA=\n=", "eHh4eB=="] {
            assert_eq!(
                decode(text).map(|bytes| bytes.to_vec()),
                Ok(b"xxxx".to_vec()),
                "{text:?}"
            );
        }
        assert_eq!(decode("").map(|bytes| bytes.to_vec()), Ok(Vec::new()));
    }

    /// Offsets printed by Go 1.26's `encoding/base64`.
    #[test]
    fn refused_where_go_refuses() {
        for (text, offset) in [
            ("!!!", 0),
            ("eH h4", 2),
            ("eHh4eA", 4),
            ("eHh4eA=", 7),
            ("eHh4eA===", 8),
            ("eHh4eHg", 4),
            ("eHh4eHg==", 8),
            ("eHh4=", 4),
            ("eHh4e===", 5),
            ("eHh4eA=x", 6),
            ("eHh-", 3),
            ("eHh4\teA==", 4),
            ("e", 0),
        ] {
            assert_eq!(decode(text).err(), Some(IllegalBase64 { offset }), "{text:?}");
        }
    }
}
