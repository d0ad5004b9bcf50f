//! Durations as upstream's flags have them.

use std::str::FromStr;

use jiff::SignedDuration;

/// A duration in Go's notation (`time.ParseDuration`): decimal numbers, each with a unit, such as `720h`, `1h30m` or `1.5s`. Never
/// negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct GoDuration(pub(crate) SignedDuration);

/// The text is no duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be a duration such as 720h, 1h30m or 0, with the units h, m, s, ms, us or ns")]
pub(crate) struct ParseDurationError;

impl FromStr for GoDuration {
    type Err = ParseDurationError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut rest = text.strip_prefix('+').unwrap_or(text);
        if rest == "0" {
            return Ok(Self(SignedDuration::ZERO));
        }
        if rest.is_empty() {
            return Err(ParseDurationError);
        }
        let mut nanoseconds: u128 = 0;
        while !rest.is_empty() {
            let (part, after) = part(rest).ok_or(ParseDurationError)?;
            nanoseconds = nanoseconds.checked_add(part).ok_or(ParseDurationError)?;
            rest = after;
        }
        let nanoseconds = i64::try_from(nanoseconds).map_err(|_| ParseDurationError)?;
        Ok(Self(SignedDuration::from_nanos(nanoseconds)))
    }
}

/// The first number with its unit in nanoseconds, and the text after it.
fn part(text: &str) -> Option<(u128, &str)> {
    let is_number = |byte: u8| byte.is_ascii_digit() || byte == b'.';
    let number = &text[..text.bytes().take_while(|byte| is_number(*byte)).count()];
    let rest = &text[number.len()..];
    let length = rest.bytes().take_while(|byte| !is_number(*byte)).count();
    let (_, unit) = UNITS.iter().find(|(name, _)| *name == &rest[..length])?;
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let digits = |digits: &str| match digits {
        "" => Some(0),
        digits => digits.parse::<u128>().ok(),
    };
    // Beyond nineteen digits nothing is left of a nanosecond.
    let fraction = &fraction[..fraction.len().min(19)];
    let scale = 10_u128.pow(u32::try_from(fraction.len()).ok()?);
    let nanoseconds = digits(whole)?
        .checked_mul(*unit)?
        .checked_add(digits(fraction)? * unit / scale)?;
    Some((nanoseconds, &rest[length..]))
}

const UNITS: [(&str, u128); 8] = [
    ("ns", 1),
    ("us", 1_000),
    ("µs", 1_000),
    ("μs", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_as_go_reads_them() {
        for (text, nanoseconds) in [
            ("0", 0),
            ("+0", 0),
            ("0s", 0),
            ("1ns", 1),
            ("720h", 720 * 3_600_000_000_000),
            ("1h30m", 5_400_000_000_000),
            ("1.5s", 1_500_000_000),
            (".5s", 500_000_000),
            ("1.s", 1_000_000_000),
            ("2µs", 2_000),
            ("2μs3us", 5_000),
            ("0.3333333333333333333h", 1_199_999_999_999),
            ("1ms1ms", 2_000_000),
            ("2562047h47m16.854775807s", i64::MAX),
        ] {
            assert_eq!(
                text.parse(),
                Ok(GoDuration(SignedDuration::from_nanos(nanoseconds))),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_duration_is_refused() {
        for text in [
            "",
            "+",
            "1",
            "h",
            ".s",
            "1d",
            "30 s",
            "1h ",
            "-1h",
            "1..5s",
            "1.2.3s",
            "soon",
            "9999999999h",
            "1\u{e9}s",
            "99999999999999999999999999999999999999999999h",
        ] {
            assert_eq!(text.parse::<GoDuration>(), Err(ParseDurationError), "{text:?}");
        }
    }
}
