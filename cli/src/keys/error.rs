use std::{fmt, path::PathBuf};

use super::envelope::{OpenError, SealError};
use crate::{
    io::{cluster::ClusterError, file::FileError, request::Refusal},
    report::{BROKEN, FOUND, MALFORMED, NO_KEY, UNREACHABLE, WRONG_USE},
};

/// Why a verb of `signet keys` failed. Nothing of a key stands in it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeysError {
    #[error("{0:?} means several keys")]
    Ambiguous(String),
    #[error("{}: {fault}", .path.display())]
    Backup { path: PathBuf, fault: OpenError },
    #[error("{0}")]
    Cluster(ClusterError),
    #[error(transparent)]
    Encrypt(#[from] SealError),
    #[error(transparent)]
    File(#[from] FileError),
    #[error("{place}: no age identity")]
    Identity { place: String },
    #[error("the key opens {0}")]
    InUse(Names),
    #[error("cannot list the key Secrets: {0}")]
    List(Refusal),
    #[error("cannot list the SealedSecrets: {0}")]
    ListObjects(Refusal),
    #[error("cannot mark the Secret {name}: {refusal}")]
    Mark { name: String, refusal: Refusal },
    #[error("it cannot be told whether the key opens {0}")]
    MayBeInUse(Names),
    #[error("{0} is the newest key, to which people seal")]
    Newest(String),
    #[error("{}: there is no age identity in it", .0.display())]
    NoIdentities(PathBuf),
    #[error("{0}: there are no key Secrets")]
    NoKeys(String),
    #[error("cannot list the {0}: the answer is no list of them")]
    NoList(&'static str),
    #[error("namespace {0}: there is no sealing key that could be followed")]
    NoNewest(String),
    #[error("{}: there are no recipients in it", .0.display())]
    NoRecipients(PathBuf),
    #[error("no SealedSecret is in what was given")]
    NothingToOpen,
    #[error("there is no new key after {0} s")]
    NotRenewed(u64),
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
            Self::Ambiguous(_) | Self::Newest(_) | Self::Terminal | Self::Unknown(_) => WRONG_USE,
            Self::Backup { fault, .. } => match fault {
                OpenError::NoIdentity => NO_KEY,
                OpenError::Altered => BROKEN,
                _ => MALFORMED,
            },
            Self::InUse(_) | Self::MayBeInUse(_) => FOUND,
            Self::Cluster(_)
            | Self::List(_)
            | Self::ListObjects(_)
            | Self::Mark { .. }
            | Self::NoList(_)
            | Self::NotRenewed(_) => UNREACHABLE,
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
            Self::InUse(_) => Some(
                "seal them to the newest key with `signet reseal`, apply them, and try again; --force retires it all the same",
            ),
            Self::MayBeInUse(_) => Some(
                "their statuses do not say, as where the controller has not seen them yet or cannot open them; --force retires the key all the same",
            ),
            Self::Newest(_) => Some("make another one first: signet keys renew"),
            Self::NotRenewed(_) => {
                Some("the controller's log says why; upstream's controller does not make keys on demand")
            }
            Self::Terminal => Some("write them to a file with -w FILE, or pipe them: | kubectl apply -f -"),
            Self::Unknown(_) => Some("`signet keys list` shows them"),
            _ => None,
        }
    }
}

/// SealedSecrets, of which the first few are named.
#[derive(Debug)]
pub(crate) struct Names(pub(super) Vec<String>);

impl fmt::Display for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(names) = self;
        let (first, rest) = names.split_at(names.len().min(FEW));
        f.write_str(&first.join(", "))?;
        match rest.len() {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}

const FEW: usize = 5;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_names_stand_for_many() {
        let names = |number: usize| Names((0..number).map(|number| number.to_string()).collect()).to_string();
        assert_eq!(names(1), "0");
        assert_eq!(names(5), "0, 1, 2, 3, 4");
        assert_eq!(names(7), "0, 1, 2, 3, 4 and 2 more");
    }
}
