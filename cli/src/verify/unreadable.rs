//! The defects of a document that cannot be read, told from its lines.

use signet_document::{Position, ReadError};
use zeroize::Zeroizing;

use super::{
    check::{Demands, is_template},
    finding::Findings,
    plaintext::SEAL_IT,
    rule::{MALFORMED_DOCUMENT, PLAINTEXT_SECRET, TEMPLATED},
};
use crate::io::input::names_kind;

/// Tells of a document that was meant to hold a Secret or a SealedSecret why it cannot be read, and of every value of a Secret in it.
pub(super) fn check(text: &[u8], error: &ReadError, demands: &Demands, findings: &mut Findings) {
    let text = lossy(text);
    let is_secret = names_kind(&text, &["Secret"]) && !demands.is_sealed_only;
    if !is_secret && !names_kind(&text, &["SealedSecret"]) {
        return;
    }
    explain(&text, error, findings);
    if is_secret {
        for position in values(&text) {
            findings.push_with_hint(&PLAINTEXT_SECRET, position, "a value of a Secret", SEAL_IT);
        }
    }
}

fn explain(text: &str, error: &ReadError, findings: &mut Findings) {
    let position = error.position();
    if is_at_template(text, position) {
        let hint = "render it first and check the result, as in `helm template . | signet verify -`";
        findings.push_with_hint(&TEMPLATED, position, "a template that has not been rendered", hint);
        return;
    }
    let message = error.to_string();
    let message = message.strip_prefix(&format!("{position}: ")).unwrap_or(&message);
    match error.hint() {
        Some(hint) => findings.push_with_hint(&MALFORMED_DOCUMENT, position, message, hint),
        None => findings.push(&MALFORMED_DOCUMENT, position, message),
    }
}

/// The text as far as it is UTF-8, without the zeros of UTF-16.
fn lossy(text: &[u8]) -> Zeroizing<String> {
    // It never grows: the copy that would leave behind is not wiped.
    let mut lossy = Zeroizing::new(String::with_capacity(text.len()));
    for chunk in text.utf8_chunks() {
        chunk.valid().split('\0').for_each(|part| lossy.push_str(part));
        if !chunk.invalid().is_empty() {
            lossy.push('?');
        }
    }
    lossy
}

/// Whether reading stopped at a template, or just behind the line of one.
fn is_at_template(text: &str, position: Position) -> bool {
    let lines = text.lines().take(position.line).map(without_comment);
    let until: Vec<_> = lines.filter(|line| !line.trim().is_empty()).collect();
    let mut last = until.iter().rev().take(2);
    last.any(|line| line.contains("{{") || line.contains("{%"))
}

/// Where a value that anybody can read stands below `data` or `stringData`.
fn values(text: &str) -> Vec<Position> {
    let mut found = Vec::new();
    // How far the section is indented, and where the item stands whose value is a block of lines.
    let (mut section, mut block) = (None, None::<(usize, Position)>);
    for (index, line) in text.lines().enumerate() {
        let line = without_comment(line);
        let content = line.trim();
        if content.is_empty() || is_directive(content) {
            continue;
        }
        let indent = line.len() - line.trim_start().len();
        let position = Position {
            line: index + 1,
            column: indent + 1,
        };
        let (name, value) = entry(content);
        if section.is_none_or(|section| indent <= section) {
            block = None;
            section = ["data", "stringData"].contains(&name).then_some(indent);
            if section.is_some() && value != "{" && is_plain(value) {
                found.push(position);
            }
            continue;
        }
        block = block.filter(|(outer, _)| indent > *outer);
        let place = block.map_or(position, |(_, place)| place);
        if block.is_none() && value.starts_with(['|', '>']) {
            block = Some((indent, position));
        } else if is_plain(value) && found.last() != Some(&place) {
            found.push(place);
        }
    }
    found
}

/// The name and the value of a line; a line without a name is all value.
fn entry(content: &str) -> (&str, &str) {
    let content = content.trim_start_matches(['{', ',']).trim_end_matches(',');
    let (name, value) = match content.split_once(':') {
        Some((name, value)) if value.is_empty() || value.starts_with([' ', '"', '\t']) => (name, value),
        _ => ("", content),
    };
    (unquoted(name), unquoted(value))
}

fn unquoted(text: &str) -> &str {
    let text = text.trim();
    let inner = ['"', '\'']
        .into_iter()
        .find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote));
    inner.unwrap_or(text)
}

/// Whether a value is one that could be secret.
fn is_plain(value: &str) -> bool {
    let is_nothing = value.is_empty() || matches!(value, "~" | "null" | "{}" | "}" | "},");
    !is_nothing && !is_template(value) && !is_open(value)
}

/// Whether a line is nothing but a directive of a template engine, wherever it is indented.
fn is_directive(content: &str) -> bool {
    is_template(content) || is_open(content) || (content.starts_with("{%") && content.ends_with("%}"))
}

/// Whether a template starts that ends on a later line.
fn is_open(value: &str) -> bool {
    value.starts_with("{{") && !value.contains("}}")
}

fn without_comment(line: &str) -> &str {
    let starts = line.match_indices('#').map(|(at, _)| at);
    let mut comments = starts.filter(|at| {
        line.get(..*at)
            .is_some_and(|before| before.is_empty() || before.ends_with([' ', '\t']))
    });
    line.get(..comments.next().unwrap_or(line.len())).unwrap_or_default()
}
