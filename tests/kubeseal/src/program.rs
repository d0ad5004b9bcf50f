use std::fs;
use std::io::Write;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;
use std::{env, thread};

use crate::{Case, Outcome, Seen};

/// A program called `kubeseal`.
#[derive(Debug)]
pub struct Program {
    /// The folder with the link of that name.
    folder: tempfile::TempDir,
}

impl Program {
    /// The real one.
    pub fn theirs() -> Self {
        Self::linked(&variable("SIGNET_PEER_KUBESEAL"))
    }

    /// Ours: a link to `signet`.
    pub fn ours() -> Self {
        let path = variable("SIGNET_BIN_DIR").join("signet");
        assert!(path.is_file(), "{} has not been built", path.display());
        Self::linked(&path)
    }

    /// The path of the link.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join(NAME)
    }

    /// Runs a case in a folder of its own.
    pub fn run(&self, case: &Case) -> Outcome {
        let desk = tempfile::tempdir().unwrap();
        let (code, stdout, stderr) = finish(self.start(desk.path(), case), case);
        Outcome {
            code,
            stdout: Seen::of(&stdout),
            stderr: normal(&stderr, desk.path()),
            files: Outcome::files(desk.path()),
        }
    }

    /// What a case writes to standard output.
    ///
    /// # Panics
    ///
    /// When it fails.
    pub fn run_for_text(&self, case: &Case) -> Vec<u8> {
        let desk = tempfile::tempdir().unwrap();
        let (code, stdout, stderr) = finish(self.start(desk.path(), case), case);
        assert_eq!(code, Some(0), "{}", String::from_utf8_lossy(&stderr));
        stdout
    }

    fn start(&self, folder: &Path, case: &Case) -> Child {
        case.write_files(folder);
        let mut command = Command::new(NAME);
        command
            .env_clear()
            // The program is looked for there, and called by its name.
            .env("PATH", self.folder.path())
            .env("HOME", folder)
            .env("TMPDIR", folder)
            .envs(case.variables.iter().map(|(name, value)| (name, value)))
            .args(&case.arguments)
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command.spawn().unwrap()
    }

    fn linked(target: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        symlink(target, folder.path().join(NAME)).unwrap();
        Self { folder }
    }
}

/// A file of the fixtures that the tests of `signet` have too.
pub fn fixture(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../cli/tests/fixtures")
        .join(name);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn variable(name: &str) -> PathBuf {
    let value = env::var_os(name);
    PathBuf::from(value.unwrap_or_else(|| panic!("{name} is not set; hint: tests/kubeseal/run starts the tests")))
}

fn finish(mut child: Child, case: &Case) -> (Option<i32>, Vec<u8>, Vec<u8>) {
    let mut stdin = child.stdin.take().unwrap();
    let text = case.stdin.clone();
    // A program that fails early may not read.
    let writer = thread::spawn(move || drop(stdin.write_all(&text)));
    let [stdout, stderr] = [
        reader(child.stdout.take().unwrap()),
        reader(child.stderr.take().unwrap()),
    ];
    let end = Instant::now() + case.limit();
    let code = loop {
        match child.try_wait().unwrap() {
            Some(status) => break status.code(),
            None if Instant::now() > end => {
                child.kill().unwrap();
                child.wait().unwrap();
                break None;
            }
            None => thread::sleep(std::time::Duration::from_millis(2)),
        }
    };
    let _ = writer.join();
    (code, stdout.join().unwrap(), stderr.join().unwrap())
}

fn reader(mut stream: impl std::io::Read + Send + 'static) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        bytes
    })
}

/// Without the folder's name and the word `error`, and a trace of Go as one word.
fn normal(stderr: &[u8], folder: &Path) -> String {
    let text = String::from_utf8_lossy(stderr).replace(folder.to_str().unwrap(), "FOLDER");
    if text.starts_with("panic: ") {
        return "panic".to_owned();
    }
    // The real one lists items, and groups of them, in a random order.
    let mut lines: Vec<_> = text
        .trim_end()
        .trim_start_matches("error: ")
        .lines()
        .map(sorted)
        .collect();
    lines.sort_unstable();
    lines.join("\n")
}

/// A line with the list in its last brackets in order.
fn sorted(line: &str) -> String {
    let Some((head, list)) = line.rsplit_once(" (").filter(|_| line.ends_with(')')) else {
        return line.to_owned();
    };
    let mut items: Vec<_> = list.trim_end_matches(')').split(", ").collect();
    items.sort_unstable();
    format!("{head} ({})", items.join(", "))
}

const NAME: &str = "kubeseal";
