//! Go's regular expressions (package regexp/syntax: RE2's, with Perl's escapes) read into the form that the search engine takes.

use regex_syntax::hir::{Capture, Class, ClassUnicode, ClassUnicodeRange, Dot, Hir, Look, Repetition};

use crate::class::{self, Set};

/// Why a text is no expression. Go quotes the part; it may be a secret.
pub type Refusal = &'static str;

/// An expression.
pub struct Parsed {
    /// What the search engine is built from.
    pub hir: Hir,
    /// Names of the groups, from the whole match on; empty for those without.
    pub names: Vec<String>,
    /// How much there was to do, in steps of a template.
    pub work: u64,
}

/// Reads an expression.
///
/// # Errors
/// [`Refusal`], in Go's words.
pub fn parse(text: &str) -> Result<Parsed, Refusal> {
    let mut parser = Parser {
        rest: text,
        flags: Flags::default(),
        names: vec![String::new()],
        work: 0,
    };
    let node = parser.alternation(0)?;
    if !parser.rest.is_empty() {
        return Err("error parsing regexp: unexpected )");
    }
    Ok(Parsed {
        hir: node.hir,
        names: parser.names,
        work: parser.work,
    })
}

pub(crate) struct Parser<'t> {
    pub(crate) rest: &'t str,
    pub(crate) flags: Flags,
    names: Vec<String>,
    work: u64,
}

#[derive(Clone, Copy, Default)]
pub(crate) struct Flags {
    pub(crate) fold: bool,
    multi_line: bool,
    dot_all: bool,
    ungreedy: bool,
}

/// A part of an expression, and how often counted repetitions nested in it repeat at most.
struct Node {
    hir: Hir,
    repeats: u32,
}

impl From<Hir> for Node {
    fn from(hir: Hir) -> Self {
        Self { hir, repeats: 1 }
    }
}

