//! `html`, `js`, `urlquery`.

use crate::{
    Text, Value,
    buffer::Buffer,
    fmt,
    function::{Call, Failure},
    strconv,
};

pub(super) fn html(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let text = printed(call, arguments)?;
    call.charge(text.len().saturating_mul(5))?;
    let mut out = Buffer::default();
    for &byte in text.as_bytes() {
        match byte {
            0 => out.push_str("\u{FFFD}"),
            b'"' => out.push_str("&#34;"),
            b'\'' => out.push_str("&#39;"),
            b'&' => out.push_str("&amp;"),
            b'<' => out.push_str("&lt;"),
            b'>' => out.push_str("&gt;"),
            _ => out.push(&[byte]),
        }
    }
    Ok(Value::String(out.into()))
}

pub(super) fn js(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let text = printed(call, arguments)?;
    call.charge(text.len().saturating_mul(6))?;
    let mut out = Buffer::default();
    for chunk in text.as_bytes().utf8_chunks() {
        for char in chunk.valid().chars() {
            js_char(&mut out, char);
        }
        // Broken bytes stand for U+FFFD, which is printable, so that they stay as they are.
        out.push(chunk.invalid());
    }
    Ok(Value::String(out.into()))
}

fn js_char(out: &mut Buffer, char: char) {
    match char {
        '\\' => out.push_str("\\\\"),
        '\'' => out.push_str("\\'"),
        '"' => out.push_str("\\\""),
        '<' | '>' | '&' | '=' | '\0'..='\u{1F}' => out.push_str(&format!("\\u00{:02X}", u32::from(char))),
        _ if char.is_ascii() || strconv::is_print(char) => out.push_str(char.encode_utf8(&mut [0; 4])),
        _ => out.push_str(&format!("\\u{:04X}", u32::from(char))),
    }
}

pub(super) fn urlquery(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let text = printed(call, arguments)?;
    call.charge(text.len().saturating_mul(3))?;
    let mut out = Buffer::default();
    for &byte in text.as_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(&[byte]),
            b' ' => out.push(b"+"),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    Ok(Value::String(out.into()))
}

/// The arguments as `print` would put them together, but nil is `<no value>`.
fn printed(call: &mut Call<'_>, arguments: &[Value]) -> Result<Text, Failure> {
    if let [Value::String(text)] = arguments {
        return Ok(text.clone());
    }
    let shown = |value: &Value| match value {
        Value::Nil | Value::Missing => Value::text("<no value>"),
        value => value.clone(),
    };
    fmt::print(call, &arguments.iter().map(shown).collect::<Vec<_>>())
}
