//! The defects of one SealedSecret.

use std::collections::BTreeMap;

use signet_api::{Reading, Scope, SealedSecret, annotations, is_data_key, is_label, is_subdomain};
use signet_document::{Document, Node, Position, Value};
use signet_sealing_keys::PrivateKey;

use super::{
    check::{Demands, entries, field, has_template},
    ciphertext::{self, Item},
    finding::Findings,
    rule::{
        BOTH_DATA, DEPRECATED_DATA, DUPLICATE_ITEM, DUPLICATE_KEY, ITEM_NAME_INVALID, KEY_HINT_MALFORMED,
        MALFORMED_MANIFEST, NAME_INVALID, NAME_MISSING, NAMESPACE_INVALID, NAMESPACE_MISSING, NO_ITEMS, OLDER_KEY,
        OTHER_KEY, PLAINTEXT_ANNOTATION, RENAMED, SCOPE_CONFLICT, SCOPE_FORBIDDEN, SCOPE_INEFFECTIVE, TEMPLATED,
        UNKNOWN_FIELD,
    },
};

pub(super) fn check(document: &Document, demands: &Demands, findings: &mut Findings) {
    findings.objects += 1;
    let root = &document.root;
    let Some(sealed) = read(document, findings) else {
        return;
    };
    check_names(root, &sealed, findings);
    check_scope(root, &sealed, demands, findings);
    check_origin(root, &sealed, findings);
    check_fields(root, findings);
    check_template(root, findings);
    check_key_hint(root, demands, findings);
    check_items(root, &sealed, demands, findings);
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

fn check_names(root: &Node, sealed: &SealedSecret, findings: &mut Findings) {
    let place =
        |name| field(root, &["metadata", name]).map_or_else(|| place_of(root, "metadata"), |node| node.position);
    let (name, namespace) = (sealed.name(), sealed.namespace());
    if name.is_empty() {
        findings.push(&NAME_MISSING, place("name"), "metadata.name: is missing");
    } else if has_template(name) {
        findings.push(&TEMPLATED, place("name"), "metadata.name: is a template");
    } else if !is_subdomain(name) {
        let hint = "names have a-z, 0-9, - and . only, and at most 253";
        findings.push_with_hint(
            &NAME_INVALID,
            place("name"),
            "metadata.name: is no name for a Secret",
            hint,
        );
    }
    if namespace.is_empty() {
        if sealed.scope() != Scope::ClusterWide {
            findings.push_with_hint(
                &NAMESPACE_MISSING,
                place("namespace"),
                format!("metadata.namespace: is missing, and the scope is {}", sealed.scope()),
                "write the namespace that it was sealed for; in any other it does not open",
            );
        }
    } else if has_template(namespace) {
        findings.push(&TEMPLATED, place("namespace"), "metadata.namespace: is a template");
    } else if !is_label(namespace) {
        let (message, hint) = (
            "metadata.namespace: is no name for a namespace",
            "names have a-z, 0-9 and - only, and at most 63",
        );
        findings.push_with_hint(&NAMESPACE_INVALID, place("namespace"), message, hint);
    }
}

fn check_scope(root: &Node, sealed: &SealedSecret, demands: &Demands, findings: &mut Findings) {
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

/// What the template still tells of the Secret that was sealed: kubeseal copies name, namespace and annotations there.
fn check_origin(root: &Node, sealed: &SealedSecret, findings: &mut Findings) {
    let Some(template) = &sealed.spec.template else {
        return;
    };
    let place = |path: &[&str]| {
        let path: Vec<_> = ["spec", "template", "metadata"].iter().chain(path).copied().collect();
        field(root, &path).unwrap_or(root).position
    };
    let scope = sealed.scope();
    let was = Scope::of(template.metadata.annotations.as_ref());
    if was != scope && was != Scope::Strict {
        findings.push_with_hint(
            &SCOPE_INEFFECTIVE,
            place(&["annotations"]),
            format!("spec.template.metadata.annotations: {was} has no effect here, the scope is {scope}"),
            "the scope is read from metadata.annotations alone",
        );
    }
    let bound = [
        ("name", scope == Scope::Strict, &template.metadata.name, sealed.name()),
        (
            "namespace",
            scope != Scope::ClusterWide,
            &template.metadata.namespace,
            sealed.namespace(),
        ),
    ];
    for (field, is_bound, then, now) in bound {
        let then = then.as_deref().unwrap_or_default();
        if is_bound && !then.is_empty() && !now.is_empty() && then != now && !has_template(then) && !has_template(now) {
            findings.push_with_hint(
                &RENAMED,
                place(&[field]),
                format!(
                    "spec.template.metadata.{field}: is {then}, but metadata.{field} is {now}, and the scope is {scope}"
                ),
                "a copied or renamed SealedSecret does not open: seal the Secret again",
            );
        }
    }
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

fn check_items(root: &Node, sealed: &SealedSecret, demands: &Demands, findings: &mut Findings) {
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

/// Where a field of the object stands, or the object where it has none of that name.
fn place_of(root: &Node, name: &str) -> Position {
    let mut fields = entries(root, &[]);
    fields
        .find(|(key, ..)| *key == name)
        .map_or(root.position, |(_, place, _)| place)
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

/// Whether the text is a fingerprint as [`signet_sealing_keys::Fingerprint`] writes it: of 32 bytes.
fn is_fingerprint(text: &str) -> bool {
    let Some(digest) = text.strip_prefix("SHA256:") else {
        return false;
    };
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"+/".contains(&byte);
    digest.len() == 43 && digest.bytes().all(is_base64)
}

const SCOPES: [&str; 2] = [annotations::CLUSTER_WIDE, annotations::NAMESPACE_WIDE];

/// What stands in a SealedSecret, where a misplaced field would be lost.
const FIELDS: [(&[&str], &[&str]); 3] = [
    (&[], &["apiVersion", "kind", "metadata", "spec", "status"]),
    (&["spec"], &["data", "encryptedData", "template"]),
    (&["spec", "template"], &["data", "immutable", "metadata", "type"]),
];
