//! Functions of certificates (RFC 5280).

use std::net::IpAddr;

use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DistinguishedName, DnType, DnValue, ExtendedKeyUsagePurpose,
    IsCa, Issuer, KeyUsagePurpose, PublicKeyData, SanType, SerialNumber,
};
use time::OffsetDateTime;
use x509_parser::{certificate::X509Certificate, extensions::ParsedExtension, prelude::FromDer};
use zeroize::Zeroize;

use super::{
    date, encode,
    key::{self, PrivateKey},
};
use crate::{
    Certificate, Text, Type, Value,
    function::{Arguments, Call, Failure, Function},
};

const INT: Type = Type::INT;
const LIST: Type = Type::LIST;
const PAIR: Type = Type::Certificate;
const STRING: Type = Type::String;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("buildCustomCert", &[STRING, STRING], build),
    Function::new("genCA", &[STRING, INT], |call, arguments| {
        authority(call, arguments, None)
    })
    .nondeterministic(),
    Function::new("genCAWithKey", &[STRING, INT, STRING], |call, arguments| {
        authority(call, arguments, Some(2))
    })
    .nondeterministic(),
    Function::new("genSelfSignedCert", &[STRING, LIST, LIST, INT], |call, arguments| {
        self_signed(call, arguments, None)
    })
    .nondeterministic(),
    Function::new(
        "genSelfSignedCertWithKey",
        &[STRING, LIST, LIST, INT, STRING],
        |call, arguments| self_signed(call, arguments, Some(4)),
    )
    .nondeterministic(),
    Function::new("genSignedCert", &[STRING, LIST, LIST, INT, PAIR], |call, arguments| {
        signed(call, arguments, None)
    })
    .nondeterministic(),
    Function::new(
        "genSignedCertWithKey",
        &[STRING, LIST, LIST, INT, PAIR, STRING],
        |call, arguments| signed(call, arguments, Some(5)),
    )
    .nondeterministic(),
];

/// A certificate and a key that come from elsewhere. Whether they belong together is not looked at.
fn build(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let decoded = |index: usize, refusal: &'static str| -> Result<_, Failure> {
        Ok(encode::base64(arguments.text(index)?.as_bytes()).map_err(|_| refusal)?)
    };
    call.charge(
        arguments
            .text(0)?
            .len()
            .saturating_add(arguments.text(1)?.len())
            .saturating_mul(4),
    )?;
    let certificate = decoded(0, "unable to decode base64 certificate")?;
    let key = decoded(1, "unable to decode base64 private key")?;
    let block = pem::parse(&certificate).map_err(|_| "unable to decode certificate")?;
    X509Certificate::from_der(block.contents())
        .map_err(|_| "error parsing certificate: decodedCert.Bytes: malformed certificate")?;
    PrivateKey::from_pem(&key).map_err(|reason| Failure::new(format!("error parsing private key: {reason}")))?;
    Ok(Certificate {
        certificate: certificate.into(),
        key: key.into(),
    }
    .into())
}

fn authority(call: &mut Call<'_>, arguments: &[Value], key: Option<usize>) -> Result<Value, Failure> {
    let key = given_or_new(call, arguments, key)?;
    let mut params = params(call, arguments.text(0)?, arguments.int(1)?)?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.custom_extensions.clear();
    params.key_usages.push(KeyUsagePurpose::KeyCertSign);
    by_itself(call, &params, &key)
}

fn self_signed(call: &mut Call<'_>, arguments: &[Value], key: Option<usize>) -> Result<Value, Failure> {
    let key = given_or_new(call, arguments, key)?;
    let mut params = params(call, arguments.text(0)?, arguments.int(3)?)?;
    params.subject_alt_names = alternative_names(arguments)?;
    by_itself(call, &params, &key)
}

fn signed(call: &mut Call<'_>, arguments: &[Value], key: Option<usize>) -> Result<Value, Failure> {
    let key = given_or_new(call, arguments, key)?;
    let authority = arguments.certificate(4)?;
    let block = pem::parse(authority.certificate.as_bytes()).map_err(|_| "unable to decode certificate")?;
    let malformed = "error parsing certificate: decodedSignerCert.Bytes: malformed certificate";
    let (_, parent) = X509Certificate::from_der(block.contents()).map_err(|_| malformed)?;
    let parent_key = PrivateKey::from_pem(authority.key.as_bytes())
        .map_err(|reason| Failure::new(format!("error parsing private key: {reason}")))?;
    let mut params = params(call, arguments.text(0)?, arguments.int(3)?)?;
    params.subject_alt_names = alternative_names(arguments)?;
    let mut signer = parent_key.signer().map_err(not_created)?;
    let certificate = key.signer().map_err(not_created).and_then(|mut subject| {
        let certificate = under(&mut params, &subject, block.contents(), &parent, &signer).map_err(not_created);
        subject.zeroize();
        certificate
    });
    signer.zeroize();
    pair(call, &certificate?, &key)
}

