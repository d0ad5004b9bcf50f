//! Upstream's words where the standard library has others.

use std::{
    io,
    path::{Path, PathBuf},
};

/// The reason of an error of the system: lower case, without its number.
pub(crate) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut characters = text.chars();
    characters
        .next()
        .map_or_else(String::new, |first| first.to_lowercase().chain(characters).collect())
}

/// A file that cannot be opened or read.
#[derive(Debug, thiserror::Error)]
#[error("{action} {}: {}", path.display(), reason(error))]
pub struct FileError {
    action: &'static str,
    path: PathBuf,
    error: io::Error,
}

impl FileError {
    pub(crate) fn open(path: &Path, error: io::Error) -> Self {
        Self::new("open", path, error)
    }

    pub(crate) fn read(path: &Path, error: io::Error) -> Self {
        Self::new("read", path, error)
    }

    pub(crate) fn too_long(path: &Path) -> Self {
        Self::read(path, io::Error::new(io::ErrorKind::FileTooLarge, "file too long"))
    }

    pub(crate) fn is_missing(&self) -> bool {
        self.error.kind() == io::ErrorKind::NotFound
    }

    fn new(action: &'static str, path: &Path, error: io::Error) -> Self {
        Self {
            action,
            path: path.to_owned(),
            error,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_system() {
        let missing = || io::Error::from_raw_os_error(2);
        assert_eq!(reason(&missing()), "no such file or directory");
        assert_eq!(reason(&io::Error::other("")), "");
        assert_eq!(reason(&io::Error::other("Élan")), "élan");
        let error = FileError::open(Path::new("/a b"), missing());
        assert_eq!(error.to_string(), "open /a b: no such file or directory");
    }
}
