//! Tokens to nodes, each with the comments that go.yaml.in/yaml/v3 gives it (its `parserc.go` and the first part of `decode.go`).

use std::collections::{BTreeSet, HashMap};

use super::{
    node::{Content, Document, Mapping, Node, NodeId, Nodes, Properties, Sequence},
    scan::{CommentKind, CommentLine, Mark, Scanner, Style, Tag, Text, Token, TokenKind},
};
use crate::ReadError;

/// Reads documents.
pub(super) struct Composer<'a> {
    scanner: Scanner<'a>,
    nodes: Nodes,
    /// What each anchor names; nothing while the collection is open that it names. Documents share them.
    anchors: HashMap<&'a str, Option<NodeId>>,
    handles: Vec<(String, String)>,
    head: Vec<CommentLine>,
    line: Vec<CommentLine>,
    foot: Vec<CommentLine>,
    /// The comment of a collection as a whole below a `-`.
    stem: Vec<CommentLine>,
    /// Whether a document may start here without `---`.
    is_first: bool,
}

/// A token's place and what follows depends on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    BlockEntry,
    BlockEnd,
    BlockSequence,
    BlockMapping,
    FlowSequence,
    FlowSequenceEnd,
    FlowMapping,
    FlowMappingEnd,
    FlowEntry,
    Key,
    Value,
    Alias,
    Anchor,
    Tag,
    Scalar,
    DocumentStart,
    DocumentEnd,
    Directive,
    StreamEnd,
}

impl Next {
    fn of(kind: &TokenKind) -> Self {
        match kind {
            TokenKind::StreamEnd => Self::StreamEnd,
            TokenKind::VersionDirective { .. } | TokenKind::TagDirective { .. } => Self::Directive,
            TokenKind::DocumentStart => Self::DocumentStart,
            TokenKind::DocumentEnd => Self::DocumentEnd,
            TokenKind::BlockSequenceStart => Self::BlockSequence,
            TokenKind::BlockMappingStart => Self::BlockMapping,
            TokenKind::BlockEnd => Self::BlockEnd,
            TokenKind::FlowSequenceStart => Self::FlowSequence,
            TokenKind::FlowSequenceEnd => Self::FlowSequenceEnd,
            TokenKind::FlowMappingStart => Self::FlowMapping,
            TokenKind::FlowMappingEnd => Self::FlowMappingEnd,
            TokenKind::BlockEntry => Self::BlockEntry,
            TokenKind::FlowEntry => Self::FlowEntry,
            TokenKind::Key => Self::Key,
            TokenKind::Value => Self::Value,
            TokenKind::Alias => Self::Alias,
            TokenKind::Anchor => Self::Anchor,
            TokenKind::Tag(_) => Self::Tag,
            TokenKind::Scalar { .. } => Self::Scalar,
        }
    }
}

impl<'a> Composer<'a> {
    pub(super) fn new(text: &'a str, depth: usize) -> Self {
        Self {
            scanner: Scanner::new(text, depth),
            nodes: Nodes::default(),
            anchors: HashMap::new(),
            handles: Vec::new(),
            head: Vec::new(),
            line: Vec::new(),
            foot: Vec::new(),
            stem: Vec::new(),
            is_first: true,
        }
    }

    pub(super) fn nodes(&self) -> &Nodes {
        &self.nodes
    }

    /// The nodes, and where all comments of the text start and end.
    pub(super) fn finish(self) -> (Nodes, BTreeSet<(usize, usize)>) {
        (self.nodes, self.scanner.into_seen())
    }

    pub(super) fn position(&self, mark: Mark) -> crate::Position {
        self.scanner.position(mark)
    }

    /// The next document.
    pub(super) fn document(&mut self) -> Result<Option<Document>, ReadError> {
        let mut next = self.peek()?.0;
        while !self.is_first && next == Next::DocumentEnd {
            self.scanner.take()?;
            next = self.peek()?.0;
        }
        let mut document = Document::default();
        match next {
            Next::StreamEnd => return Ok(None),
            Next::Directive | Next::DocumentStart => self.explicit_start(&mut document)?,
            _ if self.is_first => {
                self.directives()?;
                document.start = self.peek()?.1.index;
                document.head = self.document_head();
                document.root = self.node(true, false)?;
            }
            _ => {
                let mark = self.peek()?.1;
                return Err(self.scanner.error("something behind the end of a document", mark));
            }
        }
        self.is_first = false;
        self.document_end(&mut document)?;
        Ok(Some(document))
    }

