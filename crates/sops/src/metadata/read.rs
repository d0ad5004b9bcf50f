use signet_document::tree::{Entry, Tree};

use super::{
    Metadata, MetadataError, MetadataFault,
    fields::Fields,
    keys::{self, KINDS},
};
use crate::selection::WrittenRule;

impl Metadata {
    /// Reads the mapping `sops`.
    ///
    /// # Errors
    /// [`MetadataError`].
    pub fn read(tree: Tree) -> Result<Self, MetadataError> {
        let fields = Fields {
            tree: &tree,
            prefix: String::new(),
        };
        let flat = keys::read(&fields)?;
        let key_groups = match flat.keys.is_empty() {
            false => vec![flat],
            true => {
                let groups = fields.list("key_groups")?;
                groups.iter().map(keys::read).collect::<Result<Vec<_>, _>>()?
            }
        };
        if key_groups.is_empty() {
            return Err(MetadataError::new("key_groups", MetadataFault::NoKeys));
        }
        let metadata = Self {
            key_groups,
            shamir_threshold: fields.number("shamir_threshold")?,
            last_modified: fields.time("lastmodified")?,
            mac: fields.optional("mac")?,
            rule: rule(&fields)?,
            mac_only_encrypted: fields.boolean("mac_only_encrypted")?,
            version: version(&fields)?,
            others: Vec::new(),
        };
        let others = tree.entries.into_iter().filter_map(|entry| match entry {
            Entry::Pair(pair) if !is_known(&pair.key) => Some(pair),
            _ => None,
        });
        Ok(Self {
            others: others.collect(),
            ..metadata
        })
    }
}

type Rule = (&'static str, fn(String) -> WrittenRule);

pub(super) const RULES: [Rule; 6] = [
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
    let kinds = KINDS.iter().map(|(kind, _)| *kind);
    let rules = RULES.iter().map(|(rule, _)| *rule);
    kinds.chain(rules).chain(OTHERS).any(|known| known == field)
}

const OTHERS: [&str; 6] = [
    "key_groups",
    "lastmodified",
    "mac",
    "mac_only_encrypted",
    "shamir_threshold",
    "version",
];
