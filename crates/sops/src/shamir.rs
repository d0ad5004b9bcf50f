//! Shamir's secret sharing over GF(2⁸) with the polynomial 0x11B, byte by byte (Vault's `shamir` package, which SOPS has).
//!
//! A share is the value of each byte's polynomial at the share's number, and that number as its last byte. No table is indexed and no branch
//! taken by a secret.

use signet_plaintext::Plaintext;
use zeroize::Zeroizing;

/// Splits a secret into `parts` shares, any `threshold` of which give it back. `random` fills the coefficients.
///
/// # Errors
/// [`SplitError`].
pub fn split(
    secret: &Plaintext,
    parts: u8,
    threshold: u8,
    random: &mut dyn FnMut(&mut [u8]),
) -> Result<Vec<Plaintext>, SplitError> {
    if threshold < 2 {
        return Err(SplitError::Threshold);
    }
    if parts < threshold {
        return Err(SplitError::Parts);
    }
    if secret.is_empty() {
        return Err(SplitError::Empty);
    }
    let degree = usize::from(threshold) - 1;
    let mut coefficients = Zeroizing::new(vec![0; secret.len() * degree]);
    random(&mut coefficients);
    let share = |number: u8| {
        let polynomials = secret.expose().iter().zip(coefficients.chunks(degree));
        let values = polynomials.map(|(secret, coefficients)| value_at(number, *secret, coefficients));
        // Sized beforehand: a buffer that grows leaves copies behind.
        let mut share = Vec::with_capacity(secret.len() + 1);
        share.extend(values);
        share.push(number);
        Plaintext::from(share)
    };
    Ok((1..=parts).map(share).collect())
}

/// The secret of some shares. Of too few, or of shares that do not belong together, it is another one: nothing in them tells.
///
/// # Errors
/// [`CombineError`].
pub fn combine(shares: &[Plaintext]) -> Result<Plaintext, CombineError> {
    let length = shares.first().map(Plaintext::len).unwrap_or_default();
    if shares.len() < 2 {
        return Err(CombineError::TooFew);
    }
    if length < 2 || shares.iter().any(|share| share.len() != length) {
        return Err(CombineError::Length);
    }
    let parts: Vec<(u8, &[u8])> = shares
        .iter()
        .filter_map(|share| share.expose().split_last().map(|(number, values)| (*number, values)))
        .collect();
    let mut numbers: Vec<_> = parts.iter().map(|(number, _)| *number).collect();
    numbers.sort_unstable();
    if numbers.first() == Some(&0) || numbers.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(CombineError::Number);
    }
    let weights: Vec<_> = parts.iter().map(|(number, _)| weight(*number, &numbers)).collect();
    let mut secret = Vec::with_capacity(length - 1);
    for place in 0..length - 1 {
        let terms = parts.iter().zip(&weights);
        let terms =
            terms.map(|((_, values), weight)| multiply(values.get(place).copied().unwrap_or_default(), *weight));
        secret.push(terms.fold(0, |sum, term| sum ^ term));
    }
    Ok(Plaintext::from(secret))
}

/// Why a secret cannot be split.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SplitError {
    /// There is nothing to split.
    #[error("cannot split an empty secret")]
    Empty,
    /// More shares would be needed than there are.
    #[error("parts cannot be less than threshold")]
    Parts,
    /// One share would be the secret.
    #[error("threshold must be at least 2")]
    Threshold,
}

/// Why shares give no secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CombineError {
    /// They are not of one length, or too short to hold anything.
    #[error("the parts are not of one length")]
    Length,
    /// Two have one number, or one has none.
    #[error("duplicate part detected")]
    Number,
    /// A single one cannot be a share.
    #[error("less than two parts cannot be used to reconstruct the secret")]
    TooFew,
}

/// Horner's scheme; the secret is the value at 0.
fn value_at(number: u8, secret: u8, coefficients: &[u8]) -> u8 {
    let value = coefficients
        .iter()
        .rev()
        .fold(0, |value, coefficient| multiply(value, number) ^ coefficient);
    multiply(value, number) ^ secret
}

