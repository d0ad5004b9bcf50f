use crate::Position;

/// A place in a text. The column counts bytes: nothing but blanks and indicators stands in front of what is compared by column.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::tree::yaml) struct Mark {
    /// Byte from 0.
    pub(in crate::tree::yaml) index: usize,
    /// Line from 0.
    pub(in crate::tree::yaml) line: usize,
    /// Byte in the line from 0.
    pub(in crate::tree::yaml) column: usize,
}

/// The way through a text, byte by byte. What is behind the end reads as 0, which YAML forbids in a text.
pub(super) struct Cursor<'a> {
    text: &'a str,
    bytes: &'a [u8],
    pub(super) mark: Mark,
    /// Line breaks since the last character that is no blank.
    pub(super) breaks: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            mark: Mark::default(),
            breaks: 0,
        }
    }

    /// The byte so far ahead.
    #[inline]
    pub(super) fn ahead(&self, distance: usize) -> u8 {
        self.bytes.get(self.mark.index + distance).copied().unwrap_or(0)
    }

    #[inline]
    pub(super) fn current(&self) -> u8 {
        self.ahead(0)
    }

    pub(super) fn is_end(&self) -> bool {
        self.mark.index >= self.bytes.len()
    }

    /// The bytes from here on.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.mark.index..).unwrap_or_default()
    }

    pub(super) fn slice(&self, start: usize, end: usize) -> &'a str {
        self.text.get(start..end).unwrap_or_default()
    }

    pub(super) fn is_blank(&self, distance: usize) -> bool {
        matches!(self.ahead(distance), b' ' | b'\t')
    }

    #[inline]
    pub(super) fn is_break(&self, distance: usize) -> bool {
        match self.ahead(distance) {
            b'\n' | b'\r' => true,
            first @ (0xc2 | 0xe2) => is_wide_break(first, self.ahead(distance + 1), self.ahead(distance + 2)),
            _ => false,
        }
    }

    #[inline]
    pub(super) fn is_break_or_end(&self, distance: usize) -> bool {
        self.ahead(distance) == 0 || self.is_break(distance)
    }

    #[inline]
    pub(super) fn is_blank_or_end(&self, distance: usize) -> bool {
        match self.ahead(distance) {
            b' ' | b'\t' | 0 => true,
            b'!'..=b'~' => false,
            _ => self.is_break(distance),
        }
    }

    /// Whether a document starts or ends here: `---` or `...` at the start of a line.
    pub(super) fn is_document_indicator(&self) -> bool {
        let is_marker = |byte| (0..3).all(|distance| self.ahead(distance) == byte);
        self.mark.column == 0 && (is_marker(b'-') || is_marker(b'.')) && self.is_blank_or_end(3)
    }

    /// One character on, which is no line break.
    #[inline]
    pub(super) fn skip(&mut self) {
        let byte = self.current();
        if !matches!(byte, b' ' | b'\t') {
            self.breaks = 0;
        }
        self.advance(width(byte));
    }

    /// So many bytes on, in the same line, some of which are no blanks.
    pub(super) fn skip_content(&mut self, length: usize) {
        self.breaks = 0;
        self.advance(length);
    }

    fn advance(&mut self, length: usize) {
        self.mark.index += length;
        self.mark.column += length;
    }

    /// Over a line break, if one is here; what it reads as.
    pub(super) fn skip_break(&mut self) -> &'a str {
        let (length, read) = match self.current() {
            b'\r' if self.ahead(1) == b'\n' => (2, "\n"),
            b'\r' | b'\n' => (1, "\n"),
            0xc2 if self.is_break(0) => (2, "\n"),
            0xe2 if self.is_break(0) => (3, self.slice(self.mark.index, self.mark.index + 3)),
            _ => return "",
        };
        self.mark.index += length;
        self.mark.column = 0;
        self.mark.line += 1;
        self.breaks += 1;
        read
    }

    /// A place for messages.
    pub(super) fn position(&self, mark: Mark) -> Position {
        let line = self.text.get(mark.index - mark.column.min(mark.index)..mark.index);
        Position {
            line: mark.line + 1,
            column: line.map_or(mark.column, |line| line.chars().count()) + 1,
        }
    }

    pub(super) fn text(&self) -> &'a str {
        self.text
    }
}

/// Next line, line separator, paragraph separator (YAML 1.1, section 4.1.4).
fn is_wide_break(first: u8, second: u8, third: u8) -> bool {
    matches!((first, second, third), (0xc2, 0x85, _) | (0xe2, 0x80, 0xa8 | 0xa9))
}

/// How many bytes the character has that starts with this one.
fn width(byte: u8) -> usize {
    match byte {
        0..0x80 => 1,
        0x80..0xe0 => 2,
        0xe0..0xf0 => 3,
        0xf0.. => 4,
    }
}
