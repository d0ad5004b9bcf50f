//! Numbers cast from any value (github.com/spf13/cast).

use crate::{Kind, Value, strconv};

/// Go's `int64(f)` on amd64: what does not fit is the least number.
pub(crate) fn truncate(value: f64) -> i64 {
    // 2^63 is the first that does not fit; -2^63 does.
    if (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&value) {
        value as i64
    } else {
        i64::MIN
    }
}

/// `cast.ToInt64`: 0 of what is no number.
pub(crate) fn to_int(value: &Value) -> i64 {
    match value {
        Value::Bool(value) => i64::from(*value),
        Value::Float(value) => truncate(*value),
        Value::Integer(integer) if integer.kind() != Kind::Duration => integer.signed(),
        Value::String(text) => parse_int(without_zero_decimals(text.as_bytes()), 0),
        _ => 0,
    }
}

/// `cast.ToFloat64`: 0 of what is no number.
pub(crate) fn to_float(value: &Value) -> f64 {
    match value {
        Value::Bool(value) => f64::from(u8::from(*value)),
        Value::Float(value) => *value,
        Value::Integer(integer) if integer.kind() == Kind::Duration => 0.0,
        Value::Integer(integer) if integer.kind().is_signed() => integer.signed() as f64,
        Value::Integer(integer) => integer.bits() as f64,
        Value::String(text) => text
            .to_str()
            .and_then(|text| strconv::parse_float(text).ok())
            .unwrap_or(0.0),
        _ => 0.0,
    }
}

/// The number that a text is in a base, 0 if it is none.
pub(crate) fn parse_int(text: &[u8], base: u32) -> i64 {
    std::str::from_utf8(text)
        .ok()
        .and_then(|text| strconv::parse_int(text, base).ok())
        .unwrap_or(0)
}

/// `12.00` without `.00`, but `12.` as it is.
fn without_zero_decimals(text: &[u8]) -> &[u8] {
    let zeros = text.iter().rev().take_while(|byte| **byte == b'0').count();
    match text[..text.len() - zeros].strip_suffix(b".") {
        Some(whole) if zeros > 0 => whole,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn casts_of_odd_values() {
        for (text, integer) in [
            ("12.0", 12),
            ("12.", 0),
            ("12.00", 12),
            ("12.10", 0),
            (".0", 0),
            ("100", 100),
            ("0.0", 0),
            ("0x10.0", 16),
        ] {
            assert_eq!(to_int(&Value::text(text)), integer, "{text}");
        }
        assert_eq!(to_int(&Value::Float(1e19)), i64::MIN);
        assert_eq!(to_int(&Value::Float(f64::NAN)), i64::MIN);
        assert_eq!(to_int(&Value::Float(-1.9)), -1);
        assert_eq!(to_int(&Value::Bool(true)), 1);
        assert_eq!(to_int(&Value::Nil), 0);
    }
}
