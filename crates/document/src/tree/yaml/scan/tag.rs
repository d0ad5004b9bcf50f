//! Directives, anchors and tags.

use super::{
    Mark, Scanner,
    token::{Tag, TokenKind},
};
use crate::ReadError;

impl<'a> Scanner<'a> {
    pub(super) fn fetch_anchor(&mut self, kind: TokenKind) -> Result<(), ReadError> {
        self.save_key()?;
        self.keys.is_allowed = false;
        let start = self.cursor.mark;
        self.cursor.skip();
        let name = self.word();
        let is_ended = self.cursor.is_blank_or_end(0)
            || matches!(
                self.cursor.current(),
                b'?' | b':' | b',' | b']' | b'}' | b'%' | b'@' | b'`'
            );
        if name.is_empty() || !is_ended {
            return Err(self.error("an anchor or alias of other than letters, digits, '_' and '-'", start));
        }
        self.push(kind, start);
        Ok(())
    }

    pub(super) fn fetch_tag(&mut self) -> Result<(), ReadError> {
        self.save_key()?;
        self.keys.is_allowed = false;
        let start = self.cursor.mark;
        let tag = match self.cursor.ahead(1) {
            b'<' => self.verbatim_tag(start)?,
            _ => self.short_tag(start)?,
        };
        if !self.cursor.is_blank_or_end(0) {
            return Err(self.error("a tag without a blank behind it", start));
        }
        self.push(TokenKind::Tag(tag), start);
        Ok(())
    }

    /// `!<…>`.
    fn verbatim_tag(&mut self, start: Mark) -> Result<Tag, ReadError> {
        self.cursor.skip_content(2);
        let suffix = self.uri(start)?;
        if suffix.is_empty() || self.cursor.current() != b'>' {
            return Err(self.error("a tag '!<' without its '>'", start));
        }
        self.cursor.skip();
        let handle = String::new();
        Ok(Tag { handle, suffix })
    }

    /// `!`, `!suffix`, `!!suffix` or `!handle!suffix`.
    fn short_tag(&mut self, start: Mark) -> Result<Tag, ReadError> {
        self.cursor.skip();
        let name = self.word().to_owned();
        if self.cursor.current() == b'!' {
            self.cursor.skip();
            let suffix = self.uri(start)?;
            if suffix.is_empty() {
                return Err(self.error("a tag without a name", start));
            }
            let handle = format!("!{name}!");
            return Ok(Tag { handle, suffix });
        }
        let suffix = name + &self.uri(start)?;
        Ok(match suffix.is_empty() {
            true => Tag {
                handle: String::new(),
                suffix: "!".to_owned(),
            },
            false => Tag {
                handle: "!".to_owned(),
                suffix,
            },
        })
    }

    pub(super) fn fetch_directive(&mut self) -> Result<(), ReadError> {
        self.reset()?;
        let start = self.cursor.mark;
        self.cursor.skip();
        let kind = match self.word() {
            "YAML" => self.version(start)?,
            "TAG" => self.tag_directive(start)?,
            _ => return Err(self.error("an unknown directive", start)),
        };
        let end = self.cursor.mark.index;
        self.skip_blanks();
        if self.cursor.current() == b'#' {
            while !self.cursor.is_break_or_end(0) {
                self.cursor.skip();
            }
        }
        if !self.cursor.is_break_or_end(0) {
            return Err(self.error("something behind a directive", start));
        }
        self.cursor.skip_break();
        self.push_to(kind, start, end);
        Ok(())
    }

    fn version(&mut self, start: Mark) -> Result<TokenKind, ReadError> {
        self.directive_blanks(start)?;
        let major = self.version_number(start)?;
        if self.cursor.current() != b'.' {
            return Err(self.error("a version of YAML that is not like 1.1", start));
        }
        self.cursor.skip();
        let minor = self.version_number(start)?;
        Ok(TokenKind::VersionDirective { major, minor })
    }

    fn version_number(&mut self, start: Mark) -> Result<u8, ReadError> {
        let digits = self.cursor.rest().iter().take(3);
        let length = digits.take_while(|byte| byte.is_ascii_digit()).count();
        let index = self.cursor.mark.index;
        let number = self.cursor.slice(index, index + length).parse();
        match (length, number) {
            (1 | 2, Ok(number)) => {
                self.cursor.skip_content(length);
                Ok(number)
            }
            _ => Err(self.error("a version of YAML that is not like 1.1", start)),
        }
    }

    fn tag_directive(&mut self, start: Mark) -> Result<TokenKind, ReadError> {
        const REASON: &str = "a %TAG that is not like '%TAG !name! prefix'";
        self.directive_blanks(start)?;
        if self.cursor.current() != b'!' {
            return Err(self.error(REASON, start));
        }
        self.cursor.skip();
        let mut handle = format!("!{}", self.word());
        if self.cursor.current() == b'!' {
            self.cursor.skip();
            handle.push('!');
        } else if handle.len() > 1 {
            return Err(self.error(REASON, start));
        }
        self.directive_blanks(start)?;
        let prefix = self.uri(start)?;
        if prefix.is_empty() || !self.cursor.is_blank_or_end(0) {
            return Err(self.error(REASON, start));
        }
        Ok(TokenKind::TagDirective { handle, prefix })
    }

    fn directive_blanks(&mut self, start: Mark) -> Result<(), ReadError> {
        if !self.cursor.is_blank(0) {
            return Err(self.error("a directive without a blank between its parts", start));
        }
        self.skip_blanks();
        Ok(())
    }

    fn skip_blanks(&mut self) {
        while self.cursor.is_blank(0) {
            self.cursor.skip();
        }
    }

    /// Letters, digits, `_` and `-`.
    fn word(&mut self) -> &'a str {
        let start = self.cursor.mark.index;
        let rest = self.cursor.rest();
        let length = rest.iter().take_while(|byte| is_word(**byte)).count();
        if length > 0 {
            self.cursor.skip_content(length);
        }
        self.cursor.slice(start, start + length)
    }

    /// Characters of a URI, `%XX` decoded.
    fn uri(&mut self, start: Mark) -> Result<String, ReadError> {
        let mut uri = Vec::new();
        loop {
            match self.cursor.current() {
                b'%' => {
                    let index = self.cursor.mark.index + 1;
                    let digits = self.cursor.slice(index, index + 2);
                    let is_escape = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
                    let octet = is_escape.then(|| u8::from_str_radix(digits, 16).ok()).flatten();
                    uri.push(octet.ok_or_else(|| self.error("a '%' in a tag without two digits", start))?);
                    self.cursor.skip_content(3);
                }
                byte if is_uri(byte) => {
                    uri.push(byte);
                    self.cursor.skip();
                }
                _ => break,
            }
        }
        String::from_utf8(uri).map_err(|_| self.error("a tag that is not UTF-8", start))
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

fn is_uri(byte: u8) -> bool {
    is_word(byte) || b";/?:@&=+$,.!~*'()[]".contains(&byte)
}
