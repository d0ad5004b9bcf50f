use std::{
    io::{IsTerminal, stdin},
    path::{Path, PathBuf},
};

use signet_api::ManifestError;
use signet_document::{Document, EditError, Editor, Limits, Position, ReadError, Value, read};
use zeroize::Zeroizing;

use super::file::{self, FileError};
use crate::report::Excerpt;

/// Where manifests come from.
#[derive(Clone)]
pub(crate) enum Source {
    File(PathBuf),
    Stdin,
}

/// A text of manifests. It holds plaintext and is wiped when dropped.
pub(crate) struct Input {
    name: String,
    text: Zeroizing<Vec<u8>>,
}

impl Source {
    /// The path, if it has one.
    pub(crate) fn path(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Stdin => None,
        }
    }

    /// The argument of a person: `-` is standard input.
    pub(crate) fn new(path: PathBuf) -> Self {
        if path.as_os_str() == "-" {
            Self::Stdin
        } else {
            Self::File(path)
        }
    }

    /// Whether a person would have to type it.
    pub(crate) fn is_terminal(&self) -> bool {
        matches!(self, Self::Stdin) && stdin().is_terminal()
    }
}

impl Input {
    /// A text that is at hand already, under the name by which messages call it.
    pub(crate) fn new(name: String, text: Zeroizing<Vec<u8>>) -> Self {
        Self { name, text }
    }

    /// Reads it whole.
    ///
    /// # Errors
    /// [`FileError`].
    pub(crate) fn read(source: &Source) -> Result<Self, FileError> {
        Ok(match source {
            Source::File(path) => Self {
                name: path.display().to_string(),
                text: file::read(path)?,
            },
            Source::Stdin => Self {
                name: "stdin".to_owned(),
                text: file::read_stdin()?,
            },
        })
    }

    /// The name by which messages call it.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The text of it.
    pub(crate) fn text(&self) -> &[u8] {
        &self.text
    }

    /// Whether it seems to hold an object of one of the kinds, though it cannot be read.
    pub(crate) fn names(&self, kinds: &[&str]) -> bool {
        names_kind(&String::from_utf8_lossy(&self.text).replace('\0', ""), kinds)
    }

    /// Its documents, in order. After an error there are no more.
    pub(crate) fn documents(&self) -> impl Iterator<Item = Result<Document, DocumentError>> {
        let limits = Limits::default();
        read(&self.text, &limits)
            .map(|document| document.map_err(|error| DocumentError::unreadable(self, &error)))
            .collect::<Vec<_>>()
            .into_iter()
    }

    /// That it cannot be read.
    pub(crate) fn unreadable(&self, error: &ReadError) -> DocumentError {
        DocumentError::unreadable(self, error)
    }

    /// Its documents, to be edited.
    ///
    /// # Errors
    /// [`DocumentError`]: it cannot be read.
    pub(crate) fn editor(&self) -> Result<Editor, DocumentError> {
        Editor::new(&self.text, &Limits::default()).map_err(|error| DocumentError::unreadable(self, &error))
    }

    /// That an edit would change more than it should.
    pub(crate) fn entangled(&self, error: &EditError) -> DocumentError {
        DocumentError {
            input: self.name.clone(),
            position: error.position,
            message: format!("{}: {}", error.path, error.fault),
            hint: error.hint().map(str::to_owned),
            // The place is one of the text as edited so far, which nobody has seen.
            excerpt: None,
        }
    }

    /// That the object in `document` is not what it should be.
    pub(crate) fn malformed(&self, error: &ManifestError) -> DocumentError {
        DocumentError {
            input: self.name.clone(),
            position: error.position(),
            message: error.to_string(),
            hint: error.hint(),
            excerpt: Excerpt::of_field(&self.text, error.position()).map(Box::new),
        }
    }

    /// That something is wrong with the whole of `document`.
    pub(crate) fn refused(&self, document: &Document, message: impl ToString, hint: Option<&str>) -> DocumentError {
        DocumentError {
            input: self.name.clone(),
            position: document.start,
            message: message.to_string(),
            hint: hint.map(str::to_owned),
            excerpt: None,
        }
    }

    /// That `document` is a List, if it is one. It is not expanded: its items would lose their places.
    pub(crate) fn refuse_list(&self, document: &Document) -> Result<(), DocumentError> {
        let Value::Mapping(mapping) = &document.root.value else {
            return Ok(());
        };
        let kind = mapping.get("kind").and_then(|kind| kind.as_text()).unwrap_or_default();
        if kind.ends_with("List") {
            return Err(self.refused(document, "kind: is a List, not one object", Some(LIST_HINT)));
        }
        Ok(())
    }
}

/// Whether a text that cannot be read was meant to hold an object of one of the kinds.
pub(crate) fn names_kind(text: &str, kinds: &[&str]) -> bool {
    text.match_indices("kind").any(|(at, name)| {
        let before = text.get(..at).and_then(|text| text.chars().next_back());
        let rest = text.get(at + name.len()..).unwrap_or_default();
        let rest = rest.trim_start_matches(['"', '\'']).trim_start();
        let Some(value) = rest.strip_prefix(':') else {
            return false;
        };
        let value = value.trim_start().trim_start_matches(['"', '\'']);
        let end = value
            .find(|end: char| !end.is_ascii_alphanumeric())
            .unwrap_or(value.len());
        !before.is_some_and(char::is_alphanumeric) && value.get(..end).is_some_and(|kind| kinds.contains(&kind))
    })
}

/// A document that cannot be taken, with its place. The message names fields, never values.
#[derive(Debug, thiserror::Error)]
#[error("{input}:{position}: {message}")]
pub(crate) struct DocumentError {
    pub(crate) input: String,
    pub(crate) position: Position,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
    /// Boxed: the error stands in many a result.
    pub(crate) excerpt: Option<Box<Excerpt>>,
}

impl DocumentError {
    fn unreadable(input: &Input, error: &ReadError) -> Self {
        let position = error.position();
        let text = error.to_string();
        // The reader's own text starts with the place.
        let message = text.strip_prefix(&format!("{position}: ")).unwrap_or(&text).to_owned();
        Self {
            input: input.name.clone(),
            position,
            message,
            hint: error.hint().map(str::to_owned),
            excerpt: Excerpt::of_text(&input.text, position).map(Box::new),
        }
    }
}

const LIST_HINT: &str = "write each item as a document of its own, with --- between them";
