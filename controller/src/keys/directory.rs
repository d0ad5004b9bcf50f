//! Sealing keys in a directory: a key Secret's manifest a file, so that `kubectl apply` takes them into a cluster and a cluster's backup is
//! loaded as it is.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    io,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use signet_api::{Reading, Secret, Time, annotations};
use signet_document::{Document, Limits, Node, Value, write_yaml};
use signet_sealing_keys::{Fingerprint, KeyOrder, Keyring, SealingKey, SealingKeyError, key_secret};
use tokio::{sync::watch, time::timeout};
use zeroize::Zeroizing;

use crate::{
    args::DEFAULT_KEY_PREFIX,
    files,
    metrics::Metrics,
    observe::directory::Watch,
    place::{KeyStore, PlaceError, StoredKey},
};

/// A directory of key Secrets that no other controller uses while this value lives.
pub(crate) struct KeyDirectory {
    path: PathBuf,
    // The lock is the directory's own: there is no file to be left behind.
    _lock: File,
}

/// The keys of a directory at one moment.
#[derive(Default)]
pub(crate) struct LoadedKeys {
    /// Those that loaded, now or from the same file before it was faulty, by file.
    pub(crate) keys: BTreeMap<PathBuf, Vec<Arc<SealingKey>>>,
    /// The others, in the order of their names.
    pub(crate) faults: Vec<KeyFault>,
}

impl LoadedKeys {
    fn keyring(&self) -> Keyring {
        Keyring::new(self.keys.values().flatten().cloned(), KeyOrder::default())
    }
}

/// A key file that does not load.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct KeyFault {
    /// The file's name.
    pub(crate) file: String,
    /// What is wrong with it; never what is in it.
    pub(crate) message: String,
}

impl KeyDirectory {
    /// Takes the directory for this process, and makes it with mode 0700 if there is none. What a killed process left unfinished is removed.
    ///
    /// # Errors
    /// [`KeyDirectoryError`].
    pub(crate) fn open(path: &Path) -> Result<Self, KeyDirectoryError> {
        let unusable = |error| KeyDirectoryError::Unusable(path.to_owned(), error);
        files::create_directories(path).map_err(unusable)?;
        let directory = File::open(path).map_err(unusable)?;
        let metadata = directory.metadata().map_err(unusable)?;
        if !metadata.is_dir() {
            return Err(unusable(io::Error::from(io::ErrorKind::NotADirectory)));
        }
        let mode = metadata.permissions().mode() & 0o7777;
        if mode & 0o077 != 0 {
            return Err(KeyDirectoryError::Open {
                path: path.to_owned(),
                mode,
            });
        }
        files::lock(&directory).map_err(|error| match error.kind() {
            io::ErrorKind::WouldBlock => KeyDirectoryError::InUse(path.to_owned()),
            _ => unusable(error),
        })?;
        files::remove_unfinished(path).map_err(unusable)?;
        Ok(Self {
            path: path.to_owned(),
            _lock: directory,
        })
    }

    /// Loads every key. A Secret whose label says that it is not active is left out. A file that is faulty now, such as one that is half
    /// copied, keeps the keys of `before` that it does not retire.
    ///
    /// # Errors
    /// The directory cannot be read.
    pub(crate) fn load(&self, before: &LoadedKeys) -> io::Result<LoadedKeys> {
        let mut names: Vec<_> = fs::read_dir(&self.path)?
            .map(|entry| entry.map(|entry| PathBuf::from(entry.file_name())))
            .collect::<Result<_, _>>()?;
        names.retain(|name| is_manifest(name));
        names.sort();
        let mut loaded = LoadedKeys::default();
        for name in names {
            let mut file = match read(&self.path.join(&name)) {
                Ok(file) => file,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => KeyFile {
                    faults: vec![format!("cannot be read: {error}")],
                    ..KeyFile::default()
                },
            };
            if !file.faults.is_empty() {
                file.keep(before.keys.get(&name).map_or(&[], Vec::as_slice));
            }
            let fault = |message| KeyFault {
                file: name.display().to_string(),
                message,
            };
            loaded.faults.extend(file.faults.into_iter().map(fault));
            loaded.keys.insert(name, file.active);
        }
        Ok(loaded)
    }

