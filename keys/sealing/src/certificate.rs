//! The public half of a sealing key.

use aws_lc_rs::rsa::{OAEP_SHA256_MGF1SHA256, OaepPublicEncryptingKey, PublicEncryptingKey};
use jiff::Timestamp;
use x509_parser::{certificate::X509Certificate, prelude::FromDer, time::ASN1Time};

use crate::{fingerprint::Fingerprint, pem_block};

/// An X.509 certificate with an RSA key: all that sealing needs. Public, so it may be printed and cloned.
#[derive(Clone)]
pub struct Certificate {
    der: Vec<u8>,
    public_key: std::sync::Arc<OaepPublicEncryptingKey>,
    fingerprint: Fingerprint,
    not_before: Timestamp,
    not_after: Timestamp,
    subject: String,
}

impl Certificate {
    /// Reads the first certificate in PEM text. Text before it, later certificates and blocks with headers are not looked at; neither
    /// are its issuer, its usage and its validity.
    ///
    /// # Errors
    /// - [`CertificateError::Missing`]: no certificate in it.
    /// - [`CertificateError::PrivateKey`]: none, but a private key.
    /// - [`CertificateError::Malformed`], [`CertificateError::NotRsa`], [`CertificateError::KeySize`]: not one to seal with.
    pub fn from_pem(text: &[u8]) -> Result<Self, CertificateError> {
        match pem_block::blocks(text, &["CERTIFICATE"]).next() {
            Some((_, der)) => Self::from_der(&der),
            None if pem_block::blocks(text, &PRIVATE_KEYS).next().is_some() => Err(CertificateError::PrivateKey),
            None => Err(CertificateError::Missing),
        }
    }

    /// Reads one certificate in DER.
    ///
    /// # Errors
    /// [`CertificateError::Malformed`], [`CertificateError::NotRsa`], [`CertificateError::KeySize`].
    pub fn from_der(der: &[u8]) -> Result<Self, CertificateError> {
        let (_, parsed) = X509Certificate::from_der(der).map_err(|_| CertificateError::Malformed)?;
        let info = parsed.public_key();
        let fingerprint = Fingerprint::of(info).ok_or(CertificateError::NotRsa)?;
        let public_key = PublicEncryptingKey::from_der(info.raw)
            .and_then(|key| OaepPublicEncryptingKey::new(key).map_err(Into::into))
            .map_err(|_| CertificateError::KeySize)?;
        Ok(Self {
            der: der.to_vec(),
            public_key: public_key.into(),
            fingerprint,
            not_before: timestamp(parsed.validity().not_before)?,
            not_after: timestamp(parsed.validity().not_after)?,
            subject: parsed.subject().to_string(),
        })
    }

    /// The certificate as PEM, with a final line end.
    pub fn to_pem(&self) -> String {
        pem_block::encode("CERTIFICATE", &self.der).to_string()
    }

    /// Name of the key.
    pub fn fingerprint(&self) -> &Fingerprint {
        &self.fingerprint
    }

    /// Start of the validity. Sealing does not look at it, as upstream does not.
    pub fn not_before(&self) -> Timestamp {
        self.not_before
    }

    /// End of the validity.
    pub fn not_after(&self) -> Timestamp {
        self.not_after
    }

    /// The subject's distinguished name; empty for a certificate that the controller made without `--my-cn`.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// Length of the RSA modulus, in bits.
    pub fn key_bits(&self) -> usize {
        self.public_key.key_size_bits()
    }

    /// Whether the validity has ended at `now`. Upstream's command line refuses to seal with such a certificate.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        now > self.not_after
    }

    /// Wraps a session key: RSAES-OAEP with SHA-256 in both places and `label` (RFC 8017, section 7.1.1).
    ///
    /// # Errors
    /// [`WrapError`]: AWS-LC refused, as it does where its random source fails.
    pub fn wrap(&self, session_key: &[u8], label: &[u8]) -> Result<Vec<u8>, WrapError> {
        let mut wrapped = vec![0; self.public_key.ciphertext_size()];
        self.public_key
            .encrypt(&OAEP_SHA256_MGF1SHA256, session_key, &mut wrapped, Some(label))
            .map_err(|_| WrapError)?;
        Ok(wrapped)
    }
}

/// Why a text is no certificate to seal with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// The key has fewer than 2048 or more than 8192 bits.
    #[error("the certificate's RSA key must have 2048 to 8192 bits")]
    KeySize,
    /// It is not X.509.
    #[error("the certificate is malformed")]
    Malformed,
    /// There is no `CERTIFICATE` block.
    #[error("there is no certificate in it")]
    Missing,
    /// Its key is of another kind, such as EC.
    #[error("the certificate's key is not an RSA key")]
    NotRsa,
    /// It holds a private key instead.
    #[error("there is a private key in it, not a certificate")]
    PrivateKey,
}

/// A session key could not be wrapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the session key cannot be wrapped with this certificate")]
pub struct WrapError;

fn timestamp(time: ASN1Time) -> Result<Timestamp, CertificateError> {
    Timestamp::from_second(time.timestamp()).map_err(|_| CertificateError::Malformed)
}

const PRIVATE_KEYS: [&str; 4] = [
    "PRIVATE KEY",
    "RSA PRIVATE KEY",
    "EC PRIVATE KEY",
    "ENCRYPTED PRIVATE KEY",
];
