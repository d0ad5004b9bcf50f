//! `index` and `len`.

use crate::{
    Integer, Kind, List, Map, Type, Value,
    function::{Arguments, Call, Failure},
};

/// The item at the first index, its item at the second, and so on.
pub(super) fn index(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let mut item = arguments.value(0)?.clone();
    if matches!(item, Value::Missing | Value::Nil) {
        return Err("index of untyped nil".into());
    }
    for index in &arguments[1..] {
        call.step()?;
        item = match &item {
            Value::Missing | Value::Nil => return Err("index of nil pointer".into()),
            Value::List(list) => {
                let at = position(index, list.len())?;
                let item = list.items().get(at).cloned();
                item.ok_or("reflect: slice index out of range")?
            }
            Value::String(text) => {
                let at = position(index, text.len())?;
                let byte = text
                    .as_bytes()
                    .get(at)
                    .copied()
                    .ok_or("reflect: string index out of range")?;
                Value::Integer(Integer::unsigned(Kind::Uint8, byte.into()))
            }
            Value::Map(map) => entry(map, index)?,
            other => {
                let kind = other.type_of().map(|kind| kind.to_string()).unwrap_or_default();
                return Err(format!("can't index item of type {kind}").into());
            }
        };
    }
    Ok(item)
}

pub(super) fn len(_: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let length = match arguments.value(0)? {
        Value::List(list) => list.len(),
        Value::Map(map) => map.len(),
        Value::String(text) => text.len(),
        Value::Nil => return Err("len of nil pointer".into()),
        Value::Missing => return Err("reflect: call of reflect.Value.Type on zero Value".into()),
        other => {
            let kind = other.type_of().map(|kind| kind.to_string()).unwrap_or_default();
            return Err(format!("len of type {kind}").into());
        }
    };
    Ok(Value::int(i64::try_from(length).unwrap_or(i64::MAX)))
}

/// An index up to the length, which is one too far, but so it is in Go.
fn position(index: &Value, length: usize) -> Result<usize, Failure> {
    let integer = match index {
        Value::Integer(integer) => integer.signed(),
        Value::Missing | Value::Nil => return Err("cannot index slice/array with nil".into()),
        other => {
            let kind = other.type_of().map(|kind| kind.to_string()).unwrap_or_default();
            return Err(format!("cannot index slice/array with type {kind}").into());
        }
    };
    let position = usize::try_from(integer).ok().filter(|&position| position <= length);
    // A character or a length at most; Go names it, too.
    position.ok_or_else(|| format!("index out of range: {integer}").into())
}

/// The value of a key, or the zero value of the map's type.
fn entry(map: &Map, key: &Value) -> Result<Value, Failure> {
    let key = match key {
        Value::String(key) => key,
        Value::Missing | Value::Nil => return Err("value is nil; should be of type string".into()),
        other => {
            let kind = other.type_of().map(|kind| kind.to_string()).unwrap_or_default();
            return Err(format!("value has type {kind}; should be string").into());
        }
    };
    Ok(map.get(key.as_bytes()).unwrap_or_else(|| zero(map.element())))
}

fn zero(kind: Type) -> Value {
    match kind {
        Type::Bool => Value::Bool(false),
        Type::Float64 => Value::Float(0.0),
        Type::Integer(kind) => Value::Integer(Integer::new(kind, 0)),
        Type::Map(element) => Value::Map(Map::nil(*element)),
        Type::Slice(element) => Value::List(List::nil(*element)),
        Type::String => Value::text(""),
        _ => Value::Nil,
    }
}
