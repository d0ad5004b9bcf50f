use zeroize::Zeroizing;

use crate::{Document, Format, Key, Limits, Node, Position, ReadError, Value, hint, schema::kubernetes};

/// Reads JSON values that stand one after the other.
pub(crate) struct Reader<'a> {
    text: &'a str,
    /// Bytes of `text` that have been read.
    offset: usize,
    /// The latest place that was asked for, and its offset: counting goes on from there, so that each character is counted once.
    mark: (usize, Position),
    limits: Limits,
    nodes: usize,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(text: &'a str, limits: Limits) -> Self {
        Self {
            text,
            offset: 0,
            mark: (0, Position::default()),
            limits,
            nodes: 0,
        }
    }

    /// The next document, or `None` at the end of the text.
    pub(crate) fn next_document(&mut self) -> Option<Result<Document, ReadError>> {
        self.skip_blanks();
        if self.rest().is_empty() {
            return None;
        }
        self.nodes = 0;
        let start = self.position();
        Some(self.node(0).map(|root| Document {
            root,
            format: Format::Json,
            start,
        }))
    }

    /// The text of a string that the text starts with.
    pub(crate) fn only_string(&mut self) -> Option<String> {
        self.string().ok().map(|text| text.to_string())
    }

    /// What has not been read.
    pub(crate) fn rest(&self) -> &'a str {
        self.text.get(self.offset..).unwrap_or_default()
    }

    /// The place of what has not been read.
    pub(crate) fn position(&mut self) -> Position {
        let (offset, position) = self.mark;
        let position = position.after(self.text.get(offset..self.offset).unwrap_or_default());
        self.mark = (self.offset, position);
        position
    }

    fn node(&mut self, depth: usize) -> Result<Node, ReadError> {
        let position = self.position();
        self.nodes += 1;
        if self.nodes > self.limits.nodes {
            return Err(ReadError::TooManyNodes {
                position,
                limit: self.limits.nodes,
            });
        }
        let value = match self.peek() {
            Some(b'{' | b'[') if depth == self.limits.depth => {
                return Err(ReadError::TooDeep {
                    position,
                    limit: self.limits.depth,
                });
            }
            Some(b'{') => self.mapping(depth)?,
            Some(b'[') => self.sequence(depth)?,
            Some(b'"') => Value::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            _ => self.word()?,
        };
        Ok(Node { value, position })
    }

    fn mapping(&mut self, depth: usize) -> Result<Value, ReadError> {
        let mut entries = Vec::new();
        self.items('}', |reader| {
            let position = reader.position();
            if reader.peek() != Some(b'"') {
                return Err(reader.wrong("expected a key in double quotes"));
            }
            let name = reader.string()?.to_string();
            reader.skip_blanks();
            if !reader.take(b':') {
                return Err(reader.wrong("expected ':' behind the key"));
            }
            reader.skip_blanks();
            entries.push((
                Key {
                    name,
                    position,
                    converted: false,
                },
                reader.node(depth + 1)?,
            ));
            Ok(())
        })?;
        Ok(Value::Mapping(entries.into_iter().collect()))
    }

    fn sequence(&mut self, depth: usize) -> Result<Value, ReadError> {
        let mut items = Vec::new();
        self.items(']', |reader| {
            items.push(reader.node(depth + 1)?);
            Ok(())
        })?;
        Ok(Value::Sequence(items))
    }

    /// Reads items separated by commas, from the opening bracket to the closing one.
    fn items(
        &mut self,
        close: char,
        mut item: impl FnMut(&mut Self) -> Result<(), ReadError>,
    ) -> Result<(), ReadError> {
        self.offset += 1;
        self.skip_blanks();
        if self.take(close as u8) {
            return Ok(());
        }
        loop {
            item(self)?;
            self.skip_blanks();
            if self.take(close as u8) {
                return Ok(());
            }
            if !self.take(b',') {
                return Err(self.wrong(if close == '}' {
                    "expected ',' or '}'"
                } else {
                    "expected ',' or ']'"
                }));
            }
            self.skip_blanks();
        }
    }

    fn string(&mut self) -> Result<Zeroizing<String>, ReadError> {
        let start = self.offset + 1;
        let length = self.string_length(start)?;
        let raw = self.text.get(start..start + length).unwrap_or_default();
        // No escape is shorter than what it stands for, so the text never grows and leaves no copy.
        let mut text = Zeroizing::new(String::with_capacity(length));
        let mut rest = raw;
        while let Some(at) = rest.find('\\') {
            text.push_str(rest.get(..at).unwrap_or_default());
            self.offset = start + (raw.len() - rest.len()) + at;
            let (character, taken) = escape(rest.get(at + 1..).unwrap_or_default())
                .ok_or_else(|| self.wrong("an unknown escape in a string"))?;
            text.push(character);
            rest = rest.get(at + 1 + taken..).unwrap_or_default();
        }
        text.push_str(rest);
        self.offset = start + length + 1;
        Ok(text)
    }

    /// Bytes between the quotes of the string that starts behind the quote before `start`.
    fn string_length(&mut self, start: usize) -> Result<usize, ReadError> {
        let bytes = self.text.as_bytes();
        let mut end = start;
        loop {
            match bytes.get(end) {
                Some(b'"') => return Ok(end - start),
                Some(b'\\') => end += 2,
                Some(0..=0x1f) => {
                    self.offset = end;
                    return Err(self.wrong("a control character in a string"));
                }
                Some(_) => end += 1,
                None => {
                    self.offset = bytes.len();
                    return Err(self.wrong(END));
                }
            }
        }
    }

    fn number(&mut self) -> Result<Value, ReadError> {
        let length = self
            .rest()
            .bytes()
            .take_while(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'))
            .count();
        let text = self.rest().get(..length).unwrap_or_default();
        if !is_number(text) {
            return Err(self.wrong("a malformed number"));
        }
        self.offset += length;
        Ok(kubernetes::resolve(text).unwrap_or_else(|| Value::String(Zeroizing::new(text.to_owned()))))
    }

    fn word(&mut self) -> Result<Value, ReadError> {
        let length = self.rest().bytes().take_while(u8::is_ascii_alphanumeric).count();
        let value = match self.rest().get(..length) {
            Some("null") => Value::Null,
            Some("true") => Value::Bool(true),
            Some("false") => Value::Bool(false),
            _ => return Err(self.wrong("expected a value")),
        };
        self.offset += length;
        Ok(value)
    }

    fn wrong(&mut self, reason: &'static str) -> ReadError {
        let reason = if self.rest().is_empty() { END } else { reason };
        let position = self.position();
        ReadError::Syntax {
            position,
            reason,
            hint: hint::about(self.text, position),
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.offset).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.offset += usize::from(found);
        found
    }

    fn skip_blanks(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.offset += 1;
        }
    }
}

