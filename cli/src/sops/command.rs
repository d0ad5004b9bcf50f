//! What can be asked for: each mode a variant with exactly its own fields.

use std::path::PathBuf;

use zeroize::Zeroizing;

/// What the arguments ask for. Without `Debug`: values to set are secrets.
#[derive(PartialEq)]
pub(crate) struct Invocation {
    pub(crate) command: Command,
    pub(crate) settings: Settings,
    /// Log lines with `level=warning` for standard error, before anything else.
    pub(crate) warnings: Vec<String>,
}

/// The flags before a command that reach it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Settings {
    /// `--config` or `SOPS_CONFIG`, in place of a search.
    pub(crate) config: Option<PathBuf>,
    pub(crate) mac_only_encrypted: bool,
    /// Spaces for YAML and JSON; negative ones are refused where they are used.
    pub(crate) indent: Option<i64>,
    /// Whether to log more. Only an old-style invocation, `publish` and `keyservice` can be asked to.
    pub(crate) verbose: bool,
    /// Whether the mode is a flag, `sops -d FILE`, and no command.
    pub(crate) is_old_style: bool,
}

#[derive(PartialEq)]
pub(crate) enum Command {
    /// Text for standard output: help, completion, the version.
    Answer(Answer),
    Encrypt(Encrypt),
    Decrypt(Decrypt),
    Rotate(Rotate),
    Edit(Edit),
    Set(Set),
    Unset(Unset),
    UpdateKeys(UpdateKeys),
    GroupsAdd(GroupsAdd),
    GroupsDelete(GroupsDelete),
    ExecEnv(ExecEnv),
    ExecFile(ExecFile),
    FileStatus {
        file: PathBuf,
        input: Option<InputType>,
    },
    KeyService {
        network: String,
        address: String,
        prompt: bool,
    },
    Publish(Publish),
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Printed as it stands.
    Text(String),
    /// `--version`. A check for updates is never made; whether it was asked for is kept to say so.
    Version { check_for_updates: bool },
}

/// A format by its name on the command line; without one the file's extension decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum InputType {
    /// Any bytes.
    Binary,
    /// NAME=value.
    Dotenv,
    Ini,
    Json,
    Yaml,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Types {
    pub(crate) input: Option<InputType>,
    pub(crate) output: Option<InputType>,
}

/// Where the result goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Destination {
    #[default]
    Stdout,
    InPlace,
    File(PathBuf),
}

/// Who opens data keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeyServices {
    pub(crate) local: bool,
    /// `tcp://host:port` or `unix:///path`; those of `SOPS_KEYSERVICE` first.
    pub(crate) remote: Vec<String>,
}

impl KeyServices {
    /// This program alone.
    pub(crate) fn local() -> Self {
        Self {
            local: true,
            remote: Vec::new(),
        }
    }
}

/// Master keys by type, each a list with commas; empty where none was given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Keys {
    pub(crate) kms: String,
    pub(crate) gcp_kms: String,
    pub(crate) hckms: String,
    pub(crate) azure_kv: String,
    pub(crate) hc_vault_transit: String,
    pub(crate) pgp: String,
    pub(crate) age: String,
}

/// What new files are encrypted with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Creation {
    pub(crate) keys: Keys,
    pub(crate) aws_profile: String,
    /// `key:value,…` for AWS; empty for none.
    pub(crate) encryption_context: String,
    pub(crate) threshold: Threshold,
    pub(crate) selection: Selection,
}

/// `--shamir-secret-sharing-threshold`, if given.
pub(crate) type Threshold = Option<i64>;

/// Which values are encrypted. Empty texts are rules not given; the configuration joins before more than one is refused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Selection {
    pub(crate) unencrypted_suffix: String,
    pub(crate) encrypted_suffix: String,
    pub(crate) unencrypted_regex: String,
    pub(crate) encrypted_regex: String,
    /// Old style only, like the next.
    pub(crate) unencrypted_comment_regex: String,
    pub(crate) encrypted_comment_regex: String,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Encrypt {
    /// None: standard input.
    pub(crate) file: Option<PathBuf>,
    /// Stands for the file where rules and formats are looked up.
    pub(crate) name: Option<PathBuf>,
    pub(crate) types: Types,
    pub(crate) destination: Destination,
    pub(crate) creation: Creation,
    pub(crate) services: KeyServices,
}

