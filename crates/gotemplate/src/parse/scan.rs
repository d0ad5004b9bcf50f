//! Tokens inside of actions.

use crate::strconv;

use super::{
    lexer::{Lexer, is_alphanumeric, is_space},
    token::{Kind, Token},
};

impl<'t> Lexer<'t> {
    /// The token that stands here, which is no right delimiter.
    pub(super) fn inside(&mut self) -> Token<'t> {
        let Some(first) = self.next() else {
            return self.error("unclosed action".to_owned());
        };
        match first {
            _ if is_space(first) => {
                // It may belong to a trim marker.
                self.back();
                self.spaces()
            }
            '=' => self.emit(Kind::Assign),
            ':' if self.next() == Some('=') => self.emit(Kind::Declare),
            ':' => self.error("expected :=".to_owned()),
            '|' => self.emit(Kind::Pipe),
            '"' => self.quoted('"', Kind::String, "unterminated quoted string"),
            '\'' => self.quoted('\'', Kind::CharConstant, "unterminated character constant"),
            '`' => self.raw_string(),
            '$' => self.name(Kind::Variable),
            '.' if !self.digit_follows() => self.name(Kind::Field),
            '.' | '+' | '-' | '0'..='9' => {
                self.back();
                self.number()
            }
            _ if is_alphanumeric(first) => {
                self.back();
                self.identifier()
            }
            '(' => {
                self.parentheses += 1;
                self.emit(Kind::LeftParenthesis)
            }
            ')' if self.parentheses == 0 => self.error("unexpected right paren".to_owned()),
            ')' => {
                self.parentheses -= 1;
                self.emit(Kind::RightParenthesis)
            }
            ' '..='~' => self.emit(Kind::Char),
            _ => self.error(format!("unrecognized character in action: {}", code_point(Some(first)))),
        }
    }

    /// At the end of the text, a number is tried.
    fn digit_follows(&self) -> bool {
        let next = self.input.as_bytes().get(self.position);
        next.is_none_or(u8::is_ascii_digit)
    }

    fn identifier(&mut self) -> Token<'t> {
        let Err(next) = self.word() else {
            let word = &self.input[self.start..self.position];
            return match Kind::keyword(word) {
                Some(keyword) => self.emit(keyword),
                None if matches!(word, "true" | "false") => self.emit(Kind::Bool),
                None => self.emit(Kind::Identifier),
            };
        };
        self.error(format!("bad character {}", code_point(next)))
    }

    /// A field or a variable, its first character being read.
    fn name(&mut self, kind: Kind) -> Token<'t> {
        if self.at_terminator() {
            return self.emit(if kind == Kind::Field { Kind::Dot } else { kind });
        }
        match self.word() {
            Ok(()) => self.emit(kind),
            Err(next) => self.error(format!("bad character {}", code_point(next))),
        }
    }

    /// Letters and digits, or what follows them and may not.
    fn word(&mut self) -> Result<(), Option<char>> {
        let next = loop {
            let next = self.next();
            if !next.is_some_and(is_alphanumeric) {
                self.back();
                break next;
            }
        };
        if self.at_terminator() { Ok(()) } else { Err(next) }
    }

    /// A string or a character constant on one line, its opening mark being read.
    fn quoted(&mut self, mark: char, kind: Kind, unterminated: &str) -> Token<'t> {
        loop {
            match self.next() {
                Some('\\') => {
                    if matches!(self.next(), None | Some('\n')) {
                        return self.error(unterminated.to_owned());
                    }
                }
                None | Some('\n') => return self.error(unterminated.to_owned()),
                Some(char) if char == mark => return self.emit(kind),
                Some(_) => {}
            }
        }
    }

    fn raw_string(&mut self) -> Token<'t> {
        loop {
            match self.next() {
                None => return self.error("unterminated raw quoted string".to_owned()),
                Some('`') => return self.emit(Kind::RawString),
                Some(_) => {}
            }
        }
    }

    fn number(&mut self) -> Token<'t> {
        if !self.scan_number() {
            return self.bad_number();
        }
        if !matches!(self.peek(), Some('+' | '-')) {
            return self.emit(Kind::Number);
        }
        // The imaginary part.
        if !self.scan_number() || !self.input[..self.position].ends_with('i') {
            return self.bad_number();
        }
        self.emit(Kind::Complex)
    }

    fn bad_number(&mut self) -> Token<'t> {
        let text = strconv::quote(&self.input.as_bytes()[self.start..self.position]);
        self.error(format!("bad number syntax: {}", String::from_utf8_lossy(&text)))
    }

    fn scan_number(&mut self) -> bool {
        const DECIMAL: &str = "0123456789_";
        const HEXADECIMAL: &str = "0123456789abcdefABCDEF_";
        self.accept("+-");
        let mut digits = DECIMAL;
        if self.accept("0") {
            if self.accept("xX") {
                digits = HEXADECIMAL;
            } else if self.accept("oO") {
                digits = "01234567_";
            } else if self.accept("bB") {
                digits = "01_";
            }
        }
        self.accept_run(digits);
        if self.accept(".") {
            self.accept_run(digits);
        }
        if digits == DECIMAL && self.accept("eE") || digits == HEXADECIMAL && self.accept("pP") {
            self.accept("+-");
            self.accept_run(DECIMAL);
        }
        self.accept("i");
        if self.peek().is_some_and(is_alphanumeric) {
            self.next();
            return false;
        }
        true
    }
}

/// `%#U`; the end of the text is -1.
fn code_point(char: Option<char>) -> String {
    let Some(char) = char else {
        return "U+FFFFFFFFFFFFFFFF".to_owned();
    };
    let code = format!("U+{:04X}", u32::from(char));
    if strconv::is_print(char) {
        format!("{code} '{char}'")
    } else {
        code
    }
}
