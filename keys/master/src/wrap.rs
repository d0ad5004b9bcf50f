use std::fmt;

use signet_document::tree::Time;
use signet_plaintext::{DataKey, Plaintext};
use signet_sops::{
    KeyGroup, MasterKey, Random, WrappedKey,
    shamir::{self, SplitError},
};

use crate::{KeyError, Surroundings, key};

/// A data key, wrapped for all of its master keys.
pub struct Wrapped {
    /// The groups, each key with its ciphertext.
    pub groups: Vec<KeyGroup>,
    /// How many groups are needed to unwrap; what the metadata must say.
    pub shamir_threshold: Option<u32>,
}

/// Wraps a data key for groups of master keys. The keys of a single group wrap the data key itself; of several groups, each wraps a share, and
/// `threshold` says how many give the data key back: without one, or with 0, all.
///
/// `random` fills the coefficients of the shares; age and gpg have their own randomness. `now` is what the metadata call `created_at`, which age
/// keys have not.
///
/// # Errors
/// [`WrapError`].
pub fn wrap(
    groups: &[Vec<MasterKey>],
    threshold: Option<u32>,
    data_key: &DataKey,
    now: Time,
    random: Random<'_>,
    surroundings: &Surroundings,
) -> Result<Wrapped, WrapError> {
    let (parts, shamir_threshold) = parts(groups.len(), threshold, data_key, random)?;
    if groups.iter().any(Vec::is_empty) {
        return Err(WrapError::EmptyGroup);
    }
    let mut failures = Vec::new();
    let mut wrapped = Vec::with_capacity(groups.len());
    for (group, part) in groups.iter().zip(&parts) {
        let mut keys = Vec::with_capacity(group.len());
        for key in group {
            match key::wrap(key, part, surroundings) {
                Ok(ciphertext) => keys.push(WrappedKey {
                    key: key.clone(),
                    ciphertext,
                    created: Some(now).filter(|_| !matches!(key, MasterKey::Age(_))),
                    others: Default::default(),
                }),
                Err(error) => failures.push(WrapFailure {
                    key: key.to_string(),
                    error,
                }),
            }
        }
        wrapped.push(KeyGroup::from(keys));
    }
    if failures.is_empty() {
        Ok(Wrapped {
            groups: wrapped,
            shamir_threshold,
        })
    } else {
        Err(WrapError::Keys(failures))
    }
}

/// What each group wraps, and the threshold.
fn parts(
    groups: usize,
    threshold: Option<u32>,
    data_key: &DataKey,
    random: Random<'_>,
) -> Result<(Vec<Plaintext>, Option<u32>), WrapError> {
    let key = Plaintext::from(data_key.expose().to_vec());
    match groups {
        0 => Err(WrapError::NoGroups),
        1 => Ok((vec![key], threshold)),
        _ => {
            let groups = u8::try_from(groups).map_err(|_| WrapError::TooManyGroups)?;
            let threshold = threshold.filter(|threshold| *threshold > 0).unwrap_or(groups.into());
            let shares = u8::try_from(threshold).map_err(|_| SplitError::Parts);
            let shares = shares.and_then(|threshold| shamir::split(&key, groups, threshold, random));
            Ok((shares.map_err(WrapError::Split)?, Some(threshold)))
        }
    }
}

/// Why a data key is not wrapped. In the words of upstream.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WrapError {
    /// A group has no key.
    #[error("empty key group provided")]
    EmptyGroup,
    /// Keys that failed. All have been tried.
    #[error("{}", Failures(.0))]
    Keys(Vec<WrapFailure>),
    /// There are no groups.
    #[error("no key groups provided")]
    NoGroups,
    /// The data key cannot be split so.
    #[error("could not split data key into parts for Shamir: {0}")]
    Split(#[source] SplitError),
    /// A share's number is a byte.
    #[error("could not split data key into parts for Shamir: parts cannot exceed 255")]
    TooManyGroups,
}

/// A master key that does not wrap.
#[derive(Debug, thiserror::Error)]
#[error("failed to encrypt new data key with master key {key:?}: {error}")]
pub struct WrapFailure {
    /// What the key is called.
    pub key: String,
    /// Why.
    #[source]
    pub error: KeyError,
}

/// One behind the other, as Go prints errors.
struct Failures<'a>(&'a [WrapFailure]);

impl fmt::Display for Failures<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, failure) in self.0.iter().enumerate() {
            let blank = if index == 0 { "" } else { " " };
            write!(f, "{blank}{failure}")?;
        }
        Ok(())
    }
}
