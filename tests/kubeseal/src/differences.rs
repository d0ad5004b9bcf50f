//! Every deliberate difference, and nothing else may differ.

use crate::Aspect::{self, Code, Files, Stderr, Stdout};

/// A difference that we mean.
#[derive(Clone, Copy, Debug)]
pub struct Difference {
    /// The suite of its cases.
    pub suite: &'static str,
    /// The names of the cases in which it shows.
    pub cases: &'static [&'static str],
    /// What differs there.
    pub aspects: &'static [Aspect],
    /// What only its row of docs/compatibility.md has in it.
    pub row: &'static str,
}

/// The table.
pub const DIFFERENCES: &[Difference] = &[
    offline(&["second-fails"], &[Stdout], "print the documents before a failing one"),
    offline(
        &[
            "yaml-malformed-behind-good",
            "yaml-malformed-before-good",
            "json-malformed-behind-one",
        ],
        &[Code, Stdout, Stderr],
        "drop a malformed document of a YAML stream",
    ),
    offline(
        &["json-malformed-behind-two"],
        &[Code, Stderr],
        "drop a malformed document of a YAML stream",
    ),
    offline(
        &["recovery-key-damaged-beside-it"],
        &[Code, Stdout, Stderr],
        "open nothing where any of several keys is damaged",
    ),
    offline(&["file-folder"], &[Code, Stderr], "never end where `-f` names a folder"),
    offline(
        &[
            "data-not-base64",
            "data-not-padded",
            "data-number",
            "data-sequence",
            "data-with-blanks",
            "immutable-wrong",
            "json-malformed",
            "labels-wrong",
            "merge-into-malformed",
            "merge-into-secret",
            "merge-into-two",
            "merge-of-two",
            "metadata-wrong",
            "not-utf-8",
            "recovery-malformed",
            "string-data-mapping",
            "utf-16",
            "yaml-helm",
            "yaml-malformed",
            "yaml-tabs",
            "yaml-template",
        ],
        &[Stderr],
        "of a text that cannot be read, or give the words of Go's decoder",
    ),
    offline(
        &["scalar", "sequence"],
        &[Stderr],
        "pass over documents that are a scalar or a list",
    ),
    offline(&["annotation-control"], &[Code, Stdout, Stderr], "stop at U+007F"),
    offline(
        &["name-not-utf-8"],
        &[Code, Stdout, Stderr],
        "put U+FFFD into a name that is not UTF-8",
    ),
    offline(
        &["recovery-of-nothing"],
        &[Code, Stdout, Stderr],
        "open one YAML document with `--recovery-unseal`",
    ),
    offline(
        &["recovery-two-documents"],
        &[Stdout],
        "open one YAML document with `--recovery-unseal`",
    ),
    offline(
        &[
            "recovery-key-empty",
            "recovery-key-empty-list",
            "recovery-key-garbage",
            "recovery-key-is-certificate",
        ],
        &[Stderr],
        "take a key file without a key for no key",
    ),
    offline(
        &["recovery-key-secret-list"],
        &[Code, Stdout, Stderr],
        "refuse a `SecretList` of keys with its `kind`",
    ),
    offline(
        &["recovery-of-other-version"],
        &[Stderr],
        "of a wrong `apiVersion` in `--recovery-unseal`",
    ),
    offline(
        &["merge-format-yaml", "merge-into-yaml", "merge-labels", "merge-status"],
        &[Files],
        "write the target of `--merge-into` anew",
    ),
    offline(
        &["merge-scope-of-file"],
        &[Files],
        "seal for `--merge-into` in the scope of",
    ),
    offline(
        &["merge-scope-other"],
        &[Code, Stderr, Files],
        "seal for `--merge-into` in the scope of",
    ),
    offline(
        &[
            "merge-annotations-into-none",
            "merge-into-no-items",
            "merge-labels-into-none",
        ],
        &[Code, Stderr, Files],
        "panic where the target of `--merge-into`",
    ),
    offline(
        &["merge-into-nothing"],
        &[Code, Stderr],
        "panic where the target of `--merge-into`",
    ),
    offline(&["merge-with-output"], &[Files], "leave an empty file at `-w`"),
    offline(
        &["cert-elliptic-key", "cert-of-a-private-key"],
        &[Stderr],
        "say the same of a private key given by mistake",
    ),
    offline(
        &["cert-elliptic"],
        &[Stderr],
        "print the numbers of a certificate's key",
    ),
    offline(
        &[
            "cert-empty-name-then-a-cluster",
            "cert-url-file-missing",
            "cert-url-host",
            "cert-url-refused",
            "fetch-cert-unreachable",
            "re-encrypt-in-place-unreachable",
            "re-encrypt-unreachable",
            "rotate-unreachable",
            "seal-unreachable",
            "validate-unreachable",
        ],
        &[Stderr],
        "report network errors in Go's words",
    ),
    offline(
        &[
            "re-encrypt-in-place-unreachable",
            "write-cert-missing",
            "write-fails",
            "write-format-unknown",
            "write-over-fails",
        ],
        &[Files],
        "leave `.NAMEdigits` behind after a failed `-w`",
    ),
    offline(
        &["write-to-missing-folder"],
        &[Stderr],
        "name the temporary file when the folder of `-w` is missing",
    ),
    offline(
        &["write-to-folder"],
        &[Code, Stderr, Files],
        "succeed and write nothing where `-w` names a folder",
    ),
    offline(
        &["raw-malformed-kubeconfig"],
        &[Stderr],
        "show the text of a kubeconfig that does not parse",
    ),
    cluster(
        &["fetch-forbidden", "validate-forbidden"],
        &[Stdout, Stderr],
        "ask for a user name on standard output",
    ),
    cluster(
        &[
            "fetch-authority-wrong",
            "fetch-closed",
            "fetch-other-cluster",
            "fetch-proxy-closed",
            "fetch-server-name-wrong",
            "fetch-timeout-over",
        ],
        &[Stderr],
        "report network errors in Go's words",
    ),
    cluster(
        &["fetch-plugin-missing"],
        &[Stderr],
        "wrap what goes wrong with a credential plugin",
    ),
    cluster(
        &[
            "re-encrypt-in-place-fails",
            "re-encrypt-nothing-behind",
            "re-encrypt-renamed",
            "validate-nothing-behind",
            "validate-renamed",
            "validate-second-fails",
        ],
        &[Stderr],
        "name the SealedSecret that the controller cannot open, or nothing",
    ),
    cluster(
        &["re-encrypt-in-place-fails"],
        &[Files],
        "leave `.NAMEdigits` behind after a failed `-w`",
    ),
    cluster(
        &["seal-unauthorized-to-file"],
        &[Files],
        "leave `.NAMEdigits` behind after a failed `-w`",
    ),
    cluster(
        &["re-encrypt-second-fails"],
        &[Stdout, Stderr],
        "print the documents before a failing one",
    ),
    cluster(
        &[
            "re-encrypt-of-malformed",
            "validate-of-garbage",
            "validate-of-malformed",
        ],
        &[Code, Stderr],
        "find nothing wrong, with `--validate` and `--re-encrypt`",
    ),
    cluster(
        &[
            "re-encrypt-of-secret",
            "validate-of-secret",
            "validate-other-version",
            "validate-without-kind",
        ],
        &[Stderr],
        "find nothing wrong, with `--validate` and `--re-encrypt`",
    ),
    cluster(
        &["re-encrypt-plain-items"],
        &[Stdout],
        "lose `spec.template.data` with `--re-encrypt`",
    ),
    cluster(&["validate-with-output"], &[Files], "leave an empty file at `-w`"),
];

const fn cluster(cases: &'static [&'static str], aspects: &'static [Aspect], row: &'static str) -> Difference {
    Difference {
        suite: "cluster",
        cases,
        aspects,
        row,
    }
}

const fn offline(cases: &'static [&'static str], aspects: &'static [Aspect], row: &'static str) -> Difference {
    Difference {
        suite: "offline",
        cases,
        aspects,
        row,
    }
}
