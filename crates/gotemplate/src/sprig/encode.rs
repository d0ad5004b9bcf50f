//! Base64 and Base32 (RFC 4648). Go says at which byte an encoding is broken, and sprig gives that for the decoded text.

use zeroize::Zeroizing;

use crate::{
    Type, Value,
    function::{Arguments, Call, Failure, Function},
};

const STRING: &[Type] = &[Type::String];

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("b32dec", STRING, |call, arguments| {
        decoded(call, arguments, "base32", base32)
    }),
    Function::new("b32enc", STRING, |call, arguments| {
        let bytes = arguments.text(0)?.as_bytes();
        call.charge(bytes.len().saturating_mul(2) + 8)?;
        Ok(Value::text(to_base32(bytes)))
    }),
    Function::new("b64dec", STRING, |call, arguments| {
        decoded(call, arguments, "base64", base64)
    }),
    Function::new("b64enc", STRING, |call, arguments| {
        let bytes = arguments.text(0)?.as_bytes();
        call.charge(bytes.len().saturating_mul(2) + 4)?;
        Ok(Value::text(to_base64(bytes)))
    }),
];

type Decoder = fn(&[u8]) -> Result<Zeroizing<Vec<u8>>, usize>;

fn decoded(call: &mut Call<'_>, arguments: &[Value], name: &str, decoder: Decoder) -> Result<Value, Failure> {
    let text = arguments.text(0)?.as_bytes();
    call.charge(text.len())?;
    Ok(match decoder(text) {
        Ok(bytes) => Value::text(bytes),
        Err(at) => Value::text(format!("illegal {name} data at input byte {at}")),
    })
}

/// Base64 with padding.
pub(super) fn to_base64(bytes: &[u8]) -> String {
    use base64::{Engine, engine::general_purpose::STANDARD};
    STANDARD.encode(bytes)
}

/// Base64 with padding. Line ends are skipped, and what the last digit has too much is not looked at.
///
/// # Errors
/// The place of what is wrong, as Go counts.
pub(super) fn base64(text: &[u8]) -> Result<Zeroizing<Vec<u8>>, usize> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len() / 4 * 3 + 3));
    let (mut block, mut digits) = (0_u32, 0);
    for (at, &byte) in text.iter().enumerate() {
        match byte {
            b'\n' | b'\r' => {}
            b'=' => {
                padding(text, at, digits)?;
                let block = block << (6 * (4 - digits));
                bytes.extend_from_slice(&block.to_be_bytes()[1..digits]);
                return Ok(bytes);
            }
            _ => {
                let digit = BASE64.iter().position(|digit| *digit == byte).ok_or(at)?;
                block = block << 6 | digit as u32;
                digits += 1;
                if digits == 4 {
                    bytes.extend_from_slice(&block.to_be_bytes()[1..]);
                    (block, digits) = (0, 0);
                }
            }
        }
    }
    if digits == 0 {
        Ok(bytes)
    } else {
        Err(text.len() - digits)
    }
}

/// Checks what follows the first padding character, of which so many digits come before in the block.
fn padding(text: &[u8], at: usize, digits: usize) -> Result<(), usize> {
    let after_line_ends = |from: usize| {
        let line_ends = text[from..]
            .iter()
            .take_while(|byte| matches!(byte, b'\n' | b'\r'))
            .count();
        from + line_ends
    };
    let mut next = at + 1;
    match digits {
        0 | 1 => return Err(at),
        2 => {
            next = after_line_ends(next);
            match text.get(next) {
                None => return Err(text.len()),
                Some(b'=') => next += 1,
                Some(_) => return Err(next - 1),
            }
        }
        _ => {}
    }
    next = after_line_ends(next);
    if next < text.len() { Err(next) } else { Ok(()) }
}

