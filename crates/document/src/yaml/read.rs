use std::{borrow::Cow, collections::HashMap};

use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{GeneralPurpose, GeneralPurposeConfig},
};
use granit_parser::{ErrorKind, Event, ScalarStyle, Tag};
use zeroize::Zeroizing;

use super::events::{Events, Head};
use crate::{Document, Format, Key, Limits, Node, Position, ReadError, Value, mapping::Entry, schema::kubernetes};

/// Reads YAML documents.
pub(crate) struct Reader<'a> {
    events: Events<'a>,
    /// Where the text starts in the whole text.
    origin: Position,
    limits: Limits,
    /// Values of this document so far.
    nodes: usize,
    /// Collections that the next event stands in.
    depth: usize,
    /// The anchored values of this document, by the parser's number for them.
    anchors: HashMap<usize, Anchored>,
}

struct Anchored {
    node: Node,
    nodes: usize,
    height: usize,
}

impl<'a> Reader<'a> {
    /// `text` starts at `origin` of the whole text, and `broken` is what the whole text has behind it.
    pub(crate) fn new(text: &'a str, origin: Position, broken: Option<ReadError>, limits: Limits) -> Self {
        let events = Events::new(text, broken, &limits);
        Self {
            events,
            origin,
            limits,
            nodes: 0,
            depth: 0,
            anchors: HashMap::new(),
        }
    }

    /// The next document with content, or `None` at the end of the text.
    pub(crate) fn next_document(&mut self) -> Option<Result<Document, ReadError>> {
        match self.document() {
            Ok(document) => document.map(Ok),
            // The parser saw the text end where it breaks off, so what it says of it may not be true.
            Err(error @ ReadError::Syntax { .. }) => {
                Some(Err(self.events.take_broken().unwrap_or(error).within(self.origin)))
            }
            Err(error) => Some(Err(error.within(self.origin))),
        }
    }

    fn document(&mut self) -> Result<Option<Document>, ReadError> {
        loop {
            let Head { event, place, .. } = self.events.next()?;
            match event {
                Event::StreamEnd => return self.events.take_broken().map_or(Ok(None), Err),
                Event::DocumentStart(..) => {}
                Event::StreamStart | Event::DocumentEnd => continue,
                _ => return Err(self.events.wrong(&ErrorKind::ExpectedDocumentStart, place)),
            }
            let head = self.events.next()?;
            let empty = matches!(&head.event, Event::Scalar(text, ScalarStyle::Plain, 0, None) if text.is_empty());
            let start = self.origin.within(head.place);
            (self.nodes, self.depth) = (0, 0);
            self.anchors.clear();
            let root = self.node(head)?;
            self.events.next()?;
            if !self.events.is_complete() {
                return self.events.take_broken().map_or(Ok(None), Err);
            }
            if !empty {
                return Ok(Some(Document {
                    root,
                    format: Format::Yaml,
                    start,
                }));
            }
        }
    }

    fn node(&mut self, head: Head<'a>) -> Result<Node, ReadError> {
        let place = head.place;
        self.count(1, place)?;
        let (value, anchor) = match head.event {
            Event::Scalar(text, style, anchor, tag) => (scalar(text, style, tag.as_deref(), place)?, anchor),
            Event::SequenceStart(_, anchor, _) => (self.nested(place, Self::sequence)?, anchor),
            Event::MappingStart(_, anchor, _) => (self.nested(place, Self::mapping)?, anchor),
            Event::Alias(anchor) => return self.alias(anchor, place),
            _ => return Err(self.events.wrong(&ErrorKind::ExpectedNodeContent, place)),
        };
        let node = Node {
            value,
            position: self.origin.within(place),
        };
        if anchor != 0 {
            let (nodes, height) = measure(&node);
            self.count(nodes, place)?;
            self.anchors.insert(
                anchor,
                Anchored {
                    node: node.copy(),
                    nodes,
                    height,
                },
            );
        }
        Ok(node)
    }

    fn nested(
        &mut self,
        place: Position,
        read: impl Fn(&mut Self) -> Result<Value, ReadError>,
    ) -> Result<Value, ReadError> {
        self.check_depth(1, place)?;
        self.depth += 1;
        let value = read(self)?;
        self.depth -= 1;
        Ok(value)
    }

    fn sequence(&mut self) -> Result<Value, ReadError> {
        let mut items = Vec::new();
        loop {
            match self.events.next()? {
                Head {
                    event: Event::SequenceEnd,
                    ..
                } => return Ok(Value::Sequence(items)),
                head => items.push(self.node(head)?),
            }
        }
    }

    fn mapping(&mut self) -> Result<Value, ReadError> {
        let mut entries = Vec::new();
        loop {
            let head = self.events.next()?;
            if matches!(head.event, Event::MappingEnd) {
                return Ok(Value::Mapping(entries.into_iter().collect()));
            }
            if is_merge(&head.event) {
                let place = head.place;
                let value = self.events.next()?;
                merge(self.node(value)?, self.origin.within(place), place, &mut entries)?;
                continue;
            }
            let key = self.key(head)?;
            let value = self.events.next()?;
            entries.push(Entry {
                key,
                value: self.node(value)?,
                merged: None,
            });
        }
    }