/// Lagrange's basis polynomial of a share at 0: the product of `other / (other − number)`.
fn weight(number: u8, numbers: &[u8]) -> u8 {
    let others = numbers.iter().filter(|other| **other != number);
    others.fold(1, |product, other| {
        multiply(product, multiply(*other, inverse(other ^ number)))
    })
}

fn multiply(a: u8, b: u8) -> u8 {
    let (mut a, mut product) = (a, 0);
    for bit in 0..8 {
        product ^= a & mask(b >> bit);
        a = (a << 1) ^ (POLYNOMIAL & mask(a >> 7));
    }
    product
}

/// All ones where the lowest bit is one.
fn mask(bit: u8) -> u8 {
    (bit & 1).wrapping_neg()
}

/// `a` to the power of 254; the inverse of 0, which nobody asks for, is 0.
fn inverse(a: u8) -> u8 {
    let square = |a| multiply(a, a);
    let mut result = 1;
    let mut power = a;
    for _ in 0..7 {
        power = square(power);
        result = multiply(result, power);
    }
    result
}

/// x⁸ + x⁴ + x³ + x + 1, without its highest term.
const POLYNOMIAL: u8 = 0x1B;

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    fn shares_of(secret: &[u8], parts: u8, threshold: u8) -> Result<Vec<Plaintext>, SplitError> {
        let mut next = 7u8;
        let mut random = |bytes: &mut [u8]| {
            for byte in bytes {
                next = next.wrapping_mul(31).wrapping_add(17);
                *byte = next;
            }
        };
        split(&Plaintext::from(secret.to_vec()), parts, threshold, &mut random)
    }

    fn copies(shares: &[&Plaintext]) -> Vec<Plaintext> {
        shares
            .iter()
            .map(|share| Plaintext::from(share.expose().to_vec()))
            .collect()
    }

    #[test]
    fn arithmetic_of_the_field() {
        // FIPS 197, section 4.2.
        assert_eq!(multiply(0x57, 0x83), 0xC1);
        assert_eq!(multiply(0x57, 0x13), 0xFE);
        for a in 1..=255 {
            assert_eq!(multiply(a, inverse(a)), 1, "{a}");
            assert_eq!((multiply(a, 1), multiply(a, 0)), (a, 0));
        }
        assert_eq!(inverse(0), 0);
    }

    #[test]
    fn nonsense_is_refused() {
        for (parts, threshold, error) in [
            (2, 0, SplitError::Threshold),
            (2, 1, SplitError::Threshold),
            (0, 2, SplitError::Parts),
            (2, 3, SplitError::Parts),
        ] {
            assert_eq!(
                shares_of(b"key", parts, threshold).err(),
                Some(error),
                "{parts} {threshold}"
            );
        }
        assert_eq!(shares_of(b"", 2, 2).err(), Some(SplitError::Empty));
        let share = |bytes: &[u8]| Plaintext::from(bytes.to_vec());
        for (shares, error) in [
            (vec![], CombineError::TooFew),
            (vec![share(&[1, 1])], CombineError::TooFew),
            (vec![share(&[1]), share(&[2])], CombineError::Length),
            (vec![share(&[]), share(&[])], CombineError::Length),
            (vec![share(&[1, 1]), share(&[1, 2, 2])], CombineError::Length),
            (vec![share(&[1, 1]), share(&[2, 1])], CombineError::Number),
            (vec![share(&[1, 0]), share(&[2, 1])], CombineError::Number),
        ] {
            assert_eq!(combine(&shares).err(), Some(error));
        }
    }

    proptest! {
        #[test]
        fn enough_shares_give_the_secret_and_fewer_do_not(
            secret in vec(any::<u8>(), 8..40), threshold in 2u8..6, more in 0u8..4, start in 0usize..9,
        ) {
            let parts = threshold + more;
            let shares = shares_of(&secret, parts, threshold).expect("shares");
            let chosen: Vec<_> = shares.iter().cycle().skip(start % usize::from(parts)).take(threshold.into()).collect();
            let whole = combine(&copies(&chosen)).expect("a secret");
            prop_assert_eq!(whole.expose(), &secret[..]);
            if threshold > 2 {
                let part = combine(&copies(&chosen[1..])).expect("some bytes");
                prop_assert_ne!(part.expose(), &secret[..]);
            }
        }
    }
}
