//! The text of trees that were read and changed since: splices for what changed, and every other byte as it was.

mod alias;
mod flow;
mod range;
mod value;

use std::collections::HashSet;

use zeroize::Zeroizing;

use alias::Touched;

use super::{
    Source,
    emit::Emitter,
    node::{Content, Document, Mapping, Node, NodeId, Sequence},
    part::PartKind,
    style::Text,
};
use crate::{
    splice::{Splice, apply},
    tree::{Branch, Comment, Element, Entry, Item, Layout, Pair, Place, Tree, WriteError, WriteFault},
};

/// The text with what has changed in its trees.
///
/// # Errors
/// [`WriteError`]: the trees are not those of the text.
pub(super) fn write(source: &Source, trees: &[Tree], layout: &Layout) -> Result<Zeroizing<Vec<u8>>, WriteError> {
    let wrong = |fault| WriteError {
        path: String::new(),
        fault,
    };
    if trees.len() != source.documents.len() {
        return Err(wrong(WriteFault::Documents));
    }
    let mut follower = Follower {
        source,
        text: source.text.as_str(),
        step: source.step().unwrap_or(layout.yaml_indent),
        splices: Vec::new(),
        fates: vec![Fate::Gone; source.parts.len()],
        replaced: HashSet::new(),
        touched: None,
    };
    follower.touched = Touched::new(&follower);
    for (tree, document) in trees.iter().zip(&source.documents) {
        follower.document(tree, document);
    }
    follower.remove_gone();
    follower.remove_lost();
    let text = apply(follower.text, follower.finished());
    let mut text = text.ok_or_else(|| wrong(WriteFault::Value))?;
    Ok(Zeroizing::new(std::mem::take(&mut *text).into_bytes()))
}

struct Follower<'a> {
    source: &'a Source,
    text: &'a str,
    step: usize,
    splices: Vec<Splice<Text<'a>>>,
    fates: Vec<Fate>,
    /// Keys of pairs, and items, in whose place others stand.
    replaced: HashSet<NodeId>,
    /// Where something changes, if there are aliases that could repeat it.
    touched: Option<Touched>,
}

/// What became of a part of the text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// Nothing in the trees refers to it.
    Gone,
    Kept,
    /// Something else stands in its place, and in that of all that is in it.
    Replaced,
}

impl Source {
    /// How far the first mapping or sequence below a key is indented.
    fn step(&self) -> Option<usize> {
        self.parts.iter().find_map(|(_, part)| {
            let PartKind::Pair { key, value } = part.kind else {
                return None;
            };
            let (key, value) = (self.nodes.get(key), self.nodes.get(value));
            let is_block = match &value.content {
                Content::Mapping(mapping) => !mapping.is_flow,
                Content::Sequence(sequence) => !sequence.is_flow,
                _ => false,
            };
            let step = value.start.column.checked_sub(key.start.column)?;
            (is_block && (2..=9).contains(&step)).then_some(step)
        })
    }
}

impl<'a> Follower<'a> {
    fn document(&mut self, tree: &'a Tree, document: &Document) {
        let root = self.node(document.root);
        match &root.content {
            Content::Mapping(mapping) => self.mapping(&tree.entries, root, mapping, Some(document.end)),
            _ => {
                let pairs: Vec<_> = tree.entries.iter().filter(|entry| is_new(entry)).collect();
                self.keep_comments(&tree.entries);
                if !pairs.is_empty() {
                    self.splice(Splice::new(root.outer_start()..self.end(root), Text::Own("")));
                    self.append(document.end, &pairs, 0);
                }
            }
        }
    }

    /// `end` is where the document ends whose mapping it is.
    fn mapping(&mut self, entries: &'a [Entry], node: &'a Node, mapping: &'a Mapping, end: Option<usize>) {
        let indent = node.start.column;
        let context = Context {
            is_flow: mapping.is_flow,
            is_item: false,
            indent,
        };
        for entry in entries {
            match entry {
                Entry::Comment(comment) => self.comment(comment),
                Entry::Pair(pair) => self.pair(pair, context),
            }
        }
        if mapping.is_flow {
            return self.flow_mapping(entries, node, mapping);
        }
        if entries.iter().any(is_new) {
            self.new_entries(entries, node, mapping, end);
        }
        let has_pairs = entries.iter().any(|entry| matches!(entry, Entry::Pair(_)));
        if !has_pairs && !mapping.pairs.is_empty() {
            self.replaced.extend(mapping.pairs.iter().map(|(key, _)| *key));
            self.replace(node.start.index..self.end(node), "{}");
        }
    }

