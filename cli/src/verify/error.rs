use crate::io::{cluster::ClusterError, request::Refusal};

/// Why the controller could not be asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum VerifyError {
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    #[error("{place}: the controller cannot be asked: {refusal}")]
    Refused { place: String, refusal: Refusal },
}
