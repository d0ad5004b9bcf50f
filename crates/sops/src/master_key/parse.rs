//! Master keys as flags, variables and `.sops.yaml` name them: several between commas, each in the form of its kind.

use std::collections::BTreeMap;

use super::{
    Age, AwsKms, GcpKms, HuaweiKms, MasterKey, ParseKeyError, Pgp,
    forms::{azure, is_kms_arn, vault},
};

impl MasterKey {
    /// age recipients: `age1…` of every sort, `ssh-ed25519 …` and `ssh-rsa …`. Blanks around them are none of theirs. What follows the prefix is
    /// looked at when the key wraps (upstream's `age/keysource.go`).
    ///
    /// # Errors
    /// [`ParseKeyError::Age`], [`ParseKeyError::Identity`].
    pub fn parse_age(text: &str) -> Result<Vec<Self>, ParseKeyError> {
        each(text, |recipient| {
            let recipient = recipient.trim().to_owned();
            if recipient.starts_with("age1") || recipient.starts_with("ssh-") {
                Ok(Self::Age(Age { recipient }))
            } else if is_identity(&recipient) {
                Err(ParseKeyError::Identity)
            } else {
                Err(ParseKeyError::Age(recipient))
            }
        })
    }

    /// OpenPGP fingerprints, or identifiers of keys, with blanks anywhere (`pgp/keysource.go`).
    ///
    /// # Errors
    /// [`ParseKeyError::Empty`]: upstream would ask gpg for it, which knows no such key.
    pub fn parse_pgp(text: &str) -> Result<Vec<Self>, ParseKeyError> {
        each(text, |fingerprint| {
            let fingerprint = without_blanks(fingerprint)?;
            Ok(Self::Pgp(Pgp { fingerprint }))
        })
    }

    /// ARNs of AWS KMS, `KEY` or `KEY+ROLE`, with one encryption context and one profile for all (`kms/keysource.go`).
    ///
    /// # Errors
    /// [`ParseKeyError::Empty`], [`ParseKeyError::Aws`].
    pub fn parse_aws_kms(
        text: &str,
        context: &BTreeMap<String, String>,
        profile: &str,
    ) -> Result<Vec<Self>, ParseKeyError> {
        each(text, |text| {
            let text = without_blanks(text)?;
            // A name may hold a `+`, but no `:`.
            let (arn, role) = match text.find("+arn:") {
                Some(plus) if plus > 0 => (&text[..plus], Some(text[plus + 1..].to_owned())),
                _ => (text.as_str(), None),
            };
            if !is_kms_arn(arn) {
                return Err(ParseKeyError::Aws(arn.to_owned()));
            }
            Ok(Self::AwsKms(AwsKms {
                arn: arn.to_owned(),
                role,
                context: context.clone(),
                profile: profile.to_owned(),
            }))
        })
    }

    /// Resource names of Google Cloud KMS (`gcpkms/keysource.go`).
    ///
    /// # Errors
    /// [`ParseKeyError::Empty`], [`ParseKeyError::Gcp`].
    pub fn parse_gcp_kms(text: &str) -> Result<Vec<Self>, ParseKeyError> {
        each(text, |resource| {
            let resource = without_blanks(resource)?;
            let parts: Vec<_> = resource.split('/').collect();
            match parts.as_slice() {
                [
                    "projects",
                    project,
                    "locations",
                    location,
                    "keyRings",
                    ring,
                    "cryptoKeys",
                    key,
                ] if [project, location, ring, key].iter().all(|name| !name.is_empty()) => {}
                _ => return Err(ParseKeyError::Gcp(resource)),
            }
            Ok(Self::GcpKms(GcpKms { resource }))
        })
    }

    /// URLs of keys of Azure Key Vault, `https://VAULT/keys/NAME` or with `/VERSION` behind it (`azkv/keysource.go`). Without a version, the
    /// newest is to be asked for before the key wraps: the field is empty.
    ///
    /// # Errors
    /// [`ParseKeyError::Azure`].
    pub fn parse_azure_key_vault(text: &str) -> Result<Vec<Self>, ParseKeyError> {
        each(text, |url| {
            let key = azure(url.trim()).ok_or_else(|| ParseKeyError::Azure(url.trim().to_owned()))?;
            Ok(Self::AzureKeyVault(key))
        })
    }

