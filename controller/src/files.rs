//! Files that are whole at every moment, a power cut included: written beside, synced, renamed.

use std::{
    ffi::OsStr,
    fs::{self, File, Permissions},
    io::{self, Read as _, Write as _},
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
    path::Path,
};

use rustix::fs::{CWD, FlockOperation, OFlags, RenameFlags, flock, renameat_with};
use tempfile::{Builder, NamedTempFile, TempDir};

/// Puts `bytes` in the place of the file, or makes it with mode 0600. The mode of a file that is there already is kept.
///
/// # Errors
/// Those of the file system. The file is then as it was.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    replace_from(parent(path)?, path, bytes)
}

/// The same by way of another directory of the same file system, where [`remove_unfinished`] looks.
///
/// # Errors
/// Those of the file system. The file is then as it was.
pub(crate) fn replace_from(directory: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let temporary = temporary_file(directory, bytes)?;
    if let Ok(metadata) = fs::symlink_metadata(path)
        && metadata.is_file()
    {
        temporary.as_file().set_permissions(metadata.permissions())?;
    }
    temporary.persist(path).map_err(|error| error.error)?;
    sync(parent(path)?)
}

/// Makes a file of mode 0600.
///
/// # Errors
/// `AlreadyExists` where there is one, and those of the file system. There is no new file then.
pub(crate) fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let directory = parent(path)?;
    temporary_file(directory, bytes)?
        .persist_noclobber(path)
        .map_err(|error| error.error)?;
    sync(directory)
}

/// An empty directory of mode 0700 in `directory`, to be filled, synced and renamed. It is removed when dropped.
///
/// # Errors
/// Those of the file system.
pub(crate) fn temporary_directory(directory: &Path) -> io::Result<TempDir> {
    Builder::new()
        .prefix(PREFIX)
        .suffix(SUFFIX)
        .permissions(Permissions::from_mode(0o700))
        .tempdir_in(directory)
}

/// Puts a whole directory in the place of another in one step; afterwards `new` is the old one.
///
/// # Errors
/// Those of the file system. Some cannot do it: `InvalidInput` or `Unsupported`.
pub(crate) fn exchange(new: &Path, old: &Path) -> io::Result<()> {
    renameat_with(CWD, new, CWD, old, RenameFlags::EXCHANGE)?;
    sync(parent(old)?)
}

/// Gives a directory its name, unless something has that name already.
///
/// # Errors
/// `AlreadyExists`, and those of the file system.
pub(crate) fn rename_new(new: &Path, path: &Path) -> io::Result<()> {
    renameat_with(CWD, new, CWD, path, RenameFlags::NOREPLACE)?;
    sync(parent(path)?)
}

/// Makes a directory and those above it, with mode 0700. One that exists is left as it is.
///
/// # Errors
/// Those of the file system.
pub(crate) fn create_directories(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    if path.is_dir() {
        return Ok(());
    }
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    parent(path).and_then(sync)
}

/// Makes what was done to the entries of a directory last.
///
/// # Errors
/// Those of the file system.
pub(crate) fn sync(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

/// Reads a regular file of at most `limit` bytes. A pipe or device neither blocks nor is read.
///
/// # Errors
/// `InvalidInput` for what is no regular file, `FileTooLarge` beyond the limit, and those of the file system.
pub(crate) fn read(path: &Path, limit: usize) -> io::Result<Vec<u8>> {
    let flags = i32::try_from(OFlags::NONBLOCK.bits()).unwrap_or_default();
    let file = File::options().read(true).custom_flags(flags).open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
    }
    let length = usize::try_from(metadata.len()).unwrap_or(usize::MAX);
    let mut bytes = Vec::with_capacity(length.min(limit).saturating_add(1));
    file.take(limit as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > limit {
        return Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            format!("more than {limit} bytes"),
        ));
    }
    Ok(bytes)
}

/// Takes a directory for this process, until the file is closed.
///
/// # Errors
/// `WouldBlock` where another process has it, and those of the file system.
pub(crate) fn lock(directory: &File) -> io::Result<()> {
    Ok(flock(directory, FlockOperation::NonBlockingLockExclusive)?)
}

