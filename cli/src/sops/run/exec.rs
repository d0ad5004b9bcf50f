//! `sops exec-env` and `sops exec-file`: a command that has the plaintext while it runs.

mod pipe;
mod shell;
mod user;

use std::{
    ffi::OsString,
    os::unix::ffi::OsStringExt,
    path::{Component, Path},
    process::ExitCode,
};

use signet_document::tree::{Branch, Pair, Tree};
use signet_sops::Encrypted;
use zeroize::Zeroizing;

use super::{
    format::{Formats, format},
    log::warn,
    open::{Opened, open},
    session::{Session, absolute},
};
use crate::{
    io::{file::reason, private::PrivateFolder},
    sops::{
        Error, Exit,
        command::{ExecEnv, ExecFile},
    },
};
use shell::Shell;
use user::User;

/// Runs a command with the values of a file in its environment. The code is the command's own.
///
/// # Errors
/// The file cannot be read or decrypted, a value cannot be in an environment, or the command cannot be started.
pub(super) fn env(session: &Session, exec: &ExecEnv) -> Result<ExitCode, Error> {
    if exec.background {
        warn("exec-env's --background option is deprecated and will be removed in a future version of sops");
    }
    let file = absolute(&exec.file)?;
    let Opened { plain, .. } = open(
        session,
        Some(&file),
        format(None, &file),
        &exec.opening,
        Encrypted::decrypt_to_read,
    )?;
    let nothing = Tree::default();
    let document = plain.documents().first().unwrap_or(&nothing);
    let values: Vec<_> = document.pairs().map(variable).collect::<Result<_, _>>()?;
    let mut shell = Shell::new(&exec.command, exec.pristine, User::find(&exec.user)?);
    for (name, value) in &values {
        shell.env(name, value);
    }
    drop(plain);
    match (exec.same_process, exec.background) {
        (true, _) => shell.become_it(),
        (_, true) => shell.start(),
        _ => shell.run(),
    }
}

/// Runs a command with the plaintext of a file in a named pipe, or in a private file. The code is the command's own.
///
/// # Errors
/// The file cannot be read or decrypted, or the command cannot be started.
pub(super) fn file(session: &Session, exec: &ExecFile) -> Result<ExitCode, Error> {
    if exec.background {
        return Err(Error::new(
            Exit::Generic,
            "exec-file cannot run a command in the background: its file is there as long as sops waits for it",
        ));
    }
    let path = absolute(&exec.file)?;
    let formats = Formats::new(exec.types, &path);
    let opened = open(
        session,
        Some(&path),
        formats.input,
        &exec.opening,
        Encrypted::decrypt_to_read,
    )?;
    let text = opened
        .text
        .write_plain(session, opened.plain.documents(), formats.output)?;
    drop(opened);
    let name = name(&exec.filename)?;
    let user = User::find(&exec.user)?;
    let folder = PrivateFolder::new().map_err(|error| generic(&reason(&error)))?;
    let path = match exec.fifo {
        true => pipe::make(&folder, name, text).map_err(|error| generic(&reason(&error)))?,
        false => folder.write(name, &text).map_err(|error| generic(&reason(&error)))?,
    };
    if let Some(user) = &user {
        user.own(&[folder.path(), &path])?;
    }
    let command = exec.command.replace("{}", &path.to_string_lossy());
    Shell::new(&command, false, user).run()
}

/// A name below the folder, and no way out of it.
fn name(given: &Path) -> Result<&str, Error> {
    let mut parts = given.components();
    match (parts.next(), parts.next(), given.to_str()) {
        (None, ..) => Ok(FILE),
        (Some(Component::Normal(_)), None, Some(name)) => Ok(name),
        _ => Err(generic("The provided filename is not a local path.")),
    }
}

/// A value as a variable of the environment. Without `Debug`: it is plaintext.
fn variable(pair: &Pair) -> Result<(OsString, Zeroizing<Vec<u8>>), Error> {
    let key = &*pair.key;
    let Branch::Leaf(leaf) = &pair.value else {
        return Err(generic(&format!(
            "cannot use complex value in environment; offending key {key}"
        )));
    };
    if key.contains('=') || key.is_empty() {
        return Err(generic(&format!("cannot use keys with '=' in environment: {key}")));
    }
    let value = leaf.scalar().to_text().unwrap_or_default();
    if key.contains('\0') || value.contains(&0) {
        return Err(generic(&format!(
            "cannot use NUL in environment; offending key {key:?}"
        )));
    }
    Ok((OsString::from_vec(key.as_bytes().to_vec()), value))
}

fn generic(message: &str) -> Error {
    Error::new(Exit::Generic, message)
}

/// What the file is called where nobody says how.
const FILE: &str = "tmp-file";
