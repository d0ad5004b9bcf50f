//! Sets of characters in regular expressions.

use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, HirKind};

use crate::parse::{Parser, Refusal};

pub(crate) type Set = ClassUnicode;

impl Parser<'_> {
    /// `[...]`.
    pub(crate) fn class(&mut self) -> Result<Set, Refusal> {
        self.rest = &self.rest[1..];
        let negated = self.rest.strip_prefix('^');
        self.rest = negated.unwrap_or(self.rest);
        let mut set = Set::empty();
        let mut first = true;
        // At the beginning, the closing bracket stands for itself.
        while first || !self.rest.starts_with(']') {
            first = false;
            if let Some(named) = self.named_class()? {
                set.union(&named);
            } else if let Some(escaped) = self.class_escape()? {
                set.union(&escaped);
            } else {
                self.range(&mut set)?;
            }
        }
        self.rest = &self.rest[1..];
        if negated.is_some() {
            set.negate();
        }
        Ok(set)
    }

    /// `[:alpha:]`, if there is one here.
    fn named_class(&mut self) -> Result<Option<Set>, Refusal> {
        let Some(rest) = self.rest.strip_prefix("[:") else {
            return Ok(None);
        };
        let Some((name, rest)) = rest.split_once(":]") else {
            return Ok(None);
        };
        let plain = name.strip_prefix('^');
        let (_, ranges) = POSIX
            .iter()
            .find(|(known, _)| *known == plain.unwrap_or(name))
            .ok_or(INVALID_RANGE)?;
        self.rest = rest;
        Ok(Some(of(ranges, self.flags.fold, plain.is_some())))
    }

    fn range(&mut self, set: &mut Set) -> Result<(), Refusal> {
        let low = self.class_letter()?;
        let mut high = low;
        if self.rest.starts_with('-') && self.rest.len() > 1 && !self.rest[1..].starts_with(']') {
            self.rest = &self.rest[1..];
            high = self.class_letter()?;
        }
        if high < low {
            return Err(INVALID_RANGE);
        }
        if self.flags.fold {
            // Each character is looked up.
            self.spend(u64::from(high - low) / 64)?;
        }
        // Surrogates fall out.
        let low = char::from_u32(low).unwrap_or('\u{e000}');
        let high = char::from_u32(high).unwrap_or('\u{d7ff}');
        if low <= high {
            let mut range = Set::new([ClassUnicodeRange::new(low, high)]);
            if self.flags.fold {
                range.case_fold_simple();
            }
            set.union(&range);
        }
        Ok(())
    }

    fn class_letter(&mut self) -> Result<u32, Refusal> {
        let letter = self
            .rest
            .chars()
            .next()
            .ok_or("error parsing regexp: missing closing ]")?;
        if letter == '\\' {
            return self.code();
        }
        self.rest = &self.rest[letter.len_utf8()..];
        Ok(letter.into())
    }

    /// The character of an escape, unless it is half of a surrogate pair.
    pub(crate) fn letter(&mut self) -> Result<Option<char>, Refusal> {
        Ok(char::from_u32(self.code()?))
    }

    /// The code of an escape.
    fn code(&mut self) -> Result<u32, Refusal> {
        let text = &self.rest[1..];
        let letter = text
            .chars()
            .next()
            .ok_or("error parsing regexp: trailing backslash at end of expression")?;
        let after = &text[letter.len_utf8()..];
        let octal = |digit: char| digit.is_digit(8);
        let (code, rest) = match letter {
            '1'..='7' if !after.starts_with(octal) => return Err(INVALID_ESCAPE),
            '0'..='7' => {
                let length = 1 + after.chars().take(2).take_while(|digit| octal(*digit)).count();
                (
                    u32::from_str_radix(&text[..length], 8).map_err(|_| INVALID_ESCAPE)?,
                    &text[length..],
                )
            }
            'x' => hexadecimal(after).ok_or(INVALID_ESCAPE)?,
            'a' => (7, after),
            'f' => (12, after),
            'n' => (10, after),
            'r' => (13, after),
            't' => (9, after),
            'v' => (11, after),
            _ if letter.is_ascii() && !letter.is_ascii_alphanumeric() => (letter.into(), after),
            _ => return Err(INVALID_ESCAPE),
        };
        self.rest = rest;
        Ok(code)
    }
}

