//! A SealedSecret is sealed anew, to another key.

use std::collections::{BTreeMap, BTreeSet};

use signet_api::{SealedSecret, SealedSecretSpec};
use signet_sealing_keys::{Certificate, Fingerprint, PrivateKey};

use crate::{
    label::label,
    seal::{SealError, seal, seal_value},
    unseal::{UnsealError, UnsealOptions, open_blob, open_items},
};

/// Opens every item and seals it to `certificate`, under the same label. Everything else stays as it is: metadata, template and
/// `template.data`, none of which is looked at. No template is rendered, so that whoever may ask for this learns nothing about a value.
///
/// The deprecated `spec.data` becomes `encryptedData` and a template, as if its Secret had been sealed today.
///
/// # Errors
/// - [`ResealError::Unseal`]: not every item opens. Then nothing is sealed.
/// - [`ResealError::Seal`]: AWS-LC refused, or there is no name to bind to.
pub fn reseal(
    sealed: &SealedSecret,
    candidates: &[&PrivateKey],
    certificate: &Certificate,
    options: UnsealOptions,
) -> Result<SealedSecret, ResealError> {
    let label = label(sealed.scope(), sealed.namespace(), sealed.name());
    let spec = match &sealed.spec.data {
        Some(blob) => reseal_blob(sealed, blob, candidates, certificate, options)?,
        None => {
            let opened = open_items(sealed, candidates, &label);
            opened.check()?;
            let items = opened
                .values
                .iter()
                .map(|(key, value)| Ok((key.clone(), seal_value(value, certificate, &label)?)));
            SealedSecretSpec {
                encrypted_data: items.collect::<Result<BTreeMap<_, _>, SealError>>()?,
                ..sealed.spec.clone()
            }
        }
    };
    Ok(SealedSecret { spec, ..sealed.clone() })
}

/// Whether every item opens, and with which keys. No template is rendered: see [`reseal`].
///
/// # Errors
/// As [`unseal`](crate::unseal), but for those about templates.
pub fn verify(
    sealed: &SealedSecret,
    candidates: &[&PrivateKey],
    options: UnsealOptions,
) -> Result<BTreeSet<Fingerprint>, UnsealError> {
    let label = label(sealed.scope(), sealed.namespace(), sealed.name());
    match &sealed.spec.data {
        Some(blob) => open_blob(sealed, blob, candidates, &label, options).map(|unsealed| unsealed.opened_by),
        None => {
            let opened = open_items(sealed, candidates, &label);
            opened.check()?;
            Ok(opened.opened_by)
        }
    }
}

/// Why a SealedSecret is not sealed anew.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ResealError {
    /// It cannot be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// It does not open.
    #[error(transparent)]
    Unseal(#[from] UnsealError),
}

fn reseal_blob(
    sealed: &SealedSecret,
    blob: &str,
    candidates: &[&PrivateKey],
    certificate: &Certificate,
    options: UnsealOptions,
) -> Result<SealedSecretSpec, ResealError> {
    let scope = sealed.scope();
    let label = label(scope, sealed.namespace(), sealed.name());
    let mut secret = open_blob(sealed, blob, candidates, &label, options)?.secret;
    secret.metadata.name.clone_from(&sealed.metadata.name);
    secret.metadata.namespace.clone_from(&sealed.metadata.namespace);
    scope.annotate(secret.metadata.annotations.get_or_insert_default());
    Ok(seal(&secret, certificate)?.spec)
}
