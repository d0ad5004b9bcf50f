use std::{borrow::Cow, ops::Range};

use granit_parser::{ErrorKind, Event, Marker, Parser, ScalarStyle, ScanError, Span, StrInput, options};

use super::syntax::{is_tab, reason};
use crate::{Limits, Position, ReadError, hint};

/// The parser's events, with their places and with errors of ours.
pub(crate) struct Events<'a> {
    text: &'a str,
    parser: Parser<'a, StrInput<'a>>,
    /// What the whole text has behind `text`.
    broken: Option<ReadError>,
    depth: usize,
}

/// An event and its place.
pub(crate) struct Head<'a> {
    pub(crate) event: Event<'a>,
    pub(crate) place: Position,
    span: Span,
}

impl Head<'_> {
    /// Its bytes in the text. Those of a block scalar are its lines only, and those of a collection its opening bracket, if any.
    pub(crate) fn bytes(&self) -> Range<usize> {
        bytes(&self.span)
    }

    /// The bytes of its tag.
    pub(crate) fn tag(&self) -> Option<Range<usize>> {
        self.span.tag_span().as_ref().map(bytes)
    }

    /// How far the lines of a block scalar are indented.
    pub(crate) fn indent(&self) -> usize {
        self.span.indent.unwrap_or_default()
    }
}

impl<'a> Events<'a> {
    /// `broken` is what the whole text has behind `text`.
    pub(super) fn new(text: &'a str, broken: Option<ReadError>, limits: &Limits) -> Self {
        Self::with(text, broken, limits, false)
    }

    /// The events of a text that has been read, each anchor behind the value that it names.
    pub(crate) fn with_anchors(text: &'a str, limits: &Limits) -> Self {
        Self::with(text, None, limits, true)
    }

    fn with(text: &'a str, broken: Option<ReadError>, limits: &Limits, anchors: bool) -> Self {
        let (text, broken) = match text.find(is_forbidden).and_then(|at| text.get(..at)) {
            Some(before) => (before, Some(ReadError::Control(Position::default().after(before)))),
            None => (text, broken),
        };
        let options = options! {
            block_scalar_eof_without_line_feed: true,
            emit_comments: false,
            emit_anchor_events: anchors,
            flow_nesting_limit: limits.depth,
            block_nesting_limit: limits.depth,
        };
        let parser = Parser::new_from_str_with_options(text, options);
        Self {
            text,
            parser,
            broken,
            depth: limits.depth,
        }
    }

    /// The next event; at the end of the text, the end of the stream again and again.
    pub(crate) fn next(&mut self) -> Result<Head<'a>, ReadError> {
        match self.parser.next_event() {
            Some(Ok((event, span))) => {
                let place = place(&span.start);
                // The parser writes an absent scalar as `~`.
                let event = match event {
                    Event::Scalar(_, ScalarStyle::Plain, anchor, tag) if span.is_empty() => {
                        Event::Scalar(Cow::Borrowed(""), ScalarStyle::Plain, anchor, tag)
                    }
                    event => event,
                };
                Ok(Head { event, place, span })
            }
            Some(Err(error)) => Err(self.scan_error(&error)),
            None => Ok(Head {
                event: Event::StreamEnd,
                place: Position::default(),
                span: Span::default(),
            }),
        }
    }

    /// Whether the document that has just ended is complete: another one follows, or the text ends where it should.
    pub(super) fn is_complete(&mut self) -> bool {
        self.broken.is_none() || matches!(self.parser.peek(), Some(Ok((Event::DocumentStart(..), _))))
    }

    /// What the whole text has behind the readable part, once.
    pub(super) fn take_broken(&mut self) -> Option<ReadError> {
        self.broken.take()
    }

    /// The error for what is wrong at a place.
    pub(super) fn wrong(&self, kind: &ErrorKind, position: Position) -> ReadError {
        let hint = if is_tab(kind) {
            Some(hint::TABS)
        } else {
            hint::about(self.text, position)
        };
        ReadError::Syntax {
            position,
            reason: reason(kind),
            hint,
        }
    }

    fn scan_error(&self, error: &ScanError) -> ReadError {
        let position = place(error.marker());
        match error.kind() {
            ErrorKind::RecursionLimitExceeded => ReadError::TooDeep {
                position,
                limit: self.depth,
            },
            ErrorKind::UnknownAnchor => ReadError::UnknownAnchor(position),
            kind => self.wrong(kind, position),
        }
    }
}

fn bytes(span: &Span) -> Range<usize> {
    let offset = |marker: &Marker| marker.byte_offset().unwrap_or_default();
    offset(&span.start)..offset(&span.end)
}

fn place(marker: &Marker) -> Position {
    Position {
        line: marker.line(),
        column: marker.col() + 1,
    }
}

/// Whether YAML forbids the character (YAML 1.1, section 4.1.1).
pub(crate) fn is_forbidden(character: char) -> bool {
    !matches!(
        character,
        '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..
    )
}
