//! JSON read into values: numbers as `float64`, a key that comes twice with its last value.

use crate::{
    Map, Text, Value,
    budget::{Limit, VALUE_DEPTH},
    function::{Call, Failure},
    sprig::runes,
    strconv,
};

/// What was read.
pub(super) struct Read {
    pub(super) value: Value,
    /// Whether a number was beyond a `float64`; it is nil.
    pub(super) out_of_range: bool,
}

/// Reads one value. Bytes that are no UTF-8, and halves of surrogate pairs, become U+FFFD.
pub(super) fn read(call: &mut Call<'_>, text: &[u8]) -> Result<Read, Failure> {
    let mut reader = Reader {
        call,
        text,
        at: 0,
        out_of_range: false,
    };
    let value = reader.value(VALUE_DEPTH)?;
    match reader.peek() {
        None => Ok(Read {
            value,
            out_of_range: reader.out_of_range,
        }),
        Some(_) => Err("invalid character after top-level value".into()),
    }
}

struct Reader<'c, 'r, 't> {
    call: &'c mut Call<'r>,
    text: &'t [u8],
    at: usize,
    out_of_range: bool,
}

impl Reader<'_, '_, '_> {
    /// The next byte that is no white space.
    fn peek(&mut self) -> Option<u8> {
        while matches!(self.text.get(self.at), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
        self.text.get(self.at).copied()
    }

    fn value(&mut self, depth: usize) -> Result<Value, Failure> {
        self.call.charge(32)?;
        let depth = depth.checked_sub(1).ok_or(Limit::Depth)?;
        match self.peek().ok_or(END)? {
            b'{' => self.object(depth),
            b'[' => self.array(depth),
            b'"' => Ok(self.string()?.into()),
            b't' => self.word(b"true", true.into()),
            b'f' => self.word(b"false", false.into()),
            b'n' => self.word(b"null", Value::Nil),
            b'-' | b'0'..=b'9' => self.number(),
            _ => Err("invalid character looking for beginning of value".into()),
        }
    }

    fn word(&mut self, word: &[u8], value: Value) -> Result<Value, Failure> {
        if !self.text[self.at..].starts_with(word) {
            return Err("invalid character in literal".into());
        }
        self.at += word.len();
        Ok(value)
    }

    fn array(&mut self, depth: usize) -> Result<Value, Failure> {
        self.at += 1;
        let mut items = Vec::new();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Value::list(items));
        }
        loop {
            items.push(self.value(depth)?);
            if self.ends(b']', "invalid character after array element")? {
                return Ok(Value::list(items));
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value, Failure> {
        self.at += 1;
        let mut entries = Vec::new();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Map::dictionary(entries).into());
        }
        loop {
            if self.peek().ok_or(END)? != b'"' {
                return Err("invalid character looking for beginning of object key string".into());
            }
            self.call.charge(32)?;
            let key = self.string()?;
            if self.peek().ok_or(END)? != b':' {
                return Err("invalid character after object key".into());
            }
            self.at += 1;
            entries.push((key, self.value(depth)?));
            if self.ends(b'}', "invalid character after object key:value pair")? {
                return Ok(Map::dictionary(entries).into());
            }
        }
    }

    /// Whether the mark ends it here; otherwise there is a comma.
    fn ends(&mut self, mark: u8, refusal: &str) -> Result<bool, Failure> {
        let byte = self.peek().ok_or(END)?;
        self.at += 1;
        match byte {
            b',' => Ok(false),
            _ if byte == mark => Ok(true),
            _ => Err(refusal.into()),
        }
    }

    fn number(&mut self) -> Result<Value, Failure> {
        let start = self.at;
        self.at += usize::from(self.text[self.at] == b'-');
        match self.text.get(self.at) {
            Some(b'0') => self.at += 1,
            _ => self.digits()?,
        }
        if self.text.get(self.at) == Some(&b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.text.get(self.at), Some(b'e' | b'E')) {
            self.at += 1;
            self.at += usize::from(matches!(self.text.get(self.at), Some(b'+' | b'-')));
            self.digits()?;
        }
        let text = std::str::from_utf8(&self.text[start..self.at]).unwrap_or_default();
        Ok(match strconv::parse_float(text) {
            Ok(value) => value.into(),
            Err(_) => {
                self.out_of_range = true;
                Value::Nil
            }
        })
    }

    fn digits(&mut self) -> Result<(), Failure> {
        let count = self.text[self.at..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        self.at += count;
        match (count, self.text.get(self.at)) {
            (0, None) => Err(END.into()),
            (0, _) => Err("invalid character in numeric literal".into()),
            _ => Ok(()),
        }
    }

    fn string(&mut self) -> Result<Text, Failure> {
        self.at += 1;
        let length = self.text[self.at..].iter().take_while(|byte| **byte != b'"').count();
        self.call.charge(length)?;
        let mut text = zeroize::Zeroizing::new(Vec::with_capacity(length));
        loop {
            let (rune, size) = runes::first(&self.text[self.at..]).ok_or(END)?;
            self.at += size;
            match rune {
                '"' => return Ok(text.into()),
                '\\' => {
                    let rune = self.escape()?;
                    runes::push(&mut text, rune);
                }
                '\0'..='\u{1f}' => return Err("invalid character in string literal".into()),
                _ => {
                    self.call
                        .charge(if rune == char::REPLACEMENT_CHARACTER { 3 } else { 0 })?;
                    runes::push(&mut text, rune);
                }
            }
        }
    }

    fn escape(&mut self) -> Result<char, Failure> {
        let mark = *self.text.get(self.at).ok_or(END)?;
        self.at += 1;
        Ok(match mark {
            b'"' | b'\\' | b'/' => mark.into(),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let unit = self
                    .unit(self.at)
                    .ok_or("invalid character in \\u hexadecimal character escape")?;
                self.at += 4;
                self.surrogates(unit)
            }
            _ => return Err("invalid character in string escape code".into()),
        })
    }

    /// The character of a code unit, together with the next one if they are a pair.
    fn surrogates(&mut self, unit: u32) -> char {
        let next = match self.text.get(self.at..self.at + 2) {
            Some(b"\\u") => self.unit(self.at + 2),
            _ => None,
        };
        match (unit, next) {
            (0xd800..=0xdbff, Some(low @ 0xdc00..=0xdfff)) => {
                self.at += 6;
                char::from_u32(0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00))
            }
            _ => char::from_u32(unit),
        }
        .unwrap_or(char::REPLACEMENT_CHARACTER)
    }

    fn unit(&self, at: usize) -> Option<u32> {
        let digits = self.text.get(at..at + 4)?;
        digits
            .iter()
            .try_fold(0, |unit, digit| Some(unit << 4 | char::from(*digit).to_digit(16)?))
    }
}

const END: &str = "unexpected end of JSON input";
