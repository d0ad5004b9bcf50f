//! Numbers.

use crate::{Integer, Kind, Value, budget::Limit, function::Failure, strconv};

use super::Printer;

impl Printer<'_, '_> {
    /// An integer of any type.
    pub(super) fn integer(&mut self, integer: Integer, verb: char) -> Result<(), Failure> {
        let signed = integer.kind().is_signed();
        let bits = integer.bits();
        match verb {
            'v' if self.flags.sharp_v && !signed => self.hexadecimal(bits, true)?,
            'v' | 'd' => self.digits(bits, 10, signed, verb)?,
            'b' => self.digits(bits, 2, signed, verb)?,
            'o' | 'O' => self.digits(bits, 8, signed, verb)?,
            'x' | 'X' => self.digits(bits, 16, signed, verb)?,
            'c' => {
                let rune = character(bits);
                self.pad(rune.encode_utf8(&mut [0; 4]).as_bytes())?;
            }
            'q' => {
                let quoted = strconv::quote_rune(i64::from(u32::from(character(bits))), self.flags.plus);
                self.pad(&quoted)?;
            }
            'U' => self.code_point(bits)?,
            _ => return self.bad_verb(&Value::Integer(integer), verb),
        }
        Ok(())
    }

    /// A number in hexadecimal, with or without `0x`.
    pub(super) fn hexadecimal(&mut self, bits: u64, prefix: bool) -> Result<(), Limit> {
        let sharp = std::mem::replace(&mut self.flags.sharp, prefix);
        let written = self.digits(bits, 16, false, 'v');
        self.flags.sharp = sharp;
        written
    }

    /// `U+0041`, and the character with `#`.
    fn code_point(&mut self, bits: u64) -> Result<(), Limit> {
        let precision = self.flags.precision.unwrap_or(4).max(4);
        let mut text = format!("U+{}", filled(format!("{bits:X}"), precision));
        if self.flags.sharp
            && let Some(rune) = u32::try_from(bits).ok().and_then(char::from_u32)
            && strconv::is_print(rune)
        {
            text.push_str(&format!(" '{rune}'"));
        }
        let zero = std::mem::take(&mut self.flags.zero);
        let written = self.pad(text.as_bytes());
        self.flags.zero = zero;
        written
    }

    /// Digits with sign, prefix, precision and width.
    fn digits(&mut self, bits: u64, base: u32, signed: bool, verb: char) -> Result<(), Limit> {
        let negative = signed && bits.cast_signed() < 0;
        let magnitude = if negative { bits.wrapping_neg() } else { bits };
        let flags = self.flags;
        let mut precision = 0;
        if let Some(wanted) = flags.precision {
            precision = wanted;
            if wanted == 0 && magnitude == 0 {
                return self.spaces(flags.width.unwrap_or(0));
            }
        } else if let Some(width) = flags.width.filter(|_| flags.zero && !flags.minus) {
            precision = width.saturating_sub(usize::from(negative || flags.plus || flags.space));
        }
        let digits = match (base, verb) {
            (2, _) => format!("{magnitude:b}"),
            (8, _) => format!("{magnitude:o}"),
            (16, 'X') => format!("{magnitude:X}"),
            (16, _) => format!("{magnitude:x}"),
            _ => magnitude.to_string(),
        };
        let digits = filled(digits, precision);
        let sign = match (negative, flags.plus, flags.space) {
            (true, _, _) => "-",
            (_, true, _) => "+",
            (_, _, true) => " ",
            _ => "",
        };
        let octal = if verb == 'O' { "0o" } else { "" };
        let prefix = match base {
            _ if !flags.sharp => "",
            2 => "0b",
            8 if !digits.starts_with('0') => "0",
            16 if verb == 'X' => "0X",
            16 => "0x",
            _ => "",
        };
        let text = format!("{sign}{octal}{prefix}{digits}");
        self.flags.zero = false;
        let written = self.pad(text.as_bytes());
        self.flags.zero = flags.zero;
        written
    }

    fn spaces(&mut self, count: usize) -> Result<(), Limit> {
        let zero = std::mem::take(&mut self.flags.zero);
        let written = self.padding(count);
        self.flags.zero = zero;
        written
    }

