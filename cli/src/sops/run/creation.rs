//! How a new file is encrypted: by flags, and by the rule of the configuration where they say nothing.

use std::path::Path;

use signet_document::tree::{Time, TreeFormat};
use signet_master_keys::{Wrapped, wrap};
use signet_plaintext::DataKey;
use signet_sops::{
    MasterKey, Metadata, Others, Selection, WrittenRule,
    config::{CreationRule, Warning},
};

use super::{
    log::warn,
    open::{Random, check_services, now},
    recipients::{self, context},
    session::Session,
};
use crate::sops::{
    Error, Exit,
    command::{self, Creation, KeyServices, Threshold},
    help::COMPATIBLE,
};

/// The keys and rules of a new file.
pub(super) struct New {
    pub(super) groups: Vec<Vec<MasterKey>>,
    pub(super) threshold: Option<u32>,
    pub(super) rule: Option<WrittenRule>,
    pub(super) mac_only_encrypted: bool,
}

impl New {
    /// What holds for the file at an absolute path.
    ///
    /// # Errors
    /// There are no keys, or no rule for the file; a key or a rule that is none.
    pub(super) fn of(session: &Session, creation: &Creation, path: &Path, input: TreeFormat) -> Result<Self, Error> {
        let mut found = creation_rule(session, path)?;
        let rule = rule(&creation.selection, found.as_ref(), input)?;
        let context = context(&creation.encryption_context)?;
        let keys = recipients::keys(&creation.keys, &context, &creation.aws_profile)?;
        let groups = match (keys.is_empty(), &mut found) {
            (false, _) => vec![keys],
            (true, Some(found)) => {
                found.set_encryption_context(&context);
                let groups = found.key_groups().map_err(|error| no_data_key(&error.to_string()))?;
                groups.to_vec()
            }
            (true, None) => return Err(no_keys()),
        };
        let of_rule = found.as_ref().and_then(|rule| rule.shamir_threshold);
        let is_binary = input == TreeFormat::Binary;
        let mac_only = session.settings.mac_only_encrypted || found.is_some_and(|rule| rule.mac_only_encrypted);
        Ok(Self {
            groups,
            threshold: threshold(creation.threshold)?.or(of_rule),
            rule,
            mac_only_encrypted: mac_only && !is_binary,
        })
    }

    /// Whether a file was encrypted for the same keys and by the same rules.
    pub(super) fn is_of(&self, metadata: &Metadata) -> bool {
        let before = metadata.key_groups.iter();
        let before = names(before.map(|group| group.keys.iter().map(|key| &key.key).collect()));
        let all = u32::try_from(self.groups.len()).ok();
        let threshold = |given: Option<u32>| given.filter(|threshold| *threshold > 0).or(all);
        let is_same_threshold =
            self.groups.len() < 2 || threshold(self.threshold) == threshold(metadata.shamir_threshold);
        before == names(self.groups.iter().map(|group| group.iter().collect()))
            && metadata.rule.clone().unwrap_or_default() == self.rule.clone().unwrap_or_default()
            && metadata.mac_only_encrypted == self.mac_only_encrypted
            && is_same_threshold
    }

    /// The metadata of a new file with a data key wrapped for its keys.
    ///
    /// # Errors
    /// A key that does not wrap.
    pub(super) fn metadata(
        &self,
        session: &Session,
        services: &KeyServices,
        data_key: &DataKey,
    ) -> Result<Metadata, Error> {
        let now = now();
        let wrapped = wrapped(session, services, &self.groups, self.threshold, data_key, now)?;
        Ok(Metadata {
            key_groups: wrapped.groups,
            shamir_threshold: wrapped.shamir_threshold,
            last_modified: now,
            mac: None,
            rule: self.rule.clone(),
            mac_only_encrypted: self.mac_only_encrypted,
            version: VERSION.to_owned(),
            others: Others::default(),
        })
    }
}

/// The names of the keys of each group, in no order.
fn names<'a>(groups: impl Iterator<Item = Vec<&'a MasterKey>>) -> Vec<Vec<String>> {
    let sorted = |keys: Vec<&MasterKey>| {
        let mut names: Vec<_> = keys.into_iter().map(MasterKey::to_string).collect();
        names.sort();
        names
    };
    groups.map(sorted).collect()
}

/// Wraps a data key for groups of keys.
///
/// # Errors
/// A key that does not wrap.
pub(super) fn wrapped(
    session: &Session,
    services: &KeyServices,
    groups: &[Vec<MasterKey>],
    threshold: Option<u32>,
    data_key: &DataKey,
    now: Time,
) -> Result<Wrapped, Error> {
    check_services(services).map_err(|message| no_data_key(&message))?;
    let mut random = Random::default();
    let surroundings = &session.surroundings;
    let wrapped = wrap(
        groups,
        threshold,
        data_key,
        now,
        &mut |bytes| random.fill(bytes),
        surroundings,
    );
    random.check()?;
    wrapped.map_err(|error| no_data_key(&error.to_string()))
}

