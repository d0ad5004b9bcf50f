use std::{fmt, str::FromStr};

/// One kind of defect. Its id never changes its meaning.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Rule {
    pub(crate) id: &'static str,
    pub(crate) severity: Severity,
    /// What is wrong where it is found.
    pub(crate) description: &'static str,
}

/// Whether a finding fails the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Severity {
    Error,
    Warning,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}

impl FromStr for &'static Rule {
    type Err = UnknownRule;

    fn from_str(id: &str) -> Result<Self, Self::Err> {
        ALL.into_iter().find(|rule| rule.id == id).ok_or(UnknownRule)
    }
}

/// The text names no rule.
#[derive(Debug, thiserror::Error)]
#[error("there is no rule of that name; docs/rules.md lists them")]
pub(crate) struct UnknownRule;

const fn error(id: &'static str, description: &'static str) -> Rule {
    Rule {
        id,
        severity: Severity::Error,
        description,
    }
}

const fn warning(id: &'static str, description: &'static str) -> Rule {
    Rule {
        id,
        severity: Severity::Warning,
        description,
    }
}

/// Declares each rule, and all of them in order.
macro_rules! rules {
    ($($name:ident = $rule:expr;)*) => {
        $(pub(crate) static $name: Rule = $rule;)*
        /// Every rule, by id.
        pub(crate) static ALL: [&Rule; [$(stringify!($name)),*].len()] = [$(&$name),*];
    };
}

rules! {
    BOTH_DATA = error("both-data", "The deprecated spec.data stands beside spec.encryptedData: the controller takes neither.");
    CERTIFICATE_EXPIRED = error("certificate-expired", "The given certificate is past its validity: nobody can seal to it any more.");
    CIPHERTEXT_FOREIGN = error("ciphertext-foreign", "A ciphertext was made for an RSA key of another size than the certificate's.");
    CIPHERTEXT_MALFORMED = error("ciphertext-malformed", "An item is base64, but nothing that sealing makes: cut off, altered or no ciphertext at all.");
    CIPHERTEXT_NOT_BASE64 = error("ciphertext-not-base64", "An item is not base64, so that the controller takes nothing of the object.");
    DEPRECATED_DATA = warning("deprecated-data", "The items are in the deprecated spec.data, all in one ciphertext.");
    DOES_NOT_OPEN = error("does-not-open", "No key opens an item: sealed for another name, namespace, scope or cluster, or altered.");
    DUPLICATE_ITEM = error("duplicate-item", "An item stands twice, and the first one is lost.");
    DUPLICATE_KEY = error("duplicate-key", "A key stands twice in one mapping, and the first one is lost.");
    ENCRYPTED_BROKEN = error("encrypted-broken", "A file that sops has encrypted cannot be read: cut off, altered or merged by hand.");
    ENCRYPTED_CHANGED = error("encrypted-changed", "A file that sops has encrypted was changed by something else: a value or the MAC is wrong.");
    ENCRYPTED_UNOPENED = error("encrypted-unopened", "No key at hand opens a file that sops has encrypted.");
    ITEM_NAME_INVALID = error("item-name-invalid", "An item has a name that no Secret can hold.");
    KEY_HINT_MALFORMED = warning("key-hint-malformed", "The annotation signet.dev/sealing-key is no fingerprint.");
    MAC_MISSING = error("mac-missing", "A file that sops has encrypted has no MAC.");
    MALFORMED_DOCUMENT = error("malformed-document", "A manifest of a Secret or SealedSecret is not YAML or JSON.");
    MALFORMED_MANIFEST = error("malformed-manifest", "A field is missing, of the wrong type, or reads as something else than what stands there.");
    NAME_INVALID = error("name-invalid", "metadata.name is no name for a Secret.");
    NAME_MISSING = error("name-missing", "There is no metadata.name.");
    NAMESPACE_INVALID = error("namespace-invalid", "metadata.namespace is no name for a namespace.");
    NAMESPACE_MISSING = error("namespace-missing", "There is no metadata.namespace, though the scope is bound to one.");
    NO_ITEMS = warning("no-items", "There are no sealed items in it; the API server refuses an object without spec.encryptedData.");
    NOT_ENCRYPTED = error("not-encrypted", "A creation rule of .sops.yaml names the file by its path_regex, and it is not encrypted.");
    OLDER_KEY = warning("older-key", "Sealed to an older key than the newest that is known.");
    OTHER_KEY = warning("other-key", "Sealed to a key that none of the given certificates is for.");
    PLAINTEXT_ANNOTATION = error("plaintext-annotation", "An annotation of the template holds a copy of the plaintext.");
    PLAINTEXT_SECRET = error("plaintext-secret", "A Secret with its values stands in the tree.");
    RECIPIENT_MISSING = error("recipient-missing", "A file is not encrypted for a key that its creation rule names.");
    RECIPIENT_STALE = error("recipient-stale", "A file is encrypted for a key that its creation rule does not name.");
    RENAMED = error("renamed", "The object has another name or namespace than it was sealed for, so that no key opens it.");
    RULE_UNUSABLE = error("rule-unusable", "The .sops.yaml cannot be read, or has no usable rule for an encrypted file.");
    SCOPE_CONFLICT = error("scope-conflict", "Both scope annotations are set; cluster-wide wins.");
    SCOPE_FORBIDDEN = error("scope-forbidden", "The scope is none of those that are allowed.");
    SCOPE_INEFFECTIVE = error("scope-ineffective", "A scope is written where it has no effect: misspelt, not exactly \"true\", or on the template alone.");
    TEMPLATED = warning("templated", "A template that has not been rendered: it cannot be checked.");
    UNKNOWN_FIELD = error("unknown-field", "A field that no SealedSecret has; the API server drops it.");
    UNREADABLE = error("unreadable", "The file cannot be read.");
    VALUE_READABLE = error("value-readable", "A value stands unencrypted in a file that sops has encrypted, though the rule encrypts it.");
}
