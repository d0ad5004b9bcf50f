//! YAML text to tokens, as go.yaml.in/yaml/v3 takes it apart: which texts it accepts, what their scalars hold, and where their
//! comments belong decides whether a file can be read by SOPS, what its MAC covers and by which path a comment is encrypted.

mod block_scalar;
mod comments;
mod cursor;
mod fetch;
mod plain;
mod quoted;
mod simple_keys;
mod tag;
mod token;

use std::collections::{BTreeSet, VecDeque};

pub(super) use comments::{CommentKind, CommentLine};
pub(super) use cursor::Mark;
pub(super) use token::{Style, Tag, Text, Token, TokenKind};

use crate::{ReadError, hint};
use comments::Pending;
use cursor::Cursor;
use simple_keys::SimpleKeys;

/// Takes a text apart, token by token. Comments are queued beside the tokens that they may belong to.
pub(super) struct Scanner<'a> {
    cursor: Cursor<'a>,
    tokens: VecDeque<Token>,
    /// Tokens that were taken.
    taken: usize,
    /// The kinds and places of the last two tokens, taken or not.
    last: [Option<(Shape, Mark)>; 2],
    comments: VecDeque<Pending>,
    /// All comments.
    seen: BTreeSet<(usize, usize)>,
    keys: SimpleKeys,
    /// Column of the current block collection; -1 outside of any.
    indent: isize,
    indents: Vec<isize>,
    flow_level: usize,
    depth: usize,
    is_finished: bool,
}

/// What comments depend on of a token.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    SequenceStart,
    BlockEntry,
    FlowEntry,
    Value,
    Other,
}

impl<'a> Scanner<'a> {
    /// `depth` is how many collections may stand inside each other.
    pub(super) fn new(text: &'a str, depth: usize) -> Self {
        Self {
            cursor: Cursor::new(text),
            tokens: VecDeque::new(),
            taken: 0,
            // The start of the stream is a token too.
            last: [None, Some((Shape::Other, Mark::default()))],
            comments: VecDeque::new(),
            seen: BTreeSet::new(),
            keys: SimpleKeys::new(),
            indent: -1,
            indents: Vec::new(),
            flow_level: 0,
            depth,
            is_finished: false,
        }
    }

    /// Where comments start and end, whether or not anything has them.
    pub(super) fn into_seen(self) -> BTreeSet<(usize, usize)> {
        self.seen
    }

    /// The next token, which stays. Behind the end of the stream it is the end again.
    pub(super) fn peek(&mut self) -> Result<&Token, ReadError> {
        while !self.is_finished && self.needs_more()? {
            self.fetch()?;
        }
        self.tokens.front().ok_or(UNREACHABLE)
    }

    /// Takes the token that was peeked.
    pub(super) fn take(&mut self) -> Result<Token, ReadError> {
        self.peek()?;
        if self.is_finished && self.tokens.len() == 1 {
            let mark = self.cursor.mark;
            return Ok(Token {
                kind: TokenKind::StreamEnd,
                start: mark,
                end: mark.index,
            });
        }
        self.taken += 1;
        self.tokens.pop_front().ok_or(UNREACHABLE)
    }

    /// The first comment that belongs to the token at this place or to one before it.
    pub(super) fn take_comment(&mut self, token: &Mark, is_block_end: bool) -> Option<(CommentKind, Vec<CommentLine>)> {
        let pending = self.comments.front()?;
        let is_later = token.index < pending.token.index;
        // What heads something does not head the end of a block, but what follows it.
        if is_later || (is_block_end && pending.kind == CommentKind::Head) {
            return None;
        }
        let pending = self.comments.pop_front()?;
        Some((pending.kind, pending.lines))
    }

    pub(super) fn text(&self) -> &'a str {
        self.cursor.text()
    }

    pub(super) fn error(&self, reason: &'static str, mark: Mark) -> ReadError {
        let position = self.cursor.position(mark);
        ReadError::Syntax {
            position,
            reason,
            hint: hint::about(self.cursor.text(), position),
        }
    }

    pub(super) fn position(&self, mark: Mark) -> crate::Position {
        self.cursor.position(mark)
    }

    /// Comments are told apart by the two tokens behind the next one, and a key by the `:` behind it.
    fn needs_more(&mut self) -> Result<bool, ReadError> {
        if self.tokens.len() < 3 {
            return Ok(true);
        }
        let stale = self.keys.check(self.taken, &self.cursor);
        stale.map_err(|mark| self.error(MISSING_COLON, mark))
    }

    fn push(&mut self, kind: TokenKind, start: Mark) {
        let end = self.cursor.mark.index;
        self.push_to(kind, start, end);
    }

    fn push_to(&mut self, kind: TokenKind, start: Mark, end: usize) {
        let shape = match kind {
            TokenKind::BlockSequenceStart => Shape::SequenceStart,
            TokenKind::BlockEntry => Shape::BlockEntry,
            TokenKind::FlowEntry => Shape::FlowEntry,
            TokenKind::Value => Shape::Value,
            _ => Shape::Other,
        };
        self.last = [self.last[1], Some((shape, start))];
        self.tokens.push_back(Token { kind, start, end });
    }

    /// Puts a token that has no bytes in front of one that is already there.
    fn insert(&mut self, kind: TokenKind, number: usize, start: Mark) {
        let at = number.saturating_sub(self.taken).min(self.tokens.len());
        let end = start.index;
        self.tokens.insert(at, Token { kind, start, end });
    }

    /// The number that the next token has.
    fn next_number(&self) -> usize {
        self.taken + self.tokens.len()
    }
}

const MISSING_COLON: &str = "a key without ':' behind it";

/// There is always a token before the end of the stream was taken, and that one is never taken.
const UNREACHABLE: ReadError = ReadError::Syntax {
    position: crate::Position { line: 1, column: 1 },
    reason: "the text ended",
    hint: None,
};
