use signet_document::tree::Tree;

use super::{Metadata, MetadataError, MetadataFault, fields::Fields, keys, others::Others};
use crate::{master_key::KeyGroup, selection::WrittenRule};

impl Metadata {
    /// Reads the mapping `sops`.
    ///
    /// # Errors
    /// [`MetadataError`].
    pub fn read(tree: &Tree) -> Result<Self, MetadataError> {
        let fields = Fields {
            tree,
            prefix: String::new(),
        };
        Ok(Self {
            key_groups: key_groups(&fields)?,
            shamir_threshold: fields.number("shamir_threshold")?,
            last_modified: fields.time("lastmodified")?,
            mac: fields.optional("mac")?,
            rule: rule(&fields)?,
            mac_only_encrypted: fields.boolean("mac_only_encrypted")?,
            version: version(&fields)?,
            others: Others::of(tree, is_known),
        })
    }
}

/// Keys beside each other are one group, and then no other group counts.
fn key_groups(fields: &Fields<'_>) -> Result<Vec<KeyGroup>, MetadataError> {
    let keys = keys::read(fields)?;
    if !keys.is_empty() {
        return Ok(vec![keys.into()]);
    }
    let groups = fields.list("key_groups")?;
    match groups.is_empty() {
        true => Err(MetadataError::new("key_groups", MetadataFault::NoKeys)),
        false => groups.iter().map(keys::read_group).collect(),
    }
}

type Rule = (&'static str, fn(String) -> WrittenRule);

const RULES: [Rule; 6] = [
    ("encrypted_comment_regex", WrittenRule::EncryptedCommentRegex),
    ("encrypted_regex", WrittenRule::EncryptedRegex),
    ("encrypted_suffix", WrittenRule::EncryptedSuffix),
    ("unencrypted_comment_regex", WrittenRule::UnencryptedCommentRegex),
    ("unencrypted_regex", WrittenRule::UnencryptedRegex),
    ("unencrypted_suffix", WrittenRule::UnencryptedSuffix),
];

fn rule(fields: &Fields<'_>) -> Result<Option<WrittenRule>, MetadataError> {
    let mut found = None;
    for (name, rule) in RULES {
        let Some(text) = fields.optional(name)? else {
            continue;
        };
        if found.replace(rule(text)).is_some() {
            return Err(MetadataError::new(name, MetadataFault::Rules));
        }
    }
    Ok(found)
}

/// Any version of three numbers, or one of the first major version, as early ones were written.
fn version(fields: &Fields<'_>) -> Result<String, MetadataError> {
    let text = fields
        .optional("version")?
        .ok_or_else(|| MetadataError::new("version", MetadataFault::Missing))?;
    let numbers = text.split(['-', '+']).next().unwrap_or_default();
    let parts: Vec<_> = numbers.split('.').collect();
    let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_version = parts.len() == 3 && parts.iter().all(is_number);
    match is_version || text.starts_with("1.") {
        true => Ok(text),
        false => Err(MetadataError::new("version", MetadataFault::Version)),
    }
}

fn is_known(field: &str) -> bool {
    keys::is_kind(field) || RULES.iter().any(|(rule, _)| *rule == field) || FIELDS.contains(&field)
}

const FIELDS: [&str; 6] = [
    "key_groups",
    "lastmodified",
    "mac",
    "mac_only_encrypted",
    "shamir_threshold",
    "version",
];
