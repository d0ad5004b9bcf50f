//! `signet merge`: two versions of an encrypted file that come from one.

use std::path::Path;

use signet_document::tree::TreeFormat;
use signet_sops::{Metadata, Plain, merge};

use super::{
    destination,
    document::{bytes, read_encrypted},
    open::{Opened, data_key, not_decrypted},
    session::{Session, absolute},
};
use crate::sops::{
    Error, Exit,
    command::{KeyServices, Settings},
};

/// Merges what changed from `base` to `theirs` into `ours`, as a merge driver of Git. `name` is what the file is called in the repository, whose
/// format it has.
///
/// # Errors
/// A version cannot be opened, or both sides changed the same value. `ours` is then as it was.
pub(in crate::sops) fn run(base: &Path, ours: &Path, theirs: &Path, name: &Path) -> Result<(), Error> {
    let session = Session::new(Settings::default())?;
    let format = TreeFormat::of_path(&name.to_string_lossy());
    let versions = Versions {
        base: opened(&session, base, format)?,
        ours: opened(&session, ours, format)?.ok_or_else(|| missing(ours))?,
        theirs: opened(&session, theirs, format)?.ok_or_else(|| missing(theirs))?,
    };
    let text = versions.merged(&session, format)?;
    destination::in_place(&absolute(ours)?, &text)
}

struct Versions {
    /// None where both sides made the file.
    base: Option<Opened>,
    ours: Opened,
    theirs: Opened,
}

impl Versions {
    fn merged(self, session: &Session, format: TreeFormat) -> Result<zeroize::Zeroizing<Vec<u8>>, Error> {
        let Self { base, ours, theirs } = self;
        // The side that changed the keys is the one that the other joins.
        let (main, other) = match (is_changed(base.as_ref(), &ours), is_changed(base.as_ref(), &theirs)) {
            (true, true) if !is_same_keys(&ours, &theirs) => {
                return Err(conflict("both sides changed the keys or the rules of the file"));
            }
            (false, true) => (theirs, ours),
            _ => (ours, theirs),
        };
        let Opened { text, mut plain, key } = main;
        let mut other = other;
        if other.key.same(&key) {
            let known = plain.know(&mut other.plain, &key);
            known.map_err(|error| Error::new(Exit::Generic, error.to_string()))?;
        }
        let before = base.as_ref().map_or(&[][..], |base| base.plain.documents());
        let conflicts = merge(before, plain.documents_mut(), other.plain.into_documents());
        if !conflicts.is_empty() {
            let names: Vec<_> = conflicts.iter().map(ToString::to_string).collect();
            return Err(conflict(&format!("both sides changed {}", names.join(", "))));
        }
        text.encrypt(session, plain, &key, format)
    }
}

/// A version; none where it is empty, as Git has a base that there is not.
fn opened(session: &Session, path: &Path, format: TreeFormat) -> Result<Option<Opened>, Error> {
    let bytes = bytes(Some(path))?;
    if bytes.is_empty() {
        return Ok(None);
    }
    let (text, encrypted) = read_encrypted(bytes, format)?;
    let key = data_key(session, &encrypted.metadata, &[], &KeyServices::local());
    let key = key.map_err(|error| error.at(path))?;
    let plain = encrypted.decrypt(&key).map_err(not_decrypted)?;
    Ok(Some(Opened { text, plain, key }))
}

/// Whether a version has other keys or rules than the one that it comes from.
fn is_changed(base: Option<&Opened>, version: &Opened) -> bool {
    base.is_some_and(|base| !is_same_keys(base, version))
}

fn is_same_keys(one: &Opened, other: &Opened) -> bool {
    one.key.same(&other.key) && keys(&one.plain) == keys(&other.plain)
}

/// What a version is encrypted with, and how.
fn keys(plain: &Plain) -> impl PartialEq + use<> {
    let Metadata {
        key_groups,
        shamir_threshold,
        rule,
        mac_only_encrypted,
        ..
    } = &plain.metadata;
    let names = key_groups.iter().map(|group| {
        let mut names: Vec<_> = group.keys.iter().map(|key| key.key.to_string()).collect();
        names.sort();
        names
    });
    (
        names.collect::<Vec<_>>(),
        *shamir_threshold,
        rule.clone(),
        *mac_only_encrypted,
    )
}

fn missing(path: &Path) -> Error {
    Error::new(
        Exit::CouldNotReadInputFile,
        format!("{}: the file is empty", path.display()),
    )
}

fn conflict(message: &str) -> Error {
    Error::new(Exit::Conflict, format!("conflict: {message}"))
        .hint("`git checkout --ours FILE` or `--theirs FILE` takes one side; `sops set` and `sops edit` bring the other's values in")
}
