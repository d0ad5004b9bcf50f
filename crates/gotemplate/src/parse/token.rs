//! What the lexer makes of the text.

use std::fmt;

use crate::strconv;

/// A piece of the text.
#[derive(Clone, Debug)]
pub(super) struct Token<'t> {
    pub(super) kind: Kind,
    /// First byte in the text.
    pub(super) position: usize,
    /// What stands there.
    pub(super) text: &'t str,
    /// The message of an error.
    pub(super) error: Option<String>,
    pub(super) line: usize,
}

/// What a piece is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Assign,
    Bool,
    Char,
    CharConstant,
    Complex,
    Declare,
    End,
    Error,
    Field,
    Identifier,
    LeftDelimiter,
    LeftParenthesis,
    Number,
    Pipe,
    RawString,
    RightDelimiter,
    RightParenthesis,
    Space,
    String,
    Text,
    Variable,
    // Keywords, which errors print in angle brackets.
    Block,
    Break,
    Continue,
    Define,
    Dot,
    Else,
    EndKeyword,
    If,
    Nil,
    Range,
    Template,
    With,
}

impl Kind {
    /// The keyword that the word is.
    pub(super) fn keyword(word: &str) -> Option<Self> {
        Some(match word {
            "block" => Self::Block,
            "break" => Self::Break,
            "continue" => Self::Continue,
            "define" => Self::Define,
            "else" => Self::Else,
            "end" => Self::EndKeyword,
            "if" => Self::If,
            "range" => Self::Range,
            "nil" => Self::Nil,
            "template" => Self::Template,
            "with" => Self::With,
            _ => return None,
        })
    }

    fn is_keyword(self) -> bool {
        matches!(
            self,
            Self::Block
                | Self::Break
                | Self::Continue
                | Self::Define
                | Self::Dot
                | Self::Else
                | Self::EndKeyword
                | Self::If
                | Self::Nil
                | Self::Range
                | Self::Template
                | Self::With
        )
    }
}

impl Token<'_> {
    /// What stands for the last token before there is one.
    pub(super) fn before_first() -> Self {
        Self {
            kind: Kind::End,
            position: 0,
            text: "",
            error: None,
            line: 0,
        }
    }
}

/// A Go string literal.
pub(crate) fn quoted(text: &str) -> String {
    String::from_utf8_lossy(&strconv::quote(text.as_bytes())).into_owned()
}

/// As errors name it.
impl fmt::Display for Token<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::End => f.write_str("EOF"),
            Kind::Error => f.write_str(self.error.as_deref().unwrap_or_default()),
            kind if kind.is_keyword() => write!(f, "<{}>", self.text),
            _ if self.text.len() > 10 => {
                let short: String = self.text.chars().take(10).collect();
                write!(f, "{}...", quoted(&short))
            }
            _ => f.write_str(&quoted(self.text)),
        }
    }
}
