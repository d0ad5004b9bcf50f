//! Formats: what `printf` reads.

use crate::{Value, function::Failure};

use super::{Printer, flags::Flags};

impl Printer<'_, '_> {
    /// `fmt.Fprintf`.
    pub(crate) fn printf(&mut self, format: &[u8], arguments: &[Value]) -> Result<(), Failure> {
        let mut reader = Reader {
            format,
            position: 0,
            arguments,
            argument: 0,
            reordered: false,
            good_index: true,
        };
        while reader.position < format.len() {
            let text = &format[reader.position..];
            let length = text.iter().position(|&byte| byte == b'%').unwrap_or(text.len());
            self.write(&text[..length])?;
            reader.position += length + 1;
            if length < text.len() {
                self.directive(&mut reader)?;
            }
        }
        self.extra(&reader)
    }

    fn directive(&mut self, reader: &mut Reader<'_>) -> Result<(), Failure> {
        self.flags = Flags::default();
        reader.good_index = true;
        reader.flags(&mut self.flags);
        // A verb right after the flags is read without looking for an index.
        let mut after_index = reader.index();
        if reader.accept(b'*') {
            self.star_width(reader)?;
            after_index = false;
        } else {
            self.flags.width = reader.number();
            if after_index && self.flags.width.is_some() {
                reader.good_index = false;
            }
        }
        if reader.peek() == Some(b'.') && reader.position + 1 < reader.format.len() {
            reader.position += 1;
            if after_index {
                reader.good_index = false;
            }
            after_index = reader.index();
            if reader.accept(b'*') {
                self.star_precision(reader)?;
                after_index = false;
            } else {
                self.flags.precision = Some(reader.number().unwrap_or(0));
            }
        }
        if !after_index {
            reader.index();
        }
        self.verb(reader)
    }

    fn verb(&mut self, reader: &mut Reader<'_>) -> Result<(), Failure> {
        let Some(verb) = reader.verb() else {
            return Ok(self.write(b"%!(NOVERB)")?);
        };
        if verb == '%' {
            return Ok(self.write(b"%")?);
        }
        if !reader.good_index {
            return Ok(self.write_str(&format!("%!{verb}(BADINDEX)"))?);
        }
        let Some(argument) = reader.arguments.get(reader.argument) else {
            return Ok(self.write_str(&format!("%!{verb}(MISSING)"))?);
        };
        if matches!(verb, 'v' | 'w') {
            self.flags.take_verb_v();
        }
        self.argument(argument, verb)?;
        reader.argument += 1;
        Ok(())
    }

    fn star_width(&mut self, reader: &mut Reader<'_>) -> Result<(), Failure> {
        let Some(width) = reader.star() else {
            return Ok(self.write(b"%!(BADWIDTH)")?);
        };
        if width < 0 {
            self.flags.minus = true;
            self.flags.zero = false;
        }
        self.flags.width = usize::try_from(width.unsigned_abs()).ok();
        Ok(())
    }

    fn star_precision(&mut self, reader: &mut Reader<'_>) -> Result<(), Failure> {
        match reader.star().map(usize::try_from) {
            Some(Ok(precision)) => self.flags.precision = Some(precision),
            _ => {
                self.flags.precision = None;
                self.write(b"%!(BADPREC)")?;
            }
        }
        Ok(())
    }

    /// Operands that no verb took.
    fn extra(&mut self, reader: &Reader<'_>) -> Result<(), Failure> {
        let rest = reader.arguments.get(reader.argument..).unwrap_or_default();
        if reader.reordered || rest.is_empty() {
            return Ok(());
        }
        self.flags = Flags::default();
        self.write(b"%!(EXTRA ")?;
        for (index, argument) in rest.iter().enumerate() {
            if index > 0 {
                self.write(b", ")?;
            }
            match argument.type_of() {
                None => self.write(b"<nil>")?,
                Some(kind) => {
                    self.write_str(&format!("{kind}="))?;
                    self.argument(argument, 'v')?;
                }
            }
        }
        Ok(self.write(b")")?)
    }
}

/// Where in the format we are, and at which operand.
struct Reader<'a> {
    format: &'a [u8],
    position: usize,
    arguments: &'a [Value],
    argument: usize,
    reordered: bool,
    good_index: bool,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.format.get(self.position).copied()
    }

    fn accept(&mut self, byte: u8) -> bool {
        let accepted = self.peek() == Some(byte);
        self.position += usize::from(accepted);
        accepted
    }

    fn flags(&mut self, flags: &mut Flags) {
        while let Some(byte) = self.peek() {
            match byte {
                b'#' => flags.sharp = true,
                b'0' => flags.zero = true,
                b'+' => flags.plus = true,
                b'-' => flags.minus = true,
                b' ' => flags.space = true,
                _ => return,
            }
            self.position += 1;
        }
    }

    /// Digits; none, or a number beyond a million, is nothing (and then the rest of the format goes with it).
    fn number(&mut self) -> Option<usize> {
        let mut number: Option<usize> = None;
        while let Some(digit) = self.peek().filter(u8::is_ascii_digit) {
            if number.is_some_and(|number| number > LARGEST) {
                self.position = self.format.len();
                return None;
            }
            number = Some(number.unwrap_or(0) * 10 + usize::from(digit - b'0'));
            self.position += 1;
        }
        number
    }

    /// `[3]`: the operand to take next. Whether there was an index.
    fn index(&mut self) -> bool {
        if self.peek() != Some(b'[') {
            return false;
        }
        self.reordered = true;
        let rest = &self.format[self.position..];
        let close = rest.iter().position(|&byte| byte == b']');
        let Some(close) = close.filter(|_| rest.len() >= 3) else {
            self.good_index = false;
            self.position += 1;
            return false;
        };
        let digits = &rest[1..close];
        self.position += close + 1;
        let number = bounded(digits);
        match number.and_then(|number| number.checked_sub(1)) {
            Some(index) if index < self.arguments.len() => {
                self.argument = index;
                true
            }
            _ => {
                self.good_index = false;
                number.is_some()
            }
        }
    }

    /// The operand for a `*`, if it is an integer within a million.
    fn star(&mut self) -> Option<i64> {
        let argument = self.arguments.get(self.argument)?;
        self.argument += 1;
        let Value::Integer(integer) = argument else { return None };
        let limit = i64::try_from(LARGEST).unwrap_or(0);
        let number = integer.signed();
        let fits = integer.kind().is_signed() || number >= 0;
        (fits && (-limit..=limit).contains(&number)).then_some(number)
    }

    fn verb(&mut self) -> Option<char> {
        let rest = self.format.get(self.position..)?;
        let chunk = rest.utf8_chunks().next()?;
        let rune = chunk.valid().chars().next();
        self.position += rune.map_or(1, char::len_utf8);
        Some(rune.unwrap_or(char::REPLACEMENT_CHARACTER))
    }
}

/// The number that all of the digits make.
fn bounded(digits: &[u8]) -> Option<usize> {
    let text = std::str::from_utf8(digits).ok()?;
    let all_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    all_digits.then_some(())?;
    // Go gives up at the digit after a million, whatever it is.
    let beyond = text.len() > 1
        && text[..text.len() - 1]
            .parse::<usize>()
            .map_or(true, |number| number > LARGEST);
    (!beyond).then(|| text.parse().ok()).flatten()
}

/// Go takes no width, precision or index beyond it.
const LARGEST: usize = 1_000_000;
