//! Trees as go.yaml.in/yaml/v3 writes them (`emitterc.go`), in the layout that SOPS asks of it: sequences indented below their key, lines
//! of any width.

use zeroize::Zeroizing;

use super::style::{Context, MERGE, Style, Written, style, written};
use crate::{
    output::Output,
    tree::{Branch, Comment, Element, Entry, Item, Layout, Pair, Scalar, Tree, WriteError},
    yaml::push_escaped,
};

/// Writes documents.
///
/// # Errors
/// None: YAML holds every tree.
pub(in crate::tree) fn write(trees: &[Tree], layout: &Layout) -> Result<Zeroizing<Vec<u8>>, WriteError> {
    let mut emitter = Emitter::new(layout.yaml_indent);
    for (index, tree) in trees.iter().enumerate() {
        if index > 0 {
            emitter.output.push_str("---\n");
        }
        emitter.is_open_ended = false;
        emitter.root(tree);
    }
    if emitter.is_open_ended {
        emitter.output.push_str("...\n");
    }
    Ok(Zeroizing::new(std::mem::take(&mut *emitter.finish()).into_bytes()))
}

/// Writes a value that is no document. The layout is that of the library, two blanks for a level, as upstream has it here.
pub(in crate::tree) fn write_value(value: &Branch) -> Zeroizing<Vec<u8>> {
    let mut emitter = Emitter::new(Layout::default().yaml_indent);
    match value {
        Branch::Mapping(tree) => emitter.root(tree),
        Branch::Sequence(elements) if is_empty(elements) => emitter.output.push_str("[]\n"),
        Branch::Sequence(elements) => emitter.sequence(elements, 0, false),
        Branch::Leaf(leaf) => emitter.scalar(leaf.scalar(), emitter.step, 0),
    }
    Zeroizing::new(std::mem::take(&mut *emitter.finish()).into_bytes())
}

pub(super) struct Emitter {
    pub(super) output: Output,
    step: usize,
    /// Whether the text ends in a block whose last line breaks count.
    is_open_ended: bool,
}

impl Emitter {
    /// `step` is the number of blanks for a level, from 2 to 9; go.yaml.in/yaml/v3 takes 2 for any other.
    pub(super) fn new(step: usize) -> Self {
        Self {
            output: Output::default(),
            step: if (2..=9).contains(&step) { step } else { 2 },
            is_open_ended: false,
        }
    }

    pub(super) fn finish(self) -> Zeroizing<String> {
        self.output.finish()
    }

    fn root(&mut self, tree: &Tree) {
        if tree.pairs().next().is_none() {
            self.comments(&tree.entries, 0);
            self.output.push_str("{}\n");
        } else {
            self.mapping(&tree.entries, 0, false);
        }
    }

    /// The column of what stands below a key at `indent`.
    pub(super) fn deeper(&self, indent: usize) -> usize {
        self.step * ((indent + self.step) / self.step)
    }

    /// Entries in lines of their own at a column; the first one goes on in the current line, if so asked.
    pub(super) fn mapping(&mut self, entries: &[Entry], indent: usize, mut goes_on: bool) {
        for entry in entries {
            match entry {
                Entry::Comment(comment) => self.comment(comment, indent),
                Entry::Pair(pair) => {
                    if !std::mem::take(&mut goes_on) {
                        self.blanks(indent);
                    }
                    self.pair(pair, indent);
                }
            }
        }
    }

    /// A pair and its line break, from the column on.
    pub(super) fn pair(&mut self, pair: &Pair, indent: usize) {
        self.key(pair, indent);
        self.value(&pair.value, indent);
    }

    fn key(&mut self, pair: &Pair, indent: usize) {
        let is_simple = !pair.key.contains('\n') && pair.key.len() <= LONGEST_SIMPLE_KEY;
        if &*pair.key == MERGE {
            // Without a mapping to merge it is a key like any other.
            let merge = if is_mergeable(&pair.value) {
                "!!merge <<"
            } else {
                "\"<<\""
            };
            self.output.push_str(merge);
        } else if is_simple {
            let style = style(&pair.key, Context::Key);
            self.styled(&pair.key, style);
        } else {
            self.output.push_str("? ");
            let style = style(&pair.key, Context::Block);
            match style {
                Style::Literal => self.literal(&pair.key, self.deeper(indent), indent),
                style => {
                    self.styled(&pair.key, style);
                    self.output.push('\n');
                }
            }
            self.blanks(indent);
        }
        self.output.push(':');
    }

