//! A plaintext that is handed over once, and never written to a disk.

use std::{
    fs::File,
    io::{self, Write},
    path::PathBuf,
    thread,
};

use rustix::fs::{CWD, Mode, mkfifoat};
use zeroize::Zeroizing;

use crate::io::private::PrivateFolder;

/// Makes a named pipe in the folder that gives the text to the first who reads it.
///
/// # Errors
/// Those of the system.
pub(super) fn make(folder: &PrivateFolder, name: &str, text: Zeroizing<Vec<u8>>) -> io::Result<PathBuf> {
    let path = folder.path().join(name);
    mkfifoat(CWD, &path, Mode::RUSR | Mode::WUSR)?;
    let pipe = path.clone();
    // It waits for a reader, perhaps in vain. One that stops reading has what it wanted.
    thread::spawn(move || {
        File::options()
            .write(true)
            .open(pipe)
            .and_then(|mut pipe| pipe.write_all(&text))
    });
    Ok(path)
}
