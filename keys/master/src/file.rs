//! Files in which keys are.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use zeroize::Zeroizing;

use crate::messages::reason;

/// What is in a file of at most `limit` bytes.
///
/// # Errors
/// [`FileError`].
pub(crate) fn read(path: &Path, limit: u64) -> Result<Zeroizing<Vec<u8>>, FileError> {
    let file = File::open(path).map_err(|error| FileError::open(path, error))?;
    let mut contents = Zeroizing::new(Vec::new());
    let read = file.take(limit + 1).read_to_end(&mut contents);
    read.map_err(|error| FileError::read(path, error))?;
    if contents.len() as u64 > limit {
        return Err(FileError::too_long(path));
    }
    Ok(contents)
}

/// In bytes, as upstream's for files with identities.
pub(crate) const LONGEST_FILE: u64 = 1 << 24;

/// A file that cannot be opened or read.
#[derive(Debug, thiserror::Error)]
#[error("{action} {}: {}", path.display(), reason(error))]
pub struct FileError {
    action: &'static str,
    path: PathBuf,
    error: io::Error,
}

impl FileError {
    fn open(path: &Path, error: io::Error) -> Self {
        Self::new("open", path, error)
    }

    fn read(path: &Path, error: io::Error) -> Self {
        Self::new("read", path, error)
    }

    fn too_long(path: &Path) -> Self {
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
    fn missing_files_and_long_ones() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("a b");
        let message = |limit| read(&path, limit).map(drop).map_err(|error| error.to_string());
        let missing = format!("open {}: no such file or directory", path.display());
        assert_eq!(message(2), Err(missing));
        std::fs::write(&path, "abc")?;
        assert_eq!(message(2), Err(format!("read {}: file too long", path.display())));
        assert_eq!(message(3), Ok(()));
        Ok(())
    }
}
