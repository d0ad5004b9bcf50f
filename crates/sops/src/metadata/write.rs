use signet_document::tree::{Branch, Element, Entry, Item, Pair, Scalar, Tree};

use super::{Metadata, keys};
use crate::{selection::WrittenRule, value::seconds_text};

impl Metadata {
    /// The mapping `sops`, its fields by name, as upstream writes it since 3.13.
    pub fn write(self) -> Tree {
        let text = |text: String| Branch::from(Scalar::text(text));
        let mut fields: Vec<(&str, Branch)> = vec![
            ("lastmodified", text(seconds_text(&self.last_modified))),
            ("mac", text(self.mac.unwrap_or_default())),
            ("version", text(self.version)),
        ];
        match &self.key_groups[..] {
            [group] => fields.extend(keys::write(group).into_iter().filter(|(_, list)| !is_empty(list))),
            groups => fields.push(("key_groups", Branch::Sequence(groups.iter().map(write_group).collect()))),
        }
        if let Some(threshold) = self.shamir_threshold.filter(|threshold| *threshold > 0) {
            fields.push(("shamir_threshold", Scalar::Integer(threshold.into()).into()));
        }
        if self.mac_only_encrypted {
            fields.push(("mac_only_encrypted", Scalar::Bool(true).into()));
        }
        fields.push(match self.rule.unwrap_or_default() {
            WrittenRule::EncryptedCommentRegex(regex) => ("encrypted_comment_regex", text(regex)),
            WrittenRule::EncryptedRegex(regex) => ("encrypted_regex", text(regex)),
            WrittenRule::EncryptedSuffix(suffix) => ("encrypted_suffix", text(suffix)),
            WrittenRule::UnencryptedCommentRegex(regex) => ("unencrypted_comment_regex", text(regex)),
            WrittenRule::UnencryptedRegex(regex) => ("unencrypted_regex", text(regex)),
            WrittenRule::UnencryptedSuffix(suffix) => ("unencrypted_suffix", text(suffix)),
        });
        let fields = fields.into_iter().map(|(name, value)| Pair::new(name, value));
        let mut pairs: Vec<_> = fields.chain(self.others).collect();
        pairs.sort_by(|one, other| one.key.cmp(&other.key));
        Tree {
            entries: pairs.into_iter().map(Entry::Pair).collect(),
        }
    }
}

/// Two of the lists are written though they are empty.
fn write_group(group: &crate::KeyGroup) -> Element {
    let mut tree = Tree::default();
    for (kind, list) in keys::write(group) {
        if !is_empty(&list) || matches!(kind, "age" | "hc_vault") {
            tree.push(kind, list);
        }
    }
    Element::Item(Item {
        value: tree.into(),
        place: None,
    })
}

fn is_empty(list: &Branch) -> bool {
    matches!(list, Branch::Sequence(elements) if elements.is_empty())
}
