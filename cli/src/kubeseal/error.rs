use std::{fmt, path::PathBuf};

use signet_api::Scope;
use signet_document::EditError;
use signet_seal::{SealError, UnsealError};
use signet_sealing_keys::CertificateError;

use crate::io::{
    certificate::{FetchError, LoadError},
    cluster::ClusterError,
    file::FileError,
    input::DocumentError,
    keys::KeyError,
    kubeconfig::KubeconfigError,
    output::OutputError,
    request::Refusal,
};

/// Why kubeseal fails. The texts are kubeseal's where it has one.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("{}", AsKubeseal(.0))]
    Certificate(#[from] LoadError),
    #[error("{}", AsKubeseal(.0))]
    Cluster(#[from] ClusterError),
    #[error(transparent)]
    Document(#[from] DocumentError),
    #[error("{}:{error}", .path.display())]
    Edit { path: PathBuf, error: EditError },
    #[error(
        "secret.data is empty in input Secret, assuming this is an error and aborting. To work with empty data, --allow-empty-data can be used"
    )]
    EmptyData,
    #[error("{}", AsKubeseal(.0))]
    File(#[from] FileError),
    #[error("--from-file requires --raw")]
    FromFileWithoutRaw,
    #[error("Could not read file specified with --secret-file")]
    Input,
    #[error("{}", AsKubeseal(.0))]
    Key(#[from] KeyError),
    #[error("converting ({api_version}.{kind}) to (v1alpha1.SealedSecret): unknown conversion")]
    Kind { api_version: String, kind: String },
    #[error("{}", AsKubeseal(.0))]
    Kubeconfig(#[from] KubeconfigError),
    #[error("must provide only one --from-file when encrypting a single item with --raw")]
    ManyFiles,
    #[error("the input has more than one Secret; --merge-into takes one")]
    ManySecrets,
    #[error("namespace mismatch: input secret is in namespace {found:?} but {asked:?} was specified")]
    NamespaceMismatch { found: String, asked: String },
    #[error("cannot re-encrypt secret: {0}: the answer is no SealedSecret")]
    NoAnswer(String),
    #[error("no secrets found. Ensure the input is valid and UTF-8 encoded")]
    NoSecrets,
    #[error("{} must hold exactly one SealedSecret", .0.display())]
    NotOneTarget(PathBuf),
    #[error("open {}: {}", .0.path.display(), .0.reason)]
    Output(#[from] OutputError),
    #[error("must provide the --name flag with --raw and --scope strict")]
    RawName,
    #[error("cannot re-encrypt secret: {title}: {refusal}")]
    ReEncrypt { title: String, refusal: Refusal },
    #[error(
        "the file's items are sealed {found}, and --scope says {given}: what is sealed with it would not open there"
    )]
    ScopeMismatch { found: Scope, given: Scope },
    #[error(transparent)]
    Seal(#[from] SealError),
    #[error(
        "Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)"
    )]
    Timeout,
    #[error("unable to decrypt sealed secret: {0}")]
    Undecryptable(String),
    #[error(transparent)]
    Unseal(#[from] UnsealError),
    #[error("unsupported output format: {0}")]
    UnsupportedFormat(String),
    #[error("cannot validate sealed secret: {title}: {refusal}")]
    Validate { title: String, refusal: Refusal },
}

impl Error {
    /// What to do about it, where that is not plain.
    pub(crate) fn hint(&self) -> Option<&str> {
        match self {
            Self::Document(error) | Self::Key(KeyError::Document(error)) => error.hint.as_deref(),
            Self::Edit { error, .. } => error.hint(),
            Self::Certificate(LoadError::Malformed {
                fault: CertificateError::PrivateKey,
                ..
            }) => Some("there is a private key in it, not a certificate"),
            _ => None,
        }
    }
}

impl From<FetchError> for Error {
    fn from(error: FetchError) -> Self {
        Self::Certificate(LoadError::Fetch(error))
    }
}

/// An error in kubeseal's words.
struct AsKubeseal<'a, E>(&'a E);

impl fmt::Display for AsKubeseal<'_, LoadError> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            LoadError::Expired { on, .. } => {
                let date = on.strftime("%B %-d, %Y");
                write!(f, "failed to encrypt using an expired certificate on {date}")
            }
            LoadError::Fetch(FetchError::File(error)) => AsKubeseal(error).fmt(f),
            LoadError::Fetch(FetchError::Cluster(error)) => AsKubeseal(error).fmt(f),
            LoadError::Malformed {
                fault: CertificateError::Missing | CertificateError::PrivateKey,
                ..
            } => f.write_str("data does not contain any valid RSA or ECDSA certificates"),
            LoadError::Malformed {
                fault: CertificateError::Malformed,
                ..
            } => f.write_str("x509: malformed certificate"),
            LoadError::Malformed {
                fault: CertificateError::NotRsa,
                ..
            } => f.write_str("expected RSA public key"),
            LoadError::Malformed { fault, .. } => fault.fmt(f),
            LoadError::Fetch(error) => error.fmt(f),
        }
    }
}

impl fmt::Display for AsKubeseal<'_, ClusterError> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            ClusterError::NoService(_) | ClusterError::Service(_) => write!(f, "{}.\n{SERVICE_HINT}", self.0),
            ClusterError::Kubeconfig(KubeconfigError::Context(name)) => write!(f, "context {name:?} does not exist"),
            ClusterError::Kubeconfig(error) => AsKubeseal(error).fmt(f),
            error => error.fmt(f),
        }
    }
}

impl fmt::Display for AsKubeseal<'_, FileError> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let FileError {
            operation,
            path,
            reason,
        } = self.0;
        write!(f, "{operation} {}: {reason}", path.display())
    }
}

impl fmt::Display for AsKubeseal<'_, KeyError> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            KeyError::File(error) => AsKubeseal(error).fmt(f),
            KeyError::NoItem { .. } => f.write_str("secret must contain a 'tls.data' key"),
            error => error.fmt(f),
        }
    }
}

impl fmt::Display for AsKubeseal<'_, KubeconfigError> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            KubeconfigError::Context(name) => {
                write!(f, "invalid configuration: [context was not found for specified context: {name}, cluster has no server defined]")
            }
            KubeconfigError::File { path, reason } => write!(f, "stat {}: {reason}", path.display()),
            KubeconfigError::Malformed(_) => write!(f, "error loading config file: {}", self.0),
            KubeconfigError::Missing => f.write_str(
                "invalid configuration: no configuration has been provided, try setting KUBERNETES_MASTER environment variable",
            ),
            KubeconfigError::NotThere { .. } => self.0.fmt(f),
            KubeconfigError::Unusable(reason) => write!(f, "invalid configuration: {reason}"),
            KubeconfigError::Server => f.write_str("invalid configuration: cluster has no server defined"),
        }
    }
}

const SERVICE_HINT: &str = "Please, use the flag --controller-name and --controller-namespace to set up the name and namespace of the sealed secrets controller";
