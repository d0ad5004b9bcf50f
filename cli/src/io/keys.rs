use std::{
    cmp::Reverse,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use signet_api::{Reading, SealedSecret, Secret};
use signet_document::{Document, Limits, Value, read, write_json};
use signet_plaintext::Plaintext;
use signet_seal::{label, open_value};
use signet_sealing_keys::{Certificate, PrivateKey, PrivateKeyError, SealingKeyError, key_secret};

use super::{
    file::FileError,
    input::{DocumentError, Input, Source},
    parallel,
};

/// The private keys of some files, each PEM or manifests of key Secrets, or a List of them. No key twice.
///
/// # Errors
/// [`KeyError`], one for each file that holds no keys.
pub(crate) fn load(paths: &[PathBuf]) -> Result<Vec<PrivateKey>, Vec<KeyError>> {
    let dated = load_dated(paths)?;
    Ok(dated.into_iter().map(|dated| dated.key).collect())
}

/// A private key, and since when it seals, where its certificate stands beside it.
pub(crate) struct Dated {
    pub(crate) key: PrivateKey,
    pub(crate) since: Option<Timestamp>,
}

/// As [`load`], with the keys' dates.
///
/// # Errors
/// As [`load`].
pub(crate) fn load_dated(paths: &[PathBuf]) -> Result<Vec<Dated>, Vec<KeyError>> {
    Stored::read(paths)?.decode()
}

/// The files' keys, as they are stored.
pub(crate) struct Stored(Vec<StoredKey>);

struct StoredKey {
    /// The path of the file that it is in, by its place among those given.
    file: usize,
    /// The file, and where in it.
    place: String,
    private_key: Plaintext,
    is_bare: bool,
    since: Option<Timestamp>,
}

impl Stored {
    /// Reads the files, but not the keys.
    ///
    /// # Errors
    /// [`KeyError`], one for each file that holds no keys.
    pub(crate) fn read(paths: &[PathBuf]) -> Result<Self, Vec<KeyError>> {
        let (mut keys, mut errors) = (Vec::new(), Vec::new());
        for (file, path) in paths.iter().enumerate() {
            match read_file(file, path) {
                Ok(read) => keys.extend(read),
                Err(error) => errors.push(error),
            }
        }
        if errors.is_empty() { Ok(Self(keys)) } else { Err(errors) }
    }

    /// All keys, none twice.
    ///
    /// # Errors
    /// [`KeyError`], the first of each file.
    pub(crate) fn decode(&self) -> Result<Vec<Dated>, Vec<KeyError>> {
        let mut keys: Vec<Dated> = Vec::new();
        let mut errors = Vec::new();
        let mut bad_file = None;
        // That the numbers of a key belong together takes longer to see than all else.
        for (stored, decoded) in self.0.iter().zip(parallel::map(&self.0, StoredKey::decode)) {
            match decoded {
                Ok(key) if keys.iter().all(|known| known.key.fingerprint() != key.fingerprint()) => {
                    keys.push(Dated {
                        key,
                        since: stored.since,
                    });
                }
                Ok(_) => {}
                Err(error) if bad_file != Some(stored.file) => {
                    bad_file = Some(stored.file);
                    errors.push(error);
                }
                Err(_) => {}
            }
        }
        if errors.is_empty() { Ok(keys) } else { Err(errors) }
    }

    /// Does the work with the newest key alone, which most is sealed to, if it opens the first item of `inputs`; where that does not do, with
    /// all, the newest first.
    ///
    /// # Errors
    /// [`KeyError`] as [`Stored::decode`], or those of the work with all keys.
    pub(crate) fn open<T, E>(
        &self,
        inputs: &[Input],
        damaged: impl FnOnce(Vec<KeyError>) -> E,
        work: impl Fn(&[PrivateKey]) -> Result<T, E>,
    ) -> Result<T, E> {
        let newest = self.0.iter().max_by_key(|stored| stored.since);
        if let Some(Ok(key)) = newest.filter(|_| self.0.len() > 1).map(StoredKey::decode)
            && opens_first(&key, inputs)
            && let Ok(done) = work(&[key])
        {
            return Ok(done);
        }
        let mut keys = self.decode().map_err(damaged)?;
        keys.sort_by_key(|dated| Reverse(dated.since));
        let keys: Vec<_> = keys.into_iter().map(|dated| dated.key).collect();
        work(&keys)
    }
}

impl StoredKey {
    fn decode(&self) -> Result<PrivateKey, KeyError> {
        PrivateKey::from_pem(self.private_key.expose()).map_err(|fault| match self.is_bare {
            true => KeyError::Key {
                place: self.place.clone(),
                fault,
            },
            false => KeyError::Item {
                place: self.place.clone(),
                fault: SealingKeyError::PrivateKey(fault),
            },
        })
    }
}

/// A file without the keys that it should hold.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeyError {
    #[error(transparent)]
    Document(#[from] DocumentError),
    #[error(transparent)]
    File(#[from] FileError),
    #[error("{place}: {fault}")]
    Item { place: String, fault: SealingKeyError },
    #[error("{place}: {fault}")]
    Key { place: String, fault: PrivateKeyError },
    /// A Secret without an item for the key.
    #[error("{place}: there is no tls.key in the Secret")]
    NoItem { place: String },
    #[error("{}: there is no private key in it", .0.display())]
    None(PathBuf),
}

fn read_file(file: usize, path: &Path) -> Result<Vec<StoredKey>, KeyError> {
    let input = Input::read(&Source::File(path.to_owned()))?;
    if is_pem(input.text()) {
        return Ok(vec![StoredKey {
            file,
            place: input.name().to_owned(),
            private_key: Plaintext::from(input.text().to_vec()),
            is_bare: true,
            since: None,
        }]);
    }
    let mut keys = Vec::new();
    for document in input.documents() {
        let document = document?;
        match items(&document) {
            Some(items) => {
                for (index, item) in items.iter().enumerate() {
                    keys.push(read_secret(file, &input, item, &format!(" items.{index}"))?);
                }
            }
            None => keys.push(read_secret(file, &input, &document, "")?),
        }
    }
    if keys.is_empty() {
        return Err(KeyError::None(path.to_owned()));
    }
    Ok(keys)
}

/// Whether the key opens the first item that there is: those behind it would each cost as much to try in vain.
fn opens_first(key: &PrivateKey, inputs: &[Input]) -> bool {
    let documents = inputs.iter().flat_map(Input::documents).filter_map(Result::ok);
    let mut sealed = documents.filter_map(|document| SealedSecret::from_document(&document, Reading::AsKubeseal).ok());
    sealed.next().is_some_and(|sealed| {
        let label = label(sealed.scope(), sealed.namespace(), sealed.name());
        let mut items = sealed.spec.encrypted_data.values();
        items.next().is_none_or(|item| open_value(item, &[key], &label).is_ok())
    })
}

/// Whether a line starts a PEM block. In a manifest the blocks are indented.
fn is_pem(text: &[u8]) -> bool {
    text.split(|byte| *byte == b'\n')
        .any(|line| line.starts_with(b"-----BEGIN "))
}

fn read_secret(file: usize, input: &Input, document: &Document, item: &str) -> Result<StoredKey, KeyError> {
    let mut secret = Secret::from_document(document, Reading::AsKubeseal).map_err(|error| input.malformed(&error))?;
    let place = format!("{}:{}:{item} {}", input.name(), document.start, secret.name());
    let Some(private_key) = secret.data.remove(key_secret::PRIVATE_KEY) else {
        return Err(KeyError::NoItem { place });
    };
    let certificate = secret.data.get(key_secret::CERTIFICATE);
    let certificate = certificate.and_then(|certificate| Certificate::from_pem(certificate.expose()).ok());
    Ok(StoredKey {
        file,
        place,
        private_key,
        is_bare: false,
        since: certificate.map(|certificate| certificate.not_before()),
    })
}

/// The objects of a List, each as a document of its own; nothing where it is none.
fn items(document: &Document) -> Option<Vec<Document>> {
    let Value::Mapping(mapping) = &document.root.value else {
        return None;
    };
    let Value::Sequence(items) = &mapping.get_folded("items")?.value else {
        return None;
    };
    let documents = items.iter().filter_map(|item| {
        let text = write_json(item);
        let mut item = read(text.as_bytes(), &Limits::default()).next()?.ok()?;
        item.start = document.start;
        Some(item)
    });
    Some(documents.collect())
}
