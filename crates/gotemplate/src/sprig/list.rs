//! Functions of lists.

use super::{bytes, cast, equal, show};
use crate::{
    List, Map, Text, Type, Value,
    function::{Arguments, Call, Failure, Function},
};

const ANY: Type = Type::Any;
const INT: Type = Type::INT;
const STRING: Type = Type::String;

/// Where Go has a function and one that returns the error instead of panicking, both fail here with the same words.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("append", &[ANY, ANY], append),
    Function::new("chunk", &[INT, ANY], chunk),
    Function::new("compact", &[ANY], compact),
    Function::variadic("concat", &[], ANY, concat),
    Function::new("first", &[ANY], first),
    Function::new("has", &[ANY, ANY], has),
    Function::new("initial", &[ANY], initial),
    Function::new("last", &[ANY], last),
    Function::variadic("list", &[], ANY, list),
    Function::new("mustAppend", &[ANY, ANY], append),
    Function::new("mustChunk", &[INT, ANY], chunk),
    Function::new("mustCompact", &[ANY], compact),
    Function::new("mustFirst", &[ANY], first),
    Function::new("mustHas", &[ANY, ANY], has),
    Function::new("mustInitial", &[ANY], initial),
    Function::new("mustLast", &[ANY], last),
    Function::new("mustPrepend", &[ANY, ANY], prepend),
    Function::new("mustPush", &[ANY, ANY], append),
    Function::new("mustRest", &[ANY], rest),
    Function::new("mustReverse", &[ANY], reverse),
    Function::variadic("mustSlice", &[ANY], ANY, slice),
    Function::new("mustUniq", &[ANY], unique),
    Function::variadic("mustWithout", &[ANY], ANY, without),
    Function::new("prepend", &[ANY, ANY], prepend),
    Function::new("push", &[ANY, ANY], append),
    Function::new("rest", &[ANY], rest),
    Function::new("reverse", &[ANY], reverse),
    Function::variadic("slice", &[ANY], ANY, slice),
    Function::new("sortAlpha", &[ANY], sort),
    Function::new("split", &[STRING, STRING], |call, arguments| {
        numbered(call, arguments.text(0)?, arguments.text(1)?, None)
    }),
    Function::new("splitList", &[STRING, STRING], split_list),
    Function::new("splitn", &[STRING, INT, STRING], |call, arguments| {
        // A negative number is no limit.
        let most = usize::try_from(arguments.int(1)?).ok();
        numbered(call, arguments.text(0)?, arguments.text(2)?, most)
    }),
    Function::new("toStrings", &[ANY], |call, arguments| {
        Ok(Value::strings(show::texts(call, arguments.value(0)?)?))
    }),
    Function::variadic("tuple", &[], ANY, list),
    Function::new("uniq", &[ANY], unique),
    Function::variadic("without", &[ANY], ANY, without),
];

/// The items of an argument that must be a list.
fn items<'a>(arguments: &'a [Value], index: usize, task: &str) -> Result<&'a [Value], Failure> {
    match arguments.value(index)? {
        Value::List(list) => Ok(list.items()),
        Value::Nil | Value::Missing => Err("runtime error: invalid memory address or nil pointer dereference".into()),
        other => {
            let kind = other.type_of().map_or("invalid", Type::kind_name);
            Err(Failure::new(format!("{task} type {kind}")))
        }
    }
}

/// A new list.
fn made<'a>(call: &mut Call<'_>, items: impl ExactSizeIterator<Item = &'a Value>) -> Result<Value, Failure> {
    call.charge(items.len().saturating_mul(ITEM))?;
    Ok(Value::list(items.cloned().collect()))
}

fn list(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    made(call, arguments.iter())
}

fn append(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let items = items(arguments, 0, "Cannot push on")?;
    joined(call, &[items, std::slice::from_ref(arguments.value(1)?)])
}

fn prepend(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let items = items(arguments, 0, "Cannot prepend on")?;
    joined(call, &[std::slice::from_ref(arguments.value(1)?), items])
}

fn joined(call: &mut Call<'_>, parts: &[&[Value]]) -> Result<Value, Failure> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    call.charge(length.saturating_mul(ITEM))?;
    Ok(Value::list(parts.concat()))
}

/// Without any item, it is the nil slice.
fn concat(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let parts = (0..arguments.len())
        .map(|index| items(arguments, index, "Cannot concat"))
        .collect::<Result<Vec<_>, _>>()?;
    if parts.iter().all(|part| part.is_empty()) {
        return Ok(List::nil(ANY).into());
    }
    joined(call, &parts)
}

/// Lists of so many items each. A negative size means nothing, but what Go computes with it fits some lists.
fn chunk(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let items = items(arguments, 1, "Cannot chunk")?;
    let size = arguments.int(0)?;
    call.charge(items.len().saturating_mul(2 * ITEM))?;
    let size = match (usize::try_from(size), items.len()) {
        (Ok(size), _) if size > 0 => size,
        (Err(_), 1) if size < -1 => 1,
        (Err(_), 2..) if items.len() as u64 - 1 <= size.unsigned_abs() => {
            return Ok(List::new(Type::LIST, Vec::new()).into());
        }
        _ => return Err("runtime error: makeslice: len out of range".into()),
    };
    let chunks = items.chunks(size).map(|chunk| Value::list(chunk.to_vec()));
    Ok(List::new(Type::LIST, chunks.collect()).into())
}