/// Removes what a killed process left unfinished in `directory`.
///
/// # Errors
/// Those of the file system.
pub(crate) fn remove_unfinished(directory: &Path) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if is_temporary(&entry.file_name()) {
            match entry.file_type()?.is_dir() {
                true => fs::remove_dir_all(entry.path())?,
                false => fs::remove_file(entry.path())?,
            }
        }
    }
    Ok(())
}

/// Whether a name is one that [`replace`], [`create`] and [`temporary_directory`] use on the way.
pub(crate) fn is_temporary(name: &OsStr) -> bool {
    let name = name.as_encoded_bytes();
    name.starts_with(PREFIX.as_bytes()) && name.ends_with(SUFFIX.as_bytes())
}

fn temporary_file(directory: &Path, bytes: &[u8]) -> io::Result<NamedTempFile> {
    let mut file = Builder::new().prefix(PREFIX).suffix(SUFFIX).tempfile_in(directory)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    Ok(file)
}

fn parent(path: &Path) -> io::Result<&Path> {
    match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Ok(Path::new(".")),
        Some(parent) => Ok(parent),
        None => Err(io::Error::from(io::ErrorKind::InvalidFilename)),
    }
}

const PREFIX: &str = ".signet-";
const SUFFIX: &str = ".tmp";

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).expect("metadata").permissions().mode() & 0o7777
    }

    fn names(path: &Path) -> Vec<String> {
        let entries = fs::read_dir(path).expect("a directory");
        entries
            .map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"))
            .collect()
    }

    #[test]
    fn a_new_file_is_private_and_an_old_one_keeps_its_mode() {
        let directory = TempDir::new().expect("a directory");
        let path = directory.path().join("file");
        replace(&path, b"one").expect("written");
        assert_eq!(mode(&path), 0o600);
        fs::set_permissions(&path, Permissions::from_mode(0o640)).expect("chmod");
        replace(&path, b"two").expect("written");
        assert_eq!((mode(&path), fs::read(&path).expect("read")), (0o640, b"two".to_vec()));
        assert_eq!(names(directory.path()), ["file"]);
    }

    #[test]
    fn creating_never_overwrites() {
        let directory = TempDir::new().expect("a directory");
        let path = directory.path().join("file");
        create(&path, b"one").expect("written");
        let again = create(&path, b"two").expect_err("an error");
        assert_eq!(again.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).expect("read"), b"one");
        assert_eq!(names(directory.path()), ["file"]);
    }

    #[test]
    fn directories_change_places() {
        let directory = TempDir::new().expect("a directory");
        let (old, new) = (
            directory.path().join("old"),
            temporary_directory(directory.path()).expect("new"),
        );
        create_directories(&old).expect("old");
        fs::write(new.path().join("a"), "").expect("written");
        assert_eq!(
            rename_new(new.path(), &old).expect_err("an error").kind(),
            io::ErrorKind::AlreadyExists
        );
        exchange(new.path(), &old).expect("exchanged");
        assert_eq!((names(&old), names(new.path())), (vec!["a".to_owned()], vec![]));
        assert_eq!(mode(&old), 0o700);
    }

    #[test]
    fn what_was_left_unfinished_goes_and_the_rest_stays() {
        let directory = TempDir::new().expect("a directory");
        let left = temporary_directory(directory.path()).expect("a directory").keep();
        fs::write(left.join("a"), "").expect("written");
        fs::write(directory.path().join(".signet-x.tmp"), "").expect("written");
        fs::write(directory.path().join(".signet.json"), "").expect("written");
        remove_unfinished(directory.path()).expect("removed");
        assert_eq!(names(directory.path()), [".signet.json"]);
    }

    #[test]
    fn only_regular_files_within_the_limit_are_read() {
        let directory = TempDir::new().expect("a directory");
        let path = directory.path().join("file");
        fs::write(&path, "four").expect("written");
        assert_eq!(read(&path, 4).expect("read"), b"four");
        assert_eq!(
            read(&path, 3).expect_err("an error").kind(),
            io::ErrorKind::FileTooLarge
        );
        let pipe = directory.path().join("pipe");
        rustix::fs::mknodat(CWD, &pipe, rustix::fs::FileType::Fifo, rustix::fs::Mode::RUSR, 0).expect("a pipe");
        assert_eq!(
            read(&pipe, 4).expect_err("an error").kind(),
            io::ErrorKind::InvalidInput
        );
    }
}
