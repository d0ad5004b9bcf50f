//! Values that changed.

use zeroize::Zeroizing;

use super::{Context, Fate, Follower, is_changed};
use crate::{
    splice::Splice,
    tree::{
        Branch, Leaf, Place, Scalar, Tree,
        yaml::{
            emit::Emitter,
            node::{Content, Node},
            scan::Style,
            style,
        },
    },
};

impl<'a> Follower<'a> {
    /// The value of the pair or item at a place.
    pub(super) fn value(&mut self, branch: &'a Branch, node: &'a Node, place: Place, context: Context) {
        match (branch, &node.content) {
            (Branch::Leaf(leaf), Content::Scalar { .. }) => {
                if leaf.is_changed() || leaf.place != Some(place) {
                    self.leaf(leaf, node, context);
                }
            }
            (Branch::Mapping(tree), Content::Mapping(mapping)) if !self.is_unbraced(tree, node) => {
                self.mapping(&tree.entries, node, mapping, None)
            }
            (Branch::Sequence(elements), Content::Sequence(sequence)) => self.sequence(elements, node, sequence),
            (branch, Content::Alias(target)) if !is_changed(branch) && !self.is_touched(self.node(*target)) => {}
            (branch, _) => {
                self.fate(place, Fate::Replaced);
                self.branch(branch, node, context);
            }
        }
    }

    /// Whether it is a pair in brackets without braces of its own, and there are others now.
    fn is_unbraced(&self, tree: &Tree, node: &Node) -> bool {
        let Content::Mapping(mapping) = &node.content else {
            return false;
        };
        let is_braced = self.text.as_bytes().get(node.start.index) == Some(&b'{');
        let is_same = tree.pairs().count() == mapping.pairs.len() && tree.pairs().all(|pair| pair.place.is_some());
        mapping.is_flow && !is_braced && !is_same
    }

    /// Another scalar in the place of one. An anchor stays, and so does a tag of one's own.
    fn leaf(&mut self, leaf: &'a Leaf, node: &'a Node, context: Context) {
        self.remove_core_tag(node);
        if let Some(text) = self.plain_word(leaf, node, context) {
            return self.splice(Splice::new(node.start.index..node.end, text));
        }
        let text = self.scalar_text(leaf, node, context);
        if let Content::Scalar {
            style: Style::Literal | Style::Folded,
            ..
        } = node.content
        {
            return self.block_scalar(&text, node);
        }
        let is_empty = node.end == node.start.index;
        let before = self.text.get(..node.start.index).unwrap_or_default();
        let needs_blank = (is_empty || is_joined(node)) && !before.ends_with([' ', '\n']);
        let blank = if needs_blank { " " } else { "" };
        let colon = self.missing_colon(node, context);
        let text = Zeroizing::new(format!("{colon}{blank}{}", *text));
        self.replace_value(node.start.index, node.end, &text);
    }

    /// What a key needs in front of its first value, as `a` in `{a}` and in `? a`.
    fn missing_colon(&self, node: &Node, context: Context) -> String {
        let before = self.text.get(..node.start.index).unwrap_or_default();
        let has_place = context.is_item || node.properties.is_some() || node.end > node.start.index;
        if has_place || before.trim_end().ends_with(':') {
            return String::new();
        }
        match context.is_flow {
            true => ":".to_owned(),
            false => format!("\n{}:", " ".repeat(context.indent)),
        }
    }

