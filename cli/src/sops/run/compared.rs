//! An encrypted file, as `signet diff` compares it: value by value, and never shown.

use std::{collections::BTreeMap, path::Path};

use signet_document::tree::{Branch, Element, Entry, Leaf, Scalar, Tree};
use signet_plaintext::Plaintext;
use signet_sops::{Encrypted, Metadata, WrittenRule};
use zeroize::Zeroizing;

use super::{
    file::read_if_encrypted,
    format::format,
    open::{data_key, not_decrypted},
    session::Session,
};
use crate::sops::{
    Error,
    command::{KeyServices, Settings},
};

/// What stands in a file. Without `Debug`: it may be open.
pub(crate) struct Compared {
    /// Each value as it stands there, by the names from the top with dots between them.
    pub(crate) values: BTreeMap<String, Value>,
    /// The plaintext of the values, where the file was opened.
    pub(crate) opened: BTreeMap<String, Plaintext>,
    /// Names of keys.
    pub(crate) keys: Vec<String>,
    /// What else the metadata say, by name.
    pub(crate) settings: BTreeMap<String, String>,
}

/// A value as it stands in a file.
pub(crate) enum Value {
    Encrypted(String),
    Plain(Plaintext),
}

/// What stands in a text that sops has encrypted; none where it has not. With `is_opened`, it is opened with the keys at hand.
///
/// # Errors
/// It is broken, or cannot be opened.
pub(crate) fn compared(name: &Path, text: &[u8], is_opened: bool) -> Result<Option<Compared>, Error> {
    let format = format(None, name);
    let text = Zeroizing::new(text.to_vec());
    let Some((_, encrypted)) = read_if_encrypted(text, format)? else {
        return Ok(None);
    };
    let metadata = &encrypted.metadata;
    let keys = metadata.key_groups.iter().flat_map(|group| &group.keys);
    let mut compared = Compared {
        values: values(&encrypted.documents, is_ciphertext),
        opened: BTreeMap::new(),
        keys: keys.map(|key| key.key.to_string()).collect(),
        settings: settings(metadata),
    };
    if is_opened {
        let opened = opened(encrypted)?;
        let plain = values(&opened, |_| false)
            .into_iter()
            .filter_map(|(name, value)| match value {
                Value::Plain(value) => Some((name, value)),
                Value::Encrypted(_) => None,
            });
        compared.opened = plain.collect();
    }
    Ok(Some(compared))
}

/// The text of an encrypted file with a short digest in the place of each ciphertext and the names of its keys in that of its metadata; none
/// where sops has not encrypted it.
///
/// # Errors
/// It is broken.
pub(crate) fn digested(
    name: &Path,
    text: &[u8],
    digest: &dyn Fn(&[u8]) -> String,
) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
    let format = format(None, name);
    let text = Zeroizing::new(text.to_vec());
    let Some((text, mut encrypted)) = read_if_encrypted(text, format)? else {
        return Ok(None);
    };
    for document in &mut encrypted.documents {
        digest_mapping(document, digest);
    }
    let session = Session::new(Settings::default())?;
    let written = text.write_encrypted_values(&session, &encrypted.documents, format)?;
    let keys = encrypted.metadata.key_groups.iter().flat_map(|group| &group.keys);
    let mut keys: Vec<_> = keys.map(|key| format!("# key {}\n", key.key)).collect();
    keys.sort();
    let mut shown = Zeroizing::new(keys.concat().into_bytes());
    shown.extend_from_slice(&written);
    Ok(Some(shown))
}

fn opened(encrypted: Encrypted) -> Result<Vec<Tree>, Error> {
    let session = Session::new(Settings::default())?;
    let key = data_key(&session, &encrypted.metadata, &[], &KeyServices::local())?;
    let plain = encrypted.decrypt_to_read(&key).map_err(not_decrypted)?;
    Ok(plain.into_documents())
}

