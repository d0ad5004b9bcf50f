//! Master keys as flags name them.

use std::collections::BTreeMap;

use signet_sops::MasterKey;

use crate::sops::{Error, Exit, command::Keys};

/// The encryption context of `--encryption-context`, `key:value` between commas; empty where it is.
///
/// # Errors
/// It is something else.
pub(super) fn context(text: &str) -> Result<BTreeMap<String, String>, Error> {
    let pairs = text.split(',').filter(|_| !text.is_empty());
    let pair = |pair: &str| match pair.split_once(':') {
        Some((name, value)) if !value.contains(':') => Ok((name.to_owned(), value.to_owned())),
        _ => Err(Error::new(
            Exit::InvalidKmsEncryptionContextFormat,
            "Invalid KMS encryption context format",
        )
        .hint("--encryption-context takes NAME:VALUE, several between commas")),
    };
    pairs.map(pair).collect()
}

/// All keys, in the order in which upstream puts them into a group.
///
/// # Errors
/// A name that no key can have.
pub(super) fn keys(keys: &Keys, context: &BTreeMap<String, String>, profile: &str) -> Result<Vec<MasterKey>, Error> {
    let parsed = [
        MasterKey::parse_aws_kms(&keys.kms, context, profile),
        MasterKey::parse_gcp_kms(&keys.gcp_kms),
        MasterKey::parse_huawei_kms(&keys.hckms),
        MasterKey::parse_azure_key_vault(&keys.azure_kv),
        MasterKey::parse_pgp(&keys.pgp),
        MasterKey::parse_vault_transit(&keys.hc_vault_transit),
        MasterKey::parse_age(&keys.age),
    ];
    let mut all = Vec::new();
    for keys in parsed {
        all.extend(keys.map_err(|error| Error::new(Exit::Generic, error.to_string()))?);
    }
    Ok(all)
}

/// Whether any key is named.
pub(super) fn is_any(keys: &Keys) -> bool {
    let Keys {
        kms,
        gcp_kms,
        hckms,
        azure_kv,
        hc_vault_transit,
        pgp,
        age,
    } = keys;
    [kms, gcp_kms, hckms, azure_kv, hc_vault_transit, pgp, age]
        .iter()
        .any(|names| !names.is_empty())
}
