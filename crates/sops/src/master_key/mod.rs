mod forms;
mod parse;
mod parse_error;

pub use parse_error::ParseKeyError;

use std::{collections::BTreeMap, fmt};

use signet_document::tree::Time;

use crate::metadata::Others;

/// A key that wraps the data key of a document, as `.sops.yaml` and the document itself name it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MasterKey {
    /// An age recipient, an SSH public key among them.
    Age(Age),
    /// An OpenPGP key.
    Pgp(Pgp),
    /// A key of AWS KMS.
    AwsKms(AwsKms),
    /// A key of Google Cloud KMS.
    GcpKms(GcpKms),
    /// A key of Huawei Cloud KMS.
    HuaweiKms(HuaweiKms),
    /// A key of Azure Key Vault.
    AzureKeyVault(AzureKeyVault),
    /// A key of Vault's or OpenBao's transit engine.
    VaultTransit(VaultTransit),
}

/// An age recipient.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Age {
    /// `age1…`, `age1pq1…`, `age1PLUGIN1…`, `ssh-ed25519 …` or `ssh-rsa …`, as it was given, trimmed.
    pub recipient: String,
}

/// An OpenPGP key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pgp {
    /// What names the key for gpg: a fingerprint or a key's identifier, without spaces; a `!` behind it demands this very subkey.
    pub fingerprint: String,
}

/// A key of AWS KMS.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AwsKms {
    /// The key's or alias' Amazon Resource Name.
    pub arn: String,
    /// The role to take on before.
    pub role: Option<String>,
    /// The encryption context, which decrypting must give again.
    pub context: BTreeMap<String, String>,
    /// The profile of the AWS configuration; empty for the default one.
    pub profile: String,
}

/// A key of Google Cloud KMS.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct GcpKms {
    /// `projects/…/locations/…/keyRings/…/cryptoKeys/…`.
    pub resource: String,
}

/// A key of Huawei Cloud KMS.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HuaweiKms {
    /// `REGION:UUID`.
    pub key: String,
}

/// A key of Azure Key Vault.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AzureKeyVault {
    /// The vault, as in `https://NAME.vault.azure.net`.
    pub vault: String,
    /// The key's name.
    pub name: String,
    /// The key's version.
    pub version: String,
}

/// A key of Vault's or OpenBao's transit engine.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct VaultTransit {
    /// The server, as in `https://vault.example:8200`.
    pub address: String,
    /// Where the engine is mounted: `transit`.
    pub engine: String,
    /// The key's name.
    pub key: String,
}

/// A master key and what it made of the data key, or of its group's share of it.
#[derive(Clone, PartialEq, Eq)]
pub struct WrappedKey {
    /// The key.
    pub key: MasterKey,
    /// The ciphertext in the encoding of its kind: an armored age file, an armored OpenPGP message, base64 …
    pub ciphertext: String,
    /// When it was wrapped. age keys have no such field.
    pub created: Option<Time>,
    /// What else stands beside them.
    pub others: Others,
}

/// Keys of which any one unwraps the group's share of the data key.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct KeyGroup {
    /// The keys, in the order in which they are tried unless another order is asked for.
    pub keys: Vec<WrappedKey>,
    /// What else stands in the group, as keys of an unknown kind.
    pub others: Others,
}

impl KeyGroup {
    /// The keys without their ciphertexts.
    pub fn master_keys(&self) -> Vec<MasterKey> {
        self.keys.iter().map(|key| key.key.clone()).collect()
    }
}

impl From<Vec<WrappedKey>> for KeyGroup {
    fn from(keys: Vec<WrappedKey>) -> Self {
        Self {
            keys,
            others: Others::default(),
        }
    }
}

impl fmt::Display for MasterKey {
    /// What upstream calls the key by; two keys of one kind with the same name are one key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Age(age) => f.write_str(&age.recipient),
            Self::Pgp(pgp) => f.write_str(&pgp.fingerprint),
            Self::AwsKms(kms) => kms.fmt(f),
            Self::GcpKms(kms) => f.write_str(&kms.resource),
            Self::HuaweiKms(kms) => f.write_str(&kms.key),
            Self::AzureKeyVault(AzureKeyVault { vault, name, version }) => write!(f, "{vault}/keys/{name}/{version}"),
            Self::VaultTransit(VaultTransit { address, engine, key }) => write!(f, "{address}/v1/{engine}/keys/{key}"),
        }
    }
}

impl fmt::Display for AwsKms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.arn)?;
        if let Some(role) = &self.role {
            write!(f, "+{role}")?;
        }
        if !self.context.is_empty() || !self.profile.is_empty() {
            f.write_str("|")?;
        }
        for (index, (name, value)) in self.context.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            write!(f, "{comma}{name}:{value}")?;
        }
        match self.profile.as_str() {
            "" => Ok(()),
            profile => write!(f, "|{profile}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let kms = |role: Option<&str>, context: &[(&str, &str)], profile: &str| {
            let pair = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
            MasterKey::AwsKms(AwsKms {
                arn: "arn:aws:kms:r:1:key/k".to_owned(),
                role: role.map(str::to_owned),
                context: context.iter().map(pair).collect(),
                profile: profile.to_owned(),
            })
        };
        for (key, expected) in [
            (kms(None, &[], ""), "arn:aws:kms:r:1:key/k"),
            (
                kms(Some("arn:aws:iam::1:role/x"), &[], ""),
                "arn:aws:kms:r:1:key/k+arn:aws:iam::1:role/x",
            ),
            (
                kms(None, &[("b", "2"), ("a", "1")], ""),
                "arn:aws:kms:r:1:key/k|a:1,b:2",
            ),
            (kms(None, &[], "p"), "arn:aws:kms:r:1:key/k||p"),
            (kms(None, &[("a", "1")], "p"), "arn:aws:kms:r:1:key/k|a:1|p"),
        ] {
            assert_eq!(key.to_string(), expected);
        }
        let vault = AzureKeyVault {
            vault: "https://v.vault.azure.net".to_owned(),
            name: "n".to_owned(),
            version: "1".to_owned(),
        };
        assert_eq!(
            MasterKey::AzureKeyVault(vault).to_string(),
            "https://v.vault.azure.net/keys/n/1"
        );
        let transit = VaultTransit {
            address: "https://v:8200".to_owned(),
            engine: "a/b".to_owned(),
            key: "k".to_owned(),
        };
        assert_eq!(
            MasterKey::VaultTransit(transit).to_string(),
            "https://v:8200/v1/a/b/keys/k"
        );
    }
}
