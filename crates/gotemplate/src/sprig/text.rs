//! Functions of strings.

use zeroize::Zeroizing;

use super::{bytes, case, runes, show, words};
use crate::{
    Text, Type, Value,
    function::{Arguments, Call, Failure, Function},
    strconv,
};

const ANY: Type = Type::Any;
const INT: Type = Type::INT;
const STRING: Type = Type::String;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("abbrev", &[INT, STRING], abbrev),
    Function::new("abbrevboth", &[INT, INT, STRING], abbrev_both),
    Function::new("camelcase", &[STRING], |call, arguments| {
        mapped(call, arguments, case::pascal)
    }),
    Function::variadic("cat", &[], ANY, cat),
    Function::new("contains", &[STRING, STRING], |_, arguments| {
        Ok(
            bytes::find(arguments.text(1)?.as_bytes(), arguments.text(0)?.as_bytes())
                .is_some()
                .into(),
        )
    }),
    Function::new("fail", &[STRING], |_, arguments| {
        Err(Failure::new(arguments.text(0)?.to_lossy().to_string()))
    }),
    Function::new("hasPrefix", &[STRING, STRING], |_, arguments| {
        Ok(arguments
            .text(1)?
            .as_bytes()
            .starts_with(arguments.text(0)?.as_bytes())
            .into())
    }),
    Function::new("hasSuffix", &[STRING, STRING], |_, arguments| {
        Ok(arguments
            .text(1)?
            .as_bytes()
            .ends_with(arguments.text(0)?.as_bytes())
            .into())
    }),
    Function::new("hello", &[], |_, _| Ok(Value::text("Hello!"))),
    Function::new("indent", &[INT, STRING], |call, arguments| {
        Ok(Value::text(indented(call, arguments, b"")?))
    }),
    Function::new("initials", &[STRING], |call, arguments| {
        mapped(call, arguments, words::initials)
    }),
    Function::new("join", &[STRING, ANY], join),
    Function::new("kebabcase", &[STRING], |call, arguments| {
        mapped(call, arguments, |text| case::connected(text, '-'))
    }),
    Function::new("lower", &[STRING], |call, arguments| {
        mapped(call, arguments, |text| runes::map(text, runes::to_lower))
    }),
    Function::new("nindent", &[INT, STRING], |call, arguments| {
        Ok(Value::text(indented(call, arguments, b"\n")?))
    }),
    Function::new("nospace", &[STRING], |call, arguments| {
        mapped(call, arguments, words::without_spaces)
    }),
    Function::new("plural", &[STRING, STRING, INT], |_, arguments| {
        Ok(arguments.value(usize::from(arguments.int(2)? != 1))?.clone())
    }),
    Function::variadic("quote", &[], ANY, quote),
    Function::new("repeat", &[INT, STRING], |call, arguments| {
        Ok(Value::text(bytes::repeat(
            call,
            arguments.text(1)?.as_bytes(),
            arguments.int(0)?,
        )?))
    }),
    Function::new("replace", &[STRING, STRING, STRING], |call, arguments| {
        let (old, new) = (arguments.text(0)?.as_bytes(), arguments.text(1)?.as_bytes());
        Ok(Value::text(bytes::replace(
            call,
            arguments.text(2)?.as_bytes(),
            old,
            new,
        )?))
    }),
    Function::new("snakecase", &[STRING], |call, arguments| {
        mapped(call, arguments, |text| case::connected(text, '_'))
    }),
    Function::variadic("squote", &[], ANY, single_quote),
    Function::new("substr", &[INT, INT, STRING], substring),
    Function::new("swapcase", &[STRING], |call, arguments| {
        mapped(call, arguments, case::swap)
    }),
    Function::new("title", &[STRING], |call, arguments| {
        mapped(call, arguments, case::title)
    }),
    Function::new("toString", &[ANY], |call, arguments| {
        Ok(Value::text(show::text(call, arguments.value(0)?)?))
    }),
    Function::new("trim", &[STRING], |call, arguments| {
        mapped(call, arguments, |text| bytes::trim(text, runes::is_space).to_vec())
    }),
    Function::new("trimAll", &[STRING, STRING], trim_all),
    Function::new("trimPrefix", &[STRING, STRING], |call, arguments| {
        let text = arguments.text(1)?.as_bytes();
        cut(call, text.strip_prefix(arguments.text(0)?.as_bytes()).unwrap_or(text))
    }),
    Function::new("trimSuffix", &[STRING, STRING], |call, arguments| {
        let text = arguments.text(1)?.as_bytes();
        cut(call, text.strip_suffix(arguments.text(0)?.as_bytes()).unwrap_or(text))
    }),
    Function::new("trimall", &[STRING, STRING], trim_all),
    Function::new("trunc", &[INT, STRING], truncate),
    Function::new("untitle", &[STRING], |call, arguments| {
        mapped(call, arguments, case::untitle)
    }),
    Function::new("upper", &[STRING], |call, arguments| {
        mapped(call, arguments, |text| runes::map(text, runes::to_upper))
    }),
    Function::new("wrap", &[INT, STRING], |call, arguments| {
        Ok(Value::text(words::wrap(
            call,
            arguments.text(1)?.as_bytes(),
            arguments.int(0)?,
            b"",
            false,
        )?))
    }),
    Function::new("wrapWith", &[INT, STRING, STRING], |call, arguments| {
        let line_end = arguments.text(1)?.as_bytes();
        Ok(Value::text(words::wrap(
            call,
            arguments.text(2)?.as_bytes(),
            arguments.int(0)?,
            line_end,
            true,
        )?))
    }),
];