    /// What stands behind the `:` of a key at a column, or behind a `-` there, and the line break.
    pub(super) fn value(&mut self, value: &Branch, indent: usize) {
        match value {
            Branch::Leaf(leaf) => {
                self.output.push(' ');
                self.scalar(leaf.scalar(), self.deeper(indent), indent);
            }
            Branch::Mapping(tree) if tree.pairs().next().is_none() => self.output.push_str(" {}\n"),
            Branch::Sequence(elements) if is_empty(elements) => self.output.push_str(" []\n"),
            Branch::Mapping(tree) => {
                self.output.push('\n');
                self.mapping(&tree.entries, self.deeper(indent), false);
            }
            Branch::Sequence(elements) => {
                self.output.push('\n');
                self.sequence(elements, self.deeper(indent), false);
            }
        }
    }

    fn sequence(&mut self, elements: &[Element], indent: usize, mut goes_on: bool) {
        for element in elements {
            match element {
                Element::Comment(comment) => self.comment(comment, indent),
                Element::Item(item) => {
                    if !std::mem::take(&mut goes_on) {
                        self.leading_comments(&item.value, indent);
                        self.blanks(indent);
                    }
                    self.item(item, indent);
                }
            }
        }
    }

    /// The comments in front of a collection's first entry stand above the `-`.
    fn leading_comments(&mut self, value: &Branch, indent: usize) {
        match value {
            Branch::Mapping(tree) => self.comments(leading(&tree.entries, is_comment), indent),
            Branch::Sequence(elements) => {
                for element in leading(elements, |element| matches!(element, Element::Comment(_))) {
                    if let Element::Comment(comment) = element {
                        self.comment(comment, indent);
                    }
                }
            }
            Branch::Leaf(_) => {}
        }
    }

    /// An item and its line break, from the `-` at the column on.
    pub(super) fn item(&mut self, item: &Item, indent: usize) {
        self.output.push('-');
        self.item_rest(&item.value, indent);
    }

    /// What stands behind the `-` at a column, and the line break.
    pub(super) fn item_rest(&mut self, value: &Branch, indent: usize) {
        match value {
            Branch::Leaf(leaf) => {
                self.output.push(' ');
                self.scalar(leaf.scalar(), indent + 2, indent);
            }
            Branch::Mapping(tree) if tree.pairs().next().is_some() => {
                self.output.push(' ');
                let at = leading(&tree.entries, is_comment).len();
                self.mapping(tree.entries.get(at..).unwrap_or_default(), indent + 2, true);
            }
            Branch::Sequence(elements) if !is_empty(elements) => {
                self.output.push(' ');
                let at = leading(elements, |element| matches!(element, Element::Comment(_))).len();
                self.sequence(elements.get(at..).unwrap_or_default(), indent + 2, true);
            }
            empty => self.value(empty, indent),
        }
    }

    /// A scalar and its line break. The lines of a block stand at `content`; the collection that it is in stands at `parent`.
    pub(super) fn scalar(&mut self, scalar: &Scalar, content: usize, parent: usize) {
        let Written { tag, text, style } = written(scalar, Context::Block);
        self.output.push_str(tag);
        if style == Style::Literal {
            return self.literal(&text, content, parent);
        }
        self.is_open_ended = false;
        self.styled(&text, style);
        self.output.push('\n');
    }

    /// A text in one line, where no block can stand.
    pub(super) fn quoted_scalar(&mut self, scalar: &Scalar) {
        let Written { tag, text, .. } = written(scalar, Context::Key);
        self.output.push_str(tag);
        self.styled(&text, Style::Double);
    }

    /// In brackets, without a line break.
    pub(super) fn flow(&mut self, value: &Branch) {
        match value {
            Branch::Leaf(leaf) => self.flow_scalar(leaf.scalar()),
            Branch::Mapping(tree) => {
                self.output.push('{');
                for (index, pair) in tree.pairs().enumerate() {
                    self.output.push_str(if index > 0 { ", " } else { "" });
                    self.flow_pair(pair);
                }
                self.output.push('}');
            }
            Branch::Sequence(elements) => {
                self.output.push('[');
                let items = elements.iter().filter_map(|element| match element {
                    Element::Item(item) => Some(item),
                    Element::Comment(_) => None,
                });
                for (index, item) in items.enumerate() {
                    self.output.push_str(if index > 0 { ", " } else { "" });
                    self.flow(&item.value);
                }
                self.output.push(']');
            }
        }
    }

