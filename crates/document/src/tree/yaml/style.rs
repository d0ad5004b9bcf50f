//! How go.yaml.in/yaml/v3 writes a scalar (`stringv` in its `encode.go`, `yaml_emitter_analyze_scalar` in `emitterc.go`).

use base64::{Engine, prelude::BASE64_STANDARD};
use zeroize::Zeroizing;

use super::resolve::plain;
use crate::{schema::kubernetes::float_scalar, tree::Scalar, yaml::needs_escape};

/// How a text is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Single,
    Double,
    Literal,
}

/// Where a text stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Context {
    /// The value of a key or an item, on lines of their own.
    Block,
    /// A key on the line of its value, not in brackets.
    Key,
    /// In brackets, or a key there.
    Flow,
}

/// What is written of a scalar, without quotes: its tag, its text, and the style that it wants.
pub(super) struct Written<'a> {
    pub(super) tag: &'static str,
    pub(super) text: Text<'a>,
    pub(super) style: Style,
}

/// A text that is a scalar's own, or one that was made of it.
pub(super) enum Text<'a> {
    Own(&'a str),
    Made(Zeroizing<String>),
}

impl std::ops::Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Own(text) => text,
            Self::Made(text) => text,
        }
    }
}

pub(super) fn written(scalar: &Scalar, context: Context) -> Written<'_> {
    let word = |text: String| Written {
        tag: "",
        text: Text::Made(Zeroizing::new(text)),
        style: Style::Plain,
    };
    match scalar {
        Scalar::Null => word("null".to_owned()),
        Scalar::Bool(value) => word(value.to_string()),
        Scalar::Integer(value) => word(value.to_string()),
        Scalar::Unsigned(value) => word(value.to_string()),
        Scalar::Float(value) => word(float_scalar(*value)),
        Scalar::Time(value) => word(value.to_string()),
        Scalar::Text(bytes) => match str::from_utf8(bytes) {
            Ok(MERGE) => Written {
                tag: "!!merge ",
                ..word(MERGE.to_owned())
            },
            Ok(text) => Written {
                tag: "",
                text: Text::Own(text),
                style: style(text, context),
            },
            Err(_) => binary(bytes, context),
        },
    }
}

/// base64 in lines of 70 digits.
fn binary(bytes: &[u8], context: Context) -> Written<'static> {
    let digits = Zeroizing::new(BASE64_STANDARD.encode(bytes));
    let is_long = digits.len() >= LINE;
    let mut text = Zeroizing::new(String::with_capacity(digits.len() + digits.len() / LINE + 1));
    for line in digits.as_bytes().chunks(LINE) {
        text.push_str(str::from_utf8(line).unwrap_or_default());
        if is_long {
            text.push('\n');
        }
    }
    Written {
        tag: "!!binary ",
        style: match (is_long, context) {
            (true, Context::Block) => Style::Literal,
            (true, _) => Style::Double,
            (false, _) => Style::Plain,
        },
        text: Text::Made(text),
    }
}

/// The style of a text: a block if it has several lines, quotes where something else would be read without them.
pub(super) fn style(text: &str, context: Context) -> Style {
    if context == Context::Block && is_ciphertext(text) {
        return Style::Plain;
    }
    let is_special = text.contains(needs_escape_here);
    if text.contains('\n') {
        let is_block = !is_special && !text.contains(" \n") && !text.ends_with(' ');
        return match context {
            Context::Block if is_block => Style::Literal,
            _ => Style::Double,
        };
    }
    if is_special || text.contains('\t') || !is_text(text) {
        return Style::Double;
    }
    let has_outer_blank = text.starts_with(' ') || text.ends_with(' ');
    let is_quoted = has_outer_blank || has_indicator(text) || (context == Context::Flow && has_flow_indicator(text));
    if is_quoted { Style::Single } else { Style::Plain }
}

/// Most texts that are written are of SOPS, and plain: without blanks there is nothing in them that means something.
fn is_ciphertext(text: &str) -> bool {
    let is_inside = |byte: u8| byte.is_ascii_graphic() & (byte != b'#');
    // Without a way out, which costs more than the rest of the text.
    let are_inside = || text.bytes().fold(true, |are, byte| are & is_inside(byte));
    text.starts_with("ENC[") && text.ends_with(']') && are_inside()
}

/// A tab is written as it is in a block, and in quotes too.
fn needs_escape_here(character: char) -> bool {
    character != '\t' && needs_escape(character)
}

/// Whether readers of YAML 1.1 and 1.2 alike take it for a text without quotes.
fn is_text(text: &str) -> bool {
    let is_text = matches!(plain(text, true), Scalar::Text(_));
    is_text && !is_base_60(text) && !is_old_boolean(text)
}

fn is_old_boolean(text: &str) -> bool {
    let words = ["y", "Y", "yes", "Yes", "YES", "on", "On", "ON"];
    let others = ["n", "N", "no", "No", "NO", "off", "Off", "OFF"];
    words.contains(&text) || others.contains(&text)
}

/// `[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?`, a number of YAML 1.1.
fn is_base_60(text: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut parts = whole.split(':');
    let first = parts.next().unwrap_or_default();
    let is_part = |part: &str| match part.as_bytes() {
        [unit] => unit.is_ascii_digit(),
        [ten, unit] => (b'0'..=b'5').contains(ten) && unit.is_ascii_digit(),
        _ => false,
    };
    let mut count = 0;
    let are_parts = parts.all(|part| {
        count += 1;
        is_part(part)
    });
    let starts = first.starts_with(|first: char| first.is_ascii_digit()) && digits(first);
    starts && count > 0 && are_parts && digits(fraction)
}

/// Whether the text has a character where YAML takes it for an indicator.
fn has_indicator(text: &str) -> bool {
    let bytes = text.as_bytes();
    let starts = match (bytes.first(), bytes.get(1)) {
        (Some(first), _) if b"#,[]{}&*!|>'\"%@`".contains(first) => true,
        (Some(b'?' | b':' | b'-'), None | Some(b' ')) => true,
        _ => false,
    };
    let is_inside = text.contains(": ") || text.contains(" #") || text.ends_with(':');
    starts || is_inside || text.starts_with("---") || text.starts_with("...")
}

fn has_flow_indicator(text: &str) -> bool {
    text.starts_with(['?', ':']) || text.contains([',', '?', '[', ']', '{', '}', ':'])
}

/// Go writes this text with a tag, since it is a merge without.
pub(super) const MERGE: &str = "<<";

/// Digits of base64 in a line.
const LINE: usize = 70;
