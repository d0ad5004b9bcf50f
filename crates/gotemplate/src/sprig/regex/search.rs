//! Searching with a regular expression, and replacing what was found (Go's package regexp).

use regex_automata::{
    Input,
    meta::{Config, Regex},
    util::captures::Captures,
};
use signet_regex::{Refusal, parse};
use zeroize::Zeroizing;

use crate::{
    Text,
    buffer::Buffer,
    function::{Call, Failure},
    sprig::runes,
};

/// A compiled expression.
pub(super) struct Expression {
    regex: Regex,
    names: Vec<String>,
    /// Steps that looking at four kibibytes of text takes.
    weight: u64,
}

/// Where groups matched, from the whole match on.
pub(super) type Groups = Vec<Option<(usize, usize)>>;

impl Expression {
    /// Compiles an expression.
    pub(super) fn new(call: &mut Call<'_>, text: &[u8]) -> Result<Result<Self, Refusal>, Failure> {
        call.charge(text.len().saturating_mul(64))?;
        let Ok(text) = std::str::from_utf8(text) else {
            return Ok(Err("error parsing regexp: invalid UTF-8"));
        };
        let parsed = match parse(text) {
            Ok(parsed) => parsed,
            Err(refusal) => return Ok(Err(refusal)),
        };
        call.steps(parsed.work)?;
        let config = Config::new()
            .utf8_empty(true)
            .nfa_size_limit(Some(MOST_MEMORY))
            .hybrid_cache_capacity(MOST_MEMORY);
        let Ok(regex) = Regex::builder().configure(config).build_from_hir(&parsed.hir) else {
            return Ok(Err("error parsing regexp: expression too large"));
        };
        call.charge(regex.memory_usage())?;
        let weight = 1 + regex.memory_usage() as u64 / (64 << 10);
        Ok(Ok(Self {
            regex,
            names: parsed.names,
            weight,
        }))
    }

    /// The first match at or after a place.
    fn find(
        &self,
        call: &mut Call<'_>,
        text: &str,
        from: usize,
        captures: &mut Captures,
    ) -> Result<Option<Groups>, Failure> {
        let rest = text.len().saturating_sub(from) as u64;
        call.steps((1 + rest / 4096).saturating_mul(self.weight))?;
        self.regex.search_captures(&Input::new(text).range(from..), captures);
        if !captures.is_match() {
            return Ok(None);
        }
        let groups =
            (0..captures.group_len()).map(|index| captures.get_group(index).map(|span| (span.start, span.end)));
        Ok(Some(groups.collect()))
    }

    /// Whether it matches anywhere.
    pub(super) fn matches(&self, call: &mut Call<'_>, text: &Haystack<'_>) -> Result<bool, Failure> {
        Ok(self
            .find(call, text.searched(), 0, &mut self.regex.create_captures())?
            .is_some())
    }

    /// At most so many matches that do not overlap, and no empty one right after another.
    pub(super) fn find_all(
        &self,
        call: &mut Call<'_>,
        text: &Haystack<'_>,
        most: usize,
    ) -> Result<Vec<Groups>, Failure> {
        let searched = text.searched();
        let mut captures = self.regex.create_captures();
        let mut found = Vec::new();
        let (mut from, mut before) = (0, None);
        while found.len() < most && from <= searched.len() {
            let Some(groups) = self.find(call, searched, from, &mut captures)? else {
                break;
            };
            let Some((start, end)) = groups[0] else { break };
            let accepted = end != from || before != Some(start);
            from = if end == from { after(searched, from) } else { end };
            before = Some(end);
            if accepted {
                call.charge(groups.len().saturating_mul(24))?;
                found.push(text.places(&groups));
            }
        }
        Ok(found)
    }

