//! Key Secrets, wherever they are.

use std::path::PathBuf;

use serde::Deserialize;
use signet_api::{ObjectMeta, Reading, Secret, annotations, http, manifest};
use signet_document::Document;
use signet_sealing_keys::{KeyOrder, Keyring, SealingKey, SealingKeyError, key_secret};
use zeroize::Zeroizing;

use super::error::KeysError;
use crate::{
    io::{
        cluster::{ApiServer, Service},
        input::{DocumentError, Input},
        request::Request,
        tree,
    },
    report::Errors,
};

/// Where key Secrets are.
pub(crate) enum Origin {
    /// The controller's namespace.
    Cluster(Box<Service>),
    /// Manifests in files and folders.
    Paths(Vec<PathBuf>),
}

/// A key Secret and the key in it.
pub(crate) struct Stored {
    pub(crate) secret: Secret,
    pub(crate) key: Result<std::sync::Arc<SealingKey>, SealingKeyError>,
}

/// A SecretList, as the API server answers.
#[derive(Deserialize)]
struct List {
    items: Vec<Secret>,
}

/// What a controller does with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// It opens.
    Active,
    /// It is not loaded, as it cannot be read.
    Malformed,
    /// It seals and opens.
    Newest,
    /// It is not loaded, as its label says.
    Retired,
}

impl State {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Malformed => "malformed",
            Self::Newest => "newest",
            Self::Retired => "retired",
        }
    }
}

impl Origin {
    /// All key Secrets that are there, newest first, each with what a controller does with it.
    ///
    /// # Errors
    /// Every path and document that cannot be read, or [`KeysError::NoKeys`].
    pub(crate) fn load(&self) -> Result<Vec<(Stored, State)>, Errors> {
        match self {
            Self::Cluster(service) => {
                let server = service.api_server().map_err(KeysError::Cluster)?;
                Ok(load_from(&server, &service.namespace)?)
            }
            Self::Paths(paths) => match load_paths(paths)? {
                stored if stored.is_empty() => Err(KeysError::NoKeys(describe(paths)).into()),
                stored => Ok(in_order(stored)),
            },
        }
    }
}

/// All key Secrets of a namespace of a cluster, as [`Origin::load`].
///
/// # Errors
/// [`KeysError`].
pub(crate) fn load_from(server: &ApiServer, namespace: &str) -> Result<Vec<(Stored, State)>, KeysError> {
    let path = http::labelled_secrets_path(namespace, annotations::SEALING_KEY);
    let body = server.send(&Request::get(&path)).map_err(KeysError::List)?;
    let body = Zeroizing::new(body);
    // The parser's message would quote what it read.
    let list: List = serde_json::from_slice(&body).map_err(|_| KeysError::NoList("key Secrets"))?;
    match list.items {
        items if items.is_empty() => Err(KeysError::NoKeys(format!("namespace {namespace}"))),
        items => Ok(in_order(items.into_iter().map(Stored::from).collect())),
    }
}

/// The one key that is meant: by the start of its fingerprint, or by the name of its Secret.
///
/// # Errors
/// [`KeysError::Unknown`] and [`KeysError::Ambiguous`].
pub(crate) fn find<'a>(keys: &'a [(Stored, State)], key: &str) -> Result<&'a (Stored, State), KeysError> {
    let wanted = key.strip_prefix("SHA256:").unwrap_or(key);
    let is_meant = |stored: &Stored| {
        let digest = stored.fingerprint().and_then(|text| text.strip_prefix("SHA256:"));
        let starts = digest.is_some_and(|digest| !wanted.is_empty() && digest.starts_with(wanted));
        starts || stored.secret.name() == key
    };
    let meant: Vec<_> = keys.iter().filter(|(stored, _)| is_meant(stored)).collect();
    match meant[..] {
        [found] => Ok(found),
        [] => Err(KeysError::Unknown(key.to_owned())),
        _ => Err(KeysError::Ambiguous(key.to_owned())),
    }
}