/// Signs with the key of another certificate.
fn under(
    params: &mut CertificateParams,
    subject: &rcgen::KeyPair,
    parent_der: &[u8],
    parent: &X509Certificate<'_>,
    signer: &rcgen::KeyPair,
) -> Result<Vec<u8>, Failure> {
    if parent.public_key().raw != signer.subject_public_key_info() {
        return Err("x509: provided PrivateKey doesn't match parent's PublicKey".into());
    }
    // The writer keeps one value of each kind, and panics at an empty set.
    if parent.subject().iter().any(|set| set.iter().count() != 1) {
        return Err(FOREIGN_NAME.into());
    }
    let identified = parent
        .iter_extensions()
        .any(|extension| matches!(extension.parsed_extension(), ParsedExtension::SubjectKeyIdentifier(_)));
    let issuer = Issuer::from_ca_cert_der(&parent_der.into(), signer).map_err(|_| FOREIGN_NAME)?;
    // As Go does: not where subject and issuer have one name.
    let bare = params.signed_by(subject, &issuer).map_err(|_| NOT_WRITTEN)?;
    let (_, written) = X509Certificate::from_der(bare.der()).map_err(|_| NOT_WRITTEN)?;
    if written.issuer().as_raw() != parent.subject().as_raw() {
        return Err(FOREIGN_NAME.into());
    }
    params.use_authority_key_identifier_extension =
        identified && written.subject().as_raw() != written.issuer().as_raw();
    let certificate = params.signed_by(subject, &issuer).map_err(|_| NOT_WRITTEN)?;
    Ok(certificate.der().to_vec())
}

fn by_itself(call: &mut Call<'_>, params: &CertificateParams, key: &PrivateKey) -> Result<Value, Failure> {
    let mut signer = key.signer().map_err(not_created)?;
    let certificate = params.self_signed(&signer);
    signer.zeroize();
    let certificate = certificate.map_err(|_| not_created(NOT_WRITTEN.into()))?;
    pair(call, certificate.der(), key)
}

fn pair(call: &mut Call<'_>, der: &[u8], key: &PrivateKey) -> Result<Value, Failure> {
    call.charge(der.len().saturating_mul(2) + 8192)?;
    let certificate = key::block("CERTIFICATE", der);
    Ok(Certificate {
        certificate: certificate.into(),
        key: key.to_pem()?.into(),
    }
    .into())
}

fn given_or_new(call: &mut Call<'_>, arguments: &[Value], index: Option<usize>) -> Result<PrivateKey, Failure> {
    match index {
        None => PrivateKey::rsa(call, aws_lc_rs::rsa::KeySize::Rsa2048),
        Some(index) => {
            call.steps(10_000)?;
            let key = PrivateKey::from_pem(arguments.text(index)?.as_bytes());
            key.map_err(|reason| Failure::new(format!("parsing private key: {reason}")))
        }
    }
}

/// For servers and clients, from now on for so many days.
fn params(call: &mut Call<'_>, common_name: &Text, days: i64) -> Result<CertificateParams, Failure> {
    call.charge(common_name.len().saturating_mul(2))?;
    let name = common_name.to_str().ok_or("x509: the common name is not UTF-8")?;
    let mut serial = [0; 16];
    call.random(&mut serial);
    // Sixteen bytes, not negative.
    serial[0] = serial[0] & 0x7f | 0x40;
    let now = call.now();
    let validity = days.wrapping_mul(24 * 3600 * 1_000_000_000);
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    if !name.is_empty() {
        let value = name
            .try_into()
            .map_or_else(|_| DnValue::Utf8String(name.to_owned()), DnValue::PrintableString);
        params.distinguished_name.push(DnType::CommonName, value);
    }
    params.serial_number = Some(SerialNumber::from_slice(&serial));
    params.not_before = moment(now.seconds)?;
    params.not_after = moment(date::after(&now, validity).seconds)?;
    // Said as Go says it: the writer's own way would add an identifier of the key.
    let mut no_authority = CustomExtension::from_oid_content(&[2, 5, 29, 19], vec![0x30, 0]);
    no_authority.set_criticality(true);
    params.custom_extensions = vec![no_authority];
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyEncipherment];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
    Ok(params)
}

fn moment(seconds: i64) -> Result<OffsetDateTime, Failure> {
    let moment = OffsetDateTime::from_unix_timestamp(seconds)
        .ok()
        .filter(|moment| (0..=9999).contains(&moment.year()));
    moment.ok_or_else(|| not_created("cannot represent time as GeneralizedTime".into()))
}

/// Addresses and DNS names: the second and the third argument.
fn alternative_names(arguments: &[Value]) -> Result<Vec<SanType>, Failure> {
    let mut names = Vec::new();
    for name in arguments.list(2)?.items() {
        let Value::String(name) = name else {
            return Err("error processing alternate dns name: it is not a string".into());
        };
        let name = name.to_str().and_then(|name| name.try_into().ok());
        names.push(SanType::DnsName(name.ok_or_else(|| {
            not_created("x509: a name cannot be encoded as an IA5String".into())
        })?));
    }
    for address in arguments.list(1)?.items() {
        let Value::String(address) = address else {
            return Err("error parsing ip: it is not a string".into());
        };
        let address = address
            .to_str()
            .and_then(|address| address.parse::<IpAddr>().ok())
            .ok_or("error parsing ip")?;
        names.push(SanType::IpAddress(address.to_canonical()));
    }
    Ok(names)
}

fn not_created(failure: Failure) -> Failure {
    match failure {
        Failure::Message(reason) => Failure::new(format!("error creating certificate: {reason}")),
        limit => limit,
    }
}

const FOREIGN_NAME: &str = "x509: the name of the authority cannot be kept";
const NOT_WRITTEN: &str = "x509: the certificate cannot be written";
