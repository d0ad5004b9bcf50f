use signet_document::tree::{Time, Tree};
use signet_plaintext::DataKey;
use zeroize::Zeroizing;

use crate::{
    known::Known,
    metadata::{self, Form, Metadata, MetadataError, Written},
    readable::{ReadableValue, readable},
    reopen::Opener,
    same::{read_back, values_read_back},
    selection::{PatternError, Selection, WrittenRule},
    value::{Cipher, Kind, Opened, seconds_text},
    values::{self, Random, ValueError},
};

/// Documents as they stand encrypted in one file, which share a data key and a MAC.
pub struct Encrypted {
    /// The documents, without their metadata.
    pub documents: Vec<Tree>,
    /// What the first document says of all.
    pub metadata: Metadata,
    written: Written,
}

/// The same with readable values.
pub struct Plain {
    documents: Vec<Tree>,
    /// How they are to be encrypted.
    pub metadata: Metadata,
    known: Known,
    /// Whether what was opened may be closed again.
    is_same_key: bool,
    written: Written,
}

impl Encrypted {
    /// Takes the metadata out of every document; those of the first one count.
    ///
    /// # Errors
    /// [`NotEncrypted`].
    pub fn read(mut documents: Vec<Tree>, form: Form) -> Result<Self, NotEncrypted> {
        let (metadata, written) = metadata::take(&mut documents, form)?;
        Ok(Self {
            documents,
            metadata,
            written,
        })
    }

    /// The documents, each with the metadata where they were read, or else behind its entries.
    ///
    /// # Errors
    /// [`Reserved`].
    pub fn write(mut self, form: Form) -> Result<Vec<Tree>, Reserved> {
        if metadata::has_metadata(&self.documents, form) {
            return Err(Reserved);
        }
        metadata::put(&mut self.documents, &self.metadata, form, self.written);
        Ok(self.documents)
    }

    /// The values that the rule of the metadata, or another one, encrypts and that are not encrypted.
    ///
    /// # Errors
    /// [`PatternError`].
    pub fn readable_values(&mut self, rule: Option<&WrittenRule>) -> Result<Vec<ReadableValue>, PatternError> {
        let selection = match rule {
            Some(rule) => Selection::new(rule, false)?,
            None => selection(&self.metadata)?,
        };
        readable(&mut self.documents, &selection)
    }

    /// Decrypts every value, and sees that none was changed by somebody who has not the key.
    ///
    /// # Errors
    /// [`DecryptionError`].
    pub fn decrypt(self, key: &DataKey) -> Result<Plain, DecryptionError> {
        self.open_authenticated(key, true)
    }

    /// As [`Encrypted::decrypt`], for somebody who only reads: encrypted again, every value would have another ciphertext.
    ///
    /// # Errors
    /// [`DecryptionError`].
    pub fn decrypt_to_read(self, key: &DataKey) -> Result<Plain, DecryptionError> {
        self.open_authenticated(key, false)
    }

    fn open_authenticated(self, key: &DataKey, may_close: bool) -> Result<Plain, DecryptionError> {
        let cipher = Cipher::new(key);
        let (mut plain, hash) = self.open(&cipher, may_close)?;
        let mac = plain.metadata.mac.as_deref().ok_or(DecryptionError::NoMac)?;
        let written = written_hash(&cipher, &plain.metadata, mac).ok_or(DecryptionError::MacUnreadable)?;
        if *written.plaintext != hash.as_bytes() {
            let written = String::from_utf8_lossy(&written.plaintext).into_owned();
            let computed = hash;
            return Err(DecryptionError::Mac { written, computed });
        }
        plain.known.note(&seconds_text(&plain.metadata.last_modified), &written);
        Ok(plain)
    }

    /// Decrypts every value, whoever may have changed them: for a person who asks to ignore the MAC.
    ///
    /// # Errors
    /// [`DecryptionError`].
    pub fn decrypt_unauthenticated(self, key: &DataKey) -> Result<Plain, DecryptionError> {
        Ok(self.open(&Cipher::new(key), true)?.0)
    }

