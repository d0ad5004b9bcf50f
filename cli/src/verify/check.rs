//! Which defects a text has. Pure: what it is held against is given.

use signet_api::{Scope, manifest};
use signet_document::{Document, Limits, Node, Position, ReadError, Value, read};
use signet_sealing_keys::{Certificate, PrivateKey};

use super::{
    finding::Findings,
    plaintext,
    rule::{MALFORMED_DOCUMENT, Rule, TEMPLATED},
    sealed,
};

/// What the files are held against.
#[derive(Default)]
pub(crate) struct Demands {
    /// The certificates that may have sealed them, newest first.
    pub(crate) certificates: Vec<Certificate>,
    /// The scopes that are allowed; none is all of them.
    pub(crate) scopes: Vec<Scope>,
    /// The rules that do not count.
    pub(crate) ignored: Vec<&'static Rule>,
    /// Private keys of which one must open each item. Without any, that is not looked at.
    pub(crate) keys: Vec<PrivateKey>,
}

/// All defects of the Secrets and SealedSecrets in a text, in their order. What is no manifest of either has none.
pub(crate) fn check(text: &[u8], demands: &Demands) -> Findings {
    let mut findings = Findings::default();
    if may_hold_secrets(text) {
        for document in read(text, &Limits::default()) {
            match document {
                Ok(document) => check_object(&document, demands, &mut findings),
                Err(error) => check_error(text, &error, &mut findings),
            }
        }
    }
    findings
        .found
        .retain(|finding| !demands.ignored.contains(&finding.rule));
    findings.found.sort_by_key(|finding| finding.position);
    findings
}

/// A node by the names that lead to it.
pub(super) fn field<'a>(root: &'a Node, path: &[&str]) -> Option<&'a Node> {
    path.iter().try_fold(root, |node, name| match &node.value {
        Value::Mapping(mapping) => mapping.get(name),
        _ => None,
    })
}

/// The names, places and nodes in a mapping; none where it is no mapping.
pub(super) fn entries<'a>(
    root: &'a Node,
    path: &[&str],
) -> impl Iterator<Item = (&'a str, Position, &'a Node)> + use<'a> {
    let mapping = field(root, path).and_then(|node| match &node.value {
        Value::Mapping(mapping) => Some(mapping),
        _ => None,
    });
    let entries = mapping.into_iter().flat_map(|mapping| mapping.entries());
    entries.map(|(key, node)| (key.name.as_str(), key.position, node))
}

/// Whether a text stands for another one that a template engine will put in its place.
pub(super) fn is_template(text: &str) -> bool {
    let text = text.trim();
    (text.contains("{{") && text.contains("}}")) || (text.starts_with("${") && text.ends_with('}'))
}

fn check_object(document: &Document, demands: &Demands, findings: &mut Findings) {
    if let Some(items) = manifest::list_items(document) {
        for item in &items {
            check_object(item, demands, findings);
        }
        return;
    }
    match manifest::kind(document).as_deref() {
        Some("SealedSecret") => sealed::check(document, demands, findings),
        Some("Secret") => plaintext::check(document, findings),
        _ => {}
    }
}

fn check_error(text: &[u8], error: &ReadError, findings: &mut Findings) {
    let text = String::from_utf8_lossy(text).replace('\0', "");
    if !is_manifest(&text) {
        return;
    }
    let position = error.position();
    if is_at_template(&text, position) {
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

/// Whether a text could hold a Secret, told without reading it as YAML or JSON: in those, `Secret` can be written otherwise only with an escape,
/// in base64 behind a tag, or in UTF-16.
fn may_hold_secrets(text: &[u8]) -> bool {
    let is_special = |byte: &u8| matches!(byte, b'\\' | b'!' | b'\0');
    text.iter().any(is_special) || text.windows(b"Secret".len()).any(|part| part == b"Secret")
}

/// Whether a text that cannot be read was meant to hold a Secret or a SealedSecret.
fn is_manifest(text: &str) -> bool {
    text.match_indices("kind").any(|(at, name)| {
        let before = text.get(..at).and_then(|text| text.chars().next_back());
        let rest = text.get(at + name.len()..).unwrap_or_default();
        let rest = rest.trim_start_matches(['"', '\'']).trim_start();
        let Some(value) = rest.strip_prefix(':') else {
            return false;
        };
        let value = value.trim_start().trim_start_matches(['"', '\'']);
        let end = value
            .find(|end: char| !end.is_ascii_alphanumeric())
            .unwrap_or(value.len());
        !before.is_some_and(char::is_alphanumeric) && matches!(value.get(..end), Some("Secret" | "SealedSecret"))
    })
}

/// Whether reading stopped at a template, or just behind the line of one.
fn is_at_template(text: &str, position: Position) -> bool {
    let lines = text.lines().take(position.line);
    let until = lines.filter(|line| !line.trim().is_empty()).collect::<Vec<_>>();
    until
        .iter()
        .rev()
        .take(2)
        .any(|line| line.contains("{{") || line.contains("{%"))
}
