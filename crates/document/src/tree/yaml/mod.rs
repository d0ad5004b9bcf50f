//! YAML as go.yaml.in/yaml/v3 has it, for SOPS: read with its scalars and its comments, and written again with nothing changed but what
//! was changed.
//!
//! ```text
//! text ─▶ scan: tokens, comments ─▶ compose: nodes ─▶ build: trees, parts ─▶ (changes) ─▶ follow: splices ─▶ text
//!                                                                        └─▶ emit: text as upstream writes it
//! ```
//!
//! The scanner is our own because three things hang on how upstream's takes a text apart, and no other parser does it in the same way:
//! which files it refuses, which values a MAC is of, and to which collection a comment belongs, whose path encrypts it.

mod build;
mod compose;
mod emit;
mod follow;
mod node;
mod part;
mod resolve;
mod scan;
mod style;

use std::{ops::Range, sync::Arc};

use zeroize::Zeroizing;

pub(super) use emit::{write, write_value};

use self::{
    build::Builder,
    compose::Composer,
    node::{Content, Document, Node, Nodes},
    part::{Part, PartKind, Parts},
};
use super::{Branch, Element, Entry, Layout, Scalar, Tree, WriteError, bytes::Whole};
use crate::{Limits, Position, ReadError};

/// A text of YAML and where everything stands in it.
pub(super) struct Source {
    text: Arc<Whole>,
    nodes: Nodes,
    documents: Vec<Document>,
    parts: Parts,
    /// Comments that no tree has.
    lost: Vec<Range<usize>>,
}

impl Source {
    /// Reads the documents of a text.
    ///
    /// # Errors
    /// [`ReadError`].
    pub(super) fn read(mut bytes: Zeroizing<Vec<u8>>, limits: &Limits) -> Result<(Self, Vec<Tree>), ReadError> {
        let text = String::from_utf8(std::mem::take(&mut *bytes)).map_err(|error| {
            let end = error.utf8_error().valid_up_to();
            let bytes = Zeroizing::new(error.into_bytes());
            let valid = bytes.get(..end).unwrap_or_default();
            ReadError::Encoding(Position::default().after(&String::from_utf8_lossy(valid)))
        })?;
        let text = Arc::new(Whole::Utf8(Zeroizing::new(text)));
        check_characters(text.as_str())?;
        let mut composer = Composer::new(text.as_str(), limits.depth);
        let mut parts = Parts::default();
        let mut documents = Vec::new();
        let mut trees = Vec::new();
        while let Some(document) = composer.document()? {
            let number = u32::try_from(documents.len()).unwrap_or(u32::MAX);
            let builder = Builder::new(&composer, &text, &mut parts, limits, number);
            trees.push(builder.document(&document)?);
            documents.push(document);
        }
        if documents.is_empty() && !text.as_bytes().is_empty() {
            return Err(ReadError::Syntax {
                position: Position::default(),
                reason: "no document: nothing but blanks and comments",
                hint: None,
            });
        }
        let (nodes, mut lost) = composer.finish();
        for (_, part) in parts.iter() {
            if let PartKind::Comment { start, end } = part.kind {
                lost.remove(&(start, end));
            }
        }
        let source = Self {
            text,
            nodes,
            documents,
            parts,
            lost: lost.into_iter().map(|(start, end)| start..end).collect(),
        };
        Ok((source, trees))
    }

    /// Whether the text that follows changes might read otherwise than its trees are.
    pub(super) fn may_read_otherwise(&self, trees: &[Tree]) -> bool {
        let is_intricate = |node: &Node| match &node.content {
            Content::Alias(_) => true,
            Content::Mapping(mapping) => mapping.is_flow,
            Content::Sequence(sequence) => sequence.is_flow,
            Content::Scalar { .. } => false,
        };
        let is_comment = |part: &Part| matches!(part.kind, PartKind::Comment { .. });
        self.parts.iter().any(|(_, part)| is_comment(part))
            || self.nodes.iter().any(is_intricate)
            || self.ends_in_block()
            || trees.iter().any(has_new_lines)
    }

    /// Whether some document ends in a block, of whose text may be what stands between it and what is added.
    fn ends_in_block(&self) -> bool {
        let ends = self.documents.iter().map(|document| {
            let before = self.text.as_str().get(..document.end).unwrap_or_default();
            before.trim_end().len()..=document.end
        });
        let ends: Vec<_> = ends.collect();
        let is_last = |end: usize| {
            let at = ends.partition_point(|document| *document.end() < end);
            ends.get(at).is_some_and(|document| document.contains(&end))
        };
        self.nodes.iter().any(|node| node.is_block() && is_last(node.end))
    }

    /// The text with what has changed in its trees.
    ///
    /// # Errors
    /// [`WriteError`].
    pub(super) fn write(&self, trees: &[Tree], layout: &Layout) -> Result<Zeroizing<Vec<u8>>, WriteError> {
        follow::write(self, trees, layout)
    }
}

/// Whether a text of several lines was put into the place of something.
fn has_new_lines(tree: &Tree) -> bool {
    tree.entries.iter().any(|entry| match entry {
        Entry::Comment(comment) => comment.stands_for_item(),
        Entry::Pair(pair) => is_in_new_lines(&pair.value),
    })
}

fn is_in_new_lines(branch: &Branch) -> bool {
    match branch {
        Branch::Mapping(tree) => has_new_lines(tree),
        Branch::Sequence(elements) => elements.iter().any(|element| match element {
            Element::Comment(comment) => comment.stands_for_item(),
            Element::Item(item) => is_in_new_lines(&item.value),
        }),
        Branch::Leaf(leaf) => match leaf.scalar() {
            Scalar::Text(text) => leaf.is_changed() && leaf.place.is_some() && text.contains(&b'\n'),
            _ => false,
        },
    }
}

/// Control characters are not YAML (YAML 1.1, section 4.1.1).
fn check_characters(text: &str) -> Result<(), ReadError> {
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~' | b'\n' | b'\r' | b'\t');
    if text.bytes().all(is_plain) {
        return Ok(());
    }
    match text.find(crate::yaml::is_forbidden) {
        Some(at) => {
            let before = text.get(..at).unwrap_or_default();
            Err(ReadError::Control(Position::default().after(before)))
        }
        None => Ok(()),
    }
}
