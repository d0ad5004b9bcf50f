use std::{path::PathBuf, time::Duration};

use clap::{Args, Subcommand};

use super::{
    Keys,
    backup::{Backup, Restore, Vault},
    drill::Drill,
    renew::Renew,
    retire::Retire,
    show::{List, Show, Style},
    stored::Origin,
};
use crate::{
    arguments::{ControllerArguments, Notation},
    io::{output::Target, replace::Mode},
    verify,
};

/// List, back up and try the sealing keys of a cluster.
///
/// The keys are those of the controller's namespace in the cluster, or those in manifests of key Secrets, such as `kubectl get secret -o
/// yaml` prints them.
#[derive(Args)]
pub(crate) struct KeysArguments {
    #[command(subcommand)]
    verb: KeysVerb,
}

#[derive(Subcommand)]
enum KeysVerb {
    List(ListArguments),
    Show(ShowArguments),
    Backup(BackupArguments),
    Restore(RestoreArguments),
    Drill(DrillArguments),
    Renew(RenewArguments),
    Retire(RetireArguments),
}

/// List the sealing keys: fingerprint, state, validity, and how many SealedSecrets of the cluster each opens.
///
/// Example: signet keys list --context prod
#[derive(Args)]
struct ListArguments {
    #[command(flatten)]
    origin: OriginArguments,
    /// How to show them.
    #[arg(long, value_enum, default_value_t = Style::Text)]
    output: Style,
}

/// Show one sealing key and its certificate, never the private key.
///
/// Example: signet keys show SHA256:Nw4y keys.yaml
#[derive(Args)]
struct ShowArguments {
    /// The key: the start of its fingerprint, or the name of its Secret.
    #[arg(value_name = "KEY")]
    key: String,
    #[command(flatten)]
    origin: OriginArguments,
    /// How to show it.
    #[arg(long, value_enum, default_value_t = Style::Text)]
    output: Style,
}

/// Write all sealing keys to one file that only its recipients can open; it can go to Git.
///
/// The file is an armored age file. What it holds are the key Secrets as manifests.
///
/// Example: signet keys backup --context prod --to age1... -w keys.age
#[derive(Args)]
struct BackupArguments {
    #[command(flatten)]
    origin: OriginArguments,
    /// An age recipient (age1...) who can open it. May be given several times.
    #[arg(long = "to", value_name = "RECIPIENT", required_unless_present = "recipient_files")]
    recipients: Vec<String>,
    /// A file with a recipient on each line.
    #[arg(long = "recipients-file", value_name = "FILE")]
    recipient_files: Vec<PathBuf>,
    /// Write to a file instead of standard output; it is replaced whole or not at all.
    #[arg(short, long, value_name = "FILE")]
    write: Option<PathBuf>,
}

/// Print the key Secrets of a backup as manifests.
///
/// They are not printed on a terminal: write them to a file, or pipe them to kubectl.
///
/// Example: signet keys restore keys.age --identity age.key | kubectl apply -f -
#[derive(Args)]
struct RestoreArguments {
    /// The file that `signet keys backup` wrote.
    #[arg(value_name = "BACKUP")]
    backup: PathBuf,
    /// A file with age identities (AGE-SECRET-KEY-1...).
    #[arg(long = "identity", value_name = "FILE", required = true)]
    identities: Vec<PathBuf>,
    /// Format of the manifests.
    #[arg(short, long, value_enum, default_value_t = Notation::Yaml)]
    output_format: Notation,
    /// Write to a file instead of standard output; it is replaced whole or not at all.
    #[arg(short, long, value_name = "FILE")]
    write: Option<PathBuf>,
}

