use zeroize::Zeroizing;

use super::{
    Mark, Scanner,
    plain::Fold,
    token::{Style, Text},
};
use crate::ReadError;

impl Scanner<'_> {
    /// A scalar in quotes, from the opening one to behind the closing one (YAML 1.1, sections 9.1.1 and 9.1.2).
    pub(super) fn scan_quoted(&mut self, style: Style) -> Result<Text, ReadError> {
        let start = self.cursor.mark;
        if let Some(text) = self.scan_quoted_simply(style) {
            return Ok(text);
        }
        let quote = quote(style);
        self.cursor.skip();
        let mut text = Zeroizing::new(String::new());
        let mut fold = Fold::default();
        loop {
            if self.cursor.is_document_indicator() {
                return Err(self.error("a document ends within quotes", start));
            }
            if self.cursor.is_end() {
                return Err(self.error("a quote without its end", start));
            }
            self.quoted_content(style, &mut text, &mut fold, start)?;
            if self.cursor.current() == quote {
                self.cursor.skip();
                return Ok(Text::Owned(text));
            }
            loop {
                if self.cursor.is_blank(0) {
                    fold.blank(self.cursor.mark.index);
                    self.cursor.skip();
                } else if self.cursor.is_break(0) {
                    fold.line_break(self.cursor.skip_break());
                } else {
                    break;
                }
            }
            fold.flush(&mut text, self.cursor.text());
        }
    }

    /// One without escapes in one line: its bytes are its text.
    fn scan_quoted_simply(&mut self, style: Style) -> Option<Text> {
        let quote = quote(style);
        let inner = self.cursor.rest().get(1..)?;
        let is_special = |byte: &u8| *byte == quote || matches!(byte, b'\\' | b'\n' | b'\r' | 0xc2 | 0xe2);
        let length = inner.iter().position(is_special)?;
        let is_doubled = style == Style::SingleQuoted && inner.get(length + 1) == Some(&quote);
        if inner.get(length) != Some(&quote) || is_doubled {
            return None;
        }
        let start = self.cursor.mark.index + 1;
        self.cursor.skip_content(length + 2);
        Some(Text::Range(start, start + length))
    }

    /// Characters up to a blank or break, or to the closing quote.
    fn quoted_content(
        &mut self,
        style: Style,
        text: &mut String,
        fold: &mut Fold,
        start: Mark,
    ) -> Result<(), ReadError> {
        let quote = quote(style);
        while !self.cursor.is_blank_or_end(0) {
            match self.cursor.current() {
                b'\'' if style == Style::SingleQuoted && self.cursor.ahead(1) == b'\'' => {
                    text.push('\'');
                    self.cursor.skip_content(2);
                }
                byte if byte == quote => return Ok(()),
                b'\\' if style == Style::DoubleQuoted => {
                    if self.cursor.is_break(1) {
                        self.cursor.skip();
                        self.cursor.skip_break();
                        fold.joined();
                        return Ok(());
                    }
                    text.push(self.escape(start)?);
                }
                _ => {
                    let before = self.cursor.mark.index;
                    self.cursor.skip();
                    text.push_str(self.cursor.slice(before, self.cursor.mark.index));
                }
            }
        }
        Ok(())
    }

    fn escape(&mut self, start: Mark) -> Result<char, ReadError> {
        let digits = match self.cursor.ahead(1) {
            b'x' => 2,
            b'u' => 4,
            b'U' => 8,
            byte => {
                let character = simple_escape(byte).ok_or_else(|| self.error("an unknown escape in quotes", start))?;
                self.cursor.skip_content(2);
                return Ok(character);
            }
        };
        self.cursor.skip_content(2);
        let index = self.cursor.mark.index;
        let written = self.cursor.slice(index, index + digits);
        let is_hexadecimal = written.len() == digits && written.bytes().all(|byte| byte.is_ascii_hexdigit());
        let code = is_hexadecimal.then(|| u32::from_str_radix(written, 16).ok()).flatten();
        let code = code.ok_or_else(|| self.error("an escape in quotes that is not hexadecimal", start))?;
        let character = char::from_u32(code);
        let character = character.ok_or_else(|| self.error("an escape in quotes that is no character", start))?;
        self.cursor.skip_content(digits);
        Ok(character)
    }
}

fn quote(style: Style) -> u8 {
    match style {
        Style::SingleQuoted => b'\'',
        _ => b'"',
    }
}

fn simple_escape(byte: u8) -> Option<char> {
    Some(match byte {
        b'0' => '\0',
        b'a' => '\u{7}',
        b'b' => '\u{8}',
        b't' | b'\t' => '\t',
        b'n' => '\n',
        b'v' => '\u{b}',
        b'f' => '\u{c}',
        b'r' => '\r',
        b'e' => '\u{1b}',
        b' ' => ' ',
        b'"' => '"',
        b'\'' => '\'',
        b'\\' => '\\',
        b'N' => '\u{85}',
        b'_' => '\u{a0}',
        b'L' => '\u{2028}',
        b'P' => '\u{2029}',
        _ => return None,
    })
}
