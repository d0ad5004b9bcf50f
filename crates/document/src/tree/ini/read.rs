use std::{collections::HashMap, mem, ops::Range};

use zeroize::Zeroizing;

use super::{
    DEFAULT, Key, Part, Source,
    value::{self, content, line_end, trimmed},
};
use crate::{
    Limits, Position, ReadError,
    tree::{Branch, Comment, Entry, Leaf, Pair, Place, Scalar, Tree},
};

/// Reads an INI text line by line.
pub(super) struct Reader<'a> {
    text: &'a str,
    at: usize,
    limits: &'a Limits,
    sections: Vec<Section<'a>>,
    /// The pieces of a comment that wait for what has it.
    comment: Vec<Range<usize>>,
    lost: Vec<Range<usize>>,
    /// Sections and keys so far.
    nodes: usize,
}

struct Section<'a> {
    name: &'a str,
    line: Option<Range<usize>>,
    comment: Vec<Range<usize>>,
    keys: Vec<Entered<'a>>,
    /// Where each key is among the keys.
    index: HashMap<&'a str, usize>,
}

struct Entered<'a> {
    name: &'a str,
    value: Zeroizing<String>,
    key: Key,
    comment: Vec<Range<usize>>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str, limits: &'a Limits) -> Self {
        let default = Section {
            name: DEFAULT,
            line: None,
            comment: Vec::new(),
            keys: Vec::new(),
            index: HashMap::new(),
        };
        Self {
            text,
            // A byte order mark.
            at: if text.starts_with('\u{feff}') { 3 } else { 0 },
            limits,
            sections: vec![default],
            comment: Vec::new(),
            lost: Vec::new(),
            nodes: 0,
        }
    }

    pub(super) fn document(mut self) -> Result<(Source, Tree), ReadError> {
        while self.at < self.text.len() {
            let end = line_end(self.text, self.at);
            let range = trimmed(self.text, self.at..end);
            let start = mem::replace(&mut self.at, end);
            let line = self.text.get(range.clone()).unwrap_or_default();
            match line.bytes().next() {
                None => {}
                Some(b'#' | b';') => self.comment.push(start..start + self.content(start..end).len()),
                Some(b'[') => self.section(start..end, range.start)?,
                Some(_) => self.key(start..end, range.start)?,
            }
        }
        // What stands behind everything belongs to nothing.
        self.lost.append(&mut self.comment);
        self.finish()
    }

    fn content(&self, line: Range<usize>) -> &'a str {
        content(self.text.get(line).unwrap_or_default())
    }

    fn section(&mut self, line: Range<usize>, start: usize) -> Result<(), ReadError> {
        self.count(start)?;
        let from = line.start;
        let whole = from..from + self.content(line).len();
        let bracket = self.text.get(start..whole.end).unwrap_or_default();
        let Some(length) = bracket.rfind(']') else {
            return Err(self.wrong(start, "a section without ']'", None));
        };
        let name = bracket.get(1..length).unwrap_or_default();
        if name.is_empty() {
            return Err(self.wrong(start, "a section without a name", None));
        }
        let behind = start + length + 1..whole.end;
        let rest = self.text.get(behind.clone()).unwrap_or_default();
        let comment = rest.find(['#', ';']).map(|at| behind.start + at);
        self.lose(behind.start..comment.unwrap_or(behind.end));
        if let Some(at) = comment {
            self.comment.push(trimmed(self.text, at..behind.end));
        }
        self.sections.push(Section {
            name,
            line: Some(whole),
            comment: mem::take(&mut self.comment),
            keys: Vec::new(),
            index: HashMap::new(),
        });
        Ok(())
    }

    fn key(&mut self, line: Range<usize>, start: usize) -> Result<(), ReadError> {
        self.count(start)?;
        let text = self.text.get(start..line.end).unwrap_or_default();
        let (name, name_length, offset) = key_name(text).map_err(|reason| self.wrong(start, reason, None))?;
        if name == "-" {
            let hint = Some("give the key a name of its own");
            return Err(self.wrong(start, "a key '-', which upstream numbers and then loses", hint));
        }
        if name.is_empty() {
            return Err(self.wrong(start, "an empty key", None));
        }
        let Some(read) = value::read(self.text, start + offset) else {
            return Err(self.wrong(start, "quotes that do not close", None));
        };
        let last = self.text.get(..read.end).map_or(read.end, |text| content(text).len());
        let comment_start = read.comment.as_ref().map_or(last, |comment| comment.start);
        self.lose(read.range.end..comment_start);
        self.comment.extend(read.comment);
        self.at = read.end;
        let entered = Entered {
            name,
            value: read.text,
            key: Key {
                whole: line.start..last,
                name: start + name_length,
                value: read.range,
            },
            comment: mem::take(&mut self.comment),
        };
        self.enter(entered);
        Ok(())
    }

    /// A key that stands twice has its first place, and all else of the last.
    fn enter(&mut self, entered: Entered<'a>) {
        let Some(section) = self.sections.last_mut() else {
            return;
        };
        let next = section.keys.len();
        let index = *section.index.entry(entered.name).or_insert(next);
        match section.keys.get_mut(index) {
            Some(key) => {
                let old = mem::replace(key, entered);
                self.lost.push(old.key.whole);
                self.lost.extend(old.comment);
            }
            None => section.keys.push(entered),
        }
    }

    /// Notes text that means nothing, unless it is blank.
    fn lose(&mut self, range: Range<usize>) {
        if self.text.get(range.clone()).is_some_and(|text| !text.trim().is_empty()) {
            self.lost.push(range);
        }
    }

    fn count(&mut self, at: usize) -> Result<(), ReadError> {
        self.nodes += 1;
        // Each may have a comment, and there is one section more.
        if self.nodes > self.limits.nodes || self.nodes >= (u32::MAX / 2) as usize {
            return Err(ReadError::TooManyNodes {
                position: Position::of(self.text.as_bytes(), at),
                limit: self.limits.nodes,
            });
        }
        Ok(())
    }

    fn wrong(&self, at: usize, reason: &'static str, hint: Option<&'static str>) -> ReadError {
        ReadError::Syntax {
            position: Position::of(self.text.as_bytes(), at),
            reason,
            hint,
        }
    }

    fn finish(self) -> Result<(Source, Tree), ReadError> {
        let mut parts = Parts {
            text: self.text,
            list: Vec::new(),
        };
        let mut tree = Tree::default();
        for section in self.sections {
            let place = parts.place(Part::Section(section.line));
            let mut inner = Tree::default();
            inner.entries.extend(parts.comment(section.comment));
            for Entered {
                name,
                mut value,
                key,
                comment,
            } in section.keys
            {
                let place = parts.place(Part::Key(key));
                let scalar = Scalar::text(mem::take(&mut *value).into_bytes());
                let value = Branch::Leaf(Leaf::read(scalar, place));
                let key = name.into();
                inner.entries.push(Entry::Pair(Pair { key, value, place }));
                inner.entries.extend(parts.comment(comment));
            }
            tree.entries.push(Entry::Pair(Pair {
                key: section.name.into(),
                value: Branch::Mapping(inner),
                place,
            }));
        }
        let source = Source {
            text: Zeroizing::new(self.text.to_owned()),
            parts: parts.list,
            lost: self.lost,
        };
        Ok((source, tree))
    }
}

