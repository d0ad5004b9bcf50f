//! The defects of one SealedSecret.

mod items;
mod names;
mod scope;

use signet_api::{Reading, SealedSecret, annotations};
use signet_document::{Document, Node, Position};

use super::{
    check::{Demands, entries, field},
    finding::Findings,
    rule::{
        DUPLICATE_ITEM, DUPLICATE_KEY, KEY_HINT_MALFORMED, MALFORMED_MANIFEST, OLDER_KEY, OTHER_KEY,
        PLAINTEXT_ANNOTATION, UNKNOWN_FIELD,
    },
};

pub(super) fn check(document: &Document, demands: &Demands, findings: &mut Findings) {
    findings.objects += 1;
    let root = &document.root;
    let Some(sealed) = read(document, findings) else {
        return;
    };
    names::check(root, &sealed, findings);
    scope::check(root, &sealed, demands, findings);
    names::check_origin(root, &sealed, findings);
    check_fields(root, findings);
    check_template(root, findings);
    check_key_hint(root, demands, findings);
    items::check(root, &sealed, demands, findings);
}

/// The object, as far as it can be read; nothing where it cannot at all.
fn read(document: &Document, findings: &mut Findings) -> Option<SealedSecret> {
    let duplicates = document.duplicates();
    for twice in &duplicates {
        let rule = match twice.path.strip_prefix("spec.encryptedData.") {
            Some(_) => &DUPLICATE_ITEM,
            None => &DUPLICATE_KEY,
        };
        findings.push_with_hint(
            rule,
            twice.second,
            format!("{}: stands twice, first at {}", twice.path, findings.place(twice.first)),
            "remove one of the two; the first one is lost without a word",
        );
    }
    match SealedSecret::from_document(document, Reading::Strict) {
        Ok(sealed) => return Some(sealed),
        // Told already.
        Err(_) if !duplicates.is_empty() => {}
        Err(error) => match error.hint() {
            Some(hint) => findings.push_with_hint(&MALFORMED_MANIFEST, error.position(), error.to_string(), hint),
            None => findings.push(&MALFORMED_MANIFEST, error.position(), error.to_string()),
        },
    }
    SealedSecret::from_document(document, Reading::AsKubeseal).ok()
}

fn check_fields(root: &Node, findings: &mut Findings) {
    for (path, known) in FIELDS {
        for (name, position, _) in entries(root, path) {
            if !known.iter().any(|known| known.eq_ignore_ascii_case(name)) {
                let path: Vec<_> = path.iter().chain([&name]).copied().collect();
                let message = format!("{}: is not known in a SealedSecret", path.join("."));
                findings.push(&UNKNOWN_FIELD, position, message);
            }
        }
    }
}

fn check_template(root: &Node, findings: &mut Findings) {
    for (name, position, _) in entries(root, &["spec", "template", "metadata", "annotations"]) {
        if annotations::LAST_APPLIED.contains(&name) {
            findings.push_with_hint(
                &PLAINTEXT_ANNOTATION,
                position,
                format!("spec.template.metadata.annotations: {name} holds the plaintext"),
                "remove the annotation, and change the values",
            );
        }
    }
}

fn check_key_hint(root: &Node, demands: &Demands, findings: &mut Findings) {
    let Some(node) = field(root, &["metadata", "annotations", annotations::SEALED_BY]) else {
        return;
    };
    let text = node.as_text().unwrap_or_default();
    if !is_fingerprint(&text) {
        let message = format!("metadata.annotations.{}: is no fingerprint", annotations::SEALED_BY);
        findings.push(&KEY_HINT_MALFORMED, node.position, message);
        return;
    }
    if !demands.keys.is_empty() {
        // Which key opens an item is better known than this.
        return;
    }
    let known = demands
        .certificates
        .iter()
        .position(|known| known.fingerprint().as_str() == text.as_str());
    let hint = "signet reseal brings it to the newest certificate";
    match (known, demands.certificates.first()) {
        (Some(0), _) | (_, None) => {}
        (Some(_), Some(newest)) => findings.push_with_hint(
            &OLDER_KEY,
            node.position,
            format!("sealed to the older key {}, not to {}", *text, newest.fingerprint()),
            hint,
        ),
        (None, Some(newest)) => findings.push_with_hint(
            &OTHER_KEY,
            node.position,
            format!("sealed to the key {}, not to {}", *text, newest.fingerprint()),
            hint,
        ),
    }
}

/// Where a field of the object stands, or the object where it has none of that name.
fn place_of(root: &Node, name: &str) -> Position {
    let mut fields = entries(root, &[]);
    fields
        .find(|(key, ..)| *key == name)
        .map_or(root.position, |(_, place, _)| place)
}

/// Whether the text is a fingerprint as [`signet_sealing_keys::Fingerprint`] writes it: of 32 bytes.
fn is_fingerprint(text: &str) -> bool {
    let Some(digest) = text.strip_prefix("SHA256:") else {
        return false;
    };
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"+/".contains(&byte);
    digest.len() == 43 && digest.bytes().all(is_base64)
}

/// What stands in a SealedSecret, where a misplaced field would be lost.
const FIELDS: [(&[&str], &[&str]); 3] = [
    (&[], &["apiVersion", "kind", "metadata", "spec", "status"]),
    (&["spec"], &["data", "encryptedData", "template"]),
    (&["spec", "template"], &["data", "immutable", "metadata", "type"]),
];