    /// Whether documents that were read from a text, with their metadata, are those that were written to it.
    pub fn reads_back(written: &[Tree], read: &[Tree]) -> bool {
        read_back(written, read)
    }

    /// Opens these documents where they read otherwise than they were made: a comment may belong elsewhere in a text once the lines around it
    /// are others, and is to be encrypted for where it is now. `made` are the documents as they were made.
    ///
    /// # Errors
    /// [`PatternError`].
    pub fn reopen(mut self, mut made: Self, key: &DataKey) -> Result<Plain, PatternError> {
        let cipher = Cipher::new(key);
        let opener = Opener::new(&mut made.documents, &cipher, &selection(&made.metadata)?);
        self.documents.iter_mut().for_each(|document| opener.open(document));
        Ok(Plain {
            documents: self.documents,
            metadata: self.metadata,
            known: opener.known,
            is_same_key: true,
            written: self.written,
        })
    }

    fn open(self, cipher: &Cipher, may_close: bool) -> Result<(Plain, String), DecryptionError> {
        let Self {
            mut documents,
            metadata,
            written,
        } = self;
        let selection = selection(&metadata)?;
        let hash = values::decrypt(&mut documents, cipher, &selection, may_close)?;
        let plain = Plain {
            documents,
            metadata,
            known: Known::default(),
            is_same_key: true,
            written,
        };
        Ok((plain, hash))
    }
}

impl Plain {
    /// Documents that were never encrypted.
    pub fn new(documents: Vec<Tree>, metadata: Metadata) -> Self {
        Self {
            documents,
            metadata,
            known: Known::default(),
            is_same_key: true,
            written: Written::default(),
        }
    }

    /// Whether documents that were read from a text have the values of those that were written to it.
    pub fn reads_back(written: &[Tree], read: &[Tree]) -> bool {
        values_read_back(written, read)
    }

    /// The documents, without metadata.
    pub fn documents(&self) -> &[Tree] {
        &self.documents
    }

    /// The documents alone.
    pub fn into_documents(self) -> Vec<Tree> {
        self.documents
    }

    /// The documents, to be changed.
    pub fn documents_mut(&mut self) -> &mut [Tree] {
        &mut self.documents
    }

    /// Puts other documents in the place of these, of another text. What is the same in them keeps its ciphertext.
    ///
    /// # Errors
    /// [`PatternError`].
    pub fn replace(&mut self, documents: Vec<Tree>, key: &DataKey) -> Result<(), PatternError> {
        self.remember(key)?;
        self.documents = documents;
        self.written = Written::default();
        Ok(())
    }

    /// As [`Plain::replace`], with documents among which there are metadata, encrypted or not.
    pub fn replace_with_metadata(&mut self, other: Encrypted) {
        self.documents = other.documents;
        self.metadata = other.metadata;
        self.written = other.written;
    }

    /// Remembers the ciphertexts of another version with the same data key: a value that comes from it keeps its own.
    ///
    /// # Errors
    /// [`PatternError`].
    pub fn know(&mut self, other: &mut Self, key: &DataKey) -> Result<(), PatternError> {
        let selection = selection(&other.metadata)?;
        values::known(&mut other.documents, &Cipher::new(key), &selection, &mut self.known);
        Ok(())
    }

    /// Remembers the ciphertexts of the documents, which are to go.
    fn remember(&mut self, key: &DataKey) -> Result<(), PatternError> {
        let selection = selection(&self.metadata)?;
        if self.is_same_key {
            values::known(&mut self.documents, &Cipher::new(key), &selection, &mut self.known);
        }
        Ok(())
    }

