//! Hexadecimal floating-point numbers, as Go reads them: `0x1.8p-3`.

/// The number of the text behind `0x`, rounded to the nearest, of two equally near ones to the even one. None where it is none, or out of range.
pub(super) fn float(text: &str) -> Option<f64> {
    let (mantissa, power) = text.split_once(['p', 'P'])?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let mut exponent = exponent(power)?;
    let mut value: u64 = 0;
    for (place, digit) in whole.chars().chain(fraction.chars()).enumerate() {
        let digit = u64::from(digit.to_digit(16)?);
        let is_kept = value >> 60 == 0;
        // What does not fit only tells that there is something.
        value = if is_kept {
            value << 4 | digit
        } else {
            value | u64::from(digit != 0)
        };
        match (is_kept, place < whole.len()) {
            (true, false) => exponent -= 4,
            (false, true) => exponent += 4,
            _ => {}
        }
    }
    let number = if value == 0 { 0.0 } else { scaled(value, exponent) };
    number.is_finite().then_some(number)
}

fn exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let size = digits.parse().unwrap_or(FARTHEST).min(FARTHEST);
    Some(if text.starts_with('-') { -size } else { size })
}

/// `value · 2^exponent`.
fn scaled(value: u64, exponent: i64) -> f64 {
    let bits = i64::from(u64::BITS - value.leading_zeros());
    // A number below the least normal one has fewer bits than 53.
    let missing = LEAST_NORMAL - (exponent + bits - 1);
    let dropped = bits - 53 + missing.max(0);
    let (value, exponent) = match u32::try_from(dropped) {
        Err(_) | Ok(0) => (u128::from(value), exponent),
        Ok(dropped @ 1..=100) => {
            let value = u128::from(value);
            let (kept, rest, half) = (value >> dropped, value & ((1 << dropped) - 1), 1 << (dropped - 1));
            let is_up = rest > half || (rest == half && kept & 1 == 1);
            (kept + u128::from(is_up), exponent + i64::from(dropped))
        }
        Ok(_) => (0, 0),
    };
    // In two steps, for a power of two alone may be out of range.
    let half = exponent / 2;
    let power = |exponent: i64| 2f64.powi(exponent.clamp(-FARTHEST, FARTHEST) as i32);
    value as f64 * power(half) * power(exponent - half)
}

const LEAST_NORMAL: i64 = -1022;

/// No exponent that is farther away makes a difference.
const FARTHEST: i64 = 1_000_000_000;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers() {
        for (text, expected) in [
            ("1p0", 1.0),
            ("1.8p-3", 0.1875),
            (".8p1", 1.0),
            ("A.p+4", 160.0),
            ("0p99999999999999999999", 0.0),
            ("1p-99999999999999999999", 0.0),
            ("1.fffffffffffffp1023", f64::MAX),
            ("1p-1022", f64::MIN_POSITIVE),
            ("1p-1074", 5e-324),
            ("1p-1075", 0.0),
            ("1.00000000000000000000001p-1075", 5e-324),
            ("3p-1075", 1e-323),
            // Half way to the next: the even one, and up if there is any more.
            ("1.00000000000008p0", 1.0),
            ("1.00000000000018p0", 1.0 + 2.0 * f64::EPSILON),
            ("1.000000000000080000000000001p0", 1.0 + f64::EPSILON),
            ("10000000000000000000000p-88", 1.0),
        ] {
            assert_eq!(float(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_none_or_out_of_range() {
        for text in [
            "",
            "1",
            "p1",
            ".p1",
            "1p",
            "1p+",
            "1p-x",
            "1pp1",
            "1.1.1p1",
            "gp1",
            "-1p1",
            "1_0p1",
            "1p1024",
            "1.fffffffffffff8p1023",
        ] {
            assert_eq!(float(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_number_comes_back(bits: u64) {
            let number = f64::from_bits(bits & !(1 << 63));
            prop_assume!(number.is_finite());
            let mantissa = bits & ((1 << 52) - 1);
            let text = match bits >> 52 & 0x7FF {
                0 => format!("0.{mantissa:013x}p-1022"),
                exponent => format!("1.{mantissa:013x}p{}", exponent as i64 - 1023),
            };
            prop_assert_eq!(float(&text), Some(number));
        }
    }
}
