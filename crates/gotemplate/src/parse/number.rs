//! Constants.

use crate::strconv::{self, parse_float, parse_int, parse_uint};

use super::{token::Kind, tree::Number};

impl Number {
    /// Reads a literal.
    ///
    /// # Errors
    /// Go's text.
    pub(super) fn read(literal: &str, kind: Kind) -> Result<Self, String> {
        let mut number = Self {
            literal: literal.to_owned(),
            int: None,
            uint: None,
            float: None,
            complex: None,
        };
        match kind {
            Kind::CharConstant => number.read_char()?,
            Kind::Complex => {
                let (real, imaginary) = read_complex(literal).ok_or("syntax error scanning complex number")?;
                number.set_complex(real, imaginary);
            }
            _ => match literal.strip_suffix('i').map(parse_float) {
                Some(Ok(imaginary)) => number.set_complex(0.0, imaginary),
                _ => number.read_real()?,
            },
        }
        Ok(number)
    }

    fn read_char(&mut self) -> Result<(), String> {
        let inside = self.literal.strip_prefix('\'').unwrap_or_default();
        let (unit, tail) = strconv::unquote_char(inside, '\'').ok_or("invalid syntax")?;
        if tail != "'" {
            return Err(format!("malformed character constant: {}", self.literal));
        }
        let code = unit.code();
        self.int = Some(code.into());
        self.uint = Some(code.into());
        self.float = Some(code.into());
        Ok(())
    }

    fn read_real(&mut self) -> Result<(), String> {
        self.uint = parse_uint(&self.literal, 0).ok();
        self.int = parse_int(&self.literal, 0).ok();
        if self.int == Some(0) {
            self.uint = Some(0);
        }
        self.float = self.int.map(|int| int as f64).or(self.uint.map(|uint| uint as f64));
        if self.float.is_some() {
            return Ok(());
        }
        let quoted = || String::from_utf8_lossy(&strconv::quote(self.literal.as_bytes())).into_owned();
        let Ok(float) = parse_float(&self.literal) else {
            return Err(format!("illegal number syntax: {}", quoted()));
        };
        if !self.literal.contains(['.', 'e', 'E', 'p', 'P']) {
            return Err(format!("integer overflow: {}", quoted()));
        }
        self.set_float(float);
        Ok(())
    }

    fn set_complex(&mut self, real: f64, imaginary: f64) {
        self.complex = Some((real, imaginary));
        if imaginary == 0.0 {
            self.set_float(real);
        }
    }

    /// A float, and the integers that it is equal to.
    fn set_float(&mut self, float: f64) {
        self.float = Some(float);
        let whole = float.trunc() == float;
        self.int = (whole && (-TWO_63..TWO_63).contains(&float)).then_some(float as i64);
        self.uint = (whole && (0.0..2.0 * TWO_63).contains(&float)).then_some(float as u64);
    }

    /// Whether it is of a floating-point type where no type is asked for.
    pub(crate) fn is_float_by_itself(&self) -> bool {
        let literal = &self.literal;
        let hexadecimal = literal.len() > 2 && (literal.starts_with("0x") || literal.starts_with("0X"));
        let is_integer = hexadecimal && !literal.contains(['p', 'P']) || literal.starts_with('\'');
        self.float.is_some() && !is_integer && literal.contains(['.', 'e', 'E', 'p', 'P'])
    }
}

/// `1+2i`.
fn read_complex(literal: &str) -> Option<(f64, f64)> {
    let inside = literal.strip_suffix('i')?;
    let begins_imaginary = |at: usize| at > 0 && !inside[..at].ends_with(['e', 'E', 'p', 'P']);
    let at = inside
        .rmatch_indices(['+', '-'])
        .map(|(at, _)| at)
        .find(|&at| begins_imaginary(at))?;
    Some((parse_float(&inside[..at]).ok()?, parse_float(&inside[at..]).ok()?))
}

const TWO_63: f64 = 9_223_372_036_854_775_808.0;
