//! The sealed items, as a whole and one by one.

use std::collections::BTreeMap;

use signet_api::{SealedSecret, annotations, is_data_key};
use signet_document::{Node, Value};
use signet_sealing_keys::PrivateKey;

use super::place_of;
use crate::verify::{
    check::{Demands, entries, field},
    ciphertext::{self, Item},
    finding::Findings,
    rule::{BOTH_DATA, DEPRECATED_DATA, ITEM_NAME_INVALID, NO_ITEMS},
};

pub(super) fn check(root: &Node, sealed: &SealedSecret, demands: &Demands, findings: &mut Findings) {
    let blob = field(root, &["spec", "data"]).filter(|node| !matches!(node.value, Value::Null));
    let items: BTreeMap<_, _> = entries(root, &["spec", "encryptedData"])
        .map(|(name, position, node)| (name, (position, node)))
        .collect();
    match (blob, field(root, &["spec", "encryptedData"])) {
        (Some(blob), Some(_)) if !items.is_empty() => findings.push(
            &BOTH_DATA,
            blob.position,
            "spec.data: stands beside spec.encryptedData, which the controller refuses",
        ),
        (Some(blob), _) => findings.push_with_hint(
            &DEPRECATED_DATA,
            blob.position,
            "spec.data: is deprecated",
            "signet reseal writes the items to spec.encryptedData",
        ),
        (None, None) => {
            let place = place_of(root, "spec");
            // Not an error: it may be a patch of another one, for kustomize.
            findings.push(&NO_ITEMS, place, "spec.encryptedData: is missing");
        }
        (None, Some(node)) if items.is_empty() => {
            findings.push(&NO_ITEMS, node.position, "spec.encryptedData: is empty");
        }
        _ => {}
    }
    let mut candidates = candidates(root, demands);
    for (name, (position, node)) in &items {
        findings.items += 1;
        if !is_data_key(name) {
            findings.push_with_hint(
                &ITEM_NAME_INVALID,
                *position,
                format!("spec.encryptedData: {name:?} is no key for a Secret"),
                "keys have A-Z, a-z, 0-9, -, _ and . only",
            );
        }
        let path = format!("spec.encryptedData.{name}");
        ciphertext::check(
            &Item {
                path: &path,
                node,
                sealed,
            },
            demands,
            &mut candidates,
            findings,
        );
    }
    if let Some(blob) = blob {
        findings.items += 1;
        let path = "spec.data";
        ciphertext::check(
            &Item {
                path,
                node: blob,
                sealed,
            },
            demands,
            &mut candidates,
            findings,
        );
    }
}

/// The private keys, first the one that the object says it was sealed to.
fn candidates<'a>(root: &Node, demands: &'a Demands) -> Vec<&'a PrivateKey> {
    let hint = field(root, &["metadata", "annotations", annotations::SEALED_BY]).and_then(Node::as_text);
    let mut candidates: Vec<_> = demands.keys.iter().collect();
    candidates.sort_by_key(|key| {
        hint.as_ref()
            .is_none_or(|hint| key.fingerprint().as_str() != hint.as_str())
    });
    candidates
}
