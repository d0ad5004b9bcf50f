//! The calendar and the texts of Go's `time`.

use std::fmt;

use crate::{Time, Zone};

/// What a clock and a calendar show.
#[derive(Clone, Copy)]
pub(crate) struct Civil {
    pub(crate) year: i64,
    /// 1 to 12.
    pub(crate) month: i64,
    pub(crate) day: i64,
    pub(crate) hour: i64,
    pub(crate) minute: i64,
    pub(crate) second: i64,
    /// 0 is Sunday.
    pub(crate) weekday: i64,
    /// 1 is the first of January.
    pub(crate) day_of_year: i64,
}

impl Civil {
    /// What they show at so many seconds after 1970, in the Gregorian calendar at all times.
    pub(crate) fn at(seconds: i64) -> Self {
        let (days, clock) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
        // Years that begin in March put the leap day at their end (Howard Hinnant, chrono-compatible date algorithms).
        let shifted = days + DAYS_FROM_MARCH_0;
        let (era, day_of_era) = (shifted.div_euclid(ERA), shifted.rem_euclid(ERA));
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_march_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let march_month = (5 * day_of_march_year + 2) / 153;
        let month = if march_month < 10 {
            march_month + 3
        } else {
            march_month - 9
        };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Self {
            year,
            month,
            day: day_of_march_year - (153 * march_month + 2) / 5 + 1,
            hour: clock / 3600,
            minute: clock / 60 % 60,
            second: clock % 60,
            weekday: (days + 4).rem_euclid(7),
            day_of_year: days - days_to_year(year) + 1,
        }
    }

    /// The seconds after 1970 of a date and a clock time; months and days beyond their bounds run over.
    pub(crate) fn seconds(year: i64, month: i64, day: i64, clock: i64) -> i64 {
        let months = month - 1;
        let (year, month) = (year + months.div_euclid(12), months.rem_euclid(12));
        let leap = i64::from(month > 1 && is_leap(year));
        let before = CUMULATED[usize::try_from(month).unwrap_or(0)];
        (days_to_year(year) + before + leap + day - 1)
            .wrapping_mul(DAY)
            .wrapping_add(clock)
    }
}

impl Time {
    /// What clock and calendar show in the time's zone.
    pub(crate) fn civil(&self) -> Civil {
        Civil::at(self.local_seconds())
    }

    /// `%#v`.
    pub(crate) fn go_string(&self) -> String {
        let now = self.civil();
        let zone = match &self.zone {
            Zone::Utc => "time.UTC".to_owned(),
            Zone::Local => "time.Local".to_owned(),
            Zone::Fixed { name, .. } => format!("time.Location({name:?})"),
        };
        format!(
            "time.Date({}, time.{}, {}, {}, {}, {}, {}, {zone})",
            now.year,
            month(now.month),
            now.day,
            now.hour,
            now.minute,
            now.second,
            self.nanoseconds
        )
    }
}

/// As `Time.String`: `2006-01-02 15:04:05.999999999 -0700 MST`.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let now = self.civil();
        let year = if now.year < 0 {
            format!("-{:04}", -now.year)
        } else {
            format!("{:04}", now.year)
        };
        write!(
            f,
            "{year}-{:02}-{:02} {:02}:{:02}:{:02}",
            now.month, now.day, now.hour, now.minute, now.second
        )?;
        if self.nanoseconds > 0 {
            let digits = format!("{:09}", self.nanoseconds);
            write!(f, ".{}", digits.trim_end_matches('0'))?;
        }
        let minutes = self.zone.offset() / 60;
        let sign = if minutes < 0 { '-' } else { '+' };
        let offset = format!("{sign}{:02}{:02}", minutes.abs() / 60, minutes.abs() % 60);
        let name = self.zone.abbreviation();
        // Go prints the offset where a zone has no name: short, when there are no minutes in it.
        let name = match name {
            "" if minutes % 60 == 0 => &offset[..3],
            "" => &offset,
            name => name,
        };
        write!(f, " {offset} {name}")
    }
}

/// `Duration.String` of nanoseconds.
pub(crate) fn duration(nanoseconds: i64) -> String {
    let sign = if nanoseconds < 0 { "-" } else { "" };
    let total = nanoseconds.unsigned_abs();
    if total == 0 {
        return "0s".to_owned();
    }
    let fraction = |value: u64, unit: u64| {
        let width = unit.ilog10() as usize;
        let digits = format!("{}.{:0width$}", value / unit, value % unit);
        digits.trim_end_matches('0').trim_end_matches('.').to_owned()
    };
    let text = match total {
        0..1_000 => format!("{total}ns"),
        1_000..1_000_000 => format!("{}µs", fraction(total, 1_000)),
        1_000_000..SECOND => format!("{}ms", fraction(total, 1_000_000)),
        _ => {
            let seconds = fraction(total % (60 * SECOND), SECOND);
            let minutes = total / SECOND / 60;
            match (minutes / 60, minutes % 60) {
                (0, 0) => format!("{seconds}s"),
                (0, minutes) => format!("{minutes}m{seconds}s"),
                (hours, minutes) => format!("{hours}h{minutes}m{seconds}s"),
            }
        }
    };
    format!("{sign}{text}")
}

/// English name of a month, 1 to 12.
pub(crate) fn month(month: i64) -> String {
    let index = usize::try_from(month.wrapping_sub(1)).ok();
    let name = index.and_then(|index| MONTHS.get(index));
    name.map_or_else(
        || format!("%!Month({})", month.cast_unsigned()),
        |&name| name.to_owned(),
    )
}

/// English name of a day of the week, 0 to 6.
pub(crate) fn weekday(weekday: i64) -> String {
    let name = usize::try_from(weekday).ok().and_then(|index| WEEKDAYS.get(index));
    name.map_or_else(
        || format!("%!Weekday({})", weekday.cast_unsigned()),
        |&name| name.to_owned(),
    )
}

/// Days from 1970 to the first of January of a year.
fn days_to_year(year: i64) -> i64 {
    let before = year - 1;
    before * 365 + before.div_euclid(4) - before.div_euclid(100) + before.div_euclid(400) - DAYS_TO_1970
}

pub(crate) fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

const DAY: i64 = 86_400;
const SECOND: u64 = 1_000_000_000;
/// Days of 400 years.
const ERA: i64 = 146_097;
/// Days from the first of March of the year 0 to 1970.
const DAYS_FROM_MARCH_0: i64 = 719_468;
/// Days from the first of January of the year 1 to 1970.
const DAYS_TO_1970: i64 = 719_162;
/// Days before each month of a year without a leap day.
const CUMULATED: [i64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];
