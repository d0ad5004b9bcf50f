//! A command in a shell.

use std::{
    ffi::{OsStr, OsString},
    io,
    os::unix::{ffi::OsStrExt, process::CommandExt},
    process::{Child, Command, ExitCode, ExitStatus},
};

use super::{generic, user::User};
use crate::{
    io::{
        file::reason,
        signals::{Running, relayed},
    },
    report::say,
    sops::Error,
};

pub(super) struct Shell {
    command: Command,
    user: Option<User>,
}

impl Shell {
    /// `/bin/sh -c COMMAND`, with our environment or with none.
    pub(super) fn new(line: &str, pristine: bool, user: Option<User>) -> Self {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", line]);
        if pristine {
            command.env_clear();
        }
        if let Some(user) = &user {
            command.envs(user.variables());
        }
        Self { command, user }
    }

    pub(super) fn env(&mut self, name: &OsString, value: &[u8]) {
        self.command.env(name, OsStr::from_bytes(value));
    }

    /// Runs it to its end and gives its code.
    ///
    /// # Errors
    /// It cannot be started.
    pub(super) fn run(self) -> Result<ExitCode, Error> {
        let status = relayed(|| self.spawn().map(Running::from)).map_err(|error| generic(&error.to_string()))?;
        Ok(code(status?.map_err(|error| failed(&error))?))
    }

    /// Starts it, and does not wait.
    ///
    /// # Errors
    /// It cannot be started.
    pub(super) fn start(self) -> Result<ExitCode, Error> {
        self.spawn().map(|_| ExitCode::SUCCESS)
    }

    /// Becomes the command.
    ///
    /// # Errors
    /// It cannot be started. Otherwise this does not return.
    pub(super) fn become_it(mut self) -> Result<ExitCode, Error> {
        if let Some(user) = &self.user {
            user.become_it()?;
        }
        Err(failed(&self.command.exec()))
    }

    fn spawn(mut self) -> Result<Child, Error> {
        let spawn = move || {
            if let Some(user) = &self.user {
                user.become_it()?;
            }
            self.command.spawn().map_err(|error| failed(&error))
        };
        // The credentials are those of a thread, and go with it: we stay who we are.
        std::thread::spawn(spawn)
            .join()
            .unwrap_or_else(|_| Err(generic("the command was not started")))
    }
}

/// The command's code, or 255 where a signal ended it; a line says so, as with upstream.
fn code(status: ExitStatus) -> ExitCode {
    match status.code() {
        Some(0) => ExitCode::SUCCESS,
        Some(code) => {
            say(&format!("exit status {code}"));
            ExitCode::from(u8::try_from(code).unwrap_or(u8::MAX))
        }
        None => {
            say(&status.to_string());
            ExitCode::from(u8::MAX)
        }
    }
}

fn failed(error: &io::Error) -> Error {
    generic(&format!("cannot start /bin/sh: {}", reason(error)))
}
