//! Functions of regular expressions.

mod search;

use search::{Expression, Groups, Haystack};

use crate::{
    List, Text, Type, Value,
    function::{Arguments, Call, Failure, Function},
    sprig::bytes,
};

const INT: Type = Type::INT;
const STRING: Type = Type::String;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("mustRegexFind", &[STRING, STRING], find),
    Function::new("mustRegexFindAll", &[STRING, STRING, INT], find_all),
    Function::new("mustRegexMatch", &[STRING, STRING], is_match),
    Function::new("mustRegexReplaceAll", &[STRING, STRING, STRING], replace_all),
    Function::new(
        "mustRegexReplaceAllLiteral",
        &[STRING, STRING, STRING],
        replace_all_literal,
    ),
    Function::new("mustRegexSplit", &[STRING, STRING, INT], split),
    Function::new("regexFind", &[STRING, STRING], find),
    Function::new("regexFindAll", &[STRING, STRING, INT], find_all),
    Function::new("regexMatch", &[STRING, STRING], |call, arguments| {
        match is_match(call, arguments) {
            Err(Failure::Message(_)) => Ok(false.into()),
            other => other,
        }
    }),
    Function::new("regexQuoteMeta", &[STRING], quote),
    Function::new("regexReplaceAll", &[STRING, STRING, STRING], replace_all),
    Function::new("regexReplaceAllLiteral", &[STRING, STRING, STRING], replace_all_literal),
    Function::new("regexSplit", &[STRING, STRING, INT], split),
];

fn expression(call: &mut Call<'_>, arguments: &[Value]) -> Result<Expression, Failure> {
    Ok(Expression::new(call, arguments.text(0)?.as_bytes())??)
}

fn is_match(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let expression = expression(call, arguments)?;
    let text = Haystack::new(call, arguments.text(1)?)?;
    Ok(expression.matches(call, &text)?.into())
}

/// At most so many matches, all if the number is negative.
fn matches(
    call: &mut Call<'_>,
    expression: &Expression,
    text: &Haystack<'_>,
    most: i64,
) -> Result<Vec<(usize, usize)>, Failure> {
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let found = expression.find_all(call, text, most)?;
    Ok(found.iter().filter_map(|groups| groups[0]).collect())
}

fn find(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let expression = expression(call, arguments)?;
    let text = Haystack::new(call, arguments.text(1)?)?;
    let found = matches(call, &expression, &text, 1)?;
    let found = found.first().map(|span| text.part(*span)).unwrap_or_default();
    call.charge(found.len())?;
    Ok(Value::text(found))
}

fn find_all(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let expression = expression(call, arguments)?;
    let text = Haystack::new(call, arguments.text(1)?)?;
    let found = matches(call, &expression, &text, arguments.int(2)?)?;
    if found.is_empty() {
        return Ok(List::nil(STRING).into());
    }
    strings(call, found.into_iter().map(|span| text.part(span)).collect())
}

fn strings(call: &mut Call<'_>, parts: Vec<&[u8]>) -> Result<Value, Failure> {
    let size: usize = parts.iter().map(|part| part.len().saturating_add(64)).sum();
    call.charge(size)?;
    Ok(Value::strings(parts))
}

fn replace_all(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let expression = expression(call, arguments)?;
    let text = Haystack::new(call, arguments.text(1)?)?;
    let template = arguments.text(2)?.as_bytes();
    let expand = |call: &mut Call<'_>, out: &mut _, groups: &Groups| {
        expression.expand(call, out, template, text.bytes(), groups)
    };
    Ok(expression.replace(call, &text, expand)?.into())
}

fn replace_all_literal(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let expression = expression(call, arguments)?;
    let text = Haystack::new(call, arguments.text(1)?)?;
    let literal: &Text = arguments.text(2)?;
    let replaced = expression.replace(call, &text, |call, out, _| {
        call.charge(literal.len())?;
        out.push(literal.as_bytes());
        Ok(())
    });
    Ok(replaced?.into())
}

/// At most so many parts, all if the number is negative. An empty match at the very beginning does not split.
fn split(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let expression = expression(call, arguments)?;
    let (source, most) = (arguments.text(1)?, arguments.int(2)?);
    if most == 0 {
        return Ok(List::nil(STRING).into());
    }
    if source.is_empty() && !arguments.text(0)?.is_empty() {
        return Ok(Value::strings([""]));
    }
    let text = Haystack::new(call, source)?;
    let limit = usize::try_from(most).unwrap_or(usize::MAX);
    let mut parts = Vec::new();
    let (mut begin, mut end) = (0, 0);
    for (start, after) in matches(call, &expression, &text, most)? {
        if parts.len() + 1 >= limit {
            break;
        }
        end = start;
        if after != 0 {
            parts.push(text.part((begin, end)));
        }
        begin = after;
    }
    if end != source.len() {
        parts.push(text.part((begin, source.len())));
    }
    strings(call, parts)
}

fn quote(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let text = arguments.text(0)?.as_bytes();
    let mut quoted = Vec::with_capacity(text.len());
    for &byte in text {
        if b"\\.+*?()|[]{}^$".contains(&byte) {
            quoted.push(b'\\');
        }
        quoted.push(byte);
    }
    Ok(Value::text(bytes::join(call, &[quoted], b"")?))
}
