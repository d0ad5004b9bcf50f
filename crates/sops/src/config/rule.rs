use std::collections::BTreeMap;

use super::{
    error::{ConfigError, ConfigFault, EmptyKeyGroup, Warning, WarningReason},
    fields::Fields,
    groups,
};
use crate::{
    master_key::MasterKey,
    selection::{Selection, WrittenRule},
};

/// How a file is encrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreationRule {
    groups: Vec<Vec<MasterKey>>,
    /// Whether the keys stand in the rule itself, not in `key_groups`.
    is_flat: bool,
    /// How many groups are needed to decrypt; none is all of them.
    pub shamir_threshold: Option<u32>,
    /// Which values are encrypted; none is upstream's default.
    pub rule: Option<WrittenRule>,
    /// Whether the MAC is of the encrypted values alone.
    pub mac_only_encrypted: bool,
}

impl CreationRule {
    /// The keys. Of one group each one decrypts; of several groups, one key of each, or of as many as the threshold says.
    ///
    /// # Errors
    /// [`EmptyKeyGroup`] where a group, or the rule, has none. Who has keys from elsewhere need not ask.
    pub fn key_groups(&self) -> Result<&[Vec<MasterKey>], EmptyKeyGroup> {
        if self.groups.iter().any(Vec::is_empty) {
            return Err(EmptyKeyGroup);
        }
        Ok(&self.groups)
    }

    /// Whether it has any key, as a recreation rule need not.
    pub fn has_keys(&self) -> bool {
        self.groups.iter().any(|group| !group.is_empty())
    }

    /// Gives an encryption context to the keys of AWS KMS that have no place for one: those outside of `key_groups`.
    pub fn set_encryption_context(&mut self, context: &BTreeMap<String, String>) {
        let groups = self.groups.iter_mut().filter(|_| self.is_flat);
        for key in groups.flatten() {
            if let MasterKey::AwsKms(key) = key {
                key.context.clone_from(context);
            }
        }
    }

    /// What a rule is that says nothing.
    pub(super) fn empty() -> Self {
        Self {
            groups: vec![Vec::new()],
            is_flat: true,
            shamir_threshold: None,
            rule: None,
            mac_only_encrypted: false,
        }
    }
}

/// Reads a creation rule whose `path_regex` has been taken.
///
/// # Errors
/// [`ConfigError::Wrong`].
pub(super) fn read(mut fields: Fields<'_>, warnings: &mut Vec<Warning>) -> Result<CreationRule, ConfigError> {
    let mut rule = CreationRule {
        shamir_threshold: threshold(&mut fields)?,
        rule: selection(&mut fields)?,
        mac_only_encrypted: fields.boolean("mac_only_encrypted")?,
        ..CreationRule::empty()
    };
    let mut groups = Vec::new();
    if let Some(at) = fields.take("key_groups") {
        for at in at.items()? {
            groups.push(groups::group(at, warnings)?);
        }
    }
    if groups.is_empty() {
        rule.groups = vec![groups::flat(&mut fields)?];
    } else {
        (rule.groups, rule.is_flat) = (groups, false);
        fields.ignore(&groups::FLAT, WarningReason::KeyGroups, warnings);
    }
    fields.finish(warnings);
    Ok(rule)
}

/// 0 is none.
fn threshold(fields: &mut Fields<'_>) -> Result<Option<u32>, ConfigError> {
    // More shares than a byte tells apart there cannot be.
    let threshold = fields.integer("shamir_threshold", 0, 255)?;
    let threshold = threshold.and_then(|threshold| u32::try_from(threshold).ok());
    Ok(threshold.filter(|threshold| *threshold > 0))
}

fn selection(fields: &mut Fields<'_>) -> Result<Option<WrittenRule>, ConfigError> {
    let mut found = None;
    for (name, kind) in KINDS {
        let Some(at) = fields.take(name) else {
            continue;
        };
        let text = at.text()?;
        if text.is_empty() {
            continue;
        }
        if found.is_some() {
            return Err(fields.wrong(ConfigFault::SeveralRules));
        }
        let rule = kind(text);
        Selection::new(&rule, false).map_err(|error| at.wrong(ConfigFault::Pattern(error)))?;
        found = Some(rule);
    }
    Ok(found)
}

/// What makes a rule of a text.
type Kind = fn(String) -> WrittenRule;

const KINDS: [(&str, Kind); 6] = [
    ("unencrypted_suffix", WrittenRule::UnencryptedSuffix),
    ("encrypted_suffix", WrittenRule::EncryptedSuffix),
    ("unencrypted_regex", WrittenRule::UnencryptedRegex),
    ("encrypted_regex", WrittenRule::EncryptedRegex),
    ("unencrypted_comment_regex", WrittenRule::UnencryptedCommentRegex),
    ("encrypted_comment_regex", WrittenRule::EncryptedCommentRegex),
];
