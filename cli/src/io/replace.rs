use std::{
    ffi::OsStr,
    fs::{self, File, Metadata, Permissions},
    io::{self, ErrorKind, Write},
    os::{
        fd::{AsFd, AsRawFd},
        unix::fs::{MetadataExt, PermissionsExt},
    },
    path::{Path, PathBuf},
};

use rustix::{
    fs::{AtFlags, CWD, Gid, Mode as Bits, OFlags, Uid},
    io::Errno,
};

/// The permissions of a written file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Those of the file that is replaced; for a new one what the umask leaves of 0666.
    Kept,
    /// As [`Mode::Kept`], but a new file is its owner's alone.
    KeptElsePrivate,
    /// The owner's alone, whatever they were.
    Private,
}

/// Writes a file whole or not at all: what stands at `path` is the old or the new text at every moment, also after a crash.
///
/// The new text is written to a file without a name, which the system takes back if we are interrupted, and only then named and moved into
/// place. A symbolic link is followed, also to where nothing is yet. What is not a regular file is written to, and so is a descriptor by its
/// name, such as `/dev/stdout`: the file behind it is its opener's, with all that is in it.
///
/// # Errors
/// Those of the system; then the old file is as it was.
pub(crate) fn replace(path: &Path, text: &[u8], mode: Mode) -> io::Result<()> {
    let path = follow(path)?;
    if let Some(mut stream) = descriptor(&path)? {
        return stream.write_all(text);
    }
    let old = match fs::metadata(&path) {
        Ok(old) if old.is_dir() => return Err(ErrorKind::IsADirectory.into()),
        Ok(old) if !old.is_file() => return File::options().write(true).open(&path)?.write_all(text),
        Ok(old) => Some(old),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let folder = folder(&path);
    let mut draft = Draft::create(folder, mode)?;
    draft.file.write_all(text)?;
    if let Some(old) = &old {
        keep(&draft.file, old, mode)?;
    }
    draft.file.sync_all()?;
    draft.publish(folder, &path)?;
    // The new text is in place: where a folder cannot be opened to be synced, that is no failure.
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
    Ok(())
}

/// A new text on its way into place.
struct Draft {
    file: File,
    /// Its name, where the file system has no files without.
    named: Option<Named>,
}

impl Draft {
    fn create(folder: &Path, mode: Mode) -> io::Result<Self> {
        let bits = match mode {
            Mode::Kept => Bits::from_raw_mode(0o666),
            Mode::KeptElsePrivate | Mode::Private => Bits::from_raw_mode(0o600),
        };
        match rustix::fs::openat(CWD, folder, OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC, bits) {
            Ok(file) => Ok(Self {
                file: file.into(),
                named: None,
            }),
            Err(Errno::OPNOTSUPP | Errno::ISDIR | Errno::INVAL) => {
                let (name, file) = free_name(folder, |name| {
                    let flags = OFlags::CREATE | OFlags::EXCL | OFlags::RDWR | OFlags::CLOEXEC;
                    rustix::fs::openat(CWD, name, flags, bits)
                })?;
                Ok(Self {
                    file: file.into(),
                    named: Some(name),
                })
            }
            Err(error) => Err(error.into()),
        }
    }

    fn publish(self, folder: &Path, path: &Path) -> io::Result<()> {
        let mut name = match self.named {
            Some(name) => name,
            None => {
                let unnamed = format!("/proc/self/fd/{}", self.file.as_raw_fd());
                let link = |name: &Path| rustix::fs::linkat(CWD, &unnamed, CWD, name, AtFlags::SYMLINK_FOLLOW);
                free_name(folder, link)?.0
            }
        };
        fs::rename(&name.path, path)?;
        name.moved = true;
        Ok(())
    }
}

/// A name that goes when it is not needed any more.
struct Named {
    path: PathBuf,
    moved: bool,
}

impl Drop for Named {
    fn drop(&mut self) {
        if !self.moved {
            // We are on the way out with an error already.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Where the links of `path` lead. That of a descriptor is not followed.
fn follow(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..LINKS {
        if descriptors(&path).is_some() {
            return Ok(path);
        }
        match fs::read_link(&path) {
            Ok(target) => path = folder(&path).join(target),
            Err(error) if matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::NotFound) => return Ok(path),
            Err(error) => return Err(error),
        }
    }
    Err(Errno::LOOP.into())
}

/// The descriptor that `path` is a name of, to write to.
fn descriptor(path: &Path) -> io::Result<Option<File>> {
    let Some(descriptors) = descriptors(path) else {
        return Ok(None);
    };
    let is_ours = fs::canonicalize("/proc/self/fd").is_ok_and(|ours| ours == descriptors);
    // Opened anew, a file would be written to from its start, or a second time from where we began.
    let stream = match path.file_name().and_then(OsStr::to_str) {
        Some("1") if is_ours => io::stdout().as_fd().try_clone_to_owned()?.into(),
        Some("2") if is_ours => io::stderr().as_fd().try_clone_to_owned()?.into(),
        _ => File::options().append(true).open(path)?,
    };
    Ok(Some(stream))
}

/// The folder that `path` is in, if it is one of descriptors (proc_pid_fd(5)).
fn descriptors(path: &Path) -> Option<PathBuf> {
    let folder = fs::canonicalize(folder(path)).ok()?;
    (folder.starts_with("/proc") && folder.ends_with("fd")).then_some(folder)
}

fn folder(path: &Path) -> &Path {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}

/// Does `take` with a name in `folder` that nobody has.
fn free_name<T>(folder: &Path, take: impl Fn(&Path) -> rustix::io::Result<T>) -> io::Result<(Named, T)> {
    let process = std::process::id();
    for attempt in 0..ATTEMPTS {
        let path = folder.join(format!(".signet-{process}-{attempt}"));
        match take(&path) {
            Ok(taken) => return Ok((Named { path, moved: false }, taken)),
            Err(Errno::EXIST) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

fn keep(file: &File, old: &Metadata, mode: Mode) -> io::Result<()> {
    let new = file.metadata()?;
    if (new.uid(), new.gid()) != (old.uid(), old.gid()) {
        let (owner, group) = (Some(Uid::from_raw(old.uid())), Some(Gid::from_raw(old.gid())));
        // Only root may give a file away; for others it becomes theirs, as with any editor, and its group only one of theirs.
        let _ = rustix::fs::fchown(file, owner, group).or_else(|_| rustix::fs::fchown(file, None, group));
    }
    let is_same_group = file.metadata()?.gid() == old.gid();
    match mode {
        Mode::Private => Ok(()),
        Mode::Kept | Mode::KeptElsePrivate if is_same_group => file.set_permissions(old.permissions()),
        Mode::Kept | Mode::KeptElsePrivate => file.set_permissions(Permissions::from_mode(for_other_group(old.mode()))),
    }
}

/// The permissions under another group: it and all others may do what both could.
fn for_other_group(mode: u32) -> u32 {
    let both = (mode >> 3) & mode & 0o7;
    mode & 0o700 | both << 3 | both
}

const ATTEMPTS: usize = 100;
/// As many as the system follows (path_resolution(7)).
const LINKS: usize = 40;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_group_may_no_more_than_before() {
        for (old, new) in [
            (0o640, 0o600),
            (0o660, 0o600),
            (0o664, 0o644),
            (0o644, 0o644),
            (0o604, 0o600),
            (0o2750, 0o700),
        ] {
            assert_eq!(for_other_group(old), new, "{old:o}");
        }
    }
}