/// A new data key.
///
/// # Errors
/// The system has no random numbers.
pub(super) fn new_data_key() -> Result<DataKey, Error> {
    let mut random = Random::default();
    let mut bytes = zeroize::Zeroizing::new([0; DataKey::LENGTH]);
    random.fill(&mut *bytes);
    random.check()?;
    Ok(DataKey::from(*bytes))
}

/// The creation rule for the file at an absolute path, if there is a configuration with rules.
///
/// # Errors
/// The configuration cannot be read, or has rules and none for the file.
pub(super) fn creation_rule(session: &Session, path: &Path) -> Result<Option<CreationRule>, Error> {
    let Some((configuration, config)) = session.configuration()? else {
        return Ok(None);
    };
    // What is odd elsewhere in it is no matter of this file.
    let is_ours = |warning: &&Warning| warning.path.starts_with("creation_rules");
    for warning in config.warnings().iter().filter(is_ours) {
        warn(&format!("{}: {warning}", configuration.path.display()));
    }
    let name = configuration.name_of(path)?;
    config.creation_rule(&name).map_err(|error| configuration.wrong(&error))
}

/// A threshold that was given; 0 is none.
///
/// # Errors
/// It is negative, or more than a share's number can be.
pub(super) fn threshold(given: Threshold) -> Result<Option<u32>, Error> {
    let Some(number) = given.filter(|number| *number != 0) else {
        return Ok(None);
    };
    match u8::try_from(number) {
        Ok(number) => Ok(Some(number.into())),
        Err(_) => Err(Error::new(
            Exit::Generic,
            format!("a Shamir threshold of {number} cannot be: it is from 2 to the number of key groups"),
        )),
    }
}

/// Which values are encrypted. A binary file is one value, which always is.
fn rule(
    flags: &command::Selection,
    found: Option<&CreationRule>,
    input: TreeFormat,
) -> Result<Option<WrittenRule>, Error> {
    let given = [
        given(&flags.unencrypted_suffix, WrittenRule::UnencryptedSuffix),
        given(&flags.encrypted_suffix, WrittenRule::EncryptedSuffix),
        given(&flags.encrypted_regex, WrittenRule::EncryptedRegex),
        given(&flags.unencrypted_regex, WrittenRule::UnencryptedRegex),
        given(&flags.encrypted_comment_regex, WrittenRule::EncryptedCommentRegex),
        given(&flags.unencrypted_comment_regex, WrittenRule::UnencryptedCommentRegex),
    ];
    let mut rules: Vec<_> = given.into_iter().flatten().collect();
    // A flag takes the place of the same rule in the configuration, and of that alone.
    let configured = found.and_then(|rule| rule.rule.clone());
    let is_other = |rule: &WrittenRule| {
        let same = |given: &WrittenRule| std::mem::discriminant(given) == std::mem::discriminant(rule);
        !rules.iter().any(same)
    };
    if let Some(rule) = configured.filter(is_other) {
        rules.push(rule);
    }
    if input == TreeFormat::Binary {
        if !rules.is_empty() {
            warn("a binary file is one value, which is always encrypted: the rule that selects values is ignored");
        }
        return Ok(None);
    }
    if rules.len() > 1 {
        return Err(Error::new(Exit::ConflictingParameters, SEVERAL));
    }
    let rule = rules.pop().unwrap_or_default();
    Selection::new(&rule, false).map_err(|error| Error::new(Exit::Generic, format!("Error: {error}")))?;
    Ok(Some(rule))
}

fn given(text: &str, rule: fn(String) -> WrittenRule) -> Option<WrittenRule> {
    (!text.is_empty()).then(|| rule(text.to_owned()))
}

fn no_data_key(why: &str) -> Error {
    Error::new(Exit::Generic, format!("Could not generate data key: [{why}]"))
}

fn no_keys() -> Error {
    Error::new(
        Exit::Generic,
        "config file not found, or has no creation rules, and no keys provided through command line options",
    )
    .hint("name a key, as with --age, or write a .sops.yaml with creation_rules")
}

/// Of the format that is written: that of the program whose files these are.
pub(super) const VERSION: &str = COMPATIBLE;

const SEVERAL: &str = "Error: cannot use more than one of encrypted_suffix, unencrypted_suffix, encrypted_regex, unencrypted_regex, encrypted_comment_regex, or unencrypted_comment_regex in the same file";