/// A text made of the first argument, at most three times as long.
fn mapped(call: &mut Call<'_>, arguments: &[Value], mapping: impl Fn(&[u8]) -> Vec<u8>) -> Result<Value, Failure> {
    let text = arguments.text(0)?.as_bytes();
    call.charge(text.len().saturating_mul(3))?;
    call.steps(text.len() as u64 / 8)?;
    Ok(Value::text(mapping(text)))
}

fn cut(call: &mut Call<'_>, text: &[u8]) -> Result<Value, Failure> {
    call.charge(text.len())?;
    Ok(Value::text(text))
}

fn abbrev(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let (width, text) = (arguments.int(0)?, arguments.text(1)?);
    if width < 4 {
        return Ok(text.clone().into());
    }
    call.charge(text.len())?;
    Ok(Value::text(words::abbreviate(text.as_bytes(), 0, width)))
}

fn abbrev_both(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let (left, width, text) = (arguments.int(0)?, arguments.int(1)?, arguments.text(2)?);
    if width < 4 || left > 0 && width < 7 {
        return Ok(text.clone().into());
    }
    call.charge(text.len())?;
    Ok(Value::text(words::abbreviate(text.as_bytes(), left, width)))
}

fn cat(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    spaced(call, arguments, show::plain)
}

fn quote(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    spaced(call, arguments, |call, value| {
        let text = show::text(call, value)?;
        call.charge(text.len().saturating_mul(10))?;
        Ok(strconv::quote(text.as_bytes()).into())
    })
}

fn single_quote(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    spaced(call, arguments, |call, value| {
        let text = show::plain(call, value)?;
        Ok(bytes::join(call, &[b"'", text.as_bytes(), b"'"], b"")?.into())
    })
}

type Shown = Result<Text, Failure>;

/// Each argument but nil, with a blank between them.
fn spaced(
    call: &mut Call<'_>,
    arguments: &[Value],
    shown: impl Fn(&mut Call<'_>, &Value) -> Shown,
) -> Result<Value, Failure> {
    let values = arguments
        .iter()
        .filter(|value| !matches!(value, Value::Nil | Value::Missing));
    let parts = values.map(|value| shown(call, value)).collect::<Result<Vec<_>, _>>()?;
    Ok(Value::text(bytes::join(call, &parts, b" ")?))
}

fn indented(call: &mut Call<'_>, arguments: &[Value], prefix: &[u8]) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let pad = bytes::repeat(call, b" ", arguments.int(0)?)?;
    let line = Zeroizing::new([b"\n", pad.as_slice()].concat());
    let lines = bytes::replace(call, arguments.text(1)?.as_bytes(), b"\n", &line)?;
    bytes::join(call, &[prefix, &pad, &lines], b"")
}

fn join(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let parts = show::texts(call, arguments.value(1)?)?;
    Ok(Value::text(bytes::join(call, &parts, arguments.text(0)?.as_bytes())?))
}

fn trim_all(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    cut(
        call,
        bytes::trim_set(arguments.text(1)?.as_bytes(), arguments.text(0)?.as_bytes()),
    )
}

/// The first bytes, or with a negative count the last ones; all if there are no more.
fn truncate(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let (count, text) = (arguments.int(0)?, arguments.text(1)?.as_bytes());
    let length = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX);
    let kept = match count < 0 {
        true if length < text.len() => &text[text.len() - length..],
        false if length < text.len() => &text[..length],
        _ => text,
    };
    cut(call, kept)
}

/// Bytes from start to end; to the very end if that is negative or beyond, from the beginning if the start is negative.
fn substring(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let (start, end, text) = (arguments.int(0)?, arguments.int(1)?, arguments.text(2)?.as_bytes());
    let length = i64::try_from(text.len()).unwrap_or(i64::MAX);
    let (start, end) = match (start < 0, end < 0 || end > length) {
        (true, _) => (0, end),
        (false, true) => (start, length),
        (false, false) => (start, end),
    };
    let range = usize::try_from(start).ok().zip(usize::try_from(end).ok());
    let part = range.and_then(|(start, end)| text.get(start..end));
    cut(call, part.ok_or("runtime error: slice bounds out of range")?)
}
