use std::{
    fs::{self, DirEntry},
    io,
    path::{Path, PathBuf},
};

use super::{
    file::{FileError, Operation},
    input::Source,
};

/// The inputs that some paths stand for: `-` is standard input, a file is itself whatever its name, and a folder is every manifest below it:
/// those of the folder itself first, then those of the folders in it, in the order of their names.
///
/// In a folder those are `*.yaml`, `*.yml` and `*.json`; what is hidden is left out, and so are symbolic links, which could lead in circles.
///
/// # Errors
/// [`FileError`], one for each path and folder that cannot be read; the inputs are then incomplete.
pub(crate) fn sources(paths: &[PathBuf]) -> (Vec<Source>, Vec<FileError>) {
    let (mut sources, mut errors) = (Vec::new(), Vec::new());
    for path in paths {
        match Source::new(path.clone()) {
            Source::File(path) if path.is_dir() => walk(&path, &mut sources, &mut errors),
            source => sources.push(source),
        }
    }
    (sources, errors)
}

fn walk(root: &Path, sources: &mut Vec<Source>, errors: &mut Vec<FileError>) {
    // Not by recursion: nobody bounds how deep folders are.
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let mut entries = match list(&folder) {
            Ok(entries) => entries,
            Err(error) => {
                errors.push(FileError::new(Operation::Open, &folder, &error));
                continue;
            }
        };
        // From the last on, as the last pushed is the first popped.
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.file_name()));
        let mut files = Vec::new();
        for entry in entries {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(entry.path()),
                Ok(kind) if kind.is_file() && is_manifest(&entry.path()) => files.push(entry.path()),
                _ => {}
            }
        }
        sources.extend(files.into_iter().rev().map(Source::File));
    }
}

fn list(folder: &Path) -> io::Result<Vec<DirEntry>> {
    let entries = fs::read_dir(folder)?;
    let is_hidden = |entry: &DirEntry| entry.file_name().as_encoded_bytes().starts_with(b".");
    entries.filter(|entry| !entry.as_ref().is_ok_and(is_hidden)).collect()
}

fn is_manifest(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default();
    ["yaml", "yml", "json"].iter().any(|known| extension == *known)
}
