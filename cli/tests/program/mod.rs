//! The real binary in a folder of its own.

// Each suite uses its own part of it.
#![allow(dead_code, unreachable_pub, reason = "a module of each suite")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    fs,
    io::{ErrorKind, Write},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

use tempfile::TempDir;

/// A folder to run the program in.
pub struct Desk {
    folder: TempDir,
}

/// What a run left.
pub struct Run {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Desk {
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        fs::write(self.path(name), text).unwrap();
        self.path(name)
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// The names of everything in it.
    pub fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// Starts the program with pipes for all its streams.
    pub fn start(&self, arguments: &[&str]) -> Child {
        self.command(arguments).spawn().unwrap()
    }

    /// Runs the program to its end.
    pub fn run(&self, arguments: &[&str], stdin: impl AsRef<[u8]>) -> Run {
        self.run_with(arguments, stdin, |_| ())
    }

    /// As [`Self::run`], in other surroundings.
    pub fn run_with(&self, arguments: &[&str], stdin: impl AsRef<[u8]>, change: impl FnOnce(&mut Command)) -> Run {
        let mut command = self.command(arguments);
        change(&mut command);
        run(start(&mut command), stdin)
    }

    /// As [`Self::run`], as a user who may not do everything.
    pub fn run_as_nobody(&self, arguments: &[&str], stdin: impl AsRef<[u8]>) -> Run {
        run(self.start_as_nobody(arguments), stdin)
    }

    /// As [`Self::start`], as a user who may not do everything; all that is in the folder becomes theirs.
    pub fn start_as_nobody(&self, arguments: &[&str]) -> Child {
        let program = self.path("program");
        fs::copy(env!("CARGO_BIN_EXE_signet"), &program).unwrap();
        let folder = self.folder.path();
        let is_root = rustix::process::geteuid().is_root();
        if is_root {
            let names = self.names().into_iter().map(|name| self.path(&name));
            for path in names.chain([folder.to_owned()]) {
                std::os::unix::fs::chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
            }
        }
        let mut command = self.command_of(&program, arguments);
        if is_root {
            command.uid(NOBODY).gid(NOBODY);
        }
        start(&mut command)
    }

    /// As [`Self::run`], for a run that must succeed; its standard output.
    pub fn succeed(&self, arguments: &[&str], stdin: impl AsRef<[u8]>) -> String {
        let run = self.run(arguments, stdin);
        assert_eq!(run.code, Some(0), "{arguments:?}: {}", run.stderr);
        run.stdout
    }

    fn command(&self, arguments: &[&str]) -> Command {
        self.command_of(Path::new(env!("CARGO_BIN_EXE_signet")), arguments)
    }

    fn command_of(&self, program: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .env("HOME", "/nonexistent")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

fn start(command: &mut Command) -> Child {
    loop {
        match command.spawn() {
            // Another test forked while the copy was being written.
            Err(error) if error.kind() == ErrorKind::ExecutableFileBusy => std::thread::yield_now(),
            child => return child.unwrap(),
        }
    }
}

fn run(mut child: Child, stdin: impl AsRef<[u8]>) -> Run {
    // A program that fails early may not read.
    let _ = child.stdin.take().unwrap().write_all(stdin.as_ref());
    child.wait_with_output().unwrap().into()
}

/// A file of `tests/fixtures`.
pub fn fixture(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name);
    path.to_str().unwrap().to_owned()
}

/// With each ciphertext replaced by `X`.
pub fn without_ciphertexts(text: &str) -> String {
    let line = |line: &str| match line.split_once(": ") {
        Some((key, value)) if value.trim_matches(['"', ',']).len() > 300 => {
            let (quote, end) = (
                if value.starts_with('"') { "\"" } else { "" },
                value.trim_start_matches(|c| c != ','),
            );
            format!("{key}: {quote}X{quote}{end}\n")
        }
        _ => format!("{line}\n"),
    };
    text.lines().map(line).collect()
}

/// The user and the group without rights of their own.
const NOBODY: u32 = 65534;