    /// Writes a new key under a name that begins with `prefix`, and gives back the file.
    ///
    /// # Errors
    /// Those of the file system. There is no new file then.
    pub(crate) fn store(&self, key: &SealingKey, prefix: &str) -> io::Result<PathBuf> {
        let name = format!("{prefix}{}", suffix(key.fingerprint()));
        let mut secret = key_secret::encode(key, "", "");
        secret.metadata.name = Some(name.clone());
        secret.metadata.namespace = None;
        secret.metadata.generate_name = None;
        secret.metadata.creation_timestamp = key.created().map(whole_seconds).map(Time);
        let path = self.path.join(format!("{name}.yaml"));
        files::create(&path, write_yaml(&secret.to_node()).as_bytes())?;
        Ok(path)
    }
}

impl KeyStore for Arc<KeyDirectory> {
    async fn store(&self, key: Arc<SealingKey>, _: &Keyring) -> Result<StoredKey, PlaceError> {
        // Two small writes, once a month: not worth a thread of their own.
        let stored = KeyDirectory::store(self, &key, DEFAULT_KEY_PREFIX);
        let path = stored.map_err(|error| PlaceError::Failed(format!("{}: {error}", self.path.display())))?;
        Ok(StoredKey {
            name: path.display().to_string(),
            fingerprint: key.fingerprint().clone(),
        })
    }
}

/// Keeps the keyring as the directory has it, for ever.
pub(crate) async fn observe(
    directory: Arc<KeyDirectory>,
    keyring: watch::Sender<Option<Arc<Keyring>>>,
    metrics: Metrics,
) {
    let mut watch = Watch::new();
    let (mut told, mut before) = (BTreeSet::new(), LoadedKeys::default());
    loop {
        watch.set([directory.path.clone()]);
        match directory.load(&before) {
            Ok(loaded) => {
                metrics.set_keys(&loaded.keyring(), loaded.faults.len());
                publish(&loaded, &keyring, &mut told);
                before = loaded;
            }
            Err(error) => {
                tracing::error!(directory = %directory.path.display(), %error, "Cannot read the sealing keys; those read before stay");
            }
        }
        let _ = timeout(LOOK, watch.changed()).await;
    }
}

fn publish(loaded: &LoadedKeys, keyring: &watch::Sender<Option<Arc<Keyring>>>, told: &mut BTreeSet<KeyFault>) {
    let faults: BTreeSet<_> = loaded.faults.iter().cloned().collect();
    for fault in faults.difference(told) {
        tracing::warn!(
            file = fault.file,
            error = fault.message,
            "A sealing key does not load; the others do, and one that its file held before stays"
        );
    }
    *told = faults;
    let new = loaded.keyring();
    let names = |ring: &Keyring| ring.iter().map(|key| key.fingerprint().clone()).collect::<Vec<_>>();
    keyring.send_if_modified(|current| {
        let is_other = current.as_ref().is_none_or(|current| names(current) != names(&new));
        if is_other {
            tracing::info!(keys = new.len(), "Keyring loaded");
            *current = Some(Arc::new(new));
        }
        is_other
    });
}

/// Why a directory cannot hold the sealing keys.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeyDirectoryError {
    /// Another controller has it.
    #[error("{}: is in use by another controller", .0.display())]
    InUse(PathBuf),
    /// Others can look into it.
    #[error("{}: has mode {mode:04o}, so that others than its owner reach the private keys", path.display())]
    Open {
        /// The directory.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// The file system refuses.
    #[error("{}: cannot be used", .0.display())]
    Unusable(PathBuf, #[source] io::Error),
}

impl KeyDirectoryError {
    /// What to try.
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Self::InUse(_) => Some("stop the other one, or give each its own directory".to_owned()),
            Self::Open { path, .. } => Some(format!("chmod 700 {}", path.display())),
            Self::Unusable(..) => None,
        }
    }
}

fn is_manifest(name: &Path) -> bool {
    let is_hidden = name.as_os_str().as_encoded_bytes().starts_with(b".");
    !is_hidden
        && name
            .extension()
            .is_some_and(|extension| ["yaml", "yml", "json"].iter().any(|known| extension == *known))
}

#[derive(Default)]
struct KeyFile {
    active: Vec<Arc<SealingKey>>,
    retired: Vec<Fingerprint>,
    faults: Vec<String>,
}

impl KeyFile {
    fn add(&mut self, document: &Document) {
        match key(document) {
            Ok(Key::Active(key)) => self.active.push(Arc::new(*key)),
            Ok(Key::Retired(fingerprint)) => self.retired.extend(fingerprint),
            Err(fault) => self.faults.push(fault),
        }
    }

