use signet_document::{Node, Value};

/// Whether `value` is one that SOPS has encrypted, in the document of `root`.
pub(crate) fn is_encrypted(root: &Node, value: &Node) -> bool {
    let has_mac = get(root, "sops").is_some_and(|sops| get(sops, "mac").is_some());
    has_mac && value.as_text().is_some_and(|text| text.starts_with("ENC["))
}

/// Whether a Secret has metadata of SOPS, and no value that anybody can read.
pub(crate) fn is_document(root: &Node) -> bool {
    let values = ["data", "stringData"].into_iter().filter_map(|field| get(root, field));
    get(root, "sops").is_some()
        && values
            .flat_map(|values| match &values.value {
                Value::Mapping(mapping) => mapping.entries().map(|(_, value)| value).collect(),
                _ => Vec::new(),
            })
            .all(|value| is_empty(value) || is_encrypted(root, value))
}

/// Whether there is nothing in a value.
pub(crate) fn is_empty(value: &Node) -> bool {
    match &value.value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        _ => false,
    }
}

fn get<'a>(node: &'a Node, name: &str) -> Option<&'a Node> {
    match &node.value {
        Value::Mapping(mapping) => mapping.get(name),
        _ => None,
    }
}