/// The character of an escape and the number of bytes behind its backslash. Half a surrogate pair is no character.
fn escape(text: &str) -> Option<(char, usize)> {
    Some(match text.as_bytes().first()? {
        byte @ (b'"' | b'\\' | b'/') => (char::from(*byte), 1),
        b'b' => ('\u{8}', 1),
        b'f' => ('\u{c}', 1),
        b'n' => ('\n', 1),
        b'r' => ('\r', 1),
        b't' => ('\t', 1),
        b'u' => unicode(text)?,
        _ => return None,
    })
}

fn unicode(text: &str) -> Option<(char, usize)> {
    let unit = |at: usize| {
        let digits = text.get(at..at + 4)?;
        digits
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit())
            .then(|| u32::from_str_radix(digits, 16).ok())?
    };
    let first = unit(1)?;
    if let Some(character) = char::from_u32(first) {
        return Some((character, 5));
    }
    let second = if text.get(5..7) == Some("\\u") {
        unit(7)?
    } else {
        return None;
    };
    let pair = (0xd800..0xdc00).contains(&first) && (0xdc00..0xe000).contains(&second);
    pair.then(|| char::from_u32(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00)))?
        .map(|character| (character, 11))
}

/// `number` of RFC 8259, section 6.
fn is_number(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    digits(whole) && digits(fraction) && digits(exponent) && (whole == "0" || !whole.starts_with('0'))
}

const END: &str = "the text ends in the middle of a value";