    fn keep(&mut self, before: &[Arc<SealingKey>]) {
        for key in before {
            let is_known = self
                .active
                .iter()
                .any(|active| active.fingerprint() == key.fingerprint());
            if !is_known && !self.retired.contains(key.fingerprint()) {
                self.active.push(key.clone());
            }
        }
    }
}

enum Key {
    Active(Box<SealingKey>),
    /// Which one, if that can still be told.
    Retired(Option<Fingerprint>),
}

fn read(path: &Path) -> io::Result<KeyFile> {
    let bytes = Zeroizing::new(files::read(path, LIMITS.bytes)?);
    let mut file = KeyFile::default();
    for document in signet_document::read(&bytes, &LIMITS) {
        match document {
            Ok(document) => items(document).iter().for_each(|item| file.add(item)),
            Err(error) => file.faults.push(error.to_string()),
        }
    }
    if bytes.trim_ascii().is_empty() {
        file.faults.push("is empty".to_owned());
    }
    Ok(file)
}

/// The objects of a `List`, as `kubectl get -o yaml` writes several; else the document itself.
fn items(document: Document) -> Vec<Document> {
    let Value::Mapping(mapping) = &document.root.value else {
        return vec![document];
    };
    if mapping
        .get("kind")
        .and_then(Node::as_text)
        .is_none_or(|kind| kind.as_str() != "List")
    {
        return vec![document];
    }
    let Some(Value::Sequence(items)) = mapping.get("items").map(|items| &items.value) else {
        return Vec::new();
    };
    let item = |node| signet_document::read(write_yaml(node).as_bytes(), &LIMITS).next()?.ok();
    items.iter().filter_map(item).collect()
}

fn key(document: &Document) -> Result<Key, String> {
    let secret =
        Secret::from_document(document, Reading::Strict).map_err(|error| format!("{}: {error}", error.position()))?;
    let state = secret
        .metadata
        .labels
        .as_ref()
        .and_then(|labels| labels.get(annotations::SEALING_KEY));
    if state.is_some_and(|state| state != annotations::KEY_ACTIVE) {
        let retired = key_secret::decode(&secret).ok();
        return Ok(Key::Retired(retired.map(|key| key.fingerprint().clone())));
    }
    key_secret::decode(&secret)
        .map(|key| Key::Active(Box::new(key)))
        .map_err(|error: SealingKeyError| format!("{}: {error}", document.start))
}

/// What the API server would have appended to the name: five characters of its alphabet. They are drawn from the key, which is random.
fn suffix(fingerprint: &Fingerprint) -> String {
    let digest = fingerprint.as_str().bytes().skip("SHA256:".len());
    digest
        .take(5)
        .filter_map(|byte| SUFFIX_ALPHABET.chars().nth(usize::from(byte) % SUFFIX_ALPHABET.len()))
        .collect()
}

fn whole_seconds(time: jiff::Timestamp) -> jiff::Timestamp {
    jiff::Timestamp::from_second(time.as_second()).unwrap_or(time)
}

/// How often the directory is read though nothing was told.
const LOOK: Duration = Duration::from_secs(30);
/// `k8s.io/apimachinery/pkg/util/rand`: no vowels, so that no words come out.
const SUFFIX_ALPHABET: &str = "bcdfghjklmnpqrstvwxz2456789";
// A key Secret is about 8 KiB; a cluster's backup holds dozens.
const LIMITS: Limits = Limits {
    bytes: 16 << 20,
    depth: 100,
    nodes: 1_000_000,
};

#[cfg(test)]
mod tests {
    use std::fs::Permissions;

    use jiff::SignedDuration;
    use signet_sealing_keys::KeySize;
    use tempfile::TempDir;

    use super::*;

    fn new_key() -> SealingKey {
        let now = "2026-01-01T00:00:00.5Z".parse().expect("a time");
        SealingKey::generate(KeySize::Rsa2048, SignedDuration::from_hours(1), "", now).expect("a key")
    }

    fn load(directory: &KeyDirectory, before: &LoadedKeys) -> LoadedKeys {
        directory.load(before).expect("loaded")
    }

    fn private() -> TempDir {
        let directory = TempDir::new().expect("a directory");
        fs::set_permissions(directory.path(), Permissions::from_mode(0o700)).expect("chmod");
        directory
    }

