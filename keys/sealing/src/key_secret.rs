//! A sealing key as the Secret that holds it in the cluster (upstream `pkg/controller/keys.go`).

use std::collections::BTreeMap;

use signet_api::{ObjectMeta, Secret, annotations};
use signet_plaintext::Plaintext;

use crate::{
    certificate::Certificate,
    private_key::PrivateKey,
    sealing_key::{SealingKey, SealingKeyError},
};

/// Writes a key as a Secret in upstream's layout: PKCS#1, label `active`, type `kubernetes.io/tls`, a name that begins with `prefix` and that
/// the API server completes.
pub fn encode(key: &SealingKey, namespace: &str, prefix: &str) -> Secret {
    let value = |text: &str| Plaintext::from(text.as_bytes().to_vec());
    let label = (annotations::SEALING_KEY.to_owned(), annotations::KEY_ACTIVE.to_owned());
    Secret {
        metadata: ObjectMeta {
            namespace: Some(namespace.to_owned()),
            generate_name: Some(prefix.to_owned()),
            labels: Some(BTreeMap::from([label])),
            ..ObjectMeta::default()
        },
        type_: Some(TYPE.to_owned()),
        immutable: None,
        data: BTreeMap::from([
            (PRIVATE_KEY.to_owned(), value(&key.private_key().to_pem())),
            (CERTIFICATE.to_owned(), value(&key.certificate().to_pem())),
        ]),
    }
}

/// Reads a key Secret. Neither its label nor its type is looked at: which Secrets are key Secrets is the caller's to know.
///
/// # Errors
/// [`SealingKeyError`], which names the item at fault.
pub fn decode(secret: &Secret) -> Result<SealingKey, SealingKeyError> {
    let created = secret.metadata.creation_timestamp.as_ref().map(|time| time.0);
    let certificate = Certificate::from_pem(item(secret, CERTIFICATE)).map_err(SealingKeyError::Certificate);
    let key = SealingKey::new(decode_private_key(secret)?, certificate?, created)?;
    Ok(key.to_be_followed(asks_for_renewal(secret)))
}

/// Reads the private key alone, as recovery does: it needs no certificate.
///
/// # Errors
/// [`SealingKeyError::PrivateKey`].
pub fn decode_private_key(secret: &Secret) -> Result<PrivateKey, SealingKeyError> {
    PrivateKey::from_pem(item(secret, PRIVATE_KEY)).map_err(SealingKeyError::PrivateKey)
}

fn asks_for_renewal(secret: &Secret) -> bool {
    let all = secret.metadata.annotations.as_ref();
    let value = all.and_then(|all| all.get(annotations::RENEW));
    value.is_some_and(|value| !value.is_empty() && value != annotations::FALSE)
}

fn item<'a>(secret: &'a Secret, key: &str) -> &'a [u8] {
    secret.data.get(key).map(Plaintext::expose).unwrap_or_default()
}

/// The item with the certificate, as PEM.
pub const CERTIFICATE: &str = "tls.crt";

/// The item with the private key, as PEM.
pub const PRIVATE_KEY: &str = "tls.key";

