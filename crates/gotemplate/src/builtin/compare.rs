//! `eq`, `ne`, `lt`, `le`, `gt`, `ge`.

use std::{cmp::Ordering, sync::Arc};

use crate::{
    Integer, Value,
    function::{Arguments, Call, Failure},
};

/// Whether the first argument equals any of the others.
pub(super) fn eq(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let first = arguments.value(0)?;
    if arguments.len() == 1 {
        return Err("missing argument for comparison".into());
    }
    for other in &arguments[1..] {
        call.charge(length(first))?;
        if equal(first, other)? {
            return Ok(Value::Bool(true));
        }
    }
    Ok(Value::Bool(false))
}

pub(super) fn ne(_: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    Ok(Value::Bool(!equal(arguments.value(0)?, arguments.value(1)?)?))
}

pub(super) fn lt(_: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    Ok(Value::Bool(less(arguments.value(0)?, arguments.value(1)?)?))
}

pub(super) fn le(_: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    Ok(Value::Bool(less_or_equal(arguments)?))
}

pub(super) fn gt(_: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    Ok(Value::Bool(!less_or_equal(arguments)?))
}

pub(super) fn ge(_: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    Ok(Value::Bool(!less(arguments.value(0)?, arguments.value(1)?)?))
}

fn less_or_equal(arguments: &[Value]) -> Result<bool, Failure> {
    let (first, second) = (arguments.value(0)?, arguments.value(1)?);
    Ok(less(first, second)? || equal(first, second)?)
}

/// What Go compares alike.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Basic {
    Bool,
    Complex,
    Float,
    Integer,
    Neither,
    String,
}

fn basic(value: &Value) -> Basic {
    match value {
        Value::Bool(_) => Basic::Bool,
        Value::Complex(..) => Basic::Complex,
        Value::Float(_) => Basic::Float,
        Value::Integer(_) => Basic::Integer,
        Value::String(_) => Basic::String,
        _ => Basic::Neither,
    }
}

fn equal(first: &Value, second: &Value) -> Result<bool, Failure> {
    match (first, second) {
        (Value::Bool(first), Value::Bool(second)) => Ok(first == second),
        (Value::Complex(a, b), Value::Complex(c, d)) => Ok(a == c && b == d),
        (Value::Float(first), Value::Float(second)) => Ok(first == second),
        (Value::Integer(first), Value::Integer(second)) => Ok(order(*first, *second).is_eq()),
        (Value::String(first), Value::String(second)) => Ok(first == second),
        _ if basic(first) != basic(second) => match (first.type_of(), second.type_of()) {
            (Some(first), Some(second)) => {
                Err(format!("incompatible types for comparison: {first} and {second}").into())
            }
            _ => Ok(false),
        },
        _ => equal_composite(first, second),
    }
}

/// Lists and maps are equal to nothing but nil.
fn equal_composite(first: &Value, second: &Value) -> Result<bool, Failure> {
    let kind = |value: &Value| value.type_of().map(crate::Type::kind_name);
    if let (Some(one), Some(other)) = (kind(first), kind(second))
        && one != other
    {
        let types = [first, second].map(|value| value.type_of().map(|kind| kind.to_string()).unwrap_or_default());
        return Err(format!("non-comparable types {}, {}", types[0], types[1]).into());
    }
    if first.is_nil() || second.is_nil() {
        return Ok(first.is_nil() == second.is_nil());
    }
    match (first, second) {
        (Value::Time(first), Value::Time(second)) => Ok(first == second),
        (Value::Location(first), Value::Location(second)) => Ok(first == second),
        (Value::Certificate(first), Value::Certificate(second)) => {
            Ok(first.certificate == second.certificate && first.key == second.key)
        }
        (
            Value::Version {
                version: first,
                pointer,
            },
            Value::Version {
                version: second,
                pointer: other,
            },
        ) => Ok(pointer == other && (Arc::ptr_eq(first, second) || !pointer && first == second)),
        (_, Value::List(_) | Value::Map(_)) => {
            let kind = second.type_of().map(|kind| kind.to_string()).unwrap_or_default();
            Err(format!("non-comparable type {kind}").into())
        }
        _ => Ok(false),
    }
}

fn less(first: &Value, second: &Value) -> Result<bool, Failure> {
    const BAD: &str = "invalid type for comparison";
    match (first, second) {
        (Value::Float(first), Value::Float(second)) => Ok(first < second),
        (Value::Integer(first), Value::Integer(second)) => Ok(order(*first, *second).is_lt()),
        (Value::String(first), Value::String(second)) => Ok(first < second),
        _ if basic(first) == Basic::Neither || basic(second) == Basic::Neither => Err(BAD.into()),
        _ if basic(first) == basic(second) => Err(BAD.into()),
        _ => {
            let types = [first, second].map(|value| value.type_of().map(|kind| kind.to_string()).unwrap_or_default());
            Err(format!("incompatible types for comparison: {} and {}", types[0], types[1]).into())
        }
    }
}

/// Numbers as they are, whether their types have a sign or not.
fn order(first: Integer, second: Integer) -> Ordering {
    wide(first).cmp(&wide(second))
}

fn wide(integer: Integer) -> i128 {
    if integer.kind().is_signed() {
        integer.signed().into()
    } else {
        integer.bits().into()
    }
}

fn length(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        _ => 1,
    }
}
