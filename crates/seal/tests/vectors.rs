//! Every vector that upstream's own code made: what it opens we open, what it refuses we refuse in its words.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on is a failed test"
)]

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;
use signet_api::{ObjectMeta, SealedSecret, SealedSecretSpec, base64};
use signet_seal::{Clock, UnsealError, UnsealOptions, unseal};
use signet_sealing_keys::{Certificate, CertificateError, PrivateKey};

const CLOCK: Clock<'_> = Clock {
    now: Timestamp::UNIX_EPOCH,
    expired: &|| false,
};

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
enum Vector {
    Key {
        id: String,
        bits: usize,
        private_key_pem: String,
        certificate_pem: String,
    },
    Unseal(Case),
    UnsealV1(Case),
    Certificate {
        id: String,
        certificate_pem: String,
        error: Option<String>,
    },
}

#[derive(Deserialize)]
struct Case {
    id: String,
    #[serde(default)]
    keys: Vec<String>,
    namespace: String,
    name: String,
    #[serde(default)]
    annotations: BTreeMap<String, String>,
    scope: String,
    item: String,
    ciphertext: Option<String>,
    spec_data: Option<String>,
    #[serde(default)]
    accept_v1: bool,
    plaintext_base64: Option<String>,
    error: Option<String>,
}

impl Case {
    fn sealed(&self) -> SealedSecret {
        let encrypted_data = self
            .ciphertext
            .iter()
            .map(|text| (self.item.clone(), text.clone()))
            .collect();
        SealedSecret {
            metadata: ObjectMeta {
                name: Some(self.name.clone()),
                namespace: Some(self.namespace.clone()),
                annotations: Some(self.annotations.clone()),
                ..ObjectMeta::default()
            },
            spec: SealedSecretSpec {
                encrypted_data,
                data: self.spec_data.clone(),
                template: None,
            },
            status: None,
        }
    }

    fn check(&self, keys: &BTreeMap<String, PrivateKey>) {
        let candidates: Vec<_> = self.keys.iter().map(|id| &keys[id]).collect();
        let sealed = self.sealed();
        assert_eq!(sealed.scope().as_str(), self.scope, "{}", self.id);
        let options = UnsealOptions {
            accept_deprecated_data: self.accept_v1,
        };
        match (unseal(&sealed, &candidates, options, CLOCK), &self.error) {
            (Ok(unsealed), None) => {
                let expected = base64::decode(self.plaintext_base64.as_deref().expect("a plaintext")).expect("base64");
                assert_eq!(unsealed.secret.data[&self.item].expose(), &expected[..], "{}", self.id);
                assert_eq!(unsealed.opened_by.len(), 1, "{}", self.id);
            }
            (Err(error), Some(expected)) => assert_eq!(&error.to_string(), expected, "{}", self.id),
            (Ok(_), Some(expected)) => panic!("{}: opened, but upstream says {expected}", self.id),
            (Err(error), None) => panic!("{}: {error}, but upstream opens it", self.id),
        }
    }
}

fn vectors() -> Vec<Vector> {
    let lines = include_str!("../../../tests/vectors/sealed/vectors.jsonl").lines();
    lines
        .map(|line| serde_json::from_str(line).expect("a vector"))
        .collect()
}

#[test]
fn items_open_and_stay_shut_as_upstream_has_it() {
    let mut keys = BTreeMap::new();
    let (mut opened, mut refused) = (0, 0);
    for vector in vectors() {
        match vector {
            Vector::Key {
                id,
                bits,
                private_key_pem,
                certificate_pem,
            } => {
                let certificate = Certificate::from_pem(certificate_pem.as_bytes()).expect("a certificate");
                let key = PrivateKey::from_pem(private_key_pem.as_bytes()).expect("a private key");
                assert_eq!(
                    (certificate.key_bits(), certificate.fingerprint()),
                    (bits, key.fingerprint()),
                    "{id}"
                );
                keys.insert(id, key);
            }
            Vector::Unseal(case) | Vector::UnsealV1(case) => {
                case.check(&keys);
                *(if case.error.is_some() {
                    &mut refused
                } else {
                    &mut opened
                }) += 1;
            }
            Vector::Certificate { .. } => {}
        }
    }
    assert!(opened > 10 && refused > opened, "{opened} opened, {refused} refused");
}

#[test]
fn certificates_are_taken_and_refused_as_upstream_has_it() {
    let now: Timestamp = "2026-11-24T00:00:00Z".parse().expect("a time");
    let mut checked = 0;
    for vector in vectors() {
        let Vector::Certificate {
            id,
            certificate_pem,
            error,
        } = vector
        else {
            continue;
        };
        checked += 1;
        match (Certificate::from_pem(certificate_pem.as_bytes()), error.as_deref()) {
            (Ok(certificate), None) => assert!(!certificate.is_expired(now), "{id}"),
            (Ok(certificate), Some(error)) => {
                let day = certificate.not_after().strftime("%B %-d, %Y").to_string();
                assert_eq!(
                    format!("failed to encrypt using an expired certificate on {day}"),
                    error,
                    "{id}"
                );
                assert!(certificate.is_expired(now), "{id}");
            }
            (Err(CertificateError::NotRsa), Some(error)) => assert!(error.starts_with("expected RSA"), "{id}"),
            (Err(CertificateError::Missing), Some(error)) => assert!(error.contains("does not contain"), "{id}"),
            (Err(ours), theirs) => panic!("{id}: {ours}, upstream: {theirs:?}"),
        }
    }
    assert!(checked > 6);
}

/// Signed with `spec.data` and items at once, whichever way the feature flag stands.
#[test]
fn both_forms_at_once_are_refused_before_anything_is_opened() {
    let mut sealed = SealedSecret::default();
    sealed.spec.data = Some("AAAA".into());
    sealed.spec.encrypted_data.insert("a".into(), "AAAA".into());
    let refused = |accept_deprecated_data| unseal(&sealed, &[], UnsealOptions { accept_deprecated_data }, CLOCK).err();
    assert_eq!(refused(true), Some(UnsealError::BothData));
    assert_eq!(refused(false), Some(UnsealError::DeprecatedData));
}