fn settings(metadata: &Metadata) -> BTreeMap<String, String> {
    let mut settings = BTreeMap::new();
    let mut set = |name: &str, text: String| drop(settings.insert(name.to_owned(), text));
    if let Some(rule) = &metadata.rule {
        let (name, text) = match rule {
            WrittenRule::UnencryptedSuffix(text) => ("unencrypted_suffix", text),
            WrittenRule::EncryptedSuffix(text) => ("encrypted_suffix", text),
            WrittenRule::UnencryptedRegex(text) => ("unencrypted_regex", text),
            WrittenRule::EncryptedRegex(text) => ("encrypted_regex", text),
            WrittenRule::UnencryptedCommentRegex(text) => ("unencrypted_comment_regex", text),
            WrittenRule::EncryptedCommentRegex(text) => ("encrypted_comment_regex", text),
        };
        set(name, text.clone());
    }
    if metadata.mac_only_encrypted {
        set("mac_only_encrypted", "true".to_owned());
    }
    if let Some(threshold) = metadata.shamir_threshold.filter(|threshold| *threshold > 0) {
        set("shamir_threshold", threshold.to_string());
    }
    settings
}

/// Whether a value stands for another.
fn is_ciphertext(scalar: &Scalar) -> bool {
    scalar.as_str().is_some_and(|text| text.starts_with("ENC[AES256_GCM,"))
}

fn values(documents: &[Tree], is_closed: fn(&Scalar) -> bool) -> BTreeMap<String, Value> {
    let mut found = Found {
        values: BTreeMap::new(),
        is_closed,
    };
    for (number, document) in (1..).zip(documents) {
        let start = if number == 1 {
            String::new()
        } else {
            format!("document {number}: ")
        };
        found.mapping(&start, document);
    }
    found.values
}

struct Found {
    values: BTreeMap<String, Value>,
    is_closed: fn(&Scalar) -> bool,
}

impl Found {
    fn mapping(&mut self, path: &str, tree: &Tree) {
        for pair in tree.pairs() {
            let dot = if path.is_empty() || path.ends_with(' ') {
                ""
            } else {
                "."
            };
            self.branch(format!("{path}{dot}{}", pair.key), &pair.value);
        }
    }

    fn branch(&mut self, path: String, branch: &Branch) {
        match branch {
            Branch::Mapping(tree) => self.mapping(&path, tree),
            Branch::Sequence(elements) => {
                let items = elements.iter().filter_map(|element| match element {
                    Element::Item(item) => Some(item),
                    Element::Comment(_) => None,
                });
                for (index, item) in items.enumerate() {
                    self.branch(format!("{path}[{index}]"), &item.value);
                }
            }
            Branch::Leaf(leaf) => drop(self.values.insert(path, self.value(leaf.scalar()))),
        }
    }

    fn value(&self, scalar: &Scalar) -> Value {
        match scalar.as_str() {
            Some(text) if (self.is_closed)(scalar) => Value::Encrypted(text.to_owned()),
            _ => Value::Plain(Plaintext::from(scalar.to_text().unwrap_or_default().to_vec())),
        }
    }
}

fn digest_mapping(tree: &mut Tree, digest: &dyn Fn(&[u8]) -> String) {
    for entry in &mut tree.entries {
        match entry {
            Entry::Pair(pair) => digest_branch(&mut pair.value, digest),
            Entry::Comment(comment) => {
                if comment.text().starts_with("ENC[") {
                    let text = format!(" encrypted {}", digest(comment.text().as_bytes()));
                    comment.set(Zeroizing::new(text));
                }
            }
        }
    }
}

fn digest_branch(branch: &mut Branch, digest: &dyn Fn(&[u8]) -> String) {
    match branch {
        Branch::Mapping(tree) => digest_mapping(tree, digest),
        Branch::Sequence(elements) => {
            for element in elements {
                if let Element::Item(item) = element {
                    digest_branch(&mut item.value, digest);
                }
            }
        }
        Branch::Leaf(leaf) => digest_leaf(leaf, digest),
    }
}

fn digest_leaf(leaf: &mut Leaf, digest: &dyn Fn(&[u8]) -> String) {
    let text = leaf.scalar().as_str().filter(|_| is_ciphertext(leaf.scalar()));
    if let Some(digest) = text.map(|text| digest(text.as_bytes())) {
        leaf.set(Scalar::text(format!("encrypted {digest}")));
    }
}
