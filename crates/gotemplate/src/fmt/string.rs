//! Strings and bytes.

use crate::{List, Value, budget::Limit, function::Failure, strconv};

use super::{Printer, number};

impl Printer<'_, '_> {
    /// A string.
    pub(super) fn string(&mut self, bytes: &[u8], verb: char) -> Result<(), Failure> {
        match verb {
            'v' if self.flags.sharp_v => self.quoted(bytes)?,
            'v' | 's' => self.formatted(bytes)?,
            'x' => self.hexadecimal_bytes(bytes, b"0123456789abcdefx")?,
            'X' => self.hexadecimal_bytes(bytes, b"0123456789ABCDEFX")?,
            'q' => self.quoted(bytes)?,
            _ => return self.bad_verb(&Value::text(bytes), verb),
        }
        Ok(())
    }

    /// A `[]byte` as an operand.
    pub(super) fn byte_list(&mut self, list: &List, verb: char) -> Result<(), Failure> {
        let bytes = bytes_of(list);
        match verb {
            'v' | 'd' if self.flags.sharp_v => {
                if list.is_nil() {
                    return Ok(self.write(b"[]byte(nil)")?);
                }
                self.write(b"[]byte{")?;
                for (index, &byte) in bytes.iter().enumerate() {
                    self.write(if index > 0 { b", " } else { b"" })?;
                    self.hexadecimal(byte.into(), true)?;
                }
                Ok(self.write(b"}")?)
            }
            'v' | 'd' => {
                self.write(b"[")?;
                for (index, &byte) in bytes.iter().enumerate() {
                    self.write(if index > 0 { b" " } else { b"" })?;
                    self.integer(number::byte(byte), 'd')?;
                }
                Ok(self.write(b"]")?)
            }
            's' | 'x' | 'X' | 'q' => self.string(&bytes, verb),
            _ => self.value(&Value::List(list.clone()), verb, 0),
        }
    }

    /// A text cut to the precision and padded to the width.
    pub(super) fn formatted(&mut self, bytes: &[u8]) -> Result<(), Limit> {
        let cut = self.cut(bytes);
        self.pad(&bytes[..cut])
    }

    /// Bytes padded to the width, which counts characters.
    pub(super) fn pad(&mut self, bytes: &[u8]) -> Result<(), Limit> {
        let width = self.flags.width.unwrap_or(0);
        if width == 0 {
            return self.write(bytes);
        }
        let missing = width.saturating_sub(characters(bytes));
        if !self.flags.minus {
            self.padding(missing)?;
        }
        self.write(bytes)?;
        if self.flags.minus {
            self.padding(missing)?;
        }
        Ok(())
    }

    /// So many spaces, or zeros.
    pub(super) fn padding(&mut self, count: usize) -> Result<(), Limit> {
        let byte = if self.flags.zero && !self.flags.minus {
            b'0'
        } else {
            b' '
        };
        self.write(&vec![byte; count])
    }

    fn quoted(&mut self, bytes: &[u8]) -> Result<(), Limit> {
        let bytes = &bytes[..self.cut(bytes)];
        if self.flags.sharp && strconv::can_backquote(bytes) {
            return self.pad(&[b"`", bytes, b"`"].concat());
        }
        let quoted = if self.flags.plus {
            strconv::quote_ascii(bytes)
        } else {
            strconv::quote(bytes)
        };
        self.pad(&quoted)
    }

    fn hexadecimal_bytes(&mut self, bytes: &[u8], digits: &[u8; 17]) -> Result<(), Limit> {
        let flags = self.flags;
        let length = flags
            .precision
            .map_or(bytes.len(), |precision| precision.min(bytes.len()));
        if length == 0 {
            return self.padding(flags.width.unwrap_or(0));
        }
        let prefix: &[u8] = if flags.sharp { &[b'0', digits[16]] } else { b"" };
        let mut out = zeroize::Zeroizing::new(Vec::with_capacity(length * (3 + prefix.len()) + 2));
        for (index, byte) in bytes[..length].iter().enumerate() {
            if flags.space && index > 0 {
                out.push(b' ');
            }
            if index == 0 || flags.space {
                out.extend_from_slice(prefix);
            }
            out.push(digits[usize::from(byte >> 4)]);
            out.push(digits[usize::from(byte & 0xF)]);
        }
        self.pad(&out)
    }

    /// Where the precision cuts: so many characters from the start.
    fn cut(&self, bytes: &[u8]) -> usize {
        let Some(precision) = self.flags.precision else {
            return bytes.len();
        };
        let mut position = 0;
        for chunk in bytes.utf8_chunks().flat_map(lengths).take(precision) {
            position += chunk;
        }
        position
    }
}

/// Number of characters, each byte that is not UTF-8 being one.
fn characters(bytes: &[u8]) -> usize {
    bytes.utf8_chunks().flat_map(lengths).count()
}

fn lengths(chunk: std::str::Utf8Chunk<'_>) -> impl Iterator<Item = usize> {
    let broken = chunk.invalid().len();
    chunk
        .valid()
        .chars()
        .map(char::len_utf8)
        .chain(std::iter::repeat_n(1, broken))
}

fn bytes_of(list: &List) -> zeroize::Zeroizing<Vec<u8>> {
    let byte = |value: &Value| match value {
        Value::Integer(integer) => u8::try_from(integer.bits()).unwrap_or(0),
        _ => 0,
    };
    zeroize::Zeroizing::new(list.items().iter().map(byte).collect())
}
