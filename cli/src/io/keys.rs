use std::path::{Path, PathBuf};

use jiff::Timestamp;
use signet_api::{Reading, Secret};
use signet_document::{Document, Limits, Value, read, write_json};
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
    let mut keys: Vec<Dated> = Vec::new();
    let mut errors = Vec::new();
    for path in paths {
        match load_file(path) {
            Ok(loaded) => {
                for dated in loaded {
                    if keys
                        .iter()
                        .all(|known| known.key.fingerprint() != dated.key.fingerprint())
                    {
                        keys.push(dated);
                    }
                }
            }
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(keys) } else { Err(errors) }
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

fn load_file(path: &Path) -> Result<Vec<Dated>, KeyError> {
    let input = Input::read(&Source::File(path.to_owned()))?;
    if is_pem(input.text()) {
        let key = PrivateKey::from_pem(input.text()).map_err(|fault| KeyError::Key {
            place: input.name().to_owned(),
            fault,
        })?;
        return Ok(vec![Dated { key, since: None }]);
    }
    let mut objects = Vec::new();
    for document in input.documents() {
        let document = document?;
        match items(&document) {
            Some(items) => objects.extend(
                items
                    .into_iter()
                    .enumerate()
                    .map(|(index, item)| (item, format!(" items.{index}"))),
            ),
            None => objects.push((document, String::new())),
        }
    }
    // That a key is consistent takes longer to see than all else.
    let keys = parallel::map(&objects, |(object, item)| decode(&input, object, item));
    let keys = keys.into_iter().collect::<Result<Vec<_>, _>>()?;
    if keys.is_empty() {
        return Err(KeyError::None(path.to_owned()));
    }
    Ok(keys)
}

/// Whether a line starts a PEM block. In a manifest the blocks are indented.
fn is_pem(text: &[u8]) -> bool {
    text.split(|byte| *byte == b'\n')
        .any(|line| line.starts_with(b"-----BEGIN "))
}

fn decode(input: &Input, document: &Document, item: &str) -> Result<Dated, KeyError> {
    let secret = Secret::from_document(document, Reading::AsKubeseal).map_err(|error| input.malformed(&error))?;
    let place = || format!("{}:{}:{item} {}", input.name(), document.start, secret.name());
    if !secret.data.contains_key(key_secret::PRIVATE_KEY) {
        return Err(KeyError::NoItem { place: place() });
    }
    let certificate = secret.data.get(key_secret::CERTIFICATE);
    let certificate = certificate.and_then(|certificate| Certificate::from_pem(certificate.expose()).ok());
    let key = key_secret::decode_private_key(&secret).map_err(|fault| KeyError::Item { place: place(), fault })?;
    Ok(Dated {
        key,
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
