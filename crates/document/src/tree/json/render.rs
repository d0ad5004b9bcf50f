use std::mem;

use zeroize::Zeroizing;

use super::{Child, items, pairs, style::Style};
use crate::{
    json::{number, write_string},
    output::Output,
    tree::{Branch, Scalar, Tree, WriteError, WriteFault, fault::fault},
};

/// Writes values that stand nowhere yet.
pub(super) struct Render<'a> {
    style: &'a Style,
    output: Output,
}

impl<'a> Render<'a> {
    pub(super) fn new(style: &'a Style) -> Self {
        Self {
            style,
            output: Output::default(),
        }
    }

    /// With room for a document: one that grows is there twice for a moment.
    pub(super) fn of(style: &'a Style, tree: &Tree) -> Self {
        let bytes = mapping_size(style, tree, 1);
        Self {
            style,
            output: Output::with_capacity(bytes),
        }
    }

    pub(super) fn push(&mut self, text: &str) {
        self.output.push_str(text);
    }

    pub(super) fn finish(self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(mem::take(&mut *self.output.finish()).into_bytes())
    }

    /// A pair or an item. The level is the number of collections that it stands in, or none where all is on one line.
    pub(super) fn child(&mut self, child: &Child<'_>, level: Option<usize>) -> Result<(), WriteError> {
        if let Some(key) = child.key {
            write_string(key, &mut self.output);
            self.push(self.style.colon);
        }
        let written = self.branch(child.value, level);
        written.map_err(|error| child.key.map_or(error.clone(), |key| error.under(key)))
    }

    pub(super) fn branch(&mut self, branch: &Branch, level: Option<usize>) -> Result<(), WriteError> {
        match branch {
            Branch::Mapping(tree) => self.mapping(tree, level),
            Branch::Sequence(elements) => self.children("[", "]", &items(elements), level),
            Branch::Leaf(leaf) => self.scalar(leaf.scalar()),
        }
    }

    pub(super) fn mapping(&mut self, tree: &Tree, level: Option<usize>) -> Result<(), WriteError> {
        self.children("{", "}", &pairs(tree), level)
    }

    /// A line break and the indentation of a level; nothing on one line.
    pub(super) fn line(&mut self, level: Option<usize>) {
        if let Some(level) = level {
            self.push(self.style.newline);
            for _ in 0..level {
                self.push(&self.style.indent);
            }
        }
    }

    fn children(
        &mut self,
        open: &str,
        close: &str,
        children: &[Child<'_>],
        level: Option<usize>,
    ) -> Result<(), WriteError> {
        let inner = level.map(|level| level + 1);
        self.push(open);
        for (index, child) in children.iter().enumerate() {
            if index > 0 {
                self.push(if level.is_some() { "," } else { self.style.comma });
            }
            self.line(inner);
            self.child(child, inner)?;
        }
        if !children.is_empty() {
            self.line(level);
        }
        self.push(close);
        Ok(())
    }

    fn scalar(&mut self, scalar: &Scalar) -> Result<(), WriteError> {
        match scalar {
            Scalar::Null => self.push("null"),
            Scalar::Bool(value) => self.push(if *value { "true" } else { "false" }),
            Scalar::Integer(value) => self.push(&value.to_string()),
            Scalar::Unsigned(value) => self.push(&value.to_string()),
            // Upstream writes `-0`, which it reads as the integer 0: the MAC of such a file is wrong.
            Scalar::Float(value) if *value == 0.0 && value.is_sign_negative() => self.push("-0.0"),
            Scalar::Float(value) if value.is_finite() => self.push(&number(*value)),
            Scalar::Float(_) => return Err(fault(WriteFault::Value)),
            Scalar::Time(time) => write_string(&time.to_string(), &mut self.output),
            Scalar::Text(bytes) => self.text(bytes),
        }
        Ok(())
    }

    /// A text. A byte that is of no character becomes the escape of U+FFFD.
    fn text(&mut self, bytes: &[u8]) {
        if let Ok(text) = std::str::from_utf8(bytes) {
            if !is_simple(bytes) {
                return write_string(text, &mut self.output);
            }
            for part in ["\"", text, "\""] {
                self.push(part);
            }
            return;
        }
        let mut quoted = Output::default();
        for chunk in bytes.utf8_chunks() {
            let mut part = Output::default();
            write_string(chunk.valid(), &mut part);
            let part = part.finish();
            quoted.push_str(part.get(1..part.len() - 1).unwrap_or_default());
            for _ in chunk.invalid() {
                quoted.push_str("\\ufffd");
            }
        }
        self.push("\"");
        self.push(&quoted.finish());
        self.push("\"");
    }
}

/// Bytes of a mapping on lines of their own, or a few more.
fn mapping_size(style: &Style, tree: &Tree, level: usize) -> usize {
    let line = style.newline.len() + level * style.indent.len();
    let pairs = tree.pairs();
    let size = pairs
        .map(|pair| line + pair.key.len() + QUOTES + style.colon.len() + branch_size(style, &pair.value, level) + 1);
    size.sum::<usize>() + line + QUOTES
}

fn branch_size(style: &Style, branch: &Branch, level: usize) -> usize {
    match branch {
        Branch::Mapping(tree) => mapping_size(style, tree, level + 1),
        Branch::Sequence(elements) => {
            let line = style.newline.len() + (level + 1) * style.indent.len();
            let items = items(elements);
            let size = items
                .iter()
                .map(|item| line + branch_size(style, item.value, level + 1) + 1);
            size.sum::<usize>() + line + QUOTES
        }
        Branch::Leaf(leaf) => match leaf.scalar() {
            Scalar::Text(bytes) => text_size(bytes) + QUOTES,
            _ => LONGEST_NUMBER,
        },
    }
}

fn text_size(bytes: &[u8]) -> usize {
    let is_escaped = |byte: &&u8| matches!(**byte, 0..=0x1f | b'"' | b'\\' | b'<' | b'>' | b'&');
    if is_simple(bytes) {
        return bytes.len();
    }
    bytes.len() + (LONGEST_ESCAPE - 1) * bytes.iter().filter(is_escaped).count()
}

/// Bytes of `\u001f`.
const LONGEST_ESCAPE: usize = 6;

/// Bytes of a pair of quotes or brackets.
const QUOTES: usize = 2;

/// Bytes of a number with its sign and exponent, or of a time.
const LONGEST_NUMBER: usize = 40;

/// Whether a text, as the ciphertexts of SOPS, has nothing that Go escapes.
pub(super) fn is_simple(text: &[u8]) -> bool {
    // Without a branch for each byte: a ciphertext may have many millions.
    let needs_none = |byte: u8| {
        let is_printable = (b' '..=b'~').contains(&byte);
        let is_special = (byte == b'"') | (byte == b'\\') | (byte == b'<') | (byte == b'>') | (byte == b'&');
        is_printable & !is_special
    };
    let are_simple = |chunk: &[u8]| {
        chunk
            .iter()
            .fold(true, |are_simple, byte| are_simple & needs_none(*byte))
    };
    text.chunks(CHUNK).all(are_simple)
}

/// Bytes that are looked at together.
const CHUNK: usize = 256;