fn to_base32(bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(bytes.len().div_ceil(5) * 8);
    for chunk in bytes.chunks(5) {
        let mut block = [0; 8];
        block[3..3 + chunk.len()].copy_from_slice(chunk);
        let block = u64::from_be_bytes(block);
        let digits = (chunk.len() * 8).div_ceil(5);
        text.extend((0..digits).map(|place| BASE32[(block >> (35 - 5 * place) & 31) as usize]));
        text.extend(std::iter::repeat_n(b'=', 8 - digits));
    }
    text
}

/// Base32 with padding. Line ends are skipped, and do not count.
fn base32(text: &[u8]) -> Result<Zeroizing<Vec<u8>>, usize> {
    let text: Zeroizing<Vec<u8>> = Zeroizing::new(
        text.iter()
            .copied()
            .filter(|byte| !matches!(byte, b'\n' | b'\r'))
            .collect(),
    );
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut start = 0;
    while start < text.len() {
        let (block, digits) = base32_block(&text, start)?;
        bytes.extend_from_slice(&block.to_be_bytes()[3..3 + digits * 5 / 8]);
        if digits < 8 {
            break;
        }
        start += 8;
    }
    Ok(bytes)
}

/// 40 bits, and how many digits they have.
fn base32_block(text: &[u8], start: usize) -> Result<(u64, usize), usize> {
    let mut block = 0_u64;
    for place in 0..8 {
        let at = start + place;
        // Go counts the digits read twice here.
        let &byte = text.get(at).ok_or_else(|| text.len() - place)?;
        let rest = text.len() - at - 1;
        if byte == b'=' && place >= 2 && rest < 8 {
            if rest + place < 7 {
                return Err(text.len());
            }
            if let Some(wrong) = text[at + 1..].iter().take(7 - place).position(|byte| *byte != b'=') {
                return Err(at + wrong);
            }
            return if matches!(place, 3 | 6) {
                Err(at)
            } else {
                Ok((block << (5 * (8 - place)), place))
            };
        }
        let digit = BASE32.iter().position(|digit| *digit == byte).ok_or(at)?;
        block = block << 5 | digit as u64;
    }
    Ok((block, 8))
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_as_go_reads_it() {
        for (text, bytes) in [
            ("", ""),
            ("YQ==", "a"),
            ("YWI=", "ab"),
            ("YWJj", "abc"),
            ("YW\nJj\r\n", "abc"),
            ("YR==", "a"),
            ("Y\nQ=\r=\n", "a"),
            ("YWJjZGVmZ2g=", "abcdefgh"),
        ] {
            assert_eq!(base64(text.as_bytes()).unwrap().as_slice(), bytes.as_bytes(), "{text}");
        }
        for (text, at) in [
            ("Y", 0),
            ("YW", 0),
            ("YWJ", 0),
            ("YWJjZ", 4),
            ("YWJj\nZ", 5),
            ("Y===", 1),
            ("=", 0),
            ("YQ=", 3),
            ("YQ=a", 2),
            ("YQ==a", 4),
            ("YWI=a", 4),
            ("bad!", 3),
            ("YWJj ZGVm", 4),
            ("YWJj=", 4),
        ] {
            assert_eq!(base64(text.as_bytes()).map(|_| ()), Err(at), "{text}");
        }
    }

    #[test]
    fn base32_there_and_back() {
        for length in 0..20 {
            let bytes: Vec<u8> = (0..length).map(|byte: u8| byte.wrapping_mul(37)).collect();
            assert_eq!(base32(&to_base32(&bytes)).unwrap().as_slice(), bytes);
        }
        for (text, at) in [
            ("mfwh", 0),
            ("MF", 0),
            ("MFW", 0),
            ("MFWHA2DBM", 8),
            ("MF=", 3),
            ("MFW=====", 3),
            ("MF====A=", 5),
            ("M=======", 1),
        ] {
            assert_eq!(base32(text.as_bytes()).map(|_| ()), Err(at), "{text}");
        }
    }
}
