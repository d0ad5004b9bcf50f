use std::io::Write;
use std::process::{Command, Stdio};
use std::thread;

/// What a program that ended has left.
#[derive(Debug)]
pub struct Output {
    /// The exit code; none when a signal ended it.
    pub code: Option<i32>,
    /// All of stdout, which must be UTF-8.
    pub stdout: String,
    /// All of stderr, which must be UTF-8.
    pub stderr: String,
}

impl Output {
    /// The stdout of a program that ended with code 0.
    ///
    /// # Panics
    ///
    /// When it ended in any other way, with its stderr.
    pub fn success(self) -> String {
        assert_eq!(self.code, Some(0), "{}", self.stderr);
        self.stdout
    }
}

/// Runs `command` to its end with `stdin` as its whole input.
///
/// # Panics
///
/// When it does not start.
pub fn output(command: &mut Command, stdin: &str) -> Output {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{}: {error}", command.get_program().display()));
    let mut input = child.stdin.take().unwrap();
    let bytes = stdin.to_owned();
    // A program that stops reading early closes the pipe; its output says why.
    let writer = thread::spawn(move || input.write_all(bytes.as_bytes()));
    let output = child.wait_with_output().unwrap();
    let _ = writer.join();
    Output {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}
