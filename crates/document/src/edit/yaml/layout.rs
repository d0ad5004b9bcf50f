//! The places of YAML values, out of the parser's events.

use std::{collections::HashMap, ops::Range};

use granit_parser::{Event, ScalarStyle, StructureStyle};

use super::super::{
    layout::{Anchor, Collection, Entry, Extents, Kind, Layout, Name, Piece, Shape, Style, Tag},
    lines::{line_end, next_line, skip_blanks},
};
use crate::{
    Limits, Node, Position, ReadError, Value,
    schema::kubernetes,
    yaml::{Events, Head, is_merge, key_name, scalar},
};

/// The documents of a text that has been read, in order and without a gap: those without content too.
///
/// # Errors
/// Those of reading, which the text of an edit that went wrong may have.
pub(in super::super) fn parts(text: &str, limits: &Limits) -> Result<Extents, ReadError> {
    let mut parts = Extents::new();
    let mut events = Events::with_anchors(text, limits);
    let mut next_start = None;
    loop {
        let head = events.next()?;
        match head.event {
            Event::StreamEnd => break,
            Event::DocumentStart(is_explicit, _) => {
                let at = head.bytes();
                // Directives stand before `---` only where `...` ended the document before.
                let start = next_start.unwrap_or(at.start);
                let start = if parts.is_empty() { 0 } else { start };
                if let Some((last, _)) = parts.last_mut() {
                    last.end = start;
                }
                let cursor = if is_explicit { at.end } else { start };
                let layout = Builder::new(text, start, cursor, &mut events).document()?;
                parts.push((start..text.len(), layout));
            }
            Event::DocumentEnd => next_start = (!head.bytes().is_empty()).then(|| next_line(text, head.bytes().end)),
            _ => {}
        }
    }
    if parts.is_empty() {
        parts.push((0..text.len(), None));
    }
    Ok(parts)
}

struct Builder<'a, 'e> {
    text: &'a str,
    /// Where the document's own text starts.
    base: usize,
    /// The place behind what has been taken.
    cursor: usize,
    events: &'e mut Events<'a>,
    aliases: HashMap<usize, Vec<usize>>,
}

impl<'a, 'e> Builder<'a, 'e> {
    fn new(text: &'a str, base: usize, cursor: usize, events: &'e mut Events<'a>) -> Self {
        Self {
            text,
            base,
            cursor,
            events,
            aliases: HashMap::new(),
        }
    }

    /// Nothing for a document without content.
    fn document(mut self) -> Result<Option<Layout>, ReadError> {
        let head = self.events.next()?;
        let is_empty = matches!(&head.event, Event::Scalar(text, ScalarStyle::Plain, 0, None) if text.is_empty());
        let root = self.piece(head)?;
        Ok((!is_empty).then_some(Layout {
            root,
            aliases: self.aliases,
        }))
    }

    fn piece(&mut self, head: Head<'a>) -> Result<Piece, ReadError> {
        let anchor = match &head.event {
            Event::Scalar(_, _, id, _) | Event::SequenceStart(_, id, _) | Event::MappingStart(_, id, _) => *id,
            _ => 0,
        };
        let anchor = if anchor == 0 { None } else { self.anchor(anchor)? };
        let tag = head.tag().map(|span| self.tag(&head.event, span));
        let properties = anchor
            .iter()
            .map(|anchor| &anchor.span)
            .chain(tag.iter().map(|tag| &tag.span));
        let properties = properties
            .map(|span| span.end + self.base)
            .fold(self.cursor, usize::max);
        let (span, kind) = match &head.event {
            Event::Alias(id) => {
                let start = head.bytes().start - self.base;
                self.aliases.entry(*id).or_default().push(start);
                (head.bytes(), Kind::Alias)
            }
            Event::SequenceStart(style, ..) => self.collection(&head, Shape::Sequence, *style, properties)?,
            Event::MappingStart(style, ..) => self.collection(&head, Shape::Mapping, *style, properties)?,
            _ => self.scalar(&head, properties),
        };
        self.cursor = properties.max(span.end);
        Ok(Piece {
            span: self.own(span),
            anchor,
            tag,
            kind,
        })
    }

