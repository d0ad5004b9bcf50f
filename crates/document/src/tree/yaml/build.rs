//! Nodes to trees, as SOPS makes them (upstream `stores/yaml/store.go`): comments become entries, and aliases copies.

use std::{collections::HashSet, sync::Arc};

use zeroize::Zeroizing;

use super::{
    compose::Composer,
    node::{Comments, Content, Document, Mapping, Node, NodeId, Sequence},
    part::{Part, PartKind, Parts},
    resolve::{is_merge, is_text, resolve},
    scan::{CommentLine, Mark, Text},
};
use crate::{
    Limits, ReadError,
    tree::{
        Branch, Comment, Element, Entry, Item, Key, Leaf, Pair, Place, Scalar, Tree,
        bytes::{Bytes, Whole},
    },
};

/// Makes the tree of one document.
pub(super) struct Builder<'a, 'b> {
    composer: &'b Composer<'a>,
    whole: &'a Arc<Whole>,
    text: &'a str,
    parts: &'b mut Parts,
    limits: &'b Limits,
    document: u32,
    parent: Option<Place>,
    /// Values so far, and those of them that aliases repeat.
    values: usize,
    repeated: usize,
    /// Aliases that are being followed. What is below one has no place.
    aliases: usize,
    /// Collections inside each other, those of aliases among them.
    depth: usize,
}

impl<'a, 'b> Builder<'a, 'b> {
    pub(super) fn new(
        composer: &'b Composer<'a>,
        whole: &'a Arc<Whole>,
        parts: &'b mut Parts,
        limits: &'b Limits,
        document: u32,
    ) -> Self {
        Self {
            composer,
            whole,
            text: whole.as_str(),
            parts,
            limits,
            document,
            parent: None,
            values: 0,
            repeated: 0,
            aliases: 0,
            depth: 0,
        }
    }

    pub(super) fn document(mut self, document: &Document) -> Result<Tree, ReadError> {
        let mut entries = Vec::new();
        self.lines(&document.head, &mut entries);
        self.root(document.root, &mut entries)?;
        self.lines(&document.foot, &mut entries);
        Ok(Tree { entries })
    }

    fn root(&mut self, id: NodeId, entries: &mut Vec<Entry>) -> Result<(), ReadError> {
        let node = self.node(id);
        self.count(node)?;
        if let Some(comments) = node.comments() {
            self.lines(&comments.head, entries);
            self.lines(&comments.line, entries);
        }
        match &node.content {
            Content::Mapping(mapping) => {
                self.lost(node, entries);
                self.pairs(mapping, entries)?;
            }
            Content::Scalar { .. } if matches!(self.scalar(node)?, Scalar::Null) => {}
            _ => return Err(self.wrong(node.start, "a document that is not a mapping", TOP_LEVEL)),
        }
        if let Some(comments) = node.comments() {
            self.lines(&comments.foot, entries);
        }
        Ok(())
    }

    fn pairs(&mut self, mapping: &Mapping, entries: &mut Vec<Entry>) -> Result<(), ReadError> {
        let mut keys = HashSet::with_capacity(mapping.pairs.len());
        entries.reserve_exact(mapping.pairs.len());
        for (key_id, value_id) in &mapping.pairs {
            let (key, value) = (self.node(*key_id), self.node(*value_id));
            let is_alone = matches!(value.content, Content::Scalar { .. } | Content::Alias(_));
            if let Some(comments) = key.comments() {
                self.lines(&comments.head, entries);
                self.lines(&comments.line, entries);
            }
            if let Some(comments) = value.comments().filter(|_| is_alone) {
                self.lines(&comments.head, entries);
                self.lines(&comments.line, entries);
            }
            if !keys.insert(self.written(key)) && self.document == 0 {
                return Err(self.wrong(key.start, "a key that stands twice in a mapping", DUPLICATE));
            }
            let name = self.key(key)?;
            if self.merges(key) && !self.is_mergeable(value, true) {
                return Err(ReadError::Merge(self.composer.position(value.start)));
            }
            let kind = PartKind::Pair {
                key: *key_id,
                value: *value_id,
            };
            let (place, value) = self.within(kind, *value_id, is_alone)?;
            entries.push(Entry::Pair(Pair {
                key: name,
                value,
                place,
            }));
            if let Some(comments) = self.node(*value_id).comments().filter(|_| is_alone) {
                self.lines(&comments.foot, entries);
            }
            if let Some(comments) = key.comments() {
                self.lines(&comments.foot, entries);
            }
        }
        Ok(())
    }

