//! Bech32 without its limit of 90 characters, for keys of the age format that the `age` crate does not read (BIP 173).

use zeroize::Zeroizing;

/// The prefix, and the bytes behind it.
///
/// # Errors
/// [`Bech32Error`].
pub(super) fn decode(text: &str) -> Result<(&str, Zeroizing<Vec<u8>>), Bech32Error> {
    let (upper, lower) = (
        text.bytes().any(|byte| byte.is_ascii_uppercase()),
        text.bytes().any(|byte| byte.is_ascii_lowercase()),
    );
    if upper && lower {
        return Err(Bech32Error::Case);
    }
    let (prefix, data) = text.rsplit_once('1').ok_or(Bech32Error::Separator)?;
    if prefix.is_empty() || data.len() < CHECKSUM {
        return Err(Bech32Error::Separator);
    }
    if !prefix.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Bech32Error::Character);
    }
    let mut groups = Zeroizing::new(Vec::with_capacity(data.len()));
    for byte in data.bytes() {
        let place = ALPHABET.iter().position(|letter| *letter == byte.to_ascii_lowercase());
        let place = place.and_then(|place| u8::try_from(place).ok());
        groups.push(place.ok_or(Bech32Error::Character)?);
    }
    if checksum(prefix, &groups) != 1 {
        return Err(Bech32Error::Checksum);
    }
    let length = groups.len() - CHECKSUM;
    Ok((prefix, bytes(groups.get(..length).unwrap_or_default())?))
}

/// Groups of five bits as bytes.
fn bytes(groups: &[u8]) -> Result<Zeroizing<Vec<u8>>, Bech32Error> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(groups.len() * 5 / 8));
    let (mut bits, mut count) = (0u32, 0);
    for group in groups {
        bits = (bits << 5 | u32::from(*group)) & 0xFFF;
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 0xFF) as u8);
        }
    }
    if count >= 5 || bits & ((1 << count) - 1) != 0 {
        return Err(Bech32Error::Padding);
    }
    Ok(bytes)
}

/// 1 where the last six groups are the checksum of the others.
fn checksum(prefix: &str, groups: &[u8]) -> u32 {
    let prefix = || prefix.bytes().map(|byte| byte.to_ascii_lowercase());
    let expanded = prefix()
        .map(|byte| byte >> 5)
        .chain([0])
        .chain(prefix().map(|byte| byte & 31));
    expanded.chain(groups.iter().copied()).fold(1u32, |sum, group| {
        let top = sum >> 25;
        let sum = (sum & 0x1FF_FFFF) << 5 ^ u32::from(group);
        let terms = GENERATOR.iter().enumerate();
        terms.fold(sum, |sum, (bit, term)| sum ^ (top >> bit & 1).wrapping_neg() & term)
    })
}

/// In groups.
const CHECKSUM: usize = 6;

const ALPHABET: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";

const GENERATOR: [u32; 5] = [0x3B6A_57B2, 0x2650_8E6D, 0x1EA1_19FA, 0x3D42_33DD, 0x2A14_62B3];

/// Why a text is no Bech32.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Bech32Error {
    /// It has small and capital letters.
    #[error("mixed case")]
    Case,
    /// A character does not belong to the alphabet.
    #[error("invalid character")]
    Character,
    /// The checksum is another one: a character was changed.
    #[error("invalid checksum")]
    Checksum,
    /// The bits are no whole bytes.
    #[error("illegal padding")]
    Padding,
    /// Nothing stands before the last `1`, or too little behind it.
    #[error("separator '1' at invalid position")]
    Separator,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_of_bip_173() -> Result<(), Bech32Error> {
        assert_eq!(decode("A12UEL5L")?, ("A", Zeroizing::new(vec![])));
        let (prefix, bytes) =
            decode("abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw").map(|(prefix, bytes)| (prefix, bytes.len()))?;
        assert_eq!((prefix, bytes), ("abcdef", 20));
        let split = "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w";
        let expected = [
            0xc5, 0xf3, 0x8b, 0x70, 0x30, 0x5f, 0x51, 0x9b, 0xf6, 0x6d, 0x85, 0xfb, 0x6c, 0xf0, 0x30, 0x58, 0xf3, 0xdd,
            0xe4, 0x63, 0xec, 0xd7, 0x91, 0x8f, 0x2d, 0xc7, 0x43, 0x91, 0x8f, 0x2d,
        ];
        assert_eq!(decode(split)?, ("split", Zeroizing::new(expected.to_vec())));
        Ok(())
    }

    #[test]
    fn what_is_no_bech32() {
        for (text, error) in [
            ("", Bech32Error::Separator),
            ("pzry9x0s0muk", Bech32Error::Separator),
            ("1pzry9x0s0muk", Bech32Error::Separator),
            ("li1dgmt3", Bech32Error::Separator),
            ("10a06t8", Bech32Error::Separator),
            ("A12uEL5L", Bech32Error::Case),
            ("x1b4n0q5v", Bech32Error::Character),
            ("é1qqqqqqq", Bech32Error::Character),
            ("a12uel5é", Bech32Error::Character),
            ("A1G7SGD8", Bech32Error::Checksum),
            ("a12uel5k", Bech32Error::Checksum),
            (
                "split1checkupstagehandshakeupstreamerranterredcaperred2y9e2w",
                Bech32Error::Checksum,
            ),
        ] {
            assert_eq!(decode(text).err(), Some(error), "{text}");
        }
    }

    #[test]
    fn no_bits_are_left_over() {
        assert_eq!(bytes(&[31, 28]).as_deref(), Ok(&vec![0xFF]));
        for groups in [&[0][..], &[31, 29], &[0, 0, 0], &[0, 0, 0, 1]] {
            assert_eq!(bytes(groups), Err(Bech32Error::Padding), "{groups:?}");
        }
    }
}