    fn explicit_start(&mut self, document: &mut Document) -> Result<(), ReadError> {
        self.directives()?;
        let (next, mark) = self.peek()?;
        if next != Next::DocumentStart {
            return Err(self.scanner.error("a directive without a '---' behind it", mark));
        }
        document.start = self.scanner.take()?.end;
        let (next, mark) = self.peek()?;
        document.root = match next {
            Next::Directive | Next::DocumentStart | Next::DocumentEnd | Next::StreamEnd => self.empty(mark),
            _ => self.node(true, false)?,
        };
        Ok(())
    }

    fn document_end(&mut self, document: &mut Document) -> Result<(), ReadError> {
        let (next, mark) = self.peek()?;
        document.end = mark.index;
        if next == Next::DocumentEnd {
            self.scanner.take()?;
        }
        self.handles.clear();
        let [head, _, foot] = self.take_comments();
        document.foot = if foot.is_empty() { head } else { foot };
        Ok(())
    }

    /// The head of a document ends at the last empty line of the first comment; the rest heads its first node.
    fn document_head(&mut self) -> Vec<CommentLine> {
        let is_empty = |line: &CommentLine| *line == CommentLine::Empty;
        match self.head.iter().rposition(is_empty) {
            Some(at) => {
                let rest = self.head.split_off(at + 1);
                std::mem::replace(&mut self.head, rest)
            }
            None => Vec::new(),
        }
    }

    fn directives(&mut self) -> Result<(), ReadError> {
        let mut has_version = false;
        while self.peek()?.0 == Next::Directive {
            let token = self.scanner.take()?;
            match token.kind {
                TokenKind::VersionDirective { major: 1, minor: 1 } if !has_version => has_version = true,
                TokenKind::VersionDirective { .. } => {
                    return Err(self.scanner.error("a %YAML other than one 1.1", token.start));
                }
                TokenKind::TagDirective { handle, prefix } => {
                    if self.handles.iter().any(|(known, _)| *known == handle) {
                        return Err(self.scanner.error("a second %TAG of the same name", token.start));
                    }
                    self.handles.push((handle, prefix));
                }
                _ => {}
            }
        }
        for (handle, prefix) in [("!", "!"), ("!!", "tag:yaml.org,2002:")] {
            if !self.handles.iter().any(|(known, _)| known == handle) {
                self.handles.push((handle.to_owned(), prefix.to_owned()));
            }
        }
        Ok(())
    }

    /// The next token, with every comment that comes before what follows it.
    fn peek(&mut self) -> Result<(Next, Mark), ReadError> {
        let token = self.scanner.peek()?;
        let (next, start) = (Next::of(&token.kind), token.start);
        while let Some((kind, lines)) = self.scanner.take_comment(&start, next == Next::BlockEnd) {
            match kind {
                CommentKind::Head => self.head.extend(lines),
                CommentKind::Line => self.line.extend(lines),
                CommentKind::Foot => self.foot.extend(lines),
            }
        }
        Ok((next, start))
    }

    /// The comments so far: head, line and foot.
    fn take_comments(&mut self) -> [Vec<CommentLine>; 3] {
        self.stem.clear();
        [&mut self.head, &mut self.line, &mut self.foot].map(std::mem::take)
    }