    /// The documents as they are, their metadata among them: for somebody who wants to see both. What remains has none, and remembers their
    /// ciphertexts.
    ///
    /// # Errors
    /// [`PatternError`].
    pub fn into_readable(mut self, key: &DataKey) -> Result<(Encrypted, Self), PatternError> {
        self.remember(key)?;
        let readable = Encrypted {
            documents: self.documents,
            metadata: self.metadata.clone(),
            written: self.written,
        };
        let rest = Self {
            documents: Vec::new(),
            metadata: self.metadata,
            known: self.known,
            is_same_key: self.is_same_key,
            written: Written::default(),
        };
        Ok((readable, rest))
    }

    /// Encrypts, at the time `now`. Between decryption and this the documents may be changed, or be replaced by others. What was decrypted and not changed gets the ciphertext that it had, if the key is the same.
    ///
    /// # Errors
    /// [`EncryptionError`].
    pub fn encrypt(mut self, key: &DataKey, now: Time, random: Random<'_>) -> Result<Encrypted, EncryptionError> {
        let cipher = Cipher::new(key);
        let selection = selection(&self.metadata)?;
        let hash = values::encrypt(
            &mut self.documents,
            &cipher,
            &selection,
            &mut self.known,
            self.is_same_key,
            random,
        )?;
        self.metadata.last_modified = now;
        let modified = seconds_text(&now);
        let known = self.known.take(&modified, Kind::Text, hash.as_bytes());
        let nonce = known.map_or_else(|| values::fresh_nonce(random), |(nonce, _)| nonce);
        let hash = Zeroizing::new(hash.into_bytes());
        self.metadata.mac = Some(cipher.seal(hash, Kind::Text, &modified, nonce.as_bytes()));
        Ok(Encrypted {
            documents: self.documents,
            metadata: self.metadata,
            written: self.written,
        })
    }

    /// Forgets the ciphertexts, as for a new data key.
    pub fn forget(&mut self) {
        self.known = Known::default();
        self.is_same_key = false;
    }
}

/// Documents without usable metadata.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotEncrypted {
    /// There is a `sops`, and something is wrong with it.
    #[error(transparent)]
    Metadata(#[from] MetadataError),
    /// There is more than one `sops`.
    #[error("found duplicate sops entry")]
    Duplicate,
    /// There is no `sops`.
    #[error("sops metadata not found")]
    Missing,
    /// There is a `sops` that is something else.
    #[error("found sops entry that is not a mapping")]
    NotMapping,
}

/// A document has a key that is kept for metadata: it is encrypted already, or could not be read again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the file is already encrypted, or has a key of its own that is kept for sops metadata")]
pub struct Reserved;

/// Documents that do not decrypt.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecryptionError {
    /// Some value is not what it was when it was encrypted. The hashes tell nothing of values.
    #[error("MAC mismatch. File has {written}, computed {computed}")]
    Mac {
        /// The hash that was encrypted.
        written: String,
        /// The hash of what is there.
        computed: String,
    },
    /// The MAC was altered, or the time beside it.
    #[error("the MAC does not decrypt: it, or lastmodified, was altered")]
    MacUnreadable,
    /// There is no MAC.
    #[error("the file has no MAC")]
    NoMac,
    /// The rule that says which values are encrypted.
    #[error(transparent)]
    Pattern(#[from] PatternError),
    /// A value.
    #[error(transparent)]
    Value(#[from] ValueError),
}

/// Documents that cannot be encrypted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EncryptionError {
    /// The rule that says which values are encrypted.
    #[error(transparent)]
    Pattern(#[from] PatternError),
    /// A value.
    #[error(transparent)]
    Value(#[from] ValueError),
}

fn selection(metadata: &Metadata) -> Result<Selection, PatternError> {
    let default = Default::default();
    let rule = metadata.rule.as_ref().unwrap_or(&default);
    Selection::new(rule, metadata.mac_only_encrypted)
}

/// The hash of the values as it was when they were encrypted.
fn written_hash(cipher: &Cipher, metadata: &Metadata, mac: &str) -> Option<Opened> {
    let opened = cipher.open(mac, &seconds_text(&metadata.last_modified)).ok()?;
    opened.filter(|opened| opened.kind == Kind::Text)
}
