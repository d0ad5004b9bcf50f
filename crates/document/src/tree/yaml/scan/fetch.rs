//! What the next token is.

use super::{
    MISSING_COLON, Scanner,
    cursor::Mark,
    token::{Style, Text, TokenKind},
};
use crate::ReadError;

impl Scanner<'_> {
    /// Reads the next token, and with it those that have no bytes of their own.
    pub(super) fn fetch(&mut self) -> Result<(), ReadError> {
        let scan = self.cursor.mark;
        self.skip_to_token();
        self.unroll(self.cursor.mark.column as isize, scan);
        if self.cursor.is_end() {
            return self.fetch_stream_end();
        }
        if self.cursor.mark.column == 0 && self.cursor.current() == b'%' {
            return self.fetch_directive();
        }
        if self.cursor.is_document_indicator() {
            return self.fetch_document_indicator();
        }
        let separator = if self.flow_level == 0 { b':' } else { b',' };
        let comment = match self.last[1] {
            // What stands behind a `:` or `,` belongs to what stands in front of it.
            Some((_, last)) if self.cursor.current() == separator => last,
            _ => self.cursor.mark,
        };
        self.fetch_content()?;
        // A `-` alone has no comment: it heads what follows.
        if !matches!(self.last[1], Some((super::Shape::BlockEntry, _))) {
            self.scan_line_comment(comment);
        }
        Ok(())
    }

    fn fetch_content(&mut self) -> Result<(), ReadError> {
        let is_block = self.flow_level == 0;
        let is_alone = self.cursor.is_blank_or_end(1);
        match self.cursor.current() {
            b'[' => self.fetch_flow_start(TokenKind::FlowSequenceStart),
            b'{' => self.fetch_flow_start(TokenKind::FlowMappingStart),
            b']' => self.fetch_flow_end(TokenKind::FlowSequenceEnd),
            b'}' => self.fetch_flow_end(TokenKind::FlowMappingEnd),
            b',' => {
                self.remove_key()?;
                self.keys.is_allowed = true;
                self.fetch_indicator(TokenKind::FlowEntry);
                Ok(())
            }
            b'-' if is_alone => self.fetch_block_entry(),
            b'?' if !is_block || is_alone => self.fetch_key(),
            b':' if !is_block || is_alone => self.fetch_value(),
            b'*' => self.fetch_anchor(TokenKind::Alias),
            b'&' => self.fetch_anchor(TokenKind::Anchor),
            b'!' => self.fetch_tag(),
            b'|' if is_block => self.fetch_block_scalar(Style::Literal),
            b'>' if is_block => self.fetch_block_scalar(Style::Folded),
            b'\'' => self.fetch_quoted(Style::SingleQuoted),
            b'"' => self.fetch_quoted(Style::DoubleQuoted),
            b'-' if !self.cursor.is_blank(1) => self.fetch_plain(),
            b'?' | b':' if is_block && !is_alone => self.fetch_plain(),
            b'\t' => Err(self.error("a tab where a value or key should start", self.cursor.mark)),
            b'-' | b'?' | b':' | b'#' | b'|' | b'>' | b'%' | b'@' | b'`' => {
                Err(self.error("a character that starts no value", self.cursor.mark))
            }
            _ => self.fetch_plain(),
        }
    }

    /// Over blanks, line breaks and comments.
    fn skip_to_token(&mut self) {
        let scan = self.cursor.mark;
        loop {
            let takes_tabs = self.flow_level > 0 || !self.keys.is_allowed;
            if self.cursor.mark.column == 0 && self.cursor.rest().starts_with("\u{feff}".as_bytes()) {
                self.cursor.skip();
            }
            while self.cursor.current() == b' ' || (takes_tabs && self.cursor.current() == b'\t') {
                self.cursor.skip();
            }
            self.turn_entry_comment();
            if self.cursor.current() == b'#' {
                self.scan_comments(scan);
            }
            if !self.cursor.is_break(0) {
                return;
            }
            self.cursor.skip_break();
            if self.flow_level == 0 {
                self.keys.is_allowed = true;
            }
        }
    }

    /// Ends the block collections that stand further right.
    fn unroll(&mut self, column: isize, scan: Mark) {
        if self.flow_level > 0 {
            return;
        }
        let mut end = Mark {
            index: scan.index.saturating_sub(1),
            ..scan
        };
        while self.indent > column {
            end = self.end_of_block(end);
            self.push_to(TokenKind::BlockEnd, end, end.index);
            self.indent = self.indents.pop().unwrap_or(-1);
        }
    }

    /// Starts a block collection, if this column is further right than the current one.
    fn roll(&mut self, mark: Mark, kind: TokenKind, number: Option<usize>) -> Result<(), ReadError> {
        let column = mark.column as isize;
        if self.flow_level > 0 || self.indent >= column {
            return Ok(());
        }
        self.indents.push(self.indent);
        self.indent = column;
        self.check_depth(self.indents.len(), mark)?;
        match number {
            Some(number) => self.insert(kind, number, mark),
            None => self.push_to(kind, mark, mark.index),
        }
        Ok(())
    }

    fn check_depth(&self, depth: usize, mark: Mark) -> Result<(), ReadError> {
        match depth > self.depth {
            true => Err(ReadError::TooDeep {
                position: self.position(mark),
                limit: self.depth,
            }),
            false => Ok(()),
        }
    }

    fn fetch_stream_end(&mut self) -> Result<(), ReadError> {
        if self.cursor.mark.column != 0 {
            self.cursor.mark.column = 0;
            self.cursor.mark.line += 1;
        }
        self.reset()?;
        self.push(TokenKind::StreamEnd, self.cursor.mark);
        self.is_finished = true;
        Ok(())
    }

    /// Nothing that was open goes on behind this.
    pub(super) fn reset(&mut self) -> Result<(), ReadError> {
        self.unroll(-1, self.cursor.mark);
        self.remove_key()?;
        self.keys.is_allowed = false;
        Ok(())
    }

    fn fetch_document_indicator(&mut self) -> Result<(), ReadError> {
        let kind = match self.cursor.current() {
            b'-' => TokenKind::DocumentStart,
            _ => TokenKind::DocumentEnd,
        };
        self.reset()?;
        let start = self.cursor.mark;
        self.cursor.skip_content(3);
        self.push(kind, start);
        Ok(())
    }

    fn fetch_indicator(&mut self, kind: TokenKind) {
        let start = self.cursor.mark;
        self.cursor.skip();
        self.push(kind, start);
    }

    fn fetch_flow_start(&mut self, kind: TokenKind) -> Result<(), ReadError> {
        self.save_key()?;
        self.keys.enter();
        self.flow_level += 1;
        self.check_depth(self.flow_level, self.cursor.mark)?;
        self.keys.is_allowed = true;
        self.fetch_indicator(kind);
        Ok(())
    }

    fn fetch_flow_end(&mut self, kind: TokenKind) -> Result<(), ReadError> {
        self.remove_key()?;
        if self.flow_level > 0 {
            self.flow_level -= 1;
            self.keys.leave();
        }
        self.keys.is_allowed = false;
        self.fetch_indicator(kind);
        Ok(())
    }

    fn fetch_block_entry(&mut self) -> Result<(), ReadError> {
        if self.flow_level == 0 {
            if !self.keys.is_allowed {
                return Err(self.error("an item of a list, where none can stand", self.cursor.mark));
            }
            self.roll(self.cursor.mark, TokenKind::BlockSequenceStart, None)?;
        }
        self.remove_key()?;
        self.keys.is_allowed = true;
        self.fetch_indicator(TokenKind::BlockEntry);
        Ok(())
    }

    fn fetch_key(&mut self) -> Result<(), ReadError> {
        if self.flow_level == 0 {
            if !self.keys.is_allowed {
                return Err(self.error("a key, where none can stand", self.cursor.mark));
            }
            self.roll(self.cursor.mark, TokenKind::BlockMappingStart, None)?;
        }
        self.remove_key()?;
        self.keys.is_allowed = self.flow_level == 0;
        self.fetch_indicator(TokenKind::Key);
        Ok(())
    }

    fn fetch_value(&mut self) -> Result<(), ReadError> {
        let key = self.keys.take(&self.cursor);
        if let Some(key) = key.map_err(|mark| self.error(MISSING_COLON, mark))? {
            self.insert(TokenKind::Key, key.token, key.mark);
            self.roll(key.mark, TokenKind::BlockMappingStart, Some(key.token))?;
            self.keys.is_allowed = false;
        } else {
            if self.flow_level == 0 {
                if !self.keys.is_allowed {
                    return Err(self.error("a ':' behind a value, where none can stand", self.cursor.mark));
                }
                self.roll(self.cursor.mark, TokenKind::BlockMappingStart, None)?;
            }
            self.keys.is_allowed = self.flow_level == 0;
        }
        self.fetch_indicator(TokenKind::Value);
        Ok(())
    }

    fn fetch_plain(&mut self) -> Result<(), ReadError> {
        self.save_key()?;
        self.keys.is_allowed = false;
        let start = self.cursor.mark;
        let (text, end) = self.scan_plain()?;
        let style = Style::Plain;
        self.push_to(TokenKind::Scalar { style, text }, start, end);
        Ok(())
    }

    fn fetch_quoted(&mut self, style: Style) -> Result<(), ReadError> {
        self.save_key()?;
        self.keys.is_allowed = false;
        let start = self.cursor.mark;
        let text = self.scan_quoted(style)?;
        self.push(TokenKind::Scalar { style, text }, start);
        Ok(())
    }

    fn fetch_block_scalar(&mut self, style: Style) -> Result<(), ReadError> {
        self.remove_key()?;
        self.keys.is_allowed = true;
        let start = self.cursor.mark;
        let (text, end) = self.scan_block_scalar(style)?;
        let text = Text::Owned(text);
        self.push_to(TokenKind::Scalar { style, text }, start, end);
        Ok(())
    }

    /// Notes that a key may start here.
    pub(super) fn save_key(&mut self) -> Result<(), ReadError> {
        let mark = self.cursor.mark;
        let is_required = self.flow_level == 0 && self.indent == mark.column as isize;
        let saved = self.keys.save(self.next_number(), mark, is_required);
        saved.map_err(|mark| self.error(MISSING_COLON, mark))
    }

    fn remove_key(&mut self) -> Result<(), ReadError> {
        self.keys.remove().map_err(|mark| self.error(MISSING_COLON, mark))
    }
}
