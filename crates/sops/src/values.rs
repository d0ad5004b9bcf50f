//! All values of a document: encrypted, decrypted, and hashed on the way.

use std::convert::Infallible;

use signet_document::tree::{Comment, Leaf, Scalar, Tree};
use zeroize::Zeroizing;

use crate::{
    known::{Known, Nonce},
    mac::Hash,
    selection::Selection,
    value::{Cipher, DecryptError, Kind, NONCE, Opened, into_plaintext, plaintext},
    walk::{Place, Visitor, walk},
};

/// Fills bytes with random ones.
pub type Random<'a> = &'a mut dyn FnMut(&mut [u8]);

/// Encrypts every value that the selection selects; the hash of all for the MAC, in capital hexadecimal.
///
/// What is in `known` is encrypted as it was. With the same key, what was opened and not changed is closed again.
///
/// # Errors
/// [`ValueError`]: the trees are half encrypted.
pub(crate) fn encrypt(
    trees: &mut [Tree],
    cipher: &Cipher,
    selection: &Selection,
    known: &mut Known,
    is_same_key: bool,
    random: Random<'_>,
) -> Result<String, ValueError> {
    let mut encryption = Encryption {
        cipher,
        selection,
        known,
        is_same_key,
        random,
        hash: Hash::new(selection.mac_only_encrypted),
        document: 0,
    };
    for (document, tree) in trees.iter_mut().enumerate() {
        encryption.document = document;
        walk(tree, selection, &mut encryption)?;
    }
    Ok(encryption.hash.finish())
}

/// Decrypts every value that the selection selects; the hash of all. `may_close` keeps the ciphertexts, to be put back.
///
/// # Errors
/// [`ValueError`]: the trees are half decrypted.
pub(crate) fn decrypt(
    trees: &mut [Tree],
    cipher: &Cipher,
    selection: &Selection,
    may_close: bool,
) -> Result<String, ValueError> {
    let mut decryption = Decryption {
        cipher,
        selection,
        may_close,
        hash: Hash::new(selection.mac_only_encrypted),
        document: 0,
    };
    for (document, tree) in trees.iter_mut().enumerate() {
        decryption.document = document;
        walk(tree, selection, &mut decryption)?;
    }
    Ok(decryption.hash.finish())
}

/// The nonces of what was opened, for other documents in which the same may stand.
pub(crate) fn known(trees: &mut [Tree], cipher: &Cipher, selection: &Selection, known: &mut Known) {
    let mut closed = Closed { cipher, known };
    for tree in trees {
        let Ok(()) = walk(tree, selection, &mut closed);
    }
}

struct Closed<'a> {
    cipher: &'a Cipher,
    known: &'a mut Known,
}

impl Closed<'_> {
    fn note(&mut self, closed: Option<&str>, path: &str) {
        if let Some(text) = closed
            && let Ok(Some(opened)) = self.cipher.open(text, path)
        {
            self.known.note(path, &opened);
        }
    }
}

impl Visitor for Closed<'_> {
    type Error = Infallible;

    fn leaf(&mut self, leaf: &mut Leaf, place: Place<'_>) -> Result<Option<Zeroizing<String>>, Infallible> {
        self.note(leaf.closed().and_then(Scalar::as_str), place.path);
        Ok(None)
    }

    fn comment(&mut self, comment: &mut Comment, place: Place<'_>) -> Result<Option<String>, Infallible> {
        self.note(comment.closed(), place.path);
        Ok(None)
    }
}

/// A value that cannot be encrypted or decrypted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{path}: {fault}", in_document(*.document))]
pub struct ValueError {
    /// Which of the documents of the file, from 0.
    pub document: usize,
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
    /// A comment in a sequence that is not UTF-8.
    #[error("the encrypted comment is not UTF-8")]
    CommentText,
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

/// Most files have one document.
fn in_document(document: usize) -> String {
    match document {
        0 => String::new(),
        document => format!("document {}: ", document + 1),
    }
}

/// Where in a file an error is.
fn error(document: usize, place: Place<'_>, fault: ValueFault) -> ValueError {
    let path = dotted(place.path);
    ValueError { document, path, fault }
}

/// The path of additional data, as people read it.
pub(crate) fn dotted(path: &str) -> String {
    path.trim_end_matches(':').replace(':', ".")
}

/// One that nobody has had.
pub(crate) fn fresh_nonce(random: Random<'_>) -> Nonce {
    let mut nonce = [0; NONCE];
    random(&mut nonce);
    nonce.into()
}

struct Encryption<'a> {
    cipher: &'a Cipher,
    selection: &'a Selection,
    known: &'a mut Known,
    is_same_key: bool,
    random: Random<'a>,
    hash: Hash,
    document: usize,
}

impl Encryption<'_> {
    fn nonce(&mut self, path: &str, kind: Kind, text: &[u8]) -> (Nonce, Kind) {
        let known = self.known.take(path, kind, text);
        known.unwrap_or_else(|| (fresh_nonce(self.random), kind))
    }
}

