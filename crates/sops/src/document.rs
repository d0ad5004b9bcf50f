use signet_document::tree::{Branch, Scalar, Time, Tree};
use signet_plaintext::DataKey;

use crate::{
    metadata::{Metadata, MetadataError},
    selection::{PatternError, Selection},
    value::seconds_text,
    value::{Cipher, Kind},
    values::{self, Known, Random, ValueError},
};

/// Documents as they stand encrypted in one file, which share a data key and a MAC.
pub struct Encrypted {
    /// The documents, without their metadata.
    pub documents: Vec<Tree>,
    /// What the first document says of all.
    pub metadata: Metadata,
}

/// The same with readable values.
pub struct Plain {
    /// The documents, without metadata.
    pub documents: Vec<Tree>,
    /// How they are to be encrypted.
    pub metadata: Metadata,
    known: Known,
}

impl Encrypted {
    /// Takes the mapping `sops` out of every document; that of the first one counts.
    ///
    /// # Errors
    /// [`NotEncrypted`].
    pub fn read(mut documents: Vec<Tree>) -> Result<Self, NotEncrypted> {
        let mut first = None;
        for document in &mut documents {
            let taken = document.remove(METADATA);
            first = first.or(taken);
        }
        match first.ok_or(NotEncrypted::Missing)?.value {
            Branch::Mapping(tree) => Ok(Self {
                documents,
                metadata: Metadata::read(tree)?,
            }),
            _ => Err(NotEncrypted::Missing),
        }
    }

    /// Decrypts every value, and sees that none was changed by somebody who has not the key.
    ///
    /// # Errors
    /// [`DecryptionError`].
    pub fn decrypt(self, key: &DataKey) -> Result<Plain, DecryptionError> {
        let cipher = Cipher::new(key);
        let (plain, hash) = self.open(&cipher)?;
        let mac = plain.metadata.mac.as_deref().ok_or(DecryptionError::NoMac)?;
        let modified = seconds_text(&plain.metadata.last_modified);
        match cipher.decrypt(mac, &modified) {
            Ok((Scalar::Text(mac), Kind::Text)) if *mac == hash.as_bytes() => Ok(plain),
            Ok((Scalar::Text(mac), Kind::Text)) => Err(DecryptionError::Mac {
                written: String::from_utf8_lossy(&mac).into_owned(),
                computed: hash,
            }),
            _ => Err(DecryptionError::MacUnreadable),
        }
    }

    /// Decrypts every value, whoever may have changed them: for a person who asks to ignore the MAC.
    ///
    /// # Errors
    /// [`DecryptionError`].
    pub fn decrypt_unauthenticated(self, key: &DataKey) -> Result<Plain, DecryptionError> {
        Ok(self.open(&Cipher::new(key))?.0)
    }

    fn open(self, cipher: &Cipher) -> Result<(Plain, String), DecryptionError> {
        let Self {
            mut documents,
            metadata,
        } = self;
        let selection = selection(&metadata)?;
        let (hash, mut known) = values::decrypt(&mut documents, cipher, &selection)?;
        if let Some(mac) = &metadata.mac {
            known.note(&seconds_text(&metadata.last_modified), Kind::Text, hash.as_bytes(), mac);
        }
        let plain = Plain {
            documents,
            metadata,
            known,
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
        }
    }

    /// Encrypts, at the time `now`. What was decrypted and not changed gets the ciphertext that it had, if the key is the same.
    ///
    /// # Errors
    /// [`EncryptionError`].
    pub fn encrypt(mut self, key: &DataKey, now: Time, random: Random<'_>) -> Result<Encrypted, EncryptionError> {
        if self.documents.iter().any(|document| document.get(METADATA).is_some()) {
            return Err(EncryptionError::AlreadyEncrypted);
        }
        let cipher = Cipher::new(key);
        let selection = selection(&self.metadata)?;
        let hash = values::encrypt(&mut self.documents, &cipher, &selection, &mut self.known, random)?;
        self.metadata.last_modified = now;
        let modified = seconds_text(&now);
        let nonce = self.known.take(&modified, Kind::Text, hash.as_bytes());
        let nonce = nonce.unwrap_or_else(|| values::fresh_nonce(random));
        self.metadata.mac = cipher.encrypt(&Scalar::text(hash), &modified, &nonce);
        Ok(Encrypted {
            documents: self.documents,
            metadata: self.metadata,
        })
    }

    /// Forgets the ciphertexts, as for a new data key.
    pub fn forget(&mut self) {
        self.known = Known::default();
    }
}

/// Documents without usable metadata.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotEncrypted {
    /// There is a `sops`, and something is wrong with it.
    #[error(transparent)]
    Metadata(#[from] MetadataError),
    /// There is no mapping `sops`.
    #[error("sops metadata not found")]
    Missing,
}

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
    /// There is a key `sops` already.
    #[error("the file is already encrypted, or has a key `sops` of its own")]
    AlreadyEncrypted,
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

const METADATA: &str = "sops";
