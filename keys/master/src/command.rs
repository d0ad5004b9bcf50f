//! Programs that are asked for keys, or to unwrap one.

use std::{
    ffi::OsStr,
    io::{self, Read, Write},
    process::{Command, ExitStatus, Stdio},
    thread,
};

use zeroize::Zeroizing;

use crate::{Surroundings, messages::reason, words};

/// What a program that has ended left behind.
pub(crate) struct Finished {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: Zeroizing<Vec<u8>>,
    pub(crate) stderr: String,
}

/// Runs a program with the environment of `surroundings` and some variables more, and gives it `input`, or else nothing, on its standard input.
///
/// # Errors
/// It cannot be started, or writes more than [`LONGEST_OUTPUT`].
pub(crate) fn run(
    program: &str,
    arguments: &[String],
    extra: &[(&str, &str)],
    input: Option<&[u8]>,
    surroundings: &Surroundings,
) -> io::Result<Finished> {
    let mut command = Command::new(program);
    command.args(arguments).env_clear().envs(&surroundings.variables);
    command.envs(extra.iter().copied());
    command.stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() });
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    thread::scope(|scope| {
        // One that does not read what it is given has its reasons, and tells them by its status.
        scope.spawn(|| stdin.zip(input).map(|(mut stdin, input)| stdin.write_all(input)));
        let stderr = scope.spawn(|| read(stderr));
        let stdout = read(stdout);
        if stdout.as_ref().map_or(true, |bytes| bytes.len() > LONGEST_OUTPUT) {
            child.kill()?;
        }
        let status = child.wait()?;
        let stdout = stdout?;
        if stdout.len() > LONGEST_OUTPUT {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "it writes more than 16 MiB"));
        }
        let stderr = stderr
            .join()
            .map_err(|_| io::Error::other("its messages cannot be read"))??;
        Ok(Finished {
            status,
            stdout,
            stderr: String::from_utf8_lossy(&stderr).trim().to_owned(),
        })
    })
}

/// In bytes; what upstream reads of a file with identities.
const LONGEST_OUTPUT: usize = 1 << 24;

/// Reads up to one byte more than the limit, so that a longer output is seen.
fn read(stream: Option<impl Read>) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::new());
    if let Some(stream) = stream {
        stream.take(LONGEST_OUTPUT as u64 + 1).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

/// What a command line prints.
///
/// # Errors
/// [`CommandError`].
pub(crate) fn output_of(
    line: &OsStr,
    extra: &[(&str, &str)],
    surroundings: &Surroundings,
) -> Result<Zeroizing<Vec<u8>>, CommandError> {
    let text = line.to_string_lossy();
    let failed = |reason| CommandError::Failed(text.clone().into_owned(), reason);
    let words =
        words::split(&text).map_err(|error| CommandError::Line(text.clone().into_owned(), error.to_string()))?;
    let (program, arguments) = words.split_first().ok_or_else(|| failed("no command".to_owned()))?;
    let finished = run(program, arguments, extra, None, surroundings);
    let finished = finished.map_err(|error| failed(format!("exec: {program:?}: {}", reason(&error))))?;
    if !finished.status.success() {
        return Err(failed(status_words(finished.status)));
    }
    Ok(finished.stdout)
}

fn status_words(status: ExitStatus) -> String {
    // `exit status: 1` and `signal: 9 (SIGKILL)` are Rust's.
    status.to_string().replace("exit status: ", "exit status ")
}

/// Why a command gives nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommandError {
    /// It cannot be run, or fails.
    #[error("failed to execute command {0}: {1}")]
    Failed(String, String),
    /// The line cannot be split into words.
    #[error("failed to parse command {0}: {1}")]
    Line(String, String),
}
