//! Zones of the time zone database, which comes with the program: a rendering is the same wherever it runs.

use jiff::{Timestamp, tz::TimeZoneDatabase};

use super::format::Clock;
use crate::Time;

/// Shows a time on the clocks of a zone by its name in the database; on those of UTC if there is no such zone.
pub(super) fn with_clock<R>(time: &Time, zone: &[u8], show: impl FnOnce(Clock<'_>) -> R) -> R {
    let clock = |offset: i32, abbreviation: &str| {
        show(Clock {
            seconds: time.seconds.wrapping_add(offset.into()),
            nanoseconds: time.nanoseconds,
            offset,
            abbreviation,
        })
    };
    let found = std::str::from_utf8(zone).ok().and_then(|name| {
        let zone = TimeZoneDatabase::bundled().get(name).ok()?;
        // The database takes names in any case; the files that Go reads do not.
        (zone.iana_name() == Some(name)).then_some(zone)
    });
    match found {
        Some(zone) => {
            let most = Timestamp::MAX.as_second();
            let least = Timestamp::MIN.as_second();
            let point = Timestamp::from_second(time.seconds.clamp(least, most)).unwrap_or_default();
            let info = zone.to_offset_info(point);
            clock(info.offset().seconds(), info.abbreviation())
        }
        None => clock(0, "UTC"),
    }
}