impl Parser<'_> {
    /// Up to the end or the parenthesis that closes the group.
    fn alternation(&mut self, depth: usize) -> Result<Node, Refusal> {
        if depth > MOST_GROUPS {
            return Err("error parsing regexp: expression nests too deeply");
        }
        let mut branches = Vec::new();
        let mut repeats = 1;
        loop {
            let branch = self.concatenation(depth)?;
            repeats = repeats.max(branch.repeats);
            branches.push(branch.hir);
            match self.rest.strip_prefix('|') {
                Some(rest) => self.rest = rest,
                None => {
                    return Ok(Node {
                        hir: Hir::alternation(branches),
                        repeats,
                    });
                }
            }
        }
    }

    fn concatenation(&mut self, depth: usize) -> Result<Node, Refusal> {
        let mut nodes: Vec<Node> = Vec::new();
        let mut repeated = false;
        while let Some(next) = self.rest.chars().next().filter(|next| !matches!(next, '|' | ')')) {
            if let Some(operator) = self.operator(next)? {
                if repeated {
                    return Err("error parsing regexp: invalid nested repetition operator");
                }
                let node = nodes
                    .pop()
                    .ok_or("error parsing regexp: missing argument to repetition operator")?;
                nodes.push(repeat(node, operator)?);
                repeated = true;
                continue;
            }
            repeated = false;
            match next {
                '(' => nodes.extend(self.group(depth)?),
                '\\' if self.rest.starts_with("\\Q") => self.quoted(&mut nodes),
                _ => nodes.push(self.item(next)?.into()),
            }
        }
        let repeats = nodes.iter().map(|node| node.repeats).max().unwrap_or(1);
        Ok(Node {
            hir: Hir::concat(nodes.into_iter().map(|node| node.hir).collect()),
            repeats,
        })
    }

    /// A repetition operator, if there is one here.
    fn operator(&mut self, next: char) -> Result<Option<Operator>, Refusal> {
        let (min, max, counted, length) = match next {
            '*' => (0, None, false, 1),
            '+' => (1, None, false, 1),
            '?' => (0, Some(1), false, 1),
            '{' => match counts(self.rest) {
                Some((min, max, length)) => {
                    if min > MOST_REPEATS || max.is_some_and(|max| max > MOST_REPEATS || min > max) {
                        return Err("error parsing regexp: invalid repeat count");
                    }
                    (min, max, true, length)
                }
                None => return Ok(None),
            },
            _ => return Ok(None),
        };
        self.rest = &self.rest[length..];
        let lazy = self.rest.strip_prefix('?');
        self.rest = lazy.unwrap_or(self.rest);
        Ok(Some(Operator {
            min,
            max,
            counted,
            greedy: lazy.is_some() == self.flags.ungreedy,
        }))
    }

    /// What `\Q` and `\E` enclose: letters for themselves.
    fn quoted(&mut self, nodes: &mut Vec<Node>) {
        let text = &self.rest[2..];
        let (quoted, rest) = text.split_once("\\E").unwrap_or((text, ""));
        nodes.extend(quoted.chars().map(|letter| Node::from(self.literal(letter))));
        self.rest = rest;
    }

    /// A group, or nothing where only flags change.
    fn group(&mut self, depth: usize) -> Result<Option<Node>, Refusal> {
        let outside = self.flags;
        let mut index = None;
        match self.rest.strip_prefix("(?") {
            None => {
                self.rest = &self.rest[1..];
                index = Some(self.capture(""));
            }
            Some(rest) => match rest.strip_prefix("P<").or_else(|| rest.strip_prefix('<')) {
                Some(named) => {
                    let (name, rest) = named.split_once('>').ok_or(INVALID_NAME)?;
                    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
                        return Err(INVALID_NAME);
                    }
                    self.rest = rest;
                    index = Some(self.capture(name));
                }
                None => {
                    self.rest = rest;
                    if !self.flags()? {
                        return Ok(None);
                    }
                }
            },
        }
        let inner = self.alternation(depth + 1)?;
        self.rest = self
            .rest
            .strip_prefix(')')
            .ok_or("error parsing regexp: missing closing )")?;
        self.flags = outside;
        Ok(Some(match index {
            Some(index) => Node {
                hir: Hir::capture(Capture {
                    index,
                    name: None,
                    sub: Box::new(inner.hir),
                }),
                repeats: inner.repeats,
            },
            None => inner,
        }))
    }

    fn capture(&mut self, name: &str) -> u32 {
        self.names.push(name.to_owned());
        (self.names.len() - 1) as u32
    }

    /// Reads flags; whether they begin a group.
    fn flags(&mut self) -> Result<bool, Refusal> {
        let mut flags = self.flags;
        let (mut set, mut seen) = (true, false);
        for (at, letter) in self.rest.char_indices() {
            match letter {
                'i' => flags.fold = set,
                'm' => flags.multi_line = set,
                's' => flags.dot_all = set,
                'U' => flags.ungreedy = set,
                '-' if set => {
                    (set, seen) = (false, false);
                    continue;
                }
                ':' | ')' if set || seen => {
                    self.flags = flags;
                    self.rest = &self.rest[at + 1..];
                    return Ok(letter == ':');
                }
                _ => break,
            }
            seen = true;
        }
        Err("error parsing regexp: invalid or unsupported Perl syntax")
    }

    fn item(&mut self, next: char) -> Result<Hir, Refusal> {
        match next {
            '[' => return Ok(Hir::class(Class::Unicode(self.class()?))),
            '\\' => return self.escape(),
            _ => {}
        }
        self.rest = &self.rest[next.len_utf8()..];
        Ok(match next {
            '^' if self.flags.multi_line => Hir::look(Look::StartLF),
            '^' => Hir::look(Look::Start),
            '$' if self.flags.multi_line => Hir::look(Look::EndLF),
            '$' => Hir::look(Look::End),
            '.' if self.flags.dot_all => Hir::dot(Dot::AnyChar),
            '.' => Hir::dot(Dot::AnyCharExceptLF),
            letter => self.literal(letter),
        })
    }

    fn escape(&mut self) -> Result<Hir, Refusal> {
        let look = match self.rest.get(1..2) {
            Some("A") => Some(Look::Start),
            Some("b") => Some(Look::WordAscii),
            Some("B") => Some(Look::WordAsciiNegate),
            Some("z") => Some(Look::End),
            _ => None,
        };
        if let Some(look) = look {
            self.rest = &self.rest[2..];
            return Ok(Hir::look(look));
        }
        if let Some(set) = self.class_escape()? {
            return Ok(Hir::class(Class::Unicode(set)));
        }
        let letter = self.letter()?;
        Ok(match letter {
            // Go takes halves of surrogate pairs, which no text holds.
            None => Hir::fail(),
            Some(letter) => self.literal(letter),
        })
    }

    fn literal(&self, letter: char) -> Hir {
        if !self.flags.fold {
            return Hir::literal(letter.encode_utf8(&mut [0; 4]).as_bytes().to_vec());
        }
        let mut set = ClassUnicode::new([ClassUnicodeRange::new(letter, letter)]);
        set.case_fold_simple();
        Hir::class(Class::Unicode(set))
    }

    /// Counts work that takes long for its few letters.
    pub(crate) fn spend(&mut self, work: u64) -> Result<(), Refusal> {
        self.work += work;
        if self.work > MOST_WORK {
            Err("error parsing regexp: expression too large")
        } else {
            Ok(())
        }
    }

    /// `\d`, `\pL` and their like, if one is here.
    pub(crate) fn class_escape(&mut self) -> Result<Option<Set>, Refusal> {
        let Some(letter) = self.rest.strip_prefix('\\').and_then(|rest| rest.chars().next()) else {
            return Ok(None);
        };
        if let Some(ranges) = class::perl(letter.to_ascii_lowercase()) {
            self.rest = &self.rest[2..];
            return Ok(Some(class::of(ranges, self.flags.fold, letter.is_ascii_uppercase())));
        }
        if !matches!(letter, 'p' | 'P') {
            return Ok(None);
        }
        let named = &self.rest[2..];
        let (name, rest) = match named.strip_prefix('{') {
            Some(braced) => braced.split_once('}').ok_or(class::INVALID_RANGE)?,
            None => named.split_at(named.chars().next().ok_or(class::INVALID_RANGE)?.len_utf8()),
        };
        self.rest = rest;
        self.spend(if self.flags.fold { FOLDED_TABLE_WORK } else { TABLE_WORK })?;
        class::unicode(name, self.flags.fold, letter == 'P').map(Some)
    }
}