impl Stored {
    /// Of the key, if it can be read.
    pub(crate) fn fingerprint(&self) -> Option<&str> {
        self.key.as_ref().ok().map(|key| key.fingerprint().as_str())
    }
}

/// Every key Secret in the documents of an input. With `labelled`, those without the label are none.
pub(crate) fn read(input: &Input, labelled: bool) -> Result<Vec<Stored>, Vec<DocumentError>> {
    let (mut stored, mut errors) = (Vec::new(), Vec::new());
    for document in input.documents() {
        let document = match document {
            Ok(document) => document,
            // In a folder there is more than key Secrets, and what is malformed there is not ours to judge.
            Err(_) if labelled => break,
            Err(error) => {
                errors.push(error);
                break;
            }
        };
        let items = manifest::list_items(&document).unwrap_or_else(|| vec![document]);
        for item in items {
            match read_object(input, &item, labelled) {
                Ok(found) => stored.extend(found),
                Err(error) => errors.push(error),
            }
        }
    }
    if errors.is_empty() { Ok(stored) } else { Err(errors) }
}

impl From<Secret> for Stored {
    fn from(secret: Secret) -> Self {
        let key = key_secret::decode(&secret).map(Into::into);
        Self { secret, key }
    }
}

fn load_paths(paths: &[PathBuf]) -> Result<Vec<Stored>, Errors> {
    let mut errors = Errors::default();
    let mut stored = Vec::new();
    for path in paths {
        // Of a file that is named, the person knows that it holds keys.
        let labelled = path.is_dir();
        let (sources, unlisted) = tree::sources(std::slice::from_ref(path));
        unlisted.into_iter().for_each(|error| errors.push(error));
        for source in &sources {
            match Input::read(source) {
                Ok(input) => match read(&input, labelled) {
                    Ok(found) => stored.extend(found),
                    Err(faults) => faults.into_iter().for_each(|error| errors.push(error)),
                },
                Err(error) => errors.push(error),
            }
        }
    }
    errors.into_result()?;
    Ok(stored)
}

fn read_object(input: &Input, document: &Document, labelled: bool) -> Result<Option<Stored>, DocumentError> {
    if manifest::kind(document).as_deref() != Some("Secret") {
        return Ok(None);
    }
    let secret = Secret::from_document(document, Reading::AsKubeseal).map_err(|error| input.malformed(&error))?;
    let is_key = label(&secret.metadata).is_some() || (!labelled && secret.data.contains_key(key_secret::PRIVATE_KEY));
    Ok(is_key.then(|| secret.into()))
}

fn in_order(mut stored: Vec<Stored>) -> Vec<(Stored, State)> {
    let is_active =
        |stored: &Stored| label(&stored.secret.metadata).is_none_or(|value| value == annotations::KEY_ACTIVE);
    let keys = stored.iter().filter(|stored| is_active(stored));
    let keyring = Keyring::new(
        keys.filter_map(|stored| stored.key.as_ref().ok().cloned()),
        KeyOrder::default(),
    );
    let newest = keyring.newest().map(|key| key.fingerprint().clone());
    let age = |stored: &Stored| {
        let from = stored.key.as_ref().ok().map(|key| key.certificate().not_before());
        (std::cmp::Reverse(from), stored.secret.name().to_owned())
    };
    stored.sort_by_key(age);
    let states = stored.into_iter().map(|stored| {
        let state = match &stored.key {
            Err(_) => State::Malformed,
            Ok(_) if !is_active(&stored) => State::Retired,
            Ok(key) if newest.as_ref() == Some(key.fingerprint()) => State::Newest,
            Ok(_) => State::Active,
        };
        (stored, state)
    });
    states.collect()
}

fn label(metadata: &ObjectMeta) -> Option<&str> {
    metadata
        .labels
        .as_ref()?
        .get(annotations::SEALING_KEY)
        .map(String::as_str)
}

fn describe(paths: &[PathBuf]) -> String {
    let names: Vec<_> = paths.iter().map(|path| path.display().to_string()).collect();
    names.join(", ")
}
