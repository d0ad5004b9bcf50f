use std::{
    fs::File,
    io::{self, ErrorKind, Read},
    os::fd::AsFd,
    path::{Path, PathBuf},
};

use signet_document::Limits;
use zeroize::Zeroizing;

use super::cluster::uncapitalized;

/// The whole of a file, wiped when dropped.
///
/// # Errors
/// [`FileError`]: it cannot be opened or read, or has more bytes than any text that we read may have.
pub(crate) fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, FileError> {
    read_at_most(path, Limits::default().bytes)
}

/// The whole of a file of up to `limit` bytes, wiped when dropped.
///
/// # Errors
/// As [`read`].
pub(crate) fn read_at_most(path: &Path, limit: usize) -> Result<Zeroizing<Vec<u8>>, FileError> {
    let fail = |operation| move |error: io::Error| FileError::new(operation, path, &error);
    let file = File::open(path).map_err(fail(Operation::Open))?;
    let size = file.metadata().map_or(0, |metadata| metadata.len());
    read_all(file, usize::try_from(size).unwrap_or(0), limit).map_err(fail(Operation::Read))
}

/// The whole of standard input, wiped when dropped.
///
/// # Errors
/// As [`read`].
pub(crate) fn read_stdin() -> Result<Zeroizing<Vec<u8>>, FileError> {
    read_stdin_at_most(Limits::default().bytes)
}

/// The whole of standard input, of up to `limit` bytes, wiped when dropped.
///
/// # Errors
/// As [`read`].
pub(crate) fn read_stdin_at_most(limit: usize) -> Result<Zeroizing<Vec<u8>>, FileError> {
    // Not through std's own buffer, which nobody wipes.
    let stdin = io::stdin().as_fd().try_clone_to_owned();
    stdin
        .and_then(|stdin| read_all(File::from(stdin), 0, limit))
        .map_err(|error| FileError::new(Operation::Read, Path::new("stdin"), &error))
}

/// The system's reason without its number, as Go writes it: `no such file or directory`.
pub(crate) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    uncapitalized(text.split(" (os error").next().unwrap_or_default())
}

/// A file that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot {operation} {}: {reason}", .path.display())]
pub(crate) struct FileError {
    pub(crate) operation: Operation,
    pub(crate) path: PathBuf,
    pub(crate) reason: String,
}

/// What was tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Open,
    Read,
}

impl std::fmt::Display for Operation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Open => "open",
            Self::Read => "read",
        })
    }
}

impl FileError {
    pub(crate) fn new(operation: Operation, path: &Path, error: &io::Error) -> Self {
        Self {
            operation,
            path: path.to_owned(),
            reason: reason(error),
        }
    }
}

/// Reads to the end; every buffer on the way is wiped, as a growing `Vec` would not do.
fn read_all(mut source: impl Read, expected: usize, limit: usize) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut text = Zeroizing::new(vec![0; (expected + 1).clamp(SMALLEST, limit + 1)]);
    let mut length = 0;
    loop {
        if length > limit {
            return Err(io::Error::other(format!("more than {limit} bytes")));
        }
        if length == text.len() {
            let mut grown = Zeroizing::new(vec![0; (2 * length).min(limit + 1)]);
            grown[..length].copy_from_slice(&text);
            text = grown;
        }
        match source.read(&mut text[length..]) {
            Ok(0) => break,
            Ok(count) => length += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    text.truncate(length);
    Ok(text)
}

const SMALLEST: usize = 16 << 10;