    fn node(&mut self, is_block: bool, may_be_indentless: bool) -> Result<NodeId, ReadError> {
        if self.peek()?.0 == Next::Alias {
            return self.alias();
        }
        let properties = self.properties()?;
        let (next, mark) = self.peek()?;
        let anchor = properties.as_ref().and_then(|properties| properties.anchor);
        let name = anchor.and_then(|(start, end)| self.scanner.text().get(start..end));
        if let Some(name) = name {
            self.anchors.insert(name, None);
        }
        let id = match next {
            Next::BlockEntry if may_be_indentless => self.indentless_sequence(mark)?,
            Next::Scalar => self.scalar()?,
            Next::FlowSequence => self.flow_sequence()?,
            Next::FlowMapping => self.flow_mapping()?,
            Next::BlockSequence if is_block => self.block_sequence()?,
            Next::BlockMapping if is_block => self.block_mapping()?,
            _ => match &properties {
                Some(properties) => {
                    let index = properties.end;
                    self.empty(Mark { index, ..mark })
                }
                None => return Err(self.scanner.error("no value where one is expected", mark)),
            },
        };
        self.nodes.get_mut(id).properties = properties.map(Box::new);
        if let Some(name) = name {
            self.anchors.insert(name, Some(id));
        }
        Ok(id)
    }

    fn alias(&mut self) -> Result<NodeId, ReadError> {
        let comments = self.take_comments();
        let token = self.scanner.take()?;
        let name = self.scanner.text().get(token.start.index + 1..token.end);
        let target = name.and_then(|name| self.anchors.get(name).copied().flatten());
        let target = target.ok_or_else(|| ReadError::UnknownAnchor(self.scanner.position(token.start)))?;
        Ok(self.push(Content::Alias(target), token.start, token.end, comments))
    }

    /// Anchor and tag, in either order.
    fn properties(&mut self) -> Result<Option<Properties>, ReadError> {
        let mut properties = None;
        loop {
            let next = self.peek()?.0;
            let found: &Properties = properties.get_or_insert_default();
            let is_new = match next {
                Next::Anchor => found.anchor.is_none(),
                Next::Tag => found.tag.is_none(),
                _ => false,
            };
            let is_empty = found.anchor.is_none() && found.tag.is_none();
            if !is_new {
                return Ok(properties.filter(|_| !is_empty));
            }
            let Token { kind, start, end } = self.scanner.take()?;
            let found = properties.get_or_insert_default();
            if is_empty {
                found.start = start.index;
            }
            found.end = end;
            match kind {
                TokenKind::Tag(tag) => found.tag = Some((self.tag(tag, start)?, start.index, end)),
                _ => found.anchor = Some((start.index + 1, end)),
            }
        }
    }

    fn tag(&self, Tag { handle, suffix }: Tag, start: Mark) -> Result<String, ReadError> {
        if handle.is_empty() {
            return Ok(suffix);
        }
        let prefix = self.handles.iter().find(|(known, _)| *known == handle);
        let (_, prefix) = prefix.ok_or_else(|| self.scanner.error("a tag with an unknown handle", start))?;
        Ok(format!("{prefix}{suffix}"))
    }

    fn scalar(&mut self) -> Result<NodeId, ReadError> {
        let comments = self.take_comments();
        let token = self.scanner.take()?;
        let TokenKind::Scalar { style, text } = token.kind else {
            return Err(self.scanner.error("no value where one is expected", token.start));
        };
        Ok(self.push(Content::Scalar { style, text }, token.start, token.end, comments))
    }

    fn empty(&mut self, mark: Mark) -> NodeId {
        let text = Text::Range(mark.index, mark.index);
        let style = Style::Plain;
        self.push(Content::Scalar { style, text }, mark, mark.index, Default::default())
    }

    fn push(&mut self, content: Content, start: Mark, end: usize, comments: [Vec<CommentLine>; 3]) -> NodeId {
        self.nodes.push(Node::new(content, start, end, comments))
    }

    /// The comment of a block collection as a whole.
    fn stem_comment(&mut self) -> [Vec<CommentLine>; 3] {
        [std::mem::take(&mut self.stem), Vec::new(), Vec::new()]
    }

