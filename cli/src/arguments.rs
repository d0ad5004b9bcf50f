use std::{ffi::OsString, path::PathBuf};

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use signet_api::{Scope, http::DEFAULT_SERVICE};
use signet_document::Format;

use crate::{
    cert::{Cert, View},
    command::Command,
    completion::Completion,
    diff::DiffArguments,
    documents::{Decrypt, Encrypt, Rotate, UpdateKeys},
    edit::EditArguments,
    init::Init,
    io::{certificate, cluster::Service, input::Source, kubeconfig::Connection, output::Target, replace::Mode},
    keys::KeysArguments,
    merge::Merge,
    reseal::ResealArguments,
    seal::{Marks, Overrides, Placing, Seal, SealFiles},
    set::{SetArguments, UnsetArguments},
    unseal::Unseal,
    verify::VerifyArguments,
};

/// What `signet` was asked to do. Ends the process for `--help`, `--version` and wrong use.
pub(crate) fn parse(arguments: Vec<OsString>) -> Command {
    let matches = definition().get_matches_from(arguments);
    match Arguments::from_arg_matches(&matches) {
        Ok(arguments) => arguments.verb.into(),
        Err(error) => error.exit(),
    }
}

/// The grammar, for completions.
pub(crate) fn definition() -> clap::Command {
    Arguments::command()
}

/// Keeps secrets in Git safely: seals Kubernetes Secrets to a cluster's certificate, and encrypts values in files as sops does.
#[derive(Parser)]
#[command(name = "signet", version, max_term_width = 120)]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    Seal(SealArguments),
    Unseal(UnsealArguments),
    Encrypt(Encrypt),
    Decrypt(Decrypt),
    Rotate(Rotate),
    #[command(name = "updatekeys")]
    UpdateKeys(UpdateKeys),
    Verify(VerifyArguments),
    Diff(DiffArguments),
    Keys(KeysArguments),
    Set(SetArguments),
    Unset(UnsetArguments),
    Edit(EditArguments),
    Merge(Merge),
    Reseal(ResealArguments),
    Cert(CertArguments),
    Init(Init),
    /// Print the script by which a shell completes these commands.
    ///
    /// Example: signet completion bash > ~/.local/share/bash-completion/completions/signet
    Completion {
        shell: Shell,
    },
    /// Answer as kubeseal 0.40; a link of that name to this program does the same.
    #[command(disable_help_flag = true)]
    Kubeseal {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGUMENTS")]
        _arguments: Vec<OsString>,
    },
}

/// Seal Secrets to a certificate; the result can go to Git.
///
/// One result for all files, in their order; nothing is written if anything is wrong with any of them. With --in-place or --suffix each
/// file is sealed on its own, with its comments and its other documents.
#[derive(Args)]
#[command(after_help = "Examples:
  signet seal secret.yaml > sealed.yaml
  signet seal --in-place deploy/          every Secret in every manifest below it
  signet seal --check .                   exits with 1 if there is one")]
struct SealArguments {
    /// Manifests of Secrets, YAML or JSON; `-` or nothing is standard input. Folders with --in-place, --suffix and --check.
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    certificate: CertificateArguments,
    /// Where the values may be opened: strict (this name in this namespace), namespace-wide or cluster-wide. Without it the
    /// annotations of each Secret say.
    #[arg(long)]
    scope: Option<Scope>,
    /// Name of the Secret, in place of the manifest's.
    #[arg(long)]
    name: Option<String>,
    /// Namespace of Secrets that name none; one that names another is refused.
    #[arg(short, long)]
    namespace: Option<String>,
    /// Seal a Secret without data.
    #[arg(long)]
    allow_empty_data: bool,
    /// Give its labels and annotations to the SealedSecret itself too, and not to its template alone.
    #[arg(long)]
    copy_metadata: bool,
    /// Leave out the annotation signet.dev/sealing-key, by which `reseal` and `verify` see to which key it was sealed.
    #[arg(long)]
    no_hint: bool,
    #[command(flatten)]
    files_only: FilesArguments,
    #[command(flatten)]
    output: OutputArguments,
}

