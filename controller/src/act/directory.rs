//! Secrets as files: what a pod would see of them, or what `kubectl get` would show.
//!
//! ```text
//! --format files     SECRETS/<namespace>/<name>/<key>    and .signet.json beside the keys, which says whose it is
//! --format manifest  SECRETS/<namespace>/<name>.yaml     and a first line that says whose it is
//! ```
//!
//! A Secret appears, changes and goes as a whole. What does not say that it is ours is never touched.

mod files_layout;
mod manifest_layout;

use std::{
    collections::BTreeSet,
    fs::{self, File},
    hash::{DefaultHasher, Hash as _, Hasher as _},
    io,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use serde::{Deserialize, Serialize};
use signet_api::{ObjectMeta, Secret, is_data_key, is_label, is_subdomain};

use crate::{files, place::ObjectName};

/// A directory of Secrets that no other controller writes to while this value lives.
pub(crate) struct SecretDirectory {
    root: PathBuf,
    layout: Layout,
    /// What the log says of already.
    told: Mutex<BTreeSet<PathBuf>>,
    _lock: File,
}

/// How a Secret is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// A directory, and a file for each key.
    Files,
    /// One YAML manifest.
    Manifest,
}

/// A Secret of ours on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Made {
    /// Namespace.
    pub(crate) namespace: String,
    /// Name.
    pub(crate) name: String,
    /// The manifest that it was made from, relative to the directory of manifests.
    pub(crate) source: PathBuf,
    layout: Layout,
}

impl SecretDirectory {
    /// Takes the directory for this process, and makes it with mode 0700 if there is none. What a killed process left unfinished is removed.
    ///
    /// # Errors
    /// [`SecretDirectoryError`].
    pub(crate) fn open(root: &Path, layout: Layout) -> Result<Self, SecretDirectoryError> {
        let unusable = |error| SecretDirectoryError::Unusable(root.to_owned(), error);
        files::create_directories(root).map_err(unusable)?;
        let directory = File::open(root).map_err(unusable)?;
        files::lock(&directory).map_err(|error| match error.kind() {
            io::ErrorKind::WouldBlock => SecretDirectoryError::InUse(root.to_owned()),
            _ => unusable(error),
        })?;
        let opened = Self {
            root: root.to_owned(),
            layout,
            told: Mutex::default(),
            _lock: directory,
        };
        files::remove_unfinished(root).map_err(unusable)?;
        for namespace in opened.namespaces().map_err(unusable)? {
            let removed = files::remove_unfinished(&namespace);
            opened.or_none(&namespace, removed);
        }
        Ok(opened)
    }

    /// The directories whose changes may be changes of Secrets: this one, that of each namespace, and what stands in them.
    ///
    /// # Errors
    /// Those of the file system.
    pub(crate) fn directories(&self) -> io::Result<Vec<PathBuf>> {
        let mut directories = self.namespaces()?;
        for namespace in directories.clone() {
            let found = subdirectories(&namespace, is_subdomain);
            directories.extend(self.or_none(&namespace, found).unwrap_or_default());
        }
        directories.push(self.root.clone());
        Ok(directories)
    }

    /// The Secret of that name as it is on disk, whoever made it; one that is not ours has no owner.
    ///
    /// # Errors
    /// [`SecretFileError`].
    pub(crate) fn read(&self, namespace: &str, name: &str) -> Result<Option<Secret>, SecretFileError> {
        check_names(namespace, name)?;
        self.has_namespace(namespace)?;
        let path = self.path(self.layout, namespace, name);
        let Some(metadata) = exists(&path)? else {
            return Ok(None);
        };
        let secret = match self.layout {
            Layout::Files => files_layout::read(&path, &metadata)?,
            Layout::Manifest => manifest_layout::read(&path, &metadata)?,
        };
        Ok(Some(secret.unwrap_or_else(|| foreign(namespace, name))))
    }

    /// A number that changes when the Secret on disk does, whoever changes it; telling costs no opening of files.
    pub(crate) fn signature(&self, namespace: &str, name: &str) -> u64 {
        let path = self.path(self.layout, namespace, name);
        let mut hasher = DefaultHasher::new();
        hash_entry(&path, &mut hasher);
        let mut entries: Vec<_> = fs::read_dir(&path)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .collect();
        entries.sort();
        for entry in entries {
            hash_entry(&entry, &mut hasher);
        }
        hasher.finish()
    }

