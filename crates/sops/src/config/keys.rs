//! Master keys as people name them.

use crate::master_key::{Age, AwsKms, AzureKeyVault, GcpKms, HuaweiKms, MasterKey, Pgp, VaultTransit};

/// A text that names no key. None of them holds the text: it may be a secret key by mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyFault {
    /// An age key that is none.
    #[error("unknown recipient type: expected age1…, ssh-ed25519 … or ssh-rsa …")]
    Age,
    /// An age key that decrypts.
    #[error("a secret age key where a recipient is expected")]
    AgeSecret,
    /// A key of Azure Key Vault that is none.
    #[error(
        "could not parse it into a valid Azure Key Vault key: expected https://VAULT/keys/NAME or https://VAULT/keys/NAME/VERSION"
    )]
    Azure,
    /// Nothing at all.
    #[error("an empty key")]
    Empty,
    /// A key of Huawei Cloud KMS that is none.
    #[error("invalid key ID format: expected REGION:UUID")]
    Huawei,
    /// A key of Vault that is none.
    #[error("vault path does not seem to be formatted correctly: expected https://VAULT:8200/v1/ENGINE/keys/NAME")]
    Vault,
}

impl KeyFault {
    /// What to try, where that is known.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::AgeSecret => Some(
                "give the recipient that age-keygen -y prints; take the secret key out of the file, and replace it if others saw it",
            ),
            _ => None,
        }
    }
}

/// An age recipient. Whether its characters are a key is seen when it wraps.
pub(super) fn age(text: &str) -> Result<MasterKey, KeyFault> {
    let recipient = text.trim();
    let has_secret = recipient
        .get(..SECRET.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(SECRET));
    if has_secret {
        return Err(KeyFault::AgeSecret);
    }
    if !recipient.starts_with("age1") && !recipient.starts_with("ssh-") {
        return Err(KeyFault::Age);
    }
    let recipient = recipient.to_owned();
    Ok(MasterKey::Age(Age { recipient }))
}

const SECRET: &str = "AGE-SECRET-KEY-";

/// An OpenPGP key by its fingerprint, blanks in it or not.
pub(super) fn pgp(text: &str) -> Result<MasterKey, KeyFault> {
    let fingerprint = without_blanks(text)?;
    Ok(MasterKey::Pgp(Pgp { fingerprint }))
}

/// `ARN` or `ARN+ROLE`. Paths of an ARN may have a `+`, but no colon.
pub(super) fn aws(text: &str, profile: &str) -> Result<MasterKey, KeyFault> {
    let text = without_blanks(text)?;
    let (arn, role) = match text.split_once("+arn:") {
        Some((arn, role)) if !arn.is_empty() => (arn.to_owned(), Some(format!("arn:{role}"))),
        _ => (text, None),
    };
    Ok(MasterKey::AwsKms(AwsKms {
        arn,
        role,
        context: Default::default(),
        profile: profile.to_owned(),
    }))
}

/// A resource of Google Cloud.
pub(super) fn gcp(text: &str) -> Result<MasterKey, KeyFault> {
    let resource = without_blanks(text)?;
    Ok(MasterKey::GcpKms(GcpKms { resource }))
}

/// `REGION:UUID`.
pub(super) fn huawei(text: &str) -> Result<MasterKey, KeyFault> {
    let key = text.trim();
    match key.split_once(':') {
        Some((region, id)) if !region.trim().is_empty() && !id.trim().is_empty() => {
            let key = key.to_owned();
            Ok(MasterKey::HuaweiKms(HuaweiKms { key }))
        }
        _ => Err(KeyFault::Huawei),
    }
}

/// `https://VAULT/keys/NAME`, with `/VERSION` or not. Without one the version is empty: the newest, which only the vault knows.
pub(super) fn azure(text: &str) -> Result<MasterKey, KeyFault> {
    let address = text.trim().strip_prefix("https://").ok_or(KeyFault::Azure)?;
    let mut parts = address.split('/');
    let key = match (parts.next(), parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(host), Some("keys"), Some(name), version, None) if !host.is_empty() && !name.is_empty() => {
            AzureKeyVault {
                vault: format!("https://{host}"),
                name: name.to_owned(),
                version: version.unwrap_or_default().to_owned(),
            }
        }
        _ => return Err(KeyFault::Azure),
    };
    Ok(MasterKey::AzureKeyVault(key))
}

/// `SCHEME://HOST/v1/ENGINE/keys/NAME`, where the engine may be of several parts.
pub(super) fn vault(text: &str) -> Result<MasterKey, KeyFault> {
    let uri = text.trim();
    let (scheme, rest) = uri.split_once("://").ok_or(KeyFault::Vault)?;
    let (host, path) = rest.split_once('/').ok_or(KeyFault::Vault)?;
    let parts: Vec<&str> = path.trim_end_matches('/').split('/').collect();
    let is_plain = |part: &&str| !matches!(*part, "" | "." | "..");
    if scheme.is_empty() || host.is_empty() || uri.contains(['?', '#']) || !parts.iter().all(is_plain) {
        return Err(KeyFault::Vault);
    }
    match parts.as_slice() {
        [version, engine @ .., _, key] if is_version(version) && !engine.is_empty() => {
            Ok(MasterKey::VaultTransit(VaultTransit {
                address: format!("{scheme}://{host}"),
                engine: engine.join("/"),
                key: (*key).to_owned(),
            }))
        }
        _ => Err(KeyFault::Vault),
    }
}

/// Whether it is `v` and a number.
fn is_version(part: &str) -> bool {
    let digits = part.strip_prefix('v').unwrap_or_default();
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn without_blanks(text: &str) -> Result<String, KeyFault> {
    let text: String = text.trim().chars().filter(|character| *character != ' ').collect();
    if text.is_empty() {
        Err(KeyFault::Empty)
    } else {
        Ok(text)
    }
}