    fn block_sequence(&mut self) -> Result<NodeId, ReadError> {
        let comments = self.stem_comment();
        let start = self.scanner.take()?.start;
        let mut items = Vec::new();
        loop {
            let (next, mark) = self.peek()?;
            match next {
                Next::BlockEntry => {
                    let item = self.entry(&[Next::BlockEntry, Next::BlockEnd])?;
                    items.push((mark.index, item));
                }
                Next::BlockEnd => {
                    let end = self.scanner.take()?.start.index;
                    let sequence = Sequence { items, is_flow: false };
                    return Ok(self.push(Content::Sequence(sequence), start, end, comments));
                }
                _ => {
                    return Err(self
                        .scanner
                        .error("no '-' where the next item of a list is expected", mark));
                }
            }
        }
    }

    /// A sequence as far left as the key that it belongs to.
    fn indentless_sequence(&mut self, start: Mark) -> Result<NodeId, ReadError> {
        let mut items = Vec::new();
        loop {
            let (next, mark) = self.peek()?;
            if next != Next::BlockEntry {
                let sequence = Sequence { items, is_flow: false };
                return Ok(self.push(Content::Sequence(sequence), start, mark.index, Default::default()));
            }
            let item = self.entry(&[Next::BlockEntry, Next::Key, Next::Value, Next::BlockEnd])?;
            items.push((mark.index, item));
        }
    }

    /// A `-` and what stands behind it, if anything does.
    fn entry(&mut self, ends: &[Next]) -> Result<NodeId, ReadError> {
        let before = self.head.len();
        let entry = self.scanner.take()?;
        let (next, _) = self.peek()?;
        if before > 0 && matches!(next, Next::BlockSequence | Next::BlockMapping) {
            let rest = self.head.split_off(before);
            self.stem = std::mem::replace(&mut self.head, rest);
        }
        match ends.contains(&next) {
            true => Ok(self.empty(behind(&entry))),
            false => self.node(true, false),
        }
    }

    fn block_mapping(&mut self) -> Result<NodeId, ReadError> {
        let comments = self.stem_comment();
        let start = self.scanner.take()?.start;
        let mut pairs: Vec<(NodeId, NodeId)> = Vec::new();
        loop {
            let (next, mark) = self.peek()?;
            match next {
                Next::Key => {
                    let token = self.scanner.take()?;
                    let key = self.block_part(behind(&token))?;
                    self.give_foot_to(pairs.last().map(|(prior, _)| *prior), key);
                    let value = self.block_value()?;
                    self.nodes.move_foot(value, key);
                    pairs.push((key, value));
                }
                Next::BlockEnd => {
                    let [_, line, mut foot] = self.take_comments();
                    let end = self.scanner.take()?.start.index;
                    if let Some((key, _)) = pairs.last().filter(|_| !foot.is_empty()) {
                        self.nodes.set_foot(*key, std::mem::take(&mut foot));
                    }
                    let [head, ..] = comments;
                    let mapping = Mapping { pairs, is_flow: false };
                    return Ok(self.push(Content::Mapping(mapping), start, end, [head, line, foot]));
                }
                _ => return Err(self.scanner.error("no key where the next one is expected", mark)),
            }
        }
    }

    /// A foot comment in front of a key is the foot of the key before it.
    fn give_foot_to(&mut self, prior: Option<NodeId>, key: NodeId) {
        if let Some(prior) = prior
            && let Some(foot) = self.nodes.take_foot(key)
        {
            self.nodes.set_foot(prior, foot);
        }
    }

    fn block_value(&mut self) -> Result<NodeId, ReadError> {
        let (next, mark) = self.peek()?;
        if next != Next::Value {
            return Ok(self.empty(mark));
        }
        let token = self.scanner.take()?;
        self.block_part(behind(&token))
    }

    fn block_part(&mut self, behind: Mark) -> Result<NodeId, ReadError> {
        match self.peek()?.0 {
            Next::Key | Next::Value | Next::BlockEnd => Ok(self.empty(behind)),
            _ => self.node(true, true),
        }
    }

