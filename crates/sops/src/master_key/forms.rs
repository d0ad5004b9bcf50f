//! The forms of names that have parts.

use super::{AzureKeyVault, ParseKeyError, VaultTransit};

/// `arn:PARTITION:kms:REGION:ACCOUNT:key/NAME` or `…:alias/NAME`.
pub(super) fn is_kms_arn(arn: &str) -> bool {
    let mut parts = arn.splitn(6, ':');
    let mut next = || parts.next().unwrap_or_default();
    let (scheme, partition, service, region, account, name) = (next(), next(), next(), next(), next(), next());
    let is_partition = partition.strip_prefix("aws").is_some_and(|rest| {
        rest.chars()
            .all(|character| character == '-' || character == '_' || character.is_ascii_alphanumeric())
    });
    let name = name.strip_prefix("key/").or_else(|| name.strip_prefix("alias/"));
    scheme == "arn"
        && is_partition
        && service == "kms"
        && !region.is_empty()
        && !account.is_empty()
        && account.bytes().all(|byte| byte.is_ascii_digit())
        && name.is_some_and(|name| !name.is_empty())
}

/// `https://VAULT/keys/NAME`, or with `/VERSION` behind it.
pub(super) fn azure(url: &str) -> Option<AzureKeyVault> {
    let (host, path) = url.strip_prefix("https://")?.split_once('/')?;
    let (name, version) = match path.strip_prefix("keys/")?.split_once('/') {
        Some((_, version)) if version.contains('/') => return None,
        Some((name, version)) => (name, version),
        None => (path.strip_prefix("keys/")?, ""),
    };
    (!host.is_empty() && !name.is_empty()).then(|| AzureKeyVault {
        vault: format!("https://{host}"),
        name: name.to_owned(),
        version: version.to_owned(),
    })
}

/// `https://VAULT/v1/ENGINE/keys/NAME`, where an engine may be of several parts.
///
/// # Errors
/// As [`MasterKey::parse_vault_transit`](super::MasterKey::parse_vault_transit).
pub(super) fn vault(uri: &str) -> Result<VaultTransit, ParseKeyError> {
    let malformed = || ParseKeyError::Vault(uri.to_owned());
    let (scheme, rest) = uri
        .split_once("://")
        .ok_or_else(|| ParseKeyError::VaultScheme(uri.to_owned()))?;
    let (host, path) = rest.split_once('/').ok_or_else(malformed)?;
    if !matches!(scheme, "http" | "https") {
        return Err(ParseKeyError::VaultScheme(uri.to_owned()));
    }
    if host.is_empty() || path.contains(['?', '#']) {
        return Err(malformed());
    }
    let parts: Vec<_> = path.trim_matches('/').split('/').collect();
    let is_version = |part: &str| {
        part.strip_prefix('v')
            .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
    };
    match parts.as_slice() {
        [version, engine @ .., "keys", key] if is_version(version) && !engine.is_empty() => {
            if engine
                .iter()
                .chain([key])
                .any(|part| part.is_empty() || matches!(*part, "." | ".."))
            {
                return Err(malformed());
            }
            Ok(VaultTransit {
                address: format!("{scheme}://{host}"),
                engine: engine.join("/"),
                key: (*key).to_owned(),
            })
        }
        [prefix, rest @ ..] if !is_version(prefix) && rest.iter().any(|part| is_version(part)) => {
            Err(ParseKeyError::VaultPrefix(uri.to_owned()))
        }
        _ => Err(malformed()),
    }
}
