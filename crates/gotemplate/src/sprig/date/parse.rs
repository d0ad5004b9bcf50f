//! A time read by a layout.

use std::sync::Arc;

use super::layout::{self, MONTHS, Offset, Token, WEEKDAYS};
use crate::{Time, Zone, clock::Civil};

/// Why a text is no time of the layout. Go quotes the text; it may be a secret.
pub(super) type Refusal = &'static str;

/// Reads a time. What the layout leaves out is the first of January of the year 0, midnight, in the local zone.
pub(crate) fn parse(layout: &[u8], text: &[u8]) -> Result<Time, Refusal> {
    let mut fields = Fields::default();
    let (mut layout, mut text) = (layout, text);
    loop {
        let (prefix, token, rest) = layout::next(layout);
        text = skip(text, prefix)?;
        let Some(token) = token else {
            return if text.is_empty() {
                fields.time()
            } else {
                Err("parsing time: extra text")
            };
        };
        layout = rest;
        text = fields.read(token, text, layout)?;
    }
}

#[derive(Default)]
struct Fields {
    year: i64,
    month: Option<u32>,
    day: Option<u32>,
    day_of_year: Option<u32>,
    hour: u32,
    minute: u32,
    second: u32,
    nanoseconds: u32,
    afternoon: Option<bool>,
    utc: bool,
    offset: Option<i32>,
    zone: Option<Vec<u8>>,
}

