use signet_plaintext::{DataKey, Plaintext};
use signet_sops::{
    KeyGroup,
    shamir::{self, CombineError},
};

use crate::{DecryptionOrder, Report, Surroundings, age::Identities, key, report::KeyFailure};

/// Unwraps the data key of a document. In a group, keys are tried in `order` until one succeeds; of several groups, so many that the shares
/// suffice for `threshold`.
///
/// # Errors
/// [`UnwrapError`].
pub fn unwrap(
    groups: &[KeyGroup],
    threshold: Option<u32>,
    order: &DecryptionOrder,
    surroundings: &Surroundings,
) -> Result<DataKey, UnwrapError> {
    let identities = Identities::new(surroundings);
    let is_shared = groups.len() > 1;
    let length = DataKey::LENGTH + usize::from(is_shared);
    // A single share is none. Without a threshold, which every version writes, nothing tells how many suffice.
    let needed = match threshold.and_then(|threshold| usize::try_from(threshold).ok()) {
        _ if !is_shared => 1,
        None | Some(0) => groups.len(),
        Some(threshold) => threshold.max(2),
    };
    let mut parts = Vec::new();
    let mut report = Report::new(threshold.unwrap_or_default());
    for group in groups {
        if parts.len() == needed {
            break;
        }
        match unwrap_group(group, length, order, &identities, surroundings) {
            Ok(part) => {
                parts.push(part);
                report.groups.push(Ok(()));
            }
            Err(failures) => report.groups.push(Err(failures)),
        }
    }
    if parts.len() < needed && (threshold.is_some_and(|threshold| threshold > 0) || parts.len() < 2) {
        return Err(UnwrapError::NotRecovered(report));
    }
    let key = match parts.pop() {
        Some(part) if !is_shared => part,
        last => {
            parts.extend(last);
            shamir::combine(&parts).map_err(UnwrapError::Shares)?
        }
    };
    DataKey::try_from(key.expose()).map_err(|_| UnwrapError::Length)
}

/// Tries the keys of a group until one succeeds.
fn unwrap_group(
    group: &KeyGroup,
    length: usize,
    order: &DecryptionOrder,
    identities: &Identities<'_>,
    surroundings: &Surroundings,
) -> Result<Plaintext, Vec<KeyFailure>> {
    let mut keys: Vec<_> = group.keys.iter().collect();
    keys.sort_by_key(|key| order.place(&key.key));
    let mut failures = Vec::new();
    for key in keys {
        match key::unwrap(key, length, identities, surroundings) {
            Ok(part) => return Ok(part),
            Err(error) => failures.push(KeyFailure {
                key: key.key.to_string(),
                error,
            }),
        }
    }
    Err(failures)
}

/// Why there is no data key.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UnwrapError {
    /// The shares give something else.
    #[error("could not get data key from shamir parts: it has not 32 bytes")]
    Length,
    /// Too few groups have a key that unwraps.
    #[error("{0}")]
    NotRecovered(Report),
    /// The shares do not belong together.
    #[error("could not get data key from shamir parts: {0}")]
    Shares(#[source] CombineError),
}
