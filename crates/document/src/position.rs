use std::fmt;

/// A place in a text: 1-based line and column. Columns count characters, not bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

impl Position {
    /// The place of an offset in a text that need not be UTF-8.
    pub(crate) fn of(text: &[u8], offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let starts_character = |byte: &&u8| **byte & 0xc0 != 0x80;
        Self {
            line: 1 + before.iter().filter(|byte| **byte == b'\n').count(),
            column: 1 + before.iter().skip(line).filter(starts_character).count(),
        }
    }

    /// The place behind `text` if `text` starts here.
    pub(crate) fn after(self, text: &str) -> Self {
        match text.rsplit_once('\n') {
            Some((lines, last)) => Self {
                line: self.line + 1 + lines.matches('\n').count(),
                column: 1 + last.chars().count(),
            },
            None => Self {
                line: self.line,
                column: self.column + text.chars().count(),
            },
        }
    }

    /// The place in the whole text of a place in a part that starts here.
    pub(crate) fn within(self, place: Self) -> Self {
        if place.line == 1 {
            Self {
                line: self.line,
                column: self.column + place.column - 1,
            }
        } else {
            Self {
                line: self.line + place.line - 1,
                column: place.column,
            }
        }
    }
}

impl Default for Position {
    /// The first character, 1:1.
    fn default() -> Self {
        Self { line: 1, column: 1 }
    }
}

impl fmt::Display for Position {
    /// `LINE:COLUMN`, as compilers print it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}
