//! Values written as JSON.

use crate::{
    Integer, Text, Time, Type, Value,
    budget::{Limit, VALUE_DEPTH},
    buffer::Buffer,
    clock::Civil,
    function::{Call, Failure},
    sprig::{
        date::{self, Clock},
        encode, runes, show,
    },
    strconv,
};

/// JSON with the keys in order; `html` escapes `<`, `>` and `&`, `pretty` indents by two blanks.
pub(super) fn write(call: &mut Call<'_>, value: &Value, html: bool, pretty: bool) -> Result<Text, Failure> {
    let mut writer = Writer {
        call,
        out: Buffer::default(),
        html,
        pretty,
        depth: 0,
    };
    writer.value(value)?;
    Ok(writer.out.into())
}

struct Writer<'c, 'r> {
    call: &'c mut Call<'r>,
    out: Buffer,
    html: bool,
    pretty: bool,
    depth: usize,
}

impl Writer<'_, '_> {
    fn value(&mut self, value: &Value) -> Result<(), Failure> {
        match value {
            Value::Missing | Value::Nil => self.push(b"null"),
            _ if value.is_nil() => self.push(b"null"),
            Value::Bool(value) => self.push(if *value { b"true" } else { b"false" }),
            Value::Integer(integer) => self.integer(*integer),
            Value::Float(value) => self.float(*value),
            Value::Complex(..) => Err("json: unsupported type: complex128".into()),
            Value::String(text) => self.string(text.as_bytes()),
            Value::List(list) if list.element() == Type::BYTE => {
                let bytes = show::text(self.call, value)?;
                self.string(encode::to_base64(bytes.as_bytes()).as_bytes())
            }
            Value::List(list) => {
                let items = list.items().iter().map(|item| (None, item.clone()));
                self.container(b"[", items, b"]")
            }
            Value::Map(map) => {
                let entries = map.entries().into_iter().map(|(key, value)| (Some(key), value));
                self.container(b"{", entries, b"}")
            }
            Value::Time(time) => self.time(time),
            // Go exports nothing of it.
            Value::Location(_) => self.push(b"{}"),
            Value::Version { version, .. } => self.string(version.to_string().as_bytes()),
            Value::Certificate(pair) => {
                let fields = [("Cert", &pair.certificate), ("Key", &pair.key)];
                let fields = fields.map(|(name, text)| (Some(Text::from(name)), Value::String(text.clone())));
                self.container(b"{", fields.into_iter(), b"}")
            }
        }
    }

    fn container(
        &mut self,
        open: &[u8],
        items: impl Iterator<Item = (Option<Text>, Value)>,
        close: &[u8],
    ) -> Result<(), Failure> {
        if self.depth == VALUE_DEPTH {
            return Err(Limit::Depth.into());
        }
        self.push(open)?;
        self.depth += 1;
        let mut empty = true;
        for (key, value) in items {
            if !std::mem::replace(&mut empty, false) {
                self.push(b",")?;
            }
            self.line_end()?;
            if let Some(key) = key {
                self.string(key.as_bytes())?;
                self.push(if self.pretty { b": " } else { b":" })?;
            }
            self.value(&value)?;
        }
        self.depth -= 1;
        if !empty {
            self.line_end()?;
        }
        self.push(close)
    }

    fn line_end(&mut self) -> Result<(), Failure> {
        if !self.pretty {
            return Ok(());
        }
        self.push(b"\n")?;
        (0..self.depth).try_for_each(|_| self.push(b"  "))
    }

    fn integer(&mut self, integer: Integer) -> Result<(), Failure> {
        let text = if integer.kind().is_signed() {
            integer.signed().to_string()
        } else {
            integer.bits().to_string()
        };
        self.push(text.as_bytes())
    }

    /// As JavaScript writes it.
    fn float(&mut self, value: f64) -> Result<(), Failure> {
        if !value.is_finite() {
            return Err("json: unsupported value".into());
        }
        let size = value.abs();
        let exponential = size != 0.0 && !(1e-6..1e21).contains(&size);
        let text = strconv::format_float(value, if exponential { b'e' } else { b'f' }, None);
        let text = match text.split_once("e-0") {
            Some((mantissa, exponent)) => format!("{mantissa}e-{exponent}"),
            None => text,
        };
        self.push(text.as_bytes())
    }

    fn time(&mut self, time: &Time) -> Result<(), Failure> {
        if !(0..=9999).contains(&Civil::at(time.local_seconds()).year) {
            return Err("json: error calling MarshalJSON for type time.Time: year outside of range [0,9999]".into());
        }
        if time.zone.offset().abs() >= 24 * 3600 {
            return Err(
                "json: error calling MarshalJSON for type time.Time: timezone hour outside of range [0,23]".into(),
            );
        }
        let text = date::format(b"2006-01-02T15:04:05.999999999Z07:00", Clock::of(time));
        self.string(&text)
    }

    fn string(&mut self, text: &[u8]) -> Result<(), Failure> {
        self.push(b"\"")?;
        let (mut done, mut at) = (0, 0);
        while at < text.len() {
            let (escape, size) = self.escape(&text[at..]);
            if let Some(escape) = escape {
                self.call.step()?;
                self.push(&text[done..at])?;
                self.push(escape)?;
                done = at + size;
            }
            at += size;
        }
        self.push(&text[done..])?;
        self.push(b"\"")
    }

    /// What stands for the rune at the start if it cannot stand for itself, and the rune's length.
    fn escape(&self, text: &[u8]) -> (Option<&'static [u8]>, usize) {
        let byte = text.first().copied().unwrap_or_default();
        if byte.is_ascii() {
            let escape: Option<&[u8]> = match byte {
                b'"' => Some(b"\\\""),
                b'\\' => Some(b"\\\\"),
                8 => Some(b"\\b"),
                12 => Some(b"\\f"),
                b'\n' => Some(b"\\n"),
                b'\r' => Some(b"\\r"),
                b'\t' => Some(b"\\t"),
                b'<' if self.html => Some(b"\\u003c"),
                b'>' if self.html => Some(b"\\u003e"),
                b'&' if self.html => Some(b"\\u0026"),
                _ => CONTROLS.get(usize::from(byte)).copied(),
            };
            return (escape, 1);
        }
        match runes::first(text) {
            Some(('\u{2028}', size)) => (Some(b"\\u2028"), size),
            Some(('\u{2029}', size)) => (Some(b"\\u2029"), size),
            Some((char::REPLACEMENT_CHARACTER, 1)) => (Some(b"\\ufffd"), 1),
            Some((_, size)) => (None, size),
            None => (None, 1),
        }
    }

    fn push(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.call.charge(bytes.len())?;
        self.out.push(bytes);
        Ok(())
    }
}

/// Those that have no letter of their own stand between those that have.
const CONTROLS: [&[u8]; 32] = [
    b"\\u0000", b"\\u0001", b"\\u0002", b"\\u0003", b"\\u0004", b"\\u0005", b"\\u0006", b"\\u0007", b"\\u0008",
    b"\\u0009", b"\\u000a", b"\\u000b", b"\\u000c", b"\\u000d", b"\\u000e", b"\\u000f", b"\\u0010", b"\\u0011",
    b"\\u0012", b"\\u0013", b"\\u0014", b"\\u0015", b"\\u0016", b"\\u0017", b"\\u0018", b"\\u0019", b"\\u001a",
    b"\\u001b", b"\\u001c", b"\\u001d", b"\\u001e", b"\\u001f",
];