    fn pair(&mut self, pair: &'a Pair, context: Context) {
        if let Some(place) = pair.place
            && let Some(PartKind::Pair { value, .. }) = self.source.parts.get(place).map(|part| &part.kind)
        {
            self.keep(place);
            self.value(&pair.value, self.node(*value), place, context);
        }
    }

    fn sequence(&mut self, elements: &'a [Element], node: &'a Node, sequence: &'a Sequence) {
        let context = Context {
            is_flow: sequence.is_flow,
            is_item: true,
            indent: node.start.column,
        };
        for element in elements {
            match element {
                Element::Comment(comment) => self.comment(comment),
                Element::Item(item) => self.item(item, context),
            }
        }
        if sequence.is_flow {
            return self.flow_sequence(elements, node, sequence);
        }
        self.new_items(elements, node, sequence);
        let has_items = elements.iter().any(|element| matches!(element, Element::Item(_)));
        if has_items || sequence.items.is_empty() {
            return;
        }
        if elements.iter().any(stands_for_item) {
            // Below the comments that stood for items.
            let end = self.end(node);
            self.replace(end..end, &format!("\n{}[]", " ".repeat(node.start.column)));
        } else {
            self.replaced.extend(sequence.items.iter().map(|(_, item)| *item));
            self.replace(node.start.index..self.end(node), "[]");
        }
    }

    fn item(&mut self, item: &'a Item, context: Context) {
        if let Some(place) = item.place
            && let Some(PartKind::Item { value, .. }) = self.source.parts.get(place).map(|part| &part.kind)
        {
            self.keep(place);
            self.value(&item.value, self.node(*value), place, context);
        }
    }

    fn comment(&mut self, comment: &Comment) {
        let Some(place) = comment.place else { return };
        self.keep(place);
        match self.source.parts.get(place).map(|part| &part.kind) {
            Some(PartKind::Comment { start, end }) if comment.is_changed() => {
                let (start, end) = (*start, *end);
                self.replace(start..end, &comment_lines(comment, self.column(start)));
            }
            // SOPS writes comments in sequences as items.
            Some(PartKind::Item { start, value }) => {
                let (start, end) = (*start, self.end(self.node(*value)));
                self.fate(place, Fate::Replaced);
                self.replace(start..end, &comment_lines(comment, self.column(start)));
            }
            _ => {}
        }
    }

    fn keep_comments(&mut self, entries: &[Entry]) {
        for entry in entries {
            if let Entry::Comment(comment) = entry {
                self.comment(comment);
            }
        }
    }

    /// Entries that stand nowhere: in the place of an old pair with their key, or behind the one in front of them.
    fn new_entries(&mut self, entries: &[Entry], node: &'a Node, mapping: &'a Mapping, end: Option<usize>) {
        let indent = node.start.column;
        let mut old = self.gone_pairs(entries, mapping);
        let mut at = None;
        let mut rest: Vec<&Entry> = Vec::new();
        for entry in entries {
            if !is_new(entry) {
                let here = at.unwrap_or_else(|| self.line_start(node.start.index));
                self.insert_lines(here, &std::mem::take(&mut rest), indent);
                at = self.behind(entry).max(at);
                continue;
            }
            let position = old
                .iter()
                .position(|(key, _)| matches!(entry, Entry::Pair(pair) if *pair.key == **key));
            match (position, entry) {
                (Some(position), Entry::Pair(pair)) => {
                    let (_, (key, value)) = old.swap_remove(position);
                    self.replaced.insert(key);
                    let mut emitter = Emitter::new(self.step);
                    emitter.pair(pair, indent);
                    let range = self.node(key).outer_start()..self.end(self.node(value));
                    let text = emitter.finish();
                    self.replace(range, text.strip_suffix('\n').unwrap_or(&text));
                }
                _ => rest.push(entry),
            }
        }
        match end {
            Some(end) => self.append(end, &rest, indent),
            None => self.insert_lines(at.unwrap_or_else(|| self.next_line(self.end(node))), &rest, indent),
        }
    }

