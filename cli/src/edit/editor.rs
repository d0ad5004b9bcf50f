use std::{
    env,
    io::{self, IsTerminal, Read, stdin},
    path::PathBuf,
    process::{Command, ExitStatus},
};

use zeroize::Zeroizing;

use crate::{
    io::{
        file,
        private::PrivateFolder,
        signals::{Interrupted, Running, guarded},
    },
    report::{Error, Errors, ask, show},
};

/// A text that is being edited.
pub(super) struct Session {
    // Dropped last of all that knows of it.
    _folder: PrivateFolder,
    path: PathBuf,
}

/// Why a text was not edited.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EditorError {
    #[error("the editor failed ({0}), so nothing was changed")]
    Failed(ExitStatus),
    #[error("cannot make a private folder: {0}")]
    Folder(String),
    #[error("interrupted, so nothing was changed")]
    Interrupted(#[from] Interrupted),
    #[error("cannot start the editor {editor}: {reason}")]
    Start { editor: String, reason: String },
}

impl Session {
    /// # Errors
    /// [`EditorError::Folder`].
    pub(super) fn new(text: &str) -> Result<Self, EditorError> {
        let fail = |error: io::Error| EditorError::Folder(file::reason(&error));
        let folder = PrivateFolder::new().map_err(fail)?;
        let path = folder.write("secret.yaml", text.as_bytes()).map_err(fail)?;
        Ok(Self { _folder: folder, path })
    }

    /// Lets a person edit until the text can be taken, or they give up.
    ///
    /// # Errors
    /// [`EditorError`]; or why the text cannot be taken, where nobody can be asked.
    pub(super) fn run<T>(&self, take: impl Fn(Zeroizing<Vec<u8>>) -> Result<T, Error>) -> Result<T, Error> {
        loop {
            self.edit()?;
            match take(file::read(&self.path)?) {
                Ok(edited) => return Ok(edited),
                Err(error) if stdin().is_terminal() => {
                    show(&Errors::from(error));
                    ask("press Enter to go on editing, or Ctrl-C to give up and change nothing ");
                    let start = || Ok::<_, io::Error>(Running::new(|| stdin().lock().read(&mut [0; 64])));
                    let answer = guarded(start, true).map_err(EditorError::from)?;
                    let answer = answer.and_then(|read| read);
                    answer
                        .ok()
                        .filter(|length| *length > 0)
                        .ok_or(EditorError::from(Interrupted))?;
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn edit(&self) -> Result<(), EditorError> {
        let named = |variable| env::var_os(variable).filter(|editor| !editor.is_empty());
        let editor = named("VISUAL").or_else(|| named("EDITOR")).unwrap_or("vi".into());
        let editor = editor.to_string_lossy().into_owned();
        let fail = |error: io::Error| EditorError::Start {
            editor: editor.clone(),
            reason: file::reason(&error),
        };
        // As git does: the variable may have arguments.
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", &format!("{editor} \"$@\""), &editor])
            .arg(&self.path);
        let start = || command.spawn().map(Running::from);
        let status = guarded(start, false).map_err(EditorError::from)?;
        let status = status.and_then(|status| status).map_err(fail)?;
        if status.success() {
            Ok(())
        } else {
            Err(EditorError::Failed(status))
        }
    }
}
