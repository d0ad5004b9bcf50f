//! The reading of sigs.k8s.io/yaml 1.6, which is YAML 1.1 as go.yaml.in/yaml/v2 has it (`resolve.go`): `y`, `n`, `on` and `off` are
//! booleans, `0123` is octal, `1_000` is a number; `2020-01-01` and `1:30` are texts.

use std::ops::Range;

use super::timestamp::is_timestamp;
use crate::Value;

/// The value of a plain scalar, or `None` if it is a text.
pub(crate) fn resolve(text: &str) -> Option<Value> {
    if let Some(value) = word(text) {
        return Some(value);
    }
    match text.as_bytes().first()? {
        b'.' => float(&without_separators(text)?).map(Value::Float),
        b'+' | b'-' | b'0'..=b'9' => number(&text.replace('_', "")),
        _ => None,
    }
}

/// The value of a scalar with a tag, or `None` if it is a text.
///
/// `tag` is the name below `tag:yaml.org,2002:`. A tag that names no scalar type of its own makes the scalar a text.
///
/// # Errors
/// [`Mismatch`] if the scalar is not of the type that the tag names.
pub(crate) fn resolve_as(tag: &str, text: &str) -> Result<Option<Value>, Mismatch> {
    match (tag, resolve(text)) {
        ("null", Some(Value::Null)) => Ok(Some(Value::Null)),
        ("bool", Some(Value::Bool(value))) => Ok(Some(Value::Bool(value))),
        ("int", Some(Value::Integer(value))) => Ok(Some(Value::Integer(value))),
        ("float", Some(Value::Float(value))) => Ok(Some(Value::Float(value))),
        // Go turns signed integers alone into floats here; those above 2^63 stay an error.
        ("float", Some(Value::Integer(value))) if value <= i64::MAX.into() => Ok(Some(Value::Float(value as f64))),
        ("timestamp", None) if is_timestamp(text) => Ok(None),
        ("null" | "bool" | "int" | "float" | "timestamp", _) => Err(Mismatch),
        _ => Ok(None),
    }
}

/// A scalar is not of the type that its tag names.
pub(crate) struct Mismatch;

/// Whether a text, written without quotes, would read as something else to some reader of YAML 1.1.
pub(crate) fn needs_quotes(text: &str) -> bool {
    resolve(text).is_some() || is_timestamp(text) || is_base_60(text)
}

/// The text of a number where a text is wanted: the shortest one that tells it from other numbers of 32 bits, as
/// sigs.k8s.io/yaml prints it.
pub(crate) fn float_text(value: f64) -> String {
    go_float(value, &format!("{:e}", value as f32))
}

/// The text of a number as a key: as [`float_text`], with YAML's words for what is not finite.
pub(crate) fn float_key(value: f64) -> String {
    yaml_words(float_text(value))
}

/// The text of a number in YAML: the shortest one that reads as the same number.
pub(crate) fn float_scalar(value: f64) -> String {
    yaml_words(go_float(value, &format!("{value:e}")))
}

fn yaml_words(text: String) -> String {
    match text.as_str() {
        "+Inf" => ".inf".to_owned(),
        "-Inf" => "-.inf".to_owned(),
        "NaN" => ".nan".to_owned(),
        _ => text,
    }
}

/// Go's `strconv.FormatFloat(value, 'g', -1, …)` from the shortest scientific notation, such as `1.5e-7`.
fn go_float(value: f64, scientific: &str) -> String {
    let Some((mantissa, exponent)) = scientific.split_once('e') else {
        return if value.is_nan() {
            "NaN".to_owned()
        } else if value > 0.0 {
            "+Inf".to_owned()
        } else {
            "-Inf".to_owned()
        };
    };
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if !GO_PLAIN_EXPONENTS.contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{mantissa}e{sign}{:02}", exponent.abs());
    }
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    let digits = mantissa.replace('.', "");
    let Ok(whole) = usize::try_from(exponent + 1) else {
        return format!("{sign}0.{}{digits}", "0".repeat(exponent.unsigned_abs() as usize - 1));
    };
    match digits.split_at_checked(whole) {
        Some((whole, "")) if !whole.is_empty() => format!("{sign}{whole}"),
        Some(("", rest)) => format!("{sign}0.{rest}"),
        Some((whole, rest)) => format!("{sign}{whole}.{rest}"),
        None => format!("{sign}{digits}{}", "0".repeat(whole - digits.len())),
    }
}