#[derive(Args)]
struct FilesArguments {
    /// Replace each Secret in its file by its SealedSecret.
    #[arg(short, long, conflicts_with_all = ["write", "output_format", "suffix", "check"])]
    in_place: bool,
    /// Write each result beside its file, under its name with SUFFIX before the extension: secret.sealed.yaml.
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = ".sealed", conflicts_with_all = ["write", "output_format", "check"])]
    suffix: Option<String>,
    /// Change nothing; list the Secrets that are not sealed, and exit with 1 if there are any.
    #[arg(long, conflicts_with_all = ["write", "output_format"])]
    check: bool,
    /// Seal a file though a value of it shows elsewhere in it, as in a comment.
    #[arg(long)]
    allow_visible: bool,
}

/// Open SealedSecrets with private keys, without a cluster.
///
/// Example: signet unseal --key keys.yaml app.yaml
#[derive(Args)]
struct UnsealArguments {
    /// Manifests of SealedSecrets, YAML or JSON; `-` or nothing is standard input.
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// A private key: PEM, or the manifest of key Secrets, as YAML or JSON, or of a List of them.
    #[arg(long = "key", value_name = "FILE", required = true)]
    keys: Vec<PathBuf>,
    #[command(flatten)]
    output: OutputArguments,
}

/// Fetch and show the certificate to seal with: fingerprint, validity, age.
///
/// Example: signet cert --context prod --pem -w prod.pem
#[derive(Args)]
struct CertArguments {
    #[command(flatten)]
    certificate: CertificateArguments,
    /// Print the certificate itself.
    #[arg(long, conflicts_with = "output")]
    pem: bool,
    /// How to show it.
    #[arg(long, value_enum, default_value_t = Shown::Text)]
    output: Shown,
    /// Write to a file instead of standard output.
    #[arg(short, long, value_name = "FILE")]
    write: Option<PathBuf>,
}

