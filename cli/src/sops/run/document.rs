//! A file's text and the documents in it: read, and written again as far as it changed.

use std::path::Path;

use signet_document::{
    ReadError,
    tree::{self, Source, Tree, TreeFormat, WriteError},
};
use signet_sops::{Encrypted, NotEncrypted};
use zeroize::Zeroizing;

use super::{
    format::{LIMITS, form, layout},
    session::Session,
};
use crate::{
    io::file,
    sops::{Error, Exit},
};

/// A text that was read. Without `Debug`: it may be plaintext.
pub(super) struct Text {
    source: Source,
    notation: TreeFormat,
}

/// The bytes of a file, or of standard input where there is none.
///
/// # Errors
/// They cannot be read.
pub(super) fn bytes(path: Option<&Path>) -> Result<Zeroizing<Vec<u8>>, Error> {
    let (read, what) = match path {
        Some(path) => (file::read_at_most(path, LIMITS.bytes), "Error reading file"),
        None => (file::read_stdin_at_most(LIMITS.bytes), "Error reading from stdin"),
    };
    read.map_err(|error| Error::new(Exit::CouldNotReadInputFile, format!("{what}: {error}")))
}

/// The documents of a plaintext.
///
/// # Errors
/// It is not of its format.
pub(super) fn read_plain(bytes: &[u8], format: TreeFormat) -> Result<(Text, Vec<Tree>), Error> {
    read(bytes, format).map_err(|error| {
        let (exit, message) = match &error {
            ReadError::KeyType(_) => (
                Exit::ErrorEncryptingTree,
                format!("Error encrypting tree: {error}: only string keys are supported"),
            ),
            error => (
                Exit::CouldNotReadInputFile,
                format!("Error unmarshalling file: {error}"),
            ),
        };
        advised(exit, message, error.hint())
    })
}

/// An encrypted text.
///
/// # Errors
/// It is not of its format, or not encrypted.
pub(super) fn read_encrypted(bytes: &[u8], format: TreeFormat) -> Result<(Text, Encrypted), Error> {
    let (text, trees) = read(bytes, format.encrypted()).map_err(|error| {
        let message = format!("Error unmarshalling input {}: {error}", name(format));
        advised(Exit::Generic, message, error.hint())
    })?;
    let encrypted = Encrypted::read(trees, form(format)).map_err(|error| {
        let hint = match error {
            NotEncrypted::Missing => Some("the file is not encrypted, or of another format: see --input-type"),
            NotEncrypted::NotMapping | NotEncrypted::Duplicate | NotEncrypted::Metadata(_) => None,
        };
        advised(Exit::Generic, error.to_string(), hint)
    })?;
    Ok((text, encrypted))
}

fn read(bytes: &[u8], notation: TreeFormat) -> Result<(Text, Vec<Tree>), ReadError> {
    let (source, trees) = Source::read(bytes, notation, &LIMITS)?;
    Ok((Text { source, notation }, trees))
}

impl Text {
    /// The text of encrypted documents, their metadata among them.
    ///
    /// # Errors
    /// The format has no way to write them.
    pub(super) fn write_encrypted(
        &self,
        session: &Session,
        encrypted: Encrypted,
        format: TreeFormat,
    ) -> Result<Zeroizing<Vec<u8>>, Error> {
        let trees = encrypted.write(form(format)).map_err(|_| reserved())?;
        let written = self.write(session, &trees, format, format.encrypted())?;
        written.map_err(|error| Error::new(Exit::ErrorDumpingTree, format!("Could not marshal tree: {error}")))
    }

    /// The text of readable documents.
    ///
    /// # Errors
    /// The format has no way to write them.
    pub(super) fn write_plain(
        &self,
        session: &Session,
        trees: &[Tree],
        format: TreeFormat,
    ) -> Result<Zeroizing<Vec<u8>>, Error> {
        let written = self.write(session, trees, format, format)?;
        written.map_err(|error| {
            let error_ = Error::new(Exit::ErrorDumpingTree, format!("Error dumping file: {error}"));
            match format {
                TreeFormat::Binary => error_
                    .hint("this is likely not an encrypted binary file; --output-type selects the correct output type"),
                _ => error_,
            }
        })
    }

    /// As the text that was read, where the notation is the same and no other layout was asked for.
    fn write(
        &self,
        session: &Session,
        trees: &[Tree],
        format: TreeFormat,
        notation: TreeFormat,
    ) -> Result<Result<Zeroizing<Vec<u8>>, WriteError>, Error> {
        let layout = layout(session, format)?;
        Ok(match self.notation == notation && session.settings.indent.is_none() {
            true => self.source.write(trees, &layout),
            false => tree::write(trees, notation, &layout),
        })
    }
}

/// A document that has keys of its own where metadata go.
pub(super) fn reserved() -> Error {
    Error::new(
        Exit::FileAlreadyEncrypted,
        "The file you have provided contains a top-level entry called 'sops', or for flat file formats top-level entries starting with \
         'sops_'. This is generally due to the file already being encrypted.",
    )
    .hint("edit an encrypted file with `sops edit FILE`; if the file is not encrypted, rename the entry")
}

fn advised(exit: Exit, message: String, hint: Option<&str>) -> Error {
    Error {
        hint: hint.map(str::to_owned),
        ..Error::new(exit, message)
    }
}

fn name(format: TreeFormat) -> &'static str {
    match format {
        TreeFormat::Yaml => "yaml",
        TreeFormat::Json => "json",
        TreeFormat::Dotenv => "dotenv",
        TreeFormat::Ini => "ini",
        TreeFormat::Binary => "binary",
    }
}