fn first(_: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    Ok(items(arguments, 0, "Cannot find first on")?
        .first()
        .cloned()
        .unwrap_or(Value::Nil))
}

fn last(_: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    Ok(items(arguments, 0, "Cannot find last on")?
        .last()
        .cloned()
        .unwrap_or(Value::Nil))
}

fn rest(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    match items(arguments, 0, "Cannot find rest on")?.split_first() {
        Some((_, rest)) => made(call, rest.iter()),
        None => Ok(List::nil(ANY).into()),
    }
}

fn initial(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    match items(arguments, 0, "Cannot find initial on")?.split_last() {
        Some((_, initial)) => made(call, initial.iter()),
        None => Ok(List::nil(ANY).into()),
    }
}

fn reverse(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    made(call, items(arguments, 0, "Cannot find reverse on")?.iter().rev())
}

fn compact(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let kept: Vec<&Value> = items(arguments, 0, "Cannot compact on")?
        .iter()
        .filter(|item| item.truth())
        .collect();
    made(call, kept.into_iter())
}

fn unique(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let mut kept: Vec<&Value> = Vec::new();
    for item in items(arguments, 0, "Cannot find uniq on")? {
        if !contains(call, kept.iter().copied(), item)? {
            kept.push(item);
        }
    }
    made(call, kept.into_iter())
}

fn without(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let mut kept: Vec<&Value> = Vec::new();
    for item in items(arguments, 0, "Cannot find without on")? {
        if !contains(call, arguments[1..].iter(), item)? {
            kept.push(item);
        }
    }
    made(call, kept.into_iter())
}

fn has(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    if matches!(arguments.value(1)?, Value::Nil | Value::Missing) {
        return Ok(false.into());
    }
    let items = items(arguments, 1, "Cannot find has on")?;
    Ok(contains(call, items.iter(), arguments.value(0)?)?.into())
}

fn contains<'a>(
    call: &mut Call<'_>,
    mut items: impl Iterator<Item = &'a Value>,
    wanted: &Value,
) -> Result<bool, Failure> {
    items.try_fold(false, |found, item| Ok(found || equal::deep(call, wanted, item)?))
}

/// Items from the first index to the second. What lies beyond a list's end, where Go still has room for more, is not shown.
fn slice(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let items = items(arguments, 0, "list should be").map_err(|failure| match arguments.first() {
        Some(Value::Nil | Value::Missing) | None => failure,
        Some(other) => {
            let kind = other.type_of().map_or("invalid", Type::kind_name);
            Failure::new(format!("list should be type of slice or array but {kind}"))
        }
    })?;
    if items.is_empty() {
        return Ok(Value::Nil);
    }
    let index = |place: usize, otherwise: usize| match arguments.get(place) {
        Some(index) => usize::try_from(cast::to_int(index)).ok(),
        None => Some(otherwise),
    };
    let range = index(1, 0).zip(index(2, items.len()));
    let part = range.and_then(|(start, end)| items.get(start..end));
    let part = part.ok_or("reflect.Value.Slice: slice index out of bounds")?;
    call.charge(part.len().saturating_mul(ITEM))?;
    Ok(List::new(arguments.list(0)?.element(), part.to_vec()).into())
}

/// Items as strings, by their bytes; anything else as a list of itself.
fn sort(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let value = arguments.value(0)?;
    // Upstream sorts the very slice that it is given, if that is one of strings.
    if let Value::List(list) = value
        && list.element() == Type::String
    {
        call.charge(list.len().saturating_mul(ITEM))?;
        call.steps(list.len() as u64 * u64::from(list.len().max(1).ilog2()))?;
        list.sort();
        return Ok(value.clone());
    }
    let mut texts = match value {
        Value::List(_) => show::texts(call, value)?,
        single => vec![show::text(call, single)?],
    };
    call.charge(texts.len().saturating_mul(ITEM))?;
    call.steps(texts.len() as u64 * u64::from(texts.len().max(1).ilog2()))?;
    texts.sort_unstable();
    Ok(Value::strings(texts))
}

fn split_list(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let parts = parts(call, arguments.text(0)?, arguments.text(1)?, None)?;
    Ok(Value::strings(parts))
}

fn parts<'t>(
    call: &mut Call<'_>,
    separator: &Text,
    text: &'t Text,
    most: Option<usize>,
) -> Result<Vec<&'t [u8]>, Failure> {
    let (separator, text) = (separator.as_bytes(), text.as_bytes());
    let count = match separator {
        b"" => text.len(),
        _ => memchr::memmem::find_iter(text, separator).count() + 1,
    };
    call.charge(
        count
            .min(most.unwrap_or(usize::MAX))
            .saturating_mul(2 * ITEM)
            .saturating_add(text.len()),
    )?;
    Ok(bytes::split(text, separator, most))
}

/// A map of the parts, `_0` being the first.
fn numbered(call: &mut Call<'_>, separator: &Text, text: &Text, most: Option<usize>) -> Result<Value, Failure> {
    let parts = parts(call, separator, text, most)?;
    let entries = parts
        .into_iter()
        .enumerate()
        .map(|(index, part)| (format!("_{index}").into(), part.into()));
    Ok(Map::of_strings(entries).into())
}

/// What an item is charged with.
const ITEM: usize = 32;
