//! What a document holds, before it is read as one kind or another.

use signet_document::{Document, Value};

/// The kind of the object in a document; nothing where there is none.
pub fn kind(document: &Document) -> Option<String> {
    match &document.root.value {
        Value::Mapping(mapping) => Some(mapping.get_folded("kind")?.as_text()?.to_string()),
        _ => None,
    }
}

/// The objects of a List, each as a document of its own with its place in the whole text; nothing where the document is no List.
pub fn list_items(document: &Document) -> Option<Vec<Document>> {
    let Value::Mapping(mapping) = &document.root.value else {
        return None;
    };
    let is_list = kind(document)?.ends_with("List");
    let Value::Sequence(items) = &mapping.get_folded("items").filter(|_| is_list)?.value else {
        return None;
    };
    let documents = items.iter().map(|item| Document {
        root: item.copy(),
        format: document.format,
        start: item.position,
    });
    Some(documents.collect())
}
