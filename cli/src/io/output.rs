use std::{
    fs::File,
    io::{self, ErrorKind, IsTerminal, Write},
    os::fd::AsFd,
    path::{Path, PathBuf},
};

use signet_document::{Format, Node, write_json, write_yaml};
use zeroize::Zeroizing;

use super::{
    file::reason,
    replace::{Mode, replace},
};

/// Where a result goes. It goes there whole or not at all.
pub(crate) enum Target {
    File { path: PathBuf, mode: Mode },
    Stdout,
}

impl Target {
    /// A file with that mode, or standard output where there is none.
    pub(crate) fn new(path: Option<PathBuf>, mode: Mode) -> Self {
        path.map_or(Self::Stdout, |path| Self::File { path, mode })
    }

    /// The format that the file's extension asks for.
    pub(crate) fn format(&self) -> Option<Format> {
        let Self::File { path, .. } = self else { return None };
        match path.extension()?.to_str()? {
            "json" => Some(Format::Json),
            "yaml" | "yml" => Some(Format::Yaml),
            _ => None,
        }
    }

    /// Whether a person looks at it.
    pub(crate) fn is_terminal(&self) -> bool {
        matches!(self, Self::Stdout) && io::stdout().is_terminal()
    }

    /// Writes the result.
    ///
    /// # Errors
    /// [`OutputError`]; a file that stood there before is then as it was.
    pub(crate) fn write(&self, text: &[u8]) -> Result<(), OutputError> {
        match self {
            Self::Stdout => write_stdout(text),
            Self::File { path, mode } => replace(path, text, *mode).map_err(|error| OutputError::new(path, &error)),
        }
    }
}

/// Writes to standard output. Whoever stopped reading it has what they wanted.
///
/// # Errors
/// [`OutputError`].
pub(crate) fn write_stdout(text: &[u8]) -> Result<(), OutputError> {
    // Not through std's own buffer, which nobody wipes.
    let stdout = io::stdout().as_fd().try_clone_to_owned().map(File::from);
    match stdout.and_then(|mut stdout| stdout.write_all(text)) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(OutputError::new(Path::new("stdout"), &error)),
        _ => Ok(()),
    }
}

/// The objects as one text: JSON one after the other, YAML with `---` between them.
pub(crate) fn render(nodes: &[Node], format: Format) -> Zeroizing<String> {
    let texts: Vec<_> = nodes
        .iter()
        .map(|node| match format {
            Format::Json => write_json(node),
            Format::Yaml => write_yaml(node),
        })
        .collect();
    let separator = match format {
        Format::Json => "",
        Format::Yaml => SEPARATOR,
    };
    join(&texts, separator)
}

/// As [`render`], with `---` in front of each YAML document, as kubeseal has it.
pub(crate) fn render_as_kubeseal(nodes: &[Node], format: Format) -> Zeroizing<String> {
    let text = render(nodes, format);
    match format {
        Format::Json => text,
        Format::Yaml => join(&[Zeroizing::new(SEPARATOR.to_owned()), text], ""),
    }
}

/// A result that cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {}: {reason}", .path.display())]
pub(crate) struct OutputError {
    pub(crate) path: PathBuf,
    pub(crate) reason: String,
}

impl OutputError {
    fn new(path: &Path, error: &io::Error) -> Self {
        Self {
            path: path.to_owned(),
            reason: reason(error),
        }
    }
}

/// Sized beforehand: a text that grows leaves copies behind.
fn join(texts: &[Zeroizing<String>], separator: &str) -> Zeroizing<String> {
    let length = texts.iter().map(|text| text.len() + separator.len()).sum();
    let mut joined = Zeroizing::new(String::with_capacity(length));
    for (index, text) in texts.iter().enumerate() {
        joined.push_str(if index > 0 { separator } else { "" });
        joined.push_str(text);
    }
    joined
}

const SEPARATOR: &str = "---\n";
