//! Floating-point numbers in powers of two.

/// `mmmp±ee`: the mantissa as an integer, in decimal.
pub(super) fn binary(value: f64) -> String {
    let (mantissa, exponent) = parts(value);
    format!("{mantissa}p{exponent:+}")
}

/// `0x1.hhhp±dd` with so many digits after the point, or as few as hold the number.
pub(super) fn hexadecimal(value: f64, verb: u8, precision: Option<usize>) -> String {
    let (mut mantissa, exponent) = parts(value);
    let mut exponent = exponent + 52;
    if mantissa == 0 {
        exponent = 0;
    }
    // The leading one to bit 60, so that fifteen digits follow it.
    while mantissa != 0 && mantissa >> 52 == 0 {
        mantissa <<= 1;
        exponent -= 1;
    }
    let mut mantissa = mantissa << 8;
    if let Some(precision) = precision.filter(|&precision| precision < 15) {
        let shift = u32::try_from(precision * 4).unwrap_or(0);
        let extra = (mantissa << shift) & ((1 << 60) - 1);
        mantissa >>= 60 - shift;
        if extra | (mantissa & 1) > 1 << 59 {
            mantissa += 1;
        }
        mantissa <<= 60 - shift;
        if mantissa >> 61 != 0 {
            mantissa >>= 1;
            exponent += 1;
        }
    }
    let mut digits = format!("{:015x}", mantissa & ((1 << 60) - 1));
    match precision {
        Some(precision) if precision > digits.len() => digits.extend(std::iter::repeat_n('0', precision - 15)),
        Some(precision) => digits.truncate(precision),
        None => digits.truncate(digits.trim_end_matches('0').len()),
    }
    let point = if digits.is_empty() { "" } else { "." };
    let sign = if exponent < 0 { '-' } else { '+' };
    let text = format!("0x{}{point}{digits}p{sign}{:02}", mantissa >> 60 & 1, exponent.abs());
    if verb == b'X' { text.to_ascii_uppercase() } else { text }
}

/// `mantissa × 2^exponent`.
fn parts(value: f64) -> (u64, i32) {
    let bits = value.to_bits();
    let mantissa = bits & ((1 << 52) - 1);
    match i32::try_from(bits >> 52 & 0x7FF).unwrap_or(0) {
        0 => (mantissa, -1074),
        exponent => (mantissa | 1 << 52, exponent - 1075),
    }
}