    /// Writes a Secret: `is_new` if there must be none of that name.
    ///
    /// # Errors
    /// [`SecretFileError`]. What was there is then still there.
    pub(crate) fn write(&self, secret: Secret, source: &Path, is_new: bool) -> Result<(), SecretFileError> {
        check_names(secret.namespace(), secret.name())?;
        check_keys(&secret, self.layout)?;
        if !self.has_namespace(secret.namespace())? {
            files::create_directories(&self.root.join(secret.namespace()))?;
        }
        let path = self.path(self.layout, secret.namespace(), secret.name());
        match self.layout {
            Layout::Files => files_layout::write(&path, secret, source, is_new),
            Layout::Manifest => manifest_layout::write(&path, secret, source, is_new),
        }
    }

    /// Every Secret of ours, in either layout. One that was made without an owner is nobody's and not among them, and neither is what
    /// cannot be read.
    ///
    /// # Errors
    /// The directory itself cannot be read.
    pub(crate) fn made(&self) -> io::Result<Vec<Made>> {
        let mut made = Vec::new();
        for directory in self.namespaces()? {
            let entries = fs::read_dir(&directory).and_then(Iterator::collect::<io::Result<Vec<_>>>);
            for entry in self.or_none(&directory, entries).unwrap_or_default() {
                let found = made_at(&directory, &entry);
                made.extend(self.or_none(&entry.path(), found).flatten());
            }
        }
        made.sort_by(|one, other| (&one.namespace, &one.name).cmp(&(&other.namespace, &other.name)));
        Ok(made)
    }

    /// Whether the Secret is in the layout that this directory does not have now.
    pub(crate) fn is_stale(&self, made: &Made) -> bool {
        made.layout != self.layout
    }

    /// Notes from which file a Secret of ours is made now.
    ///
    /// # Errors
    /// [`SecretFileError`].
    pub(crate) fn set_source(&self, namespace: &str, name: &str, source: &Path) -> Result<(), SecretFileError> {
        let path = self.path(self.layout, namespace, name);
        match self.layout {
            Layout::Files => files_layout::set_source(&path, source),
            Layout::Manifest => manifest_layout::set_source(&path, source),
        }
    }

    /// Removes a Secret of ours.
    ///
    /// # Errors
    /// Those of the file system. The Secret is then still there.
    pub(crate) fn remove(&self, made: &Made) -> io::Result<()> {
        let path = self.path(made.layout, &made.namespace, &made.name);
        match made.layout {
            Layout::Files => files_layout::remove(&path),
            Layout::Manifest => fs::remove_file(&path).and_then(|()| files::sync(&self.root.join(&made.namespace))),
        }
    }

    /// Nothing where `path` cannot be read: it is somebody else's, and in nobody's way. The log says so once.
    fn or_none<T>(&self, path: &Path, read: io::Result<T>) -> Option<T> {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        match read {
            Ok(read) => {
                told.remove(path);
                return Some(read);
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => {
                if told.insert(path.to_owned()) {
                    tracing::warn!(path = %path.display(), %error, "Cannot read an entry, which counts as somebody else's");
                }
            }
        }
        None
    }

    fn namespaces(&self) -> io::Result<Vec<PathBuf>> {
        subdirectories(&self.root, is_label)
    }

    /// Whether there is a directory for the namespace.
    fn has_namespace(&self, namespace: &str) -> Result<bool, SecretFileError> {
        let path = self.root.join(namespace);
        match exists(&path)? {
            Some(metadata) if !metadata.is_dir() => Err(SecretFileError::NotDirectory(path)),
            found => Ok(found.is_some()),
        }
    }

    fn path(&self, layout: Layout, namespace: &str, name: &str) -> PathBuf {
        let namespace = self.root.join(namespace);
        match layout {
            Layout::Files => namespace.join(name),
            Layout::Manifest => namespace.join(format!("{name}{EXTENSION}")),
        }
    }
}

impl Made {
    /// Its namespace and name.
    pub(crate) fn object(&self) -> ObjectName {
        ObjectName {
            namespace: self.namespace.clone(),
            name: self.name.clone(),
        }
    }
}

/// Why a directory cannot hold the Secrets.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SecretDirectoryError {
    /// Another controller has it.
    #[error("{}: is in use by another controller", .0.display())]
    InUse(PathBuf),
    /// The file system refuses.
    #[error("{}: cannot be used", .0.display())]
    Unusable(PathBuf, #[source] io::Error),
}

/// Why a Secret on disk can be neither read nor written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SecretFileError {
    /// The file system cannot put one directory in the place of another in one step.
    #[error(
        "the file system cannot exchange directories, which the files format needs to change a Secret as a whole; --format manifest does not"
    )]
    Exchange,
    /// The file system refuses.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// What would become a path is not a name of Kubernetes.
    #[error("{what} {name:?} cannot be a file's name")]
    Name {
        /// What it names.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// Something else has the name of a namespace's directory.
    #[error("{}: is not a directory", .0.display())]
    NotDirectory(PathBuf),
    /// The Secret cannot be written as text.
    #[error("the metadata of the Secret cannot be written as JSON")]
    Unwritable,
}

