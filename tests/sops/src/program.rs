use std::{
    env,
    fs::{self, File},
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::Fault;

/// A program called `sops`.
pub struct Program {
    /// The folder with the link of that name.
    folder: tempfile::TempDir,
    stands_in: bool,
}

/// What a run has left.
pub struct Outcome {
    /// The exit code; none where a signal ended it, or we did, for taking too long.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: Vec<u8>,
    /// Standard error.
    pub stderr: String,
}

impl Program {
    /// The real one.
    ///
    /// # Errors
    ///
    /// If it has not been built, or its variable is not set.
    pub fn theirs() -> Result<Self, Fault> {
        Self::linked(&peer("SIGNET_PEER_SOPS")?, false)
    }

    /// Ours: a link to `signet`, or to what `SIGNET_SOPS_BIN` names.
    ///
    /// # Errors
    ///
    /// If it has not been built, or its variable is not set.
    pub fn ours() -> Result<Self, Fault> {
        match env::var_os("SIGNET_SOPS_BIN") {
            Some(path) => Self::linked(Path::new(&path), true),
            None => Self::linked(&peer("SIGNET_BIN_DIR")?.join("signet"), false),
        }
    }

    /// Whether another program stands in for ours.
    pub fn stands_in(&self) -> bool {
        self.stands_in
    }

    /// The path of the link.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("sops")
    }

    /// Runs it in a folder, which is also its home, with one age identity.
    ///
    /// # Errors
    ///
    /// If it cannot be started or waited for.
    pub fn run(&self, folder: &Path, identity: &str, arguments: &[&str]) -> Result<Outcome, Fault> {
        let [stdout, stderr] = ["stdout", "stderr"].map(|name| folder.join(name));
        let mut child = Command::new(self.path())
            .env_clear()
            .env("HOME", folder)
            .env("TMPDIR", folder)
            .env("SOPS_AGE_KEY", identity)
            .args(arguments)
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(File::create(&stdout)?)
            .stderr(File::create(&stderr)?)
            .spawn()?;
        Ok(Outcome {
            code: wait(&mut child)?,
            stdout: fs::read(&stdout)?,
            stderr: String::from_utf8_lossy(&fs::read(&stderr)?).into_owned(),
        })
    }

    fn linked(target: &Path, stands_in: bool) -> Result<Self, Fault> {
        let target = target
            .canonicalize()
            .map_err(|error| format!("{}: {error}", target.display()))?;
        let folder = tempfile::tempdir()?;
        symlink(target, folder.path().join("sops"))?;
        Ok(Self { folder, stands_in })
    }
}

/// The path that a variable holds, one of those that `tests/sops/run` sets.
///
/// # Errors
///
/// If it is not set.
pub fn peer(variable: &str) -> Result<PathBuf, Fault> {
    let value =
        env::var_os(variable).ok_or_else(|| format!("{variable} is not set; hint: tests/sops/run starts the tests"))?;
    Ok(value.into())
}

fn wait(child: &mut Child) -> Result<Option<i32>, Fault> {
    let end = Instant::now() + LIMIT;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status.code());
        }
        if Instant::now() > end {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(Duration::from_millis(1));
    }
}

/// A program that takes longer is taken for one that never ends.
const LIMIT: Duration = Duration::from_secs(60);
