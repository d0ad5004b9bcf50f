use zeroize::Zeroizing;

use super::{Scanner, token::Text};
use crate::ReadError;

/// Lines that are joined: one break is a blank, more of them are one less.
#[derive(Default)]
pub(super) struct Fold {
    /// Blanks since the last content in this line, from and to.
    blanks: Option<(usize, usize)>,
    /// The first break as it reads.
    first: Option<&'static str>,
    /// The breaks behind it.
    others: String,
}

impl Fold {
    pub(super) fn is_broken(&self) -> bool {
        self.first.is_some()
    }

    pub(super) fn blank(&mut self, index: usize) {
        if self.first.is_none() {
            let (start, _) = self.blanks.unwrap_or((index, index));
            self.blanks = Some((start, index + 1));
        }
    }

    pub(super) fn line_break(&mut self, read: &str) {
        match self.first {
            None => {
                self.blanks = None;
                self.first = Some(static_break(read));
            }
            Some(_) => self.others.push_str(read),
        }
    }

    /// An escaped line break: what follows it is joined without a blank.
    pub(super) fn joined(&mut self) {
        self.first = Some("");
    }

    /// Adds what stands between two pieces of content.
    pub(super) fn flush(&mut self, text: &mut String, source: &str) {
        match (self.first.take(), self.blanks.take()) {
            (Some("\n"), _) if self.others.is_empty() => text.push(' '),
            (Some("\n"), _) => text.push_str(&self.others),
            (Some(first), _) => {
                text.push_str(first);
                text.push_str(&self.others);
            }
            (None, Some((start, end))) => text.push_str(source.get(start..end).unwrap_or_default()),
            (None, None) => {}
        }
        self.others.clear();
    }
}

fn static_break(read: &str) -> &'static str {
    match read {
        "\u{2028}" => "\u{2028}",
        "\u{2029}" => "\u{2029}",
        _ => "\n",
    }
}

impl Scanner<'_> {
    /// A scalar without quotes, and the byte behind it (YAML 1.1, section 9.1.3).
    pub(super) fn scan_plain(&mut self) -> Result<(Text, usize), ReadError> {
        let start = self.cursor.mark;
        let mut end = start.index;
        let mut joined: Option<Zeroizing<String>> = None;
        let mut fold = Fold::default();
        let mut piece = start.index;
        loop {
            if self.cursor.is_document_indicator() || self.cursor.current() == b'#' {
                break;
            }
            let length = self.plain_content();
            if length > 0 {
                if fold.is_broken() {
                    let text = joined.get_or_insert_default();
                    text.push_str(self.cursor.slice(piece, end));
                    fold.flush(text, self.cursor.text());
                    piece = self.cursor.mark.index;
                } else {
                    fold = Fold::default();
                }
                self.cursor.skip_content(length);
                end = self.cursor.mark.index;
            }
            if !(self.cursor.is_blank(0) || self.cursor.is_break(0)) {
                break;
            }
            self.plain_gap(&mut fold)?;
            if self.flow_level == 0 && (self.cursor.mark.column as isize) < self.indent + 1 {
                break;
            }
        }
        if fold.is_broken() {
            self.keys.is_allowed = true;
        }
        let text = match joined {
            None => Text::Range(start.index, end),
            Some(mut text) => {
                text.push_str(self.cursor.slice(piece, end));
                Text::Owned(text)
            }
        };
        Ok((text, end))
    }

    /// How many bytes are content, up to a blank or to what ends the scalar.
    fn plain_content(&self) -> usize {
        let is_flow = self.flow_level > 0;
        let rest = self.cursor.rest();
        let mut length = 0;
        while let Some(byte) = rest.get(length) {
            match byte {
                byte if is_content(*byte) => length += 1,
                b' ' | b'\t' | b'\n' | b'\r' => break,
                b':' if self.cursor.is_blank_or_end(length + 1) => break,
                b',' | b'?' | b'[' | b']' | b'{' | b'}' if is_flow => break,
                0xc2 | 0xe2 if self.cursor.is_break(length) => break,
                _ => length += 1,
            }
        }
        length
    }

    fn plain_gap(&mut self, fold: &mut Fold) -> Result<(), ReadError> {
        loop {
            if self.cursor.is_blank(0) {
                let is_indent = fold.is_broken() && (self.cursor.mark.column as isize) < self.indent + 1;
                if is_indent && self.cursor.current() == b'\t' {
                    return Err(self.error("a tab in the indentation of a value", self.cursor.mark));
                }
                fold.blank(self.cursor.mark.index);
                self.cursor.skip();
            } else if self.cursor.is_break(0) {
                fold.line_break(self.cursor.skip_break());
            } else {
                return Ok(());
            }
        }
    }
}

/// Whether a byte is content wherever it stands in a scalar without quotes.
#[inline]
fn is_content(byte: u8) -> bool {
    CONTENT.get(usize::from(byte)).copied().unwrap_or_default()
}

/// All letters, digits and signs that mean nothing in YAML.
const CONTENT: [bool; 128] = {
    let mut table = [false; 128];
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-_.@%$^&*()!~|;<>\"'\\`#";
    let mut index = 0;
    while index < letters.len() {
        table[letters[index] as usize] = true;
        index += 1;
    }
    table
};