impl Fields {
    /// Reads the text of one token, and gives what follows it.
    fn read<'t>(&mut self, token: Token, text: &'t [u8], layout: &[u8]) -> Result<&'t [u8], Refusal> {
        match token {
            Token::Year | Token::YearShort => self.read_year(token, text),
            Token::Month | Token::MonthZero | Token::MonthLong | Token::MonthShort => self.read_month(token, text),
            Token::WeekdayLong => named(text, &WEEKDAYS, 0).map(|(_, rest)| rest),
            Token::WeekdayShort => named(text, &WEEKDAYS, 3).map(|(_, rest)| rest),
            Token::Day | Token::DaySpaced | Token::DayZero => {
                let text = if token == Token::DaySpaced {
                    text.strip_prefix(b" ").unwrap_or(text)
                } else {
                    text
                };
                keep(&mut self.day, number(text, 2, token == Token::DayZero)?)
            }
            Token::YearDaySpaced | Token::YearDayZero => {
                let spaced = |text: &'t [u8]| text.strip_prefix(b" ").unwrap_or(text);
                let text = if token == Token::YearDaySpaced {
                    spaced(spaced(text))
                } else {
                    text
                };
                keep(&mut self.day_of_year, number(text, 3, token == Token::YearDayZero)?)
            }
            Token::Hour => within(
                &mut self.hour,
                number(text, 2, false)?,
                23,
                "parsing time: hour out of range",
            ),
            Token::Hour12 | Token::Hour12Zero => {
                let read = number(text, 2, token == Token::Hour12Zero)?;
                within(&mut self.hour, read, 12, "parsing time: hour out of range")
            }
            Token::Minute | Token::MinuteZero => {
                let read = number(text, 2, token == Token::MinuteZero)?;
                within(&mut self.minute, read, 59, "parsing time: minute out of range")
            }
            Token::Second | Token::SecondZero => self.read_second(token, text, layout),
            Token::Fraction { digits, trimmed, .. } => self.read_fraction(text, digits, trimmed),
            Token::Meridiem { upper } => self.read_meridiem(text, upper),
            Token::Offset(form) => self.read_offset(form, text),
            Token::Zone => self.read_zone(text),
        }
    }

    fn read_year<'t>(&mut self, token: Token, text: &'t [u8]) -> Result<&'t [u8], Refusal> {
        let width = if token == Token::Year { 4 } else { 2 };
        let (digits, rest) = text.split_at_checked(width).ok_or(MISMATCH)?;
        // Go reads two digits as any number, with a sign.
        let value = match (token, digits) {
            (Token::YearShort, [sign @ (b'+' | b'-'), digit @ b'0'..=b'9']) => {
                i64::from(digit - b'0') * if *sign == b'-' { -1 } else { 1 }
            }
            _ => digits
                .iter()
                .try_fold(0, |value, &digit| Some(value * 10 + i64::from(decimal(digit)?)))
                .ok_or(MISMATCH)?,
        };
        self.year = match token {
            Token::Year => value,
            _ if value >= 69 => value + 1900,
            _ => value + 2000,
        };
        Ok(rest)
    }

    fn read_month<'t>(&mut self, token: Token, text: &'t [u8]) -> Result<&'t [u8], Refusal> {
        let (month, rest) = match token {
            Token::MonthLong => named(text, &MONTHS, 0)?,
            Token::MonthShort => named(text, &MONTHS, 3)?,
            _ => number(text, 2, token == Token::MonthZero)?,
        };
        if !(1..=12).contains(&month) {
            return Err("parsing time: month out of range");
        }
        self.month = Some(month);
        Ok(rest)
    }

    /// A fraction may follow the seconds although the layout has none.
    fn read_second<'t>(&mut self, token: Token, text: &'t [u8], layout: &[u8]) -> Result<&'t [u8], Refusal> {
        let read = number(text, 2, token == Token::SecondZero)?;
        let rest = within(&mut self.second, read, 59, "parsing time: second out of range")?;
        let expected = matches!(layout::next(layout).1, Some(Token::Fraction { .. }));
        if expected {
            Ok(rest)
        } else {
            self.read_fraction(rest, 9, true)
        }
    }

    fn read_fraction<'t>(&mut self, text: &'t [u8], digits: usize, trimmed: bool) -> Result<&'t [u8], Refusal> {
        let found = match text {
            [b'.' | b',', digits @ ..] => digits.iter().take_while(|byte| byte.is_ascii_digit()).count(),
            _ => 0,
        };
        let length = match (trimmed, found) {
            (true, 0) => return Ok(text),
            (true, found) => found,
            (false, found) if found >= digits => digits,
            (false, _) => return Err(MISMATCH),
        };
        let read = |value: u32, digit: &u8| value * 10 + u32::from(digit - b'0');
        let kept = length.min(9);
        self.nanoseconds = text[1..=kept].iter().fold(0, read) * 10_u32.pow(9 - kept as u32);
        Ok(&text[1 + length..])
    }

    fn read_meridiem<'t>(&mut self, text: &'t [u8], upper: bool) -> Result<&'t [u8], Refusal> {
        let (letters, rest) = text.split_at_checked(2).ok_or(MISMATCH)?;
        self.afternoon = Some(match (letters, upper) {
            (b"PM", true) | (b"pm", false) => true,
            (b"AM", true) | (b"am", false) => false,
            _ => return Err(MISMATCH),
        });
        Ok(rest)
    }

    fn read_offset<'t>(&mut self, form: Offset, text: &'t [u8]) -> Result<&'t [u8], Refusal> {
        if let (true, [b'Z', rest @ ..]) = (form.zulu, text) {
            self.utc = true;
            return Ok(rest);
        }
        let (sign, mut rest) = text.split_first().ok_or(MISMATCH)?;
        let mut parts = [0; 3];
        let wanted = [true, form.minutes, form.seconds];
        for (index, part) in parts.iter_mut().enumerate().filter(|(index, _)| wanted[*index]) {
            if form.colon && index > 0 {
                rest = rest.strip_prefix(b":").ok_or(MISMATCH)?;
            }
            (*part, rest) = number(rest, 2, true)?;
        }
        let [hours, minutes, seconds] = parts;
        if hours > 24 || minutes > 60 || seconds > 60 {
            return Err("parsing time: time zone offset out of range");
        }
        let offset = ((hours * 60 + minutes) * 60 + seconds).cast_signed();
        self.offset = Some(match sign {
            b'+' => offset,
            b'-' => -offset,
            _ => return Err(MISMATCH),
        });
        Ok(rest)
    }

    fn read_zone<'t>(&mut self, text: &'t [u8]) -> Result<&'t [u8], Refusal> {
        if let Some(rest) = text.strip_prefix(b"UTC") {
            self.utc = true;
            return Ok(rest);
        }
        let length = zone_length(text).ok_or(MISMATCH)?;
        self.zone = Some(text[..length].to_vec());
        Ok(&text[length..])
    }

    fn time(mut self) -> Result<Time, Refusal> {
        match self.afternoon {
            Some(true) if self.hour < 12 => self.hour += 12,
            Some(false) if self.hour == 12 => self.hour = 0,
            _ => {}
        }
        let of_day = (self.hour * 60 + self.minute) * 60 + self.second;
        let (month, day) = self.date()?;
        let clock = Civil::seconds(self.year, month, day, of_day.into());
        let (seconds, zone) = self.place(clock);
        Ok(Time {
            seconds,
            nanoseconds: self.nanoseconds,
            zone,
        })
    }

    /// Month and day.
    fn date(&self) -> Result<(i64, i64), Refusal> {
        let date = |month: i64, day: i64| Civil::at(Civil::seconds(self.year, month, day, 0));
        let (mut month, mut day) = (self.month.map_or(1, i64::from), self.day.map_or(1, i64::from));
        if let Some(of_year) = self.day_of_year {
            let found = date(1, of_year.into());
            if found.year != self.year {
                return Err("parsing time: day-of-year out of range");
            }
            if self.month.is_some() && month != found.month {
                return Err("parsing time: day-of-year does not match month");
            }
            if self.day.is_some() && day != found.day {
                return Err("parsing time: day-of-year does not match day");
            }
            (month, day) = (found.month, found.day);
        }
        if date(month, day).month != month || day < 1 {
            return Err("parsing time: day out of range");
        }
        Ok((month, day))
    }

    /// The seconds in UTC of what the clock shows, and the zone. The local zone is UTC.
    fn place(&self, clock: i64) -> (i64, Zone) {
        let name = self
            .zone
            .as_deref()
            .map_or(String::new(), |name| String::from_utf8_lossy(name).into_owned());
        let fixed = |offset| Zone::Fixed {
            name: Arc::from(name.as_str()),
            offset,
        };
        match (self.utc, self.offset, &self.zone) {
            (true, ..) => (clock, Zone::Utc),
            // Minus one second is how Go marks that no offset was read.
            (_, Some(offset), _) if offset != -1 => match (offset, name.as_str()) {
                (0, "" | "UTC") => (clock, Zone::Local),
                _ => (clock - i64::from(offset), fixed(offset)),
            },
            (_, _, Some(_)) => {
                let hours = name.strip_prefix("GMT").and_then(|hours| hours.parse::<i32>().ok());
                (clock, fixed(hours.unwrap_or(0) * 3600))
            }
            _ => (clock, Zone::Local),
        }
    }
}

