//! Versions read leniently: with `v` before, without minor or patch, with leading zeros in the numbers.

use std::cmp::Ordering;

use crate::{Version, strconv};

/// Why a text is no version.
pub(super) type Refusal = &'static str;

/// Reads a version.
pub(crate) fn parse(text: &[u8]) -> Result<Version, Refusal> {
    let text = std::str::from_utf8(text).map_err(|_| INVALID)?;
    let rest = text.strip_prefix('v').unwrap_or(text);
    let (rest, metadata) = rest
        .split_once('+')
        .map_or((rest, None), |(rest, metadata)| (rest, Some(metadata)));
    let (numbers, prerelease) = rest
        .split_once('-')
        .map_or((rest, None), |(rest, prerelease)| (rest, Some(prerelease)));
    let mut parts = [0; 3];
    for (index, part) in numbers.split('.').enumerate() {
        let digits = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let slot = parts.get_mut(index).filter(|_| digits).ok_or(INVALID)?;
        *slot = strconv::parse_uint(part, 10).map_err(|_| "error parsing version segment: value out of range")?;
    }
    let identifiers = |text: Option<&str>| text.is_none_or(|text| text.split('.').all(is_identifier));
    if !identifiers(prerelease) || !identifiers(metadata) {
        return Err(INVALID);
    }
    let prerelease = prerelease.unwrap_or_default();
    if prerelease
        .split('.')
        .any(|part| part.len() > 1 && part.starts_with('0') && is_number(part))
    {
        return Err("version segment starts with 0");
    }
    let [major, minor, patch] = parts;
    Ok(Version {
        major,
        minor,
        patch,
        prerelease: prerelease.to_owned(),
        metadata: metadata.unwrap_or_default().to_owned(),
        original: text.to_owned(),
    })
}

/// The order of versions; metadata does not count.
pub(crate) fn compare(left: &Version, right: &Version) -> Ordering {
    let numbers = |version: &Version| (version.major, version.minor, version.patch);
    numbers(left)
        .cmp(&numbers(right))
        .then_with(|| match (left.prerelease.is_empty(), right.prerelease.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => compare_prereleases(&left.prerelease, &right.prerelease),
        })
}

/// The order of what follows the hyphen, none of which counts as less than any.
pub(super) fn compare_prereleases(left: &str, right: &str) -> Ordering {
    let (mut left, mut right) = (left.split('.'), right.split('.'));
    loop {
        let (one, other) = match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (one, other) => (one.unwrap_or(""), other.unwrap_or("")),
        };
        match compare_parts(one, other) {
            Ordering::Equal => {}
            unequal => return unequal,
        }
    }
}

fn compare_parts(left: &str, right: &str) -> Ordering {
    if left.is_empty() || right.is_empty() {
        return left.len().cmp(&right.len());
    }
    // A number beyond 64 bits is a text.
    match (strconv::parse_uint(left, 10), strconv::parse_uint(right, 10)) {
        (Ok(left), Ok(right)) => left.cmp(&right),
        (Ok(_), Err(_)) => Ordering::Less,
        (Err(_), Ok(_)) => Ordering::Greater,
        (Err(_), Err(_)) => left.cmp(right),
    }
}

fn is_identifier(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

const INVALID: Refusal = "invalid semantic version";
