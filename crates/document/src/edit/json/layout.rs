//! The places of JSON values.

use std::collections::HashMap;

use super::super::layout::{Collection, Entry, Extents, Kind, Layout, Name, Piece, Shape, Style};
use crate::{Limits, ReadError, json::Reader};

/// The documents of a text, one behind the other without a gap.
///
/// # Errors
/// Those of reading, which the text of an edit that went wrong may have.
pub(in super::super) fn parts(text: &str, limits: &Limits) -> Result<Extents, ReadError> {
    let mut reader = Reader::new(text, *limits);
    let mut parts = Extents::new();
    while let Some(document) = reader.next_document() {
        document?;
        let start = parts.last().map_or(0, |(range, _)| range.end);
        let end = text.len() - reader.rest().len();
        let own = text.get(start..end).unwrap_or_default();
        let root = Walker { text: own, at: 0 }.piece();
        let layout = Layout {
            root,
            aliases: HashMap::new(),
        };
        parts.push((start..end, Some(layout)));
    }
    match parts.last_mut() {
        Some((last, _)) => last.end = text.len(),
        None => parts.push((0..text.len(), None)),
    }
    Ok(parts)
}

/// Goes over one value that has been read, so that it is known to be JSON.
struct Walker<'a> {
    text: &'a str,
    at: usize,
}

impl Walker<'_> {
    fn piece(&mut self) -> Piece {
        self.skip_blanks();
        let start = self.at;
        let kind = match self.peek() {
            Some(b'{') => Kind::Collection(self.collection(Shape::Mapping)),
            Some(b'[') => Kind::Collection(self.collection(Shape::Sequence)),
            Some(b'"') => {
                self.string();
                Kind::Scalar(Style::Double)
            }
            first => {
                while self.peek().is_some_and(is_word) {
                    self.at += 1;
                }
                if first == Some(b'n') {
                    Kind::Null
                } else {
                    Kind::Scalar(Style::Plain)
                }
            }
        };
        Piece {
            span: start..self.at,
            anchor: None,
            tag: None,
            kind,
        }
    }

    fn collection(&mut self, shape: Shape) -> Collection {
        let mut entries = Vec::new();
        loop {
            // The bracket or the comma.
            self.at += 1;
            self.skip_blanks();
            if let Some(b'}' | b']') | None = self.peek() {
                break;
            }
            entries.push(self.entry(shape));
            self.skip_blanks();
            if self.peek() != Some(b',') {
                break;
            }
        }
        self.at += usize::from(self.peek().is_some());
        Collection {
            shape,
            is_flow: true,
            entries,
        }
    }

    fn entry(&mut self, shape: Shape) -> Entry {
        let start = self.at;
        let mut entry = Entry {
            name: Name::Index,
            start,
            key: start..start,
            colon: None,
            value: Piece {
                span: start..start,
                anchor: None,
                tag: None,
                kind: Kind::Null,
            },
        };
        if shape == Shape::Mapping {
            let name = self.string();
            entry.key = start..self.at;
            entry.name = name.map_or(Name::Other, Name::Text);
            self.skip_blanks();
            self.at += 1;
            entry.colon = Some(self.at);
        }
        entry.value = self.piece();
        entry
    }

    /// The text of the string that starts here; nothing where it cannot be read.
    fn string(&mut self) -> Option<String> {
        let start = self.at;
        self.at += 1;
        while let Some(byte) = self.peek() {
            self.at += if byte == b'\\' { 2 } else { 1 };
            if byte == b'"' {
                break;
            }
        }
        Reader::new(self.text.get(start..self.at)?, Limits::default()).only_string()
    }

    fn skip_blanks(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+-.".contains(&byte)
}
