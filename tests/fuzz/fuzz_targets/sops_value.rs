//! No text is taken for an encrypted value of another key, and no metadata make a reader panic; what is read is written so that it reads again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use signet_document::tree::{Branch, Element, Item, Scalar, Tree};
use signet_plaintext::DataKey;
use signet_sops::{Metadata, value::Cipher};

fuzz_target!(|text: &str| {
    let cipher = Cipher::new(&DataKey::from([7; DataKey::LENGTH]));
    if let Ok((value, _)) = cipher.decrypt(text, "a:") {
        assert!(text.is_empty() || text.starts_with("ENC["));
        assert!(matches!(value, Scalar::Text(_)) || !text.is_empty());
    }
    // Each line is a field, NAME=VALUE; those that start with a dot are of a key.
    let (mut tree, mut key) = (Tree::default(), Tree::default());
    for (name, value) in text.lines().filter_map(|line| line.split_once('=')) {
        match name.strip_prefix('.') {
            Some(name) => key.push(name, Scalar::text(value)),
            None => tree.push(name, Scalar::text(value)),
        }
    }
    let value = key.into();
    tree.push(
        "age",
        Branch::Sequence(vec![Element::Item(Item { value, place: None })]),
    );
    if let Ok(metadata) = Metadata::read(&tree) {
        let groups = metadata.key_groups.len();
        let again = Metadata::read(&metadata.write()).expect("what was written");
        assert_eq!(again.key_groups.len(), groups);
    }
});
