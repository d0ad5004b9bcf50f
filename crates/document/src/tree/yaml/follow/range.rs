//! Which bytes belong to something.

use std::ops::Range;

use super::Follower;
use crate::tree::{
    Entry, Place,
    yaml::{
        Source,
        node::{Content, Node},
        part::{Part, PartKind},
        scan::{Style, Text},
    },
};

impl Source {
    /// What a scalar holds, before it means anything.
    pub(super) fn written<'a>(&'a self, node: &'a Node) -> &'a str {
        match &node.content {
            Content::Scalar {
                text: Text::Owned(text),
                ..
            } => text,
            Content::Scalar {
                text: Text::Range(start, end),
                ..
            } => self.text.as_str().get(*start..*end).unwrap_or_default(),
            _ => "",
        }
    }

    /// Whether lines end in carriage return and line feed.
    pub(super) fn has_wide_breaks(&self) -> bool {
        let text = self.text.as_str();
        let first = text.find('\n').and_then(|at| text.get(..at));
        first.is_some_and(|line| line.ends_with('\r'))
    }
}

impl Follower<'_> {
    /// Behind the last byte of a node, its last line break excluded.
    pub(super) fn end(&self, node: &Node) -> usize {
        match &node.content {
            Content::Scalar {
                style: Style::Literal | Style::Folded,
                ..
            } => self.end_of_block(node.start.index, node.end),
            Content::Mapping(mapping) if !mapping.is_flow => match mapping.pairs.last() {
                Some((key, value)) => self.end(self.node(*value)).max(self.end(self.node(*key))),
                None => node.end,
            },
            Content::Sequence(sequence) if !sequence.is_flow => match sequence.items.last() {
                Some((start, item)) => self.end(self.node(*item)).max(start + 1),
                None => node.end,
            },
            _ => {
                let properties = node.properties.as_ref();
                properties.map_or(node.end, |properties| properties.end.max(node.end))
            }
        }
    }

    /// Empty lines behind a block belong to it only if it says so, by a `+`.
    fn end_of_block(&self, start: usize, end: usize) -> usize {
        let text = self.text.get(start..end).unwrap_or_default();
        let header = text.lines().next().unwrap_or_default();
        let indicators = header.split('#').next().unwrap_or_default();
        let without_break = |text: &str| {
            let line = text.strip_suffix('\n').unwrap_or(text);
            line.strip_suffix('\r').unwrap_or(line).len()
        };
        if indicators.contains('+') {
            return start + without_break(text);
        }
        let mut length = without_break(text);
        while let Some((before, last)) = text.get(..length).and_then(|text| text.rsplit_once('\n'))
            && last.trim().is_empty()
        {
            length = without_break(&format!("{before}\n"));
        }
        start + length
    }

    /// What goes when something in lines of its own goes: all of its lines, or up to the next entry if others start the line.
    pub(super) fn removal(&self, place: Place) -> Option<Range<usize>> {
        let (start, end) = self.bounds(place)?;
        let part = self.source.parts.get(place)?;
        let line = self.line_start(start);
        let is_first = self.text.get(line..start)?.trim().is_empty();
        match part.kind {
            PartKind::Comment { .. } if !is_first => {
                let before = self.text.get(line..start)?.trim_end_matches([' ', '\t']).len();
                Some(line + before..end)
            }
            _ if is_first => {
                let end = self.next_line(end);
                Some(self.separated(line, end)..end)
            }
            // Behind a `-`, which the next pair takes over.
            _ => {
                let rest = self.text.get(self.next_line(end)..)?;
                let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
                Some(start..self.next_line(end) + blanks)
            }
        }
    }

    /// Where the last lines of a document start, with the empty line that keeps them from the comment in front of them.
    fn separated(&self, start: usize, end: usize) -> usize {
        let is_last = self.source.documents.iter().any(|document| document.end == end);
        let before = self.text.get(..start).unwrap_or_default();
        let without = before.strip_suffix('\n').unwrap_or(before);
        let without = without.strip_suffix('\r').unwrap_or(without);
        match is_last && without.ends_with('\n') && self.is_behind_comment(start) {
            true => without.len(),
            false => start,
        }
    }

    /// The `|` or `>` of a block and what stands right behind it.
    pub(super) fn block_indicators(&self, node: &Node) -> &str {
        let start = node.start.index;
        let header = self.text.get(start..self.line_end(start)).unwrap_or_default();
        header.split([' ', '\t', '#']).next().unwrap_or_default()
    }

    /// Whether the last line of the text has no line break.
    pub(super) fn is_last_line_open(&self) -> bool {
        !self.text.is_empty() && !self.text.ends_with(['\n', '\r'])
    }

    /// Whether the last line in front of a place that is not empty is a comment, and no line of a text.
    pub(super) fn is_behind_comment(&self, at: usize) -> bool {
        let before = self.text.get(..at).unwrap_or_default();
        let end = before.trim_end().len();
        let is_it = |part: &Part| matches!(part.kind, PartKind::Comment { end: own, .. } if own == end);
        self.line_at(end).starts_with('#') && self.source.parts.iter().any(|(_, part)| is_it(part))
    }

    /// What stands in the line of a place, without the blanks at its start.
    pub(super) fn line_at(&self, at: usize) -> &str {
        let line = self.text.get(self.line_start(at)..self.line_end(at));
        line.unwrap_or_default().trim_start()
    }

    /// From the first byte to behind the last one.
    pub(super) fn bounds(&self, place: Place) -> Option<(usize, usize)> {
        Some(match self.source.parts.get(place)?.kind {
            PartKind::Comment { start, end } => (start, end),
            PartKind::Item { start, value } => (start, self.end(self.node(value)).max(start + 1)),
            PartKind::Pair { key, value } => {
                let key = self.node(key);
                let end = self.end(self.node(value)).max(self.end(key));
                (key.outer_start(), end)
            }
        })
    }

    /// Behind the last line of an entry that stands somewhere.
    pub(super) fn behind(&self, entry: &Entry) -> Option<usize> {
        self.behind_place(match entry {
            Entry::Comment(comment) => comment.place?,
            Entry::Pair(pair) => pair.place?,
        })
    }

    pub(super) fn behind_place(&self, place: Place) -> Option<usize> {
        Some(self.next_line(self.bounds(place)?.1))
    }

    pub(super) fn line_start(&self, at: usize) -> usize {
        let before = self.text.get(..at).unwrap_or_default();
        before.rfind('\n').map_or(0, |line| line + 1)
    }

    /// The line break behind a place, or the end of the text.
    pub(super) fn line_end(&self, at: usize) -> usize {
        let rest = self.text.get(at..).unwrap_or_default();
        let length = rest.find('\n').unwrap_or(rest.len());
        let line = rest.get(..length).unwrap_or_default();
        at + line.strip_suffix('\r').unwrap_or(line).len()
    }

    /// The start of the line behind the one of a place.
    pub(super) fn next_line(&self, at: usize) -> usize {
        let rest = self.text.get(at..).unwrap_or_default();
        rest.find('\n').map_or(self.text.len(), |length| at + length + 1)
    }

    pub(super) fn column(&self, at: usize) -> usize {
        at - self.line_start(at)
    }
}
