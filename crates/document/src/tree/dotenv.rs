//! Lines `KEY=value`, as upstream reads them: a `#` starts a comment at the start of a line only, quotes mean nothing, and a backslash
//! with an `n` is a line break in a value.

use std::ops::Range;

use zeroize::Zeroizing;

use super::{
    Branch, Comment, Entry, Leaf, Pair, Place, Scalar, Tree, WriteError, WriteFault, fault::fault, splice::Splices,
    text::text,
};
use crate::{Limits, Position, ReadError};

/// A dotenv text and the place of everything in it.
pub(super) struct Source {
    text: Zeroizing<Vec<u8>>,
    lines: Vec<Line>,
}

/// A line that is not blank, without the byte that ends it.
struct Line {
    whole: Range<usize>,
    /// Where the value starts, or the text of a comment.
    value: usize,
}

impl Source {
    pub(super) fn read(text: &[u8], limits: &Limits) -> Result<(Self, Tree), ReadError> {
        let (mut lines, mut tree, mut start) = (Vec::new(), Tree::default(), 0);
        for line in text.split(|byte| *byte == b'\n') {
            let whole = start..start + line.len();
            start = whole.end + 1;
            if line.is_empty() {
                continue;
            }
            let position = || Position::of(text, whole.start);
            let place = u32::try_from(lines.len()).ok();
            let Some(place) = place.filter(|_| lines.len() < limits.nodes) else {
                let limit = limits.nodes;
                return Err(ReadError::TooManyNodes {
                    position: position(),
                    limit,
                });
            };
            let (entry, length) = entry(line, Place::new(place)).map_err(|error| error.at(position()))?;
            tree.entries.push(entry);
            let value = whole.start + length;
            lines.push(Line { whole, value });
        }
        let text = Zeroizing::new(text.to_vec());
        Ok((Self { text, lines }, tree))
    }

    pub(super) fn write(&self, tree: &Tree) -> Result<Zeroizing<Vec<u8>>, WriteError> {
        let kept: Vec<Place> = tree.entries.iter().filter_map(place).collect();
        let is_in_order = kept.is_sorted_by(|one, other| one < other);
        if !is_in_order || kept.last().is_some_and(|last| last.index() >= self.lines.len()) {
            return write(tree);
        }
        let mut splices = Splices::default();
        let mut before = None;
        for entry in &tree.entries {
            match place(entry).and_then(|place| self.lines.get(place.index())) {
                Some(line) => {
                    self.follow(entry, line, &mut splices)?;
                    before = Some(line);
                }
                None => insert(entry, before, &mut splices)?,
            }
        }
        self.remove(&kept, &mut splices);
        splices.finish(&self.text).map_or_else(|| write(tree), Ok)
    }

    /// What has changed in a line.
    fn follow(&self, entry: &Entry, line: &Line, splices: &mut Splices<'_>) -> Result<(), WriteError> {
        let is_comment = self.text.get(line.whole.start) == Some(&b'#');
        let is_same = match entry {
            Entry::Comment(comment) => is_comment && !comment.is_changed(),
            Entry::Pair(pair) => {
                let key = self.text.get(line.whole.start..line.value.saturating_sub(1));
                let is_read = matches!(&pair.value, Branch::Leaf(leaf) if !leaf.is_changed());
                !is_comment && is_read && key == Some(pair.key.as_bytes())
            }
        };
        if !is_same {
            splices.replace(line.whole.clone(), written(entry)?);
        }
        Ok(())
    }

    /// Takes lines away, each with the line break before it, or behind it where no line is left before.
    fn remove(&self, kept: &[Place], splices: &mut Splices<'_>) {
        let mut kept = kept.iter().map(|place| place.index()).peekable();
        let mut is_first = true;
        for (index, line) in self.lines.iter().enumerate() {
            if kept.next_if_eq(&index).is_some() {
                is_first = false;
            } else if is_first {
                splices.remove(line.whole.start..self.text.len().min(line.whole.end + 1));
            } else {
                splices.remove(line.whole.start - 1..line.whole.end);
            }
        }
    }
}

