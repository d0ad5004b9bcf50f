//! Private keys in PEM.

use aws_lc_rs::{
    encoding::{AsBigEndian, AsDer, Curve25519SeedBin, EcPrivateKeyRfc5915Der, Pkcs8V1Der},
    rsa::{self, KeySize},
    signature::{
        ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, ECDSA_P521_SHA512_ASN1_SIGNING, EcdsaKeyPair,
        EcdsaSigningAlgorithm, Ed25519KeyPair,
    },
};
use pem::{EncodeConfig, LineEnding, Pem};
use pkcs8::{
    PrivateKeyInfoRef,
    der::{Decode, Reader, SliceReader, asn1::UintRef},
};
use rcgen::SignatureAlgorithm;
use zeroize::Zeroizing;

use super::dsa;
use crate::{
    Type, Value,
    function::{Arguments, Call, Failure, Function},
};

pub(super) const FUNCTIONS: &[Function] = &[Function::new("genPrivateKey", &[Type::String], |call, arguments| {
    generate(call, arguments.text(0)?.as_bytes())
})
.nondeterministic()];

/// A private key.
pub(super) enum PrivateKey {
    /// What stands in the PEM block.
    Dsa(Zeroizing<Vec<u8>>),
    Ecdsa(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    /// PKCS#1.
    Rsa(Zeroizing<Vec<u8>>),
}

/// The randomness is AWS-LC's own but for DSA; it takes no other.
fn generate(call: &mut Call<'_>, kind: &[u8]) -> Result<Value, Failure> {
    let key = match kind {
        b"" | b"rsa" => PrivateKey::rsa(call, KeySize::Rsa4096)?,
        b"dsa" => {
            let numbers = dsa::generate(call)?;
            let integers: Vec<Vec<u8>> = numbers.iter().map(|number| integer(&number.to_bytes_be())).collect();
            PrivateKey::Dsa(Zeroizing::new(tagged(SEQUENCE, &integers.concat())))
        }
        b"ecdsa" => {
            call.steps(ELLIPTIC_STEPS)?;
            PrivateKey::Ecdsa(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).map_err(|_| NOT_GENERATED)?)
        }
        b"ed25519" => {
            call.steps(ELLIPTIC_STEPS)?;
            PrivateKey::Ed25519(Ed25519KeyPair::generate().map_err(|_| NOT_GENERATED)?)
        }
        _ => {
            call.charge(kind.len() + 16)?;
            return Ok(Value::text([b"Unknown type ", kind].concat()));
        }
    };
    call.charge(8192)?;
    Ok(Value::text(key.to_pem()?))
}

impl PrivateKey {
    /// A new RSA key.
    pub(super) fn rsa(call: &mut Call<'_>, size: KeySize) -> Result<Self, Failure> {
        call.steps(if size == KeySize::Rsa4096 {
            RSA_4096_STEPS
        } else {
            RSA_2048_STEPS
        })?;
        let key = rsa::KeyPair::generate(size).map_err(|_| NOT_GENERATED)?;
        let der: Pkcs8V1Der<'_> = key.as_der().map_err(|_| NOT_GENERATED)?;
        Self::from_pkcs8(der.as_ref()).map_err(Into::into)
    }