struct Parts<'a> {
    text: &'a str,
    list: Vec<Part>,
}

impl Parts<'_> {
    fn place(&mut self, part: Part) -> Option<Place> {
        let place = u32::try_from(self.list.len()).ok().map(Place::new);
        self.list.push(part);
        place
    }

    /// A comment of pieces, as upstream joins them: line breaks between, its first marks taken away.
    fn comment(&mut self, pieces: Vec<Range<usize>>) -> Option<Entry> {
        let length: usize = pieces.iter().map(|piece| piece.len() + 2).sum();
        let mut joined = Zeroizing::new(String::with_capacity(length));
        for piece in &pieces {
            let end = line_end(self.text, piece.end);
            // A line counts with its line break; what follows a value has none before the next piece, for it is the last one.
            let piece = self.text.get(piece.start..end).unwrap_or_default();
            joined.push_str(piece.trim_start());
        }
        let text = match joined.trim() {
            "" => return None,
            text if text.starts_with(';') => text.trim_start_matches([';', ' ']),
            text => text.trim_start_matches(['#', ' ']),
        };
        let text = Zeroizing::new(text.to_owned());
        let place = self.place(Part::Comment(pieces));
        Some(Entry::Comment(Comment::read(text, place)))
    }
}

/// The name of a key, the bytes that it takes with its quotes, and where its value starts (ini.v1 `readKeyName`).
pub(super) fn key_name(line: &str) -> Result<(&str, usize, usize), &'static str> {
    const MISSING: &str = "a line without '='";
    let quote = match line {
        _ if line.len() > 6 && line.starts_with("\"\"\"") => "\"\"\"",
        _ if line.starts_with('"') => "\"",
        _ if line.starts_with('`') => "`",
        _ => {
            let length = line.find(['=', ':']).ok_or(MISSING)?;
            let name = line.get(..length).unwrap_or_default();
            return match length {
                0 => Err("an empty key"),
                _ => Ok((name.trim(), name.trim_end().len(), length + 1)),
            };
        }
    };
    let rest = line.get(quote.len()..).unwrap_or_default();
    let length = rest.find(quote).ok_or("a key whose quotes do not close")?;
    let name = rest.get(..length).unwrap_or_default();
    let end = length + 2 * quote.len();
    let delimiter = line
        .get(end..)
        .and_then(|behind| behind.find(['=', ':']))
        .ok_or(MISSING)?;
    Ok((name.trim(), end, end + delimiter + 1))
}
