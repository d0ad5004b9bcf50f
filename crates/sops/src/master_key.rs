use std::collections::BTreeMap;

use signet_document::tree::Time;

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
}

/// Keys of which any one unwraps the group's share of the data key.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct KeyGroup {
    /// The keys, in the order in which they are tried unless another order is asked for.
    pub keys: Vec<WrappedKey>,
}
