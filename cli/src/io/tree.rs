use std::{
    collections::BTreeSet,
    fs::{self, DirEntry},
    io::{self, Read},
    path::{Path, PathBuf},
};

use super::{
    file::{FileError, Operation},
    input::Source,
};

/// The inputs that some paths stand for: `-` is standard input, a file is itself whatever its name, and a folder is every manifest below it:
/// those of the folder itself first, then those of the folders in it, in the order of their names. A file counts once, by however many paths
/// it is reached.
///
/// In a folder those are `*.yaml`, `*.yml` and `*.json` in either case, and symbolic links to files of such a name; what is hidden is left out,
/// and so are links to folders, which could lead in circles.
///
/// # Errors
/// [`FileError`], one for each path that is not there and each folder that cannot be read; the inputs are then incomplete.
pub(crate) fn sources(paths: &[PathBuf]) -> (Vec<Source>, Vec<FileError>) {
    sources_of(paths, &Wanted::Manifests)
}

/// As [`sources`], with all files of a folder, hidden ones too, but for the configuration of sops. What is in hidden folders is left out.
///
/// # Errors
/// As [`sources`].
pub(crate) fn all_sources(paths: &[PathBuf]) -> (Vec<Source>, Vec<FileError>) {
    sources_of(paths, &Wanted::All)
}

/// Which files of a folder are meant.
enum Wanted {
    Manifests,
    All,
}

impl Wanted {
    fn is_wanted(&self, path: &Path) -> bool {
        match self {
            Self::Manifests => !is_hidden(path) && is_manifest(path),
            Self::All => path.file_name().is_none_or(|name| name != ".sops.yaml"),
        }
    }
}

fn sources_of(paths: &[PathBuf], wanted: &Wanted) -> (Vec<Source>, Vec<FileError>) {
    let (mut sources, mut errors) = (Vec::new(), Vec::new());
    for path in paths {
        match Source::new(path.clone()) {
            Source::File(path) => match fs::metadata(&path) {
                Ok(metadata) if metadata.is_dir() => walk(&path, wanted, &mut sources, &mut errors),
                Ok(_) => sources.push(Source::File(path)),
                Err(error) => errors.push(FileError::new(Operation::Open, &path, &error)),
            },
            source => sources.push(source),
        }
    }
    let mut seen = BTreeSet::new();
    sources.retain(|source| match source {
        // What has no path of its own, such as a pipe, is no other file either.
        Source::File(path) => fs::canonicalize(path).map_or(true, |path| seen.insert(path)),
        Source::Stdin => true,
    });
    (sources, errors)
}

fn walk(root: &Path, wanted: &Wanted, sources: &mut Vec<Source>, errors: &mut Vec<FileError>) {
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
            let path = entry.path();
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && !is_hidden(&path) => folders.push(path),
                Ok(kind) if wanted.is_wanted(&path) && (kind.is_file() || kind.is_symlink() && is_file(&path)) => {
                    files.push(path);
                }
                _ => {}
            }
        }
        sources.extend(files.into_iter().rev().map(Source::File));
    }
}

/// Whether a file begins with that byte, white space aside.
pub(crate) fn begins_with(path: &Path, byte: u8) -> bool {
    let mut start = [0; 64];
    let read = fs::File::open(path).and_then(|mut file| file.read(&mut start));
    let start = read.ok().and_then(|length| start.get(..length));
    start.is_some_and(|start| start.trim_ascii_start().first() == Some(&byte))
}

/// Whether a link leads to a file, or to nothing: reading it tells so.
fn is_file(link: &Path) -> bool {
    fs::metadata(link).map_or(true, |metadata| metadata.is_file())
}

fn list(folder: &Path) -> io::Result<Vec<DirEntry>> {
    fs::read_dir(folder)?.collect()
}

fn is_hidden(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    name.as_encoded_bytes().starts_with(b".")
}

fn is_manifest(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default();
    ["yaml", "yml", "json"]
        .iter()
        .any(|known| extension.eq_ignore_ascii_case(known))
}
