//! `time.Duration`: nanoseconds.

/// Reads `1h2m3.5s`.
pub(crate) fn parse(text: &[u8]) -> Option<i64> {
    let (negative, mut rest) = match text {
        [sign @ (b'-' | b'+'), rest @ ..] => (*sign == b'-', rest),
        _ => (false, text),
    };
    if rest == b"0" {
        return Some(0);
    }
    if rest.is_empty() {
        return None;
    }
    let mut sum = 0_u64;
    while !rest.is_empty() {
        let (part, after) = part(rest)?;
        sum = sum.checked_add(part).filter(|sum| *sum <= MOST)?;
        rest = after;
    }
    match negative {
        true => Some(sum.wrapping_neg().cast_signed()),
        false => i64::try_from(sum).ok(),
    }
}

/// One number with its unit, in nanoseconds, and what follows.
fn part(text: &[u8]) -> Option<(u64, &[u8])> {
    let digits = count(text, u8::is_ascii_digit);
    let whole = integer(&text[..digits])?;
    let mut rest = &text[digits..];
    let mut fraction = b"".as_slice();
    if let Some(after) = rest.strip_prefix(b".") {
        let length = count(after, u8::is_ascii_digit);
        (fraction, rest) = after.split_at(length);
    }
    if digits == 0 && fraction.is_empty() {
        return None;
    }
    let (name, rest) = rest.split_at(count(rest, |byte| !(byte.is_ascii_digit() || *byte == b'.')));
    let unit = UNITS.iter().find(|(unit, _)| unit.as_bytes() == name)?.1;
    let whole = whole.checked_mul(unit).filter(|whole| *whole <= MOST)?;
    let (numerator, scale) = scaled(fraction);
    // Nanoseconds of a fraction of an hour fit a float64.
    let extra = (numerator as f64 * (unit as f64 / scale)) as u64;
    let sum = whole.checked_add(extra).filter(|sum| *sum <= MOST)?;
    Some((sum, rest))
}

fn count(text: &[u8], which: impl Fn(&u8) -> bool) -> usize {
    text.iter().take_while(|byte| which(byte)).count()
}

fn integer(digits: &[u8]) -> Option<u64> {
    digits.iter().try_fold(0_u64, |value, digit| {
        if value > MOST / 10 {
            return None;
        }
        Some(value * 10 + u64::from(digit - b'0')).filter(|value| *value <= MOST)
    })
}

/// The digits that fit 63 bits, and the power of ten to divide by; later digits change nothing.
fn scaled(digits: &[u8]) -> (u64, f64) {
    let mut scaled = (0_u64, 1.0);
    for digit in digits {
        if scaled.0 > (MOST - 1) / 10 {
            break;
        }
        let next = scaled.0 * 10 + u64::from(digit - b'0');
        if next > MOST {
            break;
        }
        scaled = (next, scaled.1 * 10.0);
    }
    scaled
}

/// Rounded to whole seconds, half of one away from zero.
pub(super) fn round_to_seconds(nanoseconds: i64) -> i64 {
    let second = SECOND.cast_signed();
    let rest = nanoseconds % second;
    let down = nanoseconds - rest;
    match rest.abs() * 2 < second {
        true => down,
        false => down.saturating_add(second * rest.signum()),
    }
}

/// The largest unit of which there is more than one, and how many: `3mo`.
pub(super) fn rounded(nanoseconds: i64) -> String {
    let all = nanoseconds.unsigned_abs();
    let hour = 3600 * SECOND;
    for (unit, name) in [
        (hour * 24 * 365, "y"),
        (hour * 24 * 30, "mo"),
        (hour * 24, "d"),
        (hour, "h"),
        (60 * SECOND, "m"),
        (SECOND, "s"),
    ] {
        if all > unit {
            return format!("{}{name}", all / unit);
        }
    }
    "0s".to_owned()
}

const SECOND: u64 = 1_000_000_000;

/// Of the absolute value.
const MOST: u64 = 1 << 63;

const UNITS: [(&str, u64); 8] = [
    ("ns", 1),
    ("us", 1_000),
    ("µs", 1_000),
    ("μs", 1_000),
    ("ms", 1_000_000),
    ("s", SECOND),
    ("m", 60 * SECOND),
    ("h", 3600 * SECOND),
];
