//! A text in which Git's own diff shows what a person can read.

use std::path::Path;

use aws_lc_rs::digest::{SHA256, digest};
use signet_api::{SealedSecret, base64, manifest};
use signet_document::{Document, Node, Value};

use crate::{
    io::{input::Input, output::render},
    sops::file::digested,
};

/// The documents as YAML with short digests in place of ciphertexts and nothing in place of values; comments are not in it. What cannot be
/// read is a line that says why: Git's diff must not stop at an old version of a file.
pub(super) fn convert(input: &Input) -> zeroize::Zeroizing<Vec<u8>> {
    match digested(Path::new(input.name()), input.text(), &short) {
        Ok(Some(text)) => text,
        Ok(None) => convert_manifests(input).as_bytes().to_vec().into(),
        Err(error) => format!("# {}\n", error.message).into_bytes().into(),
    }
}

fn convert_manifests(input: &Input) -> zeroize::Zeroizing<String> {
    let nodes: Result<Vec<_>, _> = input
        .documents()
        .map(|document| document.map(|document| convert_document(&document)))
        .collect();
    match nodes {
        Ok(nodes) => render(&nodes, signet_document::Format::Yaml),
        Err(error) => format!("# {}: {}\n", error.position, error.message).into(),
    }
}

fn convert_document(document: &Document) -> Node {
    if let Some(items) = manifest::list_items(document) {
        return Node::sequence(items.iter().map(convert_document));
    }
    match manifest::kind(document).as_deref() {
        Some(SealedSecret::KIND) => replace(&document.root, &["spec"], &|spec| {
            let spec = replace(spec, &["encryptedData"], &|items| each(items, &digest_of));
            replace(&spec, &["data"], &digest_of)
        }),
        // Whatever is in it that no Secret has could be a misspelt `stringData`.
        Some("Secret") => map(&document.root, &|name, value| match name {
            "apiVersion" | "immutable" | "kind" | "metadata" | "type" => value.copy(),
            _ => hide(value),
        }),
        _ => document.root.copy(),
    }
}

/// The names of what is in it, without the values.
fn hide(node: &Node) -> Node {
    match &node.value {
        Value::Mapping(_) => each(node, &hide),
        _ => Node::string("(not shown)"),
    }
}

fn digest_of(item: &Node) -> Node {
    let text = item.as_text().unwrap_or_default();
    let bytes = base64::decode(&text).unwrap_or_else(|_| text.as_bytes().to_vec().into());
    Node::string(format!("sealed {}", short(&bytes)))
}

fn short(bytes: &[u8]) -> String {
    digest(&SHA256, bytes)
        .as_ref()
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// The mapping with other values for some names; whatever else it is, itself.
fn replace(node: &Node, names: &[&str], change: &dyn Fn(&Node) -> Node) -> Node {
    map(node, &|name, value| {
        if names.contains(&name) {
            change(value)
        } else {
            value.copy()
        }
    })
}

fn each(node: &Node, change: &dyn Fn(&Node) -> Node) -> Node {
    map(node, &|_, value| change(value))
}

fn map(node: &Node, change: &dyn Fn(&str, &Node) -> Node) -> Node {
    match &node.value {
        Value::Mapping(mapping) => Node::mapping(
            mapping
                .entries()
                .map(|(key, value)| (key.name.clone(), change(&key.name, value))),
        ),
        _ => node.copy(),
    }
}
