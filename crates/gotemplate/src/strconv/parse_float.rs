//! Reading floating-point numbers.

use super::{NumberError, underscores_separate_digits};

/// `strconv.ParseFloat` for 64 bits: decimal, hexadecimal, infinite, not a number.
pub(crate) fn parse_float(text: &str) -> Result<f64, NumberError> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let sign = if text.starts_with('-') { -1.0 } else { 1.0 };
    let lower = unsigned.to_ascii_lowercase();
    match lower.as_str() {
        "inf" | "infinity" => return Ok(sign * f64::INFINITY),
        "nan" if unsigned.len() == text.len() => return Ok(f64::NAN),
        _ => {}
    }
    if text.contains('_') && !underscores_separate_digits(text) {
        return Err(NumberError::Syntax);
    }
    let digits: String = lower.chars().filter(|&char| char != '_').collect();
    let value = match digits.strip_prefix("0x") {
        Some(hexadecimal) => parse_hexadecimal(hexadecimal)?,
        None => parse_decimal(&digits)?,
    };
    if value.is_infinite() {
        return Err(NumberError::Range);
    }
    Ok(sign * value)
}

fn parse_decimal(text: &str) -> Result<f64, NumberError> {
    // Rust would take "inf" and a second sign.
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent_digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
    let well_formed = digits(whole) && digits(fraction) && digits(exponent_digits) && !exponent_digits.is_empty();
    if !well_formed || whole.len() + fraction.len() == 0 {
        return Err(NumberError::Syntax);
    }
    text.parse().map_err(|_| NumberError::Syntax)
}

/// Mantissa and binary exponent, which must be there.
fn parse_hexadecimal(text: &str) -> Result<f64, NumberError> {
    let (mantissa, exponent) = text.split_once('p').ok_or(NumberError::Syntax)?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent_digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
    let decimal = !exponent_digits.is_empty() && exponent_digits.bytes().all(|byte| byte.is_ascii_digit());
    if !decimal || whole.len() + fraction.len() == 0 {
        return Err(NumberError::Syntax);
    }
    let (mut bits, mut sticky, mut dropped) = (0_u64, false, 0_i64);
    for digit in whole.chars().chain(fraction.chars()) {
        let digit = digit.to_digit(16).ok_or(NumberError::Syntax)?;
        if bits >> 59 == 0 {
            bits = bits << 4 | u64::from(digit);
        } else {
            sticky |= digit != 0;
            dropped += 4;
        }
    }
    let limit = exponent_digits.parse::<i64>().unwrap_or(i64::MAX).min(1 << 40);
    let exponent = if exponent.starts_with('-') { -limit } else { limit };
    let fraction_bits = i64::try_from(fraction.len()).unwrap_or(i64::MAX / 8) * 4;
    Ok(scale(bits, sticky, exponent + dropped - fraction_bits))
}

/// `bits × 2^exponent`, rounded once to the nearest, even on a tie.
fn scale(bits: u64, sticky: bool, exponent: i64) -> f64 {
    if bits == 0 {
        return 0.0;
    }
    let length = i64::from(u64::BITS - bits.leading_zeros());
    // The place of the lowest bit that the result can hold.
    let lowest = (exponent + length - 53).max(-1074);
    let drop = lowest - exponent;
    let rounded = if drop <= 0 {
        bits << u32::try_from(-drop).unwrap_or(0).min(63)
    } else if drop > 64 {
        0
    } else {
        let wide = u128::from(bits) << 1 | u128::from(sticky);
        let kept = wide >> (drop + 1);
        let rest = wide & ((1 << (drop + 1)) - 1);
        let half = 1_u128 << drop;
        let up = rest > half || rest == half && kept & 1 == 1;
        u64::try_from(kept).unwrap_or(u64::MAX) + u64::from(up)
    };
    // Exact: 53 bits at most, times powers of two in range at each step.
    let mut value = rounded as f64;
    let mut left = lowest.clamp(-1100, 1100);
    while left != 0 {
        let step = left.clamp(-1000, 1000);
        value *= 2_f64.powi(i32::try_from(step).unwrap_or(0));
        left -= step;
    }
    value
}
