//! The editor that a person has chosen.

use std::{env, io, path::Path, process::Command};

use signet_master_keys::words;

use super::cancelled;
use crate::{
    io::{
        file::reason,
        signals::{Running, guarded},
    },
    sops::{Error, Exit},
};

/// Runs the editor on a file and waits for it.
///
/// # Errors
/// There is none, it fails, or it was interrupted.
pub(super) fn run(path: &Path) -> Result<(), Error> {
    let mut command = chosen()?;
    let program = command.get_program().to_string_lossy().into_owned();
    let start = |error: io::Error| failed(&format!("{program}: {}", reason(&error)));
    command.arg(path);
    let status = guarded(|| command.spawn().map(Running::from), false).map_err(cancelled)?;
    let status = status.and_then(|status| status).map_err(start)?;
    match status.success() {
        true => Ok(()),
        false => Err(failed(&match status.code() {
            Some(code) => format!("exit status {code}"),
            None => status.to_string(),
        })),
    }
}

/// That of `SOPS_EDITOR` or `EDITOR`, in words as a shell would have them, or the first of three that there is.
fn chosen() -> Result<Command, Error> {
    for variable in ["SOPS_EDITOR", "EDITOR"] {
        let Some(line) = env::var(variable).ok().filter(|line| !line.is_empty()) else {
            continue;
        };
        let invalid = || failed(&format!("invalid ${variable}: {line}"));
        let mut words = words::split(&line).map_err(|_| invalid())?.into_iter();
        let mut command = Command::new(words.next().ok_or_else(invalid)?);
        command.args(words);
        return Ok(command);
    }
    let folders = env::var_os("PATH").unwrap_or_default();
    let is_there = |name: &&&str| env::split_paths(&folders).any(|folder| folder.join(name).is_file());
    match EDITORS.iter().find(is_there) {
        Some(editor) => Ok(Command::new(editor)),
        None => Err(failed(&format!(
            "no editor available: neither SOPS_EDITOR nor EDITOR is set, and there is none of {}",
            EDITORS.join(", ")
        ))),
    }
}

fn failed(reason: &str) -> Error {
    Error::new(Exit::NoEditorFound, format!("Could not run editor: {reason}"))
}

const EDITORS: [&str; 3] = ["vim", "nano", "vi"];
