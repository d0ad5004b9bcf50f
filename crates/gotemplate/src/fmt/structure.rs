//! Lists, maps and structs.

use crate::{Certificate, Integer, Kind, List, Map, Text, Time, Type, Value, Version, Zone, function::Failure};

use super::{Printer, printer::ADDRESS};

impl Printer<'_, '_> {
    /// A slice.
    pub(super) fn list(&mut self, list: &List, verb: char, depth: usize) -> Result<(), Failure> {
        if list.element() == Type::BYTE && matches!(verb, 's' | 'q' | 'x' | 'X') {
            return self.byte_list(list, verb);
        }
        let (open, between, close) = self.open(list.type_of(), list.is_nil(), "[")?;
        for (index, item) in list.items().iter().enumerate() {
            if index > 0 {
                self.write_str(between)?;
            }
            self.value(item, verb, depth + 1)?;
        }
        Ok(self.write_str(if open { close } else { "" })?)
    }

    /// A map, its keys in order.
    pub(super) fn map(&mut self, map: &Map, verb: char, depth: usize) -> Result<(), Failure> {
        let (open, between, close) = self.open(map.type_of(), map.is_nil(), "map[")?;
        for (index, (key, value)) in map.entries().iter().enumerate() {
            if index > 0 {
                self.write_str(between)?;
            }
            self.string(key.as_bytes(), verb)?;
            self.write(b":")?;
            self.value(value, verb, depth + 1)?;
        }
        Ok(self.write_str(if open { close } else { "" })?)
    }

    /// sprig's certificate.
    pub(super) fn certificate(&mut self, fields: &Certificate, verb: char, depth: usize) -> Result<(), Failure> {
        let text = |text: &Text| Value::String(text.clone());
        let fields = [("Cert", text(&fields.certificate)), ("Key", text(&fields.key))];
        self.fields(Type::Certificate, &fields, verb, depth)
    }

    /// A time under a verb that no method takes.
    pub(super) fn time_fields(&mut self, time: &Time, verb: char, depth: usize) -> Result<(), Failure> {
        let unsigned = |bits| Value::Integer(Integer::unsigned(Kind::Uint64, bits));
        let seconds = time.seconds.wrapping_sub(Time::ZERO_SECONDS);
        let zone = if time.zone == Zone::Utc {
            Zone::Utc
        } else {
            time.zone.clone()
        };
        let fields = [
            ("wall", unsigned(time.nanoseconds.into())),
            ("ext", Value::int64(seconds)),
            ("loc", Value::Location(zone)),
        ];
        self.fields(Type::Time, &fields, verb, depth)
    }

    /// A version under a verb that no method takes.
    pub(super) fn version_fields(
        &mut self,
        version: &Version,
        pointer: bool,
        verb: char,
        depth: usize,
    ) -> Result<(), Failure> {
        if pointer && depth > 0 {
            self.addressed = true;
            return self.address(ADDRESS, verb);
        }
        if pointer {
            self.write(b"&")?;
        }
        let number = |number| Value::Integer(Integer::unsigned(Kind::Uint64, number));
        let fields = [
            ("major", number(version.major)),
            ("minor", number(version.minor)),
            ("patch", number(version.patch)),
            ("pre", Value::text(version.prerelease.as_str())),
            ("metadata", Value::text(version.metadata.as_str())),
            ("original", Value::text(version.original.as_str())),
        ];
        self.fields(Type::Version { pointer: false }, &fields, verb, depth)
    }

    /// A value's address.
    pub(super) fn pointer(&mut self, value: &Value, verb: char) -> Result<(), Failure> {
        let address = match value {
            Value::Location(Zone::Utc) => 0,
            Value::List(_) | Value::Map(_) | Value::Location(_) | Value::Version { pointer: true, .. } => {
                if value.is_nil() { 0 } else { ADDRESS }
            }
            _ => return self.bad_verb(value, verb),
        };
        self.addressed |= address != 0;
        match verb {
            'v' if self.flags.sharp_v => {
                let name = value.type_of().map(|kind| kind.to_string()).unwrap_or_default();
                self.write_str(&format!("({name})("))?;
                match address {
                    0 => self.write(b"nil")?,
                    _ => self.hexadecimal(address, true)?,
                }
                Ok(self.write(b")")?)
            }
            'v' if address == 0 => Ok(self.pad(b"<nil>")?),
            'v' | 'p' => Ok(self.hexadecimal(address, !self.flags.sharp)?),
            'b' | 'o' | 'd' | 'x' | 'X' => self.address(address, verb),
            _ => self.bad_verb(value, verb),
        }
    }

    fn address(&mut self, address: u64, verb: char) -> Result<(), Failure> {
        self.integer(Integer::unsigned(Kind::Uint64, address), verb)
    }

    fn fields(&mut self, kind: Type, fields: &[(&str, Value)], verb: char, depth: usize) -> Result<(), Failure> {
        if self.flags.sharp_v {
            self.write_str(&kind.to_string())?;
        }
        self.write(b"{")?;
        for (index, (name, value)) in fields.iter().enumerate() {
            if index > 0 {
                self.write_str(if self.flags.sharp_v { ", " } else { " " })?;
            }
            if self.flags.plus_v || self.flags.sharp_v {
                self.write_str(&format!("{name}:"))?;
            }
            self.value(value, verb, depth + 1)?;
        }
        Ok(self.write(b"}")?)
    }

    /// Opens a list or a map; whether it is to be closed, with what, and what stands between two items.
    fn open(&mut self, kind: Type, nil: bool, plain: &str) -> Result<(bool, &'static str, &'static str), Failure> {
        if !self.flags.sharp_v {
            self.write_str(plain)?;
            return Ok((true, " ", "]"));
        }
        self.write_str(&format!("{kind}{}", if nil { "(nil)" } else { "{" }))?;
        Ok((!nil, ", ", "}"))
    }
}
