//! Why an invocation fails.

use std::path::Path;

use super::exit::Exit;

/// An error of this personality: standard error gets the message, then the hint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Error {
    /// One line, in sops' words where it has some.
    pub(crate) message: String,
    /// The same in one line, where sops has many.
    pub(crate) brief: Option<String>,
    /// What to do about it, where that is not plain.
    pub(crate) hint: Option<String>,
    /// The code to exit with.
    pub(crate) exit: Exit,
}

impl Error {
    /// An error without a hint.
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            brief: None,
            hint: None,
            exit,
        }
    }

    /// The same error in one line, with the file that it is about.
    pub(crate) fn at(self, file: &Path) -> Self {
        let message = self.brief.as_ref().unwrap_or(&self.message);
        let message = message.trim_start_matches("Error: ");
        Self {
            message: format!("{}: {message}", file.display()),
            brief: None,
            ..self
        }
    }

    /// The same error with advice.
    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        Self {
            hint: Some(hint.into()),
            ..self
        }
    }
}

/// Arguments that ask for nothing that can be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum UsageError {
    /// Flags against the grammar: the help for standard output (empty where the environment was wrong), and the text of a `level=fatal` log
    /// line for standard error. The code is [`Exit::Generic`].
    Grammar { stdout: String, message: String },
    /// Well-formed flags that do not fit: log lines with `level=warning`, then the error's own plain line.
    Refused { warnings: Vec<String>, error: Error },
}
