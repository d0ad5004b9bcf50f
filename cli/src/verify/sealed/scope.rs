//! The scope and the annotations that say it.

use signet_api::{SealedSecret, annotations};
use signet_document::Node;

use super::place_of;
use crate::verify::{
    check::{Demands, entries},
    finding::Findings,
    rule::{SCOPE_CONFLICT, SCOPE_FORBIDDEN, SCOPE_INEFFECTIVE},
};

pub(super) fn check(root: &Node, sealed: &SealedSecret, demands: &Demands, findings: &mut Findings) {
    let metadata = place_of(root, "metadata");
    let mut set = Vec::new();
    for (name, position, node) in entries(root, &["metadata", "annotations"]) {
        let value = node.as_text().unwrap_or_default();
        match misspelt(name) {
            Some(meant) => findings.push_with_hint(
                &SCOPE_INEFFECTIVE,
                position,
                format!("metadata.annotations: {name:?} is no scope annotation"),
                format!("write {meant}: \"true\""),
            ),
            None if !SCOPES.contains(&name) || *value == *"false" => {}
            None if *value == *annotations::TRUE => set.push(position),
            None => findings.push_with_hint(
                &SCOPE_INEFFECTIVE,
                node.position,
                format!("metadata.annotations.{name}: has no effect, as it is not exactly \"true\""),
                format!("write {name}: \"true\", or remove it"),
            ),
        }
    }
    if let [_, second] = set[..] {
        findings.push_with_hint(
            &SCOPE_CONFLICT,
            second,
            "metadata.annotations: both scope annotations are set",
            "remove the one that is not meant; cluster-wide counts",
        );
    }
    let scope = sealed.scope();
    if !demands.scopes.is_empty() && !demands.scopes.contains(&scope) {
        let place = set.first().copied().unwrap_or(metadata);
        findings.push(
            &SCOPE_FORBIDDEN,
            place,
            format!("the scope {scope} is not allowed here"),
        );
    }
}

/// The scope annotation that was meant by something close to it.
fn misspelt(name: &str) -> Option<&'static str> {
    let plain = |name: &str| -> String {
        let last = name.rsplit('/').next().unwrap_or(name);
        last.chars()
            .filter(char::is_ascii_alphabetic)
            .collect::<String>()
            .to_ascii_lowercase()
    };
    let meant = SCOPES.into_iter().find(|scope| plain(scope) == plain(name));
    meant.filter(|meant| *meant != name)
}

const SCOPES: [&str; 2] = [annotations::CLUSTER_WIDE, annotations::NAMESPACE_WIDE];