/// What a Secret on disk says beside its values.
#[derive(Serialize, Deserialize)]
struct Marker {
    /// The manifest that it was made from.
    source: PathBuf,
    /// Name, namespace, labels, annotations and owner; the manifest layout has the owner only.
    metadata: ObjectMeta,
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    type_: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    immutable: Option<bool>,
}

impl Marker {
    fn is_owned(&self) -> bool {
        self.metadata
            .owner_references
            .as_ref()
            .is_some_and(|owners| !owners.is_empty())
    }
}

fn foreign(namespace: &str, name: &str) -> Secret {
    let mut secret = Secret::default();
    secret.metadata.namespace = Some(namespace.to_owned());
    secret.metadata.name = Some(name.to_owned());
    secret
}

fn made_at(directory: &Path, entry: &fs::DirEntry) -> io::Result<Option<Made>> {
    let (Some(namespace), Ok(file)) = (
        directory.file_name().and_then(|name| name.to_str()),
        entry.file_name().into_string(),
    ) else {
        return Ok(None);
    };
    let (layout, name, marker) = match file.strip_suffix(EXTENSION) {
        _ if entry.file_type()?.is_dir() => (Layout::Files, file.as_str(), files_layout::marker(&entry.path())?),
        Some(name) if entry.file_type()?.is_file() => (Layout::Manifest, name, manifest_layout::marker(&entry.path())?),
        _ => return Ok(None),
    };
    Ok(marker
        .filter(|_| is_subdomain(name))
        .filter(Marker::is_owned)
        .map(|marker| Made {
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            source: marker.source,
            layout,
        }))
}

fn hash_entry(path: &Path, hasher: &mut DefaultHasher) {
    path.hash(hasher);
    match fs::symlink_metadata(path) {
        Ok(metadata) => {
            (metadata.ino(), metadata.mode(), metadata.len()).hash(hasher);
            (
                metadata.mtime(),
                metadata.mtime_nsec(),
                metadata.ctime(),
                metadata.ctime_nsec(),
            )
                .hash(hasher);
        }
        Err(error) => error.kind().hash(hasher),
    }
}

/// The directories in `directory` with such names; links to directories are none.
fn subdirectories(directory: &Path, is_name: fn(&str) -> bool) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) && entry.file_name().to_str().is_some_and(is_name) {
            found.push(entry.path());
        }
    }
    Ok(found)
}

