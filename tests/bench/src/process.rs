//! A program run once, from start to end.

use std::{
    error::Error,
    ffi::OsStr,
    io::Write,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use wait4::Wait4;

/// What a run took.
pub(crate) struct Run {
    /// From the start to the end, by the clock.
    pub(crate) elapsed: Duration,
    /// The most memory that it held at once, in bytes.
    pub(crate) peak_bytes: f64,
}

impl Run {
    /// Runs `program`, which must succeed, with `input` as its standard input.
    pub(crate) fn of(program: &Path, arguments: &[&OsStr], input: &str) -> Result<Self, Box<dyn Error>> {
        Self::of_command(Command::new(program).args(arguments), input)
    }

    /// As [`Run::of`], of a command that may have surroundings of its own.
    pub(crate) fn of_command(command: &mut Command, input: &str) -> Result<Self, Box<dyn Error>> {
        let start = Instant::now();
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?;
        // One that needs no input does not wait for it.
        let _ = child
            .stdin
            .take()
            .ok_or("no standard input")?
            .write_all(input.as_bytes());
        let ended = child.wait4()?;
        if !ended.status.success() {
            return Err(format!("{command:?}: {}", ended.status).into());
        }
        Ok(Self {
            elapsed: start.elapsed(),
            peak_bytes: ended.rusage.maxrss as f64,
        })
    }
}
