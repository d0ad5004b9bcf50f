/// Whether go.yaml.in/yaml/v2 takes the text for a time (`parseTimestamp` in its `resolve.go`).
///
/// A time is read as a text, but it has to be written in quotes for other readers. Dates may have one digit for the month and the day,
/// times one for hours, minutes and seconds.
pub(crate) fn is_timestamp(text: &str) -> bool {
    date(text).is_some_and(|rest| rest.is_empty() || time(rest).is_some_and(|end| end.is_empty()))
}

/// The rest behind `YYYY-M-D`.
fn date(text: &str) -> Option<&str> {
    let (year, rest) = text.split_at_checked(4)?;
    let year = whole(year)?;
    let (month, rest) = short(rest.strip_prefix('-')?)?;
    let (day, rest) = short(rest.strip_prefix('-')?)?;
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    (1..=days).contains(&day).then_some(rest)
}

/// The rest behind `Th:m:s`, its fraction and its zone, or behind the same with a blank in front and no zone.
fn time(text: &str) -> Option<&str> {
    let zoned = text.starts_with(['T', 't']);
    let rest = text.strip_prefix(['T', 't', ' '])?;
    let (hour, rest) = short(rest)?;
    let (minute, rest) = short(rest.strip_prefix(':')?)?;
    let (second, rest) = short(rest.strip_prefix(':')?)?;
    let rest = fraction(rest)?;
    let valid = hour < 24 && minute < 60 && second < 60;
    valid
        .then_some(rest)
        .and_then(|rest| if zoned { zone(rest) } else { Some(rest) })
}

fn fraction(text: &str) -> Option<&str> {
    let Some(digits) = text.strip_prefix(['.', ',']) else {
        return Some(text);
    };
    let rest = digits.trim_start_matches(|c: char| c.is_ascii_digit());
    (rest.len() < digits.len()).then_some(rest)
}

fn zone(text: &str) -> Option<&str> {
    if let Some(rest) = text.strip_prefix('Z') {
        return Some(rest);
    }
    let (hours, rest) = text.strip_prefix(['+', '-'])?.split_at_checked(2)?;
    let (minutes, rest) = rest.strip_prefix(':')?.split_at_checked(2)?;
    (whole(hours)? <= 24 && whole(minutes)? <= 60).then_some(rest)
}

/// A number of one or two digits, and the rest.
fn short(text: &str) -> Option<(u32, &str)> {
    let length = text.bytes().take(2).take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at_checked(length)?;
    Some((whole(digits)?, rest))
}

fn whole(digits: &str) -> Option<u32> {
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        digits.parse().ok()
    } else {
        None
    }
}