    /// The pairs of a mapping that are not in its entries any more, with their keys.
    fn gone_pairs(&self, entries: &[Entry], mapping: &'a Mapping) -> Vec<(&'a str, (NodeId, NodeId))> {
        let kept = entries.iter().filter_map(|entry| match entry {
            Entry::Pair(pair) => self.source.parts.get(pair.place?),
            Entry::Comment(_) => None,
        });
        let kept: HashSet<NodeId> = kept
            .filter_map(|part| match part.kind {
                PartKind::Pair { key, .. } => Some(key),
                _ => None,
            })
            .collect();
        let gone = mapping.pairs.iter().filter(|(key, _)| !kept.contains(key));
        gone.map(|(key, value)| (self.source.written(self.node(*key)), (*key, *value)))
            .collect()
    }

    /// Entries at the end of a document. An empty line keeps a comment that ends it from heading the first of them.
    fn append(&mut self, at: usize, entries: &[&Entry], indent: usize) {
        if entries.is_empty() {
            return;
        }
        if self.is_behind_comment(at) {
            self.replace(at..at, "\n");
        }
        self.insert_lines(at, entries, indent);
    }

    fn insert_lines(&mut self, at: usize, entries: &[&Entry], indent: usize) {
        if entries.is_empty() {
            return;
        }
        let mut emitter = Emitter::new(self.step);
        if at > 0 && !self.text.get(..at).unwrap_or_default().ends_with(['\n', '\r']) {
            emitter.output.push('\n');
        }
        for entry in entries {
            match entry {
                Entry::Comment(comment) => emitter.comment(comment, indent),
                Entry::Pair(pair) => {
                    emitter.blanks(indent);
                    emitter.pair(pair, indent);
                }
            }
        }
        if at == self.text.len() && self.is_last_line_open() {
            self.strip_last_block();
        }
        self.replace(at..at, &emitter.finish());
    }

    /// A block at the end of a text without a last line break has none either, and would get one from what comes behind it.
    fn strip_last_block(&mut self) {
        let is_last = |node: &&Node| node.is_block() && node.end == self.text.len();
        let Some(node) = self.source.nodes.iter().find(is_last) else {
            return;
        };
        let (start, indicators) = (node.start.index, self.block_indicators(node));
        // As a whole, so that it goes if the block does.
        let stripped = format!("{}-", indicators.replace(['+', '-'], ""));
        self.replace(start..start + indicators.len(), &stripped);
    }

    fn new_items(&mut self, elements: &[Element], node: &'a Node, sequence: &'a Sequence) {
        let indent = node.start.column;
        let mut at = self.line_start(node.start.index);
        for element in elements {
            match element {
                Element::Item(Item { place: None, .. }) | Element::Comment(Comment { place: None, .. }) => {}
                Element::Item(Item { place: Some(place), .. })
                | Element::Comment(Comment { place: Some(place), .. }) => {
                    at = at.max(self.behind_place(*place).unwrap_or(at));
                    continue;
                }
            }
            let at = if sequence.items.is_empty() {
                self.next_line(self.end(node))
            } else {
                at
            };
            let mut emitter = Emitter::new(self.step);
            if at > 0 && !self.text.get(..at).unwrap_or_default().ends_with(['\n', '\r']) {
                emitter.output.push('\n');
            }
            match element {
                Element::Comment(comment) => emitter.comment(comment, indent),
                Element::Item(item) => {
                    emitter.blanks(indent);
                    emitter.item(item, indent);
                }
            }
            self.replace(at..at, &emitter.finish());
        }
    }

