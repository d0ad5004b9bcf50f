use std::{
    ops::Deref,
    str::{self, FromStr},
};

use jiff::{
    fmt::temporal::{Pieces, PiecesOffset},
    tz::Offset,
};
use signet_document::tree::{Scalar, Time};
use zeroize::Zeroizing;

use super::hexadecimal;

/// What a value is, as it stands behind `type:`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Go's `bool`.
    Bool,
    /// Bytes, which are not written any more.
    Bytes,
    /// A comment.
    Comment,
    /// Go's `float64`.
    Float,
    /// Go's `int`.
    Integer,
    /// A text, or any other bytes.
    Text,
    /// Go's `time.Time`.
    Time,
}

impl Kind {
    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::Bytes => "bytes",
            Self::Comment => "comment",
            Self::Float => "float",
            Self::Integer => "int",
            Self::Text => "str",
            Self::Time => "time",
        }
    }

    /// The value of some plaintext of this kind. A comment is its text.
    ///
    /// # Errors
    /// [`PlainError`]: it is not of this kind.
    pub fn read(self, plaintext: Zeroizing<Vec<u8>>) -> Result<Scalar, PlainError> {
        if matches!(self, Self::Text | Self::Bytes | Self::Comment) {
            return Ok(Scalar::Text(plaintext.into()));
        }
        let text = str::from_utf8(&plaintext).map_err(|_| PlainError(self))?;
        let value = match self {
            Self::Bool => boolean(text).map(Scalar::Bool),
            Self::Float => float(text).map(Scalar::Float),
            Self::Integer => text.parse().ok().map(Scalar::Integer),
            _ => time(text).map(|time| Scalar::Time(Box::new(time))),
        };
        value.ok_or(PlainError(self))
    }
}

impl FromStr for Kind {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let all = [
            Self::Bool,
            Self::Bytes,
            Self::Comment,
            Self::Float,
            Self::Integer,
            Self::Text,
            Self::Time,
        ];
        all.into_iter().find(|kind| kind.as_str() == text).ok_or(())
    }
}

/// A plaintext that is not of the kind that stands beside it. Nothing of it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the plaintext is not of the type {}", .0.as_str())]
pub struct PlainError(pub Kind);

/// The bytes that are encrypted, and hashed for the MAC, and their kind; none of null.
pub(crate) fn plaintext(scalar: &Scalar) -> Option<(Bytes<'_>, Kind)> {
    let (text, kind) = match scalar {
        Scalar::Null => return None,
        Scalar::Text(bytes) => return Some((Bytes::Borrowed(bytes), Kind::Text)),
        Scalar::Bool(true) => ("True".to_owned(), Kind::Bool),
        Scalar::Bool(false) => ("False".to_owned(), Kind::Bool),
        Scalar::Integer(number) => (number.to_string(), Kind::Integer),
        Scalar::Unsigned(number) => (number.to_string(), Kind::Integer),
        Scalar::Float(number) => (float_text(*number), Kind::Float),
        Scalar::Time(time) => (time.to_string(), Kind::Time),
    };
    Some((Bytes::Owned(Zeroizing::new(text.into_bytes())), kind))
}

/// The bytes of [`plaintext`] of a value that is not needed any more; none of null.
pub(crate) fn into_plaintext(scalar: Scalar) -> Zeroizing<Vec<u8>> {
    match scalar {
        Scalar::Text(bytes) => bytes.into_owned(),
        other => plaintext(&other).map_or_else(Zeroizing::default, |(bytes, _)| bytes.into_owned()),
    }
}

/// The plaintext of a scalar: its own text, or one made of it.
pub(crate) enum Bytes<'a> {
    Borrowed(&'a [u8]),
    Owned(Zeroizing<Vec<u8>>),
}

impl Bytes<'_> {
    pub(crate) fn into_owned(self) -> Zeroizing<Vec<u8>> {
        match self {
            Self::Borrowed(bytes) => Zeroizing::new(bytes.to_vec()),
            Self::Owned(bytes) => bytes,
        }
    }
}

impl Deref for Bytes<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Borrowed(bytes) => bytes,
            Self::Owned(bytes) => bytes,
        }
    }
}

/// Go's `strconv.FormatFloat(number, 'f', -1, 64)`.
fn float_text(number: f64) -> String {
    match number {
        f64::INFINITY => "+Inf".to_owned(),
        f64::NEG_INFINITY => "-Inf".to_owned(),
        number => number.to_string(),
    }
}

/// Go's `time.RFC3339`.
pub(crate) fn seconds_text(time: &Time) -> String {
    time.to_seconds()
}

