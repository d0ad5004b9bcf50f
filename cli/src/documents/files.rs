use std::path::PathBuf;

use crate::{
    io::{input::Source, tree},
    report::{Error, Errors},
    sops::file::{InputType, is_encrypted},
};

/// A file to work on.
pub(super) struct File {
    pub(super) path: PathBuf,
    /// Whether it was found in a folder, and not named itself.
    pub(super) is_from_folder: bool,
}

/// The files among the paths, and all in the folders among them.
pub(super) fn all(paths: &[PathBuf], errors: &mut Errors) -> Vec<File> {
    let mut files = Vec::new();
    for path in paths {
        let is_from_folder = path.is_dir();
        let (sources, unreadable) = tree::all_sources(std::slice::from_ref(path));
        unreadable.into_iter().for_each(|error| errors.push(error));
        for source in sources {
            match source {
                Source::File(path) => files.push(File { path, is_from_folder }),
                Source::Stdin => errors.push(Error::StdinInPlace),
            }
        }
    }
    files
}

/// The files among the paths, and those in the folders among them that sops has encrypted.
pub(super) fn encrypted(paths: &[PathBuf], format: Option<InputType>, errors: &mut Errors) -> Vec<PathBuf> {
    let mut encrypted = Vec::new();
    for File { path, is_from_folder } in all(paths, errors) {
        match is_from_folder.then(|| is_encrypted(&path, format)) {
            None | Some(Ok(true)) => encrypted.push(path),
            Some(Ok(false)) => {}
            Some(Err(error)) => errors.push(error.at(&path)),
        }
    }
    encrypted
}