    /// URIs of keys of Vault's transit engine, `https://VAULT/v1/ENGINE/keys/NAME` (`hcvault/keysource.go`). Empty ones are left out.
    ///
    /// # Errors
    /// [`ParseKeyError::Vault`], [`ParseKeyError::VaultPrefix`], [`ParseKeyError::VaultScheme`].
    pub fn parse_vault_transit(text: &str) -> Result<Vec<Self>, ParseKeyError> {
        let uris = text.split(',').filter(|uri| !uri.is_empty());
        uris.map(|uri| vault(uri).map(Self::VaultTransit)).collect()
    }

    /// Keys of Huawei Cloud KMS, `REGION:UUID` (`hckms/keysource.go`). Empty ones are left out.
    ///
    /// # Errors
    /// [`ParseKeyError::Huawei`].
    pub fn parse_huawei_kms(text: &str) -> Result<Vec<Self>, ParseKeyError> {
        let keys = text.split(',').map(str::trim).filter(|key| !key.is_empty());
        keys.map(|key| match key.split_once(':') {
            Some((region, uuid)) if !region.trim().is_empty() && !uuid.trim().is_empty() => {
                Ok(Self::HuaweiKms(HuaweiKms { key: key.to_owned() }))
            }
            _ => Err(ParseKeyError::Huawei(key.to_owned())),
        })
        .collect()
    }
}

/// Whether it is a secret key, given by mistake. No message may show it.
fn is_identity(text: &str) -> bool {
    let start = text.get(.."AGE-".len());
    start.is_some_and(|start| start.eq_ignore_ascii_case("AGE-")) || text.contains("PRIVATE KEY")
}

/// Nothing of an empty text; else what is between its commas.
fn each(text: &str, parse: impl Fn(&str) -> Result<MasterKey, ParseKeyError>) -> Result<Vec<MasterKey>, ParseKeyError> {
    match text {
        "" => Ok(Vec::new()),
        text => text.split(',').map(parse).collect(),
    }
}

