//! Documents that sops has encrypted: they decrypt to what they were, are encrypted again as they were, and no changed one decrypts.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use signet_document::{
    Limits,
    tree::{Branch, Element, Entry, Item, Layout, Leaf, Scalar, Source, Tree, TreeFormat},
};
use signet_plaintext::{DataKey, Plaintext};
use signet_sops::{
    DecryptionError, Encrypted, Form, KeyGroup, MasterKey, MetadataFault, NotEncrypted, ValueFault, shamir,
    value::DecryptError,
};

/// JSON with every pair, also where two have one key.
struct Json(Branch);

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Json;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("JSON")
            }
            fn visit_unit<E>(self) -> Result<Json, E> {
                Ok(Json(Scalar::Null.into()))
            }
            fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
                Ok(Json(Scalar::Bool(value).into()))
            }
            fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
                Ok(Json(Scalar::Integer(value).into()))
            }
            fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
                Ok(Json(
                    i64::try_from(value)
                        .map_or(Scalar::Unsigned(value), Scalar::Integer)
                        .into(),
                ))
            }
            fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
                Ok(Json(Scalar::Float(value).into()))
            }
            fn visit_str<E>(self, value: &str) -> Result<Json, E> {
                Ok(Json(Scalar::text(value).into()))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
                let mut elements = Vec::new();
                while let Some(Json(value)) = items.next_element()? {
                    elements.push(Element::Item(Item { value, place: None }));
                }
                Ok(Json(Branch::Sequence(elements)))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut pairs: A) -> Result<Json, A::Error> {
                let mut tree = Tree::default();
                while let Some((key, Json(value))) = pairs.next_entry::<String, Json>()? {
                    tree.push(key, value);
                }
                Ok(Json(tree.into()))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

fn read(text: &str) -> Tree {
    match serde_json::from_str(text).unwrap() {
        Json(Branch::Mapping(tree)) => tree,
        Json(_) => panic!("not an object"),
    }
}

/// Every leaf with its path.
fn leaves(tree: &Tree) -> Vec<String> {
    fn of(branch: &Branch, path: &str, found: &mut Vec<String>) {
        match branch {
            Branch::Mapping(tree) => {
                for pair in tree.pairs() {
                    of(&pair.value, &format!("{path}.{}", pair.key), found);
                }
            }
            Branch::Sequence(elements) => {
                for element in elements {
                    if let Element::Item(item) = element {
                        of(&item.value, &format!("{path}[]"), found);
                    }
                }
            }
            Branch::Leaf(leaf) => found.push(format!("{path} = {}", text(leaf))),
        }
    }
    let mut found = Vec::new();
    for pair in tree.pairs() {
        of(&pair.value, &pair.key, &mut found);
    }
    found
}

fn text(leaf: &Leaf) -> String {
    match leaf.scalar() {
        Scalar::Null => "null".to_owned(),
        Scalar::Bool(value) => value.to_string(),
        Scalar::Integer(value) => value.to_string(),
        Scalar::Unsigned(value) => value.to_string(),
        Scalar::Float(value) => value.to_string(),
        Scalar::Time(_) => "a time".to_owned(),
        Scalar::Text(bytes) => format!("{:?}", String::from_utf8_lossy(bytes)),
    }
}

fn identity(file: &str) -> age::x25519::Identity {
    let line = file.lines().find(|line| line.starts_with("AGE-SECRET-KEY-")).unwrap();
    line.parse().unwrap()
}

fn unwrap(group: &KeyGroup, identity: &age::x25519::Identity) -> Option<Vec<u8>> {
    let keys = group.keys.iter().filter(|key| matches!(key.key, MasterKey::Age(_)));
    let mut opened = keys.filter_map(|key| age::decrypt(identity, key.ciphertext.as_bytes()).ok());
    opened.next()
}

fn encrypted(text: &str) -> Result<Encrypted, NotEncrypted> {
    Encrypted::read(vec![read(text)], Form::Nested)
}

fn key(text: &str) -> DataKey {
    let metadata = encrypted(text).expect("metadata").metadata;
    let bytes = unwrap(&metadata.key_groups[0], &identity(AGE1)).unwrap();
    DataKey::try_from(&bytes[..]).unwrap()
}

fn decrypt(text: &str) -> Result<Vec<String>, DecryptionError> {
    let plain = encrypted(text).expect("metadata").decrypt(&key(BASIC))?;
    Ok(leaves(&plain.documents()[0]))
}

const AGE1: &str = include_str!("vectors/age1.txt");
const AGE2: &str = include_str!("vectors/age2.txt");
const BASIC: &str = include_str!("vectors/basic.enc.json");

#[test]
fn what_sops_encrypted_decrypts_to_what_sops_decrypts() {
    for (name, text, expected) in [
        ("basic", BASIC, include_str!("vectors/basic.dec.json")),
        (
            "emptyobj",
            include_str!("vectors/emptyobj.enc.json"),
            include_str!("vectors/emptyobj.dec.json"),
        ),
    ] {
        let plain = encrypted(text).expect(name).decrypt(&key(text)).expect(name);
        let found = leaves(&plain.documents()[0]);
        assert_eq!(found, leaves(&read(expected)), "{name}");
    }
    let bytes = include_str!("vectors/bytes.enc.json");
    assert!(encrypted(bytes).expect("metadata").decrypt(&key(bytes)).is_ok());
}

#[test]
fn encrypted_again_it_is_what_it_was() {
    let key = key(BASIC);
    let plain = encrypted(BASIC).expect("metadata").decrypt(&key).expect("values");
    let modified = plain.metadata.last_modified;
    let mut used = 0;
    let mut random = |bytes: &mut [u8]| {
        used += 1;
        bytes.fill(used);
    };
    let again = plain.encrypt(&key, modified, &mut random).expect("ciphertexts");
    let tree = again.write(Form::Nested).expect("metadata").remove(0);
    let mut expected = leaves(&read(BASIC));
    let mut found = leaves(&tree);
    // The metadata is in another order since sops 3.13.
    expected.sort();
    found.sort();
    assert_eq!(found, expected);
    assert_eq!(used, 0);
}

#[test]
fn one_changed_value_changes_its_ciphertext_and_the_mac() {
    let key = key(BASIC);
    let mut plain = encrypted(BASIC).expect("metadata").decrypt(&key).expect("values");
    let modified = plain.metadata.last_modified;
    let pair = plain.documents_mut()[0]
        .entries
        .iter_mut()
        .find_map(|entry| match entry {
            Entry::Pair(pair) if &*pair.key == "s" => Some(pair),
            _ => None,
        });
    let Some(Branch::Leaf(leaf)) = pair.map(|pair| &mut pair.value) else {
        panic!("no s")
    };
    leaf.set(Scalar::text("other"));
    let again = plain
        .encrypt(&key, modified, &mut |bytes| bytes.fill(7))
        .expect("ciphertexts");
    let before = read(BASIC);
    let changed = leaves(&again.documents[0])
        .into_iter()
        .zip(leaves(&before))
        .filter(|(one, other)| one != other)
        .count();
    assert_eq!(changed, 1);
    let plain = again.decrypt(&key).expect("values");
    assert_eq!(leaves(&plain.documents()[0])[0], "s = \"other\"");
}

#[test]
fn of_several_groups_each_has_a_share() {
    let text = include_str!("vectors/shamir_2of2.enc.json");
    let metadata = encrypted(text).expect("metadata").metadata;
    assert_eq!((metadata.key_groups.len(), metadata.shamir_threshold), (2, Some(2)));
    let identities = [identity(AGE1), identity(AGE2)];
    let shares: Vec<_> = metadata
        .key_groups
        .iter()
        .map(|group| identities.iter().find_map(|identity| unwrap(group, identity)).unwrap())
        .map(Plaintext::from)
        .collect();
    let key = shamir::combine(&shares).unwrap();
    let key = DataKey::try_from(key.expose()).unwrap();
    let plain = encrypted(text).expect("metadata").decrypt(&key).expect("values");
    assert_eq!(leaves(&plain.documents()[0]), ["a = \"1\""]);
}

#[test]
fn what_was_altered_does_not_decrypt() {
    let value = |path: &str, fault| {
        let path = path.to_owned();
        DecryptionError::Value(signet_sops::ValueError {
            document: 0,
            path,
            fault,
        })
    };
    let altered = ValueFault::Decrypt(DecryptError::Authentication);
    for (from, to, expected) in [
        ("data:qg==", "data:qw==", value("s", altered)),
        ("\"s\": ", "\"r\": ", value("r", altered)),
        (
            "\"e\": \"\"",
            "\"e\": \"x\"",
            value("e", ValueFault::Decrypt(DecryptError::Format)),
        ),
        (
            "\"e\": \"\"",
            "\"e\": 1",
            value("e", ValueFault::NotEncrypted("an integer")),
        ),
        (
            "2026-11-21T21:15:33Z",
            "2026-11-21T21:15:34Z",
            DecryptionError::MacUnreadable,
        ),
        (
            "\"mac\": \"ENC[AES256_GCM,data:W9",
            "\"mac\": \"ENC[AES256_GCM,data:W8",
            DecryptionError::MacUnreadable,
        ),
        ("\"mac\"", "\"no_mac\"", DecryptionError::NoMac),
    ] {
        assert!(BASIC.contains(from), "{from}");
        assert_eq!(
            decrypt(&BASIC.replacen(from, to, 1)).err(),
            Some(expected),
            "{from} → {to}"
        );
    }
    // What is not encrypted is in the MAC as well, and so is what is missing.
    for (from, to) in [
        ("\"a\": 1", "\"a\": 2"),
        ("\"a\": 1", "\"a\": \"\""),
        ("\"a\": 1,", ""),
        ("1,\n\t\t\t2", "2,\n\t\t\t1"),
    ] {
        assert!(BASIC.contains(from), "{from}");
        let error = decrypt(&BASIC.replacen(from, to, 1)).err();
        assert!(
            matches!(error, Some(DecryptionError::Mac { .. })),
            "{from} → {to}: {error:?}"
        );
        let plain = encrypted(&BASIC.replacen(from, to, 1)).expect("metadata");
        assert!(plain.decrypt_unauthenticated(&key(BASIC)).is_ok());
    }
    let other = DataKey::from([1; 32]);
    let error = encrypted(BASIC).expect("metadata").decrypt(&other).err();
    assert_eq!(error, Some(value("s", altered)));
}

#[test]
fn metadata_that_cannot_be_used_is_named() {
    for (from, to, field, fault) in [
        (
            "\"version\": \"3.11.0\"",
            "\"version\": \"\"",
            "version",
            MetadataFault::Missing,
        ),
        (
            "\"version\": \"3.11.0\"",
            "\"version\": \"three\"",
            "version",
            MetadataFault::Version,
        ),
        ("\"version\": \"3.11.0\"", "\"x\": 1", "version", MetadataFault::Missing),
        ("\"age\": [", "\"rage\": [", "key_groups", MetadataFault::NoKeys),
        (
            "2026-11-21T21:15:33Z",
            "yesterday",
            "lastmodified",
            MetadataFault::Type("a time as in 2026-01-02T15:04:05Z"),
        ),
        (
            "\"version\"",
            "\"encrypted_regex\": \"a\", \"version\"",
            "unencrypted_suffix",
            MetadataFault::Rules,
        ),
        (
            "\"version\"",
            "\"shamir_threshold\": \"two\", \"version\"",
            "shamir_threshold",
            MetadataFault::Type("a number"),
        ),
        (
            "\"version\"",
            "\"mac_only_encrypted\": \"perhaps\", \"version\"",
            "mac_only_encrypted",
            MetadataFault::Type("true or false"),
        ),
        (
            "\"version\"",
            "\"pgp\": 1, \"version\"",
            "pgp",
            MetadataFault::Type("a list"),
        ),
        (
            "\"version\"",
            "\"pgp\": [1], \"version\"",
            "pgp.0",
            MetadataFault::Type("a mapping"),
        ),
    ] {
        assert!(BASIC.contains(from), "{from}");
        let error = encrypted(&BASIC.replacen(from, to, 1)).err();
        let Some(NotEncrypted::Metadata(error)) = error else {
            panic!("{from} → {to}: {error:?}")
        };
        assert_eq!((error.field.as_str(), error.fault), (field, fault), "{from} → {to}");
    }
    for (text, error) in [
        ("{}", NotEncrypted::Missing),
        ("{\"a\": {\"sops\": {}}}", NotEncrypted::Missing),
        ("{\"sops\": null}", NotEncrypted::NotMapping),
        ("{\"sops\": []}", NotEncrypted::NotMapping),
        ("{\"sops\": {}, \"sops\": {}}", NotEncrypted::Duplicate),
    ] {
        assert_eq!(encrypted(text).err(), Some(error), "{text}");
    }
}

#[test]
fn unknown_fields_of_metadata_keep_their_order_and_their_values() {
    let text = r#"{"a": "b", "sops": {"mac": "m", "version": "3.13.3", "late": 1, "Same": 2, "early": {"b": 3, "a": [4]}, "same": 5,
        "age": [{"zz": 6, "recipient": "r", "enc": "e", "y": {"q": 7, "p": 8}}], "lastmodified": "2026-01-01T00:00:00Z"}}"#;
    let read = |text: &str| Source::read(text.as_bytes(), TreeFormat::Json, &Limits::default()).unwrap();
    let (source, trees) = read(text);
    let encrypted = Encrypted::read(trees, Form::Nested).expect("metadata");
    let metadata = encrypted.metadata.clone();
    let trees = encrypted.write(Form::Nested).expect("the same again");
    let written = source.write(&trees, &Layout::default()).expect("a text");
    assert_eq!(std::str::from_utf8(&written), Ok(text));
    // What another program puts in order is the same.
    let sorted = text.replace(r#""late": 1, "Same": 2, "early""#, r#""Same": 2, "late": 1, "early""#);
    assert_ne!(sorted, text);
    let again = Encrypted::read(read(&sorted).1, Form::Nested)
        .expect("metadata")
        .metadata;
    assert!(again == metadata);
}
