//! What a scalar means to go.yaml.in/yaml/v3 (its `resolve.go`, and `scalar` in `decode.go`): YAML 1.2's core schema with the numbers of
//! 1.1, times, and no other booleans than `true` and `false`. A MAC is of the values, so a reader that disagrees refuses good files.

use base64::{Engine, prelude::BASE64_STANDARD};

use super::scan::Style;
use crate::{schema::parse_timestamp, tree::Scalar};

/// A scalar that is not of the type of its tag.
pub(super) struct WrongTag;

/// The value of a scalar with its tag, if it has one.
pub(super) fn resolve(text: &str, style: Style, tag: Option<&str>) -> Result<Scalar, WrongTag> {
    let is_text = || Ok(Scalar::text(text));
    let Some(tag) = tag.filter(|tag| *tag != "!") else {
        return match style {
            Style::Plain => Ok(plain(text, true)),
            _ => is_text(),
        };
    };
    let Some(core) = tag.strip_prefix("tag:yaml.org,2002:") else {
        return is_text();
    };
    let value = || plain(text, core == "timestamp");
    match (core, value()) {
        ("binary", _) => binary(text),
        ("bool", value @ Scalar::Bool(_))
        | ("int", value @ (Scalar::Integer(_) | Scalar::Unsigned(_)))
        | ("float", value @ Scalar::Float(_))
        | ("null", value @ Scalar::Null)
        | ("timestamp", value @ Scalar::Time(_)) => Ok(value),
        ("float", Scalar::Integer(value)) => Ok(Scalar::Float(value as f64)),
        ("bool" | "int" | "float" | "null" | "timestamp", _) => Err(WrongTag),
        _ => is_text(),
    }
}

/// Whether a scalar is certainly a text, and the one that stands there. Of others [`resolve`] tells.
pub(super) fn is_text(text: &str, style: Style, tag: Option<&str>) -> bool {
    let starts_as_text = |first: &u8| first.is_ascii_alphabetic() && !b"nNtTfF".contains(first);
    tag.is_none_or(|tag| tag == "!") && (style != Style::Plain || text.as_bytes().first().is_some_and(starts_as_text))
}

/// Whether a plain scalar is the key that merges a mapping into another.
pub(super) fn is_merge(text: &str, style: Style, tag: Option<&str>) -> bool {
    match tag {
        None | Some("!") => text == "<<" && style == Style::Plain,
        Some(tag) => tag == "tag:yaml.org,2002:merge",
    }
}

/// base64 with line breaks in it, as Go's decoder takes it.
fn binary(text: &str) -> Result<Scalar, WrongTag> {
    let digits: String = text
        .chars()
        .filter(|character| !matches!(character, '\r' | '\n'))
        .collect();
    let bytes = BASE64_STANDARD.decode(digits).map_err(|_| WrongTag)?;
    Ok(Scalar::text(bytes))
}

/// A scalar without quotes.
pub(in crate::tree) fn plain(text: &str, takes_times: bool) -> Scalar {
    let value = match text.as_bytes().first() {
        None => return Scalar::Null,
        Some(b'0'..=b'9' | b'+' | b'-') => special(text).or_else(|| number(text, takes_times)),
        Some(b'.') => special(text).or_else(|| float(text)),
        Some(b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'~') => special(text),
        Some(_) => None,
    };
    value.unwrap_or_else(|| Scalar::text(text))
}

fn special(text: &str) -> Option<Scalar> {
    Some(match text {
        "true" | "True" | "TRUE" => Scalar::Bool(true),
        "false" | "False" | "FALSE" => Scalar::Bool(false),
        "~" | "null" | "Null" | "NULL" => Scalar::Null,
        ".nan" | ".NaN" | ".NAN" => Scalar::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Scalar::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Scalar::Float(f64::NEG_INFINITY),
        _ => return None,
    })
}

fn number(text: &str, takes_times: bool) -> Option<Scalar> {
    if takes_times && let Some(time) = parse_timestamp(text) {
        return Some(Scalar::Time(Box::new(time)));
    }
    let digits: String = text.chars().filter(|character| *character != '_').collect();
    integer(&digits)
        .or_else(|| float(&digits))
        .or_else(|| signed_behind_prefix(&digits))
}

/// Decimal, or in the base of its prefix: `0x`, `0o`, `0b`, or `0` for octal.
fn integer(text: &str) -> Option<Scalar> {
    let (sign, digits) = match text.as_bytes() {
        [b'-', ..] => ("-", text.get(1..)?),
        [b'+', ..] => ("+", text.get(1..)?),
        _ => ("", text),
    };
    let (base, digits) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, digits.get(2..)?),
        [b'0', b'o' | b'O', ..] => (8, digits.get(2..)?),
        [b'0', b'b' | b'B', ..] => (2, digits.get(2..)?),
        [b'0', _, ..] => (8, digits.get(1..)?),
        _ => (10, digits),
    };
    if !digits.as_bytes().first()?.is_ascii_alphanumeric() {
        return None;
    }
    let integer = i64::from_str_radix(&format!("{sign}{digits}"), base).ok();
    let unsigned = || match sign {
        "" => u64::from_str_radix(digits, base).ok(),
        _ => None,
    };
    integer
        .map(Scalar::Integer)
        .or_else(|| unsigned().map(Scalar::Unsigned))
}

