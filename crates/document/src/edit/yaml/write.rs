//! New YAML, in the manner of what stands around it.

use zeroize::Zeroizing;

use super::super::{layout::Style as Quotes, manner::Manner};
use crate::{
    Node, Value,
    output::Output,
    schema::kubernetes,
    yaml::{Style, needs_escape, push_escaped, style},
};

/// Writes values for a document.
pub(in super::super) struct Writer<'a> {
    manner: &'a Manner,
    line_break: &'static str,
}

/// A value: what of it stands on the line of its key, and the lines below.
pub(in super::super) struct Written {
    pub(in super::super) inline: Zeroizing<String>,
    /// Each with a line break in front of it.
    pub(in super::super) lines: Zeroizing<String>,
}

impl<'a> Writer<'a> {
    pub(in super::super) fn new(manner: &'a Manner, line_break: &'static str) -> Self {
        Self { manner, line_break }
    }

    /// A line break and the indentation of the next line.
    pub(in super::super) fn line(&self, column: usize) -> Zeroizing<String> {
        Zeroizing::new(format!("{}{}", self.line_break, " ".repeat(column)))
    }

    /// An entry whose key starts in `column`.
    pub(in super::super) fn entry(
        &self,
        key: &str,
        value: &Node,
        column: usize,
        like: Option<Quotes>,
    ) -> Zeroizing<String> {
        let mut output = Output::default();
        output.push_str(&key_text(key, false));
        output.push(':');
        match self.value(value, Some(column), self.manner.step, like) {
            Some(written) => {
                output.push(' ');
                output.push_str(&written.inline);
                output.push_str(&written.lines);
            }
            None => {
                let deeper = match value.value {
                    Value::Sequence(_) => column + self.manner.sequence,
                    _ => column + self.manner.step,
                };
                output.push_str(&self.line(deeper));
                output.push_str(&self.body(value, deeper));
            }
        }
        output.finish()
    }

    /// The entries of a collection that is not empty, the first of them without its indentation.
    pub(in super::super) fn body(&self, value: &Node, column: usize) -> Zeroizing<String> {
        let mut output = Output::default();
        match &value.value {
            Value::Mapping(mapping) => {
                for (index, (key, value)) in mapping.entries().enumerate() {
                    if index > 0 {
                        output.push_str(&self.line(column));
                    }
                    output.push_str(&self.entry(&key.name, value, column, None));
                }
            }
            Value::Sequence(items) => {
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        output.push_str(&self.line(column));
                    }
                    output.push_str("- ");
                    match self.value(item, Some(column), DASH, None) {
                        Some(written) => {
                            output.push_str(&written.inline);
                            output.push_str(&written.lines);
                        }
                        None => output.push_str(&self.body(item, column + DASH)),
                    }
                }
            }
            _ => {}
        }
        output.finish()
    }

    /// A value that can start on the line of its key or dash, which stands in column `owner`; nothing for a collection that is not empty.
    /// Lines below are deeper by `step`. A text is quoted `like` another one where it can be.
    pub(in super::super) fn value(
        &self,
        value: &Node,
        owner: Option<usize>,
        step: usize,
        like: Option<Quotes>,
    ) -> Option<Written> {
        let inline = |text: Zeroizing<String>| Written {
            inline: text,
            lines: Zeroizing::default(),
        };
        match &value.value {
            Value::Mapping(mapping) if !mapping.is_empty() => None,
            Value::Sequence(items) if !items.is_empty() => None,
            Value::String(text) => {
                let is_block = !matches!(like, Some(Quotes::Double | Quotes::Single));
                match owner {
                    Some(owner) if is_block && style(text, false) == Style::Literal && step < 10 => {
                        Some(self.literal(text, owner + step, step))
                    }
                    _ => Some(inline(quoted(text, like, false))),
                }
            }
            _ => Some(inline(flow(value))),
        }
    }

    /// Text as a block of lines behind `|`.
    fn literal(&self, text: &str, column: usize, step: usize) -> Written {
        let mut header = "|".to_owned();
        if text.starts_with([' ', '\n']) {
            header.push_str(&step.to_string());
        }
        if !text.ends_with('\n') {
            header.push('-');
        } else if text == "\n" || text.ends_with("\n\n") {
            header.push('+');
        }
        let mut lines = Output::default();
        for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
            if line.is_empty() {
                lines.push_str(self.line_break);
            } else {
                lines.push_str(&self.line(column));
                lines.push_str(line);
            }
        }
        Written {
            inline: Zeroizing::new(header),
            lines: lines.finish(),
        }
    }
}

/// A value on one line, in brackets where it is a collection.
pub(in super::super) fn flow(value: &Node) -> Zeroizing<String> {
    let mut output = Output::default();
    match &value.value {
        Value::Null => output.push_str("null"),
        Value::Bool(value) => output.push_str(if *value { "true" } else { "false" }),
        Value::Integer(value) => output.push_str(&value.to_string()),
        Value::Float(value) => output.push_str(&kubernetes::float_scalar(*value)),
        Value::String(text) => output.push_str(&quoted(text, None, true)),
        Value::Sequence(items) => {
            output.push('[');
            for (index, item) in items.iter().enumerate() {
                output.push_str(if index > 0 { ", " } else { "" });
                output.push_str(&flow(item));
            }
            output.push(']');
        }
        Value::Mapping(mapping) => {
            output.push('{');
            for (index, (key, value)) in mapping.entries().enumerate() {
                output.push_str(if index > 0 { ", " } else { "" });
                output.push_str(&key_text(&key.name, true));
                output.push_str(": ");
                output.push_str(&flow(value));
            }
            output.push('}');
        }
    }
    output.finish()
}

/// A key on one line.
pub(in super::super) fn key_text(key: &str, in_flow: bool) -> Zeroizing<String> {
    written(
        key,
        if in_flow {
            in_brackets(key, style(key, true))
        } else {
            style(key, true)
        },
    )
}

/// A text on one line, quoted `like` another one where it can be.
pub(in super::super) fn quoted(text: &str, like: Option<Quotes>, in_flow: bool) -> Zeroizing<String> {
    let natural = match style(text, false) {
        Style::Literal => Style::Double,
        natural if in_flow => in_brackets(text, natural),
        natural => natural,
    };
    let style = match like {
        Some(Quotes::Double) => Style::Double,
        Some(Quotes::Single) if !text.contains(needs_escape) && !text.contains('\n') => Style::Single,
        _ => natural,
    };
    written(text, style)
}

/// In brackets more characters have a meaning.
fn in_brackets(text: &str, natural: Style) -> Style {
    let means_something = text.contains([',', '[', ']', '{', '}', ':', '#', '?']) || text.starts_with('-');
    if natural == Style::Plain && means_something {
        Style::Double
    } else {
        natural
    }
}

fn written(text: &str, style: Style) -> Zeroizing<String> {
    let mut output = Output::default();
    match style {
        Style::Plain => output.push_str(text),
        Style::Single => {
            output.push('\'');
            for character in text.chars() {
                output.push_str(if character == '\'' { "'" } else { "" });
                output.push(character);
            }
            output.push('\'');
        }
        Style::Double | Style::Literal => {
            output.push('"');
            for character in text.chars() {
                if needs_escape(character) || matches!(character, '\n' | '"' | '\\') {
                    push_escaped(character, &mut output);
                } else {
                    output.push(character);
                }
            }
            output.push('"');
        }
    }
    output.finish()
}

/// Columns of `- `.
const DASH: usize = 2;
