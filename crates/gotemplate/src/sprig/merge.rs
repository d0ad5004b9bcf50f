//! Dictionaries merged (dario.cat/mergo 1.0).

use crate::{
    Map, Type, Value,
    budget::{Limit, VALUE_DEPTH},
    function::{Arguments, Call, Failure},
};

/// Why two dictionaries cannot be merged.
pub(super) enum Refusal {
    /// Mergo returns an error.
    Types,
    /// It panics, or a bound was met.
    Failure(Failure),
}

/// Merges all others into the first argument. What it has stays, unless it is empty or to be overwritten.
pub(super) fn all(call: &mut Call<'_>, arguments: &[Value], overwrite: bool) -> Result<Value, Refusal> {
    let mut target = arguments.map(0)?.clone();
    for index in 1..arguments.len() {
        let source = arguments.map(index)?;
        if target.is_nil() && !source.is_nil() {
            target = Map::dictionary([]);
        }
        merge(call, &target, source, overwrite, VALUE_DEPTH)?;
    }
    Ok(target.into())
}

fn merge(call: &mut Call<'_>, target: &Map, source: &Map, overwrite: bool, depth: usize) -> Result<(), Refusal> {
    let depth = depth.checked_sub(1).ok_or(Limit::Depth)?;
    call.steps(source.len() as u64)?;
    for (key, new) in source.entries() {
        let old = target.get(key.as_bytes());
        let store = |call: &mut Call<'_>, value: &Value| {
            if target.element() == Type::String && source.element() != Type::String {
                let refusal = "reflect.Value.SetMapIndex: value of type interface {} is not assignable to type string";
                return Err(Failure::from(refusal));
            }
            call.set(target, key.clone(), value.clone())
        };
        match (&old, &new) {
            (_, Value::Nil | Value::Missing) => {
                if overwrite {
                    store(call, &new)?;
                }
                continue;
            }
            (Some(Value::Map(old)), Value::Map(new)) if !old.is_nil() => merge(call, old, new, overwrite, depth)?,
            (
                Some(Value::Version { pointer: true, .. } | Value::Location(_)),
                Value::Map(_) | Value::Time(_) | Value::Certificate(_),
            ) if !overwrite => {
                return Err(Refusal::Types);
            }
            (
                Some(Value::Certificate(_)),
                Value::Map(_) | Value::Version { pointer: true, .. } | Value::Location(_),
            ) => {
                return Err(Failure::from("reflect: call of reflect.Value.Field on a value that is no struct").into());
            }
            (Some(_), Value::List(_)) if overwrite => store(call, &new)?,
            _ => {}
        }
        let kept = old.as_ref().is_some_and(|old| !is_empty(old));
        let done = matches!((&old, &new), (_, Value::List(_)) | (Some(Value::Map(_)), Value::Map(_)));
        if !kept || overwrite && !done {
            store(call, &new)?;
        }
    }
    Ok(())
}

/// Zero, or nothing in it. A struct never is.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Complex(..) => false,
        other => !other.truth(),
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl From<Limit> for Refusal {
    fn from(limit: Limit) -> Self {
        Self::Failure(limit.into())
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Types => "src and dst must be of same type".into(),
            Refusal::Failure(failure) => failure,
        }
    }
}
