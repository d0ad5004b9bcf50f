use signet_document::{Document, Node};

use super::{
    check::{entries, field, is_template},
    finding::Findings,
    rule::{PLAINTEXT_SECRET, TEMPLATED},
};
use crate::io::sops;

/// Whether a Secret has values in it that anybody can read.
pub(super) fn check(document: &Document, findings: &mut Findings) {
    let root = &document.root;
    let group = field(root, &["apiVersion"]).and_then(Node::as_text).unwrap_or_default();
    if !matches!(group.as_str(), "" | "v1") {
        return;
    }
    let values = ["data", "stringData"]
        .into_iter()
        .flat_map(|name| entries(root, &[name]));
    let readable = values.filter(|(_, _, node)| !(sops::is_empty(node) || sops::is_encrypted(root, node)));
    let (templates, values): (Vec<_>, Vec<_>) =
        readable.partition(|(_, _, node)| node.as_text().is_some_and(|text| is_template(&text)));
    if let Some((name, position, _)) = values.first() {
        let message = format!("a Secret with its values, such as {name:?}");
        findings.push_with_hint(&PLAINTEXT_SECRET, *position, message, SEAL_IT);
    } else if let Some((_, position, _)) = templates.first() {
        findings.push(&TEMPLATED, *position, "the values of this Secret are templates");
    }
}

pub(super) const SEAL_IT: &str = "seal it with `signet seal`, take it out of Git's history, and change the values";
