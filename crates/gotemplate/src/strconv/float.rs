//! Writing floating-point numbers.

use super::hexadecimal;

/// `strconv.FormatFloat` of 64 bits with the verbs `b`, `e`, `E`, `f`, `g`, `G`, `x`, `X`; without precision, as many digits
/// as tell the number from its neighbours.
pub(crate) fn format_float(value: f64, verb: u8, precision: Option<usize>) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    let sign = if value.is_sign_negative() { "-" } else { "" };
    let value = value.abs();
    let unsigned = match verb {
        b'b' => hexadecimal::binary(value),
        b'x' | b'X' => hexadecimal::hexadecimal(value, verb, precision),
        b'e' | b'E' => {
            let digits = Digits::of(value, precision.map(|precision| precision + 1));
            exponential(&digits, verb, precision.unwrap_or(digits.digits.len().max(1) - 1))
        }
        b'f' => fixed(value, precision),
        _ => general(value, verb, precision),
    };
    format!("{sign}{unsigned}")
}

/// Decimal digits without trailing zeros where they are the shortest, and the place of the point: 0.d₁d₂… × 10^point.
struct Digits {
    digits: Vec<u8>,
    point: i32,
}

impl Digits {
    /// So many of them, or the shortest.
    fn of(value: f64, count: Option<usize>) -> Self {
        let text = match count {
            // No float has more digits than 767; what follows is zeros.
            Some(count) => format!("{value:.*e}", count.clamp(1, 800) - 1),
            None => format!("{value:e}"),
        };
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let digits: Vec<u8> = mantissa.bytes().filter(u8::is_ascii_digit).collect();
        if value == 0.0 {
            return Self {
                digits: Vec::new(),
                point: 0,
            };
        }
        Self {
            digits,
            point: exponent.parse::<i32>().unwrap_or(0) + 1,
        }
    }

    fn digit(&self, index: usize) -> u8 {
        self.digits.get(index).copied().unwrap_or(b'0')
    }
}

/// `d.ddde±dd`.
fn exponential(digits: &Digits, verb: u8, precision: usize) -> String {
    let mut out = String::with_capacity(precision + 8);
    out.push(char::from(digits.digit(0)));
    if precision > 0 {
        out.push('.');
        out.extend((1..=precision).map(|index| char::from(digits.digit(index))));
    }
    let exponent = if digits.digits.is_empty() { 0 } else { digits.point - 1 };
    let sign = if exponent < 0 { '-' } else { '+' };
    let letter = if verb.is_ascii_uppercase() { 'E' } else { 'e' };
    out + &format!("{letter}{sign}{:02}", exponent.abs())
}

/// `ddd.ddd`.
fn fixed(value: f64, precision: Option<usize>) -> String {
    match precision {
        None => format!("{value}"),
        Some(precision) => {
            // No float has more places than 1074.
            let exact = precision.min(1100);
            let mut out = format!("{value:.exact$}");
            out.extend(std::iter::repeat_n('0', precision - exact));
            out
        }
    }
}

/// The one or the other, by the size of the exponent.
fn general(value: f64, verb: u8, precision: Option<usize>) -> String {
    let wanted = precision.map(|precision| precision.max(1));
    let mut digits = Digits::of(value, wanted);
    let rounded = digits.digits.len();
    while digits.digits.last() == Some(&b'0') {
        digits.digits.pop();
    }
    let length = digits.digits.len();
    let limit = match wanted {
        // As Go: the digits that were asked for, but no more than there are where the number is whole.
        Some(wanted) if wanted > length && i32::try_from(length).is_ok_and(|length| length >= digits.point) => length,
        Some(wanted) => wanted,
        None => 6,
    };
    let exponent = digits.point - 1;
    let limit = i32::try_from(limit).unwrap_or(i32::MAX);
    if rounded > 0 && (exponent < -4 || exponent >= limit) {
        return exponential(&digits, verb, length.max(1) - 1);
    }
    plain(&digits)
}

/// The digits with the point at its place, and no zeros after the last.
fn plain(digits: &Digits) -> String {
    let length = i32::try_from(digits.digits.len()).unwrap_or(i32::MAX);
    let mut out = String::new();
    if digits.point > 0 {
        out.extend((0..digits.point).map(|index| char::from(digits.digit(usize::try_from(index).unwrap_or(0)))));
    } else {
        out.push('0');
    }
    if length > digits.point {
        out.push('.');
        out.extend((digits.point..0).map(|_| '0'));
        let first = digits.point.max(0);
        out.extend((first..length).map(|index| char::from(digits.digit(usize::try_from(index).unwrap_or(0)))));
    }
    out
}
