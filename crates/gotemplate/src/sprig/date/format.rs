//! A time written by a layout.

use super::layout::{self, MONTHS, Offset, Token, WEEKDAYS};
use crate::{Time, clock::Civil};

/// A point in time as the clocks of a zone show it.
#[derive(Clone, Copy)]
pub(crate) struct Clock<'z> {
    /// Seconds that the clock shows, counted from 1970.
    pub(crate) seconds: i64,
    /// Nanoseconds after them.
    pub(crate) nanoseconds: u32,
    /// Seconds east of Greenwich.
    pub(crate) offset: i32,
    /// Abbreviation of the zone; may be empty.
    pub(crate) abbreviation: &'z str,
}

impl<'z> Clock<'z> {
    /// A time in its own zone.
    pub(crate) fn of(time: &'z Time) -> Self {
        Self {
            seconds: time.local_seconds(),
            nanoseconds: time.nanoseconds,
            offset: time.zone.offset(),
            abbreviation: time.zone.abbreviation(),
        }
    }
}

/// The time by a layout. At most four times as long as the layout and the abbreviations in it.
pub(crate) fn format(layout: &[u8], clock: Clock<'_>) -> Vec<u8> {
    let mut text = Vec::with_capacity(layout.len() * 2);
    let mut layout = layout;
    loop {
        let (prefix, token, rest) = layout::next(layout);
        text.extend_from_slice(prefix);
        let Some(token) = token else { return text };
        write(&mut text, token, clock);
        layout = rest;
    }
}

fn write(text: &mut Vec<u8>, token: Token, clock: Clock<'_>) {
    let now = Civil::at(clock.seconds);
    let hour12 = if now.hour % 12 == 0 { 12 } else { now.hour % 12 };
    let month = MONTHS[(now.month - 1).unsigned_abs() as usize].as_bytes();
    let weekday = WEEKDAYS[now.weekday.unsigned_abs() as usize].as_bytes();
    match token {
        Token::Day => number(text, now.day, 1),
        Token::DaySpaced => spaced(text, now.day, 2),
        Token::DayZero => number(text, now.day, 2),
        Token::Fraction {
            digits,
            separator,
            trimmed,
        } => fraction(text, clock.nanoseconds, digits, separator, trimmed),
        Token::Hour => number(text, now.hour, 2),
        Token::Hour12 => number(text, hour12, 1),
        Token::Hour12Zero => number(text, hour12, 2),
        Token::Meridiem { upper } => text.extend_from_slice(match (upper, now.hour >= 12) {
            (true, true) => b"PM",
            (true, false) => b"AM",
            (false, true) => b"pm",
            (false, false) => b"am",
        }),
        Token::Minute => number(text, now.minute, 1),
        Token::MinuteZero => number(text, now.minute, 2),
        Token::Month => number(text, now.month, 1),
        Token::MonthLong => text.extend_from_slice(month),
        Token::MonthShort => text.extend_from_slice(&month[..3]),
        Token::MonthZero => number(text, now.month, 2),
        Token::Offset(offset) => write_offset(text, offset, clock.offset),
        Token::Second => number(text, now.second, 1),
        Token::SecondZero => number(text, now.second, 2),
        Token::WeekdayLong => text.extend_from_slice(weekday),
        Token::WeekdayShort => text.extend_from_slice(&weekday[..3]),
        Token::Year => number(text, now.year, 4),
        Token::YearDaySpaced => spaced(text, now.day_of_year, 3),
        Token::YearDayZero => number(text, now.day_of_year, 3),
        Token::YearShort => number(text, now.year.abs() % 100, 2),
        Token::Zone => zone(text, clock),
    }
}

/// The sign does not count as width.
fn number(text: &mut Vec<u8>, value: i64, width: usize) {
    let sign = if value < 0 { "-" } else { "" };
    text.extend_from_slice(format!("{sign}{:0width$}", value.unsigned_abs()).as_bytes());
}

fn spaced(text: &mut Vec<u8>, value: i64, width: usize) {
    text.extend_from_slice(format!("{value:width$}").as_bytes());
}

fn fraction(text: &mut Vec<u8>, nanoseconds: u32, digits: usize, separator: u8, trimmed: bool) {
    let all = format!("{nanoseconds:09}");
    let mut kept = &all[..digits.min(9)];
    if trimmed {
        kept = kept.trim_end_matches('0');
        if kept.is_empty() {
            return;
        }
    }
    text.push(separator);
    text.extend_from_slice(kept.as_bytes());
}

fn write_offset(text: &mut Vec<u8>, form: Offset, offset: i32) {
    if form.zulu && offset == 0 {
        text.push(b'Z');
        return;
    }
    // An offset of less than a minute west is written as east, as Go does.
    text.push(if offset / 60 < 0 { b'-' } else { b'+' });
    let minutes = i64::from((offset / 60).abs());
    let colon = |text: &mut Vec<u8>| {
        if form.colon {
            text.push(b':');
        }
    };
    number(text, minutes / 60, 2);
    if form.minutes {
        colon(text);
        number(text, minutes % 60, 2);
    }
    if form.seconds {
        colon(text);
        let seconds = if offset / 60 < 0 { -offset } else { offset };
        number(text, i64::from(seconds % 60), 2);
    }
}

/// A zone without abbreviation shows its offset.
fn zone(text: &mut Vec<u8>, clock: Clock<'_>) {
    if clock.abbreviation.is_empty() {
        write_offset(
            text,
            Offset {
                zulu: false,
                colon: false,
                minutes: true,
                seconds: false,
            },
            clock.offset,
        );
    } else {
        text.extend_from_slice(clock.abbreviation.as_bytes());
    }
}
