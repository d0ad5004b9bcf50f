//! Which flags there are. Several commands share most of them.

/// A flag as a command declares it.
pub(super) struct Flag {
    /// The first is the one that the program asks by.
    pub(super) names: &'static [&'static str],
    pub(super) kind: Kind,
    /// The variable of the environment that gives its default.
    pub(super) variable: Option<&'static str>,
    /// For the help.
    pub(super) about: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A list by repetition.
    List,
    Number,
    /// A file; its name need not be UTF-8.
    Path,
    Switch,
    /// On unless turned off.
    SwitchOn,
    Text,
}

impl Flag {
    const fn new(kind: Kind, names: &'static [&'static str], about: &'static str) -> Self {
        Self {
            names,
            kind,
            variable: None,
            about,
        }
    }

    const fn or(self, variable: &'static str) -> Self {
        Self {
            variable: Some(variable),
            ..self
        }
    }

    pub(super) fn name(&self) -> &'static str {
        self.names.first().copied().unwrap_or_default()
    }
}

pub(super) const HELP: &[Flag] = &[Flag::new(Kind::Switch, &["help", "h"], "show help")];
pub(super) const VERSION: &[Flag] = &[Flag::new(Kind::Switch, &["version", "v"], "print the version")];

pub(super) const SERVICES: &[Flag] = &[
    Flag::new(
        Kind::SwitchOn,
        &["enable-local-keyservice"],
        "open data keys in this program too",
    )
    .or("SOPS_ENABLE_LOCAL_KEYSERVICE"),
    Flag::new(
        Kind::List,
        &["keyservice"],
        "another key service, tcp://HOST:PORT or unix:///PATH; can be repeated",
    )
    .or("SOPS_KEYSERVICE"),
];
pub(super) const ORDER: &[Flag] = &[Flag::new(
    Kind::Text,
    &["decryption-order"],
    "key types to try, first to last, with commas",
)
.or("SOPS_DECRYPTION_ORDER")];
pub(super) const MODES: &[Flag] = &[
    Flag::new(Kind::Switch, &["decrypt", "d"], "decrypt a file to standard output"),
    Flag::new(Kind::Switch, &["encrypt", "e"], "encrypt a file to standard output"),
    Flag::new(
        Kind::Switch,
        &["rotate", "r"],
        "make a new data key and encrypt all values with it",
    ),
    Flag::new(
        Kind::Switch,
        &["disable-version-check"],
        "do not look for a newer version (none is ever looked for)",
    )
    .or("SOPS_DISABLE_VERSION_CHECK"),
    Flag::new(
        Kind::Switch,
        &["check-for-updates"],
        "accepted; no newer version is looked for",
    ),
];
pub(super) const KEYS: &[Flag] = &[
    Flag::new(Kind::Text, &["kms", "k"], "ARNs of AWS KMS keys, with commas").or("SOPS_KMS_ARN"),
    AWS_PROFILE,
    Flag::new(Kind::Text, &["gcp-kms"], "resource IDs of GCP KMS keys, with commas").or("SOPS_GCP_KMS_IDS"),
    Flag::new(Kind::Text, &["hckms"], "HuaweiCloud KMS keys, REGION:UUID, with commas").or("SOPS_HUAWEICLOUD_KMS_IDS"),
    Flag::new(Kind::Text, &["azure-kv"], "URLs of Azure Key Vault keys, with commas").or("SOPS_AZURE_KEYVAULT_URLS"),
    Flag::new(
        Kind::Text,
        &["hc-vault-transit"],
        "URIs of Vault transit keys, with commas",
    )
    .or("SOPS_VAULT_URIS"),
    Flag::new(Kind::Text, &["pgp", "p"], "PGP fingerprints, with commas").or("SOPS_PGP_FP"),
    Flag::new(Kind::Text, &["age", "a"], "age recipients, with commas").or("SOPS_AGE_RECIPIENTS"),
];
const AWS_PROFILE: Flag = Flag::new(Kind::Text, &["aws-profile"], "profile for requests to AWS");
pub(super) const GROUP: &[Flag] = &[
    Flag::new(Kind::Path, &["file", "f"], "the file to change"),
    Flag::new(Kind::List, &["pgp"], "a PGP fingerprint of the group; can be repeated"),
    Flag::new(Kind::List, &["kms"], "an AWS KMS ARN of the group; can be repeated"),
    AWS_PROFILE,
    Flag::new(
        Kind::List,
        &["gcp-kms"],
        "a GCP KMS resource ID of the group; can be repeated",
    ),
    Flag::new(
        Kind::List,
        &["hckms"],
        "a HuaweiCloud KMS key of the group; can be repeated",
    ),
    Flag::new(
        Kind::List,
        &["azure-kv"],
        "an Azure Key Vault URL of the group; can be repeated",
    ),
    Flag::new(
        Kind::List,
        &["hc-vault-transit"],
        "a Vault transit URI of the group; can be repeated",
    ),
    Flag::new(Kind::List, &["age"], "an age recipient of the group; can be repeated"),
];
pub(super) const GROUP_FILE: &[Flag] = &[Flag::new(Kind::Path, &["file", "f"], "the file to change")];
pub(super) const IN_PLACE: &[Flag] = &[Flag::new(Kind::Switch, &["in-place", "i"], "write back to the file")];
pub(super) const EXTRACT: &[Flag] = &[Flag::new(
    Kind::Text,
    &["extract"],
    "only this part, such as '[\"key\"][0]'",
)];
pub(super) const OUTPUT: &[Flag] = &[Flag::new(Kind::Path, &["output"], "write to this file")];
pub(super) const INPUT_TYPE: &[Flag] = &[Flag::new(
    Kind::Text,
    &["input-type"],
    "yaml, json, dotenv, ini or binary, in place of what the extension says",
)];
pub(super) const OUTPUT_TYPE: &[Flag] = &[Flag::new(
    Kind::Text,
    &["output-type"],
    "yaml, json, dotenv, ini or binary, in place of what the extension says",
)];
pub(super) const SHOW_KEYS: &[Flag] = &[Flag::new(
    Kind::Switch,
    &["show-master-keys", "s"],
    "show the master keys in the editor",
)];
pub(super) const CHANGES: &[Flag] = &[
    Flag::new(Kind::Text, &["add-gcp-kms"], "GCP KMS keys to add, with commas"),
    Flag::new(Kind::Text, &["rm-gcp-kms"], "GCP KMS keys to remove, with commas"),
    Flag::new(Kind::Text, &["add-hckms"], "HuaweiCloud KMS keys to add, with commas"),
    Flag::new(Kind::Text, &["rm-hckms"], "HuaweiCloud KMS keys to remove, with commas"),
    Flag::new(
        Kind::Text,
        &["add-azure-kv"],
        "Azure Key Vault keys to add, with commas",
    ),
    Flag::new(
        Kind::Text,
        &["rm-azure-kv"],
        "Azure Key Vault keys to remove, with commas",
    ),
    Flag::new(Kind::Text, &["add-kms"], "AWS KMS keys to add, with commas"),
    Flag::new(Kind::Text, &["rm-kms"], "AWS KMS keys to remove, with commas"),
    Flag::new(
        Kind::Text,
        &["add-hc-vault-transit"],
        "Vault transit keys to add, with commas",
    ),
    Flag::new(
        Kind::Text,
        &["rm-hc-vault-transit"],
        "Vault transit keys to remove, with commas",
    ),
    Flag::new(Kind::Text, &["add-age"], "age recipients to add, with commas"),
    Flag::new(Kind::Text, &["rm-age"], "age recipients to remove, with commas"),
    Flag::new(Kind::Text, &["add-pgp"], "PGP fingerprints to add, with commas"),
    Flag::new(Kind::Text, &["rm-pgp"], "PGP fingerprints to remove, with commas"),
];
pub(super) const IGNORE_MAC: &[Flag] = &[Flag::new(
    Kind::Switch,
    &["ignore-mac"],
    "decrypt even where the MAC is wrong",
)];
pub(super) const MAC_ONLY: &[Flag] = &[Flag::new(
    Kind::Switch,
    &["mac-only-encrypted"],
    "let the MAC cover encrypted values only",
)];
pub(super) const SELECTION: &[Flag] = &[
    Flag::new(
        Kind::Text,
        &["unencrypted-suffix"],
        "leave values in clear whose keys end so",
    ),
    Flag::new(
        Kind::Text,
        &["encrypted-suffix"],
        "encrypt only values whose keys end so",
    ),
    Flag::new(
        Kind::Text,
        &["unencrypted-regex"],
        "leave values in clear whose keys match",
    ),
    Flag::new(Kind::Text, &["encrypted-regex"], "encrypt only values whose keys match"),
];
pub(super) const COMMENT_SELECTION: &[Flag] = &[
    Flag::new(
        Kind::Text,
        &["unencrypted-comment-regex"],
        "leave values in clear whose comments match",
    ),
    Flag::new(
        Kind::Text,
        &["encrypted-comment-regex"],
        "encrypt only values whose comments match",
    ),
];
pub(super) const CONFIG: &[Flag] = &[Flag::new(
    Kind::Path,
    &["config"],
    "the configuration, in place of a search for it",
)
.or("SOPS_CONFIG")];
pub(super) const CONTEXT: &[Flag] = &[Flag::new(
    Kind::Text,
    &["encryption-context"],
    "KEY:VALUE pairs for AWS KMS, with commas",
)];
pub(super) const SET: &[Flag] = &[Flag::new(Kind::Text, &["set"], "set one value, '[\"key\"][0] JSON'")];
pub(super) const THRESHOLD: &[Flag] = &[Flag::new(
    Kind::Number,
    &["shamir-secret-sharing-threshold"],
    "how many key groups it takes to decrypt",
)];
pub(super) const INDENT: &[Flag] = &[Flag::new(
    Kind::Number,
    &["indent"],
    "spaces of indentation in YAML and JSON",
)];
pub(super) const VERBOSE: &[Flag] = &[Flag::new(Kind::Switch, &["verbose"], "log more")];
pub(super) const NAME: &[Flag] = &[Flag::new(
    Kind::Path,
    &["filename-override"],
    "the name that rules and formats are looked up by",
)];
pub(super) const VALUE: &[Flag] = &[
    Flag::new(
        Kind::Switch,
        &["value-file"],
        "the value is the name of a file that holds it",
    ),
    Flag::new(Kind::Switch, &["value-stdin"], "read the value from standard input"),
];
pub(super) const IDEMPOTENT: &[Flag] = &[Flag::new(
    Kind::Switch,
    &["idempotent"],
    "change nothing where nothing would change",
)];
pub(super) const YES: &[Flag] = &[Flag::new(Kind::Switch, &["yes", "y"], "do not ask")];
pub(super) const PUBLISH: &[Flag] = &[
    Flag::new(
        Kind::Switch,
        &["omit-extensions"],
        "leave file extensions out of destinations",
    ),
    Flag::new(Kind::Switch, &["recursive"], "publish all files of a directory"),
];
pub(super) const LISTEN: &[Flag] = &[
    Flag::new(Kind::Text, &["network", "net"], "tcp or unix (default: \"tcp\")"),
    Flag::new(
        Kind::Text,
        &["address", "addr"],
        "where to listen (default: \"127.0.0.1:5000\")",
    ),
    Flag::new(Kind::Switch, &["prompt"], "ask about each request"),
];
pub(super) const BACKGROUND: &[Flag] = &[Flag::new(
    Kind::Switch,
    &["background"],
    "do not wait for the command (deprecated)",
)];
pub(super) const PRISTINE: &[Flag] = &[Flag::new(
    Kind::Switch,
    &["pristine"],
    "only the decrypted values in the environment",
)];
pub(super) const NO_FIFO: &[Flag] = &[Flag::new(
    Kind::Switch,
    &["no-fifo"],
    "a regular file instead of a pipe",
)];
pub(super) const USER: &[Flag] = &[Flag::new(Kind::Text, &["user"], "run the command as this user")];
pub(super) const SAME_PROCESS: &[Flag] = &[Flag::new(
    Kind::Switch,
    &["same-process"],
    "replace this process with the command",
)];
pub(super) const FILENAME: &[Flag] = &[Flag::new(
    Kind::Path,
    &["filename"],
    "name of the temporary file (default: tmp-file)",
)];