    #[test]
    fn a_stored_key_is_loaded_again_in_upstreams_layout() {
        let root = private();
        let directory = KeyDirectory::open(&root.path().join("a/keys")).expect("open");
        let key = new_key();
        let path = directory.store(&key, "sealed-secrets-key").expect("stored");
        let name = path.file_stem().and_then(|name| name.to_str()).expect("a name");
        assert!(
            signet_api::is_subdomain(name) && name.len() == "sealed-secrets-key".len() + 5,
            "{name}"
        );
        assert_eq!(
            fs::metadata(&path).expect("metadata").permissions().mode() & 0o777,
            0o600
        );
        assert_eq!(
            fs::metadata(&directory.path).expect("metadata").permissions().mode() & 0o777,
            0o700
        );
        let text = fs::read_to_string(&path).expect("text");
        for part in [
            "apiVersion: v1\n",
            "kind: Secret\n",
            "type: kubernetes.io/tls\n",
            "sealedsecrets.bitnami.com/sealed-secrets-key: active\n",
            "creationTimestamp: \"2026-01-01T00:00:00Z\"\n",
            &format!("name: {name}\n"),
        ] {
            assert!(text.contains(part), "{part}");
        }
        let loaded = load(&directory, &LoadedKeys::default());
        let keys: Vec<_> = loaded.keys.values().flatten().collect();
        assert_eq!(
            keys.iter().map(|key| key.fingerprint()).collect::<Vec<_>>(),
            [key.fingerprint()]
        );
        assert_eq!(keys[0].created(), "2026-01-01T00:00:00Z".parse().ok());
    }

    #[test]
    fn lists_load_retired_keys_do_not_and_a_malformed_one_is_told() {
        let root = private();
        let directory = KeyDirectory::open(root.path()).expect("open");
        let path = directory.store(&new_key(), "key").expect("stored");
        let text = fs::read_to_string(&path).expect("text");
        fs::remove_file(&path).expect("removed");
        let item = text.replace('\n', "\n  ");
        fs::write(
            root.path().join("backup.yaml"),
            format!("apiVersion: v1\nkind: List\nitems:\n- {item}\n"),
        )
        .expect("written");
        fs::write(
            root.path().join("retired.yaml"),
            text.replace(": active", ": compromised"),
        )
        .expect("written");
        fs::write(root.path().join("cut.yaml"), &text[..text.len() / 2]).expect("written");
        fs::write(root.path().join("empty.yaml"), "").expect("written");
        fs::write(root.path().join("notes.txt"), "not a key").expect("written");
        let loaded = load(&directory, &LoadedKeys::default());
        assert_eq!(loaded.keys.values().flatten().count(), 1);
        let faulty: Vec<_> = loaded.faults.iter().map(|fault| fault.file.as_str()).collect();
        assert_eq!(faulty, ["cut.yaml", "empty.yaml"]);
    }

    #[test]
    fn a_faulty_file_keeps_its_key_until_it_retires_it_or_goes() {
        let root = private();
        let directory = KeyDirectory::open(root.path()).expect("open");
        let path = directory.store(&new_key(), "key").expect("stored");
        let text = fs::read_to_string(&path).expect("text");
        let whole = load(&directory, &LoadedKeys::default());
        let count = |loaded: &LoadedKeys| loaded.keys.values().flatten().count();
        let mut before = whole;
        for faulty in [&text[..text.len() / 2], "", "\""] {
            fs::write(&path, faulty).expect("written");
            before = load(&directory, &before);
            assert_eq!((count(&before), before.faults.len()), (1, 1), "{}", faulty.len());
        }
        let retired = text.replace(": active", ": compromised");
        fs::write(&path, format!("{retired}---\n\"\n")).expect("written");
        let loaded = load(&directory, &before);
        assert_eq!((count(&loaded), loaded.faults.len()), (0, 1));
        fs::remove_file(&path).expect("removed");
        assert_eq!(count(&load(&directory, &before)), 0);
    }

    #[test]
    fn a_directory_that_others_reach_is_refused_and_one_in_use_too() {
        let root = private();
        let _first = KeyDirectory::open(root.path()).expect("open");
        assert!(matches!(
            KeyDirectory::open(root.path()),
            Err(KeyDirectoryError::InUse(_))
        ));
        let other = TempDir::new().expect("a directory");
        fs::set_permissions(other.path(), Permissions::from_mode(0o750)).expect("chmod");
        let error = KeyDirectory::open(other.path()).err().expect("an error");
        assert!(
            error
                .to_string()
                .ends_with("has mode 0750, so that others than its owner reach the private keys"),
            "{error}"
        );
        assert_eq!(error.hint(), Some(format!("chmod 700 {}", other.path().display())));
    }
}