/// How a file is opened. The order lists key types, each once; empty is sops' own order.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Opening {
    pub(crate) ignore_mac: bool,
    pub(crate) order: Vec<String>,
    pub(crate) services: KeyServices,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Decrypt {
    /// None: standard input.
    pub(crate) file: Option<PathBuf>,
    pub(crate) name: Option<PathBuf>,
    pub(crate) types: Types,
    pub(crate) destination: Destination,
    /// `["key"][0]`; empty for the whole.
    pub(crate) extract: String,
    pub(crate) opening: Opening,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Rotate {
    pub(crate) file: PathBuf,
    pub(crate) name: Option<PathBuf>,
    pub(crate) types: Types,
    pub(crate) destination: Destination,
    pub(crate) encryption_context: String,
    pub(crate) aws_profile: String,
    pub(crate) add: Keys,
    pub(crate) remove: Keys,
    pub(crate) opening: Opening,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Edit {
    pub(crate) file: PathBuf,
    pub(crate) name: Option<PathBuf>,
    pub(crate) types: Types,
    pub(crate) creation: Creation,
    pub(crate) show_master_keys: bool,
    pub(crate) opening: Opening,
}

#[derive(PartialEq)]
pub(crate) struct Set {
    pub(crate) file: PathBuf,
    pub(crate) name: Option<PathBuf>,
    pub(crate) change: Change,
    pub(crate) types: Types,
    pub(crate) idempotent: bool,
    pub(crate) threshold: Threshold,
    pub(crate) opening: Opening,
}

/// The place and its new value.
#[derive(PartialEq)]
pub(crate) enum Change {
    /// `--set`: the place, and behind `] ` the JSON.
    Together(Zeroizing<String>),
    Apart {
        index: String,
        value: Value,
    },
}

/// Where JSON comes from.
#[derive(PartialEq)]
pub(crate) enum Value {
    Argument(Zeroizing<String>),
    File(PathBuf),
    Stdin,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unset {
    pub(crate) file: PathBuf,
    pub(crate) index: String,
    pub(crate) types: Types,
    pub(crate) idempotent: bool,
    pub(crate) threshold: Threshold,
    pub(crate) opening: Opening,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct UpdateKeys {
    /// At least one.
    pub(crate) files: Vec<PathBuf>,
    pub(crate) yes: bool,
    pub(crate) input: Option<InputType>,
    pub(crate) services: KeyServices,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct GroupsAdd {
    pub(crate) file: PathBuf,
    /// Each field joined with commas.
    pub(crate) keys: Keys,
    pub(crate) aws_profile: String,
    pub(crate) encryption_context: String,
    pub(crate) in_place: bool,
    pub(crate) threshold: Threshold,
    pub(crate) services: KeyServices,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct GroupsDelete {
    pub(crate) file: PathBuf,
    /// From 0.
    pub(crate) index: u32,
    pub(crate) in_place: bool,
    pub(crate) threshold: Threshold,
    pub(crate) services: KeyServices,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ExecEnv {
    pub(crate) file: PathBuf,
    pub(crate) command: String,
    pub(crate) background: bool,
    pub(crate) pristine: bool,
    pub(crate) same_process: bool,
    /// Empty: the caller.
    pub(crate) user: String,
    pub(crate) opening: Opening,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ExecFile {
    pub(crate) file: PathBuf,
    pub(crate) command: String,
    pub(crate) background: bool,
    pub(crate) fifo: bool,
    pub(crate) user: String,
    /// The temporary file's name; empty for sops' own.
    pub(crate) filename: PathBuf,
    pub(crate) types: Types,
    pub(crate) opening: Opening,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Publish {
    pub(crate) path: PathBuf,
    pub(crate) yes: bool,
    pub(crate) omit_extensions: bool,
    pub(crate) recursive: bool,
    pub(crate) opening: Opening,
}
