//! `sops filestatus`.

use std::path::Path;

use signet_document::tree::Source;
use signet_sops::{Encrypted, NotEncrypted};

use super::{
    destination,
    document::bytes,
    format::{LIMITS, form, format},
    session::absolute,
};
use crate::sops::{Error, Exit, command::InputType};

/// Says whether a file is encrypted: `{"encrypted":true}`. It needs no keys.
///
/// # Errors
/// The file cannot be read, or its metadata cannot.
pub(super) fn run(file: &Path, input: Option<InputType>) -> Result<(), Error> {
    let fail = |reason: &dyn std::fmt::Display| {
        let message = format!("cannot check file status: cannot load encrypted file: {reason}");
        Error::new(Exit::Generic, message)
    };
    let path = absolute(file)?;
    let format = format(input, &path);
    let bytes = bytes(Some(&path)).map_err(|error| fail(&error))?;
    let (_, trees) = Source::read_owned(bytes, format.encrypted(), &LIMITS).map_err(|error| fail(&error))?;
    let is_encrypted = match Encrypted::read(trees, form(format)) {
        Ok(encrypted) => encrypted.metadata.mac.is_some_and(|mac| !mac.is_empty()),
        Err(NotEncrypted::Missing) => false,
        Err(error) => return Err(fail(&error)),
    };
    destination::stdout(format!("{{\"encrypted\":{is_encrypted}}}\n").as_bytes())
}