    /// A value with the part that it stands in.
    fn within(&mut self, kind: PartKind, id: NodeId, has_comments: bool) -> Result<(Option<Place>, Branch), ReadError> {
        let place = self.part(kind);
        let outer = self.parent;
        self.parent = place.or(outer);
        self.depth += 1;
        let value = self.value(id, place, has_comments)?;
        self.depth -= 1;
        self.parent = outer;
        Ok((place, value))
    }

    /// `has_comments` tells that the comments of the node are where they belong already.
    fn value(&mut self, id: NodeId, place: Option<Place>, has_comments: bool) -> Result<Branch, ReadError> {
        let node = self.node(id);
        self.count(node)?;
        if self.depth > self.limits.depth {
            return Err(ReadError::TooDeep {
                position: self.composer.position(node.start),
                limit: self.limits.depth,
            });
        }
        match &node.content {
            Content::Scalar { .. } => Ok(Branch::Leaf(Leaf::read(self.scalar(node)?, place))),
            Content::Alias(target) => {
                self.aliases += 1;
                let value = self.value(*target, None, false);
                self.aliases -= 1;
                value
            }
            Content::Sequence(sequence) => self.sequence(node, sequence, has_comments).map(Branch::Sequence),
            Content::Mapping(mapping) => {
                let mut entries = Vec::new();
                let comments = node.comments().filter(|_| !has_comments);
                if let Some(comments) = comments {
                    self.lines(&comments.head, &mut entries);
                    self.lines(&comments.line, &mut entries);
                }
                self.lost(node, &mut entries);
                self.pairs(mapping, &mut entries)?;
                if let Some(comments) = comments {
                    self.lines(&comments.foot, &mut entries);
                }
                Ok(Branch::Mapping(Tree { entries }))
            }
        }
    }

    fn sequence(&mut self, node: &Node, sequence: &Sequence, has_comments: bool) -> Result<Vec<Element>, ReadError> {
        let mut elements = Vec::new();
        let comments = node.comments().filter(|_| !has_comments);
        if let Some(comments) = comments {
            self.lines(&comments.head, &mut elements);
            self.lines(&comments.line, &mut elements);
        }
        self.lost(node, &mut elements);
        for (start, id) in &sequence.items {
            let comments = self.node(*id).comments();
            if let Some(Comments { head, line, .. }) = comments {
                self.lines(head, &mut elements);
                self.lines(line, &mut elements);
            }
            let kind = PartKind::Item {
                start: *start,
                value: *id,
            };
            let (place, value) = self.within(kind, *id, true)?;
            elements.push(Element::Item(Item { value, place }));
            if let Some(Comments { foot, .. }) = comments {
                self.lines(foot, &mut elements);
            }
        }
        if let Some(comments) = comments {
            self.lines(&comments.foot, &mut elements);
        }
        Ok(elements)
    }

    /// Comments as entries or elements. Empty lines between them are only in the text.
    fn lines<T: From<Comment>>(&mut self, lines: &[CommentLine], into: &mut Vec<T>) {
        for line in lines {
            if let CommentLine::Text(start, end) = *line {
                let place = self.part(PartKind::Comment { start, end });
                let text = self.text.get(start + 1..end).unwrap_or_default();
                into.push(Comment::read(Zeroizing::new(text.to_owned()), place).into());
            }
        }
    }

    fn lost<T: From<Comment>>(&mut self, node: &Node, into: &mut Vec<T>) {
        if let Some(comments) = node.comments() {
            self.lines(&comments.lost, into);
        }
    }

    fn part(&mut self, kind: PartKind) -> Option<Place> {
        let part = Part {
            parent: self.parent,
            kind,
        };
        (self.aliases == 0).then(|| self.parts.push(part))
    }