    pub(super) fn flow_scalar(&mut self, scalar: &Scalar) {
        let Written { tag, text, style } = written(scalar, Context::Flow);
        self.output.push_str(tag);
        self.styled(&text, style);
    }

    pub(super) fn flow_pair(&mut self, pair: &Pair) {
        match &*pair.key == MERGE {
            true if is_mergeable(&pair.value) => self.output.push_str("!!merge <<"),
            true => self.output.push_str("\"<<\""),
            false => self.styled(&pair.key, style(&pair.key, Context::Flow)),
        }
        self.output.push_str(": ");
        self.flow(&pair.value);
    }

    pub(super) fn comment(&mut self, comment: &Comment, indent: usize) {
        for line in comment.text().split('\n') {
            self.blanks(indent);
            self.output.push('#');
            self.output.push_str(line);
            self.output.push('\n');
        }
    }

    fn comments(&mut self, entries: &[Entry], indent: usize) {
        for entry in entries {
            if let Entry::Comment(comment) = entry {
                self.comment(comment, indent);
            }
        }
    }

    pub(super) fn blanks(&mut self, count: usize) {
        (0..count).for_each(|_| self.output.push(' '));
    }

    fn styled(&mut self, text: &str, style: Style) {
        match style {
            Style::Plain | Style::Literal => self.output.push_str(text),
            Style::Single => {
                self.output.push('\'');
                self.output.push_str(&Zeroizing::new(text.replace('\'', "''")));
                self.output.push('\'');
            }
            Style::Double => {
                self.output.push('"');
                for character in text.chars() {
                    match character {
                        '"' | '\\' | '\n' | '\t' => push_escaped(character, &mut self.output),
                        character if crate::yaml::needs_escape(character) => {
                            push_escaped(character, &mut self.output);
                        }
                        character => self.output.push(character),
                    }
                }
                self.output.push('"');
            }
        }
    }

    /// A block. Its indentation is told where the text starts with a blank, a tab or an empty line: upstream's reader takes no tab for the end of
    /// an indentation that it has to find out.
    fn literal(&mut self, text: &str, content: usize, parent: usize) {
        self.output.push('|');
        if text.starts_with([' ', '\n', '\t']) {
            self.output.push_str(&(content - parent).to_string());
        }
        let ends = (text.ends_with('\n'), text == "\n" || text.ends_with("\n\n"));
        self.is_open_ended = ends.1;
        self.output.push_str(match ends {
            (false, _) => "-",
            (true, true) => "+",
            (true, false) => "",
        });
        self.output.push('\n');
        let lines = text.strip_suffix('\n').unwrap_or(text);
        for line in lines.split('\n') {
            if !line.is_empty() {
                self.blanks(content);
                self.output.push_str(line);
            }
            self.output.push('\n');
        }
    }
}

fn is_comment(entry: &Entry) -> bool {
    matches!(entry, Entry::Comment(_))
}

fn is_empty(elements: &[Element]) -> bool {
    elements.iter().all(|element| matches!(element, Element::Comment(_)))
}

/// The elements at the start that are of a kind.
fn leading<T>(elements: &[T], is_it: impl Fn(&T) -> bool) -> &[T] {
    let end = elements.iter().position(|element| !is_it(element));
    elements.get(..end.unwrap_or(elements.len())).unwrap_or_default()
}

/// Whether a mapping can have it merged into it.
fn is_mergeable(value: &Branch) -> bool {
    match value {
        Branch::Mapping(_) => true,
        Branch::Sequence(elements) => elements.iter().all(|element| match element {
            Element::Item(item) => matches!(item.value, Branch::Mapping(_)),
            Element::Comment(_) => true,
        }),
        Branch::Leaf(_) => false,
    }
}

/// A key that is longer is written behind a `?`.
const LONGEST_SIMPLE_KEY: usize = 128;
