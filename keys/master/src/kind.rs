use std::{collections::BTreeSet, fmt, str::FromStr};

use signet_sops::MasterKey;

/// A kind of master key, by the name that the metadata of a document has for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// age and SSH keys.
    Age,
    /// AWS KMS.
    AwsKms,
    /// Azure Key Vault.
    AzureKeyVault,
    /// Google Cloud KMS.
    GcpKms,
    /// Huawei Cloud KMS.
    HuaweiKms,
    /// OpenPGP.
    Pgp,
    /// Vault's or OpenBao's transit engine.
    VaultTransit,
}

impl Kind {
    /// The kind of a key; none of one that this version does not know.
    pub fn of(key: &MasterKey) -> Option<Self> {
        Some(match key {
            MasterKey::Age(_) => Self::Age,
            MasterKey::AwsKms(_) => Self::AwsKms,
            MasterKey::AzureKeyVault(_) => Self::AzureKeyVault,
            MasterKey::GcpKms(_) => Self::GcpKms,
            MasterKey::HuaweiKms(_) => Self::HuaweiKms,
            MasterKey::Pgp(_) => Self::Pgp,
            MasterKey::VaultTransit(_) => Self::VaultTransit,
            _ => return None,
        })
    }

    /// `age`, `kms`, `azure_kv`, `gcp_kms`, `hckms`, `pgp` or `hc_vault`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Age => "age",
            Self::AwsKms => "kms",
            Self::AzureKeyVault => "azure_kv",
            Self::GcpKms => "gcp_kms",
            Self::HuaweiKms => "hckms",
            Self::Pgp => "pgp",
            Self::VaultTransit => "hc_vault",
        }
    }
}

impl fmt::Display for Kind {
    /// What people call it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Age => "age",
            Self::AwsKms => "AWS KMS",
            Self::AzureKeyVault => "Azure Key Vault",
            Self::GcpKms => "Google Cloud KMS",
            Self::HuaweiKms => "Huawei Cloud KMS",
            Self::Pgp => "OpenPGP",
            Self::VaultTransit => "Vault's transit engine",
        })
    }
}

/// The kinds that are tried first, in this order; the others come after them as they stand in the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecryptionOrder(Vec<String>);

impl DecryptionOrder {
    /// Where a kind stands in the order.
    pub(crate) fn place(&self, key: &MasterKey) -> usize {
        let name = Kind::of(key).map(Kind::name);
        let place = self.0.iter().position(|kind| Some(kind.as_str()) == name);
        place.unwrap_or(self.0.len())
    }
}

impl Default for DecryptionOrder {
    /// age and OpenPGP ask no service.
    fn default() -> Self {
        Self(vec!["age".to_owned(), "pgp".to_owned()])
    }
}

impl FromStr for DecryptionOrder {
    type Err = DuplicateKind;

    /// Reads names between commas, as in `age,pgp`. A name that nothing has is no error: it may be of a later version. An empty text is the
    /// default order.
    ///
    /// # Errors
    /// [`DuplicateKind`].
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        let mut seen = BTreeSet::new();
        match text.split(',').find(|kind| !seen.insert(*kind)) {
            Some(kind) => Err(DuplicateKind(kind.to_owned())),
            None => Ok(Self(text.split(',').map(str::to_owned).collect())),
        }
    }
}

/// A kind stands in an order twice.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Duplicate decryption key type: {0}")]
pub struct DuplicateKind(pub String);

#[cfg(test)]
mod tests {
    use signet_sops::{Age, GcpKms, Pgp};

    use super::*;

    fn places(order: &str) -> Result<[usize; 3], DuplicateKind> {
        let order: DecryptionOrder = order.parse()?;
        let (recipient, fingerprint, resource) = Default::default();
        let keys = [
            MasterKey::Age(Age { recipient }),
            MasterKey::Pgp(Pgp { fingerprint }),
            MasterKey::GcpKms(GcpKms { resource }),
        ];
        Ok(keys.map(|key| order.place(&key)))
    }

    #[test]
    fn places_in_an_order() {
        for (order, expected) in [
            ("", [0, 1, 2]),
            ("age,pgp", [0, 1, 2]),
            ("pgp", [1, 0, 1]),
            ("gcp_kms,nonsense,age", [2, 3, 0]),
            ("pgp, age", [2, 0, 2]),
            ("GCP_KMS", [1, 1, 1]),
        ] {
            assert_eq!(places(order), Ok(expected), "{order}");
        }
    }

    #[test]
    fn a_kind_stands_in_an_order_once() {
        for (order, kind) in [
            ("age,age", "age"),
            ("x,age,pgp,x", "x"),
            (",", ""),
            ("age,pgp,pgp,age", "pgp"),
        ] {
            assert_eq!(places(order), Err(DuplicateKind(kind.to_owned())), "{order}");
        }
        assert_eq!(
            DuplicateKind("age".to_owned()).to_string(),
            "Duplicate decryption key type: age"
        );
    }
}