/// What Go's reader makes of `0b-1` and `0o+7`, by an accident of how it takes the prefix away.
fn signed_behind_prefix(text: &str) -> Option<Scalar> {
    let (base, digits) = match text.as_bytes() {
        [b'0', b'b', b'-' | b'+', ..] => (2, text.get(2..)?),
        [b'0', b'o', b'-' | b'+', ..] => (8, text.get(2..)?),
        _ => return None,
    };
    i64::from_str_radix(digits, base).ok().map(Scalar::Integer)
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, if it is finite.
fn float(text: &str) -> Option<Scalar> {
    let is_float = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    let value: f64 = text.parse().ok().filter(|_| is_float)?;
    value.is_finite().then_some(Scalar::Float(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, style: Style, tag: Option<&str>) -> String {
        match resolve(text, style, tag) {
            Err(WrongTag) => "wrong".to_owned(),
            Ok(Scalar::Null) => "null".to_owned(),
            Ok(Scalar::Bool(value)) => format!("bool {value}"),
            Ok(Scalar::Integer(value)) => format!("int {value}"),
            Ok(Scalar::Unsigned(value)) => format!("uint {value}"),
            Ok(Scalar::Float(value)) => format!("float {value:?}"),
            Ok(Scalar::Time(time)) => format!("time {} {}", time.timestamp, time.offset),
            Ok(Scalar::Text(text)) => format!("str {}", String::from_utf8_lossy(&text)),
        }
    }

    #[test]
    fn plain_scalars() {
        for (text, expected) in [
            ("", "null"),
            ("~", "null"),
            ("Null", "null"),
            ("nULL", "str nULL"),
            ("true", "bool true"),
            ("tRue", "str tRue"),
            ("yes", "str yes"),
            ("on", "str on"),
            ("1", "int 1"),
            ("-0", "int 0"),
            ("+1", "int 1"),
            ("017", "int 15"),
            ("0o17", "int 15"),
            ("0x1F", "int 31"),
            ("-0x1F", "int -31"),
            ("0b101", "int 5"),
            ("-0b101", "int -5"),
            ("0b-1", "int -1"),
            ("08", "float 8.0"),
            ("1_000", "int 1000"),
            ("0x_1", "int 1"),
            ("9223372036854775807", "int 9223372036854775807"),
            ("9223372036854775808", "uint 9223372036854775808"),
            ("18446744073709551616", "float 1.8446744073709552e19"),
            ("-9223372036854775809", "float -9.223372036854776e18"),
            ("1.", "float 1.0"),
            (".5", "float 0.5"),
            ("1e3", "float 1000.0"),
            ("1e400", "str 1e400"),
            ("685_230.15", "float 685230.15"),
            (".inf", "float inf"),
            ("-.INF", "float -inf"),
            (".NaN", "float NaN"),
            ("inf", "str inf"),
            ("190:20:30", "str 190:20:30"),
            ("0x", "str 0x"),
            ("-", "str -"),
            ("+", "str +"),
            (".", "str ."),
            ("1_", "int 1"),
            ("0x1p3", "str 0x1p3"),
            ("2024-01-02", "time 2024-01-02T00:00:00Z +00"),
            ("2024-1-2", "time 2024-01-02T00:00:00Z +00"),
            ("2024-13-02", "str 2024-13-02"),
            ("2023-02-29", "str 2023-02-29"),
            ("2024-01-02T3:4:5Z", "time 2024-01-02T03:04:05Z +00"),
            ("2024-01-02t03:04:05.25+02:30", "time 2024-01-02T00:34:05.25Z +02:30"),
            ("2024-01-02 03:04:05", "time 2024-01-02T03:04:05Z +00"),
            ("2024-01-02 03:04:05Z", "str 2024-01-02 03:04:05Z"),
            ("2024-01-02T03:04:05", "str 2024-01-02T03:04:05"),
            ("2024-01-02T03:04:60Z", "str 2024-01-02T03:04:60Z"),
            ("2024-01-02T03:04:05.Z", "str 2024-01-02T03:04:05.Z"),
        ] {
            assert_eq!(shown(text, Style::Plain, None), expected, "{text}");
        }
    }

    #[test]
    fn quotes_and_tags() {
        let core = |name: &str| format!("tag:yaml.org,2002:{name}");
        for (text, style, tag, expected) in [
            ("1", Style::DoubleQuoted, None, "str 1"),
            ("1", Style::Plain, Some("!".to_owned()), "int 1"),
            ("1", Style::Plain, Some(core("str")), "str 1"),
            ("3", Style::Plain, Some(core("float")), "float 3.0"),
            ("3", Style::SingleQuoted, Some(core("int")), "int 3"),
            ("3.5", Style::Plain, Some(core("int")), "wrong"),
            ("yes", Style::Plain, Some(core("bool")), "wrong"),
            ("x", Style::Plain, Some(core("null")), "wrong"),
            ("x", Style::Plain, Some("!custom".to_owned()), "str x"),
            ("aGk=", Style::Plain, Some(core("binary")), "str hi"),
            ("aG\nk=\n", Style::Literal, Some(core("binary")), "str hi"),
            ("a!", Style::Plain, Some(core("binary")), "wrong"),
            (
                "2024-01-02",
                Style::DoubleQuoted,
                Some(core("timestamp")),
                "time 2024-01-02T00:00:00Z +00",
            ),
        ] {
            assert_eq!(shown(text, style, tag.as_deref()), expected, "{text}");
        }
    }
}