    fn anchor(&mut self, id: usize) -> Result<Option<Anchor>, ReadError> {
        let head = self.events.next()?;
        let span = self.own(head.bytes());
        Ok(Some(Anchor { id, span }))
    }

    fn tag(&self, event: &Event<'_>, span: Range<usize>) -> Tag {
        let is_text = match event {
            Event::Scalar(_, _, _, Some(tag)) => tag
                .suffix_in_namespace("tag:yaml.org,2002:")
                .is_none_or(|name| !TYPES.contains(&&*name)),
            _ => false,
        };
        Tag {
            span: self.own(span),
            is_text,
        }
    }

    fn scalar(&self, head: &Head<'a>, properties: usize) -> (Range<usize>, Kind) {
        let Event::Scalar(text, style, _, tag) = &head.event else {
            return (properties..properties, Kind::Null);
        };
        let bytes = head.bytes();
        match style {
            ScalarStyle::Literal | ScalarStyle::Folded => {
                let start = skip_blanks(self.text, properties);
                let (header, end) = self.block(start, bytes.end, head.indent());
                let style = Style::Block {
                    header: header - self.base,
                    indent: head.indent(),
                };
                (start..end, Kind::Scalar(style))
            }
            ScalarStyle::SingleQuoted => (bytes, Kind::Scalar(Style::Single)),
            ScalarStyle::DoubleQuoted => (bytes, Kind::Scalar(Style::Double)),
            ScalarStyle::Plain if bytes.is_empty() => (properties..properties, absent(tag.is_some())),
            ScalarStyle::Plain => {
                let is_null = tag.is_none() && matches!(kubernetes::resolve(text), Some(Value::Null));
                (
                    bytes,
                    if is_null {
                        Kind::Null
                    } else {
                        Kind::Scalar(Style::Plain)
                    },
                )
            }
        }
    }

    /// The ends of the indicators and of the lines of a block scalar. The parser's end may be that of blank lines that are not of the value.
    fn block(&self, start: usize, end: usize, indent: usize) -> (usize, usize) {
        let rest = self.text.get(start..).unwrap_or_default();
        let indicators = rest
            .bytes()
            .take_while(|byte| matches!(byte, b'|' | b'>' | b'+' | b'-' | b'0'..=b'9'))
            .count();
        let header = start + indicators;
        let keeps = rest
            .get(..indicators)
            .is_some_and(|indicators| indicators.contains('+'));
        let first = next_line(self.text, header);
        let mut end = end.max(first);
        // The start of a line that the parser looked at last is not part of the value.
        if let Some(at) = self.text.get(first..end).and_then(|lines| lines.rfind(['\n', '\r'])) {
            let behind = first + at + 1;
            let is_blank = |line: &str| line.bytes().all(|byte| byte == b' ');
            if self
                .text
                .get(behind..end)
                .is_some_and(|line| is_blank(line) && line.len() <= indent)
            {
                end = behind;
            }
        }
        while let Some(lines) = self.text.get(first..end).filter(|_| !keeps) {
            let body = strip_break(lines);
            let last = body.rfind(['\n', '\r']).map_or(0, |at| at + 1);
            let line = body.get(last..).unwrap_or_default();
            if lines.is_empty() || line.len() > indent || line.bytes().any(|byte| byte != b' ') {
                break;
            }
            end = first + last;
        }
        match self.text.get(first..end) {
            None | Some("") => (header, line_end(self.text, header)),
            Some(lines) => (header, first + strip_break(lines).len()),
        }
    }