    fn node(&self, id: NodeId) -> &'b Node {
        self.composer.nodes().get(id)
    }

    fn written<'n>(&self, node: &'n Node) -> &'n str
    where
        'a: 'n,
    {
        match &node.content {
            Content::Scalar {
                text: Text::Range(start, end),
                ..
            } => self.text.get(*start..*end).unwrap_or_default(),
            Content::Scalar {
                text: Text::Owned(text),
                ..
            } => text,
            _ => self.text.get(node.start.index..node.end).unwrap_or_default(),
        }
    }

    fn scalar(&self, node: &Node) -> Result<Scalar, ReadError> {
        let Content::Scalar { style, text } = &node.content else {
            return Err(ReadError::ComplexKey(self.composer.position(node.start)));
        };
        if let Text::Range(start, end) = text
            && is_text(self.written(node), *style, node.tag())
            && let Some(part) = Bytes::part(self.whole, *start..*end)
        {
            return Ok(Scalar::Text(part));
        }
        let value = resolve(self.written(node), *style, node.tag());
        value.map_err(|_| ReadError::Tag(self.composer.position(node.start)))
    }

    /// A key is a text. The key of a merge is one too.
    fn key(&mut self, node: &Node) -> Result<Key, ReadError> {
        self.count(node)?;
        let node = match &node.content {
            Content::Alias(target) => self.node(*target),
            _ => node,
        };
        match self.scalar(node)? {
            Scalar::Text(text) => match str::from_utf8(&text) {
                Ok(text) => Ok(text.into()),
                Err(_) => Err(ReadError::Encoding(self.composer.position(node.start))),
            },
            _ => Err(ReadError::KeyType(self.composer.position(node.start))),
        }
    }

    fn merges(&self, key: &Node) -> bool {
        match &key.content {
            Content::Scalar { style, .. } => is_merge(self.written(key), *style, key.tag()),
            _ => false,
        }
    }

    fn is_mergeable(&self, value: &Node, may_be_sequence: bool) -> bool {
        match &value.content {
            Content::Mapping(_) => true,
            Content::Alias(target) => matches!(self.node(*target).content, Content::Mapping(_)),
            Content::Sequence(sequence) if may_be_sequence => {
                let mut items = sequence.items.iter();
                items.all(|(_, item)| self.is_mergeable(self.node(*item), false))
            }
            _ => false,
        }
    }

    /// Aliases may repeat most of a small document, but little of a large one, as go.yaml.in/yaml/v3 allows it.
    fn count(&mut self, node: &Node) -> Result<(), ReadError> {
        self.values += 1;
        self.repeated += usize::from(self.aliases > 0);
        let is_excessive = self.repeated > 100
            && self.values > 1000
            && self.repeated as f64 > repeated_share(self.values) * self.values as f64;
        if is_excessive || self.values > self.limits.nodes {
            return Err(ReadError::TooManyNodes {
                position: self.composer.position(node.start),
                limit: self.limits.nodes,
            });
        }
        Ok(())
    }

    fn wrong(&self, mark: Mark, reason: &'static str, hint: &'static str) -> ReadError {
        ReadError::Syntax {
            position: self.composer.position(mark),
            reason,
            hint: Some(hint),
        }
    }
}

/// From 0.99 of 400,000 values down to 0.1 of 4,000,000.
fn repeated_share(values: usize) -> f64 {
    const LOW: f64 = 400_000.0;
    const HIGH: f64 = 4_000_000.0;
    let values = (values as f64).clamp(LOW, HIGH);
    0.99 - 0.89 * (values - LOW) / (HIGH - LOW)
}

impl From<Comment> for Entry {
    fn from(comment: Comment) -> Self {
        Self::Comment(comment)
    }
}

impl From<Comment> for Element {
    fn from(comment: Comment) -> Self {
        Self::Comment(comment)
    }
}

const TOP_LEVEL: &str = "put it below a key: SOPS encrypts mappings";

const DUPLICATE: &str = "remove one of the two: only one of them would be kept";
