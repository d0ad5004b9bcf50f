//! `sops edit`.

mod editor;

use std::{
    io::{self, Read, stdin},
    path::Path,
};

use signet_document::tree::TreeFormat;
use signet_plaintext::DataKey;
use signet_sops::{Encrypted, KeyGroup, Plain};
use zeroize::Zeroizing;

use super::{
    creation::{New, VERSION, new_data_key},
    destination,
    document::{Text, bytes, read_encrypted, read_plain},
    encrypt::check,
    example::example,
    format::{Formats, layout},
    log::{Level, log},
    open::{Opened, now, open},
    session::{Session, absolute},
    update_keys::regrouped,
};
use crate::{
    io::{
        private::PrivateFolder,
        signals::{Interrupted, Running, guarded},
    },
    sops::{Error, Exit, command::Edit},
};

/// Lets a person edit the values of a file, or of an example where there is none.
///
/// # Errors
/// The file cannot be read, decrypted or written, the editor failed, or nothing was changed.
pub(crate) fn run(session: &Session, edit: &Edit) -> Result<(), Error> {
    let file = absolute(&edit.file)?;
    let name = edit.name.as_deref().map_or(Ok(file.clone()), absolute)?;
    let formats = Formats::new(edit.types, &name);
    let opened = match file.exists() {
        true => open(session, Some(&file), formats.input, &edit.opening, Encrypted::decrypt)?,
        false => create(session, edit, &name, formats)?,
    };
    let encrypted = Editing {
        session,
        edit,
        format: formats.output,
    }
    .run(&file, opened)?;
    destination::in_place(&file, &encrypted)
}

/// An example that is not encrypted yet.
fn create(session: &Session, edit: &Edit, name: &Path, formats: Formats) -> Result<Opened, Error> {
    let new = New::of(session, &edit.creation, name, formats.input)?;
    let layout = layout(session, formats.input)?;
    let text = example(formats.input, &layout);
    let text = text.map_err(|error| Error::new(Exit::ErrorDumpingTree, format!("Could not marshal tree: {error}")))?;
    let (text, documents) = read_plain(text, formats.input)?;
    let key = new_data_key()?;
    let metadata = new.metadata(session, &edit.opening.services, &key);
    let metadata = metadata.map_err(|error| Error {
        exit: Exit::CouldNotRetrieveKey,
        ..error
    })?;
    let plain = Plain::new(documents, metadata);
    Ok(Opened { text, plain, key })
}

struct Editing<'a> {
    session: &'a Session,
    edit: &'a Edit,
    format: TreeFormat,
}

impl Editing<'_> {
    /// The edited file, encrypted. The plaintext is in a private folder meanwhile, which is wiped.
    fn run(&self, file: &Path, opened: Opened) -> Result<Zeroizing<Vec<u8>>, Error> {
        let fail = |error: std::io::Error| {
            let reason = crate::io::file::reason(&error);
            let message = format!("Could not create temporary directory: {reason}");
            Error::new(Exit::CouldNotWriteOutputFile, message)
        };
        let Opened { text, plain, key } = opened;
        let (shown, mut plain) = self.shown(&text, plain, &key)?;
        let folder = PrivateFolder::new().map_err(fail)?;
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let path = folder.write(&name, &shown).map_err(fail)?;
        loop {
            editor::run(&path)?;
            let edited = bytes(Some(&path))?;
            if *edited == *shown {
                return Err(Error::new(
                    Exit::FileHasNotBeenModified,
                    "File has not changed, exiting.",
                ));
            }
            match self.take(&edited, &mut plain, &key) {
                Ok(text) => {
                    return text.encrypt(self.session, plain, &key, self.format);
                }
                Err((message, error)) => {
                    log(
                        Level::Error,
                        &format!("{message} {PRESS}"),
                        &[("error", &error.message)],
                    );
                    wait_for_enter(error)?;
                }
            }
        }
    }

    /// What is edited: the values, and the metadata too where they were asked for.
    fn shown(&self, text: &Text, plain: Plain, key: &DataKey) -> Result<(Zeroizing<Vec<u8>>, Plain), Error> {
        if !self.edit.show_master_keys {
            let shown = text.write_plain(self.session, plain.documents(), self.format)?;
            return Ok((shown, plain));
        }
        let readable = plain.into_readable(key);
        let (shown, plain) = readable.map_err(|error| Error::new(Exit::Generic, error.to_string()))?;
        Ok((text.write_encrypted(self.session, shown, self.format)?, plain))
    }

    /// Takes over what was edited.
    fn take(
        &self,
        edited: &Zeroizing<Vec<u8>>,
        plain: &mut Plain,
        key: &DataKey,
    ) -> Result<Text, (&'static str, Error)> {
        let formats = Formats {
            input: self.format,
            output: self.format,
        };
        let text = if self.edit.show_master_keys {
            let (text, edited) = read_encrypted(edited.clone(), self.format).map_err(|error| (BAD_METADATA, error))?;
            check(&edited.documents, formats).map_err(|error| (BAD_TREE, error))?;
            self.regroup(edited, plain, key)
                .map_err(|error| (BAD_METADATA, error))?;
            text
        } else {
            let (text, documents) = read_plain(edited.clone(), self.format).map_err(|error| (BAD_SYNTAX, error))?;
            check(&documents, formats).map_err(|error| (BAD_TREE, error))?;
            let replaced = plain.replace(documents, key);
            replaced.map_err(|error| (BAD_TREE, Error::new(Exit::Generic, error.to_string())))?;
            text
        };
        if is_older(&plain.metadata.version) {
            VERSION.clone_into(&mut plain.metadata.version);
        }
        Ok(text)
    }
}

impl Editing<'_> {
    /// Takes over documents with metadata, and wraps the data key for keys that were added to them.
    fn regroup(&self, edited: Encrypted, plain: &mut Plain, key: &DataKey) -> Result<(), Error> {
        let groups = edited.metadata.key_groups.iter();
        let groups: Vec<_> = groups.map(KeyGroup::master_keys).collect();
        let before = plain.metadata.key_groups.clone();
        let threshold = edited.metadata.shamir_threshold;
        let services = &self.edit.opening.services;
        let (groups, threshold) = regrouped(self.session, services, &before, &groups, threshold, key, now())?;
        plain.replace_with_metadata(edited);
        (plain.metadata.key_groups, plain.metadata.shamir_threshold) = (groups, threshold);
        Ok(())
    }
}

/// Whether a version is below the one that is written.
fn is_older(version: &str) -> bool {
    let numbers = |version: &str| -> Vec<u64> {
        let version = version.split(['-', '+']).next().unwrap_or_default();
        version
            .split('.')
            .map(|part| part.parse().unwrap_or_default())
            .collect()
    };
    numbers(version) < numbers(VERSION)
}

/// Waits until a person wants to go on editing.
///
/// # Errors
/// There is nobody; then what was wrong is the error.
fn wait_for_enter(error: Error) -> Result<(), Error> {
    let start = || Ok::<_, io::Error>(Running::new(|| stdin().lock().read(&mut [0; 64])));
    match guarded(start, true).map_err(cancelled)? {
        Ok(Ok(1..)) => Ok(()),
        _ => Err(error),
    }
}

fn cancelled(_: Interrupted) -> Error {
    Error::new(Exit::Generic, "User canceled operation")
}

const PRESS: &str = "Press enter to return to the editor, or Ctrl+C to exit.";
const BAD_SYNTAX: &str = "Could not load tree, probably due to invalid syntax.";
const BAD_METADATA: &str = "SOPS metadata is invalid.";
const BAD_TREE: &str = "Tree not valid for encryption.";
