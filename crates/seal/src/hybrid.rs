//! One value in, one ciphertext out (upstream `pkg/crypto/crypto.go`).
//!
//! | offset | length | content |
//! | --- | --- | --- |
//! | 0 | 2 | `L`, big-endian |
//! | 2 | `L` | the session key, RSA-OAEP with SHA-256 and the label |
//! | 2 + `L` | n + 16 | the value and its tag, AES-GCM with the session key, a nonce of zeros and no additional data |
//!
//! The nonce may be zeros because no session key is used twice.

use aws_lc_rs::{
    aead::{AES_128_GCM, AES_192_GCM, AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    error::Unspecified,
    rand,
};
use signet_plaintext::Plaintext;
use signet_sealing_keys::{Certificate, PrivateKey};
use zeroize::Zeroizing;

/// Encrypts one value.
///
/// # Errors
/// [`Unspecified`]: AWS-LC refused, as it does where its random source fails.
pub(crate) fn encrypt(value: &Plaintext, certificate: &Certificate, label: &[u8]) -> Result<Vec<u8>, Unspecified> {
    let mut session_key = Zeroizing::new([0; SESSION_KEY]);
    rand::fill(&mut *session_key)?;
    let wrapped = certificate.wrap(&*session_key, label).map_err(|_| Unspecified)?;
    let length = u16::try_from(wrapped.len()).map_err(|_| Unspecified)?;

    // Sized beforehand: a buffer that grows leaves a copy of the value behind.
    let mut ciphertext = Vec::with_capacity(LENGTH + wrapped.len() + value.len() + TAG);
    ciphertext.extend(length.to_be_bytes());
    ciphertext.extend(wrapped);
    let body = ciphertext.len();
    ciphertext.extend_from_slice(value.expose());
    let tag = cipher(&*session_key)?.seal_in_place_separate_tag(zero_nonce(), Aad::empty(), &mut ciphertext[body..])?;
    ciphertext.extend(tag.as_ref());
    Ok(ciphertext)
}

/// Decrypts one value with the first of `candidates` that opens it, and says which one that was. Nothing where none does; why is not
/// told, so that nobody learns from a status how far a ciphertext of their making came.
pub(crate) fn decrypt<'a>(
    ciphertext: &[u8],
    candidates: &[&'a PrivateKey],
    label: &[u8],
) -> Option<(Plaintext, &'a PrivateKey)> {
    let (length, rest) = ciphertext.split_first_chunk::<LENGTH>()?;
    let (wrapped, body) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
    candidates
        .iter()
        // What another key's modulus made has another length: no need to spend an RSA operation on it.
        .filter(|key| key.wrapped_len() == wrapped.len())
        .find_map(|key| Some((open(body, &key.unwrap(wrapped, label)?)?, *key)))
}

fn open(body: &[u8], session_key: &[u8]) -> Option<Plaintext> {
    let mut buffer = Zeroizing::new(body.to_vec());
    let length = cipher(session_key)
        .ok()?
        .open_in_place(zero_nonce(), Aad::empty(), &mut buffer)
        .ok()?
        .len();
    buffer.truncate(length);
    Some(Plaintext::from(buffer))
}

/// AES by the length of the key: upstream seals with 32 bytes and opens 16 and 24 too.
fn cipher(session_key: &[u8]) -> Result<LessSafeKey, Unspecified> {
    let algorithm = match session_key.len() {
        16 => &AES_128_GCM,
        24 => &AES_192_GCM,
        _ => &AES_256_GCM,
    };
    Ok(LessSafeKey::new(UnboundKey::new(algorithm, session_key)?))
}

fn zero_nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; NONCE_LEN])
}

const LENGTH: usize = 2;
const SESSION_KEY: usize = 32;
const TAG: usize = 16;
