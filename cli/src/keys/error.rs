use std::path::PathBuf;

use super::envelope::{OpenError, SealError};
use crate::{
    io::{cluster::ClusterError, file::FileError},
    report::{BROKEN, MALFORMED, NO_KEY, UNREACHABLE, WRONG_USE},
};

/// Why a verb of `signet keys` failed. Nothing of a key stands in it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeysError {
    #[error("{0:?} means several keys")]
    Ambiguous(String),
    #[error("{}: {fault}", .path.display())]
    Backup { path: PathBuf, fault: OpenError },
    #[error("cannot list the key Secrets: {0}")]
    Cluster(ClusterError),
    #[error(transparent)]
    Encrypt(#[from] SealError),
    #[error(transparent)]
    File(#[from] FileError),
    #[error("{place}: no age identity")]
    Identity { place: String },
    #[error("{}: there is no age identity in it", .0.display())]
    NoIdentities(PathBuf),
    #[error("{0}: there are no key Secrets")]
    NoKeys(String),
    #[error("cannot list the key Secrets: the answer is no list of Secrets")]
    NoList,
    #[error("{}: there are no recipients in it", .0.display())]
    NoRecipients(PathBuf),
    #[error("no SealedSecret is in what was given")]
    NothingToOpen,
    #[error("{place}: no age recipient")]
    Recipient { place: String },
    #[error("private keys are not printed on a terminal")]
    Terminal,
    #[error("there is no key {0:?}")]
    Unknown(String),
}

impl KeysError {
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Ambiguous(_) | Self::Terminal | Self::Unknown(_) => WRONG_USE,
            Self::Backup { fault, .. } => match fault {
                OpenError::NoIdentity => NO_KEY,
                OpenError::Altered => BROKEN,
                _ => MALFORMED,
            },
            Self::Cluster(_) | Self::NoList => UNREACHABLE,
            _ => MALFORMED,
        }
    }

    pub(crate) fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Ambiguous(_) => Some("give more of the fingerprint"),
            Self::Identity { .. } | Self::NoIdentities(_) => {
                Some("an identity is the line AGE-SECRET-KEY-1… that `age-keygen` prints; comments start with #")
            }
            Self::NoKeys(_) => Some("a key Secret has the label sealedsecrets.bitnami.com/sealed-secrets-key"),
            Self::Recipient { .. } | Self::NoRecipients(_) => {
                Some("a recipient is the text age1… that `age-keygen -y` prints; comments start with #")
            }
            Self::Terminal => Some("write them to a file with -w FILE, or pipe them: | kubectl apply -f -"),
            Self::Unknown(_) => Some("`signet keys list` shows them"),
            _ => None,
        }
    }
}
