use zeroize::Zeroizing;

use super::{Mark, Scanner, token::Style};
use crate::ReadError;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Chomp {
    Clip,
    Strip,
    Keep,
}

/// Where the lines of a block scalar start.
struct Lines {
    /// Column of the content; none before the first line that has any.
    indent: Option<usize>,
    /// Behind the last line break that belongs to it.
    end: usize,
}

impl Scanner<'_> {
    /// A scalar in lines of its own, and the byte behind it (YAML 1.1, section 9.2).
    pub(super) fn scan_block_scalar(&mut self, style: Style) -> Result<(Zeroizing<String>, usize), ReadError> {
        let start = self.cursor.mark;
        let (chomp, increment) = self.block_header(start)?;
        let parent = usize::try_from(self.indent).unwrap_or_default();
        let mut lines = Lines {
            indent: increment.map(|increment| parent + increment),
            end: self.cursor.mark.index,
        };
        let mut breaks = String::new();
        self.block_breaks(&mut lines, &mut breaks)?;
        let mut text = Zeroizing::new(String::new());
        let mut leading_break = "";
        let mut was_blank = false;
        while Some(self.cursor.mark.column) == lines.indent && !self.cursor.is_end() {
            let is_blank = self.cursor.is_blank(0);
            let folds = style == Style::Folded && !was_blank && !is_blank && leading_break == "\n";
            match folds {
                true if breaks.is_empty() => text.push(' '),
                true => {}
                false => text.push_str(leading_break),
            }
            text.push_str(&breaks);
            breaks.clear();
            was_blank = is_blank;
            text.push_str(self.block_line());
            leading_break = self.cursor.skip_break();
            self.block_breaks(&mut lines, &mut breaks)?;
        }
        if chomp != Chomp::Strip {
            text.push_str(leading_break);
        }
        if chomp == Chomp::Keep {
            text.push_str(&breaks);
        }
        Ok((text, lines.end))
    }

    /// The `|` or `>`, what stands behind it, and the line break.
    fn block_header(&mut self, start: Mark) -> Result<(Chomp, Option<usize>), ReadError> {
        self.cursor.skip();
        let mut chomp = self.block_chomp();
        let mut increment = None;
        let digit = self.cursor.current();
        if digit.is_ascii_digit() {
            if digit == b'0' {
                return Err(self.error("an indentation of 0 for a block", start));
            }
            increment = Some(usize::from(digit - b'0'));
            self.cursor.skip();
            if chomp.is_none() {
                chomp = self.block_chomp();
            }
        }
        while self.cursor.is_blank(0) {
            self.cursor.skip();
        }
        if self.cursor.current() == b'#' {
            self.scan_line_comment(start);
        }
        if !self.cursor.is_break_or_end(0) {
            return Err(self.error("something behind the '|' or '>' of a block", start));
        }
        self.cursor.skip_break();
        Ok((chomp.unwrap_or(Chomp::Clip), increment))
    }

    fn block_chomp(&mut self) -> Option<Chomp> {
        let chomp = match self.cursor.current() {
            b'+' => Chomp::Keep,
            b'-' => Chomp::Strip,
            _ => return None,
        };
        self.cursor.skip();
        Some(chomp)
    }

    fn block_line(&mut self) -> &str {
        let start = self.cursor.mark.index;
        let rest = self.cursor.rest();
        let mut length = 0;
        while let Some(byte) = rest.get(length) {
            match byte {
                b'\n' | b'\r' => break,
                0xc2 | 0xe2 if self.cursor.is_break(length) => break,
                _ => length += 1,
            }
        }
        if length > 0 {
            self.cursor.skip_content(length);
        }
        self.cursor.slice(start, start + length)
    }

    /// Over empty lines, and the indentation of the next one.
    fn block_breaks(&mut self, lines: &mut Lines, breaks: &mut String) -> Result<(), ReadError> {
        lines.end = self.cursor.mark.index;
        let mut widest = 0;
        let is_indent = |lines: &Lines, column: usize| lines.indent.is_none_or(|indent| column < indent);
        loop {
            while is_indent(lines, self.cursor.mark.column) && self.cursor.current() == b' ' {
                self.cursor.skip();
            }
            widest = widest.max(self.cursor.mark.column);
            if is_indent(lines, self.cursor.mark.column) && self.cursor.current() == b'\t' {
                return Err(self.error("a tab in the indentation of a block", self.cursor.mark));
            }
            if !self.cursor.is_break(0) {
                break;
            }
            breaks.push_str(self.cursor.skip_break());
            lines.end = self.cursor.mark.index;
        }
        let least = usize::try_from(self.indent + 1).unwrap_or_default().max(1);
        lines.indent.get_or_insert(widest.max(least));
        Ok(())
    }
}
