use jiff::{
    civil::{Date, DateTime},
    tz::Offset,
};

use crate::tree::Time;

/// Whether go.yaml.in/yaml takes the text for a time (`parseTimestamp` in its `resolve.go`).
///
/// Where a time is read as a text, it has to be written in quotes for other readers.
pub(crate) fn is_timestamp(text: &str) -> bool {
    parse_timestamp(text).is_some()
}

/// A time as go.yaml.in/yaml reads it: a date, which is midnight UTC; a date and a time behind `T` with a zone; or the same behind a
/// blank without one, which is UTC. Dates may have one digit for the month and the day, times one for hours, minutes and seconds.
pub(crate) fn parse_timestamp(text: &str) -> Option<Time> {
    let (date, rest) = date(text)?;
    let (time, offset) = match rest {
        "" => (date.at(0, 0, 0, 0), Offset::UTC),
        rest => time(date, rest)?,
    };
    let timestamp = offset.to_timestamp(time).ok()?;
    Some(Time { timestamp, offset })
}

/// `YYYY-M-D`, and the rest.
fn date(text: &str) -> Option<(Date, &str)> {
    let (year, rest) = text.split_at_checked(4)?;
    let year = i16::try_from(whole(year)?).ok()?;
    let (month, rest) = short(rest.strip_prefix('-')?)?;
    let (day, rest) = short(rest.strip_prefix('-')?)?;
    Some((Date::new(year, month, day).ok()?, rest))
}

/// `Th:m:s`, its fraction and its zone, or the same with a blank in front and no zone.
fn time(date: Date, text: &str) -> Option<(DateTime, Offset)> {
    let is_zoned = text.starts_with(['T', 't']);
    let rest = text.strip_prefix(['T', 't', ' '])?;
    let (hour, rest) = short(rest)?;
    let (minute, rest) = short(rest.strip_prefix(':')?)?;
    let (second, rest) = short(rest.strip_prefix(':')?)?;
    let (nanoseconds, rest) = fraction(rest)?;
    // A leap second, which no format of Go knows.
    if second > 59 {
        return None;
    }
    let time = jiff::civil::Time::new(hour, minute, second, nanoseconds).ok()?;
    let offset = match (is_zoned, rest) {
        (true, rest) => zone(rest)?,
        (false, "") => Offset::UTC,
        (false, _) => return None,
    };
    Some((date.to_datetime(time), offset))
}

/// Nanoseconds; digits behind the ninth are dropped.
fn fraction(text: &str) -> Option<(i32, &str)> {
    let Some(text) = text.strip_prefix(['.', ',']) else {
        return Some((0, text));
    };
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at_checked(length)?;
    let nine = digits.get(..9).unwrap_or(digits);
    let scale = 10_i32.pow(9 - u32::try_from(nine.len()).ok()?);
    Some((nine.parse::<i32>().ok()? * scale, rest))
}

fn zone(text: &str) -> Option<Offset> {
    if text == "Z" {
        return Some(Offset::UTC);
    }
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, rest) = text.get(1..)?.split_at_checked(2)?;
    let (hours, minutes) = (whole(hours)?, whole(rest.strip_prefix(':')?)?);
    let is_zone = hours <= 24 && minutes <= 60 && rest.len() == 3;
    let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
    is_zone.then(|| Offset::from_seconds(sign * seconds).ok()).flatten()
}

/// A number of one or two digits, and the rest.
fn short(text: &str) -> Option<(i8, &str)> {
    let length = text.bytes().take(2).take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at_checked(length)?;
    Some((digits.parse().ok()?, rest))
}

fn whole(digits: &str) -> Option<u32> {
    match digits.bytes().all(|byte| byte.is_ascii_digit()) {
        true => digits.parse().ok(),
        false => None,
    }
}