    fn flow_sequence(&mut self) -> Result<NodeId, ReadError> {
        let [head, line, foot] = self.take_comments();
        let lost = [line, foot].concat();
        let start = self.scanner.take()?.start;
        let mut items = Vec::new();
        loop {
            let (mut next, mut mark) = self.peek()?;
            if next != Next::FlowSequenceEnd && !items.is_empty() {
                if next != Next::FlowEntry {
                    return Err(self.scanner.error("no ',' or ']' in a list in brackets", mark));
                }
                self.scanner.take()?;
                (next, mark) = self.peek()?;
            }
            match next {
                Next::FlowSequenceEnd => {
                    let sequence = Sequence { items, is_flow: true };
                    return self.flow_end(Content::Sequence(sequence), start, head, lost);
                }
                Next::Key => {
                    let pair = self.flow_pair(mark)?;
                    items.push((mark.index, pair));
                }
                _ => {
                    let item = self.node(false, false)?;
                    items.push((mark.index, item));
                }
            }
        }
    }

    /// The end of a collection in brackets. What stood behind its opening bracket would be lost upstream.
    fn flow_end(
        &mut self,
        content: Content,
        start: Mark,
        head: Vec<CommentLine>,
        mut lost: Vec<CommentLine>,
    ) -> Result<NodeId, ReadError> {
        let [end_head, line, foot] = self.take_comments();
        lost.extend(end_head);
        let end = self.scanner.take()?.end;
        let id = self.push(content, start, end, [head, line, foot]);
        self.nodes.set_lost(id, lost);
        Ok(id)
    }

    /// A single pair in a sequence in brackets: a mapping without brackets of its own.
    fn flow_pair(&mut self, start: Mark) -> Result<NodeId, ReadError> {
        let token = self.scanner.take()?;
        let key = match self.peek()?.0 {
            Next::Value | Next::FlowEntry | Next::FlowSequenceEnd => self.empty(behind(&token)),
            _ => self.node(false, false)?,
        };
        let value = self.flow_value(Next::FlowSequenceEnd)?;
        let end = self.peek()?.1.index;
        let mapping = Mapping {
            pairs: vec![(key, value)],
            is_flow: true,
        };
        Ok(self.push(Content::Mapping(mapping), start, end, Default::default()))
    }

    fn flow_mapping(&mut self) -> Result<NodeId, ReadError> {
        let [head, line, foot] = self.take_comments();
        let lost = [line, foot].concat();
        let start = self.scanner.take()?.start;
        let mut pairs: Vec<(NodeId, NodeId)> = Vec::new();
        loop {
            let (mut next, mark) = self.peek()?;
            if next != Next::FlowMappingEnd && !pairs.is_empty() {
                if next != Next::FlowEntry {
                    return Err(self.scanner.error("no ',' or '}' in a mapping in braces", mark));
                }
                self.scanner.take()?;
                next = self.peek()?.0;
            }
            let (key, value) = match next {
                Next::FlowMappingEnd => {
                    let mapping = Mapping { pairs, is_flow: true };
                    return self.flow_end(Content::Mapping(mapping), start, head, lost);
                }
                Next::Key => {
                    self.scanner.take()?;
                    let (next, mark) = self.peek()?;
                    let key = match next {
                        Next::Value | Next::FlowEntry | Next::FlowMappingEnd => self.empty(mark),
                        _ => self.node(false, false)?,
                    };
                    (key, self.flow_value(Next::FlowMappingEnd)?)
                }
                _ => {
                    let key = self.node(false, false)?;
                    let behind = self.peek()?.1;
                    (key, self.empty(behind))
                }
            };
            self.nodes.move_foot(value, key);
            pairs.push((key, value));
        }
    }

    fn flow_value(&mut self, end: Next) -> Result<NodeId, ReadError> {
        let (next, mark) = self.peek()?;
        if next != Next::Value {
            return Ok(self.empty(mark));
        }
        let token = self.scanner.take()?;
        match self.peek()?.0 {
            Next::FlowEntry => Ok(self.empty(behind(&token))),
            next if next == end => Ok(self.empty(behind(&token))),
            _ => self.node(false, false),
        }
    }
}

/// The place behind a token of one line.
fn behind(token: &Token) -> Mark {
    let length = token.end.saturating_sub(token.start.index);
    Mark {
        index: token.end,
        line: token.start.line,
        column: token.start.column + length,
    }
}
