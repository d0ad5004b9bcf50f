//! Booleans and numbers in Go's notation.

use std::ffi::OsStr;

use super::Kind;

/// Whether a flag takes a value.
///
/// # Errors
/// Why not, in the words of Go's `flag` package.
pub(super) fn check(kind: Kind, name: &str, value: &OsStr) -> Result<(), String> {
    let shown = value.to_string_lossy();
    match (kind, value.to_str()) {
        (Kind::Path, _) => Ok(()),
        (_, None) => Err(format!("invalid value {shown:?} for flag -{name}: not UTF-8")),
        (Kind::Switch | Kind::SwitchOn, Some(text)) => parse_bool(text)
            .map(drop)
            .ok_or_else(|| format!("invalid boolean value {shown:?} for -{name}: parse error")),
        (Kind::Number, Some(text)) => parse(text)
            .map(drop)
            .map_err(|fault| format!("invalid value {shown:?} for flag -{name}: {fault}")),
        _ => Ok(()),
    }
}

/// Go's `strconv.ParseBool`.
pub(in crate::sops) fn parse_bool(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

/// Go's `strconv.ParseInt` with base 0 and 64 bits: `-5`, `0x1F`, `017`, `1_000`.
///
/// # Errors
/// Why it is none.
pub(super) fn parse(text: &str) -> Result<i64, &'static str> {
    let (sign, digits) = match text.as_bytes().first() {
        Some(b'-') => ("-", &text[1..]),
        Some(b'+') => ("", &text[1..]),
        _ => ("", text),
    };
    let lower = digits.to_ascii_lowercase();
    let (digits, radix) = match lower.split_at_checked(2) {
        Some(("0x", digits)) => (digits, 16),
        Some(("0o", digits)) => (digits, 8),
        Some(("0b", digits)) => (digits, 2),
        _ if lower.starts_with('0') && lower.len() > 1 => (&lower[1..], 8),
        _ => (lower.as_str(), 10),
    };
    // An underscore stands between two digits, or behind the prefix.
    let misplaced = digits.ends_with('_') || digits.contains("__") || (radix == 10 && digits.starts_with('_'));
    let digits = digits.replace('_', "");
    if misplaced || digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(radix)) {
        return Err("parse error");
    }
    i64::from_str_radix(&format!("{sign}{digits}"), radix).map_err(|_| "value out of range")
}
