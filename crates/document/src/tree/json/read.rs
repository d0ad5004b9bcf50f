use std::{mem, ops::Range, sync::Arc};

use zeroize::Zeroizing;

use super::{Part, string::unescape};
use crate::{
    Limits, Position, ReadError,
    tree::{
        Branch, Element, Entry, Item, Leaf, Pair, Place, Scalar, Tree,
        bytes::{Bytes, Whole},
    },
};

const END: &str = "the text ends in the middle of a value";

/// Reads one JSON value and the place of everything in it.
pub(super) struct Reader<'a> {
    whole: &'a Arc<Whole>,
    text: &'a [u8],
    /// Bytes that have been read.
    at: usize,
    limits: &'a Limits,
    parts: Vec<Part>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(whole: &'a Arc<Whole>, limits: &'a Limits) -> Self {
        Self {
            whole,
            text: whole.as_bytes(),
            at: 0,
            limits,
            parts: Vec::new(),
        }
    }

    /// The parts of the text, and its tree.
    pub(super) fn document(mut self) -> Result<(Vec<Part>, Tree), ReadError> {
        if u32::try_from(self.text.len()).is_err() {
            return Err(ReadError::TooLarge {
                position: Position::default(),
                limit: u32::MAX as usize,
            });
        }
        self.skip_blanks();
        let hint = "put it in an object: {\"data\": …}";
        if self.peek() != Some(b'{') {
            let hint = self.peek().map(|_| hint);
            return Err(self.wrong("a document must be an object", hint));
        }
        let (_, branch) = self.value(self.at, 0)?;
        self.skip_blanks();
        if self.peek().is_some() {
            return Err(self.wrong("text behind the object", Some("put one document in a file")));
        }
        match branch {
            Branch::Mapping(tree) => Ok((self.parts, tree)),
            _ => Err(self.wrong("a document must be an object", Some(hint))),
        }
    }

    /// The value whose key starts at `key`, or that starts there itself.
    fn value(&mut self, key: usize, depth: usize) -> Result<(Place, Branch), ReadError> {
        let place = self.reserve()?;
        let from = self.at;
        let mut branch = match self.peek() {
            Some(b'{' | b'[') if depth == self.limits.depth => {
                return Err(ReadError::TooDeep {
                    position: self.position(),
                    limit: self.limits.depth,
                });
            }
            Some(b'{') => self.mapping(depth)?,
            Some(b'[') => self.sequence(depth)?,
            _ => Branch::Leaf(Leaf::read(self.scalar()?, None)),
        };
        if let Branch::Leaf(leaf) = &mut branch {
            leaf.place = Some(place);
        }
        if let Some(part) = self.parts.get_mut(place.index()) {
            *part = Part {
                start: offset(key),
                value_start: offset(from),
                value_end: offset(self.at),
            };
        }
        Ok((place, branch))
    }

    /// The place of the next value.
    fn reserve(&mut self) -> Result<Place, ReadError> {
        let place = u32::try_from(self.parts.len()).ok();
        let Some(place) = place.filter(|_| self.parts.len() < self.limits.nodes) else {
            return Err(ReadError::TooManyNodes {
                position: self.position(),
                limit: self.limits.nodes,
            });
        };
        self.parts.push(Part {
            start: 0,
            value_start: 0,
            value_end: 0,
        });
        Ok(Place::new(place))
    }

    fn mapping(&mut self, depth: usize) -> Result<Branch, ReadError> {
        let mut tree = Tree::default();
        self.items(b'}', |reader| {
            let start = reader.at;
            if reader.peek() != Some(b'"') {
                return Err(reader.wrong("expected a key in double quotes", None));
            }
            let key = reader.string()?;
            reader.skip_blanks();
            if !reader.take(b':') {
                return Err(reader.wrong("expected ':' behind the key", None));
            }
            reader.skip_blanks();
            let (place, value) = reader.value(start, depth + 1)?;
            tree.entries.push(Entry::Pair(Pair {
                key: key.as_str().into(),
                value,
                place: Some(place),
            }));
            Ok(())
        })?;
        // A document may have very many of them.
        tree.entries.shrink_to_fit();
        Ok(Branch::Mapping(tree))
    }

    fn sequence(&mut self, depth: usize) -> Result<Branch, ReadError> {
        let mut elements = Vec::new();
        self.items(b']', |reader| {
            let (place, value) = reader.value(reader.at, depth + 1)?;
            let place = Some(place);
            elements.push(Element::Item(Item { value, place }));
            Ok(())
        })?;
        elements.shrink_to_fit();
        Ok(Branch::Sequence(elements))
    }

    /// Reads items separated by commas, from the opening bracket to the closing one.
    fn items(&mut self, close: u8, mut item: impl FnMut(&mut Self) -> Result<(), ReadError>) -> Result<(), ReadError> {
        self.at += 1;
        self.skip_blanks();
        if self.take(close) {
            return Ok(());
        }
        loop {
            item(self)?;
            self.skip_blanks();
            if self.take(close) {
                return Ok(());
            }
            if !self.take(b',') {
                return Err(self.wrong("expected ',' or a closing bracket", None));
            }
            self.skip_blanks();
        }
    }

    fn scalar(&mut self) -> Result<Scalar, ReadError> {
        match self.peek() {
            Some(b'"') => self.text(),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => self.word(),
        }
    }

    /// A text, as a part of the whole where it stands there as it is.
    fn text(&mut self) -> Result<Scalar, ReadError> {
        let raw = self.raw_string()?;
        let is_as_written = |bytes: &[u8]| !bytes.contains(&b'\\') && std::str::from_utf8(bytes).is_ok();
        if let Some(part) = Bytes::part(self.whole, raw.clone())
            && is_as_written(&part)
        {
            return Ok(Scalar::Text(part));
        }
        let text = mem::take(&mut *self.unescaped(raw)?);
        Ok(Scalar::text(text.into_bytes()))
    }

    fn string(&mut self) -> Result<Zeroizing<String>, ReadError> {
        let raw = self.raw_string()?;
        self.unescaped(raw)
    }

    /// Where a string is, without its quotes. It is behind it then.
    fn raw_string(&mut self) -> Result<Range<usize>, ReadError> {
        let start = self.at + 1;
        self.at = start;
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => self.at += 2,
                Some(0..=0x1f) => {
                    return Err(self.wrong("a control character in a string", Some("write it as an escape")));
                }
                Some(_) => self.at += 1,
                None => return Err(self.wrong(END, None)),
            }
        }
        let end = self.at;
        self.at += 1;
        Ok(start..end)
    }

    fn unescaped(&mut self, raw: Range<usize>) -> Result<Zeroizing<String>, ReadError> {
        let start = raw.start;
        unescape(self.text.get(raw).unwrap_or_default()).map_err(|offset| {
            self.at = start + offset;
            self.wrong("an unknown escape in a string", None)
        })
    }

    /// A whole number if it fits in 64 bits with a sign, as `-0` does.
    fn number(&mut self) -> Result<Scalar, ReadError> {
        let text = self.word_text(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'));
        if !is_number(text) {
            return Err(self.wrong("a malformed number", None));
        }
        let scalar = match (text.parse(), text.parse::<f64>()) {
            (Ok(number), _) => Scalar::Integer(number),
            (_, Ok(number)) if number.is_finite() => Scalar::Float(number),
            _ => return Err(self.wrong("a number beyond 64 bits", Some("put it in quotes"))),
        };
        self.at += text.len();
        Ok(scalar)
    }

    fn word(&mut self) -> Result<Scalar, ReadError> {
        let text = self.word_text(|byte| byte.is_ascii_alphanumeric());
        let scalar = match text {
            "null" => Scalar::Null,
            "true" => Scalar::Bool(true),
            "false" => Scalar::Bool(false),
            _ => return Err(self.wrong("expected a value", None)),
        };
        self.at += text.len();
        Ok(scalar)
    }

    fn word_text(&self, is_in: impl Fn(u8) -> bool) -> &'a str {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let length = rest.iter().take_while(|byte| is_in(**byte)).count();
        rest.get(..length)
            .and_then(|word| std::str::from_utf8(word).ok())
            .unwrap_or_default()
    }

    fn wrong(&self, reason: &'static str, hint: Option<&'static str>) -> ReadError {
        let is_end = self.at >= self.text.len();
        ReadError::Syntax {
            position: self.position(),
            reason: if is_end { END } else { reason },
            hint: if is_end { None } else { hint },
        }
    }

    fn position(&self) -> Position {
        Position::of(self.text, self.at)
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn skip_blanks(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }
}

/// In a text of this size, of which [`Reader::document`] makes sure.
fn offset(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
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
