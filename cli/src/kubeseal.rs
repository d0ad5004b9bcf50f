//! What the program is where it is called `kubeseal`: kubeseal 0.40, with its flags, texts, streams and exit codes.
//!
//! ```text
//! flags (pflag's grammar) → Command, each mode a variant with exactly its own fields → run → `error: …`, 0, 1 or 2
//! ```

mod command;
mod error;
mod flags;
mod input;
mod merge;
mod raw;
mod re_encrypt;
mod recovery;
mod seal;
mod validate;

use std::{ffi::OsString, process::ExitCode};

use crate::{io::output::write_stdout, report::say};
use command::Command;
use error::Error;
use flags::{Flags, FlagsError, USAGE};

/// Runs with the arguments, the program's name first.
pub(crate) fn main(arguments: &[OsString]) -> ExitCode {
    let mut arguments = arguments.iter().cloned();
    let program = arguments.next().unwrap_or_default().to_string_lossy().into_owned();
    let flags = match Flags::parse(arguments, std::env::vars_os()) {
        Ok(flags) => flags,
        Err(error) => return refuse(&program, &error),
    };
    let notes: String = flags.notes().collect();
    let result = write_stdout(notes.as_bytes())
        .map_err(Error::from)
        .and_then(|()| Command::new(&flags)?.run(&program));
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("error: {error}"));
            if let Some(hint) = error.hint() {
                say(&format!("hint: {hint}"));
            }
            ExitCode::FAILURE
        }
    }
}

/// The flag library's own answer: its heading on standard error and the rest on standard output.
fn refuse(program: &str, error: &FlagsError) -> ExitCode {
    say(&format!("Usage of {program}:"));
    let (message, code) = match error {
        FlagsError::Help => (String::new(), 0),
        FlagsError::Wrong(message) => (format!("{message}\n"), 2),
    };
    let _ = write_stdout(format!("{USAGE}{message}").as_bytes());
    ExitCode::from(code)
}
