//! `sops rotate`.

use signet_document::tree::Time;
use signet_plaintext::DataKey;
use signet_sops::{Encrypted, KeyGroup, MasterKey, Plain};

use super::{
    creation::{new_data_key, wrapped},
    destination,
    format::Formats,
    open::{Opened, now, open},
    recipients::{context, is_any, keys},
    session::{Session, absolute},
};
use crate::sops::{
    Error, Exit,
    command::{KeyServices, Rotate},
};

/// Gives a file a new data key, and other master keys where they are named.
///
/// # Errors
/// It cannot be read, decrypted or written, or a key does not wrap.
pub(crate) fn run(session: &Session, rotate: &Rotate) -> Result<(), Error> {
    let file = absolute(&rotate.file)?;
    if !file.exists() {
        check_missing(session, rotate, &file.display().to_string())?;
    }
    let name = rotate.name.as_deref().map_or(Ok(file.clone()), absolute)?;
    let formats = Formats::new(rotate.types, &name);
    let context = context(&rotate.encryption_context)?;
    let added = keys(&rotate.add, &context, &rotate.aws_profile)?;
    let removed = keys(&rotate.remove, &context, &rotate.aws_profile)?;
    let Opened { text, mut plain, .. } =
        open(session, Some(&file), formats.input, &rotate.opening, Encrypted::decrypt)?;
    let groups = changed(&plain.metadata.key_groups, added, &removed);
    let key = rotated(session, &rotate.opening.services, &mut plain, &groups)?;
    let text = text.encrypt(session, plain, &key, formats.output)?;
    destination::write(&rotate.destination, Some(&file), &text)
}

/// Gives documents a new data key, wrapped for these groups.
///
/// # Errors
/// A key that does not wrap.
pub(super) fn rotated(
    session: &Session,
    services: &KeyServices,
    plain: &mut Plain,
    groups: &[Vec<MasterKey>],
) -> Result<DataKey, Error> {
    let key = new_data_key()?;
    let metadata = &mut plain.metadata;
    let (before, threshold) = (&metadata.key_groups, metadata.shamir_threshold);
    let (groups, threshold) = rewrap(session, services, before, groups, threshold, &key, now())?;
    (metadata.key_groups, metadata.shamir_threshold) = (groups, threshold);
    plain.forget();
    Ok(key)
}

/// A file that is not there cannot be given keys; without that, reading it says what is wrong.
fn check_missing(session: &Session, rotate: &Rotate, file: &str) -> Result<(), Error> {
    if is_any(&rotate.add) || is_any(&rotate.remove) {
        let message = format!("Error: cannot add or remove keys on non-existent file {file:?}");
        return Err(Error::new(Exit::CannotChangeKeysFromNonExistentFile, message)
            .hint("`sops edit FILE` makes a new file with the keys that are named"));
    }
    match session.settings.is_old_style {
        true => Err(Error::new(
            Exit::NoFileSpecified,
            format!("Error: cannot operate on non-existent file {file:?}"),
        )),
        false => Ok(()),
    }
}

/// The keys of each group, new ones in the first, without those that are to go.
fn changed(groups: &[KeyGroup], added: Vec<MasterKey>, removed: &[MasterKey]) -> Vec<Vec<MasterKey>> {
    let names: Vec<_> = removed.iter().map(ToString::to_string).collect();
    let mut groups: Vec<_> = groups.iter().map(KeyGroup::master_keys).collect();
    if let Some(first) = groups.first_mut() {
        first.extend(added);
    }
    for group in &mut groups {
        group.retain(|key| !names.contains(&key.to_string()));
    }
    groups
}

/// Wraps a data key anew; what else stands beside a key stays, and the day since when it is there.
///
/// # Errors
/// A key that does not wrap.
fn rewrap(
    session: &Session,
    services: &KeyServices,
    before: &[KeyGroup],
    groups: &[Vec<MasterKey>],
    threshold: Option<u32>,
    key: &DataKey,
    now: Time,
) -> Result<(Vec<KeyGroup>, Option<u32>), Error> {
    let mut wrapped = wrapped(session, services, groups, threshold, key, now)?;
    for (group, before) in wrapped.groups.iter_mut().zip(before) {
        group.others = before.others.clone();
        for key in &mut group.keys {
            let same = before.keys.iter().find(|before| before.key == key.key);
            if let Some(same) = same {
                (key.created, key.others) = (same.created, same.others.clone());
            }
        }
    }
    Ok((wrapped.groups, wrapped.shamir_threshold))
}