const TYPE: &str = "kubernetes.io/tls";

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::*;
    use crate::{CertificateError, KeySize, PrivateKeyError};

    fn key() -> SealingKey {
        SealingKey::generate(
            KeySize::Rsa2048,
            SignedDuration::from_hours(1),
            "",
            Timestamp::UNIX_EPOCH,
        )
        .expect("a key")
    }

    #[test]
    fn layout_is_upstreams_and_it_reads_back() {
        let key = key();
        let secret = encode(&key, "kube-system", "sealed-secrets-key");
        assert_eq!(secret.metadata.generate_name.as_deref(), Some("sealed-secrets-key"));
        assert_eq!(
            secret.metadata.labels.as_ref().expect("labels")["sealedsecrets.bitnami.com/sealed-secrets-key"],
            "active"
        );
        assert_eq!(secret.effective_type(), "kubernetes.io/tls");
        assert!(
            secret.data[PRIVATE_KEY]
                .expose()
                .starts_with(b"-----BEGIN RSA PRIVATE KEY-----\n")
        );
        assert!(
            secret.data[CERTIFICATE]
                .expose()
                .starts_with(b"-----BEGIN CERTIFICATE-----\n")
        );

        let again = decode(&secret).expect("a key");
        assert_eq!(again.fingerprint(), key.fingerprint());
        let wrapped = key.certificate().wrap(b"0123456789abcdef", b"").expect("wrapped");
        assert_eq!(
            again.private_key().unwrap(&wrapped, b"").as_deref(),
            Some(&b"0123456789abcdef".to_vec())
        );
    }

    #[test]
    fn any_value_but_false_asks_for_renewal() {
        let mut secret = encode(&key(), "kube-system", "sealed-secrets-key");
        assert!(!decode(&secret).expect("a key").is_to_be_followed());
        for (value, expected) in [
            ("2026-01-01T00:00:00Z", true),
            ("now", true),
            ("", false),
            ("false", false),
        ] {
            let annotation = ("signet.dev/renew".to_owned(), value.to_owned());
            secret.metadata.annotations = Some(BTreeMap::from([annotation]));
            let key = decode(&secret).expect("a key");
            assert_eq!(key.is_to_be_followed(), expected, "{value:?}");
        }
    }

    #[test]
    fn what_is_missing_or_malformed_is_named() {
        let spoilt = |item: &str, text: &str| {
            let mut secret = encode(&key(), "ns", "prefix");
            secret
                .data
                .insert(item.into(), Plaintext::from(text.as_bytes().to_vec()));
            decode(&secret).err()
        };
        let certificate = |error| Some(SealingKeyError::Certificate(error));
        let private_key = |error| Some(SealingKeyError::PrivateKey(error));
        assert_eq!(spoilt(CERTIFICATE, "garbage"), certificate(CertificateError::Missing));
        assert_eq!(spoilt(CERTIFICATE, ""), certificate(CertificateError::Missing));
        assert_eq!(
            spoilt(CERTIFICATE, &block("CERTIFICATE", "AAAA")),
            certificate(CertificateError::Malformed)
        );
        assert_eq!(
            spoilt(CERTIFICATE, &key().private_key().to_pem()),
            certificate(CertificateError::PrivateKey)
        );
        assert_eq!(
            spoilt(CERTIFICATE, &key().certificate().to_pem()),
            Some(SealingKeyError::Mismatch)
        );
        assert_eq!(spoilt(PRIVATE_KEY, ""), private_key(PrivateKeyError::Missing));
        assert_eq!(
            spoilt(PRIVATE_KEY, &block("EC PRIVATE KEY", "AAAA")),
            private_key(PrivateKeyError::NotRsa)
        );
        assert_eq!(
            spoilt(PRIVATE_KEY, &block("PRIVATE KEY", "AAAA")),
            private_key(PrivateKeyError::Rejected)
        );
        assert_eq!(
            spoilt(PRIVATE_KEY, &block("RSA PRIVATE KEY", "AAAA")),
            private_key(PrivateKeyError::Rejected)
        );
        assert_eq!(
            spoilt(PRIVATE_KEY, &block("ENCRYPTED PRIVATE KEY", "AAAA")),
            private_key(PrivateKeyError::Encrypted)
        );
        assert_eq!(
            spoilt(
                PRIVATE_KEY,
                "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END RSA PRIVATE KEY-----\n"
            ),
            private_key(PrivateKeyError::Encrypted)
        );
        assert_eq!(decode(&Secret::default()).err(), private_key(PrivateKeyError::Missing));
    }

    fn block(tag: &str, body: &str) -> String {
        format!("-----BEGIN {tag}-----\n{body}\n-----END {tag}-----\n")
    }
}
