//! A SealedSecret becomes a Secret again.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use signet_api::{
    SealedSecret, Secret, annotations,
    base64::{self, IllegalBase64},
};
use signet_plaintext::Plaintext;
use signet_sealing_keys::{Fingerprint, PrivateKey};

use crate::{
    hybrid,
    label::label,
    render::{Clock, render},
};

/// Opens every item of a SealedSecret, in the scope that its own annotations declare, and renders the plain items of its template over them.
///
/// `candidates` are tried in order (see `Keyring::candidates`), but first the one that the object's annotation names, and for each further item
/// the one that opened an item last. The Secret
/// has the template's labels, annotations, finalizers, type and immutability, the SealedSecret's name and namespace, and no owner: whose
/// it is, is the reconciler's to say.
///
/// # Errors
/// - [`UnsealError::Items`]: some items do not open or cannot be rendered. Then there is no Secret at all.
/// - [`UnsealError::DeprecatedData`], [`UnsealError::BothData`], [`UnsealError::Blob`], [`UnsealError::BlobMalformed`]: about `spec.data`.
pub fn unseal(
    sealed: &SealedSecret,
    candidates: &[&PrivateKey],
    options: UnsealOptions,
    clock: Clock<'_>,
) -> Result<Unsealed, UnsealError> {
    let label = label(sealed.scope(), sealed.namespace(), sealed.name());
    let mut unsealed = match &sealed.spec.data {
        Some(blob) => open_blob(sealed, blob, candidates, &label, options)?,
        None => unseal_items(sealed, candidates, &label, clock)?,
    };
    unsealed.secret.metadata.name = sealed.metadata.name.clone();
    unsealed.secret.metadata.namespace = sealed.metadata.namespace.clone();
    unsealed.secret.metadata.owner_references = None;
    Ok(unsealed)
}

/// Opens one value under a label; `item` is base64, as `encryptedData` holds it. Says which key opened it.
///
/// # Errors
/// [`ItemError`].
pub fn open_value<'a>(
    item: &str,
    candidates: &[&'a PrivateKey],
    label: &[u8],
) -> Result<(Plaintext, &'a PrivateKey), ItemError> {
    let ciphertext = base64::decode(item).map_err(ItemError::IllegalBase64)?;
    hybrid::decrypt(&ciphertext, candidates, label).ok_or(ItemError::NoKey)
}

/// What the opener allows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UnsealOptions {
    /// Whether the deprecated `spec.data` is opened. Upstream's controller does by default, its command line never.
    pub accept_deprecated_data: bool,
}

/// An opened SealedSecret.
#[derive(Debug)]
pub struct Unsealed {
    /// The Secret.
    pub secret: Secret,
    /// The keys that opened its items.
    pub opened_by: BTreeSet<Fingerprint>,
    /// Items whose template called a function such as `now` or `genCA`: rendered again, they are others.
    pub generated: BTreeSet<String>,
}

/// Why a SealedSecret does not open. Its text is upstream's, and names items, never values.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnsealError {
    /// `spec.data` does not open.
    #[error("{0}")]
    Blob(ItemError),
    /// `spec.data` opened, but holds no Secret.
    #[error("the deprecated field 'data' does not hold a Secret")]
    BlobMalformed,
    /// Both forms at once.
    #[error("cannot use the field 'encryptedData' and the deprecated field 'data' at the same time")]
    BothData,
    /// `spec.data` where it is not accepted.
    #[error("using deprecated 'data' field, use 'encryptedData' or flip the feature flag")]
    DeprecatedData,
    /// Items that do not open or cannot be rendered.
    #[error("{}", Grouped(.0))]
    Items(BTreeMap<String, ItemError>),
}

/// What is wrong with one item.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ItemError {
    /// Its text is not base64.
    #[error("{0}")]
    IllegalBase64(IllegalBase64),
    /// No key opens it: sealed for another name, namespace, scope or cluster, or altered, which cannot be told apart.
    #[error("no key could decrypt secret")]
    NoKey,
    /// Its template cannot be rendered. The text is Go's, without the values that Go quotes.
    #[error("{0}")]
    Template(signet_gotemplate::Error),
}

/// The items of a SealedSecret, as far as they open.
pub(crate) struct Opened {
    pub(crate) values: BTreeMap<String, Plaintext>,
    pub(crate) faults: BTreeMap<String, ItemError>,
    pub(crate) opened_by: BTreeSet<Fingerprint>,
}

impl Opened {
    /// # Errors
    /// [`UnsealError::Items`]: not all did.
    pub(crate) fn check(&self) -> Result<(), UnsealError> {
        if self.faults.is_empty() {
            Ok(())
        } else {
            Err(UnsealError::Items(self.faults.clone()))
        }
    }
}

pub(crate) fn open_items(sealed: &SealedSecret, candidates: &[&PrivateKey], label: &[u8]) -> Opened {
    let mut candidates = named_first(sealed, candidates);
    let mut opened = Opened {
        values: BTreeMap::new(),
        faults: BTreeMap::new(),
        opened_by: BTreeSet::new(),
    };
    for (key, item) in &sealed.spec.encrypted_data {
        match open_value(item, &candidates, label) {
            Ok((value, by)) => {
                opened.values.insert(key.clone(), value);
                opened.opened_by.insert(by.fingerprint().clone());
                move_to_front(&mut candidates, by);
            }
            Err(fault) => {
                opened.faults.insert(key.clone(), fault);
            }
        }
    }
    opened
}

