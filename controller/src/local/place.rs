//! Directories as the place where a controller works.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use jiff::Timestamp;
use signet_api::{SealedSecret, SealedSecretStatus, Secret};
use tokio::task::spawn_blocking;

use super::statuses::Statuses;
use crate::{
    act::directory::{Made, SecretDirectory, SecretFileError},
    observe::directory::{Manifest, ManifestDirectory, Scan},
    place::{Event, ObjectName, Place, PlaceError, Published},
    policy::Scopes,
};

/// Manifests, Secrets and statuses.
pub(crate) struct Directories {
    manifests: Mutex<ManifestDirectory>,
    secrets: Arc<SecretDirectory>,
    statuses: Mutex<Statuses>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    objects: BTreeMap<ObjectName, Object>,
    /// The last one that succeeded, and when it began.
    scan: Option<(Scan, Instant)>,
    /// What has a Secret or a status and no SealedSecret any more, and when the first scan without it began.
    missing: BTreeMap<ObjectName, Instant>,
    /// Secrets that lost their SealedSecret and cannot be removed.
    stuck: BTreeSet<ObjectName>,
}

struct Object {
    manifest: Arc<Manifest>,
    sealed: Arc<SealedSecret>,
    /// The signature of the Secret on disk from before it was last read.
    signature: Option<u64>,
    /// It has been written since. What is there now is only known once it is read again: somebody else may write too.
    is_unread: bool,
    is_settled: bool,
}

impl Directories {
    /// Nothing is observed yet.
    pub(crate) fn new(manifests: ManifestDirectory, secrets: SecretDirectory, statuses: Statuses) -> Self {
        Self {
            manifests: Mutex::new(manifests),
            secrets: Arc::new(secrets),
            statuses: Mutex::new(statuses),
            state: Mutex::default(),
        }
    }

    /// The directories to watch, those of manifests and those of Secrets. To be watched before [`Self::scan`].
    ///
    /// # Errors
    /// One cannot be read.
    pub(crate) fn watched(&self) -> io::Result<[Vec<PathBuf>; 2]> {
        Ok([lock(&self.manifests).directories()?, self.secrets.directories()?])
    }

    /// Reads the manifests, and gives back which SealedSecrets came, went or changed.
    ///
    /// # Errors
    /// A directory cannot be read. Then everything stays as it is.
    pub(crate) fn scan(&self) -> io::Result<Vec<ObjectName>> {
        let begin = Instant::now();
        let made_from = self.secrets.made()?.into_iter().map(|made| made.source).collect();
        let scan = lock(&self.manifests).scan(&made_from)?;
        let mut statuses = lock(&self.statuses);
        let mut state = self.state();
        let mut before = std::mem::take(&mut state.objects);
        let mut changed = Vec::new();
        for manifest in scan.manifests.values() {
            let name = ObjectName::of(&manifest.sealed);
            let generation = statuses.generation(manifest);
            let object = match before.remove(&name) {
                Some(object) if object.is_from(manifest, generation) => object,
                _ => {
                    changed.push(name.clone());
                    Object::new(manifest.clone(), generation)
                }
            };
            state.objects.insert(name, object);
        }
        changed.extend(before.into_keys());
        statuses.set_faults(&scan.faults, Timestamp::now());
        state.scan = Some((scan, begin));
        Ok(changed)
    }

    /// The SealedSecrets whose Secret on disk is not as it was last read.
    pub(crate) fn drifted(&self) -> Vec<ObjectName> {
        let state = self.state();
        let has_drifted = |(name, object): &(&ObjectName, &Object)| {
            object.is_unread || (object.signature.is_some() && !self.is_as_read(name, object))
        };
        state
            .objects
            .iter()
            .filter(has_drifted)
            .map(|(name, _)| name.clone())
            .collect()
    }

    /// Removes the Secrets that nobody wants any more, and says whether more may go after a scan that begins [`CONFIRMATION`] from now: a
    /// file that is being written anew is empty or gone for a moment.
    ///
    /// One that was made from a file that cannot be read now stays, and one in the other layout until there is one in this. Before the first
    /// scan nothing goes.
    ///
    /// # Errors
    /// The directory of Secrets cannot be read.
    pub(crate) fn sweep(&self) -> io::Result<bool> {
        let made = self.secrets.made()?;
        let is_current = |made: &&Made| !self.secrets.is_stale(made);
        let current: BTreeSet<ObjectName> = made.iter().filter(is_current).map(Made::object).collect();
        let mut statuses = lock(&self.statuses);
        let mut state = self.state();
        if state.scan.is_none() {
            return Ok(false);
        }
        state.find_missing(&made, &statuses.objects());
        state.stuck.clear();
        for made in &made {
            let name = made.object();
            let is_gone = state.is_gone(&name);
            let is_replaced = self.secrets.is_stale(made) && current.contains(&name);
            if !(is_gone || is_replaced) || !self.remove(made, &mut state) {
                continue;
            }
            if is_gone {
                statuses.remove(
                    &name,
                    &made.source.display().to_string(),
                    "the SealedSecret is gone, and its Secret was removed",
                );
            }
        }
        let made: BTreeSet<ObjectName> = made.iter().map(Made::object).collect();
        statuses.retain(|name| made.contains(name) || !state.is_gone(name));
        Ok(state.missing.keys().any(|name| !state.is_gone(name)))
    }