    /// What can be written as it is in the place of a text in one line, as most values can: the shortest way.
    fn plain_word(&self, leaf: &'a Leaf, node: &Node, context: Context) -> Option<style::Text<'a>> {
        let kind = if context.is_flow {
            style::Context::Flow
        } else {
            style::Context::Block
        };
        let is_line = match &node.content {
            Content::Scalar { style, .. } => {
                !matches!(style, Style::Literal | Style::Folded) && node.end > node.start.index
            }
            _ => false,
        };
        let is_line = is_line && !is_joined(node);
        let Scalar::Text(_) = leaf.scalar() else { return None };
        let text = leaf.scalar().as_str().filter(|text| is_line && *text != style::MERGE)?;
        let is_plain = style::style(text, kind) == style::Style::Plain;
        is_plain.then_some(style::Text::Own(text))
    }

    /// A scalar as it stands behind its key, without the last line break where the text has one.
    fn scalar_text(&self, leaf: &Leaf, node: &Node, context: Context) -> Zeroizing<String> {
        let mut emitter = Emitter::new(self.step);
        if context.is_flow {
            emitter.flow_scalar(leaf.scalar());
            return emitter.finish();
        }
        let content = match context.is_item {
            true => context.indent + 2,
            false => emitter.deeper(context.indent),
        };
        emitter.scalar(leaf.scalar(), content, context.indent);
        let text = without_last_break(emitter.finish());
        if text.contains('\n') && !self.block_can_stand(&text, content, self.end(node)) {
            let mut emitter = Emitter::new(self.step);
            emitter.quoted_scalar(leaf.scalar());
            return emitter.finish();
        }
        text
    }

    /// Whether a block would end where it should: what follows it must not read as a line of it.
    fn block_can_stand(&self, text: &str, content: usize, end: usize) -> bool {
        let rest = self.text.get(self.next_line(end)..).unwrap_or_default();
        let header = text.split('\n').next().unwrap_or_default();
        let keeps_lines = header.ends_with('+');
        let mut lines = rest.split('\n');
        if keeps_lines && lines.next().is_some_and(|line| line.trim().is_empty()) {
            return rest.is_empty();
        }
        let next = rest.split('\n').find(|line| !line.trim().is_empty());
        next.is_none_or(|line| line.len() - line.trim_start_matches(' ').len() < content)
    }

    /// In the place of a block, whose first line may have a comment that stays.
    fn block_scalar(&mut self, text: &str, node: &'a Node) {
        let start = node.start.index;
        let (line_end, end) = (self.line_end(start), self.end(node));
        let header = self.text.get(start..line_end).unwrap_or_default();
        let Some(comment) = header.find('#') else {
            return self.replace_value(start, end.max(line_end.min(end)), text);
        };
        let indicators = header.get(..comment).unwrap_or_default().trim_end().len();
        let (first, lines) = split(text);
        self.replace(start..start + indicators, first);
        self.replace(line_end..end.max(line_end), lines);
    }

    /// Another value of any kind in the place of one.
    fn branch(&mut self, branch: &Branch, node: &'a Node, context: Context) {
        let (start, end) = (node.outer_start(), self.end(node));
        if context.is_flow {
            let mut emitter = Emitter::new(self.step);
            emitter.flow(branch);
            return self.replace(start..end, &emitter.finish());
        }
        let before = self.text.get(..start).unwrap_or_default();
        let line = before.trim_end_matches([' ', '\t', '\n', '\r']).len();
        let text = self.branch_text(branch, context);
        self.replace_value(line, end, &text);
    }

    /// From behind the `:` or `-` on.
    fn branch_text(&self, branch: &Branch, context: Context) -> Zeroizing<String> {
        let mut emitter = Emitter::new(self.step);
        match context.is_item {
            true => emitter.item_rest(branch, context.indent),
            false => emitter.value(branch, context.indent),
        }
        without_last_break(emitter.finish())
    }

    /// A text of one or more lines: a comment behind the old value stays in the first one.
    fn replace_value(&mut self, start: usize, end: usize, text: &str) {
        let line_end = self.line_end(end);
        let rest = self.text.get(end..line_end).unwrap_or_default();
        let (first, lines) = split(text);
        if lines.is_empty() || !rest.trim_start().starts_with('#') {
            // A block needs the line break behind its last line.
            let is_last = !lines.is_empty() && line_end == self.text.len();
            let last = if is_last { "\n" } else { "" };
            return self.replace(start..end, &Zeroizing::new(format!("{text}{last}")));
        }
        self.replace(start..end, first);
        self.replace(line_end..line_end, lines);
    }

    /// The tag of a value that it has no more.
    fn remove_core_tag(&mut self, node: &Node) {
        let tag = node.properties.as_ref().and_then(|properties| properties.tag.as_ref());
        if let Some((name, start, end)) = tag
            && name.starts_with("tag:yaml.org,2002:")
        {
            let rest = self.text.get(*end..).unwrap_or_default();
            let blanks = rest.len() - rest.trim_start_matches(' ').len();
            self.splice(Splice::new(*start..end + blanks, style::Text::Own("")));
        }
    }
}

/// Whether a scalar starts right behind its anchor, as `:x` in `&a:x`: another one would read as more of the name.
fn is_joined(node: &Node) -> bool {
    let properties = node.properties.as_ref();
    properties.is_some_and(|properties| properties.end == node.start.index)
}

/// The first line, and the others with the line break in front of them.
fn split(text: &str) -> (&str, &str) {
    text.split_at(text.find('\n').unwrap_or(text.len()))
}

fn without_last_break(mut text: Zeroizing<String>) -> Zeroizing<String> {
    if text.ends_with('\n') {
        text.pop();
    }
    text
}
