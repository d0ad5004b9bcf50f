//! A Secret as a directory with a file for each key.

use std::{
    fs::{self, File, Metadata},
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

use signet_api::Secret;
use signet_plaintext::Plaintext;

use super::{LIMIT, Marker, SecretFileError};
use crate::files;

/// Writes a new directory and puts it in place; a reader sees the old Secret or the new one.
pub(super) fn write(path: &Path, secret: Secret, source: &Path, is_new: bool) -> Result<(), SecretFileError> {
    let marker = Marker {
        source: source.to_owned(),
        metadata: secret.metadata,
        type_: secret.type_,
        immutable: secret.immutable,
    };
    let marker = serde_json::to_vec_pretty(&marker).map_err(|_| SecretFileError::Unwritable)?;
    let new = files::temporary_directory(path.parent().unwrap_or(path))?;
    for (key, value) in &secret.data {
        write_file(&new.path().join(key), value.expose())?;
    }
    write_file(&new.path().join(MARKER), &marker)?;
    files::sync(new.path())?;
    if is_new {
        files::rename_new(new.path(), path)?;
        let _ = new.keep();
        return Ok(());
    }
    files::exchange(new.path(), path).map_err(|error| match error.kind() {
        io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported => SecretFileError::Exchange,
        _ => error.into(),
    })?;
    Ok(new.close()?)
}

/// Reads a Secret back; nothing where it is not ours.
pub(super) fn read(path: &Path, metadata: &Metadata) -> io::Result<Option<Secret>> {
    let Some(marker) = metadata.is_dir().then(|| marker(path)).transpose()?.flatten() else {
        return Ok(None);
    };
    let mut secret = Secret {
        metadata: marker.metadata,
        type_: marker.type_,
        immutable: marker.immutable,
        ..Secret::default()
    };
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        match entry.file_name().into_string() {
            Ok(name) if name == MARKER => {}
            Ok(name) if entry.file_type()?.is_file() => {
                secret
                    .data
                    .insert(name, Plaintext::from(files::read(&entry.path(), LIMIT)?));
            }
            // No key has such a name, so the Secret differs from any that we would write, and is written anew.
            _ => {
                secret
                    .data
                    .insert(format!("/{}", entry.file_name().display()), Plaintext::from(Vec::new()));
            }
        }
    }
    Ok(Some(secret))
}

/// What the directory says about itself; nothing where it says nothing that we would have written.
pub(super) fn marker(path: &Path) -> io::Result<Option<Marker>> {
    let marker = path.join(MARKER);
    match fs::symlink_metadata(&marker) {
        Ok(metadata) if metadata.is_file() => Ok(serde_json::from_slice(&files::read(&marker, LIMIT)?).ok()),
        Ok(_) => Ok(None),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Changes the source in the marker, the one file that may change alone: no value depends on it.
pub(super) fn set_source(path: &Path, source: &Path) -> Result<(), SecretFileError> {
    let Some(mut marker) = marker(path)?.filter(|marker| marker.source != source) else {
        return Ok(());
    };
    marker.source = source.to_owned();
    let json = serde_json::to_vec_pretty(&marker).map_err(|_| SecretFileError::Unwritable)?;
    files::replace_from(path.parent().unwrap_or(path), &path.join(MARKER), &json)?;
    Ok(())
}

/// Removes the directory; a reader sees all of it or nothing.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    let directory = path.parent().unwrap_or(path);
    let grave = files::temporary_directory(directory)?;
    fs::rename(path, grave.path())?;
    files::sync(directory)?;
    grave.close()
}

fn write_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::options().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Beside the keys, none of which may have this name.
pub(super) const MARKER: &str = ".signet.json";