fn unseal_items(
    sealed: &SealedSecret,
    candidates: &[&PrivateKey],
    label: &[u8],
    clock: Clock<'_>,
) -> Result<Unsealed, UnsealError> {
    let template = sealed.spec.template.clone().unwrap_or_default();
    let mut opened = open_items(sealed, candidates, label);
    let plain = template.data.unwrap_or_default();
    let generated = render(&plain, &sealed.spec.encrypted_data, &mut opened, clock);
    opened.check()?;
    Ok(Unsealed {
        secret: Secret {
            metadata: template.metadata,
            type_: template.type_,
            immutable: template.immutable,
            data: opened.values,
        },
        opened_by: opened.opened_by,
        generated,
    })
}

/// The deprecated form: the JSON of the whole Secret in one ciphertext.
pub(crate) fn open_blob(
    sealed: &SealedSecret,
    blob: &str,
    candidates: &[&PrivateKey],
    label: &[u8],
    options: UnsealOptions,
) -> Result<Unsealed, UnsealError> {
    if !options.accept_deprecated_data {
        return Err(UnsealError::DeprecatedData);
    }
    if !sealed.spec.encrypted_data.is_empty() {
        return Err(UnsealError::BothData);
    }
    let (json, by) = open_value(blob, &named_first(sealed, candidates), label).map_err(UnsealError::Blob)?;
    let secret = serde_json::from_slice(json.expose()).map_err(|_| UnsealError::BlobMalformed)?;
    Ok(Unsealed {
        secret,
        opened_by: BTreeSet::from([by.fingerprint().clone()]),
        generated: BTreeSet::new(),
    })
}

/// The candidates, that of [`annotations::SEALED_BY`] first. It need not be true: the others are tried too.
fn named_first<'a>(sealed: &SealedSecret, candidates: &[&'a PrivateKey]) -> Vec<&'a PrivateKey> {
    let mut candidates = candidates.to_vec();
    let own = sealed.metadata.annotations.as_ref();
    let named = own.and_then(|own| own.get(annotations::SEALED_BY));
    let key = candidates
        .iter()
        .find(|key| named.is_some_and(|named| key.fingerprint().as_str() == named));
    if let Some(key) = key.copied() {
        move_to_front(&mut candidates, key);
    }
    candidates
}

fn move_to_front<'a>(candidates: &mut [&'a PrivateKey], key: &'a PrivateKey) {
    if let Some(place) = candidates
        .iter()
        .position(|candidate| candidate.fingerprint() == key.fingerprint())
    {
        candidates[..=place].rotate_right(1);
    }
}

/// Items by what is wrong with them, as upstream groups them: `message (item, item)`, a line each.
struct Grouped<'a>(&'a BTreeMap<String, ItemError>);

impl fmt::Display for Grouped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut groups: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for (key, fault) in self.0 {
            groups.entry(fault.to_string()).or_default().push(key);
        }
        for (index, (fault, keys)) in groups.iter().enumerate() {
            let separator = if index > 0 { "\n" } else { "" };
            write!(f, "{separator}{fault} ({})", keys.join(", "))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};
    use signet_sealing_keys::{KeySize, SealingKey};

    use super::*;

    #[test]
    fn the_key_that_the_annotation_names_is_tried_first() {
        let validity = SignedDuration::from_hours(1);
        let generate = |_| SealingKey::generate(KeySize::Rsa2048, validity, "", Timestamp::UNIX_EPOCH);
        let keys: Vec<_> = (0..3).filter_map(|number| generate(number).ok()).collect();
        let keys: Vec<_> = keys.iter().map(SealingKey::private_key).collect();
        let mut sealed = SealedSecret::default();
        let mut order = |named: &str| {
            let annotation = (annotations::SEALED_BY.to_owned(), named.to_owned());
            sealed.metadata.annotations = Some([annotation].into());
            let named = named_first(&sealed, &keys);
            let place = |key: &PrivateKey| keys.iter().position(|known| known.fingerprint() == key.fingerprint());
            named.into_iter().filter_map(place).collect::<Vec<_>>()
        };
        assert_eq!(order(keys[2].fingerprint().as_str()), [2, 0, 1]);
        assert_eq!(order("SHA256:of another"), [0, 1, 2]);
    }

    #[test]
    fn items_are_grouped_by_fault() {
        let fault = |offset| ItemError::IllegalBase64(IllegalBase64 { offset });
        let faults = [("b", ItemError::NoKey), ("a", ItemError::NoKey), ("c", fault(3))];
        let error = UnsealError::Items(faults.map(|(key, fault)| (key.to_owned(), fault)).into());
        assert_eq!(
            error.to_string(),
            "illegal base64 data at input byte 3 (c)\nno key could decrypt secret (a, b)"
        );
    }
}
