//! Points in time.

use std::sync::Arc;

/// `time.Time`: a point in time, and the zone in which it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Time {
    /// Seconds since 1970 in UTC, by the calendar without leap seconds.
    pub seconds: i64,
    /// Nanoseconds after them, below 10⁹.
    pub nanoseconds: u32,
    /// Where it is read.
    pub zone: Zone,
}

/// `*time.Location`, as far as a template can make one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Zone {
    /// `time.UTC`.
    Utc,
    /// `time.Local`, which is UTC wherever templates are rendered, and named so, but is another location to Go.
    Local,
    /// A fixed offset, as read from a text.
    Fixed {
        /// Abbreviation; may be empty.
        name: Arc<str>,
        /// Seconds east of Greenwich.
        offset: i32,
    },
}

impl Time {
    /// Seconds of the zero time, the first of January of the year 1.
    pub const ZERO_SECONDS: i64 = -62_135_596_800;

    /// The zero time, in UTC.
    pub const ZERO: Self = Self {
        seconds: Self::ZERO_SECONDS,
        nanoseconds: 0,
        zone: Zone::Utc,
    };

    /// Seconds of the clock in the zone, counted as if it were UTC.
    pub fn local_seconds(&self) -> i64 {
        self.seconds.wrapping_add(self.zone.offset().into())
    }
}

impl Zone {
    /// Seconds east of Greenwich.
    pub fn offset(&self) -> i32 {
        match self {
            Self::Utc | Self::Local => 0,
            Self::Fixed { offset, .. } => *offset,
        }
    }

    /// The abbreviation that a time in it is printed with; may be empty.
    pub fn abbreviation(&self) -> &str {
        match self {
            Self::Utc | Self::Local => "UTC",
            Self::Fixed { name, .. } => name,
        }
    }

    /// Go's name of the location.
    pub fn name(&self) -> &str {
        match self {
            Self::Utc | Self::Local => "UTC",
            Self::Fixed { name, .. } => name,
        }
    }
}