    /// Whether all is as the manifests want it.
    pub(crate) fn is_all_ready(&self) -> bool {
        lock(&self.statuses).is_all_ready() && self.state().stuck.is_empty()
    }

    /// Writes the status file if anything has changed.
    ///
    /// # Errors
    /// Those of the file system. It is tried again the next time.
    pub(crate) fn save(&self) -> io::Result<()> {
        lock(&self.statuses).save()
    }

    fn is_as_read(&self, name: &ObjectName, object: &Object) -> bool {
        !object.is_unread && object.signature == Some(self.secrets.signature(&name.namespace, &name.name))
    }

    fn remove(&self, made: &Made, state: &mut State) -> bool {
        let ObjectName { namespace, name } = made.object();
        match self.secrets.remove(made) {
            Ok(()) => {
                tracing::info!(namespace, name, "Secret removed");
                true
            }
            Err(error) => {
                tracing::error!(namespace, name, %error, "Cannot remove a Secret, will retry");
                state.stuck.insert(made.object());
                false
            }
        }
    }

    /// Writes for an object, in a thread of its own.
    async fn write(&self, secret: Secret, is_new: bool) -> Result<(), PlaceError> {
        let name = ObjectName {
            namespace: secret.namespace().to_owned(),
            name: secret.name().to_owned(),
        };
        let source = self
            .state()
            .objects
            .get(&name)
            .map(|object| object.manifest.file.clone());
        let secrets = self.secrets.clone();
        let writing = move || secrets.write(secret, &source.unwrap_or_default(), is_new);
        blocking(writing).await.map_err(failed)?;
        if let Some(object) = self.state().objects.get_mut(&name) {
            object.is_unread = true;
        }
        Ok(())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

impl State {
    fn find_missing(&mut self, made: &[Made], told: &[ObjectName]) {
        let Some((scan, begin)) = &self.scan else { return };
        let unread = made.iter().filter(|made| scan.is_faulty(&made.source));
        let unread: BTreeSet<ObjectName> = unread.map(Made::object).collect();
        let names = made.iter().map(Made::object).chain(told.iter().cloned());
        let missing = names.filter(|name| !self.objects.contains_key(name) && !unread.contains(name));
        self.missing = missing
            .map(|name| {
                let since = self.missing.get(&name).copied().unwrap_or(*begin);
                (name, since)
            })
            .collect();
    }

    /// Whether it was missing in two scans that did not begin at the same moment.
    fn is_gone(&self, name: &ObjectName) -> bool {
        let (since, scan) = (self.missing.get(name), &self.scan);
        since
            .zip(scan.as_ref())
            .is_some_and(|(since, (_, begin))| begin.duration_since(*since) >= CONFIRMATION)
    }
}

impl Place for Directories {
    fn sealed(&self, name: &ObjectName) -> Option<Arc<SealedSecret>> {
        self.state().objects.get(name).map(|object| object.sealed.clone())
    }

    async fn live(&self, name: &ObjectName) -> Result<Option<Secret>, PlaceError> {
        let (secrets, wanted) = (self.secrets.clone(), name.clone());
        let reading = move || {
            let ObjectName { namespace, name } = &wanted;
            (secrets.signature(namespace, name), secrets.read(namespace, name))
        };
        let (signature, live) = blocking(reading).await;
        if let Some(object) = self.state().objects.get_mut(name) {
            object.signature = Some(signature);
            object.is_unread = false;
        }
        live.map_err(failed)
    }

    async fn create(&self, secret: Secret) -> Result<(), PlaceError> {
        self.write(secret, true).await
    }

    async fn replace(&self, secret: Secret) -> Result<(), PlaceError> {
        self.write(secret, false).await
    }

    fn status(&self, sealed: &SealedSecret) -> Option<SealedSecretStatus> {
        lock(&self.statuses).status(&ObjectName::of(sealed))
    }

    async fn publish(
        &self,
        sealed: &SealedSecret,
        next: impl Fn(Option<&SealedSecretStatus>) -> SealedSecretStatus + Send + Sync,
    ) -> Result<Published, PlaceError> {
        Ok(lock(&self.statuses).publish(&ObjectName::of(sealed), next))
    }

    /// The status line tells it all.
    async fn record(&self, _: &SealedSecret, _: &Event) {}

    fn is_settled(&self, name: &ObjectName, sealed: &Arc<SealedSecret>) -> bool {
        let state = self.state();
        let is_settled = |object: &Object| object.is_settled && Arc::ptr_eq(&object.sealed, sealed);
        let found = state.objects.get(name);
        found.is_some_and(|object| is_settled(object) && self.is_as_read(name, object))
    }

    fn settle(&self, name: &ObjectName, sealed: &Arc<SealedSecret>, _scopes: Option<Scopes>) {
        let mut state = self.state();
        let Some(object) = state
            .objects
            .get_mut(name)
            .filter(|object| Arc::ptr_eq(&object.sealed, sealed))
        else {
            return;
        };
        let noted = self
            .secrets
            .set_source(&name.namespace, &name.name, &object.manifest.file);
        if let Err(error) = noted {
            tracing::warn!(namespace = name.namespace, name = name.name, %error, "Cannot note the file of a Secret");
        }
        object.is_settled = true;
    }
}

impl Object {
    fn new(manifest: Arc<Manifest>, generation: i64) -> Self {
        let mut sealed = manifest.sealed.clone();
        // The same after a restart, so that a Secret is known again.
        sealed.metadata.uid = Some(format!("{}/{}", sealed.namespace(), sealed.name()));
        sealed.metadata.generation = Some(generation);
        Self {
            manifest,
            sealed: Arc::new(sealed),
            signature: None,
            is_unread: false,
            is_settled: false,
        }
    }

    fn is_from(&self, manifest: &Manifest, generation: i64) -> bool {
        self.sealed.metadata.generation == Some(generation) && self.manifest.file == manifest.file
    }
}

fn failed(error: SecretFileError) -> PlaceError {
    match error {
        SecretFileError::Io(error)
            if matches!(error.kind(), io::ErrorKind::AlreadyExists | io::ErrorKind::NotFound) =>
        {
            PlaceError::Conflict
        }
        error => PlaceError::Failed(error.to_string()),
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How long something is missing at least before it counts as gone.
pub(crate) const CONFIRMATION: Duration = Duration::from_millis(200);

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use signet_api::OwnerReference;
    use tempfile::TempDir;

    use super::*;
    use crate::act::directory::Layout;

    fn place(root: &Path) -> Directories {
        let secrets = SecretDirectory::open(&root.join("secrets"), Layout::Files).expect("open");
        let mut secret = Secret::default();
        secret.metadata.namespace = Some("team".to_owned());
        secret.metadata.name = Some("app".to_owned());
        secret.metadata.owner_references = Some(vec![OwnerReference::default()]);
        secrets.write(secret, Path::new("a.yaml"), true).expect("written");
        let statuses = Statuses::open(root.join("status.json"), Box::new(io::sink()));
        Directories::new(ManifestDirectory::new(root.join("manifests")), secrets, statuses)
    }

    #[test]
    fn nothing_goes_before_the_first_scan() {
        let root = TempDir::new().expect("a directory");
        let place = place(root.path());
        assert!(place.scan().is_err(), "there is no directory of manifests");
        assert!(!place.sweep().expect("swept"));
        assert!(root.path().join("secrets/team/app").exists());
    }

    #[test]
    fn a_file_that_is_empty_for_a_moment_takes_nothing_away() {
        let root = TempDir::new().expect("a directory");
        let place = place(root.path());
        let (file, made) = (
            root.path().join("manifests/a.yaml"),
            root.path().join("secrets/team/app"),
        );
        let sealed = "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: app, namespace: team}\nspec: {encryptedData: {a: AgA=}}\n";
        fs::create_dir(root.path().join("manifests")).expect("a directory");
        fs::write(&file, "").expect("written");
        place.scan().expect("a scan");
        assert!(place.sweep().expect("swept") && made.exists());
        fs::write(&file, sealed).expect("written");
        place.scan().expect("a scan");
        assert!(!place.sweep().expect("swept") && made.exists());
        std::thread::sleep(CONFIRMATION);
        fs::write(&file, "").expect("written");
        place.scan().expect("a scan");
        assert!(place.sweep().expect("swept") && made.exists());
        while place.sweep().expect("swept") {
            place.scan().expect("a scan");
        }
        assert!(!made.exists());
    }
}