fn without_blanks(text: &str) -> Result<String, ParseKeyError> {
    let text: String = text.trim().chars().filter(|character| *character != ' ').collect();
    if text.is_empty() {
        Err(ParseKeyError::Empty)
    } else {
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the keys are called.
    fn names(keys: Result<Vec<MasterKey>, ParseKeyError>) -> Result<Vec<String>, ParseKeyError> {
        keys.map(|keys| keys.iter().map(MasterKey::to_string).collect())
    }

    fn kms(text: &str) -> Result<Vec<MasterKey>, ParseKeyError> {
        MasterKey::parse_aws_kms(text, &BTreeMap::from([("a".to_owned(), "b".to_owned())]), "p")
    }

    type Parse = fn(&str) -> Result<Vec<MasterKey>, ParseKeyError>;

    #[test]
    fn keys_of_every_kind() {
        let cases: [(Parse, &str, &[&str]); 13] = [
            (
                MasterKey::parse_age,
                "age1a, age1pq1b,ssh-rsa c d",
                &["age1a", "age1pq1b", "ssh-rsa c d"],
            ),
            (MasterKey::parse_pgp, "85D7 7543 B3D6,x!", &["85D77543B3D6", "x!"]),
            (
                kms,
                "arn:aws:kms:r:1:key/k+x, arn:aws-cn:kms:r:1:alias/a",
                &["arn:aws:kms:r:1:key/k+x|a:b|p", "arn:aws-cn:kms:r:1:alias/a|a:b|p"],
            ),
            (
                kms,
                "arn:aws:kms:r:1:key/k+arn:aws:iam::1:role/x",
                &["arn:aws:kms:r:1:key/k+arn:aws:iam::1:role/x|a:b|p"],
            ),
            (
                MasterKey::parse_gcp_kms,
                " projects/p/locations/l/keyRings/r/cryptoKeys/k",
                &["projects/p/locations/l/keyRings/r/cryptoKeys/k"],
            ),
            (
                MasterKey::parse_azure_key_vault,
                "https://v:1/keys/n/1, https://v/keys/n",
                &["https://v:1/keys/n/1", "https://v/keys/n/"],
            ),
            (
                MasterKey::parse_azure_key_vault,
                "https://v/keys/n/",
                &["https://v/keys/n/"],
            ),
            (
                MasterKey::parse_vault_transit,
                "https://v:8200/v1/transit/keys/k,",
                &["https://v:8200/v1/transit/keys/k"],
            ),
            (
                MasterKey::parse_vault_transit,
                "http://v/v1/a/b/keys/k/",
                &["http://v/v1/a/b/keys/k"],
            ),
            (
                MasterKey::parse_huawei_kms,
                " tr-west-1:u, ,x:y:z,",
                &["tr-west-1:u", "x:y:z"],
            ),
            (MasterKey::parse_huawei_kms, "", &[]),
            (MasterKey::parse_age, "", &[]),
            (kms, "", &[]),
        ];
        for (parse, text, expected) in cases {
            let expected = expected.iter().map(|name| (*name).to_owned()).collect();
            assert_eq!(names(parse(text)), Ok(expected), "{text}");
        }
    }

    #[test]
    fn a_secret_key_is_not_shown() {
        for secret in [
            "AGE-SECRET-KEY-1X",
            "age-secret-key-1x",
            "AGE-PLUGIN-X-1",
            "-----BEGIN OPENSSH PRIVATE KEY-----",
        ] {
            assert_eq!(
                names(MasterKey::parse_age(secret)),
                Err(ParseKeyError::Identity),
                "{secret}"
            );
        }
        assert!(!ParseKeyError::Identity.to_string().contains("1X"));
    }

    #[test]
    fn what_names_no_key() {
        let cases: [(Parse, &[&str]); 7] = [
            (
                MasterKey::parse_age,
                &[" ", "age", "age1a,", "AGE-SECRET-KEY-1X", "age1a,x", "http://x"],
            ),
            (MasterKey::parse_pgp, &[" ", "a,,b", ",", "a,"]),
            (
                kms,
                &[
                    " ",
                    "x",
                    "arn:aws:kms:r:1:key",
                    "arn:aws:kms:r:1:key/",
                    "arn:aws:kms::1:key/k",
                    "arn:aws:kms:r:x:key/k",
                    "arn:aws:s3:r:1:key/k",
                    "arn:a:kms:r:1:key/k",
                    "arn:aws:kms:r:1:key/k,",
                    "+arn:aws:iam::1:role/x",
                ],
            ),
            (
                MasterKey::parse_gcp_kms,
                &[
                    "x",
                    "projects/p",
                    "projects//locations/l/keyRings/r/cryptoKeys/k",
                    "/projects/p/locations/l/keyRings/r/cryptoKeys/k",
                    "projects/p/locations/l/keyRings/r/cryptoKeys/k/1",
                ],
            ),
            (
                MasterKey::parse_azure_key_vault,
                &[
                    "x",
                    "http://v/keys/n",
                    "https:///keys/n",
                    "https://v/keys/",
                    "https://v/secrets/n",
                    "https://v/keys/n/1/2",
                    "https://v",
                    "https://v/keys/n,",
                ],
            ),
            (
                MasterKey::parse_vault_transit,
                &[
                    "x",
                    "v:8200/v1/transit/keys/k",
                    "ftp://v/v1/transit/keys/k",
                    "https://v",
                    "https://v/v1/transit/k",
                    "https://v/v1/keys/k",
                    "https://v/p/v1/transit/keys/k",
                    "https:///v1/transit/keys/k",
                    "https://v/v1/transit/keys/k?x",
                    "https://v/v1/../keys/k",
                    "https://v/v/transit/keys/k",
                ],
            ),
            (MasterKey::parse_huawei_kms, &["x", ":", "r:", ":u", "r: ", "r:u,x"]),
        ];
        for (parse, texts) in cases {
            for text in texts {
                assert!(parse(text).is_err(), "{text}");
            }
        }
    }
}