    /// The first key in PEM text.
    pub(super) fn from_pem(text: &[u8]) -> Result<Self, &'static str> {
        let block = pem::parse(text).map_err(|_| "no PEM data in input")?;
        let der = Zeroizing::new(block.contents().to_vec());
        match block.tag() {
            "PRIVATE KEY" => Self::from_pkcs8(&der),
            "RSA PRIVATE KEY" => Self::from_pkcs1(&der).map_err(|()| "parsing RSA private key from PEM"),
            "EC PRIVATE KEY" => Self::from_sec1(&der).map_err(|()| "parsing EC private key from PEM"),
            "DSA PRIVATE KEY" if is_dsa(&der) => Ok(Self::Dsa(der)),
            "DSA PRIVATE KEY" => Err("parsing DSA private key from PEM"),
            other if other.ends_with(" PRIVATE KEY") => Err("invalid private key type"),
            _ => Err("no private key data in PEM block"),
        }
    }

    fn from_pkcs8(der: &[u8]) -> Result<Self, &'static str> {
        let refusal = "decoding PEM as PKCS#8";
        let info = PrivateKeyInfoRef::try_from(der).map_err(|_| refusal)?;
        match info.algorithm.oid.to_string().as_str() {
            "1.2.840.113549.1.1.1" => Self::from_pkcs1(info.private_key.as_bytes()).map_err(|()| refusal),
            "1.2.840.10045.2.1" => Self::from_curves(|curve| EcdsaKeyPair::from_pkcs8(curve, der).ok()).ok_or(refusal),
            "1.3.101.112" => Ed25519KeyPair::from_pkcs8_maybe_unchecked(der)
                .map(Self::Ed25519)
                .map_err(|_| refusal),
            _ => Err(refusal),
        }
    }

    fn from_pkcs1(der: &[u8]) -> Result<Self, ()> {
        rsa::KeyPair::from_der(der).map_err(|_| ())?;
        Ok(Self::Rsa(Zeroizing::new(der.to_vec())))
    }

    fn from_sec1(der: &[u8]) -> Result<Self, ()> {
        Self::from_curves(|curve| EcdsaKeyPair::from_private_key_der(curve, der).ok()).ok_or(())
    }

    fn from_curves(read: impl Fn(&'static EcdsaSigningAlgorithm) -> Option<EcdsaKeyPair>) -> Option<Self> {
        let curves = [
            &ECDSA_P256_SHA256_ASN1_SIGNING,
            &ECDSA_P384_SHA384_ASN1_SIGNING,
            &ECDSA_P521_SHA512_ASN1_SIGNING,
        ];
        curves.into_iter().find_map(read).map(Self::Ecdsa)
    }

    /// The key in the form of its kind: PKCS#1, SEC 1, PKCS#8 for Ed25519.
    pub(super) fn to_pem(&self) -> Result<Zeroizing<String>, Failure> {
        let (tag, der) = match self {
            Self::Dsa(der) => ("DSA PRIVATE KEY", der.clone()),
            Self::Rsa(der) => ("RSA PRIVATE KEY", der.clone()),
            Self::Ecdsa(key) => {
                let der: EcPrivateKeyRfc5915Der<'_> = key.private_key().as_der().map_err(|_| NOT_WRITTEN)?;
                ("EC PRIVATE KEY", Zeroizing::new(der.as_ref().to_vec()))
            }
            Self::Ed25519(_) => ("PRIVATE KEY", self.to_pkcs8()?),
        };
        Ok(block(tag, &der))
    }

    /// PKCS#8.
    fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, Failure> {
        let wrapped = |algorithm: &[u8], key: &[u8]| {
            Zeroizing::new(tagged(
                SEQUENCE,
                &[&integer(&[0]), algorithm, tagged(OCTET_STRING, key).as_slice()].concat(),
            ))
        };
        Ok(match self {
            Self::Dsa(_) => return Err("x509: certificate private key does not implement crypto.Signer".into()),
            Self::Rsa(der) => wrapped(RSA_ENCRYPTION, der),
            Self::Ecdsa(key) => Zeroizing::new(key.to_pkcs8v1().map_err(|_| NOT_WRITTEN)?.as_ref().to_vec()),
            Self::Ed25519(key) => {
                let seed = key.seed().map_err(|_| NOT_WRITTEN)?;
                let seed: Curve25519SeedBin<'_> = seed.as_be_bytes().map_err(|_| NOT_WRITTEN)?;
                wrapped(ED25519, &Zeroizing::new(tagged(OCTET_STRING, seed.as_ref())))
            }
        })
    }

    /// The key as the writer of certificates takes it.
    pub(super) fn signer(&self) -> Result<rcgen::KeyPair, Failure> {
        let pkcs8 = self.to_pkcs8()?;
        let key = rcgen::KeyPair::from_pkcs8_der_and_sign_algo(&pkcs8.as_slice().into(), self.algorithm());
        key.map_err(|_| "x509: the key cannot sign".into())
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        match self {
            Self::Dsa(_) | Self::Rsa(_) => &rcgen::PKCS_RSA_SHA256,
            Self::Ed25519(_) => &rcgen::PKCS_ED25519,
            Self::Ecdsa(key) if *key.algorithm() == ECDSA_P384_SHA384_ASN1_SIGNING => &rcgen::PKCS_ECDSA_P384_SHA384,
            Self::Ecdsa(key) if *key.algorithm() == ECDSA_P521_SHA512_ASN1_SIGNING => &rcgen::PKCS_ECDSA_P521_SHA512,
            Self::Ecdsa(_) => &rcgen::PKCS_ECDSA_P256_SHA256,
        }
    }
}

/// A block of PEM text, with a final line end.
pub(super) fn block(tag: &str, der: &[u8]) -> Zeroizing<String> {
    let config = EncodeConfig::new().set_line_ending(LineEnding::LF);
    Zeroizing::new(pem::encode_config(&Pem::new(tag, der), config))
}

/// Whether it is a sequence of six numbers.
fn is_dsa(der: &[u8]) -> bool {
    let read = SliceReader::new(der).and_then(|mut reader| {
        reader.sequence(|numbers| {
            for _ in 0..6 {
                UintRef::decode(numbers)?;
            }
            Ok(())
        })
    });
    let read: Result<(), pkcs8::der::Error> = read;
    read.is_ok()
}

/// A positive number in DER.
fn integer(bytes: &[u8]) -> Vec<u8> {
    let sign = bytes.first().is_some_and(|byte| byte & 0x80 != 0);
    tagged(INTEGER, &[if sign { b"\0".as_slice() } else { b"" }, bytes].concat())
}

/// A value in DER.
fn tagged(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let mut der = vec![tag];
    if length < 0x80 {
        der.push(length as u8);
    } else {
        let bytes = length.to_be_bytes();
        let bytes = &bytes[(length.leading_zeros() / 8) as usize..];
        der.push(0x80 | bytes.len() as u8);
        der.extend_from_slice(bytes);
    }
    der.extend_from_slice(content);
    der
}

const INTEGER: u8 = 0x02;
const OCTET_STRING: u8 = 0x04;
const SEQUENCE: u8 = 0x30;

/// `AlgorithmIdentifier` of rsaEncryption.
const RSA_ENCRYPTION: &[u8] = b"\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00";
/// `AlgorithmIdentifier` of id-Ed25519.
const ED25519: &[u8] = b"\x30\x05\x06\x03\x2b\x65\x70";

/// As long as so many steps of a template take.
const ELLIPTIC_STEPS: u64 = 5_000;
const RSA_2048_STEPS: u64 = 150_000;
const RSA_4096_STEPS: u64 = 1_000_000;

const NOT_GENERATED: &str = "failed to generate private key";
const NOT_WRITTEN: &str = "the private key cannot be written";