    /// A `float64`.
    pub(super) fn float(&mut self, value: f64, verb: char) -> Result<(), Failure> {
        let (format, default) = match verb {
            'v' => (b'g', None),
            'b' => (b'b', None),
            'g' => (b'g', None),
            'G' => (b'G', None),
            'x' => (b'x', None),
            'X' => (b'X', None),
            'f' | 'F' => (b'f', Some(6)),
            'e' => (b'e', Some(6)),
            'E' => (b'E', Some(6)),
            _ => return self.bad_verb(&Value::Float(value), verb),
        };
        Ok(self.float_text(value, format, self.flags.precision.or(default))?)
    }

    /// A `complex128`.
    pub(super) fn complex(&mut self, real: f64, imaginary: f64, verb: char) -> Result<(), Failure> {
        if !matches!(verb, 'v' | 'b' | 'g' | 'G' | 'x' | 'X' | 'f' | 'F' | 'e' | 'E') {
            return self.bad_verb(&Value::Complex(real, imaginary), verb);
        }
        let plus = self.flags.plus;
        self.write(b"(")?;
        self.float(real, verb)?;
        self.flags.plus = true;
        self.float(imaginary, verb)?;
        self.write(b"i)")?;
        self.flags.plus = plus;
        Ok(())
    }

    fn float_text(&mut self, value: f64, format: u8, precision: Option<usize>) -> Result<(), Limit> {
        let text = strconv::format_float(value, format, precision);
        let (mut sign, mut digits) = match text.as_bytes().first() {
            Some(b'-') => ('-', text[1..].to_owned()),
            Some(b'+') => ('+', text[1..].to_owned()),
            _ => ('+', text),
        };
        let flags = self.flags;
        if flags.space && sign == '+' && !flags.plus {
            sign = ' ';
        }
        if !value.is_finite() {
            let bare = value.is_nan() && !flags.space && !flags.plus;
            let text = if bare { digits } else { format!("{sign}{digits}") };
            self.flags.zero = false;
            let written = self.pad(text.as_bytes());
            self.flags.zero = flags.zero;
            return written;
        }
        if flags.sharp && format != b'b' {
            digits = keep_zeros(&digits, format, precision);
        }
        if !flags.plus && sign == '+' {
            return self.pad(digits.as_bytes());
        }
        let length = digits.len() + 1;
        match flags.width {
            Some(width) if flags.zero && !flags.minus && width > length => {
                self.write_str(sign.encode_utf8(&mut [0; 4]))?;
                self.padding(width - length)?;
                self.write_str(&digits)
            }
            _ => self.pad(format!("{sign}{digits}").as_bytes()),
        }
    }
}

/// `#`: always a point, and the zeros that `%g` would leave out.
fn keep_zeros(text: &str, format: u8, precision: Option<usize>) -> String {
    let hexadecimal = matches!(format, b'x' | b'X');
    let at = text.find(|char| matches!(char, 'p' | 'P') || !hexadecimal && matches!(char, 'e' | 'E'));
    let (number, tail) = text.split_at(at.unwrap_or(text.len()));
    let mut missing = match format {
        b'g' | b'G' | b'x' => precision.unwrap_or(6),
        _ => 0,
    };
    let significant = number
        .chars()
        .filter(|&char| char != '.')
        .skip_while(|&char| char == '0');
    missing = missing.saturating_sub(significant.count());
    let mut out = number.to_owned();
    if !number.contains('.') {
        if number == "0" {
            missing = missing.saturating_sub(1);
        }
        out.push('.');
    }
    out.extend(std::iter::repeat_n('0', missing));
    out + tail
}

/// Zeros in front, up to the length. Rust's own padding ends at 65,535.
fn filled(digits: String, length: usize) -> String {
    let missing = length.saturating_sub(digits.len());
    if missing == 0 {
        digits
    } else {
        "0".repeat(missing) + &digits
    }
}

/// A code as a character; what is none is U+FFFD.
fn character(bits: u64) -> char {
    let rune = u32::try_from(bits).ok().and_then(char::from_u32);
    rune.unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// A byte as Go's integer.
pub(super) fn byte(byte: u8) -> Integer {
    Integer::unsigned(Kind::Uint8, byte.into())
}
