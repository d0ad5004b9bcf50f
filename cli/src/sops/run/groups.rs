//! `sops groups add` and `sops groups delete`.

use std::path::Path;

use signet_document::tree::TreeFormat;
use signet_sops::{Encrypted, KeyGroup, MasterKey};

use super::{
    creation::threshold,
    destination,
    document::{Text, bytes, read_encrypted},
    open::{data_key, now},
    recipients::{context, keys},
    session::{Session, absolute},
    update_keys::regrouped,
};
use crate::sops::{
    Error, Exit,
    command::{GroupsAdd, GroupsDelete, KeyServices, Threshold},
};

/// Adds a group of keys.
///
/// # Errors
/// It would be empty or the threshold could not be met, or the file cannot be read, opened or written.
pub(super) fn add(session: &Session, add: &GroupsAdd) -> Result<(), Error> {
    let context = context(&add.encryption_context)?;
    let group = keys(&add.keys, &context, &add.aws_profile)?;
    let file = File::read(&add.file)?;
    let mut groups = file.groups();
    groups.push(group);
    let threshold = file.threshold(add.threshold, groups.len())?;
    file.regroup(session, &groups, threshold, &add.services, add.in_place)
}

/// Takes a group of keys away.
///
/// # Errors
/// There is no such group or no other, or the threshold could not be met, or the file cannot be read, opened or written.
pub(super) fn delete(session: &Session, delete: &GroupsDelete) -> Result<(), Error> {
    let file = File::read(&delete.file)?;
    let mut groups = file.groups();
    let index = usize::try_from(delete.index).unwrap_or(usize::MAX);
    if index >= groups.len() {
        let message = format!(
            "there is no group {index}: the file has {} group(s), the first is 0",
            groups.len()
        );
        return Err(generic(message));
    }
    drop(groups.remove(index));
    if groups.is_empty() {
        return Err(generic(
            "it is the only group, and without keys nobody could decrypt the file".to_owned(),
        ));
    }
    let threshold = file.threshold(delete.threshold, groups.len())?;
    file.regroup(session, &groups, threshold, &delete.services, delete.in_place)
}

struct File {
    path: std::path::PathBuf,
    format: TreeFormat,
    text: Text,
    encrypted: Encrypted,
}

impl File {
    fn read(path: &Path) -> Result<Self, Error> {
        let path = absolute(path)?;
        let format = TreeFormat::of_path(&path.to_string_lossy());
        let (text, encrypted) = read_encrypted(bytes(Some(&path))?, format)?;
        Ok(Self {
            path,
            format,
            text,
            encrypted,
        })
    }

    fn groups(&self) -> Vec<Vec<MasterKey>> {
        let groups = self.encrypted.metadata.key_groups.iter();
        groups.map(KeyGroup::master_keys).collect()
    }

    /// The threshold for so many groups.
    fn threshold(&self, given: Threshold, groups: usize) -> Result<Option<u32>, Error> {
        let threshold = threshold(given)?.or(self.encrypted.metadata.shamir_threshold);
        match threshold {
            Some(threshold) if threshold as usize > groups => Err(generic(format!(
                "the Shamir threshold would be impossible to satisfy: it is {threshold}, but there would be {groups} key group(s)"
            ))
            .hint("--shamir-secret-sharing-threshold sets another")),
            threshold => Ok(threshold),
        }
    }

    fn regroup(
        mut self,
        session: &Session,
        groups: &[Vec<MasterKey>],
        threshold: Option<u32>,
        services: &KeyServices,
        in_place: bool,
    ) -> Result<(), Error> {
        let metadata = &mut self.encrypted.metadata;
        let key = data_key(session, metadata, &[], services).map_err(|error| generic(error.message))?;
        let (groups, threshold) = regrouped(session, services, &metadata.key_groups, groups, threshold, &key, now())?;
        (metadata.key_groups, metadata.shamir_threshold) = (groups, threshold);
        let text = self.text.write_encrypted(session, self.encrypted, self.format)?;
        match in_place {
            true => destination::in_place(&self.path, &text),
            false => destination::stdout(&text),
        }
    }
}

fn generic(message: String) -> Error {
    Error::new(Exit::Generic, message)
}
