use crate::{output::Output, schema::kubernetes};

/// How a text is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    Plain,
    Single,
    Double,
    Literal,
}

/// The style that go.yaml.in/yaml/v2 gives a text (`encode.go`, `emitterc.go`): a block if it has several lines, quotes where something
/// else would be read without them. `key` is whether the text stands as a key on the line of its value.
pub(crate) fn style(text: &str, key: bool) -> Style {
    let special = text.contains(needs_escape);
    let outer_space = text.starts_with(' ') || text.ends_with(' ');
    if text.contains('\n') {
        let block = !key && !special && !text.contains(" \n") && !text.ends_with(' ');
        if block { Style::Literal } else { Style::Double }
    } else if special || kubernetes::needs_quotes(text) || (key && text == MERGE) {
        Style::Double
    } else if outer_space || has_indicator(text) {
        Style::Single
    } else {
        Style::Plain
    }
}

/// Whether a character can stand in double quotes only, as an escape.
///
/// go.yaml.in/yaml/v2 writes U+2028 and U+2029 as they are, as line breaks of YAML 1.1. Readers of YAML 1.2 would take the indentation
/// behind them for text, so here they are escaped.
pub(crate) fn needs_escape(character: char) -> bool {
    match character {
        '\n' => false,
        '\u{feff}' | '\u{2028}' | '\u{2029}' => true,
        _ => !matches!(character, ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}'),
    }
}

/// Writes the escape of a character in double quotes.
pub(crate) fn push_escaped(character: char, output: &mut Output) {
    output.push('\\');
    let code = u32::from(character);
    match character {
        '\0' => output.push('0'),
        '\u{7}' => output.push('a'),
        '\u{8}' => output.push('b'),
        '\t' => output.push('t'),
        '\n' => output.push('n'),
        '\u{b}' => output.push('v'),
        '\u{c}' => output.push('f'),
        '\r' => output.push('r'),
        '\u{1b}' => output.push('e'),
        '"' | '\\' => output.push(character),
        '\u{85}' => output.push('N'),
        '\u{a0}' => output.push('_'),
        '\u{2028}' => output.push('L'),
        '\u{2029}' => output.push('P'),
        '\0'..='\u{ff}' => output.push_str(&format!("x{code:02X}")),
        '\0'..='\u{ffff}' => output.push_str(&format!("u{code:04X}")),
        _ => output.push_str(&format!("U{code:08X}")),
    }
}

/// Whether the text has a character where YAML takes it for an indicator.
fn has_indicator(text: &str) -> bool {
    let mut characters = text.chars();
    let starts = match (characters.next(), characters.next()) {
        (Some('#' | ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`'), _) => {
            true
        }
        (Some('?' | '-'), next) => matches!(next, None | Some(' ')),
        _ => false,
    };
    let inside = text.contains(": ") || text.contains(" #") || text.ends_with(':');
    starts || inside || text.starts_with("---") || text.starts_with("...")
}

/// Go writes this key without quotes and reads it as a merge then.
const MERGE: &str = "<<";
