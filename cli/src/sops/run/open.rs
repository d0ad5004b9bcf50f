//! From an encrypted file to its values.

use std::path::Path;

use jiff::{Timestamp, tz::Offset};
use signet_document::tree::{Time, TreeFormat};
use signet_master_keys::{DecryptionOrder, DuplicateKind, UnwrapError, unwrap};
use signet_plaintext::DataKey;
use signet_sops::{DecryptionError, Encrypted, EncryptionError, Metadata, Plain};

use super::{
    document::{Text, bytes, read_encrypted},
    log::warn,
    session::Session,
};
use zeroize::Zeroizing;

use crate::sops::{
    Error, Exit,
    command::{KeyServices, Opening},
};

/// A file whose values can be read. Without `Debug`: they can.
pub(super) struct Opened {
    pub(super) text: Text,
    pub(super) plain: Plain,
    pub(super) key: DataKey,
}

/// How values are decrypted: [`Encrypted::decrypt`], or [`Encrypted::decrypt_to_read`] for who does not change them.
type Decrypt = fn(Encrypted, &DataKey) -> Result<Plain, DecryptionError>;

/// Opens a file, or standard input where there is none.
///
/// # Errors
/// It cannot be read, no key opens it, or it was changed.
pub(super) fn open(
    session: &Session,
    path: Option<&Path>,
    format: TreeFormat,
    opening: &Opening,
    decrypt: Decrypt,
) -> Result<Opened, Error> {
    let (text, encrypted) = read_encrypted(bytes(path)?, format)?;
    let key = data_key(session, &encrypted.metadata, &opening.order, &opening.services)?;
    let decrypt = if opening.ignore_mac {
        Encrypted::decrypt_unauthenticated
    } else {
        decrypt
    };
    let plain = decrypt(encrypted, &key).map_err(not_decrypted)?;
    Ok(Opened { text, plain, key })
}

/// The data key, or why there is none, as upstream reports it.
///
/// # Errors
/// The report.
pub(super) fn data_key(
    session: &Session,
    metadata: &Metadata,
    order: &[String],
    services: &KeyServices,
) -> Result<DataKey, Error> {
    let fail = |message: String| Error::new(Exit::CouldNotRetrieveKey, message);
    let order: DecryptionOrder = order
        .join(",")
        .parse()
        .map_err(|error: DuplicateKind| fail(error.to_string()))?;
    check_services(services).map_err(fail)?;
    let groups = &metadata.key_groups;
    let unwrapped = unwrap(groups, metadata.shamir_threshold, &order, &session.surroundings);
    unwrapped.map_err(|error| Error {
        brief: brief(&error),
        ..fail(error.to_string())
    })
}

/// Which keys failed and why, in one line.
fn brief(error: &UnwrapError) -> Option<String> {
    let UnwrapError::NotRecovered(report) = error else {
        return None;
    };
    let failures = report.groups.iter().filter_map(|group| group.as_ref().err()).flatten();
    let failures: Vec<_> = failures.map(|failure| failure.to_string().replace('\n', " ")).collect();
    Some(format!("no key at hand opens it: {}", failures.join("; ")))
}

/// Other key services than this program are to come.
///
/// # Errors
/// There is no other.
pub(super) fn check_services(services: &KeyServices) -> Result<(), String> {
    for service in &services.remote {
        warn(&format!("key service {service}: key services are not supported yet"));
    }
    match services.local {
        true => Ok(()),
        false => Err("no key service: the local one is turned off, and others are not supported yet".to_owned()),
    }
}

/// Why values do not decrypt, in upstream's words.
pub(super) fn not_decrypted(error: DecryptionError) -> Error {
    match error {
        DecryptionError::Mac { .. } => Error::new(Exit::MacMismatch, error.to_string()).hint(CHANGED),
        DecryptionError::MacUnreadable => {
            Error::new(Exit::MacMismatch, format!("Cannot decrypt MAC: {error}")).hint(CHANGED)
        }
        DecryptionError::NoMac => {
            Error::new(Exit::MacMismatch, "MAC mismatch. File has no MAC").hint("--ignore-mac decrypts it all the same")
        }
        DecryptionError::Pattern(error) => Error::new(Exit::Generic, format!("Error decrypting tree: {error}")),
        DecryptionError::Value(error) => {
            Error::new(Exit::ErrorDecryptingTree, format!("Error decrypting tree: {error}"))
        }
    }
}

/// Encrypts at this moment.
///
/// # Errors
/// A value that cannot be.
pub(super) fn encrypt(plain: Plain, key: &DataKey, now: Time) -> Result<Encrypted, Error> {
    let mut random = Random::default();
    let encrypted = plain.encrypt(key, now, &mut |bytes| random.fill(bytes));
    random.check()?;
    encrypted.map_err(|error| {
        let exit = match error {
            EncryptionError::Pattern(_) => Exit::Generic,
            EncryptionError::Value(_) => Exit::ErrorEncryptingTree,
        };
        Error::new(exit, format!("Error encrypting tree: {error}"))
    })
}

/// The system's random source, and whether it ever failed. It is asked for many bytes at once: a file has many nonces.
pub(super) struct Random {
    failed: bool,
    bytes: Zeroizing<[u8; 4096]>,
    /// Bytes that were given away.
    used: usize,
}

impl Default for Random {
    fn default() -> Self {
        let bytes = Zeroizing::new([0; 4096]);
        Self {
            failed: false,
            used: bytes.len(),
            bytes,
        }
    }
}

impl Random {
    pub(super) fn fill(&mut self, wanted: &mut [u8]) {
        if self.bytes.len() - self.used < wanted.len() {
            self.failed |= aws_lc_rs::rand::fill(&mut *self.bytes).is_err();
            self.used = 0;
        }
        let end = self.used + wanted.len();
        match self.bytes.get(self.used..end) {
            Some(bytes) => wanted.copy_from_slice(bytes),
            None => self.failed |= aws_lc_rs::rand::fill(wanted).is_err(),
        }
        self.used = end.min(self.bytes.len());
    }

    /// # Errors
    /// It failed; what was filled is not random.
    pub(super) fn check(&self) -> Result<(), Error> {
        match self.failed {
            true => Err(Error::new(Exit::Generic, "the system has no random numbers")),
            false => Ok(()),
        }
    }
}

/// This second, in UTC, as metadata have it.
pub(super) fn now() -> Time {
    let now = Timestamp::now();
    Time {
        timestamp: Timestamp::from_second(now.as_second()).unwrap_or(now),
        offset: Offset::UTC,
    }
}

const CHANGED: &str = "the file was changed by something else than sops; compare it with its history. --ignore-mac decrypts it all the same";
