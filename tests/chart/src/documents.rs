use serde_json::Value;
use signet_document::{Limits, read, write_json};

/// The documents of a YAML text that are not empty.
pub(crate) fn documents(text: &[u8]) -> Vec<Value> {
    let documents = read(text, &Limits::default()).map(|document| document.expect("YAML"));
    let values = documents.map(|document| serde_json::from_str::<Value>(&write_json(&document.root)).unwrap());
    values.filter(|value| !value.is_null()).collect()
}