    /// The text with what `replacement` makes of each match in its place.
    pub(super) fn replace(
        &self,
        call: &mut Call<'_>,
        text: &Haystack<'_>,
        mut replacement: impl FnMut(&mut Call<'_>, &mut Buffer, &Groups) -> Result<(), Failure>,
    ) -> Result<Text, Failure> {
        let searched = text.searched();
        let mut captures = self.regex.create_captures();
        let mut out = Buffer::default();
        let (mut from, mut done) = (0, 0);
        while from <= searched.len() {
            let Some(groups) = self.find(call, searched, from, &mut captures)? else {
                break;
            };
            let Some((start, end)) = groups[0] else { break };
            append(call, &mut out, text.part(text.span(done, start)))?;
            // Not for an empty match right after another one.
            if end > done || start == 0 {
                replacement(call, &mut out, &text.places(&groups))?;
            }
            done = end;
            from = after(searched, from).max(end);
        }
        append(call, &mut out, text.part(text.span(done, searched.len())))?;
        Ok(out.into())
    }

    /// A template with `$1`, `${1}`, `$name` and `$$` filled in.
    pub(super) fn expand(
        &self,
        call: &mut Call<'_>,
        out: &mut Buffer,
        template: &[u8],
        text: &[u8],
        groups: &Groups,
    ) -> Result<(), Failure> {
        let mut rest = template;
        while let Some(dollar) = rest.iter().position(|byte| *byte == b'$') {
            append(call, out, &rest[..dollar])?;
            rest = &rest[dollar + 1..];
            if let Some(after) = rest.strip_prefix(b"$") {
                append(call, out, b"$")?;
                rest = after;
                continue;
            }
            let Some((name, after)) = reference(rest) else {
                append(call, out, b"$")?;
                continue;
            };
            rest = after;
            let group = match number(name) {
                Some(number) => groups.get(number).copied().flatten(),
                None => {
                    let mut named = self
                        .names
                        .iter()
                        .zip(groups)
                        .filter(|(known, _)| known.as_bytes() == name);
                    named.find_map(|(_, group)| *group)
                }
            };
            if let Some((start, end)) = group {
                append(call, out, &text[start..end])?;
            }
        }
        append(call, out, rest)
    }
}

/// The name after a dollar sign, in braces or as long as it goes, and what follows.
fn reference(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let (braced, text) = text.strip_prefix(b"{").map_or((false, text), |text| (true, text));
    let word = |rune: char| runes::is_letter(rune) || runes::is_digit(rune) || rune == '_';
    let length = runes::each(text)
        .find(|(_, rune)| !word(*rune))
        .map_or(text.len(), |(at, _)| at);
    let (name, rest) = text.split_at(length);
    let rest = if braced { rest.strip_prefix(b"}")? } else { rest };
    (!name.is_empty()).then_some((name, rest))
}

/// The number that a name is: no leading zeros, and not too large.
fn number(name: &[u8]) -> Option<usize> {
    let digits = name.iter().all(u8::is_ascii_digit) && name.len() <= 9;
    let leading = name.len() > 1 && name[0] == b'0';
    if digits && !leading {
        std::str::from_utf8(name).ok()?.parse().ok()
    } else {
        None
    }
}

/// The place of the next character.
fn after(text: &str, at: usize) -> usize {
    at + text[at..].chars().next().map_or(1, char::len_utf8)
}

fn append(call: &mut Call<'_>, out: &mut Buffer, bytes: &[u8]) -> Result<(), Failure> {
    call.charge(bytes.len())?;
    out.push(bytes);
    Ok(())
}

/// A text to search. A byte that is no UTF-8 is searched as U+FFFD, which is longer.
pub(super) struct Haystack<'t> {
    text: &'t [u8],
    lossy: Option<Zeroizing<String>>,
    /// Places in the text of the bytes that are searched, if that differs.
    places: Vec<usize>,
}

impl<'t> Haystack<'t> {
    pub(super) fn new(call: &mut Call<'_>, text: &'t Text) -> Result<Self, Failure> {
        let bytes = text.as_bytes();
        if text.to_str().is_some() {
            return Ok(Self {
                text: bytes,
                lossy: None,
                places: Vec::new(),
            });
        }
        call.charge(bytes.len().saturating_mul(3 + 24))?;
        let lossy = text.to_lossy();
        let mut places = Vec::with_capacity(lossy.len() + 1);
        for (at, rune) in runes::each(bytes) {
            places.extend(std::iter::repeat_n(at, rune.len_utf8()));
        }
        places.push(bytes.len());
        Ok(Self {
            text: bytes,
            lossy: Some(lossy),
            places,
        })
    }

    fn searched(&self) -> &str {
        match &self.lossy {
            Some(lossy) => lossy,
            None => std::str::from_utf8(self.text).unwrap_or_default(),
        }
    }

    /// Where a match lies in the text.
    fn places(&self, groups: &Groups) -> Groups {
        groups
            .iter()
            .map(|group| group.map(|(start, end)| self.span(start, end)))
            .collect()
    }

    fn span(&self, start: usize, end: usize) -> (usize, usize) {
        let place = |at: usize| match self.lossy {
            Some(_) => self.places.get(at).copied().unwrap_or(self.text.len()),
            None => at,
        };
        (place(start), place(end))
    }

    /// The text itself.
    pub(super) fn bytes(&self) -> &'t [u8] {
        self.text
    }

    /// A part of the text.
    pub(super) fn part(&self, (start, end): (usize, usize)) -> &'t [u8] {
        &self.text[start..end]
    }
}

/// Of a compiled expression, and of what a search remembers.
const MOST_MEMORY: usize = 8 << 20;
