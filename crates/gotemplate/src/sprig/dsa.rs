//! DSA keys (FIPS 186-4), which only old software still asks for: 2048 bits, and a subgroup of 256.

use num_bigint::BigUint;

use crate::function::{Call, Failure};

/// Version, p, q, g, y, x: what stands in the key's PEM block.
pub(super) type Numbers = [BigUint; 6];

/// Makes a key, and the parameters for it.
pub(super) fn generate(call: &mut Call<'_>) -> Result<Numbers, Failure> {
    let one = BigUint::from(1_u8);
    let (q, p) = loop {
        let mut q = random(call, SUBGROUP);
        q.set_bit(0, true);
        if !is_prime(call, &q)? {
            continue;
        }
        if let Some(p) = modulus(call, &q)? {
            break (q, p);
        }
    };
    let cofactor = (&p - &one) / &q;
    let g = (2_u8..)
        .map(|base| BigUint::from(base).modpow(&cofactor, &p))
        .find(|g| *g != one)
        .unwrap_or(one);
    let x = loop {
        let x = random(call, SUBGROUP) % &q;
        if x != BigUint::ZERO {
            break x;
        }
    };
    let y = g.modpow(&x, &p);
    Ok([BigUint::ZERO, p, q, g, y, x])
}

/// A prime of the length that leaves 1 when divided by twice the prime `q`, unless chance is against it.
fn modulus(call: &mut Call<'_>, q: &BigUint) -> Result<Option<BigUint>, Failure> {
    let double = q * 2_u8;
    for _ in 0..4 * MODULUS {
        call.steps(100)?;
        let mut candidate = random(call, MODULUS);
        candidate -= &candidate % &double;
        candidate += 1_u8;
        if candidate.bits() == MODULUS && is_prime(call, &candidate)? {
            return Ok(Some(candidate));
        }
    }
    Ok(None)
}

/// A random number with the highest of its bits set.
fn random(call: &mut Call<'_>, bits: u64) -> BigUint {
    let mut bytes = zeroize::Zeroizing::new(vec![0; (bits / 8) as usize]);
    call.random(&mut bytes);
    bytes[0] |= 0x80;
    BigUint::from_bytes_be(&bytes)
}

/// Miller and Rabin's test, after small divisors.
fn is_prime(call: &mut Call<'_>, candidate: &BigUint) -> Result<bool, Failure> {
    let divisible = |divisor: u32| (candidate % divisor) == BigUint::ZERO;
    if (3..SMALL).step_by(2).any(divisible) {
        return Ok(false);
    }
    let less = candidate - 1_u8;
    let twos = less.trailing_zeros().unwrap_or(0);
    let odd = &less >> twos;
    let one = BigUint::from(1_u8);
    for _ in 0..ROUNDS {
        call.steps(TEST_STEPS)?;
        let base = random(call, candidate.bits()) % &less;
        if base <= one {
            continue;
        }
        let mut power = base.modpow(&odd, candidate);
        let mut squarings = 1;
        while power != one && power != less && squarings < twos {
            power = &power * &power % candidate;
            squarings += 1;
        }
        if power != less && !(power == one && squarings == 1) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Bits of p.
const MODULUS: u64 = 2048;
/// Bits of q.
const SUBGROUP: u64 = 256;
/// Divisors below it are tried first.
const SMALL: u32 = 2000;
/// A number that is no prime passes one in four at most, and far fewer of this length.
const ROUNDS: usize = 40;
/// As long as so many steps of a template take.
const TEST_STEPS: u64 = 2000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Limits, Time, budget::Budget};

    #[test]
    fn primes_are_told_from_others() {
        let mut state = 1_u64;
        let mut random = |buffer: &mut [u8]| {
            for byte in buffer {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                *byte = (state >> 56) as u8;
            }
        };
        let mut call = Call::new(Budget::new(&Limits::default(), &|| false), Time::ZERO, &mut random);
        // Two of Mersenne's, and products that pass Fermat's test or have no small divisor.
        for (exponent, prime) in [(127_u32, true), (521, true), (129, false), (523, false)] {
            let number = (BigUint::from(1_u8) << exponent) - 1_u8;
            assert_eq!(is_prime(&mut call, &number).unwrap(), prime, "{exponent}");
        }
        let square = (BigUint::from(1_u8) << 254_u32) - (BigUint::from(1_u8) << 128_u32) + 1_u8;
        assert!(!is_prime(&mut call, &square).unwrap());
    }
}
