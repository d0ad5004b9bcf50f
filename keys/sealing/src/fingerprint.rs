//! The name of a key.

use std::fmt;

use aws_lc_rs::digest;
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use x509_parser::{public_key::PublicKey, x509::SubjectPublicKeyInfo};

/// The SHA-256 fingerprint of an RSA public key as OpenSSH writes it, `SHA256:` and unpadded base64; upstream's logs and registry
/// use the same (RFC 4253, section 6.6).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// The fingerprint as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Of the key in `info`; nothing where it is not an RSA key.
    pub(crate) fn of(info: &SubjectPublicKeyInfo<'_>) -> Option<Self> {
        let Ok(PublicKey::RSA(key)) = info.parsed() else {
            return None;
        };
        let mut wire = Vec::with_capacity(key.modulus.len() + 32);
        for field in [b"ssh-rsa".to_vec(), mpint(key.exponent), mpint(key.modulus)] {
            wire.extend(u32::try_from(field.len()).ok()?.to_be_bytes());
            wire.extend(field);
        }
        let digest = digest::digest(&digest::SHA256, &wire);
        Some(Self(format!("SHA256:{}", STANDARD_NO_PAD.encode(digest))))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A positive integer in SSH's form: no leading zeros but the one that keeps it positive (RFC 4251, section 5).
fn mpint(big_endian: &[u8]) -> Vec<u8> {
    let first = big_endian
        .iter()
        .position(|byte| *byte != 0)
        .unwrap_or(big_endian.len());
    let mut mpint = Vec::with_capacity(big_endian.len() + 1);
    mpint.extend(big_endian.get(first).is_some_and(|byte| byte & 0x80 != 0).then_some(0));
    mpint.extend(&big_endian[first..]);
    mpint
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_keep_one_zero_only_where_the_sign_needs_it() {
        assert_eq!(mpint(&[0, 0, 1]), [1]);
        assert_eq!(mpint(&[0, 0x80]), [0, 0x80]);
        assert_eq!(mpint(&[0x80]), [0, 0x80]);
        assert!(mpint(&[0, 0]).is_empty());
    }
}
