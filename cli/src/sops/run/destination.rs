//! Where a result goes: whole, or not at all.

use std::path::Path;

use crate::{
    io::{
        file,
        output::write_stdout,
        replace::{Mode, replace},
    },
    sops::{Error, Exit, command::Destination},
};

/// Writes the result of a command on a file.
///
/// # Errors
/// It cannot be written; a file that stood there is then as it was.
pub(super) fn write(destination: &Destination, file: Option<&Path>, text: &[u8]) -> Result<(), Error> {
    match (destination, file) {
        (Destination::InPlace, Some(file)) => in_place(file, text),
        (Destination::File(output), _) => put(output, text, "Could not open output file for writing"),
        (Destination::Stdout | Destination::InPlace, _) => stdout(text),
    }
}

/// Writes a file in the place of the one that was read.
///
/// # Errors
/// As [`write`].
pub(super) fn in_place(file: &Path, text: &[u8]) -> Result<(), Error> {
    put(file, text, "Could not open in-place file for writing")
}

/// Writes to standard output.
///
/// # Errors
/// As [`write`].
pub(super) fn stdout(text: &[u8]) -> Result<(), Error> {
    write_stdout(text).map_err(|error| Error::new(Exit::CouldNotWriteOutputFile, error.to_string()))
}

fn put(path: &Path, text: &[u8], what: &str) -> Result<(), Error> {
    replace(path, text, Mode::Kept).map_err(|error| {
        let message = format!("{what}: open {}: {}", path.display(), file::reason(&error));
        Error::new(Exit::CouldNotWriteOutputFile, message)
    })
}
