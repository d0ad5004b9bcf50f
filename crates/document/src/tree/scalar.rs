use std::fmt;

use jiff::{Timestamp, tz::Offset};
use zeroize::Zeroizing;

use super::{Bytes, text::text};

/// A single value with the type that it has in Go, which SOPS writes beside each encrypted value.
///
/// It has no `Debug`: it may be plaintext.
pub enum Scalar {
    /// No value.
    Null,
    /// A boolean.
    Bool(bool),
    /// A whole number of 64 bits with a sign: Go's `int`.
    Integer(i64),
    /// A whole number from 2⁶³ to 2⁶⁴−1: Go's `uint64`, which SOPS does not encrypt.
    Unsigned(u64),
    /// Any other number: Go's `float64`.
    Float(f64),
    /// A time with its offset from UTC: Go's `time.Time`. Boxed, for few values are times, and each would have the room for one.
    Time(Box<Time>),
    /// A text. Bytes, because the binary format and `!!binary` hold any.
    Text(Bytes),
}

/// A point in time and the offset from UTC in which it is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Time {
    /// The point in time, to the nanosecond.
    pub timestamp: Timestamp,
    /// The offset of the clock that wrote it.
    pub offset: Offset,
}

impl Time {
    /// To the second, with its offset: Go's `time.RFC3339`.
    pub fn to_seconds(&self) -> String {
        self.written("")
    }

    fn written(&self, fraction: &str) -> String {
        let local = self.offset.to_datetime(self.timestamp);
        let mut text = local.strftime("%Y-%m-%dT%H:%M:%S").to_string();
        text.push_str(fraction);
        match self.offset.seconds() {
            0 => text.push('Z'),
            seconds => {
                let minutes = seconds.unsigned_abs() / 60;
                let sign = if seconds < 0 { '-' } else { '+' };
                text.push_str(&format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60));
            }
        }
        text
    }
}

impl fmt::Display for Time {
    /// As exactly as it is, with its offset: Go's `time.RFC3339Nano`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanoseconds = format!("{:09}", self.offset.to_datetime(self.timestamp).subsec_nanosecond());
        match nanoseconds.trim_end_matches('0') {
            "" => f.write_str(&self.to_seconds()),
            fraction => f.write_str(&self.written(&format!(".{fraction}"))),
        }
    }
}

impl Scalar {
    /// A text.
    pub fn text(text: impl Into<Vec<u8>>) -> Self {
        Self::Text(Zeroizing::new(text.into()).into())
    }

    /// The text, if it is one and is UTF-8.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(bytes) => std::str::from_utf8(bytes).ok(),
            _ => None,
        }
    }

    /// The value in a format that has texts alone, as in a dotenv file or the environment; none of null.
    pub fn to_text(&self) -> Option<Zeroizing<Vec<u8>>> {
        text(self)
    }

    /// What it is, with its article, for messages: `a boolean`, `an integer`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Integer(_) | Self::Unsigned(_) => "an integer",
            Self::Float(_) => "a number",
            Self::Time(_) => "a time",
            Self::Text(_) => "a text",
        }
    }
}