fn word(text: &str) -> Option<Value> {
    Some(match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Value::Bool(true),
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Value::Bool(false),
        ".nan" | ".NaN" | ".NAN" => Value::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Value::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Value::Float(f64::NEG_INFINITY),
        _ => return None,
    })
}

fn number(text: &str) -> Option<Value> {
    integer(text)
        .map(Value::Integer)
        .or_else(|| float(text).map(Value::Float))
}

/// Go's `strconv.ParseInt(text, 0, 64)`, else `ParseUint`, else a second sign behind `0b`, which yaml.v2 lets through.
fn integer(text: &str) -> Option<i128> {
    let (sign, rest) = match text.as_bytes().first()? {
        b'-' => (-1, text.get(1..)?),
        b'+' => (1, text.get(1..)?),
        _ => (1, text),
    };
    let value = match (rest.as_bytes().first()?, rest.as_bytes().get(1)) {
        (b'0', None) => 0,
        (b'0', Some(b'b')) if rest.len() == text.len() => signed_binary(rest.get(2..)?)?,
        (b'0', Some(b'b' | b'B')) => digits(rest.get(2..)?, 2)?,
        (b'0', Some(b'o' | b'O')) => digits(rest.get(2..)?, 8)?,
        (b'0', Some(b'x' | b'X')) => digits(rest.get(2..)?, 16)?,
        (b'0', _) => digits(rest.get(1..)?, 8)?,
        _ => digits(rest, 10)?,
    };
    let value = sign * value;
    let largest = if rest.len() == text.len() {
        u64::MAX.into()
    } else {
        i64::MAX.into()
    };
    (i128::from(i64::MIN)..=largest).contains(&value).then_some(value)
}

fn signed_binary(text: &str) -> Option<i128> {
    match text.as_bytes().first()? {
        b'-' => digits(text.get(1..)?, 2).map(|value| -value),
        b'+' => digits(text.get(1..)?, 2).filter(|&value| value <= i64::MAX.into()),
        _ => digits(text, 2),
    }
}

fn digits(text: &str, radix: u32) -> Option<i128> {
    let all = text.chars().all(|digit| digit.is_digit(radix));
    if all {
        i128::from_str_radix(text, radix).ok()
    } else {
        None
    }
}

/// A decimal number with a point, an exponent, both or neither. Infinity, which `1e400` would be, is none.
fn float(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let shaped = all_digits(whole) && all_digits(fraction) && all_digits(exponent);
    if !shaped || (whole.is_empty() && fraction.is_empty()) || exponent.is_empty() {
        return None;
    }
    text.parse().ok().filter(|value: &f64| value.is_finite())
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The text without its underscores, if each stands between two digits.
fn without_separators(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let digit = |index: usize| bytes.get(index).is_some_and(u8::is_ascii_digit);
    let between = |(index, &byte): (usize, &u8)| byte != b'_' || (index > 0 && digit(index - 1) && digit(index + 1));
    bytes.iter().enumerate().all(between).then(|| text.replace('_', ""))
}

/// Whether the text is a number in base 60, such as `1:30`: YAML 1.1 has them, Go does not read but quotes them.
fn is_base_60(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (places, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let separated = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    let mut places = places.split(':');
    let first = places
        .next()
        .is_some_and(|first| first.starts_with(|c: char| c.is_ascii_digit()) && separated(first));
    let mut rest = places.peekable();
    let sixty = |place: &str| matches!(place.as_bytes(), [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9']);
    first && rest.peek().is_some() && rest.all(sixty) && separated(fraction)
}

/// Exponents of the numbers that Go's shortest notation writes without one.
const GO_PLAIN_EXPONENTS: Range<i32> = -4..6;
