//! The private half of a sealing key.

use aws_lc_rs::{
    encoding::{AsDer, PublicKeyX509Der},
    rsa::{OAEP_SHA256_MGF1SHA256, OaepPrivateDecryptingKey, PrivateDecryptingKey},
};
use pkcs8::{
    AlgorithmIdentifierRef, PrivateKeyInfoRef,
    der::{AnyRef, Decode, Encode, asn1::OctetStringRef},
};
use x509_parser::{prelude::FromDer, x509::SubjectPublicKeyInfo};
use zeroize::Zeroizing;

use crate::{fingerprint::Fingerprint, pem_block};

/// An RSA private key: all that unsealing needs. It cannot be printed or cloned, and its encoding is wiped on drop.
pub struct PrivateKey {
    key: OaepPrivateDecryptingKey,
    /// PKCS#1, as a key Secret holds it.
    pkcs1: Zeroizing<Vec<u8>>,
    fingerprint: Fingerprint,
}

impl PrivateKey {
    /// Reads the first private key in PEM text, PKCS#1 or PKCS#8. Other blocks and those with headers are skipped.
    ///
    /// # Errors
    /// - [`PrivateKeyError::Encrypted`]: it is locked with a passphrase.
    /// - [`PrivateKeyError::Missing`]: no private key in it.
    /// - [`PrivateKeyError::NotRsa`]: a key of another kind.
    /// - [`PrivateKeyError::Rejected`]: malformed, inconsistent, or not of 2048 to 8192 bits.
    pub fn from_pem(text: &[u8]) -> Result<Self, PrivateKeyError> {
        match pem_block::blocks(text, &[PKCS1, PKCS8, EC]).next() {
            Some((tag, der)) if tag == PKCS1 => Self::from_pkcs1(&der),
            Some((tag, der)) if tag == PKCS8 => Self::from_pkcs8(&der),
            Some(_) => Err(PrivateKeyError::NotRsa),
            None if is_locked(text) => Err(PrivateKeyError::Encrypted),
            None => Err(PrivateKeyError::Missing),
        }
    }

    /// Reads a key in PKCS#8 (RFC 5208).
    ///
    /// # Errors
    /// [`PrivateKeyError::NotRsa`], [`PrivateKeyError::Rejected`].
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, PrivateKeyError> {
        let info = PrivateKeyInfoRef::from_der(der).map_err(|_| PrivateKeyError::Rejected)?;
        if info.algorithm.oid != RSA {
            return Err(PrivateKeyError::NotRsa);
        }
        let key = PrivateDecryptingKey::from_pkcs8(der).map_err(|_| PrivateKeyError::Rejected)?;
        Self::new(key, Zeroizing::new(info.private_key.as_bytes().to_vec()))
    }

    /// The key as PKCS#1 in PEM, as upstream writes it.
    pub fn to_pem(&self) -> Zeroizing<String> {
        pem_block::encode(PKCS1, &self.pkcs1)
    }

    /// Name of the key.
    pub fn fingerprint(&self) -> &Fingerprint {
        &self.fingerprint
    }

    /// Length of what this key wraps, in bytes. A wrapped session key of another length was made for another key.
    pub fn wrapped_len(&self) -> usize {
        self.key.key_size_bytes()
    }

    /// Unwraps a session key: RSAES-OAEP with SHA-256 in both places and `label` (RFC 8017, section 7.1.2). Nothing where it was
    /// wrapped for another key or under another label; the two cannot be told apart.
    pub fn unwrap(&self, wrapped: &[u8], label: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let mut buffer = Zeroizing::new(vec![0; self.key.min_output_size()]);
        let session_key = self
            .key
            .decrypt(&OAEP_SHA256_MGF1SHA256, wrapped, &mut buffer, Some(label))
            .ok()?;
        Some(Zeroizing::new(session_key.to_vec()))
    }

    fn from_pkcs1(der: &[u8]) -> Result<Self, PrivateKeyError> {
        let algorithm = AlgorithmIdentifierRef {
            oid: RSA,
            parameters: Some(AnyRef::NULL),
        };
        let octets = OctetStringRef::new(der).map_err(|_| PrivateKeyError::Rejected)?;
        let pkcs8 = PrivateKeyInfoRef::new(algorithm, octets)
            .to_der()
            .map(Zeroizing::new)
            .map_err(|_| PrivateKeyError::Rejected)?;
        Self::from_pkcs8(&pkcs8)
    }

    fn new(key: PrivateDecryptingKey, pkcs1: Zeroizing<Vec<u8>>) -> Result<Self, PrivateKeyError> {
        let public: PublicKeyX509Der<'_> = key.public_key().as_der().map_err(|_| PrivateKeyError::Rejected)?;
        let (_, info) = SubjectPublicKeyInfo::from_der(public.as_ref()).map_err(|_| PrivateKeyError::Rejected)?;
        let fingerprint = Fingerprint::of(&info).ok_or(PrivateKeyError::NotRsa)?;
        let key = OaepPrivateDecryptingKey::new(key).map_err(|_| PrivateKeyError::Rejected)?;
        Ok(Self {
            key,
            pkcs1,
            fingerprint,
        })
    }
}

/// Why a text is no private key to unseal with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PrivateKeyError {
    /// It needs a passphrase.
    #[error("the private key is locked with a passphrase")]
    Encrypted,
    /// There is no private key.
    #[error("there is no private key in it")]
    Missing,
    /// It is of another kind, such as EC.
    #[error("private key is not an RSA key")]
    NotRsa,
    /// Malformed, inconsistent or of an unfit size.
    #[error("the private key is malformed or does not have 2048 to 8192 bits")]
    Rejected,
}

fn is_locked(text: &[u8]) -> bool {
    pem_block::parsed(text)
        .any(|block| block.tag() == ENCRYPTED_PKCS8 || (block.tag() == PKCS1 && pem_block::has_headers(&block)))
}

const EC: &str = "EC PRIVATE KEY";
const ENCRYPTED_PKCS8: &str = "ENCRYPTED PRIVATE KEY";
const PKCS1: &str = "RSA PRIVATE KEY";
const PKCS8: &str = "PRIVATE KEY";
const RSA: pkcs8::ObjectIdentifier = pkcs8::ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
