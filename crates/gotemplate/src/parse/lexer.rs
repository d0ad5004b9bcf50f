//! Text, actions, comments, trim markers.

use unicode_general_category::{GeneralCategory, get_general_category};

use super::token::{Kind, Token};

/// Cuts the text into tokens, one at a time.
pub(super) struct Lexer<'t> {
    pub(super) input: &'t str,
    pub(super) position: usize,
    pub(super) start: usize,
    /// Go never steps back once it has seen the end.
    at_end: bool,
    pub(super) parentheses: usize,
    line: usize,
    start_line: usize,
    inside_action: bool,
}

impl<'t> Lexer<'t> {
    pub(super) fn new(input: &'t str) -> Self {
        Self {
            input,
            position: 0,
            start: 0,
            at_end: false,
            parentheses: 0,
            line: 1,
            start_line: 1,
            inside_action: false,
        }
    }

    /// The next token. After an error or the end there are only ends.
    pub(super) fn token(&mut self) -> Token<'t> {
        if self.inside_action {
            return self.action();
        }
        loop {
            if let Some(token) = self.text() {
                return token;
            }
        }
    }

    /// Text up to an action, or the delimiter of one; nothing after a comment.
    fn text(&mut self) -> Option<Token<'t>> {
        let rest = &self.input[self.position..];
        let Some(length) = rest.find(LEFT) else {
            self.position = self.input.len();
            if self.position > self.start {
                self.count_lines();
                return Some(self.emit(Kind::Text));
            }
            return Some(self.emit(Kind::End));
        };
        if length > 0 {
            self.position += length;
            let trims = has_left_trim_marker(&self.input[self.position + LEFT.len()..]);
            let text = &self.input[self.start..self.position];
            let trimmed = if trims {
                text.len() - text.trim_end_matches(is_space).len()
            } else {
                0
            };
            self.position -= trimmed;
            self.count_lines();
            let token = self.emit(Kind::Text);
            self.position += trimmed;
            self.ignore();
            if !token.text.is_empty() {
                return Some(token);
            }
        }
        self.left_delimiter()
    }

    fn left_delimiter(&mut self) -> Option<Token<'t>> {
        self.position += LEFT.len();
        let rest = &self.input[self.position..];
        let marker = if has_left_trim_marker(rest) { MARKER } else { 0 };
        if rest[marker..].starts_with("/*") {
            self.position += marker;
            self.ignore();
            return self.comment();
        }
        let token = self.emit(Kind::LeftDelimiter);
        self.inside_action = true;
        self.position += marker;
        self.ignore();
        self.parentheses = 0;
        Some(token)
    }

    fn comment(&mut self) -> Option<Token<'t>> {
        self.position += "/*".len();
        let Some(length) = self.input[self.position..].find("*/") else {
            return Some(self.error("unclosed comment".to_owned()));
        };
        self.position += length + "*/".len();
        let Some(trims) = self.at_right_delimiter() else {
            return Some(self.error("comment ends before closing delimiter".to_owned()));
        };
        self.count_lines();
        self.emit(Kind::Text);
        self.right_delimiter_end(trims);
        self.ignore();
        None
    }

    /// Whether a right delimiter stands here: with a trim marker, or without.
    fn at_right_delimiter(&self) -> Option<bool> {
        let rest = &self.input[self.position..];
        if has_right_trim_marker(rest) && rest[MARKER..].starts_with(RIGHT) {
            return Some(true);
        }
        rest.starts_with(RIGHT).then_some(false)
    }

    fn right_delimiter_end(&mut self, trims: bool) {
        if trims {
            self.position += MARKER;
        }
        self.position += RIGHT.len();
        if trims {
            self.skip_spaces();
        }
    }

    fn skip_spaces(&mut self) {
        let rest = &self.input[self.position..];
        self.position += rest.len() - rest.trim_start_matches(is_space).len();
    }

    pub(super) fn right_delimiter(&mut self) -> Token<'t> {
        let trims = self.at_right_delimiter() == Some(true);
        if trims {
            self.position += MARKER;
            self.ignore();
        }
        self.position += RIGHT.len();
        let token = self.emit(Kind::RightDelimiter);
        if trims {
            self.skip_spaces();
            self.ignore();
        }
        self.inside_action = false;
        token
    }

    fn action(&mut self) -> Token<'t> {
        if self.at_right_delimiter().is_some() {
            if self.parentheses == 0 {
                return self.right_delimiter();
            }
            return self.error("unclosed left paren".to_owned());
        }
        self.inside()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let Some(next) = self.input[self.position..].chars().next() else {
            self.at_end = true;
            return None;
        };
        self.position += next.len_utf8();
        self.line += usize::from(next == '\n');
        Some(next)
    }

    pub(super) fn back(&mut self) {
        if let Some(last) = self.input[..self.position].chars().next_back().filter(|_| !self.at_end) {
            self.position -= last.len_utf8();
            self.line -= usize::from(last == '\n');
        }
    }

    pub(super) fn peek(&mut self) -> Option<char> {
        let next = self.next();
        self.back();
        next
    }

    pub(super) fn accept(&mut self, valid: &str) -> bool {
        let accepted = self.next().is_some_and(|next| valid.contains(next));
        if !accepted {
            self.back();
        }
        accepted
    }

    pub(super) fn accept_run(&mut self, valid: &str) {
        while self.accept(valid) {}
    }

    pub(super) fn emit(&mut self, kind: Kind) -> Token<'t> {
        let token = Token {
            kind,
            position: self.start,
            text: &self.input[self.start..self.position],
            error: None,
            line: self.start_line,
        };
        self.start = self.position;
        self.start_line = self.line;
        token
    }

    /// An error, after which there is no more text.
    pub(super) fn error(&mut self, message: String) -> Token<'t> {
        let token = Token {
            kind: Kind::Error,
            position: self.start,
            text: "",
            error: Some(message),
            line: self.start_line,
        };
        self.input = "";
        self.position = 0;
        self.start = 0;
        self.inside_action = false;
        token
    }

    fn ignore(&mut self) {
        self.count_lines();
        self.start = self.position;
        self.start_line = self.line;
    }

    fn count_lines(&mut self) {
        let text = &self.input[self.start..self.position];
        self.line += text.bytes().filter(|&byte| byte == b'\n').count();
    }

    /// Whether what stands here may follow a word.
    pub(super) fn at_terminator(&mut self) -> bool {
        match self.peek() {
            None | Some(' ' | '\t' | '\r' | '\n' | '.' | ',' | '|' | ':' | ')' | '(') => true,
            Some(_) => self.input[self.position..].starts_with(RIGHT),
        }
    }

    /// Spaces, up to one that belongs to a trim marker.
    pub(super) fn spaces(&mut self) -> Token<'t> {
        let mut count = 0;
        while self.peek().is_some_and(is_space) {
            self.next();
            count += 1;
        }
        let last = &self.input[self.position - 1..];
        if has_right_trim_marker(last) && last[MARKER..].starts_with(RIGHT) {
            self.back();
            if count == 1 {
                return self.right_delimiter();
            }
        }
        self.emit(Kind::Space)
    }
}

pub(super) fn is_space(char: char) -> bool {
    matches!(char, ' ' | '\t' | '\r' | '\n')
}

/// A letter, a digit or an underscore, as Go classes them.
pub(super) fn is_alphanumeric(char: char) -> bool {
    use GeneralCategory as C;
    char == '_'
        || matches!(
            get_general_category(char),
            C::UppercaseLetter
                | C::LowercaseLetter
                | C::TitlecaseLetter
                | C::ModifierLetter
                | C::OtherLetter
                | C::DecimalNumber
        )
}

fn has_left_trim_marker(text: &str) -> bool {
    matches!(text.as_bytes(), [b'-', space, ..] if is_space(char::from(*space)))
}

fn has_right_trim_marker(text: &str) -> bool {
    matches!(text.as_bytes(), [space, b'-', ..] if is_space(char::from(*space)))
}

const LEFT: &str = "{{";
const RIGHT: &str = "}}";
/// A trim marker and its space.
const MARKER: usize = 2;
