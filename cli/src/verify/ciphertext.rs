//! The defects of one sealed item.

use signet_api::{SealedSecret, base64};
use signet_document::{Node, Value};
use signet_seal::{label, open_value};
use signet_sealing_keys::PrivateKey;

use super::{
    check::{Demands, is_template},
    finding::Findings,
    rule::{
        CIPHERTEXT_FOREIGN, CIPHERTEXT_MALFORMED, CIPHERTEXT_NOT_BASE64, DOES_NOT_OPEN, OLDER_KEY, OTHER_KEY, TEMPLATED,
    },
};

/// An item and where it stands.
pub(super) struct Item<'a> {
    pub(super) path: &'a str,
    pub(super) node: &'a Node,
    pub(super) sealed: &'a SealedSecret,
}

/// Looks at one item. The key that opens it is the first of `candidates` from then on.
pub(super) fn check<'a>(
    item: &Item<'_>,
    demands: &'a Demands,
    candidates: &mut [&'a PrivateKey],
    findings: &mut Findings,
) {
    let Item { path, node, .. } = item;
    let Value::String(text) = &node.value else {
        let message = format!("{path}: must be base64 text, is {}", node.kind());
        findings.push(&CIPHERTEXT_NOT_BASE64, node.position, message);
        return;
    };
    if is_template(text) {
        findings.push(&TEMPLATED, node.position, format!("{path}: is a template"));
        return;
    }
    let ciphertext = match base64::decode(text) {
        Ok(ciphertext) => ciphertext,
        Err(error) => {
            findings.push(&CIPHERTEXT_NOT_BASE64, node.position, format!("{path}: {error}"));
            return;
        }
    };
    let wrapped = match wrapped_len(&ciphertext) {
        Ok(wrapped) => wrapped,
        Err(reason) => {
            findings.push(&CIPHERTEXT_MALFORMED, node.position, format!("{path}: {reason}"));
            return;
        }
    };
    if !demands.keys.is_empty() {
        open(item, text, demands, candidates, findings);
    } else if let Some(certificate) = demands.certificates.first() {
        let fits = demands
            .certificates
            .iter()
            .any(|known| known.key_bits().div_ceil(8) == wrapped);
        if !fits {
            findings.push(
                &CIPHERTEXT_FOREIGN,
                node.position,
                format!(
                    "{path}: sealed to a key of {} bits, and the certificate's has {}",
                    8 * wrapped,
                    certificate.key_bits()
                ),
            );
        }
    }
}

/// Length of the wrapped session key in a ciphertext, in bytes; or what is wrong with the ciphertext.
fn wrapped_len(ciphertext: &[u8]) -> Result<usize, &'static str> {
    let (length, rest) = ciphertext.split_first_chunk().ok_or("is too short for a ciphertext")?;
    let length = usize::from(u16::from_be_bytes(*length));
    if !WRAPPED.contains(&length) {
        return Err("does not start like a ciphertext");
    }
    match rest.len().checked_sub(length) {
        Some(body) if body >= TAG => Ok(length),
        _ => Err("is too short for a ciphertext: it was cut off"),
    }
}

fn open<'a>(
    item: &Item<'_>,
    text: &str,
    demands: &'a Demands,
    candidates: &mut [&'a PrivateKey],
    findings: &mut Findings,
) {
    let Item { path, node, sealed } = item;
    let label = label(sealed.scope(), sealed.namespace(), sealed.name());
    let Ok((_, by)) = open_value(text, candidates, &label) else {
        findings.push_with_hint(
            &DOES_NOT_OPEN,
            node.position,
            format!(
                "{path}: no key opens it as {} of {}/{}",
                sealed.scope(),
                sealed.namespace(),
                sealed.name()
            ),
            "another key, or sealed for another name, namespace or scope: which of these cannot be told",
        );
        return;
    };
    candidates.sort_by_key(|key| key.fingerprint() != by.fingerprint());
    let Some(newest) = demands.certificates.first() else {
        return;
    };
    let is_known = demands
        .certificates
        .iter()
        .any(|known| known.fingerprint() == by.fingerprint());
    if by.fingerprint() != newest.fingerprint() {
        let rule = if is_known { &OLDER_KEY } else { &OTHER_KEY };
        findings.push_with_hint(
            rule,
            node.position,
            format!(
                "{path}: sealed to the key {}, not to {}",
                by.fingerprint(),
                newest.fingerprint()
            ),
            "signet reseal brings it to the newest certificate",
        );
    }
}

/// Lengths of what RSA keys of 2048 to 8192 bits wrap, in bytes.
const WRAPPED: std::ops::RangeInclusive<usize> = 256..=1024;
/// Length of the tag of AES-GCM, in bytes.
const TAG: usize = 16;