struct Operator {
    min: u32,
    max: Option<u32>,
    /// Written with braces.
    counted: bool,
    greedy: bool,
}

fn repeat(node: Node, operator: Operator) -> Result<Node, Refusal> {
    let Operator {
        min,
        max,
        counted,
        greedy,
    } = operator;
    let most = max.unwrap_or(min);
    let repeats = match (counted, max) {
        (true, Some(0)) => 0,
        (true, _) => node.repeats.saturating_mul(most.max(1)),
        (false, _) => node.repeats,
    };
    if counted && most >= 2 && repeats > MOST_REPEATS {
        return Err("error parsing regexp: invalid repeat count");
    }
    Ok(Node {
        hir: Hir::repetition(Repetition {
            min,
            max,
            greedy,
            sub: Box::new(node.hir),
        }),
        repeats,
    })
}

/// Least, most and length of `{1,2}`; braces around anything else stand for themselves.
fn counts(text: &str) -> Option<(u32, Option<u32>, usize)> {
    let (inner, _) = text[1..].split_once('}')?;
    let number = |digits: &str| {
        let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let leading = digits.len() > 1 && digits.starts_with('0');
        // Any number beyond the limit will do.
        (plain && !leading).then(|| digits.parse().unwrap_or(u32::MAX))
    };
    let (min, max) = match inner.split_once(',') {
        None => (number(inner)?, Some(number(inner)?)),
        Some((min, "")) => (number(min)?, None),
        Some((min, max)) => (number(min)?, Some(number(max)?)),
    };
    Some((min, max, inner.len() + 2))
}

const INVALID_NAME: Refusal = "error parsing regexp: invalid named capture";

/// Go's limit for counted repetitions, nested ones multiplied.
const MOST_REPEATS: u32 = 1000;

/// Groups within groups. Go allows a thousand; the engine works by recursion.
const MOST_GROUPS: usize = 250;

/// Of a second, some tenths.
const MOST_WORK: u64 = 200_000;

/// Looking up a table, and all cases of what stands in it.
const TABLE_WORK: u64 = 500;
const FOLDED_TABLE_WORK: u64 = 3000;