#[derive(Args)]
struct OutputArguments {
    /// Format of the result. Without it that of the extension of --write, else that of the first input.
    #[arg(short, long, value_enum)]
    output_format: Option<Notation>,
    /// Write to a file instead of standard output; it is replaced whole or not at all.
    #[arg(short, long, value_name = "FILE")]
    write: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct CertificateArguments {
    /// The certificate: a PEM file, or a URL (http, https, file). Without it the controller in the cluster is asked.
    #[arg(long, value_name = "FILE|URL")]
    cert: Option<OsString>,
    /// Whose certificate, where those of several clusters are in --cert, each with the cluster's name on the line before it.
    #[arg(long, value_name = "NAME", requires = "cert")]
    cluster: Option<String>,
    #[command(flatten)]
    controller: ControllerArguments,
}

/// Where a cluster's controller is.
#[derive(Args, Clone)]
pub(crate) struct ControllerArguments {
    /// The kubeconfig, in place of $KUBECONFIG or ~/.kube/config.
    #[arg(long, value_name = "FILE")]
    kubeconfig: Option<PathBuf>,
    /// The kubeconfig's context.
    #[arg(long)]
    context: Option<String>,
    /// Namespace of the controller's Service.
    #[arg(long, value_name = "NAMESPACE", default_value = DEFAULT_SERVICE.1)]
    controller_namespace: String,
    /// Name of the controller's Service.
    #[arg(long, value_name = "NAME", default_value = DEFAULT_SERVICE.0)]
    controller_name: String,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Notation {
    Json,
    Yaml,
}

#[derive(Clone, Copy, ValueEnum)]
enum Shown {
    Json,
    Text,
}

impl From<Verb> for Command {
    fn from(verb: Verb) -> Self {
        match verb {
            Verb::Seal(arguments) => arguments.into(),
            Verb::Unseal(arguments) => Self::Unseal(arguments.into()),
            Verb::Verify(arguments) => Self::Verify(arguments.into()),
            Verb::Encrypt(arguments) => Self::Encrypt(arguments),
            Verb::Decrypt(arguments) => Self::Decrypt(arguments),
            Verb::Rotate(arguments) => Self::Rotate(arguments),
            Verb::UpdateKeys(arguments) => Self::UpdateKeys(arguments),
            Verb::Diff(arguments) => Self::Diff(arguments.into()),
            Verb::Keys(arguments) => Self::Keys(arguments.into()),
            Verb::Set(arguments) => Self::Set(arguments.into()),
            Verb::Unset(arguments) => Self::Unset(arguments.into()),
            Verb::Edit(arguments) => Self::Edit(arguments.into()),
            Verb::Merge(arguments) => Self::Merge(arguments),
            Verb::Reseal(arguments) => Self::Reseal(Box::new(arguments.into())),
            Verb::Init(arguments) => Self::Init(arguments),
            Verb::Cert(arguments) => Self::Cert(arguments.into()),
            Verb::Completion { shell } => Self::Completion(Completion { shell }),
            // `main` has already looked for it; here it stands for the help alone.
            Verb::Kubeseal { .. } => definition()
                .error(
                    clap::error::ErrorKind::InvalidSubcommand,
                    "kubeseal must be the first argument",
                )
                .exit(),
        }
    }
}

impl From<SealArguments> for Command {
    fn from(arguments: SealArguments) -> Self {
        let overrides = Overrides {
            scope: arguments.scope,
            name: arguments.name,
            namespace: arguments.namespace,
            allow_empty_data: arguments.allow_empty_data,
        };
        let marks = Marks {
            copy_metadata: arguments.copy_metadata,
            hint: !arguments.no_hint,
        };
        let place = match arguments.files_only {
            FilesArguments { check: true, .. } => Some(Placing::Check),
            FilesArguments { in_place: true, .. } => Some(Placing::InPlace),
            FilesArguments { suffix, .. } => suffix.map(Placing::Beside),
        };
        match place {
            Some(place) => Self::SealFiles(SealFiles {
                paths: arguments.files,
                certificate: arguments.certificate.into(),
                overrides,
                marks,
                place,
                allow_visible: arguments.files_only.allow_visible,
            }),
            None => Self::Seal(Seal {
                sources: sources(arguments.files),
                certificate: arguments.certificate.into(),
                overrides,
                marks,
                format: arguments.output.output_format.map(Into::into),
                target: Target::new(arguments.output.write, Mode::Kept),
                allow_visible: arguments.files_only.allow_visible,
            }),
        }
    }
}

impl From<UnsealArguments> for Unseal {
    fn from(arguments: UnsealArguments) -> Self {
        Self {
            sources: sources(arguments.files),
            keys: arguments.keys,
            format: arguments.output.output_format.map(Into::into),
            target: Target::new(arguments.output.write, Mode::KeptElsePrivate),
        }
    }
}

impl From<CertArguments> for Cert {
    fn from(arguments: CertArguments) -> Self {
        Self {
            source: arguments.certificate.into(),
            view: match arguments.output {
                _ if arguments.pem => View::Pem,
                Shown::Json => View::Json,
                Shown::Text => View::Text,
            },
            target: Target::new(arguments.write, Mode::Kept),
        }
    }
}

impl CertificateArguments {
    /// The controller's Service, whether or not the certificate is asked of it.
    pub(crate) fn service(&self) -> Service {
        self.controller.clone().into()
    }
}

impl From<CertificateArguments> for certificate::Source {
    fn from(arguments: CertificateArguments) -> Self {
        match &arguments.cert {
            Some(cert) => Self::Bundle {
                of: Box::new(Self::new(cert)),
                cluster: arguments.cluster,
            },
            None => Self::Cluster(Box::new(arguments.controller.into())),
        }
    }
}

impl From<ControllerArguments> for Service {
    fn from(arguments: ControllerArguments) -> Self {
        Self {
            connection: Connection {
                kubeconfig: arguments.kubeconfig,
                context: arguments.context,
                ..Connection::default()
            },
            namespace: arguments.controller_namespace,
            name: arguments.controller_name,
        }
    }
}

impl From<Notation> for Format {
    fn from(notation: Notation) -> Self {
        match notation {
            Notation::Json => Self::Json,
            Notation::Yaml => Self::Yaml,
        }
    }
}

fn sources(files: Vec<PathBuf>) -> Vec<Source> {
    if files.is_empty() {
        return vec![Source::Stdin];
    }
    files.into_iter().map(Source::new).collect()
}
