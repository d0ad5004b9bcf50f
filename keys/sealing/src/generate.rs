//! New keys.

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rand,
    rsa::{KeySize as RsaKeySize, PrivateDecryptingKey},
};
use jiff::{SignedDuration, Timestamp};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, KeyPair, KeyUsagePurpose, SerialNumber,
};
use time::OffsetDateTime;
use zeroize::{Zeroize, Zeroizing};

use crate::{certificate::Certificate, private_key::PrivateKey, sealing_key::SealingKey};

/// Length of a new key's modulus.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeySize {
    /// 2048 bits.
    Rsa2048,
    /// 3072 bits.
    Rsa3072,
    /// 4096 bits, upstream's default.
    #[default]
    Rsa4096,
    /// 8192 bits.
    Rsa8192,
}

impl KeySize {
    /// The size of that many bits; nothing for one that we do not make.
    pub fn from_bits(bits: u32) -> Option<Self> {
        match bits {
            2048 => Some(Self::Rsa2048),
            3072 => Some(Self::Rsa3072),
            4096 => Some(Self::Rsa4096),
            8192 => Some(Self::Rsa8192),
            _ => None,
        }
    }
}

impl SealingKey {
    /// Makes a key and its self-signed certificate, with the fields of upstream's (`pkg/crypto/keys.go`): version 3, a serial number of
    /// 128 random bits, subject and issuer `CN=common_name` (or empty), valid from `now` for `validity`, a CA, for encipherment only.
    ///
    /// The randomness is AWS-LC's own: it takes no other for RSA keys. It takes a few tenths of a second, sometimes seconds.
    ///
    /// # Errors
    /// - [`GenerateError::Certificate`]: the validity ends beyond what X.509 can say, or the name cannot be written.
    /// - [`GenerateError::Key`]: AWS-LC could not make a key.
    pub fn generate(
        size: KeySize,
        validity: SignedDuration,
        common_name: &str,
        now: Timestamp,
    ) -> Result<Self, GenerateError> {
        let pkcs8 = new_pkcs8(size)?;
        let private_key = PrivateKey::from_pkcs8(&pkcs8).map_err(|_| GenerateError::Key)?;
        let der = self_sign(&pkcs8, validity, common_name, now)?;
        let certificate = Certificate::from_der(&der).map_err(|_| GenerateError::Certificate)?;
        Self::new(private_key, certificate, Some(now)).map_err(|_| GenerateError::Certificate)
    }
}

/// Why no key was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GenerateError {
    /// The certificate could not be written.
    #[error("the certificate of a new sealing key cannot be written")]
    Certificate,
    /// The key could not be made.
    #[error("a new sealing key cannot be made")]
    Key,
}

fn new_pkcs8(size: KeySize) -> Result<Zeroizing<Vec<u8>>, GenerateError> {
    let size = match size {
        KeySize::Rsa2048 => RsaKeySize::Rsa2048,
        KeySize::Rsa3072 => RsaKeySize::Rsa3072,
        KeySize::Rsa4096 => RsaKeySize::Rsa4096,
        KeySize::Rsa8192 => RsaKeySize::Rsa8192,
    };
    let key = PrivateDecryptingKey::generate(size).map_err(|_| GenerateError::Key)?;
    let der: Pkcs8V1Der<'_> = key.as_der().map_err(|_| GenerateError::Key)?;
    Ok(Zeroizing::new(der.as_ref().to_vec()))
}

fn self_sign(
    pkcs8: &[u8],
    validity: SignedDuration,
    common_name: &str,
    now: Timestamp,
) -> Result<Vec<u8>, GenerateError> {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    if !common_name.is_empty() {
        params.distinguished_name.push(DnType::CommonName, common_name);
    }
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::EncipherOnly];
    params.serial_number = Some(random_serial()?);
    params.not_before = date(now)?;
    params.not_after = date(now.checked_add(validity).map_err(|_| GenerateError::Certificate)?)?;

    let mut signer = KeyPair::from_pkcs8_der_and_sign_algo(&pkcs8.into(), &rcgen::PKCS_RSA_SHA256)
        .map_err(|_| GenerateError::Key)?;
    let certificate = params.self_signed(&signer);
    signer.zeroize();
    certificate
        .map(|certificate| certificate.der().to_vec())
        .map_err(|_| GenerateError::Certificate)
}

fn random_serial() -> Result<SerialNumber, GenerateError> {
    let mut serial = [0; 16];
    rand::fill(&mut serial).map_err(|_| GenerateError::Certificate)?;
    // DER has no leading zeros and no sign to spare: always sixteen bytes, always positive.
    serial[0] = serial[0] & 0x7f | 0x40;
    Ok(SerialNumber::from_slice(&serial))
}

/// The time for rcgen, which takes another crate's type.
fn date(at: Timestamp) -> Result<OffsetDateTime, GenerateError> {
    OffsetDateTime::from_unix_timestamp(at.as_second()).map_err(|_| GenerateError::Certificate)
}

#[cfg(test)]
mod tests {
    use x509_parser::{certificate::X509Certificate, prelude::FromDer};

    use super::*;

    #[test]
    fn certificate_fields_are_upstreams() {
        let now: Timestamp = "2026-03-04T05:06:07Z".parse().expect("a time");
        for (common_name, subject) in [("", ""), ("sealing", "CN=sealing")] {
            let key = SealingKey::generate(KeySize::Rsa2048, SignedDuration::from_hours(87_600), common_name, now)
                .expect("a key");
            let certificate = key.certificate();
            assert_eq!(certificate.not_before(), now);
            assert_eq!(certificate.not_after(), "2036-03-01T05:06:07Z".parse().expect("a time"));
            assert_eq!(certificate.subject(), subject);

            let pem = certificate.to_pem();
            let der = pem::parse(&pem).expect("PEM");
            let (_, x509) = X509Certificate::from_der(der.contents()).expect("X.509");
            assert_eq!(x509.issuer(), x509.subject());
            let usage = x509.key_usage().expect("extensions").expect("a key usage");
            assert!(usage.critical && usage.value.flags == 1 << 7, "{}", usage.value.flags);
            let constraints = x509
                .basic_constraints()
                .expect("extensions")
                .expect("basic constraints");
            assert!(constraints.critical && constraints.value.ca);
            assert!(x509.raw_serial().len() == 16);
            assert!(
                !x509
                    .extensions()
                    .iter()
                    .any(|extension| extension.oid.to_id_string() == "2.5.29.17"),
                "no alternative name"
            );
        }
    }

    #[test]
    fn a_validity_beyond_the_calendar_is_an_error() {
        let error = SealingKey::generate(KeySize::Rsa2048, SignedDuration::MAX, "", Timestamp::UNIX_EPOCH).err();
        assert_eq!(error, Some(GenerateError::Certificate));
    }

    #[test]
    fn only_some_sizes() {
        assert_eq!(KeySize::from_bits(4096), Some(KeySize::Rsa4096));
        for bits in [0, 512, 1024, 2047, 4097, 16384] {
            assert_eq!(KeySize::from_bits(bits), None);
        }
    }
}
