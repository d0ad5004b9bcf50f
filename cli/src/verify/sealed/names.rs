//! The name and the namespace, which say what opens.

use signet_api::{Scope, SealedSecret, is_label, is_subdomain};
use signet_document::Node;

use super::place_of;
use crate::verify::{
    check::{field, has_template},
    finding::Findings,
    rule::{NAME_INVALID, NAME_MISSING, NAMESPACE_INVALID, NAMESPACE_MISSING, RENAMED, SCOPE_INEFFECTIVE, TEMPLATED},
};

pub(super) fn check(root: &Node, sealed: &SealedSecret, findings: &mut Findings) {
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

/// What the template still tells of the Secret that was sealed: kubeseal copies name, namespace and annotations there.
pub(super) fn check_origin(root: &Node, sealed: &SealedSecret, findings: &mut Findings) {
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
