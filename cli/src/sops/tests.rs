//! Command lines, each with what sops 3.13.3 was seen to make of it: exit code and first line of standard error.

mod commands;
mod refusals;

use std::ffi::OsString;

use super::{Answer, Command, Invocation, UsageError, parse};

/// Reads a command line whose arguments are separated by spaces, without an environment.
fn line(line: &str) -> Result<Invocation, UsageError> {
    with(line, &[])
}

fn with(line: &str, environment: &[(&str, &str)]) -> Result<Invocation, UsageError> {
    let arguments: Vec<OsString> = line.split_whitespace().map(OsString::from).collect();
    let value = |name: &str| environment.iter().find(|(own, _)| *own == name);
    parse(&arguments, &|name| value(name).map(|(_, value)| (*value).to_owned()))
}

/// What goes to standard output where text is all that is asked for.
fn text(line_: &str) -> Result<String, String> {
    match line(line_).map(|invocation| invocation.command) {
        Ok(Command::Answer(Answer::Text(text))) => Ok(text),
        Ok(_) => Err(format!("{line_}: no text")),
        Err(error) => Err(format!("{line_}: {error:?}")),
    }
}
