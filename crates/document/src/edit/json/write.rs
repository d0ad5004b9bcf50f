//! New JSON, in the manner of what stands around it.

use zeroize::Zeroizing;

use super::super::manner::Manner;
use crate::{
    Node, Value,
    json::{number, write_string},
    output::Output,
};

/// A value on a line that starts with `margin`: a line break and its indentation.
pub(in super::super) fn write(value: &Node, manner: &Manner, margin: &str) -> Zeroizing<String> {
    let mut output = Output::default();
    match &value.value {
        Value::Null => output.push_str("null"),
        Value::Bool(value) => output.push_str(if *value { "true" } else { "false" }),
        Value::Integer(value) => output.push_str(&value.to_string()),
        Value::Float(value) => output.push_str(&number(*value)),
        Value::String(text) => write_string(text, &mut output),
        Value::Sequence(items) => {
            let deeper = deeper(manner, margin);
            let items = items.iter().map(|item| write(item, manner, &deeper));
            list(('[', ']'), items, manner, margin, &mut output);
        }
        Value::Mapping(mapping) => {
            let deeper = deeper(manner, margin);
            let entries = mapping
                .entries()
                .map(|(key, value)| entry(&key.name, value, manner, &deeper));
            list(('{', '}'), entries, manner, margin, &mut output);
        }
    }
    output.finish()
}

/// A key and its value.
pub(in super::super) fn entry(key: &str, value: &Node, manner: &Manner, margin: &str) -> Zeroizing<String> {
    let mut output = Output::default();
    write_string(key, &mut output);
    output.push_str(if manner.is_spaced { ": " } else { ":" });
    output.push_str(&write(value, manner, margin));
    output.finish()
}

fn deeper(manner: &Manner, margin: &str) -> String {
    format!("{margin}{}", manner.unit.as_deref().unwrap_or_default())
}

fn list(
    (open, close): (char, char),
    items: impl ExactSizeIterator<Item = Zeroizing<String>>,
    manner: &Manner,
    margin: &str,
    output: &mut Output,
) {
    let is_long = manner.unit.is_some() && items.len() > 0;
    output.push(open);
    for (index, item) in items.enumerate() {
        output.push_str(match index {
            0 => "",
            _ if is_long || !manner.is_spaced => ",",
            _ => ", ",
        });
        if is_long {
            output.push_str(&deeper(manner, margin));
        }
        output.push_str(&item);
    }
    if is_long {
        output.push_str(margin);
    }
    output.push(close);
}
