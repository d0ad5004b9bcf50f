//! Labels and annotations with a meaning, by upstream's names (`pkg/apis/sealedsecrets/v1alpha1/types.go`).
//!
//! Each annotation of upstream counts only with the exact value [`TRUE`].

use std::collections::BTreeMap;

/// On a SealedSecret (or a Secret to seal): any name and namespace may open it.
pub const CLUSTER_WIDE: &str = "sealedsecrets.bitnami.com/cluster-wide";

/// On a SealedSecret (or a Secret to seal): any name in its namespace may open it.
pub const NAMESPACE_WIDE: &str = "sealedsecrets.bitnami.com/namespace-wide";

/// On a live Secret: the controller may overwrite it and become its owner.
pub const MANAGED: &str = "sealedsecrets.bitnami.com/managed";

/// On a live Secret: the controller merges into it instead of overwriting it.
pub const PATCH: &str = "sealedsecrets.bitnami.com/patch";

/// On `spec.template.metadata`: the Secret gets no owner reference.
pub const SKIP_SET_OWNER_REFERENCES: &str = "sealedsecrets.bitnami.com/skip-set-owner-references";

/// Label of a key Secret. The controller loads those with the value [`KEY_ACTIVE`].
pub const SEALING_KEY: &str = "sealedsecrets.bitnami.com/sealed-secrets-key";

/// The value of [`SEALING_KEY`] by which a key is loaded; any other retires it.
pub const KEY_ACTIVE: &str = "active";

/// Annotations that hold a copy of the whole object, plaintext included; never carried into a template.
pub const LAST_APPLIED: [&str; 2] = [
    "kubectl.kubernetes.io/last-applied-configuration",
    "kubecfg.ksonnet.io/last-applied-configuration",
];

/// On a SealedSecret: the fingerprint of the key that it was sealed to. Ours alone; nothing of upstream looks at it.
pub const SEALED_BY: &str = "signet.dev/sealing-key";

/// On a SealedSecret, with the value [`FALSE`]: its Secret is not put right where somebody has changed it. Ours alone.
pub const HEAL: &str = "signet.dev/heal";

/// On the Secret of the newest sealing key, with any value but an empty one or [`FALSE`]: another key is to take its place. Ours alone.
pub const RENEW: &str = "signet.dev/renew";

/// The value of [`SEALING_KEY`] that `signet keys retire` gives.
pub const KEY_RETIRED: &str = "retired";

/// The value that switches [`HEAL`] and [`RENEW`] off.
pub const FALSE: &str = "false";

/// The value that switches an annotation on. `TRUE`, `1` and `yes` do not.
pub const TRUE: &str = "true";

/// Whether `annotation` stands among `annotations` with the value [`TRUE`].
pub fn is_set(annotations: Option<&BTreeMap<String, String>>, annotation: &str) -> bool {
    annotations
        .and_then(|all| all.get(annotation))
        .is_some_and(|value| value == TRUE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_exact_word_counts() {
        for (value, expected) in [
            ("true", true),
            ("TRUE", false),
            ("True", false),
            ("1", false),
            ("", false),
            ("true ", false),
        ] {
            let annotations = BTreeMap::from([(MANAGED.to_owned(), value.to_owned())]);
            assert_eq!(is_set(Some(&annotations), MANAGED), expected, "{value:?}");
            assert!(!is_set(Some(&annotations), PATCH));
        }
        assert!(!is_set(None, MANAGED));
    }
}
