//! What `signet edit`, `set` and `unset` do with a file that sops has encrypted.

use std::path::Path;

use signet_plaintext::Plaintext;

use super::{Sessions, encrypt::types};
use crate::{
    report::say,
    sops::{
        Error, Exit,
        file::{self, Creation, Edit, absolute, is_encrypted, opening, set, unset},
    },
};

/// Whether a file is one that sops has encrypted, or is not there and a creation rule names it.
///
/// # Errors
/// It has encrypted values in it and is broken, or the rule for it is wrong.
pub(crate) fn is_document(path: &Path) -> Result<bool, Error> {
    let found = match path.try_exists() {
        // What else is wrong with it is said by who reads it.
        Ok(true) if !path.is_file() => Ok(false),
        Ok(true) => is_encrypted(path, None),
        _ => Sessions::new(None).of(path)?.names(&absolute(path)?),
    };
    found.map_err(|error| error.at(path))
}

/// Lets a person edit it.
///
/// # Errors
/// It cannot be opened or written, or the editor failed.
pub(crate) fn edit_document(path: &Path) -> Result<(), Error> {
    let edit = Edit {
        file: path.to_owned(),
        name: None,
        types: types(None),
        creation: Creation::default(),
        show_master_keys: false,
        opening: opening(),
    };
    match file::edit(&*Sessions::new(None).of(path)?, &edit) {
        Err(error) if error.exit == Exit::FileHasNotBeenModified => {
            say("nothing changed");
            Ok(())
        }
        result => result.map_err(|error| error.at(path)),
    }
}

/// Sets texts in it, all or none: see [`file::set`].
///
/// # Errors
/// A place or a text that is none, or the file cannot be opened or written.
pub(crate) fn set_in_document(path: &Path, values: Vec<(String, Plaintext)>) -> Result<(), Error> {
    set(&*Sessions::new(None).of(path)?, path, values).map_err(|error| error.at(path))
}

/// Takes values away, all or none.
///
/// # Errors
/// A place at which there is nothing, or the file cannot be opened or written.
pub(crate) fn unset_in_document(path: &Path, places: &[String]) -> Result<(), Error> {
    unset(&*Sessions::new(None).of(path)?, path, places).map_err(|error| error.at(path))
}
