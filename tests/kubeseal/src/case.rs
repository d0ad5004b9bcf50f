use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A command line and what it meets.
#[derive(Clone, Debug, Default)]
pub struct Case {
    /// Unique, and found in the table of differences where there is one.
    pub name: String,
    pub(crate) arguments: Vec<OsString>,
    pub(crate) stdin: Vec<u8>,
    pub(crate) variables: Vec<(String, OsString)>,
    pub(crate) files: Vec<(PathBuf, Vec<u8>)>,
    pub(crate) hangs: bool,
}

impl Case {
    /// `kubeseal` with the words of `arguments`.
    pub fn new(name: &str, arguments: &str) -> Self {
        Self {
            name: name.to_owned(),
            arguments: arguments.split_whitespace().map(OsString::from).collect(),
            ..Self::default()
        }
    }

    /// One more argument, which may hold anything.
    #[must_use]
    pub fn argument(mut self, argument: impl Into<OsString>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// What it reads.
    #[must_use]
    pub fn stdin(mut self, text: impl AsRef<[u8]>) -> Self {
        self.stdin = text.as_ref().to_vec();
        self
    }

    /// A variable of its environment.
    #[must_use]
    pub fn variable(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.variables.push((name.to_owned(), value.into()));
        self
    }

    /// A file of its folder, with the mode 0644.
    #[must_use]
    pub fn file(mut self, name: impl AsRef<Path>, text: impl AsRef<[u8]>) -> Self {
        self.files.push((name.as_ref().to_owned(), text.as_ref().to_vec()));
        self
    }

    /// The real one never ends.
    #[must_use]
    pub fn hangs(mut self) -> Self {
        self.hangs = true;
        self
    }

    /// How long a program may take; one that takes longer is taken for one that never ends.
    pub(crate) fn limit(&self) -> Duration {
        Duration::from_secs(if self.hangs { 4 } else { 90 })
    }

    pub(crate) fn write_files(&self, folder: &Path) {
        for (name, text) in &self.files {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, text).unwrap();
            let mode = if text.starts_with(b"#!") { 0o755 } else { 0o644 };
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        }
    }
}
