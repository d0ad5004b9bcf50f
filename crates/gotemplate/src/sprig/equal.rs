//! `reflect.DeepEqual`.

use crate::{
    List, Map, Value,
    budget::{Limit, VALUE_DEPTH},
    function::{Call, Failure},
};

/// Whether two values are of one type and equal, and so all that they hold.
pub(super) fn deep(call: &mut Call<'_>, left: &Value, right: &Value) -> Result<bool, Failure> {
    at(call, left, right, VALUE_DEPTH)
}

fn at(call: &mut Call<'_>, left: &Value, right: &Value, depth: usize) -> Result<bool, Failure> {
    call.step()?;
    let depth = depth.checked_sub(1).ok_or(Limit::Depth)?;
    Ok(match (left, right) {
        (Value::Nil | Value::Missing, Value::Nil | Value::Missing) => true,
        (Value::Bool(left), Value::Bool(right)) => left == right,
        (Value::Integer(left), Value::Integer(right)) => left == right,
        (Value::Float(left), Value::Float(right)) => left == right,
        (Value::Complex(real, imaginary), Value::Complex(other, also)) => real == other && imaginary == also,
        (Value::String(left), Value::String(right)) => {
            call.steps(left.len().min(right.len()) as u64 / 64)?;
            left == right
        }
        (Value::List(left), Value::List(right)) => lists(call, left, right, depth)?,
        (Value::Map(left), Value::Map(right)) => maps(call, left, right, depth)?,
        (Value::Time(left), Value::Time(right)) => left == right,
        (Value::Location(left), Value::Location(right)) => left == right,
        (
            Value::Version { version, pointer },
            Value::Version {
                version: other,
                pointer: also,
            },
        ) => version == other && pointer == also,
        (Value::Certificate(left), Value::Certificate(right)) => {
            left.certificate == right.certificate && left.key == right.key
        }
        _ => false,
    })
}

fn lists(call: &mut Call<'_>, left: &List, right: &List, depth: usize) -> Result<bool, Failure> {
    if left.type_of() != right.type_of() || left.is_nil() != right.is_nil() || left.len() != right.len() {
        return Ok(false);
    }
    if left.is_same(right) {
        return Ok(true);
    }
    let mut pairs = left.items().iter().zip(right.items());
    pairs.try_fold(true, |equal, (left, right)| Ok(equal && at(call, left, right, depth)?))
}

fn maps(call: &mut Call<'_>, left: &Map, right: &Map, depth: usize) -> Result<bool, Failure> {
    if left.type_of() != right.type_of() || left.is_nil() != right.is_nil() || left.len() != right.len() {
        return Ok(false);
    }
    if left.is_same(right) {
        return Ok(true);
    }
    call.steps(left.len() as u64)?;
    for (key, value) in left.entries() {
        match right.get(key.as_bytes()) {
            Some(other) if at(call, &value, &other, depth)? => {}
            _ => return Ok(false),
        }
    }
    Ok(true)
}
