use zeroize::Zeroizing;

use crate::{Node, Value, output::Output};

/// Writes a value as JSON in the layout of kubeseal: Go's `json.MarshalIndent` with two spaces, entries in the given order, and a
/// line break at the end.
///
/// As Go does, `<`, `>`, `&`, U+2028 and U+2029 are escaped. JSON has no infinities: a number that is not finite becomes `null`.
pub fn write_json(node: &Node) -> Zeroizing<String> {
    let mut output = Output::default();
    write_node(node, 0, &mut output);
    output.push('\n');
    output.finish()
}

fn write_node(node: &Node, depth: usize, output: &mut Output) {
    match &node.value {
        Value::Null => output.push_str("null"),
        Value::Bool(value) => output.push_str(if *value { "true" } else { "false" }),
        Value::Integer(value) => output.push_str(&value.to_string()),
        Value::Float(value) => output.push_str(&number(*value)),
        Value::String(text) => write_string(text, output),
        Value::Sequence(items) => write_items(('[', ']'), items.iter(), depth, output, |item, output| {
            write_node(item, depth + 1, output);
        }),
        Value::Mapping(mapping) => write_items(('{', '}'), mapping.entries(), depth, output, |(key, value), output| {
            write_string(&key.name, output);
            output.push_str(": ");
            write_node(value, depth + 1, output);
        }),
    }
}

fn write_items<T>(
    (open, close): (char, char),
    items: impl ExactSizeIterator<Item = T>,
    depth: usize,
    output: &mut Output,
    write: impl Fn(T, &mut Output),
) {
    output.push(open);
    let empty = items.len() == 0;
    for (index, item) in items.enumerate() {
        output.push_str(if index == 0 { "\n" } else { ",\n" });
        indent(depth + 1, output);
        write(item, output);
    }
    if !empty {
        output.push('\n');
        indent(depth, output);
    }
    output.push(close);
}

fn indent(depth: usize, output: &mut Output) {
    for _ in 0..depth {
        output.push_str("  ");
    }
}

/// Go's notation of a number: an exponent without leading zeros, below 10⁻⁶ and from 10²¹ on.
pub(crate) fn number(value: f64) -> String {
    let size = value.abs();
    if !value.is_finite() {
        "null".to_owned()
    } else if size != 0.0 && !(1e-6..1e21).contains(&size) {
        let text = format!("{value:e}");
        if size >= 1.0 { text.replace('e', "e+") } else { text }
    } else {
        value.to_string()
    }
}

/// Writes a text in quotes, escaped as Go escapes it.
pub(crate) fn write_string(text: &str, output: &mut Output) {
    output.push('"');
    let mut rest = text;
    while let Some(at) = rest.find(escaped) {
        let (plain, tail) = rest.split_at(at);
        output.push_str(plain);
        let mut characters = tail.chars();
        match characters.next() {
            Some('"') => output.push_str("\\\""),
            Some('\\') => output.push_str("\\\\"),
            Some('\u{8}') => output.push_str("\\b"),
            Some('\u{c}') => output.push_str("\\f"),
            Some('\n') => output.push_str("\\n"),
            Some('\r') => output.push_str("\\r"),
            Some('\t') => output.push_str("\\t"),
            Some(other) => output.push_str(&format!("\\u{:04x}", u32::from(other))),
            None => {}
        }
        rest = characters.as_str();
    }
    output.push_str(rest);
    output.push('"');
}

fn escaped(character: char) -> bool {
    matches!(
        character,
        '\0'..='\u{1f}' | '"' | '\\' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}'
    )
}