fn exists(path: &Path) -> io::Result<Option<fs::Metadata>> {
    match fs::symlink_metadata(path) {
        Ok(metadata) => Ok(Some(metadata)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn check_names(namespace: &str, name: &str) -> Result<(), SecretFileError> {
    for (what, name, is_valid) in [
        ("namespace", namespace, is_label(namespace)),
        ("name", name, is_subdomain(name)),
    ] {
        if !is_valid {
            return Err(SecretFileError::Name {
                what,
                name: name.to_owned(),
            });
        }
    }
    Ok(())
}

fn check_keys(secret: &Secret, layout: Layout) -> Result<(), SecretFileError> {
    let is_taken = |key: &str| layout == Layout::Files && key == files_layout::MARKER;
    match secret.data.keys().find(|key| !is_data_key(key) || is_taken(key)) {
        Some(key) => Err(SecretFileError::Name {
            what: "key",
            name: key.clone(),
        }),
        None => Ok(()),
    }
}

/// Far above what etcd takes.
const LIMIT: usize = 64 << 20;
const EXTENSION: &str = ".yaml";

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use signet_api::OwnerReference;
    use signet_plaintext::Plaintext;
    use tempfile::TempDir;

    use super::*;

    const LAYOUTS: [Layout; 2] = [Layout::Files, Layout::Manifest];

    fn secret(value: &str) -> Secret {
        let mut secret = foreign("team", "app.example");
        secret.metadata.labels = Some([("on".to_owned(), "0123".to_owned())].into());
        secret.metadata.owner_references = Some(vec![OwnerReference {
            uid: "u".into(),
            controller: Some(true),
            ..OwnerReference::default()
        }]);
        secret.type_ = Some("kubernetes.io/tls".into());
        secret.immutable = Some(false);
        for (key, value) in [("password", value.as_bytes()), ("empty", b""), ("binary", b"\0\xff\n")] {
            secret.data.insert(key.to_owned(), Plaintext::from(value.to_vec()));
        }
        secret
    }

    fn open(root: &TempDir, layout: Layout) -> SecretDirectory {
        SecretDirectory::open(&root.path().join("secrets"), layout).expect("open")
    }

    fn read(directory: &SecretDirectory) -> Secret {
        directory.read("team", "app.example").expect("read").expect("a Secret")
    }

    fn same(one: &Secret, other: &Secret) -> bool {
        let data = |secret: &Secret| {
            secret
                .data
                .iter()
                .map(|(key, value)| (key.clone(), value.expose().to_vec()))
                .collect::<Vec<_>>()
        };
        data(one) == data(other)
            && one.metadata == other.metadata
            && (&one.type_, one.immutable) == (&other.type_, other.immutable)
    }

    #[test]
    fn what_is_written_is_read_back() {
        for layout in LAYOUTS {
            let root = TempDir::new().expect("a directory");
            let directory = open(&root, layout);
            assert!(directory.read("team", "app.example").expect("read").is_none());
            for (value, is_new) in [("one", true), ("two", false)] {
                directory
                    .write(secret(value), Path::new("a.yaml"), is_new)
                    .expect("written");
                assert!(same(&read(&directory), &secret(value)), "{layout:?}");
            }
            let made = directory.made().expect("made");
            directory
                .set_source("team", "app.example", Path::new("b.yaml"))
                .expect("noted");
            assert!(same(&read(&directory), &secret("two")), "{layout:?}");
            assert_eq!(directory.made().expect("made")[0].source, Path::new("b.yaml"));
            assert_eq!(
                made.iter()
                    .map(|made| (made.name.as_str(), made.source.as_path()))
                    .collect::<Vec<_>>(),
                [("app.example", Path::new("a.yaml"))]
            );
            directory.remove(&made[0]).expect("removed");
            assert_eq!(
                fs::read_dir(root.path().join("secrets/team")).expect("read").count(),
                0,
                "{layout:?}"
            );
        }
    }

    #[test]
    fn nobody_else_can_look() {
        let root = TempDir::new().expect("a directory");
        let directory = open(&root, Layout::Files);
        directory
            .write(secret("one"), Path::new("a.yaml"), true)
            .expect("written");
        let mode = |path: &str| {
            fs::metadata(root.path().join(path))
                .expect("metadata")
                .permissions()
                .mode()
                & 0o777
        };
        for path in ["secrets", "secrets/team", "secrets/team/app.example"] {
            assert_eq!(mode(path), 0o700, "{path}");
        }
        for key in ["password", "empty", ".signet.json"] {
            assert_eq!(mode(&format!("secrets/team/app.example/{key}")), 0o600, "{key}");
        }
    }

    #[test]
    fn what_is_not_ours_has_no_owner_and_is_never_listed() {
        let root = TempDir::new().expect("a directory");
        let outside = TempDir::new().expect("a directory");
        for layout in LAYOUTS {
            let directory = open(&root, layout);
            let path = directory.path(layout, "team", "app.example");
            files::create_directories(&root.path().join("secrets/team")).expect("a directory");
            let make: [&dyn Fn(); 3] = [
                &|| fs::create_dir(&path).expect("a directory"),
                &|| fs::write(&path, "kind: Secret").expect("a file"),
                &|| symlink(outside.path(), &path).expect("a link"),
            ];
            for make in make {
                make();
                assert!(read(&directory).metadata.owner_references.is_none());
                assert!(directory.made().expect("made").is_empty());
                assert!(directory.write(secret("one"), Path::new("a.yaml"), true).is_err());
                fs::remove_dir(&path)
                    .or_else(|_| fs::remove_file(&path))
                    .expect("removed");
            }
        }
        assert_eq!(fs::read_dir(outside.path()).expect("read").count(), 0);
    }

    #[test]
    fn an_entry_that_cannot_be_read_is_in_nobodys_way() {
        let root = TempDir::new().expect("a directory");
        for layout in LAYOUTS {
            let directory = open(&root, layout);
            directory
                .write(secret("one"), Path::new("a.yaml"), true)
                .expect("written");
            // More than is ever read, of which the file system stores nothing.
            let too_large = |path: &str| {
                let file = File::create(root.path().join("secrets/team").join(path)).expect("a file");
                file.set_len(LIMIT as u64 + 1).expect("a length");
            };
            too_large("large.yaml");
            fs::create_dir_all(root.path().join("secrets/team/large")).expect("a directory");
            too_large("large/.signet.json");
            let made = directory.made().expect("made");
            assert!(
                made.iter().any(|made| made.name == "app.example") && made.iter().all(|made| made.name != "large"),
                "{made:?}"
            );
            assert_eq!(directory.told.lock().expect("told").len(), 2);
        }
    }

    #[test]
    fn names_that_would_leave_the_directory_are_refused() {
        let root = TempDir::new().expect("a directory");
        let directory = open(&root, Layout::Files);
        for (namespace, name, key) in [
            ("..", "a", "k"),
            ("a", "..", "k"),
            ("a", "b/../../c", "k"),
            ("a", "b", "../k"),
            ("a", "b", ".signet.json"),
        ] {
            let mut secret = foreign(namespace, name);
            secret.data.insert(key.to_owned(), Plaintext::from(Vec::new()));
            let error = directory
                .write(secret, Path::new("a.yaml"), true)
                .expect_err("an error");
            assert!(matches!(error, SecretFileError::Name { .. }), "{error}");
        }
        symlink("/", root.path().join("secrets/a")).expect("a link");
        let error = directory
            .write(foreign("a", "tmp"), Path::new("a.yaml"), true)
            .expect_err("an error");
        assert!(matches!(error, SecretFileError::NotDirectory(_)), "{error}");
    }

    #[test]
    fn files_added_by_hand_and_files_of_another_kind_make_a_difference() {
        let root = TempDir::new().expect("a directory");
        let directory = open(&root, Layout::Files);
        directory
            .write(secret("one"), Path::new("a.yaml"), true)
            .expect("written");
        let path = root.path().join("secrets/team/app.example");
        fs::write(path.join("added"), "").expect("written");
        assert!(!same(&read(&directory), &secret("one")));
        fs::remove_file(path.join("added")).expect("removed");
        fs::remove_file(path.join("empty")).expect("removed");
        symlink("/dev/null", path.join("empty")).expect("a link");
        assert!(!same(&read(&directory), &secret("one")));
        directory
            .write(secret("one"), Path::new("a.yaml"), false)
            .expect("written");
        assert!(same(&read(&directory), &secret("one")));
    }

    #[test]
    fn opening_removes_what_was_left_unfinished_and_locks() {
        let root = TempDir::new().expect("a directory");
        drop(open(&root, Layout::Files));
        let left = root.path().join("secrets/team/.signet-abc.tmp");
        fs::create_dir_all(&left).expect("a directory");
        fs::write(left.join("password"), "canary").expect("written");
        let _directory = open(&root, Layout::Files);
        assert!(!left.exists());
        let again = SecretDirectory::open(&root.path().join("secrets"), Layout::Files);
        assert!(matches!(again, Err(SecretDirectoryError::InUse(_))));
    }
}
