//! All values of a document: encrypted, decrypted, and hashed on the way.

use std::collections::HashMap;

use aws_lc_rs::digest::{self, SHA256};
use signet_document::tree::{Comment, Leaf, Scalar, Tree};
use zeroize::Zeroizing;

use crate::{
    mac::Hash,
    selection::Selection,
    value::{Cipher, DecryptError, Kind, NONCE},
    value::{nonce, plaintext},
    walk::{Place, Visitor, walk},
};

/// Fills bytes with random ones.
pub type Random<'a> = &'a mut dyn FnMut(&mut [u8]);

/// Encrypts every value that the selection selects; the hash of all for the MAC, in capital hexadecimal.
///
/// What is in `known` is encrypted as it was.
///
/// # Errors
/// [`ValueError`]: the trees are half encrypted.
pub(crate) fn encrypt(
    trees: &mut [Tree],
    cipher: &Cipher,
    selection: &Selection,
    known: &mut Known,
    random: Random<'_>,
) -> Result<String, ValueError> {
    let mut encryption = Encryption {
        cipher,
        selection,
        known,
        random,
        hash: Hash::new(selection.mac_only_encrypted),
    };
    for tree in trees {
        walk(tree, selection, &mut encryption)?;
    }
    Ok(encryption.hash.finish())
}

/// Decrypts every value that the selection selects; the hash of all, and the nonces by which they can be encrypted as they were.
///
/// # Errors
/// [`ValueError`]: the trees are half decrypted.
pub(crate) fn decrypt(
    trees: &mut [Tree],
    cipher: &Cipher,
    selection: &Selection,
) -> Result<(String, Known), ValueError> {
    let mut decryption = Decryption {
        cipher,
        selection,
        known: Known::default(),
        hash: Hash::new(selection.mac_only_encrypted),
    };
    for tree in trees {
        walk(tree, selection, &mut decryption)?;
    }
    Ok((decryption.hash.finish(), decryption.known))
}

/// A value that cannot be encrypted or decrypted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {fault}")]
pub struct ValueError {
    /// The keys from the top, joined by dots.
    pub path: String,
    /// Why.
    pub fault: ValueFault,
}

/// Why a value cannot be encrypted or decrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ValueFault {
    /// A comment whose ciphertext would turn encryption off when it is read again, whatever the nonce.
    #[error("the encrypted comment would match unencrypted_comment_regex")]
    Comment,
    /// It does not decrypt.
    #[error(transparent)]
    Decrypt(DecryptError),
    /// It should be encrypted, and is not even a text.
    #[error("the value should be encrypted and is {0}")]
    NotEncrypted(&'static str),
    /// A whole number that Go's `int` cannot hold, for which the format has no type.
    #[error("a whole number above 9223372036854775807")]
    TooLarge,
}

impl ValueError {
    fn new(place: Place<'_>, fault: ValueFault) -> Self {
        let path = place.path.trim_end_matches(':').replace(':', ".");
        Self { path, fault }
    }
}

/// The nonces of values that were decrypted, by what they were and where. The same value at the same place may be encrypted with the same nonce
/// again: it gives the same ciphertext.
#[derive(Default)]
pub struct Known {
    /// Digests, so that no plaintext is kept. Of equal values at one path, in a sequence, each has its own, the last one first.
    nonces: HashMap<[u8; 32], Vec<[u8; NONCE]>>,
}

impl Known {
    pub(crate) fn note(&mut self, path: &str, kind: Kind, text: &[u8], ciphertext: &str) {
        if let Some(nonce) = nonce(ciphertext) {
            self.nonces.entry(identity(path, kind, text)).or_default().push(nonce);
        }
    }

    pub(crate) fn take(&mut self, path: &str, kind: Kind, text: &[u8]) -> Option<[u8; NONCE]> {
        if self.nonces.is_empty() {
            return None;
        }
        let nonces = self.nonces.get_mut(&identity(path, kind, text))?;
        // The first one first.
        (!nonces.is_empty()).then(|| nonces.remove(0))
    }
}

/// One that nobody has had.
pub(crate) fn fresh_nonce(random: Random<'_>) -> [u8; NONCE] {
    let mut nonce = [0; NONCE];
    random(&mut nonce);
    nonce
}

fn identity(path: &str, kind: Kind, text: &[u8]) -> [u8; 32] {
    let mut context = digest::Context::new(&SHA256);
    context.update(&(path.len() as u64).to_be_bytes());
    context.update(path.as_bytes());
    context.update(kind.as_str().as_bytes());
    context.update(&[0]);
    context.update(text);
    let mut identity = [0; 32];
    identity.copy_from_slice(context.finish().as_ref());
    identity
}