/// Writes a document as upstream does.
pub(super) fn write(tree: &Tree) -> Result<Zeroizing<Vec<u8>>, WriteError> {
    let mut splices = Splices::default();
    for entry in &tree.entries {
        insert(entry, None, &mut splices)?;
    }
    Ok(splices.finish(b"").unwrap_or_default())
}

/// Why a line is refused.
struct Refused(Option<&'static str>);

impl Refused {
    fn at(self, position: Position) -> ReadError {
        match self.0 {
            None => ReadError::Encoding(position),
            Some(hint) => ReadError::Syntax {
                position,
                reason: "a line without '='",
                hint: Some(hint),
            },
        }
    }
}

/// What a line holds, and the number of bytes before its value.
fn entry(line: &[u8], at: Place) -> Result<(Entry, usize), Refused> {
    let place = Some(at);
    let utf8 = |bytes| std::str::from_utf8(bytes).map_err(|_| Refused(None));
    if let Some(comment) = line.strip_prefix(b"#") {
        let comment = Zeroizing::new(utf8(comment)?.to_owned());
        return Ok((Entry::Comment(Comment::read(comment, place)), 1));
    }
    let Some(length) = line.iter().position(|byte| *byte == b'=') else {
        let hint = match line {
            b"\r" => "remove blank lines that end with a carriage return",
            _ => "write KEY=value, or '#' at the start of a comment",
        };
        return Err(Refused(Some(hint)));
    };
    let (key, value) = line.split_at(length);
    let value = value.get(1..).unwrap_or_default();
    let value = Branch::Leaf(Leaf::read(Scalar::Text(unescape(value).into()), place));
    let key = utf8(key)?.into();
    Ok((Entry::Pair(Pair { key, value, place }), length + 1))
}

/// A value with its line breaks.
fn unescape(raw: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut value = Zeroizing::new(Vec::with_capacity(raw.len()));
    let mut bytes = raw.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        let is_break = byte == b'\\' && bytes.next_if_eq(&b'n').is_some();
        value.push(if is_break { b'\n' } else { byte });
    }
    value
}

fn place(entry: &Entry) -> Option<Place> {
    match entry {
        Entry::Comment(comment) => comment.place,
        Entry::Pair(pair) => pair.place,
    }
}

/// Puts a line behind another, or at the start of the text.
fn insert(entry: &Entry, before: Option<&Line>, splices: &mut Splices<'_>) -> Result<(), WriteError> {
    let line = written(entry)?;
    let parts: [&[u8]; 2] = if before.is_some() {
        [b"\n", &line]
    } else {
        [&line, b"\n"]
    };
    let bytes = Zeroizing::new(parts.concat());
    splices.insert(before.map_or(0, |line| line.whole.end), bytes);
    Ok(())
}

/// The line of an entry.
fn written(entry: &Entry) -> Result<Zeroizing<Vec<u8>>, WriteError> {
    match entry {
        Entry::Comment(comment) if comment.text().contains('\n') => Err(fault(WriteFault::Value).under("#")),
        Entry::Comment(comment) => Ok(Zeroizing::new([b"#", comment.text().as_bytes()].concat())),
        Entry::Pair(pair) => {
            let value = value(&pair.key, &pair.value).map_err(|fault_| fault(fault_).under(&pair.key))?;
            Ok(Zeroizing::new([pair.key.as_bytes(), b"=", &value].concat()))
        }
    }
}

/// A value without line breaks.
fn value(key: &str, branch: &Branch) -> Result<Zeroizing<Vec<u8>>, WriteFault> {
    if key.contains(['=', '\n']) || key.starts_with('#') {
        return Err(WriteFault::Key);
    }
    let Branch::Leaf(leaf) = branch else {
        return Err(WriteFault::Nested);
    };
    let value = text(leaf.scalar()).ok_or(WriteFault::Null)?;
    // It would be read as a line break.
    if value.windows(2).any(|pair| pair == b"\\n") {
        return Err(WriteFault::Value);
    }
    let breaks = value.iter().filter(|byte| **byte == b'\n').count();
    let mut escaped = Zeroizing::new(Vec::with_capacity(value.len() + breaks));
    for byte in value.iter() {
        match byte {
            b'\n' => escaped.extend_from_slice(b"\\n"),
            _ => escaped.push(*byte),
        }
    }
    Ok(escaped)
}