/// `41`, or any number of digits in braces.
fn hexadecimal(text: &str) -> Option<(u32, &str)> {
    let (digits, rest) = match text.strip_prefix('{') {
        Some(braced) => braced.split_once('}')?,
        None => text.split_at_checked(2)?,
    };
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let digits = digits.trim_start_matches('0');
    let code = if digits.is_empty() {
        0
    } else {
        u32::from_str_radix(digits, 16).ok()?
    };
    (plain && code <= u32::from(char::MAX)).then_some((code, rest))
}

/// A set of ASCII ranges, with the other cases of its letters if told so, and what is not in it.
pub(crate) fn of(ranges: &[(char, char)], fold: bool, negated: bool) -> Set {
    finished(
        Set::new(ranges.iter().map(|(low, high)| ClassUnicodeRange::new(*low, *high))),
        fold,
        negated,
    )
}

fn finished(mut set: Set, fold: bool, negated: bool) -> Set {
    if fold {
        set.case_fold_simple();
    }
    if negated {
        set.negate();
    }
    set
}

/// The ranges of `\d`, `\s` and `\w`, by their letter.
pub(crate) fn perl(letter: char) -> Option<&'static [(char, char)]> {
    Some(match letter {
        'd' => &[('0', '9')],
        's' => &[('\t', '\n'), ('\x0c', '\r'), (' ', ' ')],
        'w' => WORD,
        _ => return None,
    })
}

/// A general category or a script.
pub(crate) fn unicode(name: &str, fold: bool, negated: bool) -> Result<Set, Refusal> {
    let plain = name.strip_prefix('^');
    let negated = negated != plain.is_some();
    let name: String = plain
        .unwrap_or(name)
        .chars()
        .filter(|letter| !matches!(letter, '_' | '-' | ' '))
        .collect();
    let lower = name.to_ascii_lowercase();
    if !lower.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(INVALID_RANGE);
    }
    // Codes of scripts have four letters; Go knows only their names, some of which have four letters, too.
    let script = lower.len() != 4 || SHORT_SCRIPTS.contains(&lower.as_str());
    let found = table("gc", &lower)
        .or_else(|| table("sc", &lower).filter(|_| script))
        .ok_or(INVALID_RANGE)?;
    Ok(finished(found, fold, negated))
}

/// The set of a property's value in the search engine's tables.
fn table(property: &str, value: &str) -> Option<Set> {
    let hir = regex_syntax::parse(&format!("\\p{{{property}={value}}}")).ok()?;
    match hir.into_kind() {
        HirKind::Class(Class::Unicode(set)) => Some(set),
        // A set of one character.
        HirKind::Literal(literal) => {
            let letter = std::str::from_utf8(&literal.0).ok()?.chars().next()?;
            Some(Set::new([ClassUnicodeRange::new(letter, letter)]))
        }
        _ => None,
    }
}

pub(crate) const INVALID_RANGE: Refusal = "error parsing regexp: invalid character class range";
const INVALID_ESCAPE: Refusal = "error parsing regexp: invalid escape sequence";

const WORD: &[(char, char)] = &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')];

const SHORT_SCRIPTS: [&str; 9] = ["ahom", "cham", "kawi", "lisu", "miao", "modi", "newa", "thai", "toto"];

const POSIX: [(&str, &[(char, char)]); 14] = [
    ("alnum", &[('0', '9'), ('A', 'Z'), ('a', 'z')]),
    ("alpha", &[('A', 'Z'), ('a', 'z')]),
    ("ascii", &[('\0', '\x7f')]),
    ("blank", &[('\t', '\t'), (' ', ' ')]),
    ("cntrl", &[('\0', '\x1f'), ('\x7f', '\x7f')]),
    ("digit", &[('0', '9')]),
    ("graph", &[('!', '~')]),
    ("lower", &[('a', 'z')]),
    ("print", &[(' ', '~')]),
    ("punct", &[('!', '/'), (':', '@'), ('[', '`'), ('{', '~')]),
    ("space", &[('\t', '\r'), (' ', ' ')]),
    ("upper", &[('A', 'Z')]),
    ("word", WORD),
    ("xdigit", &[('0', '9'), ('A', 'F'), ('a', 'f')]),
];
