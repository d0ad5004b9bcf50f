//! Keys that are given: in variables, and in keyrings of the form that GnuPG had before 2.1.

use std::path::{Path, PathBuf};

use sequoia_openpgp::{
    Cert, KeyHandle,
    cert::CertParser,
    packet::{
        Key,
        key::{SecretParts, UnspecifiedRole},
    },
    parse::Parse,
};

use super::InProcessError;
use crate::{
    Surroundings,
    file::{LONGEST_FILE, read},
};

/// Keys, public or with their secrets.
pub(super) struct Keyring(Vec<Cert>);

/// What is asked of keys.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Public,
    Secret,
}

/// A key with its secret, which may be locked.
pub(super) type SecretKey = Key<SecretParts, UnspecifiedRole>;

impl Keyring {
    /// All keys that are given.
    ///
    /// # Errors
    /// [`InProcessError::File`], [`InProcessError::Malformed`].
    pub(super) fn given(part: Part, surroundings: &Surroundings) -> Result<Self, InProcessError> {
        let given = |name| surroundings.variable(name).filter(|value| !value.is_empty());
        let mut certs = Vec::new();
        if let Some(text) = given(KEYS) {
            certs.extend(parse(KEYS, text.as_encoded_bytes())?);
        }
        if let Some(path) = given(KEY_FILE) {
            certs.extend(parse(KEY_FILE, &read(Path::new(path), LONGEST_FILE)?)?);
        }
        for path in old_keyrings(part, surroundings) {
            match read(&path, LONGEST_FILE) {
                Ok(bytes) => {
                    certs.extend(parse(&path.display().to_string(), &bytes)?);
                    break;
                }
                Err(error) if error.is_missing() => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(Self(certs))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The certificates that have a key of this name, as their first or another.
    pub(super) fn named<'a>(&'a self, handle: &'a KeyHandle) -> impl Iterator<Item = &'a Cert> {
        let has_it = move |cert: &&Cert| cert.keys().any(|key| key.key().key_handle().aliases(handle));
        self.0.iter().filter(has_it)
    }

    /// The secret keys of this name; all of them where a message does not say for whom it is. Expired ones decrypt what they once encrypted.
    pub(super) fn secrets(&self, recipient: Option<&KeyHandle>) -> Vec<SecretKey> {
        let keys = self.0.iter().flat_map(|cert| cert.keys().secret());
        let keys = keys.filter(|key| recipient.is_none_or(|handle| key.key().key_handle().aliases(handle)));
        keys.map(|key| key.key().clone()).collect()
    }
}

/// Where GnuPG had keys before 2.1. The first one that is there counts.
fn old_keyrings(part: Part, surroundings: &Surroundings) -> Vec<PathBuf> {
    let given = surroundings.variable("GNUPGHOME").filter(|path| !path.is_empty());
    let home = || surroundings.home.as_ref().map(|home| home.join(".gnupg"));
    let Some(folder) = given.map(PathBuf::from).or_else(home) else {
        return Vec::new();
    };
    match part {
        Part::Public => vec![folder.join("pubring.gpg")],
        Part::Secret => vec![folder.join("secring.gpg"), folder.join("pubring.gpg")],
    }
}

fn parse(location: &str, bytes: &[u8]) -> Result<Vec<Cert>, InProcessError> {
    let malformed = |reason: String| InProcessError::Malformed(location.to_owned(), reason);
    let mut certs = Vec::new();
    for block in blocks(bytes) {
        let parser = CertParser::from_bytes(block).map_err(|error| malformed(error.to_string()))?;
        for cert in parser {
            certs.push(cert.map_err(|error| malformed(error.to_string()))?);
        }
    }
    match certs.is_empty() {
        true => Err(malformed("nothing in it".to_owned())),
        false => Ok(certs),
    }
}

/// The armored blocks of a text one by one, of which the parser reads the first alone; or all of it, if it is in binary.
fn blocks(bytes: &[u8]) -> Vec<&[u8]> {
    let mut starts: Vec<_> = memchr::memmem::find_iter(bytes, BEGIN).collect();
    if starts.is_empty() {
        return vec![bytes];
    }
    starts.push(bytes.len());
    let blocks = starts.windows(2).filter_map(|ends| bytes.get(ends[0]..ends[1]));
    blocks.collect()
}

pub(super) const KEYS: &str = "SOPS_PGP_KEY";
pub(super) const KEY_FILE: &str = "SOPS_PGP_KEY_FILE";

const BEGIN: &[u8] = b"-----BEGIN PGP";