struct Encryption<'a> {
    cipher: &'a Cipher,
    selection: &'a Selection,
    known: &'a mut Known,
    random: Random<'a>,
    hash: Hash,
}

impl Encryption<'_> {
    fn nonce(&mut self, path: &str, kind: Kind, text: &[u8]) -> [u8; NONCE] {
        self.known.take(path, kind, text).unwrap_or_else(|| self.fresh_nonce())
    }

    fn fresh_nonce(&mut self) -> [u8; NONCE] {
        fresh_nonce(self.random)
    }
}

impl Visitor for Encryption<'_> {
    type Error = ValueError;

    fn leaf(&mut self, leaf: &mut Leaf, place: Place<'_>) -> Result<Option<Zeroizing<String>>, ValueError> {
        if matches!(leaf.scalar(), Scalar::Unsigned(_)) {
            return Err(ValueError::new(place, ValueFault::TooLarge));
        }
        let Some((text, kind)) = plaintext(leaf.scalar()) else {
            return Ok(None);
        };
        if place.is_selected || !self.selection.mac_only_encrypted {
            self.hash.update(&text);
        }
        if place.is_selected && !text.is_empty() {
            let nonce = self.nonce(place.path, kind, &text);
            if let Some(encrypted) = self.cipher.encrypt_bytes(text, kind, place.path, &nonce) {
                leaf.set(Scalar::text(encrypted));
            }
        }
        Ok(None)
    }

    fn comment(&mut self, comment: &mut Comment, place: Place<'_>) -> Result<(), ValueError> {
        if !place.is_selected || comment.text().is_empty() {
            return Ok(());
        }
        let mut nonce = self.nonce(place.path, Kind::Comment, comment.text().as_bytes());
        for _ in 0..ATTEMPTS {
            let Some(encrypted) = self.cipher.encrypt_comment(comment.text(), place.path, &nonce) else {
                return Ok(());
            };
            if !(self.selection.counts_itself() && self.selection.matches_comment(&encrypted)) {
                comment.set(Zeroizing::new(encrypted));
                return Ok(());
            }
            nonce = self.fresh_nonce();
        }
        Err(ValueError::new(place, ValueFault::Comment))
    }
}

struct Decryption<'a> {
    cipher: &'a Cipher,
    selection: &'a Selection,
    known: Known,
    hash: Hash,
}

impl Visitor for Decryption<'_> {
    type Error = ValueError;

    fn leaf(&mut self, leaf: &mut Leaf, place: Place<'_>) -> Result<Option<Zeroizing<String>>, ValueError> {
        if matches!(leaf.scalar(), Scalar::Null) {
            return Ok(None);
        }
        if place.is_selected {
            let fault = |fault| ValueError::new(place, fault);
            let text = leaf.scalar().as_str();
            let text = text.ok_or_else(|| fault(ValueFault::NotEncrypted(leaf.scalar().kind())))?;
            let decrypted = self.cipher.decrypt(text, place.path);
            let (value, kind) = decrypted.map_err(|error| fault(ValueFault::Decrypt(error)))?;
            if let Some((plain, _)) = plaintext(&value) {
                self.known.note(place.path, kind, &plain, text);
            }
            if kind == Kind::Comment {
                let text = value.as_str().unwrap_or_default().to_owned();
                leaf.set(value);
                return Ok(Some(Zeroizing::new(text)));
            }
            // An empty text was never encrypted: it is what it is.
            if !text.is_empty() {
                leaf.set(value);
            }
        }
        let is_hashed = place.is_selected || !self.selection.mac_only_encrypted;
        if let Some((text, _)) = plaintext(leaf.scalar()).filter(|_| is_hashed) {
            self.hash.update(&text);
        }
        Ok(None)
    }

    /// One that does not decrypt was not encrypted: comments are not in the MAC, and older versions left them as they were.
    fn comment(&mut self, comment: &mut Comment, place: Place<'_>) -> Result<(), ValueError> {
        if !place.is_selected {
            return Ok(());
        }
        if let Ok((value, Kind::Comment)) = self.cipher.decrypt(comment.text(), place.path)
            && let Some(text) = value.as_str()
        {
            self.known
                .note(place.path, Kind::Comment, text.as_bytes(), comment.text());
            comment.set(Zeroizing::new(text.to_owned()));
        }
        Ok(())
    }
}

/// A pattern that base64 matches by chance matches one ciphertext and not the next.
const ATTEMPTS: usize = 64;
