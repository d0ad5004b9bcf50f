//! Any bytes give documents or an error with a place in the text, and what is written of a document reads as the same document.

#![no_main]

use libfuzzer_sys::fuzz_target;
use signet_document::{Document, Limits, Node, Value, read, write_json, write_yaml};

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits {
        bytes: 1 << 20,
        depth: 20,
        nodes: 2_000,
    };
    let lines = bytes.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count() + 1;
    for document in read(bytes, &limits) {
        match document {
            Ok(document) => check(&document),
            Err(error) => assert!((1..=lines).contains(&error.position().line), "{error} of {lines} lines"),
        }
    }
});

fn check(document: &Document) {
    drop(document.duplicates());
    // The notations have no text for other numbers than these that reads as the same again.
    let collection = matches!(document.root.value, Value::Mapping(_) | Value::Sequence(_));
    if !collection || !all_normal(&document.root) {
        return;
    }
    let yaml = write_yaml(&document.root);
    assert_eq!(*write_yaml(&first(&yaml)), *yaml);
    if let Value::Mapping(_) = document.root.value {
        let json = write_json(&document.root);
        assert_eq!(*write_json(&first(&json)), *json);
    }
}

fn all_normal(node: &Node) -> bool {
    match &node.value {
        Value::Float(value) => value.is_normal(),
        Value::Sequence(items) => items.iter().all(all_normal),
        Value::Mapping(mapping) => mapping.entries().all(|(_, value)| all_normal(value)),
        _ => true,
    }
}

fn first(text: &str) -> Node {
    match read(text.as_bytes(), &Limits::default()).next() {
        Some(Ok(document)) => document.root,
        Some(Err(error)) => panic!("{error} in what was written: {text:?}"),
        None => panic!("nothing in what was written: {text:?}"),
    }
}