impl Visitor for Encryption<'_> {
    type Error = ValueError;

    fn leaf(&mut self, leaf: &mut Leaf, place: Place<'_>) -> Result<Option<Zeroizing<String>>, ValueError> {
        if matches!(leaf.scalar(), Scalar::Unsigned(_)) {
            return Err(error(self.document, place, ValueFault::TooLarge));
        }
        let Some((text, kind)) = plaintext(leaf.scalar()) else {
            return Ok(None);
        };
        if place.is_selected || !self.selection.mac_only_encrypted {
            self.hash.update(&text);
        }
        if place.is_selected && !text.is_empty() {
            if self.is_same_key && leaf.closed().is_some() {
                drop(text);
                leaf.close();
                return Ok(None);
            }
            let (nonce, kind) = self.nonce(place.path, kind, &text);
            drop(text);
            // Taken, for a large text should not be there twice.
            let text = into_plaintext(leaf.take());
            let encrypted = self.cipher.seal(text, kind, place.path, nonce.as_bytes());
            leaf.set(Scalar::text(encrypted));
        }
        Ok(None)
    }

    fn comment(&mut self, comment: &mut Comment, place: Place<'_>) -> Result<Option<String>, ValueError> {
        let text = comment.text().as_bytes();
        if !place.is_selected || text.is_empty() {
            return Ok(None);
        }
        if self.is_same_key && comment.closed().is_some() {
            comment.close();
            return Ok(comment.stands_for_item().then(|| comment.text().to_owned()));
        }
        let (mut nonce, _) = self.nonce(place.path, Kind::Comment, text);
        for _ in 0..ATTEMPTS {
            let text = Zeroizing::new(text.to_vec());
            let encrypted = self.cipher.seal(text, Kind::Comment, place.path, nonce.as_bytes());
            if !(self.selection.counts_itself() && self.selection.matches_comment(&encrypted)) {
                if comment.stands_for_item() {
                    return Ok(Some(encrypted));
                }
                comment.set(Zeroizing::new(encrypted));
                return Ok(None);
            }
            nonce = fresh_nonce(self.random);
        }
        Err(error(self.document, place, ValueFault::Comment))
    }
}

struct Decryption<'a> {
    cipher: &'a Cipher,
    selection: &'a Selection,
    may_close: bool,
    hash: Hash,
    document: usize,
}

impl Decryption<'_> {
    /// What was encrypted. It is hashed, but a comment is not.
    fn value(&mut self, opened: Opened) -> Result<Scalar, DecryptError> {
        let Opened {
            plaintext: text, kind, ..
        } = opened;
        if matches!(kind, Kind::Text | Kind::Bytes) {
            self.hash.update(&text);
        }
        let value = kind.read(text)?;
        if !matches!(kind, Kind::Text | Kind::Bytes | Kind::Comment) {
            self.hash_of(&value);
        }
        Ok(value)
    }

    fn hash_of(&mut self, scalar: &Scalar) {
        if let Some((text, _)) = plaintext(scalar) {
            self.hash.update(&text);
        }
    }
}

impl Visitor for Decryption<'_> {
    type Error = ValueError;

    fn leaf(&mut self, leaf: &mut Leaf, place: Place<'_>) -> Result<Option<Zeroizing<String>>, ValueError> {
        let document = self.document;
        let fault = |fault| error(document, place, fault);
        if matches!(leaf.scalar(), Scalar::Null) {
            return Ok(None);
        }
        if matches!(leaf.scalar(), Scalar::Unsigned(_)) {
            return Err(fault(ValueFault::TooLarge));
        }
        if !place.is_selected {
            if !self.selection.mac_only_encrypted {
                self.hash_of(leaf.scalar());
            }
            return Ok(None);
        }
        let text = leaf.scalar().as_str();
        let text = text.ok_or_else(|| fault(ValueFault::NotEncrypted(leaf.scalar().kind())))?;
        let opened = self.cipher.open(text, place.path);
        // An empty text was never encrypted: it is what it is.
        let Some(opened) = opened.map_err(|error| fault(ValueFault::Decrypt(error)))? else {
            return Ok(None);
        };
        let kind = opened.kind;
        let value = self.value(opened);
        let value = value.map_err(|error| fault(ValueFault::Decrypt(error)))?;
        match self.may_close {
            true => leaf.open(value),
            false => leaf.set(value),
        }
        if kind != Kind::Comment {
            return Ok(None);
        }
        let text = leaf.scalar().as_str().ok_or_else(|| fault(ValueFault::CommentText))?;
        Ok(Some(Zeroizing::new(text.to_owned())))
    }

    /// One that does not decrypt was not encrypted: comments are not in the MAC, and older versions left them as they were.
    fn comment(&mut self, comment: &mut Comment, place: Place<'_>) -> Result<Option<String>, ValueError> {
        if !place.is_selected {
            return Ok(None);
        }
        if let Ok(Some(opened)) = self.cipher.open(comment.text(), place.path)
            && let Ok(text) = str::from_utf8(&opened.plaintext)
        {
            let text = Zeroizing::new(text.to_owned());
            match self.may_close {
                true => comment.open(text),
                false => comment.set(text),
            }
        }
        Ok(None)
    }
}

/// A pattern that base64 matches by chance matches one ciphertext and not the next.
const ATTEMPTS: usize = 64;