    fn key(&mut self, head: Head<'a>) -> Result<Key, ReadError> {
        let place = head.place;
        let written = head.event.scalar().map(|(text, _)| text.to_owned());
        let node = self.node(head)?;
        let name = match &node.value {
            Value::Null => return Err(ReadError::NullKey(place)),
            Value::Sequence(_) | Value::Mapping(_) => return Err(ReadError::ComplexKey(place)),
            _ => key_name(&node),
        };
        let converted = !matches!(node.value, Value::String(_)) && written.is_none_or(|written| written != name);
        Ok(Key {
            name,
            position: self.origin.within(place),
            converted,
        })
    }

    fn alias(&mut self, anchor: usize, place: Position) -> Result<Node, ReadError> {
        let Some(Anchored { nodes, height, .. }) = self.anchors.get(&anchor) else {
            return Err(ReadError::UnknownAnchor(place));
        };
        let (nodes, height) = (*nodes, *height);
        self.check_depth(height, place)?;
        self.count(nodes, place)?;
        self.anchors
            .get(&anchor)
            .map(|anchored| anchored.node.copy())
            .ok_or(ReadError::UnknownAnchor(place))
    }

    fn count(&mut self, nodes: usize, position: Position) -> Result<(), ReadError> {
        self.nodes += nodes;
        let limit = self.limits.nodes;
        if self.nodes > limit {
            Err(ReadError::TooManyNodes { position, limit })
        } else {
            Ok(())
        }
    }

    fn check_depth(&self, height: usize, position: Position) -> Result<(), ReadError> {
        let limit = self.limits.depth;
        if self.depth + height > limit {
            Err(ReadError::TooDeep { position, limit })
        } else {
            Ok(())
        }
    }
}

/// The name that a scalar is as a key.
pub(crate) fn key_name(node: &Node) -> String {
    match &node.value {
        Value::Float(value) => kubernetes::float_key(*value),
        _ => node.as_text().as_deref().cloned().unwrap_or_default(),
    }
}

/// The value of a scalar.
///
/// # Errors
/// [`ReadError::Binary`], [`ReadError::Tag`].
pub(crate) fn scalar(
    text: Cow<'_, str>,
    style: ScalarStyle,
    tag: Option<&Tag>,
    place: Position,
) -> Result<Value, ReadError> {
    let value = match tag.map(|tag| tag.suffix_in_namespace("tag:yaml.org,2002:").unwrap_or_default()) {
        None if style == ScalarStyle::Plain => kubernetes::resolve(&text),
        None => None,
        Some(name) if name == "binary" => Some(binary(&text, place)?),
        Some(name) => kubernetes::resolve_as(&name, &text).map_err(|_| ReadError::Tag(place))?,
    };
    Ok(value.unwrap_or_else(|| Value::String(Zeroizing::new(text.into_owned()))))
}

fn binary(text: &str, place: Position) -> Result<Value, ReadError> {
    let text = Zeroizing::new(text.replace(['\r', '\n'], ""));
    let engine = GeneralPurpose::new(
        &STANDARD,
        GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
    );
    let bytes = Zeroizing::new(engine.decode(text.as_bytes()).map_err(|_| ReadError::Binary(place))?);
    let text = std::str::from_utf8(&bytes).map_err(|_| ReadError::Binary(place))?;
    Ok(Value::String(Zeroizing::new(text.to_owned())))
}

/// Adds the entries of what stands behind `<<`. Of several mappings the first one to name a key gives its value.
fn merge(node: Node, merged: Position, place: Position, entries: &mut Vec<Entry>) -> Result<(), ReadError> {
    match node.value {
        Value::Mapping(mapping) => {
            let added = mapping.into_entries().map(|(key, value)| Entry {
                key,
                value,
                merged: Some(merged),
            });
            entries.extend(added);
            Ok(())
        }
        Value::Sequence(items) => items.into_iter().rev().try_for_each(|item| match item.value {
            Value::Mapping(_) => merge(item, merged, place, entries),
            _ => Err(ReadError::Merge(place)),
        }),
        _ => Err(ReadError::Merge(place)),
    }
}

/// Whether a key is the one that merges what stands behind it.
pub(crate) fn is_merge(event: &Event<'_>) -> bool {
    match event {
        Event::Scalar(text, ScalarStyle::Plain, _, None) => text == "<<",
        Event::Scalar(text, _, _, Some(tag)) => {
            text == "<<"
                && tag
                    .suffix_in_namespace("tag:yaml.org,2002:")
                    .is_some_and(|name| name == "merge")
        }
        _ => false,
    }
}

/// Number of values, and of collections inside each other.
fn measure(node: &Node) -> (usize, usize) {
    let (sum, height) = match &node.value {
        Value::Sequence(items) => items.iter().map(measure).fold((0, 0), larger),
        Value::Mapping(mapping) => mapping.entries().map(|(_, value)| measure(value)).fold((0, 0), larger),
        _ => return (1, 0),
    };
    (sum + 1, height + 1)
}

fn larger(all: (usize, usize), one: (usize, usize)) -> (usize, usize) {
    (all.0 + one.0, all.1.max(one.1))
}
