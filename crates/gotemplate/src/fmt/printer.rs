//! One value after another.

use crate::{
    Kind, Type, Value,
    budget::{Budget, Limit, VALUE_DEPTH},
    buffer::Buffer,
    function::Failure,
};

use super::flags::Flags;

/// Prints values into a buffer, within the budget.
pub(crate) struct Printer<'p, 'e> {
    budget: &'p mut Budget<'e>,
    buffer: Buffer,
    pub(super) flags: Flags,
    /// Inside the text for a wrong verb, where no method is called.
    pub(super) erring: bool,
    /// An address was printed, which is another each time.
    pub(super) addressed: bool,
}

impl<'p, 'e> Printer<'p, 'e> {
    pub(crate) fn new(budget: &'p mut Budget<'e>) -> Self {
        Self {
            budget,
            buffer: Buffer::default(),
            flags: Flags::default(),
            erring: false,
            addressed: false,
        }
    }

    pub(crate) fn into_buffer(self) -> Buffer {
        self.buffer
    }

    /// `fmt.Fprint`.
    pub(crate) fn print(&mut self, values: &[Value]) -> Result<(), Failure> {
        let mut after_string = true;
        for (index, value) in values.iter().enumerate() {
            let is_string = matches!(value, Value::String(_));
            if index > 0 && !is_string && !after_string {
                self.write(b" ")?;
            }
            self.argument(value, 'v')?;
            after_string = is_string;
        }
        Ok(())
    }

    /// `fmt.Fprintln`.
    pub(crate) fn println(&mut self, values: &[Value]) -> Result<(), Failure> {
        for (index, value) in values.iter().enumerate() {
            if index > 0 {
                self.write(b" ")?;
            }
            self.argument(value, 'v')?;
        }
        Ok(self.write(b"\n")?)
    }

    /// An operand.
    pub(super) fn argument(&mut self, value: &Value, verb: char) -> Result<(), Failure> {
        match (value, verb) {
            (Value::Nil | Value::Missing, 'T' | 'v') => Ok(self.pad(b"<nil>")?),
            (Value::Nil | Value::Missing, _) => self.bad_verb(value, verb),
            (_, 'T') => self.string(type_name(value).as_bytes(), 's'),
            (_, 'p') => self.pointer(value, verb),
            (Value::List(list), _) if list.element() == Type::BYTE => self.byte_list(list, verb),
            _ => self.value(value, verb, 0),
        }
    }

    /// A value that stands at such a depth within an operand.
    pub(super) fn value(&mut self, value: &Value, verb: char, depth: usize) -> Result<(), Failure> {
        if depth > VALUE_DEPTH {
            return Err(Limit::Depth.into());
        }
        self.budget.step(1)?;
        if self.method(value, verb)? {
            return Ok(());
        }
        match value {
            Value::Nil | Value::Missing => self.nil(value, verb),
            Value::Bool(value) => self.bool(*value, verb),
            Value::Integer(integer) => self.integer(*integer, verb),
            Value::Float(value) => self.float(*value, verb),
            Value::Complex(real, imaginary) => self.complex(*real, *imaginary, verb),
            Value::String(text) => self.string(text.as_bytes(), verb),
            Value::List(list) => self.list(list, verb, depth),
            Value::Map(map) => self.map(map, verb, depth),
            Value::Certificate(certificate) => self.certificate(certificate, verb, depth),
            Value::Time(time) => self.time_fields(time, verb, depth),
            Value::Version { version, pointer } => self.version_fields(version, *pointer, verb, depth),
            Value::Location(_) => self.pointer(value, verb),
        }
    }

    /// The text for a verb that the value has none for.
    pub(super) fn bad_verb(&mut self, value: &Value, verb: char) -> Result<(), Failure> {
        self.erring = true;
        self.write_str(&format!("%!{verb}("))?;
        match value {
            Value::Nil | Value::Missing => self.write(b"<nil>")?,
            _ => {
                self.write_str(&type_name(value))?;
                self.write(b"=")?;
                self.argument(value, 'v')?;
            }
        }
        self.erring = false;
        Ok(self.write(b")")?)
    }

    /// `Error`, `String` and `GoString` of the types that have them.
    fn method(&mut self, value: &Value, verb: char) -> Result<bool, Failure> {
        if self.erring {
            return Ok(false);
        }
        if verb == 'w' {
            self.bad_verb(value, verb)?;
            return Ok(true);
        }
        if self.flags.sharp_v {
            let Value::Time(time) = value else { return Ok(false) };
            self.formatted(time.go_string().as_bytes())?;
            return Ok(true);
        }
        if !matches!(verb, 'v' | 's' | 'x' | 'X' | 'q') {
            return Ok(false);
        }
        let Some(text) = stringer(value) else { return Ok(false) };
        self.string(text.as_bytes(), verb)?;
        Ok(true)
    }

    fn nil(&mut self, value: &Value, verb: char) -> Result<(), Failure> {
        match verb {
            'v' if self.flags.sharp_v => Ok(self.write(b"interface {}(nil)")?),
            // An interface that holds nothing prints so under any verb.
            _ if matches!(value, Value::Nil) => Ok(self.write(b"<nil>")?),
            'v' => Ok(self.write(b"<nil>")?),
            _ => self.bad_verb(value, verb),
        }
    }

    fn bool(&mut self, value: bool, verb: char) -> Result<(), Failure> {
        match verb {
            't' | 'v' => Ok(self.pad(if value { b"true" } else { b"false" })?),
            _ => self.bad_verb(&Value::Bool(value), verb),
        }
    }

    /// Bytes as they are.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), Limit> {
        self.budget.charge(bytes.len())?;
        self.buffer.push(bytes);
        Ok(())
    }

    /// Text as it is.
    pub(super) fn write_str(&mut self, text: &str) -> Result<(), Limit> {
        self.write(text.as_bytes())
    }
}

/// What `String()` gives, for the types that have it.
pub(crate) fn stringer(value: &Value) -> Option<String> {
    match value {
        Value::Integer(integer) => match integer.kind() {
            Kind::Duration => Some(crate::clock::duration(integer.signed())),
            Kind::Month => Some(crate::clock::month(integer.signed())),
            Kind::Weekday => Some(crate::clock::weekday(integer.signed())),
            _ => None,
        },
        Value::Time(time) => Some(time.to_string()),
        Value::Location(zone) => Some(zone.name().to_owned()),
        Value::Version { version, .. } => Some(version.to_string()),
        _ => None,
    }
}

/// Go's name of the dynamic type.
fn type_name(value: &Value) -> String {
    value
        .type_of()
        .map_or_else(|| "<nil>".to_owned(), |kind| kind.to_string())
}

/// An address. Where Go's values lie is nobody's business; it is never nil.
pub(super) const ADDRESS: u64 = 0xc0_0001_4000;
