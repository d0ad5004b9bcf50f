//! What every command starts from: the configuration that is in force, and where master keys are looked for.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use signet_master_keys::Surroundings;
use signet_sops::config::{Config, ConfigError, Stores};

use super::log::warn;
use crate::{
    io::file,
    sops::{Error, Exit, command::Settings},
};

/// What stands around the files of a run.
pub(crate) struct Session {
    pub(super) settings: Settings,
    pub(super) surroundings: Surroundings,
    /// How files are laid out that follow no other.
    pub(super) stores: Stores,
    configuration: Option<Configuration>,
}

/// A `.sops.yaml`.
pub(super) struct Configuration {
    /// As it was found or given.
    pub(super) path: PathBuf,
    config: Result<Config, Error>,
}

impl Session {
    /// Reads the configuration that is given, or else the nearest one above the working directory.
    ///
    /// # Errors
    /// A configuration that was given and cannot be read. One that was found and cannot is an error of who asks it for rules.
    pub(super) fn new(settings: Settings) -> Result<Self, Error> {
        Self::above(Path::new(""), settings)
    }

    /// Reads the configuration that is given, or else the nearest one above a folder.
    ///
    /// # Errors
    /// A configuration that was given and cannot be read. One that was found and cannot is an error of who asks it for rules.
    pub(crate) fn above(folder: &Path, settings: Settings) -> Result<Self, Error> {
        let configuration = match settings.config.clone() {
            Some(path) => {
                let config = Ok(read(&path)?);
                Some(Configuration { path, config })
            }
            None => found(folder).map(|path| Configuration {
                config: read(&path),
                path,
            }),
        };
        let stores = match configuration.as_ref().map(|configuration| &configuration.config) {
            Some(Ok(config)) => config.stores(),
            Some(Err(error)) => {
                warn(&format!("the configuration cannot be used: {error}"));
                Stores::default()
            }
            None => Stores::default(),
        };
        Ok(Self {
            settings,
            surroundings: Surroundings::of_process(),
            stores,
            configuration,
        })
    }

    /// Whether a rule of the configuration has a `path_regex` that is for the file at an absolute path.
    ///
    /// # Errors
    /// The configuration cannot be read, or the rule is wrong.
    pub(crate) fn names(&self, file: &Path) -> Result<bool, Error> {
        match self.configuration()? {
            Some((configuration, config)) => config
                .names(&configuration.name_of(file)?)
                .map_err(|error| configuration.wrong(&error)),
            None => Ok(false),
        }
    }

    /// The configuration, for who needs its rules.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub(super) fn configuration(&self) -> Result<Option<(&Configuration, &Config)>, Error> {
        match &self.configuration {
            Some(configuration) => match &configuration.config {
                Ok(config) => Ok(Some((configuration, config))),
                Err(error) => Err(error.clone()),
            },
            None => Ok(None),
        }
    }
}

impl Configuration {
    /// What is wrong with what is asked of it.
    pub(super) fn wrong(&self, error: &ConfigError) -> Error {
        wrong(&self.path, error)
    }

    /// What the rules call a file by: the path from the configuration's folder, or of a file outside of it the whole path.
    ///
    /// # Errors
    /// There is no working directory.
    pub(super) fn name_of(&self, path: &Path) -> Result<String, Error> {
        let own = absolute(&self.path)?;
        let folder = own.parent().unwrap_or(Path::new("/"));
        let inside = path.strip_prefix(folder).unwrap_or(path);
        Ok(inside.to_string_lossy().into_owned())
    }
}

/// The path from the root, without `.` and `..`, as Go's `filepath.Abs` makes it.
///
/// # Errors
/// There is no working directory.
pub(crate) fn absolute(path: &Path) -> Result<PathBuf, Error> {
    let fail = |error| Error::new(Exit::Generic, format!("no working directory: {}", file::reason(&error)));
    let joined = if path.is_absolute() {
        path.to_owned()
    } else {
        env::current_dir().map_err(fail)?.join(path)
    };
    let mut clean = PathBuf::new();
    for part in joined.components() {
        match part {
            std::path::Component::ParentDir => drop(clean.pop()),
            std::path::Component::CurDir => {}
            part => clean.push(part),
        }
    }
    Ok(clean)
}

fn read(path: &Path) -> Result<Config, Error> {
    let text = file::read_at_most(path, LARGEST).map_err(|error| {
        let message = format!("could not read config file {:?}: {error}", path.display().to_string());
        Error::new(Exit::Generic, message)
    })?;
    Config::read(&text).map_err(|error| wrong(path, &error))
}

fn wrong(path: &Path, error: &ConfigError) -> Error {
    Error {
        hint: error.hint().map(str::to_owned),
        ..Error::new(Exit::Generic, format!("{}: {error}", path.display()))
    }
}

/// The nearest `.sops.yaml` above a folder.
fn found(folder: &Path) -> Option<PathBuf> {
    let mut folder = folder.to_owned();
    let mut other: Option<PathBuf> = None;
    for _ in 0..DEPTH {
        let path = folder.join(NAME);
        if fs::metadata(&path).is_ok() {
            if let Some(other) = other {
                warn(&format!(
                    "{}; using {:?} instead",
                    ignored(&other),
                    path.display().to_string()
                ));
            }
            return Some(path);
        }
        let misnamed = folder.join(".sops.yml");
        if other.is_none() && fs::metadata(&misnamed).is_ok() {
            other = Some(misnamed);
        }
        match folder.is_absolute() {
            true if !folder.pop() => break,
            true => {}
            false => folder.push(".."),
        }
    }
    if let Some(other) = other {
        warn(&ignored(&other));
    }
    None
}

fn ignored(path: &Path) -> String {
    let path = path.display().to_string();
    format!("ignoring {path:?} when searching for config file; the config file must be called {NAME:?}")
}

const NAME: &str = ".sops.yaml";
/// Folders above each other.
const DEPTH: usize = 100;
/// In bytes; a configuration is read up to 1 MiB.
const LARGEST: usize = 2 << 20;
