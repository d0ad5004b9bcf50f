use std::{
    env,
    fs::{self, File, Permissions},
    io::{self, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use tempfile::TempDir;

use crate::report::warn;

/// A folder for plaintext that only its owner can look into: in memory where there is such a place, and wiped in the end.
pub(crate) struct PrivateFolder(TempDir);

impl PrivateFolder {
    /// # Errors
    /// Those of the system.
    pub(crate) fn new() -> io::Result<Self> {
        let in_memory = [
            Some(PathBuf::from("/dev/shm")),
            env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from),
        ];
        let make = |parent: &Path| {
            let mut builder = tempfile::Builder::new();
            builder.prefix("signet-").permissions(Permissions::from_mode(0o700));
            builder.tempdir_in(parent)
        };
        let mut in_memory = in_memory.iter().flatten().filter(|path| is_in_memory(path));
        if let Some(folder) = in_memory.find_map(|path| make(path).ok()) {
            return Ok(Self(folder));
        }
        let folder = make(&env::temp_dir())?;
        warn(&format!(
            "there is no folder in memory; meanwhile the plaintext is in {}",
            folder.path().display()
        ));
        Ok(Self(folder))
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file of that name and gives its path.
    ///
    /// # Errors
    /// Those of the system.
    pub(crate) fn write(&self, name: &str, text: &[u8]) -> io::Result<PathBuf> {
        let path = self.0.path().join(name);
        let mut file = File::options().write(true).create_new(true).mode(0o600).open(&path)?;
        file.write_all(text)?;
        Ok(path)
    }
}

impl Drop for PrivateFolder {
    fn drop(&mut self) {
        // An editor may have left copies of its own. The folder itself goes with its handle.
        for entry in fs::read_dir(self.0.path()).into_iter().flatten().flatten() {
            if wipe(&entry.path()).is_err() {
                warn(&format!("cannot wipe {}", entry.path().display()));
            }
        }
    }
}

fn is_in_memory(path: &Path) -> bool {
    rustix::fs::statfs(path).is_ok_and(|found| found.f_type == TMPFS_MAGIC)
}

fn wipe(path: &Path) -> io::Result<()> {
    let found = fs::symlink_metadata(path)?;
    if !found.is_file() {
        return Ok(());
    }
    let mut file = File::options().write(true).open(path)?;
    let zeros = [0; 4096];
    let mut left = found.len();
    while left > 0 {
        let count = zeros.len().min(usize::try_from(left).unwrap_or(zeros.len()));
        file.write_all(zeros.get(..count).unwrap_or_default())?;
        left -= count as u64;
    }
    file.sync_data()
}

/// statfs(2).
const TMPFS_MAGIC: i64 = 0x0102_1994;