    fn collection(
        &mut self,
        head: &Head<'a>,
        shape: Shape,
        style: StructureStyle,
        properties: usize,
    ) -> Result<(Range<usize>, Kind), ReadError> {
        let start = skip_blanks(self.text, properties);
        let is_flow = matches!(style, StructureStyle::Flow);
        let is_pair = is_flow && shape == Shape::Mapping && !self.at(start).starts_with('{');
        self.cursor = if is_flow && !is_pair { start + 1 } else { start };
        let mut entries = Vec::new();
        let end = loop {
            let head = self.events.next()?;
            match head.event {
                Event::SequenceEnd | Event::MappingEnd if is_flow && !is_pair => break head.bytes().end,
                Event::SequenceEnd | Event::MappingEnd | Event::StreamEnd => break self.cursor,
                _ if shape == Shape::Sequence => entries.push(self.item(head, is_flow)?),
                _ => entries.push(self.entry(head, is_flow)?),
            }
        };
        let _ = head;
        let collection = Collection {
            shape: if is_pair { Shape::Pair } else { shape },
            is_flow,
            entries,
        };
        Ok((start..end, Kind::Collection(collection)))
    }

    fn item(&mut self, head: Head<'a>, is_flow: bool) -> Result<Entry, ReadError> {
        let start = self.next_item(is_flow);
        let behind = if is_flow { start } else { start + 1 };
        self.cursor = behind;
        let value = self.piece(head)?;
        Ok(Entry {
            name: Name::Index,
            start: start - self.base,
            key: self.own(start..behind),
            colon: Some(behind - self.base),
            value,
        })
    }

    fn entry(&mut self, head: Head<'a>, is_flow: bool) -> Result<Entry, ReadError> {
        let start = self.next_item(is_flow);
        let is_behind_mark = self.at(start).starts_with("?") && !self.at(start + 1).starts_with(is_key_character);
        if is_behind_mark {
            self.cursor = start + 1;
        }
        let name = name(&head);
        let key = self.piece(head)?;
        let colon = self.colon(is_flow);
        let name = match name {
            _ if is_behind_mark || (colon.is_none() && !is_flow) => Name::Other,
            name => name,
        };
        self.cursor = colon.unwrap_or(self.cursor);
        let head = self.events.next()?;
        let value = self.piece(head)?;
        Ok(Entry {
            name,
            start: start - self.base,
            key: key.span,
            colon: colon.map(|colon| colon - self.base),
            value,
        })
    }

    /// The start of the next entry or item.
    fn next_item(&self, is_flow: bool) -> usize {
        let start = skip_blanks(self.text, self.cursor);
        if is_flow && self.at(start).starts_with(',') {
            skip_blanks(self.text, start + 1)
        } else {
            start
        }
    }

    /// The place behind the colon of the key that has just been taken.
    fn colon(&self, is_flow: bool) -> Option<usize> {
        let at = skip_blanks(self.text, self.cursor);
        let is_near = is_flow || at <= line_end(self.text, self.cursor);
        (is_near && self.at(at).starts_with(':')).then_some(at + 1)
    }

    fn at(&self, offset: usize) -> &'a str {
        self.text.get(offset..).unwrap_or_default()
    }

    fn own(&self, span: Range<usize>) -> Range<usize> {
        let own = |offset: usize| offset.saturating_sub(self.base);
        own(span.start)..own(span.end)
    }
}

/// What a value is that has no text.
fn absent(is_tagged: bool) -> Kind {
    if is_tagged {
        Kind::Scalar(Style::Plain)
    } else {
        Kind::Null
    }
}

fn name(head: &Head<'_>) -> Name {
    if is_merge(&head.event) {
        return Name::Merge;
    }
    let Event::Scalar(text, style, _, tag) = &head.event else {
        return Name::Other;
    };
    match scalar(text.clone(), *style, tag.as_deref(), Position::default()) {
        Ok(value) => Name::Text(key_name(&Node::from(value))),
        Err(_) => Name::Other,
    }
}

fn is_key_character(character: char) -> bool {
    !matches!(character, ' ' | '\t' | '\n' | '\r')
}

/// Without the line break at the end.
fn strip_break(text: &str) -> &str {
    let text = text.strip_suffix('\n').map_or(text, |text| text);
    text.strip_suffix('\r').unwrap_or(text)
}

/// Tags that say how a scalar is read.
const TYPES: [&str; 6] = ["binary", "bool", "float", "int", "null", "timestamp"];
