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
    /// Why, for programs.
    pub(crate) fn reason(&self) -> Reason {
        match self {
            Self::Act(PlaceError::Rejected(_)) => Reason::Rejected,
            Self::Act(_) | Self::Observe(_) => Reason::ApiError,
            Self::Refused(Refusal::Immutable) => Reason::Immutable,
            Self::Refused(Refusal::NotOwned(_)) => Reason::NotOwned,
            Self::Refused(Refusal::ScopeForbidden(_)) => Reason::ScopeForbidden,
            Self::Refused(Refusal::TooLarge { .. }) => Reason::TooLarge,
            Self::Refused(Refusal::TooManyItems { .. }) => Reason::TooManyItems,
            Self::Refused(Refusal::TypeChanged { .. }) => Reason::TypeChanged,
            Self::Unseal(UnsealError::Items(items)) if items.values().all(is_template) => Reason::TemplateFailed,
            Self::Unseal(_) => Reason::UnsealFailed,
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
            // The words that stand before a condition's message alone, as upstream has it.
            failure => {
                let text = failure.to_string();
                let message = text.strip_prefix("failed update: ").unwrap_or(&text);
                ("ErrUpdateFailed", message.to_owned())
            }
        };
        Event {
            is_warning: true,
            reason,
            message,
        }
    }
}

/// Why a SealedSecret is or is not ready. Programs match on these words: none is ever renamed, and `docs/status.md` explains each to people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// The API server or the file system does not do what it is asked.
    ApiError,
    /// The Secret can never change.
    Immutable,
    /// The Secret is somebody else's.
    NotOwned,
    /// The API server finds fault with the Secret.
    Rejected,
    /// The platform does not allow its scope.
    ScopeForbidden,
    /// Nothing but the template is wrong.
    TemplateFailed,
    /// The platform does not allow that many bytes.
    TooLarge,
    /// The platform does not allow that many items.
    TooManyItems,
    /// The Secret has another type.
    TypeChanged,
    /// Some item does not open.
    UnsealFailed,
    /// All is well.
    Unsealed,
}

impl Reason {
    /// The word.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::ApiError => "ApiError",
            Self::Immutable => "Immutable",
            Self::NotOwned => "NotOwned",
            Self::Rejected => "Rejected",
            Self::ScopeForbidden => "ScopeForbidden",
            Self::TemplateFailed => "TemplateFailed",
            Self::TooLarge => "TooLarge",
            Self::TooManyItems => "TooManyItems",
            Self::TypeChanged => "TypeChanged",
            Self::UnsealFailed => "UnsealFailed",
            Self::Unsealed => "Unsealed",
        }
    }

    /// The condition that is there because of it, if any (kstatus): `Reconciling` where trying again may be all that it takes, `Stalled`
    /// where somebody must do something first. That is tried again too: what they do may be to bring a key.
    pub(crate) fn condition(self) -> Option<&'static str> {
        match self {
            Self::Unsealed => None,
            Self::ApiError => Some(RECONCILING),
            Self::Immutable
            | Self::NotOwned
            | Self::Rejected
            | Self::ScopeForbidden
            | Self::TemplateFailed
            | Self::TooLarge
            | Self::TooManyItems
            | Self::TypeChanged
            | Self::UnsealFailed => Some(STALLED),
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
            reason: Reason::Unsealed.as_str(),
            message: "SealedSecret unsealed successfully".to_owned(),
        }
    }
}

/// The condition of what is tried again.
pub(crate) const RECONCILING: &str = "Reconciling";
/// The condition of what nobody but a person can put right.
pub(crate) const STALLED: &str = "Stalled";

#[cfg(test)]
mod tests {
    use super::*;

    const REASONS: [Reason; 11] = [
        Reason::ApiError,
        Reason::Immutable,
        Reason::NotOwned,
        Reason::Rejected,
        Reason::ScopeForbidden,
        Reason::TemplateFailed,
        Reason::TooLarge,
        Reason::TooManyItems,
        Reason::TypeChanged,
        Reason::UnsealFailed,
        Reason::Unsealed,
    ];

    #[test]
    fn the_page_explains_each_reason_and_its_condition_and_no_other() {
        assert_eq!(REASONS.len(), Reason::Unsealed as usize + 1, "a reason is missing here");
        let page = include_str!("../../docs/status.md");
        let table = page.split("| reason |").nth(1).expect("the table of reasons");
        let rows: Vec<_> = table.lines().skip(2).take_while(|line| line.starts_with('|')).collect();
        let told = rows.iter().map(|row| {
            let cells: Vec<_> = row
                .trim_matches('|')
                .split(" | ")
                .map(|cell| cell.trim().trim_matches('`'))
                .collect();
            assert!(cells.len() == 4 && cells.iter().all(|cell| !cell.is_empty()), "{row}");
            (cells[0], cells[1])
        });
        let is = REASONS.map(|reason| (reason.as_str(), reason.condition().unwrap_or("none")));
        assert_eq!(told.collect::<Vec<_>>(), is);
    }

    #[test]
    fn what_the_api_server_finds_fault_with_waits_for_a_person_and_what_it_cannot_do_now_for_a_retry() {
        let text = || "x".to_owned();
        for (failure, condition) in [
            (Failure::Act(PlaceError::Rejected(text())), STALLED),
            (Failure::Act(PlaceError::Failed(text())), RECONCILING),
            (Failure::Act(PlaceError::Conflict), RECONCILING),
            (Failure::Observe(PlaceError::Failed(text())), RECONCILING),
            (Failure::Refused(Refusal::Immutable), STALLED),
        ] {
            assert_eq!(failure.reason().condition(), Some(condition), "{failure}");
        }
    }
}
