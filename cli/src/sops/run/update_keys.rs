//! `sops updatekeys`.

mod difference;

use std::{io::stdin, path::Path};

use jiff::Zoned;
use signet_document::tree::{Time, TreeFormat};
use signet_plaintext::DataKey;
use signet_sops::{Encrypted, KeyGroup, MasterKey};
use zeroize::Zeroizing;

use super::{
    creation::{creation_rule, wrapped},
    destination,
    document::{Text, bytes, read_encrypted},
    format::format,
    log::{Level, log},
    open::{data_key, not_decrypted, now},
    rotate::rotated,
    session::{Session, absolute},
};
use crate::{
    report::say,
    sops::{
        Error, Exit,
        command::{InputType, KeyServices, UpdateKeys},
    },
};
pub(super) use difference::Difference;

/// Gives files the keys that the configuration names. One that fails does not keep the others from it.
///
/// # Errors
/// There is no configuration, or some file failed.
pub(super) fn run(session: &Session, update: &UpdateKeys) -> Result<(), Error> {
    if session.configuration()?.is_none() {
        return Err(Error::new(Exit::Generic, "config file not found").hint("updatekeys needs a .sops.yaml"));
    }
    if let [file] = update.files.as_slice() {
        return update_file(session, update, file);
    }
    let mut failed = 0;
    for file in &update.files {
        if let Err(error) = update_file(session, update, file) {
            failed += 1;
            log(Level::Error, &format!("{}: {error}", file.display()), &[]);
        }
    }
    match failed {
        0 => Ok(()),
        failed => Err(Error::new(Exit::Generic, format!("failed updating {failed} key(s)"))),
    }
}

fn update_file(session: &Session, update: &UpdateKeys, file: &Path) -> Result<(), Error> {
    let path = absolute(file)?;
    let shown = path.display();
    match path.metadata() {
        Ok(found) if found.is_dir() => return Err(Error::new(Exit::Generic, "can't operate on a directory")),
        Ok(_) => {}
        Err(error) => {
            let reason = crate::io::file::reason(&error);
            return Err(Error::new(Exit::Generic, format!("stat {shown}: {reason}")));
        }
    }
    note(&format!("Syncing keys for file {shown}"));
    let planned = Planned::new(session, &path, update.input)?;
    if planned.difference.is_none() {
        note(&format!("File {shown} already up to date"));
        return Ok(());
    }
    destination::stdout(planned.difference.to_string().as_bytes())?;
    if !update.yes && !is_agreed()? {
        note(&format!("File {shown} left unchanged"));
        return Ok(());
    }
    destination::in_place(&path, &planned.sync(session, &update.services)?)?;
    note(&format!("File {shown} synced with new keys"));
    Ok(())
}

/// An encrypted file, and the keys that the rule for it names.
pub(super) struct Planned {
    text: Text,
    encrypted: Encrypted,
    format: TreeFormat,
    wanted: Vec<Vec<MasterKey>>,
    pub(super) difference: Difference,
}

impl Planned {
    /// What is to be done with the file at an absolute path.
    ///
    /// # Errors
    /// It cannot be read, or there is no rule for it.
    pub(super) fn new(session: &Session, path: &Path, input: Option<InputType>) -> Result<Self, Error> {
        let format = format(input, path);
        let (text, encrypted) = read_encrypted(bytes(Some(path))?, format)?;
        let rule = creation_rule(session, path)?;
        let rule =
            rule.ok_or_else(|| Error::new(Exit::Generic, "The config file does not contain any creation rule"))?;
        let wanted = rule
            .key_groups()
            .map_err(|error| Error::new(Exit::Generic, error.to_string()))?
            .to_vec();
        let metadata = &encrypted.metadata;
        let difference = Difference::new(&metadata.key_groups, &wanted, metadata.shamir_threshold);
        Ok(Self {
            text,
            encrypted,
            format,
            wanted,
            difference,
        })
    }

    /// The file with its data key wrapped for the keys of the rule. Its values stay as they are.
    ///
    /// # Errors
    /// No key opens it, or a new one does not wrap.
    pub(super) fn sync(self, session: &Session, services: &KeyServices) -> Result<Zeroizing<Vec<u8>>, Error> {
        let mut encrypted = self.encrypted;
        let metadata = &mut encrypted.metadata;
        let key = data_key(session, metadata, &[], services)?;
        let (groups, threshold) = regrouped(
            session,
            services,
            &metadata.key_groups,
            &self.wanted,
            self.difference.threshold(),
            &key,
            now(),
        )?;
        (metadata.key_groups, metadata.shamir_threshold) = (groups, threshold);
        self.text.write_encrypted(session, encrypted, self.format)
    }

    /// The file with a new data key for the keys of the rule: who had another has no use of it any more.
    ///
    /// # Errors
    /// No key opens it, it was changed, or a new key does not wrap.
    pub(super) fn rotate(self, session: &Session, services: &KeyServices) -> Result<Zeroizing<Vec<u8>>, Error> {
        let key = data_key(session, &self.encrypted.metadata, &[], services)?;
        let mut plain = self.encrypted.decrypt(&key).map_err(not_decrypted)?;
        plain.metadata.shamir_threshold = self.difference.threshold();
        let key = rotated(session, services, &mut plain, &self.wanted)?;
        self.text.encrypt(session, plain, &key, self.format)
    }
}

/// The groups with the data key wrapped for each key. In a single group, which wraps the data key itself, a key that was there keeps what it has:
/// nobody needs it to be at hand, and the file does not change more than it must.
///
/// # Errors
/// A key that does not wrap.
pub(super) fn regrouped(
    session: &Session,
    services: &KeyServices,
    before: &[KeyGroup],
    wanted: &[Vec<MasterKey>],
    threshold: Option<u32>,
    key: &DataKey,
    now: Time,
) -> Result<(Vec<KeyGroup>, Option<u32>), Error> {
    let ([old], [keys]) = (before, wanted) else {
        let wrapped = wrapped(session, services, wanted, threshold, key, now)?;
        return Ok((wrapped.groups, wrapped.shamir_threshold));
    };
    let kept = |key: &MasterKey| old.keys.iter().find(|old| old.key.to_string() == key.to_string());
    let new: Vec<_> = keys.iter().filter(|key| kept(key).is_none()).cloned().collect();
    let mut new = match new.is_empty() {
        true => Vec::new(),
        false => wrapped(session, services, &[new], None, key, now)?.groups,
    };
    let mut new = new.pop().unwrap_or_default().keys.into_iter();
    let keys = keys.iter().filter_map(|key| kept(key).cloned().or_else(|| new.next()));
    let group = KeyGroup {
        keys: keys.collect(),
        others: old.others.clone(),
    };
    Ok((vec![group], threshold))
}

/// Asks a person whether to go on.
///
/// # Errors
/// There is no answer.
fn is_agreed() -> Result<bool, Error> {
    let fail =
        |reason: &str| Error::new(Exit::Generic, format!("no answer: {reason}")).hint("--yes approves the changes");
    loop {
        destination::stdout(b"Is this okay? (y/n):")?;
        let mut answer = String::new();
        let length = stdin()
            .read_line(&mut answer)
            .map_err(|error| fail(&crate::io::file::reason(&error)))?;
        match answer.trim() {
            "y" => return Ok(true),
            "n" => return Ok(false),
            _ if length == 0 => return Err(fail("standard input has ended")),
            _ => {}
        }
    }
}

/// A line as Go's `log` writes it.
fn note(line: &str) {
    say(&format!("{} {line}", Zoned::now().strftime("%Y/%m/%d %H:%M:%S")));
}
