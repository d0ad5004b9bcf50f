//! Constraints: `>= 1.2, < 2 || ~3.1 || 4.x || 1.2 - 1.4`.

use std::cmp::Ordering;

use super::version::{self, Refusal, compare, compare_prereleases};
use crate::Version;

/// Constraints that must all hold. A prerelease is only looked at if one of them names one.
pub(super) struct All {
    constraints: Vec<Constraint>,
    prereleases: bool,
}

struct Constraint {
    operator: Operator,
    version: Version,
    /// The first number that is left open, by `x` or by its absence.
    open: Open,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Major,
    Minor,
    Patch,
    None,
}

#[derive(Clone, Copy)]
enum Operator {
    Caret,
    Equal,
    Greater,
    GreaterEqual,
    Less,
    LessEqual,
    NotEqual,
    Tilde,
}

/// Reads alternatives.
pub(super) fn parse(text: &[u8]) -> Result<Vec<All>, Refusal> {
    if text.len() > MOST_LETTERS {
        return Err(IMPROPER);
    }
    let text = std::str::from_utf8(text).map_err(|_| IMPROPER)?;
    let ranges = with_ranges(text);
    ranges.split("||").map(all).collect()
}

/// `A - B` is rewritten to `>= A, <= B`.
fn with_ranges(text: &str) -> String {
    let mut written = String::new();
    let mut rest = text;
    let mut at = 0;
    while at < rest.len() {
        let range = rest[at..]
            .starts_with(|start| start == 'v' || is_open_digit(start))
            .then(|| range(&rest[at..]))
            .flatten();
        match range {
            Some((low, high, length)) => {
                let before = rest[..at].trim_end_matches(is_space);
                written.push_str(&format!("{before}>= {low}, <= {high} "));
                rest = rest[at + length..].trim_start_matches(is_space);
                at = 0;
            }
            None => at += rest[at..].chars().next().map_or(1, char::len_utf8),
        }
    }
    written + rest
}

/// The versions of a range that a text starts with, and its length.
fn range(text: &str) -> Option<(&str, &str, usize)> {
    let low = loose(text)?;
    let middle = text[low.len..].trim_start_matches(is_space);
    if middle.len() == text.len() - low.len {
        return None;
    }
    let after = middle.strip_prefix('-')?;
    let high = after.trim_start_matches(is_space);
    if high.len() == after.len() {
        return None;
    }
    let end = loose(high)?;
    Some((&text[..low.len], &high[..end.len], text.len() - high.len() + end.len))
}

/// Constraints with blanks or commas between them, or nothing at all where one ends and an operator begins.
fn all(text: &str) -> Result<All, Refusal> {
    let mut constraints = Vec::new();
    let mut rest = text.trim_start_matches(is_space);
    loop {
        let (constraint, after) = constraint(rest)?;
        constraints.push(constraint);
        let next = after.trim_start_matches(is_space);
        if next.is_empty() {
            break;
        }
        rest = match next.strip_prefix(',') {
            Some(next) => next.trim_start_matches(is_space),
            None if next.len() < after.len() => next,
            None => return Err(IMPROPER),
        };
    }
    let prereleases = constraints
        .iter()
        .any(|constraint| !constraint.version.prerelease.is_empty());
    Ok(All {
        constraints,
        prereleases,
    })
}

fn constraint(text: &str) -> Result<(Constraint, &str), Refusal> {
    let (operator, rest) = OPERATORS
        .iter()
        .find_map(|(letters, operator)| Some((*operator, text.strip_prefix(letters)?)))
        .unwrap_or((Operator::Equal, text));
    let rest = rest.trim_start_matches(is_space);
    let loose = loose(rest).ok_or(IMPROPER)?;
    let after = &rest[loose.len..];
    let [major, minor, patch] = loose.numbers;
    let (open, number) = match () {
        () if is_open(major) => (Open::Major, "0.0.0".to_owned()),
        () if is_open(minor) => (Open::Minor, format!("{major}.0.0")),
        () if is_open(patch) => (Open::Patch, format!("{major}.{minor}.0")),
        () => (Open::None, format!("{major}.{minor}.{patch}")),
    };
    let text = match open {
        Open::None => format!("{number}{}{}", loose.prerelease, loose.metadata),
        _ => format!("{number}{}", loose.prerelease),
    };
    let version = version::parse(text.as_bytes()).map_err(|_| "constraint parser error")?;
    Ok((
        Constraint {
            operator,
            version,
            open,
        },
        after,
    ))
}

/// A version that may have open numbers.
struct Loose<'t> {
    len: usize,
    numbers: [&'t str; 3],
    /// With its hyphen.
    prerelease: &'t str,
    /// With its plus sign.
    metadata: &'t str,
}

