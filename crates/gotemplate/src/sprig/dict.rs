//! Functions of dictionaries.

use super::{copy, merge, show};
use crate::{
    Map, Text, Type, Value,
    function::{Arguments, Call, Failure, Function},
};

const ANY: Type = Type::Any;
const DICTIONARY: Type = Type::DICTIONARY;
const STRING: Type = Type::String;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("deepCopy", &[ANY], copy::deep),
    Function::variadic("dict", &[], ANY, dictionary),
    Function::variadic("dig", &[], ANY, dig),
    Function::new("get", &[DICTIONARY, STRING], |_, arguments| {
        let found = arguments.map(0)?.get(arguments.text(1)?.as_bytes());
        Ok(found.unwrap_or_else(|| Value::text("")))
    }),
    Function::new("hasKey", &[DICTIONARY, STRING], |_, arguments| {
        Ok(arguments.map(0)?.get(arguments.text(1)?.as_bytes()).is_some().into())
    }),
    Function::variadic("keys", &[], DICTIONARY, keys).nondeterministic(),
    Function::variadic("merge", &[DICTIONARY], DICTIONARY, |call, arguments| {
        softened(merge::all(call, arguments, false))
    }),
    Function::variadic("mergeOverwrite", &[DICTIONARY], DICTIONARY, |call, arguments| {
        softened(merge::all(call, arguments, true))
    }),
    Function::new("mustDeepCopy", &[ANY], copy::deep),
    Function::variadic("mustMerge", &[DICTIONARY], DICTIONARY, |call, arguments| {
        merge::all(call, arguments, false).map_err(Into::into)
    }),
    Function::variadic("mustMergeOverwrite", &[DICTIONARY], DICTIONARY, |call, arguments| {
        merge::all(call, arguments, true).map_err(Into::into)
    }),
    Function::variadic("omit", &[DICTIONARY], STRING, |call, arguments| {
        chosen(call, arguments, false)
    }),
    Function::variadic("pick", &[DICTIONARY], STRING, |call, arguments| {
        chosen(call, arguments, true)
    }),
    Function::variadic("pluck", &[STRING], DICTIONARY, pluck),
    Function::new("set", &[DICTIONARY, STRING, ANY], |call, arguments| {
        let map = arguments.map(0)?;
        call.set(map, arguments.text(1)?.clone(), arguments.value(2)?.clone())?;
        Ok(map.clone().into())
    }),
    Function::new("unset", &[DICTIONARY, STRING], |_, arguments| {
        let map = arguments.map(0)?;
        map.remove(arguments.text(1)?.as_bytes());
        Ok(map.clone().into())
    }),
    Function::new("values", &[DICTIONARY], values).nondeterministic(),
];

/// Keys and values in turn; a last key without value has the empty string.
fn dictionary(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    call.charge(arguments.len().saturating_mul(ENTRY))?;
    let mut entries = Vec::with_capacity(arguments.len() / 2 + 1);
    for pair in arguments.chunks(2) {
        let value = pair.get(1).cloned().unwrap_or_else(|| Value::text(""));
        entries.push((show::text(call, &pair[0])?, value));
    }
    Ok(Map::dictionary(entries).into())
}

/// What lies in dictionaries within dictionaries, or the last but one argument.
fn dig(_: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let [path @ .., otherwise, root] = arguments else {
        return Err("dig needs at least three arguments".into());
    };
    if path.is_empty() {
        return Err("dig needs at least three arguments".into());
    }
    let mut map = inner(root)?;
    let keys = path.iter().map(|key| match key {
        Value::String(key) => Ok(key),
        other => Err(conversion(other, "string")),
    });
    let keys: Vec<&Text> = keys.collect::<Result<_, _>>()?;
    for (place, key) in keys.iter().enumerate() {
        match map.get(key.as_bytes()) {
            None => return Ok(otherwise.clone()),
            Some(found) if place + 1 == keys.len() => return Ok(found),
            Some(found) => map = inner(&found)?,
        }
    }
    Ok(Value::Nil)
}

fn inner(value: &Value) -> Result<Map, Failure> {
    match value {
        Value::Map(map) if map.type_of() == DICTIONARY => Ok(map.clone()),
        other => Err(conversion(other, "map[string]interface {}")),
    }
}

fn conversion(value: &Value, wanted: &str) -> Failure {
    let found = value.type_of().map_or("nil".to_owned(), |found| found.to_string());
    Failure::new(format!("interface conversion: interface {{}} is {found}, not {wanted}"))
}

fn keys(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let mut keys: Vec<Text> = Vec::new();
    for index in 0..arguments.len() {
        let map = arguments.map(index)?;
        call.charge(map.len().saturating_mul(ENTRY))?;
        keys.extend(map.entries().into_iter().map(|(key, _)| key));
    }
    Ok(Value::strings(keys))
}

fn values(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let map = arguments.map(0)?;
    call.charge(map.len().saturating_mul(ENTRY))?;
    Ok(Value::list(map.entries().into_iter().map(|(_, value)| value).collect()))
}

/// The entries with one of the keys, or those without.
fn chosen(call: &mut Call<'_>, arguments: &[Value], named: bool) -> Result<Value, Failure> {
    let map = arguments.map(0)?;
    let keys: Result<std::collections::BTreeSet<&Text>, _> =
        (1..arguments.len()).map(|index| arguments.text(index)).collect();
    let keys = keys?;
    call.charge(map.len().saturating_mul(ENTRY))?;
    let entries = map.entries().into_iter().filter(|(key, _)| keys.contains(key) == named);
    Ok(Map::dictionary(entries).into())
}

fn pluck(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let key = arguments.text(0)?.as_bytes();
    let mut found = Vec::new();
    for index in 1..arguments.len() {
        call.charge(ENTRY)?;
        found.extend(arguments.map(index)?.get(key));
    }
    Ok(Value::list(found))
}

/// What cannot be merged gives the empty string; what Go panics at does not.
fn softened(merged: Result<Value, merge::Refusal>) -> Result<Value, Failure> {
    match merged {
        Err(merge::Refusal::Types) => Ok(Value::text("")),
        other => other.map_err(Into::into),
    }
}

/// What an entry is charged with.
const ENTRY: usize = 64;
