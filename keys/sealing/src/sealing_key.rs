//! A private key with its certificate.

use jiff::Timestamp;

use crate::{
    certificate::{Certificate, CertificateError},
    fingerprint::Fingerprint,
    private_key::{PrivateKey, PrivateKeyError},
};

/// One of the cluster's key pairs. The certificate is always that of the private key.
pub struct SealingKey {
    private_key: PrivateKey,
    certificate: Certificate,
    created: Option<Timestamp>,
    is_to_be_followed: bool,
}

impl SealingKey {
    /// Joins the two halves. `created` is when the key Secret was made, where that is known.
    ///
    /// # Errors
    /// [`SealingKeyError::Mismatch`]: the certificate is another key's. Upstream takes such a pair, and what is sealed with it can never
    /// be opened.
    pub fn new(
        private_key: PrivateKey,
        certificate: Certificate,
        created: Option<Timestamp>,
    ) -> Result<Self, SealingKeyError> {
        if private_key.fingerprint() != certificate.fingerprint() {
            return Err(SealingKeyError::Mismatch);
        }
        Ok(Self {
            private_key,
            certificate,
            created,
            is_to_be_followed: false,
        })
    }

    /// The same, and whether somebody asks for the key that follows it.
    #[must_use]
    pub fn to_be_followed(self, is_to_be_followed: bool) -> Self {
        Self {
            is_to_be_followed,
            ..self
        }
    }

    /// The half that unseals.
    pub fn private_key(&self) -> &PrivateKey {
        &self.private_key
    }

    /// The half that seals.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// Name of the key.
    pub fn fingerprint(&self) -> &Fingerprint {
        self.certificate.fingerprint()
    }

    /// When its key Secret was made, where that is known.
    pub fn created(&self) -> Option<Timestamp> {
        self.created
    }

    /// Whether somebody asks for the key that follows it: it shall not be the newest.
    pub fn is_to_be_followed(&self) -> bool {
        self.is_to_be_followed
    }
}

/// Why two halves are no sealing key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SealingKeyError {
    /// The certificate cannot be read.
    #[error("tls.crt: {0}")]
    Certificate(CertificateError),
    /// The certificate is another key's.
    #[error("tls.crt is the certificate of another key than tls.key")]
    Mismatch,
    /// The private key cannot be read.
    #[error("tls.key: {0}")]
    PrivateKey(PrivateKeyError),
}
