//! Which values flags take. The logging library's have no effect here, but a wrong one is wrong use all the same.

use std::ffi::OsStr;

use signet_api::Scope;

use super::table::{Flag, Kind};

/// Whether a flag takes a value.
///
/// # Errors
/// Why not, in the words of the library that reads it.
pub(super) fn check(flag: &Flag, value: &OsStr) -> Result<(), String> {
    let Some(text) = value.to_str() else {
        return match flag.kind {
            Kind::Path => Ok(()),
            _ => Err("is not UTF-8".to_owned()),
        };
    };
    match flag.kind {
        Kind::Boolean if parse_bool(text).is_some() => Ok(()),
        Kind::Boolean if flag.is_klog() => Err(PARSE.to_owned()),
        Kind::Boolean => Err(format!("strconv.ParseBool: parsing {text:?}: invalid syntax")),
        Kind::Integer => integer(text).map(drop),
        Kind::Modules => modules(text),
        Kind::Place => place(text),
        Kind::Scope if !text.is_empty() => text.parse::<Scope>().map(drop).map_err(|error| error.to_string()),
        Kind::Severity if SEVERITIES.iter().any(|name| name.eq_ignore_ascii_case(text)) => Ok(()),
        Kind::Severity => integer(text).map(drop),
        Kind::Size => size(text),
        _ => Ok(()),
    }
}

/// Go's `strconv.ParseBool`.
pub(super) fn parse_bool(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

/// Go's `strconv.ParseInt` with base 10 and 32 bits.
fn integer(text: &str) -> Result<i32, String> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let fault = if is_number { RANGE } else { "invalid syntax" };
    text.parse()
        .map_err(|_| format!("strconv.ParseInt: parsing {text:?}: {fault}"))
}

/// klog's `moduleSpec`: `file=1,other=2`.
fn modules(text: &str) -> Result<(), String> {
    for module in text.split(',').filter(|module| !module.is_empty()) {
        let parts: Vec<_> = module.split('=').collect();
        match parts.as_slice() {
            [name, level] if !name.is_empty() => match integer(level) {
                Ok(0..) => {}
                Ok(_) => return Err("negative value for vmodule level".to_owned()),
                Err(_) => return Err(MODULES.to_owned()),
            },
            _ => return Err(MODULES.to_owned()),
        }
    }
    Ok(())
}

/// klog's `traceLocation`: `file.go:1`, or nothing.
fn place(text: &str) -> Result<(), String> {
    let parts: Vec<_> = text.split(':').collect();
    match parts.as_slice() {
        [""] => Ok(()),
        [file, line] if file.contains('.') => match integer(line) {
            Ok(1..) => Ok(()),
            Ok(_) => Err("negative or zero value for level".to_owned()),
            Err(_) => Err(PLACE.to_owned()),
        },
        _ => Err(PLACE.to_owned()),
    }
}

/// Go's `strconv.ParseUint` with base 0 and 64 bits: `10`, `0x1F`, `1_000`.
fn size(text: &str) -> Result<(), String> {
    let lower = text.to_ascii_lowercase();
    let (digits, radix) = match lower.split_at_checked(2) {
        Some(("0x", digits)) => (digits, 16),
        Some(("0o", digits)) => (digits, 8),
        Some(("0b", digits)) => (digits, 2),
        _ if lower.starts_with('0') && lower.len() > 1 => (&lower[1..], 8),
        _ => (lower.as_str(), 10),
    };
    let digits = digits.replace('_', "");
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(radix)) {
        return Err(PARSE.to_owned());
    }
    u64::from_str_radix(&digits, radix)
        .map(drop)
        .map_err(|_| RANGE.to_owned())
}

const MODULES: &str = "syntax error: expect comma-separated list of filename=N";
const PARSE: &str = "parse error";
const PLACE: &str = "syntax error: expect file.go:234";
const RANGE: &str = "value out of range";
const SEVERITIES: [&str; 4] = ["INFO", "WARNING", "ERROR", "FATAL"];
