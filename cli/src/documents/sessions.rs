use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use crate::sops::{
    Error,
    file::{Session, Settings, absolute},
};

/// For each file the configuration that is in force: one that was given, or the nearest above the file.
pub(crate) struct Sessions {
    config: Option<PathBuf>,
    /// By the folder that they are for, so that a configuration is read once for a folder.
    known: Mutex<BTreeMap<PathBuf, Arc<Session>>>,
}

impl Sessions {
    pub(crate) fn new(config: Option<PathBuf>) -> Self {
        Self {
            config,
            known: Mutex::default(),
        }
    }

    /// What is in force for a file.
    ///
    /// # Errors
    /// A configuration that was given cannot be read.
    pub(crate) fn of(&self, file: &Path) -> Result<Arc<Session>, Error> {
        let path = absolute(file)?;
        let folder = path.parent().unwrap_or(&path);
        // Nothing stops half-way under the lock: a session is there or it is not.
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(session) = known.get(folder) {
            return Ok(Arc::clone(session));
        }
        let settings = Settings {
            config: self.config.clone(),
            ..Settings::default()
        };
        let session = Arc::new(Session::above(folder, settings)?);
        known.insert(folder.to_owned(), Arc::clone(&session));
        Ok(session)
    }
}