    /// Takes away what is in no tree any more.
    fn remove_gone(&mut self) {
        for (place, part) in self.source.parts.iter() {
            let above = part.parent.map_or(Fate::Kept, |parent| self.fate_of(parent));
            let is_replaced = match &part.kind {
                PartKind::Pair { key: node, .. } | PartKind::Item { value: node, .. } => self.replaced.contains(node),
                PartKind::Comment { .. } => false,
            };
            match (above, self.fate_of(place)) {
                (Fate::Replaced | Fate::Gone, _) => self.fate(place, Fate::Replaced),
                (Fate::Kept, Fate::Gone) if is_replaced => self.fate(place, Fate::Replaced),
                (Fate::Kept, Fate::Gone) => {
                    self.fate(place, Fate::Replaced);
                    if let Some(range) = self.removal(place) {
                        self.splices.push(Splice::new(range, Text::Own("")));
                    }
                }
                (Fate::Kept, _) => {}
            }
        }
    }

    /// Where anything changes, comments go that no tree has: upstream drops them, and in an encrypted document they would stand in clear.
    fn remove_lost(&mut self) {
        if !self.splices.is_empty() {
            let lost = self.source.lost.iter().cloned();
            self.splices.extend(lost.map(|range| Splice::new(range, Text::Own(""))));
        }
    }

    /// The splices without those within others. Of two removals that overlap, as of two lines at the end, both remain.
    fn finished(&mut self) -> Vec<Splice<Text<'a>>> {
        let mut splices = std::mem::take(&mut self.splices);
        splices.sort_by_key(|splice| {
            (
                splice.range.start,
                !splice.range.is_empty(),
                usize::MAX - splice.range.end,
            )
        });
        let mut end = 0;
        splices.retain_mut(|splice| {
            if splice.range.end > end && matches!(splice.text, Text::Own("")) {
                splice.range.start = splice.range.start.max(end);
            }
            let is_outside = splice.range.start >= end;
            if is_outside {
                end = splice.range.end;
            }
            is_outside
        });
        splices
    }

    fn replace(&mut self, range: std::ops::Range<usize>, text: &str) {
        if range.is_empty() && text.is_empty() {
            return;
        }
        let text = match self.source.has_wide_breaks() {
            true => text.replace('\n', "\r\n"),
            false => text.to_owned(),
        };
        self.splice(Splice::new(range, Text::Made(Zeroizing::new(text))));
    }

    fn splice(&mut self, splice: Splice<Text<'a>>) {
        if let Some(touched) = &mut self.touched {
            touched.note(splice.range.start);
        }
        self.splices.push(splice);
    }

    fn node(&self, id: NodeId) -> &'a Node {
        self.source.nodes.get(id)
    }

    fn keep(&mut self, place: Place) {
        if self.fate_of(place) == Fate::Gone {
            self.fate(place, Fate::Kept);
        }
    }

    fn fate(&mut self, place: Place, fate: Fate) {
        if let Some(known) = self.fates.get_mut(place.index()) {
            *known = fate;
        }
    }

    fn fate_of(&self, place: Place) -> Fate {
        self.fates.get(place.index()).copied().unwrap_or(Fate::Kept)
    }
}

/// Where a value stands.
#[derive(Clone, Copy)]
struct Context {
    is_flow: bool,
    /// Whether it is the item of a sequence.
    is_item: bool,
    /// Column of the collection that it stands in.
    indent: usize,
}

fn is_new(entry: &Entry) -> bool {
    match entry {
        Entry::Comment(comment) => comment.place.is_none(),
        Entry::Pair(pair) => pair.place.is_none(),
    }
}

fn stands_for_item(element: &Element) -> bool {
    matches!(element, Element::Comment(comment) if comment.place.is_some())
}

/// A comment at a column, from its `#` on.
fn comment_lines(comment: &Comment, column: usize) -> Zeroizing<String> {
    let next = format!("\n{}#", " ".repeat(column));
    Zeroizing::new(format!("#{}", comment.text().replace('\n', &next)))
}

/// Whether something below was changed.
fn is_changed(branch: &Branch) -> bool {
    match branch {
        Branch::Leaf(leaf) => leaf.is_changed(),
        Branch::Mapping(tree) => tree.entries.iter().any(|entry| match entry {
            Entry::Comment(comment) => comment.is_changed(),
            Entry::Pair(pair) => is_changed(&pair.value),
        }),
        Branch::Sequence(elements) => elements.iter().any(|element| match element {
            Element::Comment(comment) => comment.is_changed(),
            Element::Item(item) => is_changed(&item.value),
        }),
    }
}