fn loose(text: &str) -> Option<Loose<'_>> {
    let mut at = usize::from(text.starts_with('v'));
    let mut numbers = [""; 3];
    for (index, number) in numbers.iter_mut().enumerate() {
        let dot = usize::from(index > 0);
        if dot == 1 && !text[at..].starts_with('.') {
            break;
        }
        let digits = &text[at + dot..];
        let length = digits.find(|digit| !is_open_digit(digit)).unwrap_or(digits.len());
        if length == 0 {
            if index == 0 {
                return None;
            }
            break;
        }
        *number = &digits[..length];
        at += dot + length;
    }
    let prerelease = suffix(&text[at..], '-');
    let metadata = suffix(&text[at + prerelease.len()..], '+');
    Some(Loose {
        len: at + prerelease.len() + metadata.len(),
        numbers,
        prerelease,
        metadata,
    })
}

/// Identifiers with dots between them after a mark, and the mark; empty if there are none.
fn suffix(text: &str, mark: char) -> &str {
    if !text.starts_with(mark) {
        return "";
    }
    let mut end = 0;
    loop {
        let part = &text[end + 1..];
        let length = part
            .find(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '-'))
            .unwrap_or(part.len());
        if length == 0 {
            return &text[..end];
        }
        end += 1 + length;
        if !text[end..].starts_with('.') {
            return &text[..end];
        }
    }
}

impl All {
    pub(super) fn holds(&self, version: &Version) -> bool {
        let looked_at = version.prerelease.is_empty() || self.prereleases;
        looked_at && self.constraints.iter().all(|constraint| constraint.holds(version))
    }
}

impl Constraint {
    fn holds(&self, version: &Version) -> bool {
        let order = compare(version, &self.version);
        let closed = self.open == Open::None;
        match self.operator {
            Operator::Equal if closed => order == Ordering::Equal,
            Operator::Equal | Operator::Tilde => self.tilde(version),
            Operator::NotEqual if closed => order != Ordering::Equal,
            Operator::NotEqual => self.differs(version),
            Operator::Greater if closed => order == Ordering::Greater,
            Operator::Greater => self.exceeded(version),
            Operator::GreaterEqual => order != Ordering::Less,
            Operator::Less => order == Ordering::Less,
            Operator::LessEqual if closed => order != Ordering::Greater,
            Operator::LessEqual => {
                version.major < self.version.major
                    || version.major == self.version.major
                        && (version.minor <= self.version.minor || self.open == Open::Minor)
            }
            Operator::Caret => self.caret(version),
        }
    }

    fn same_major(&self, version: &Version) -> bool {
        version.major == self.version.major
    }

    fn same_minor(&self, version: &Version) -> bool {
        version.minor == self.version.minor
    }

    /// The last number that is given may grow, and what follows it.
    fn tilde(&self, version: &Version) -> bool {
        let zero = self.version.major == 0 && self.version.minor == 0 && self.version.patch == 0;
        compare(version, &self.version) != Ordering::Less
            && (zero && matches!(self.open, Open::Major | Open::None)
                || self.same_major(version) && (self.same_minor(version) || self.open == Open::Minor))
    }

    fn differs(&self, version: &Version) -> bool {
        let prereleases = compare_prereleases(&version.prerelease, &self.version.prerelease) != Ordering::Equal;
        match self.open {
            _ if !self.same_major(version) => true,
            Open::Minor => false,
            _ if !self.same_minor(version) => true,
            Open::Patch => prereleases,
            _ => compare(version, &self.version) != Ordering::Equal,
        }
    }

    fn exceeded(&self, version: &Version) -> bool {
        match self.open {
            _ if !self.same_major(version) => version.major > self.version.major,
            Open::Minor => false,
            Open::Patch => version.minor > self.version.minor,
            _ => compare(version, &self.version) == Ordering::Greater,
        }
    }

    /// The first number that is not zero stays.
    fn caret(&self, version: &Version) -> bool {
        if compare(version, &self.version) == Ordering::Less {
            return false;
        }
        if self.version.major > 0 || self.open == Open::Minor {
            return self.same_major(version);
        }
        if version.major > 0 {
            return false;
        }
        if self.version.minor > 0 || self.open == Open::Patch {
            return self.same_minor(version);
        }
        version.minor == 0 && version.patch == self.version.patch
    }
}

fn is_open_digit(letter: char) -> bool {
    letter.is_ascii_digit() || matches!(letter, 'x' | 'X' | '*' | '|')
}

fn is_open(number: &str) -> bool {
    matches!(number, "" | "x" | "X" | "*")
}

/// What `\s` is in Go's expressions.
fn is_space(letter: char) -> bool {
    matches!(letter, '\t' | '\n' | '\x0c' | '\r' | ' ')
}

/// Longer ones before those that they start with.
const OPERATORS: [(&str, Operator); 11] = [
    ("!=", Operator::NotEqual),
    (">=", Operator::GreaterEqual),
    ("=>", Operator::GreaterEqual),
    ("<=", Operator::LessEqual),
    ("=<", Operator::LessEqual),
    ("~>", Operator::Tilde),
    ("=", Operator::Equal),
    (">", Operator::Greater),
    ("<", Operator::Less),
    ("~", Operator::Tilde),
    ("^", Operator::Caret),
];

const IMPROPER: Refusal = "improper constraint";

/// Looking for ranges takes the square of the length; upstream has no limit.
const MOST_LETTERS: usize = 4096;
