//! From a command to what it does.

mod change;
mod compared;
mod creation;
mod decrypt;
mod destination;
mod document;
mod edit;
mod encrypt;
mod example;
mod exec;
mod file;
mod file_status;
mod format;
mod groups;
mod inspect;
mod log;
mod merge;
mod open;
mod recipients;
mod rotate;
mod session;
mod update_keys;

use std::{ffi::OsString, path::Path, process::ExitCode};

use super::{Answer, Command, Error, Exit, Invocation, UsageError, parse};
use crate::report::say;
use log::{Level, log};
pub(crate) use {
    compared::{Compared, Value, compared, digested},
    decrypt::run as decrypt,
    edit::run as edit,
    encrypt::run as encrypt,
    file::{Update, check, is_encrypted, opening, set, unset, update_keys},
    inspect::{Expected, Fault, inspect},
    rotate::run as rotate,
    session::{Session, absolute},
};

/// Runs with the arguments, the program's name first.
pub(crate) fn main(arguments: &[OsString]) -> ExitCode {
    let variable = |name: &str| std::env::var(name).ok();
    let parsed = parse(arguments.get(1..).unwrap_or_default(), &variable);
    let result = match parsed {
        Ok(invocation) => run(invocation),
        Err(UsageError::Grammar { stdout, message }) => {
            let _ = destination::stdout(stdout.as_bytes());
            log(Level::Fatal, &message, &[]);
            return Exit::Generic.into();
        }
        Err(UsageError::Refused { warnings, error }) => {
            warnings.iter().for_each(|warning| log::warn(warning));
            Err(error)
        }
    };
    match result {
        Ok(code) => code,
        Err(error) => {
            say(&error.message);
            if let Some(hint) = &error.hint {
                say(&format!("hint: {hint}"));
            }
            error.exit.into()
        }
    }
}

/// Merges two versions of an encrypted file: see [`merge::run`].
///
/// # Errors
/// A version cannot be opened, or there is a conflict.
pub(crate) fn merge(base: &Path, ours: &Path, theirs: &Path, name: &Path) -> Result<(), Error> {
    merge::run(base, ours, theirs, name)
}

fn run(invocation: Invocation) -> Result<ExitCode, Error> {
    let Invocation {
        command,
        settings,
        warnings,
    } = invocation;
    warnings.iter().for_each(|warning| log::warn(warning));
    if let Command::Answer(answer) = &command {
        return done(self::answer(answer));
    }
    let session = &Session::new(settings)?;
    match &command {
        Command::Answer(_) => Ok(ExitCode::SUCCESS),
        Command::Encrypt(encrypt) => done(encrypt::run(session, encrypt)),
        Command::Decrypt(decrypt) => done(decrypt::run(session, decrypt)),
        Command::Rotate(rotate) => done(rotate::run(session, rotate)),
        Command::Edit(edit) => done(edit::run(session, edit)),
        Command::Set(set) => done(change::set(session, set)),
        Command::Unset(unset) => done(change::unset(session, unset)),
        Command::UpdateKeys(update) => done(update_keys::run(session, update)),
        Command::GroupsAdd(add) => done(groups::add(session, add)),
        Command::GroupsDelete(delete) => done(groups::delete(session, delete)),
        Command::ExecEnv(exec) => exec::env(session, exec),
        Command::ExecFile(exec) => exec::file(session, exec),
        Command::FileStatus { file, input } => done(file_status::run(file, *input)),
        Command::KeyService { .. } => Err(not_yet("keyservice")),
        Command::Publish(_) => Err(not_yet("publish")),
    }
}

fn done(result: Result<(), Error>) -> Result<ExitCode, Error> {
    result.map(|()| ExitCode::SUCCESS)
}

fn answer(answer: &Answer) -> Result<(), Error> {
    match answer {
        Answer::Text(text) => destination::stdout(text.as_bytes()),
        Answer::Version { check_for_updates } => {
            if *check_for_updates {
                log::warn("no check for updates is made: this program does not call home");
            }
            let version = env!("CARGO_PKG_VERSION");
            destination::stdout(format!("sops {} (signet {version})\n", creation::VERSION).as_bytes())
        }
    }
}

fn not_yet(command: &str) -> Error {
    Error::new(Exit::Generic, format!("`sops {command}` is not supported yet"))
}