/// What follows a prefix. A blank stands for any number of blanks, even none at the end of the text.
fn skip<'t>(text: &'t [u8], prefix: &[u8]) -> Result<&'t [u8], Refusal> {
    let blanks = |text: &[u8]| text.iter().take_while(|byte| **byte == b' ').count();
    let (mut text, mut prefix) = (text, prefix);
    while let Some(&expected) = prefix.first() {
        if expected == b' ' {
            if text.first().is_some_and(|&byte| byte != b' ') {
                return Err(MISMATCH);
            }
            prefix = &prefix[blanks(prefix)..];
            text = &text[blanks(text)..];
        } else {
            text = text.strip_prefix(&[expected]).ok_or(MISMATCH)?;
            prefix = &prefix[1..];
        }
    }
    Ok(text)
}

/// A number of up to `width` digits, or of exactly so many, and what follows.
fn number(text: &[u8], width: usize, exact: bool) -> Result<(u32, &[u8]), Refusal> {
    let digits = text.iter().take(width).take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 || exact && digits != width {
        return Err(MISMATCH);
    }
    let value = text[..digits]
        .iter()
        .fold(0, |value, digit| value * 10 + u32::from(digit - b'0'));
    Ok((value, &text[digits..]))
}

/// The place of a name, from 1 on, of which only the first `letters` are written (0: all), in either case, and what follows.
fn named<'t>(text: &'t [u8], names: &[&str], letters: usize) -> Result<(u32, &'t [u8]), Refusal> {
    for (place, name) in (1..).zip(names) {
        let name = if letters == 0 { name } else { &name[..letters] };
        if text
            .get(..name.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes()))
        {
            return Ok((place, &text[name.len()..]));
        }
    }
    Err(MISMATCH)
}

fn keep<'t>(field: &mut Option<u32>, (value, rest): (u32, &'t [u8])) -> Result<&'t [u8], Refusal> {
    *field = Some(value);
    Ok(rest)
}

fn within<'t>(
    field: &mut u32,
    (value, rest): (u32, &'t [u8]),
    most: u32,
    refusal: Refusal,
) -> Result<&'t [u8], Refusal> {
    *field = value;
    if value > most { Err(refusal) } else { Ok(rest) }
}

/// How long the abbreviation is that a text starts with, by the looks of it.
fn zone_length(text: &[u8]) -> Option<usize> {
    if text.len() < 3 {
        return None;
    }
    if text.starts_with(b"ChST") || text.starts_with(b"MeST") {
        return Some(4);
    }
    if text.starts_with(b"GMT") {
        return Some(3 + signed_hours(&text[3..]));
    }
    if matches!(text[0], b'+' | b'-') {
        return Some(signed_hours(text)).filter(|length| *length > 0);
    }
    let upper = text.iter().take(6).take_while(|byte| byte.is_ascii_uppercase()).count();
    match upper {
        5 if text[4] == b'T' => Some(5),
        4 if text[3] == b'T' || text.starts_with(b"WITA") => Some(4),
        3 => Some(3),
        _ => None,
    }
}

/// Length of a sign and hours below 24; 0 when there are none.
fn signed_hours(text: &[u8]) -> usize {
    if !matches!(text.first(), Some(b'+' | b'-')) {
        return 0;
    }
    let digits = text[1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let hours = text[1..=digits].iter().try_fold(0_u32, |value, digit| {
        value.checked_mul(10)?.checked_add(u32::from(digit - b'0'))
    });
    if digits > 0 && hours.is_some_and(|hours| hours < 24) {
        1 + digits
    } else {
        0
    }
}

fn decimal(byte: u8) -> Option<u8> {
    byte.is_ascii_digit().then(|| byte - b'0')
}

const MISMATCH: Refusal = "parsing time: the text does not fit the layout";
