//! A file's text and the documents in it: read, and written again as far as it changed.

use std::path::Path;

use signet_document::{
    ReadError,
    tree::{self, Source, Tree, TreeFormat, WriteError},
};
use signet_plaintext::DataKey;
use signet_sops::{Encrypted, NotEncrypted, Plain};
use zeroize::Zeroizing;

use super::{
    format::{LIMITS, form, layout},
    open::{self, now},
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
pub(super) fn read_plain(bytes: Zeroizing<Vec<u8>>, format: TreeFormat) -> Result<(Text, Vec<Tree>), Error> {
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
pub(super) fn read_encrypted(bytes: Zeroizing<Vec<u8>>, format: TreeFormat) -> Result<(Text, Encrypted), Error> {
    let (text, trees) = read(bytes, format.encrypted()).map_err(|error| {
        let (exit, message) = match &error {
            ReadError::KeyType(_) => (
                Exit::ErrorDecryptingTree,
                format!("Error decrypting tree: {error}: only string keys are supported"),
            ),
            error => (
                Exit::Generic,
                format!("Error unmarshalling input {}: {error}", name(format)),
            ),
        };
        advised(exit, message, error.hint())
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

fn read(bytes: Zeroizing<Vec<u8>>, notation: TreeFormat) -> Result<(Text, Vec<Tree>), ReadError> {
    let (source, trees) = Source::read_owned(bytes, notation, &LIMITS)?;
    Ok((Text { source, notation }, trees))
}

impl Text {
    /// Encrypts documents of this text and writes them into it. What is written is read again: it is what it should be, or nothing is written.
    ///
    /// # Errors
    /// A value cannot be encrypted, or the format has no way to write it.
    pub(super) fn encrypt(
        &self,
        session: &Session,
        plain: Plain,
        key: &DataKey,
        format: TreeFormat,
    ) -> Result<Zeroizing<Vec<u8>>, Error> {
        let now = now();
        let mut trees = trees(open::encrypt(plain, key, now)?, format)?;
        let mut text = self.write_trees(session, &trees, format)?;
        if !self.source.may_read_otherwise(&trees) {
            return Ok(text);
        }
        for _ in 0..ATTEMPTS {
            let Ok((source, read)) = read(text.clone(), format) else {
                break;
            };
            if Encrypted::reads_back(&trees, &read) {
                return Ok(text);
            }
            // Only comments may have found another place.
            if !Plain::reads_back(&trees, &read) {
                break;
            }
            let Ok(reads) = Encrypted::read(read, form(format)) else {
                break;
            };
            let made = Encrypted::read(trees, form(format)).map_err(not_read)?;
            let plain = reads.reopen(made, key).map_err(not_read)?;
            trees = self::trees(open::encrypt(plain, key, now)?, format)?;
            text = source.write_trees(session, &trees, format)?;
        }
        laid_out(session, &trees, format)
    }

    /// The text of encrypted documents that stay as they are, with other metadata.
    ///
    /// # Errors
    /// The format has no way to write them.
    pub(super) fn write_encrypted(
        &self,
        session: &Session,
        encrypted: Encrypted,
        format: TreeFormat,
    ) -> Result<Zeroizing<Vec<u8>>, Error> {
        self.write_trees(session, &trees(encrypted, format)?, format)
    }

    /// The text of encrypted documents without their metadata, for somebody to look at.
    ///
    /// # Errors
    /// The format has no way to write them.
    pub(super) fn write_encrypted_values(
        &self,
        session: &Session,
        trees: &[Tree],
        format: TreeFormat,
    ) -> Result<Zeroizing<Vec<u8>>, Error> {
        self.write_trees(session, trees, format)
    }

    fn write_trees(&self, session: &Session, trees: &[Tree], format: TreeFormat) -> Result<Zeroizing<Vec<u8>>, Error> {
        self.write(session, trees, format, format.encrypted())?
            .map_err(not_written)
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
        let is_checked = self.source.may_read_otherwise(trees);
        finish_plain(session, written, is_checked, trees, format)
    }

    /// As [`Text::write_plain`], for somebody who needs neither the text nor the documents any more: it costs less memory.
    ///
    /// # Errors
    /// As [`Text::write_plain`].
    pub(super) fn into_plain(
        self,
        session: &Session,
        mut trees: Vec<Tree>,
        format: TreeFormat,
    ) -> Result<Zeroizing<Vec<u8>>, Error> {
        let layout = layout(session, format)?;
        let is_checked = self.source.may_read_otherwise(&trees);
        let written = if self.notation != format || session.settings.indent.is_some() {
            tree::write_once(&mut trees, format, &layout)
        } else {
            self.source.into_written(&mut trees, &layout)
        };
        finish_plain(session, written, is_checked, &trees, format)
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
        if self.notation != notation || session.settings.indent.is_some() {
            return Ok(tree::write(trees, notation, &layout));
        }
        Ok(self.source.write(trees, &layout))
    }
}

/// A readable text, which is in upstream's layout where it is to be checked and would read otherwise than its documents.
fn finish_plain(
    session: &Session,
    mut written: Result<Zeroizing<Vec<u8>>, WriteError>,
    is_checked: bool,
    trees: &[Tree],
    format: TreeFormat,
) -> Result<Zeroizing<Vec<u8>>, Error> {
    if let Ok(text) = &written
        && is_checked
        && !read(text.clone(), format).is_ok_and(|(_, read)| Plain::reads_back(trees, &read))
    {
        written = tree::write(trees, format, &layout(session, format)?);
    }
    written.map_err(|error| {
        let error_ = Error::new(Exit::ErrorDumpingTree, format!("Error dumping file: {error}"));
        match format {
            TreeFormat::Binary => error_
                .hint("this is likely not an encrypted binary file; --output-type selects the correct output type"),
            _ => error_,
        }
    })
}

/// The text in upstream's layout, where no other can be read again.
fn laid_out(session: &Session, trees: &[Tree], format: TreeFormat) -> Result<Zeroizing<Vec<u8>>, Error> {
    let text = tree::write(trees, format, &layout(session, format)?).map_err(not_written)?;
    let (_, read) = read(text.clone(), format).map_err(not_read)?;
    match Encrypted::reads_back(trees, &read) {
        true => Ok(text),
        false => Err(not_read("other values are read than were written")),
    }
}

fn trees(encrypted: Encrypted, format: TreeFormat) -> Result<Vec<Tree>, Error> {
    encrypted.write(form(format)).map_err(|_| reserved())
}

fn not_written(error: WriteError) -> Error {
    Error::new(Exit::ErrorDumpingTree, format!("Could not marshal tree: {error}"))
}

/// A fault of ours: what would be written could not be read.
fn not_read(error: impl std::fmt::Display) -> Error {
    let message = format!("Could not marshal tree: the encrypted text could not be read again: {error}");
    Error::new(Exit::ErrorDumpingTree, message).hint("nothing was written; please report it, with the file's layout")
}

/// How often comments may find another place.
const ATTEMPTS: usize = 3;

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
