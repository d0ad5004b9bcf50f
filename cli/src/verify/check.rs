//! Which defects a text has. Pure: what it is held against is given.

use signet_api::{Scope, manifest};
use signet_document::{Document, Limits, Node, Position, ReadError, Value, read};
use signet_sealing_keys::{Certificate, PrivateKey};

use super::{finding::Findings, plaintext, sealed, unreadable};

/// What the files are held against.
#[derive(Default)]
pub(crate) struct Demands {
    /// The certificates that may have sealed them, newest first.
    pub(crate) certificates: Vec<Certificate>,
    /// The scopes that are allowed; none is all of them.
    pub(crate) scopes: Vec<Scope>,
    /// Private keys of which one must open each item. Without any, that is not looked at.
    pub(crate) keys: Vec<PrivateKey>,
    /// Whether plain Secrets are passed over.
    pub(crate) is_sealed_only: bool,
}

/// All defects of the Secrets and SealedSecrets in a text, in their order. What is no manifest of either has none.
pub(crate) fn check(text: &[u8], demands: &Demands) -> Findings {
    let mut findings = Findings::default();
    if may_hold_secrets(text) && check_documents(text, demands, &mut findings).is_err() {
        // What cannot be read must not hide what stands around it.
        findings = Findings::default();
        for (lines, part) in parts(text) {
            findings.lines_before = lines;
            if let Err(error) = check_documents(part, demands, &mut findings) {
                unreadable::check(part, &error, demands, &mut findings);
            }
        }
    }
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

/// Whether a template engine will put something into a text.
pub(super) fn has_template(text: &str) -> bool {
    (text.contains("{{") && text.contains("}}")) || is_template(text)
}

/// Whether a text is nothing but one template, so that no value stands in it.
pub(super) fn is_template(text: &str) -> bool {
    [("{{", "}}"), ("${", "}")].into_iter().any(|(open, close)| {
        let inner = text.trim().strip_prefix(open).and_then(|text| text.strip_suffix(close));
        inner.is_some_and(|inner| !inner.contains(open) && !inner.contains(close))
    })
}

/// Looks at each document, up to the first that cannot be read.
fn check_documents(text: &[u8], demands: &Demands, findings: &mut Findings) -> Result<(), ReadError> {
    read(text, &Limits::default()).try_for_each(|document| {
        check_object(&document?, demands, findings);
        Ok(())
    })
}

/// The parts of a text from each line `---` to the next, with the number of lines before them.
fn parts(text: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut starts = vec![(0, 0)];
    let mut at = 0;
    for (number, line) in text.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let rest = line.strip_prefix(b"---");
        if at > 0 && rest.is_some_and(|rest| rest.first().is_none_or(u8::is_ascii_whitespace)) {
            starts.push((number, at));
        }
        at += line.len();
    }
    let ends: Vec<_> = starts.iter().skip(1).map(|(_, at)| *at).chain([text.len()]).collect();
    let parts = starts.into_iter().zip(ends);
    parts.map(|((lines, start), end)| (lines, text.get(start..end).unwrap_or_default()))
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
        Some("Secret") if !demands.is_sealed_only => plaintext::check(document, findings),
        _ => {}
    }
}

/// Whether a text could hold a Secret, told without reading it as YAML or JSON: in those, `Secret` can be written otherwise only with an escape,
/// in base64 behind a tag, or in UTF-16.
fn may_hold_secrets(text: &[u8]) -> bool {
    let is_special = |byte: &u8| matches!(byte, b'\\' | b'!' | b'\0');
    text.iter().any(is_special) || text.windows(b"Secret".len()).any(|part| part == b"Secret")
}
