use std::{
    path::{Path, PathBuf},
    rc::Rc,
};

use crate::sops::{
    Error,
    file::{Session, Settings, absolute},
};

/// For each file the configuration that is in force: one that was given, or the nearest above the file.
pub(crate) struct Sessions {
    config: Option<PathBuf>,
    /// The one before, and the folder it was for: a configuration is read once for a folder.
    last: Option<(PathBuf, Rc<Session>)>,
}

impl Sessions {
    pub(crate) fn new(config: Option<PathBuf>) -> Self {
        Self { config, last: None }
    }

    /// What is in force for a file.
    ///
    /// # Errors
    /// A configuration that was given cannot be read.
    pub(crate) fn of(&mut self, file: &Path) -> Result<Rc<Session>, Error> {
        let path = absolute(file)?;
        let folder = path.parent().unwrap_or(&path);
        if let Some((last, session)) = &self.last
            && last == folder
        {
            return Ok(Rc::clone(session));
        }
        let settings = Settings {
            config: self.config.clone(),
            ..Settings::default()
        };
        let session = Rc::new(Session::above(folder, settings)?);
        self.last = Some((folder.to_owned(), Rc::clone(&session)));
        Ok(session)
    }
}
