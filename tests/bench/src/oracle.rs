//! Upstream's own code behind a line protocol; see `tests/peers/sealed-secrets/oracle`.

use std::{
    error::Error,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::Duration,
};

/// A running oracle.
pub(crate) struct Oracle {
    child: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Oracle {
    /// Starts it with a key pair, for values of `size` bytes.
    pub(crate) fn start(program: &Path, certificate: &Path, key: &Path, size: usize) -> Result<Self, Box<dyn Error>> {
        let mut child = Command::new(program)
            .args([certificate, key])
            .arg(size.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let requests = child.stdin.take().ok_or("no standard input")?;
        let answers = BufReader::new(child.stdout.take().ok_or("no standard output")?);
        Ok(Self {
            child,
            requests,
            answers,
        })
    }

    /// Has it do `operation` (`seal` or `unseal`) `count` times; the time that took.
    pub(crate) fn time(&mut self, operation: &str, count: u32) -> Result<Duration, Box<dyn Error>> {
        writeln!(self.requests, "{operation} {count}")?;
        let mut answer = String::new();
        self.answers.read_line(&mut answer)?;
        Ok(Duration::from_nanos(
            answer.trim().parse().map_err(|_| "the oracle ended")?,
        ))
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