/// Go's `strconv.ParseBool`.
fn boolean(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

/// Go's `strconv.ParseFloat`.
fn float(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let is_negative = text.starts_with('-');
    if let Some(digits) = unsigned.strip_prefix("0x").or_else(|| unsigned.strip_prefix("0X")) {
        let number = hexadecimal::float(digits)?;
        return Some(if is_negative { -number } else { number });
    }
    let number: f64 = text.parse().ok()?;
    match number {
        // A sign in front of it is none in Go.
        number if number.is_nan() => (unsigned == text).then_some(number),
        // What is too large is out of range in Go; the word is not.
        number if number.is_infinite() => unsigned.starts_with(['i', 'I']).then_some(number),
        number => Some(number),
    }
}

/// RFC 3339. A leap second is none in Go.
fn time(text: &str) -> Option<Time> {
    let is_leap_second = text.as_bytes().get(17..19) == Some(b"60");
    let pieces = Pieces::parse(text)
        .ok()
        .filter(|_| is_rfc_3339(text) && !is_leap_second)?;
    let offset = match pieces.offset()? {
        PiecesOffset::Zulu => Offset::UTC,
        PiecesOffset::Numeric(offset) => offset.offset(),
        _ => return None,
    };
    let timestamp = offset.to_timestamp(pieces.date().to_datetime(pieces.time()?)).ok()?;
    Some(Time { timestamp, offset })
}

/// Whether everything that jiff may leave out is there, and nothing that it takes beyond that.
fn is_rfc_3339(text: &str) -> bool {
    let Some((moment, rest)) = text.split_at_checked(19) else {
        return false;
    };
    let separators = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    let is_moment = separators
        .iter()
        .all(|(place, separator)| moment.as_bytes().get(*place) == Some(separator));
    let offset = match rest.strip_prefix('.') {
        Some(fraction) => fraction.trim_start_matches(|digit: char| digit.is_ascii_digit()),
        None => rest,
    };
    let is_numeric = offset.starts_with(['+', '-']) && offset.len() == 6 && offset.as_bytes().get(3) == Some(&b':');
    is_moment && (offset == "Z" || is_numeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(scalar: &Scalar) -> String {
        let (bytes, kind) = plaintext(scalar).expect("a value");
        format!("{} {}", kind.as_str(), String::from_utf8_lossy(&bytes))
    }

    /// Reads, and writes again.
    fn again(kind: &str, text: &str) -> Option<String> {
        let kind: Kind = kind.parse().expect("a kind");
        let scalar = kind.read(Zeroizing::new(text.as_bytes().to_vec())).ok()?;
        Some(String::from_utf8_lossy(&plaintext(&scalar)?.0).into_owned())
    }

    #[test]
    fn as_go_writes_it() {
        for (scalar, expected) in [
            (Scalar::Bool(true), "bool True"),
            (Scalar::Bool(false), "bool False"),
            (Scalar::Integer(-7), "int -7"),
            (Scalar::Integer(i64::MIN), "int -9223372036854775808"),
            (Scalar::Float(3.0), "float 3"),
            (Scalar::Float(1.5e10), "float 15000000000"),
            (Scalar::Float(1e-10), "float 0.0000000001"),
            (Scalar::Float(1e30), "float 1000000000000000000000000000000"),
            (Scalar::Float(-0.0), "float -0"),
            (Scalar::Float(f64::INFINITY), "float +Inf"),
            (Scalar::Float(f64::NEG_INFINITY), "float -Inf"),
            (Scalar::Float(f64::NAN), "float NaN"),
            (Scalar::text("a\nb"), "str a\nb"),
            (Scalar::text(""), "str "),
        ] {
            assert_eq!(described(&scalar), expected);
        }
        assert!(plaintext(&Scalar::Null).is_none());
    }

    #[test]
    fn as_go_reads_it() {
        for (kind, text, expected) in [
            ("int", "007", "7"),
            ("int", "+5", "5"),
            ("int", "-0", "0"),
            ("float", "1e3", "1000"),
            ("float", "+Inf", "+Inf"),
            ("float", "-infinity", "-Inf"),
            ("float", "nan", "NaN"),
            ("float", ".5", "0.5"),
            ("float", "0x1p-2", "0.25"),
            ("float", "-0X1.8P+1", "-3"),
            ("bool", "1", "True"),
            ("bool", "F", "False"),
            ("time", "2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z"),
            ("time", "2006-01-02T15:04:05.120+07:06", "2006-01-02T15:04:05.12+07:06"),
            ("time", "2006-01-02T15:04:05-00:30", "2006-01-02T15:04:05-00:30"),
            ("str", "", ""),
            ("bytes", "x", "x"),
            ("comment", " x", " x"),
        ] {
            assert_eq!(again(kind, text).as_deref(), Some(expected), "{kind} {text}");
        }
    }

    #[test]
    fn what_is_of_another_kind_is_refused() {
        for (kind, text) in [
            ("int", ""),
            ("int", "1_000"),
            ("int", "0x10"),
            ("int", " 1"),
            ("int", "9223372036854775808"),
            ("float", ""),
            ("float", "1e400"),
            ("float", "1,5"),
            ("float", "+nan"),
            ("float", "0x1"),
            ("float", "1_0"),
            ("float", "in"),
            ("bool", "yes"),
            ("bool", "tRue"),
            ("bool", ""),
            ("time", ""),
            ("time", "2024-01-01"),
            ("time", "2024-01-01 00:00:00Z"),
            ("time", "2024-01-01T00:00:00"),
            ("time", "2024-13-01T00:00:00Z"),
            ("time", "2016-12-31T23:59:60Z"),
            ("time", "2024-01-01t00:00:00Z"),
            ("time", "2024-01-01T00:00Z"),
            ("time", "2024-01-01T00:00:00+0100"),
            ("time", "2024-01-01T00:00:00Z[UTC]"),
        ] {
            assert_eq!(again(kind, text), None, "{kind} {text}");
        }
        for unknown in ["", "string", "Str", "uint"] {
            assert!(unknown.parse::<Kind>().is_err(), "{unknown}");
        }
        let not_text = Zeroizing::new(vec![0xFF]);
        assert_eq!(Kind::Integer.read(not_text).err(), Some(PlainError(Kind::Integer)));
    }
}
