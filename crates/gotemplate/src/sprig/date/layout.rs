//! Go's date layouts: a text that shows how the reference time, `Mon Jan 2 15:04:05 MST 2006`, would look (package time, format.go).

/// What a piece of a layout stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Day,
    DaySpaced,
    DayZero,
    Fraction {
        digits: usize,
        separator: u8,
        /// Written `999`: without trailing zeros, and optional when read.
        trimmed: bool,
    },
    Hour,
    Hour12,
    Hour12Zero,
    Meridiem {
        upper: bool,
    },
    Minute,
    MinuteZero,
    Month,
    MonthLong,
    MonthShort,
    MonthZero,
    Offset(Offset),
    Second,
    SecondZero,
    WeekdayLong,
    WeekdayShort,
    Year,
    YearDaySpaced,
    YearDayZero,
    YearShort,
    Zone,
}

/// How an offset from UTC is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Offset {
    /// `Z` instead of an offset of zero.
    pub(super) zulu: bool,
    pub(super) colon: bool,
    pub(super) minutes: bool,
    pub(super) seconds: bool,
}

/// The text before the first token, the token, and what follows it; the whole layout and nothing when it has none.
pub(super) fn next(layout: &[u8]) -> (&[u8], Option<Token>, &[u8]) {
    for at in 0..layout.len() {
        if let Some((skipped, token, length)) = token(&layout[at..]) {
            return (&layout[..at + skipped], Some(token), &layout[at + skipped + length..]);
        }
    }
    (layout, None, b"")
}

/// The token that a text starts with: bytes before it that stand for themselves, the token, its length.
fn token(text: &[u8]) -> Option<(usize, Token, usize)> {
    let plain = |token: Token, length: usize| Some((0, token, length));
    match text.first()? {
        b'.' | b',' => fraction(text),
        b'-' | b'Z' => offset(text),
        b'_' if text.starts_with(b"_2006") => Some((1, Token::Year, 4)),
        _ => FIXED
            .iter()
            .find(|(letters, _)| fits(text, letters))
            .and_then(|(letters, token)| plain(*token, letters.len())),
    }
}

/// `Jan` and `Mon` count only where no lower case letter follows, so that `Janet` and `Month` stand for themselves.
fn fits(text: &[u8], letters: &[u8]) -> bool {
    let followed = || text.get(letters.len()).is_some_and(u8::is_ascii_lowercase);
    text.starts_with(letters) && !(matches!(letters, b"Jan" | b"Mon") && followed())
}

fn fraction(text: &[u8]) -> Option<(usize, Token, usize)> {
    let digit = *text.get(1).filter(|digit| matches!(digit, b'0' | b'9'))?;
    let digits = text[1..].iter().take_while(|byte| **byte == digit).count();
    let ends = !text.get(1 + digits).is_some_and(u8::is_ascii_digit);
    let token = Token::Fraction {
        digits,
        separator: text[0],
        trimmed: digit == b'9',
    };
    ends.then_some((0, token, 1 + digits))
}

fn offset(text: &[u8]) -> Option<(usize, Token, usize)> {
    let (letters, colon, minutes, seconds) = OFFSETS.iter().find(|form| text[1..].starts_with(form.0))?;
    let offset = Offset {
        zulu: text[0] == b'Z',
        colon: *colon,
        minutes: *minutes,
        seconds: *seconds,
    };
    Some((0, Token::Offset(offset), 1 + letters.len()))
}

/// Longer ones before those that they start with.
const FIXED: [(&[u8], Token); 23] = [
    (b"January", Token::MonthLong),
    (b"Jan", Token::MonthShort),
    (b"Monday", Token::WeekdayLong),
    (b"Mon", Token::WeekdayShort),
    (b"MST", Token::Zone),
    (b"01", Token::MonthZero),
    (b"02", Token::DayZero),
    (b"03", Token::Hour12Zero),
    (b"04", Token::MinuteZero),
    (b"05", Token::SecondZero),
    (b"06", Token::YearShort),
    (b"002", Token::YearDayZero),
    (b"15", Token::Hour),
    (b"1", Token::Month),
    (b"2006", Token::Year),
    (b"2", Token::Day),
    (b"_2", Token::DaySpaced),
    (b"__2", Token::YearDaySpaced),
    (b"3", Token::Hour12),
    (b"4", Token::Minute),
    (b"5", Token::Second),
    (b"PM", Token::Meridiem { upper: true }),
    (b"pm", Token::Meridiem { upper: false }),
];

/// What follows the sign or the `Z`, and whether there is a colon, minutes, seconds.
const OFFSETS: [(&[u8], bool, bool, bool); 5] = [
    (b"070000", false, true, true),
    (b"07:00:00", true, true, true),
    (b"0700", false, true, false),
    (b"07:00", true, true, false),
    (b"07", false, false, false),
];

pub(super) const MONTHS: [&str; 12] = [
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

/// From Sunday on.
pub(super) const WEEKDAYS: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];
