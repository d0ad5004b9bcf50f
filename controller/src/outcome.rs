//! How a pass over one SealedSecret ended.

use signet_seal::{ItemError, UnsealError};

use crate::{
    decide::Refusal,
    place::{Event, PlaceError},
};

/// A pass that brought the Secret to what it should be, or why it did not.
pub(crate) type Outcome = Result<Done, Failure>;

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Done {
    /// The Secret was made.
    Created,
    /// The Secret was put right.
    Replaced,
    /// The Secret was right.
    Unchanged,
}

/// The step that failed, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Failure {
    /// The Secret could not be written.
    #[error("the Secret cannot be written: {0}")]
    Act(PlaceError),
    /// The live Secret could not be read.
    #[error("the Secret cannot be read: {0}")]
    Observe(PlaceError),
    /// The live Secret is not to be touched.
    #[error("{0}")]
    Refused(Refusal),
    /// The SealedSecret does not open.
    #[error("{0}")]
    Unseal(UnsealError),
}

impl Failure {
    /// The reason of the condition `Ready`.
    pub(crate) fn reason(&self) -> &'static str {
        match self {
            Self::Act(_) | Self::Observe(_) => "ApiError",
            Self::Refused(Refusal::Immutable) => "Immutable",
            Self::Refused(Refusal::NotOwned(_)) => "NotOwned",
            Self::Refused(Refusal::TypeChanged { .. }) => "TypeChanged",
            Self::Unseal(UnsealError::Items(items)) if items.values().all(is_template) => "TemplateFailed",
            Self::Unseal(_) => "UnsealFailed",
        }
    }

    /// The label `reason` of the metric `unseal_errors_total`, one of upstream's words.
    pub(crate) fn metric_label(&self) -> &'static str {
        match self {
            Self::Observe(_) => "fetch",
            Self::Refused(Refusal::NotOwned(_)) => "unmanaged",
            Self::Act(_) | Self::Refused(_) => "update",
            Self::Unseal(_) => "unseal",
        }
    }

    /// The event that tells of it.
    pub(crate) fn event(&self) -> Event {
        let (reason, message) = match self {
            Self::Unseal(error) => ("ErrUnsealFailed", format!("Failed to unseal: {error}")),
            failure => ("ErrUpdateFailed", failure.to_string()),
        };
        Event {
            is_warning: true,
            reason,
            message,
        }
    }
}

fn is_template(fault: &ItemError) -> bool {
    matches!(fault, ItemError::Template(_))
}

impl Done {
    /// The event that tells of it.
    pub(crate) fn event() -> Event {
        Event {
            is_warning: false,
            reason: UNSEALED,
            message: "SealedSecret unsealed successfully".to_owned(),
        }
    }
}

/// Reason of the event and of the condition `Ready` of a SealedSecret that is synced.
pub(crate) const UNSEALED: &str = "Unsealed";