/// Prove that a backup opens every sealed file, and list those that it does not.
///
/// Ends with 1 if there are any. Nothing of what is opened is shown.
///
/// Example: signet keys drill clusters/prod --backup keys.age --identity age.key
#[derive(Args)]
struct DrillArguments {
    /// Files, and folders with all *.yaml, *.yml and *.json below them that are not hidden; `-` is standard input.
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// The file that `signet keys backup` wrote.
    #[arg(long, value_name = "FILE")]
    backup: PathBuf,
    /// A file with age identities (AGE-SECRET-KEY-1...).
    #[arg(long = "identity", value_name = "FILE", required = true)]
    identities: Vec<PathBuf>,
    /// How to show what does not open.
    #[arg(long, value_enum, default_value_t = verify::Style::Text)]
    output: verify::Style,
}

/// Have the controller make the next sealing key now, and show it.
///
/// The key before it goes on to open what was sealed to it.
///
/// Example: signet keys renew --context prod
#[derive(Args)]
struct RenewArguments {
    #[command(flatten)]
    controller: ControllerArguments,
    /// How long to wait for the key.
    #[arg(long, value_name = "SECONDS", default_value_t = 120)]
    timeout: u64,
    /// How to show it.
    #[arg(long, value_enum, default_value_t = Style::Text)]
    output: Style,
}

/// Take a sealing key out of use: the controller does not open anything with it any more.
///
/// A key that opens a SealedSecret of the cluster, or may do so, stays in use; then the run ends with 1. The key's Secret stays in any case, with
/// another label: `signet keys list` shows the key as retired, and the label's old value `active` brings it back.
///
/// Example: signet keys retire SHA256:Nw4y --context prod
#[derive(Args)]
struct RetireArguments {
    /// The key: the start of its fingerprint, or the name of its Secret.
    #[arg(value_name = "KEY")]
    key: String,
    #[command(flatten)]
    controller: ControllerArguments,
    /// Retire it although SealedSecrets need it.
    #[arg(long)]
    force: bool,
    /// How to show it.
    #[arg(long, value_enum, default_value_t = Style::Text)]
    output: Style,
}

#[derive(Args)]
struct OriginArguments {
    /// Manifests of key Secrets, and folders with them, where those count that have the label of keys; `-` is standard input. Without any the
    /// keys are those in the cluster.
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    controller: ControllerArguments,
}

impl From<KeysArguments> for Keys {
    fn from(arguments: KeysArguments) -> Self {
        match arguments.verb {
            KeysVerb::List(arguments) => Self::List(List {
                origin: arguments.origin.into(),
                style: arguments.output,
            }),
            KeysVerb::Show(arguments) => Self::Show(Show {
                key: arguments.key,
                origin: arguments.origin.into(),
                style: arguments.output,
            }),
            KeysVerb::Backup(arguments) => Self::Backup(Backup {
                origin: arguments.origin.into(),
                recipients: arguments.recipients,
                recipient_files: arguments.recipient_files,
                target: Target::new(arguments.write, Mode::Kept),
            }),
            KeysVerb::Restore(arguments) => Self::Restore(Restore {
                vault: Vault {
                    backup: arguments.backup,
                    identities: arguments.identities,
                },
                format: arguments.output_format.into(),
                target: Target::new(arguments.write, Mode::Private),
            }),
            KeysVerb::Renew(arguments) => Self::Renew(Renew {
                service: Box::new(arguments.controller.into()),
                timeout: Duration::from_secs(arguments.timeout),
                style: arguments.output,
            }),
            KeysVerb::Retire(arguments) => Self::Retire(Retire {
                key: arguments.key,
                service: Box::new(arguments.controller.into()),
                force: arguments.force,
                style: arguments.output,
            }),
            KeysVerb::Drill(arguments) => Self::Drill(Drill {
                paths: arguments.paths,
                vault: Vault {
                    backup: arguments.backup,
                    identities: arguments.identities,
                },
                style: arguments.output,
            }),
        }
    }
}

impl From<OriginArguments> for Origin {
    fn from(arguments: OriginArguments) -> Self {
        if arguments.paths.is_empty() {
            Self::Cluster(Box::new(arguments.controller.into()))
        } else {
            Self::Paths(arguments.paths)
        }
    }
}
