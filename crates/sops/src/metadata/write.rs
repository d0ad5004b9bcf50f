use signet_document::tree::{Branch, Pair, Scalar, Tree};

use super::{
    Metadata,
    keys::{write, write_group},
    others::sorted,
};
use crate::{selection::WrittenRule, value::seconds_text};

impl Metadata {
    /// The mapping `sops`, its fields by name, as upstream writes it since 3.13.
    pub fn write(&self) -> Tree {
        let text = |name: &str, text: &str| Pair::new(name, Scalar::text(text));
        let mut fields = vec![
            text("lastmodified", &seconds_text(&self.last_modified)),
            text("mac", self.mac.as_deref().unwrap_or_default()),
            text("version", &self.version),
        ];
        match &self.key_groups[..] {
            [group] => fields.extend(write(group, &[])),
            groups => {
                let groups = Branch::Sequence(groups.iter().map(write_group).collect());
                fields.push(Pair::new("key_groups", groups));
            }
        }
        if let Some(threshold) = self.shamir_threshold.filter(|threshold| *threshold > 0) {
            fields.push(Pair::new("shamir_threshold", Scalar::Integer(threshold.into())));
        }
        if self.mac_only_encrypted {
            fields.push(Pair::new("mac_only_encrypted", Scalar::Bool(true)));
        }
        fields.extend(self.rule.as_ref().map(|rule| {
            let (name, pattern) = match rule {
                WrittenRule::EncryptedCommentRegex(regex) => ("encrypted_comment_regex", regex),
                WrittenRule::EncryptedRegex(regex) => ("encrypted_regex", regex),
                WrittenRule::EncryptedSuffix(suffix) => ("encrypted_suffix", suffix),
                WrittenRule::UnencryptedCommentRegex(regex) => ("unencrypted_comment_regex", regex),
                WrittenRule::UnencryptedRegex(regex) => ("unencrypted_regex", regex),
                WrittenRule::UnencryptedSuffix(suffix) => ("unencrypted_suffix", suffix),
            };
            text(name, pattern)
        }));
        sorted(fields.into_iter().chain(self.others.pairs()))
    }
}
