use std::collections::HashSet;

use signet_api::{Reading, SealedSecret};
use signet_document::{EditError, EditFault, Editor, Node, Value, write_yaml};
use zeroize::Zeroizing;

/// Makes a SealedSecret of a Secret's document: the items move to `spec.encryptedData`, what describes the Secret to `spec.template`, both
/// with their comments. `sealed` is what it must be in the end, and `is_copied` whether it has the Secret's labels and annotations itself:
/// then those stay where they are.
///
/// # Errors
/// [`EditError`]: it cannot be done without touching something else, or without losing a comment. The editor is then of no more use.
pub(super) fn convert(
    editor: &mut Editor,
    document: usize,
    sealed: &SealedSecret,
    is_copied: bool,
) -> Result<(), EditError> {
    remove_overridden(editor, document)?;
    let comments = editor.comments(document);
    editor.end_line(document)?;
    editor.set_all(
        document,
        &[],
        &[
            ("apiVersion", &Node::string(SealedSecret::API_VERSION)),
            ("kind", &Node::string(SealedSecret::KIND)),
        ],
    )?;
    move_items(editor, document, sealed)?;
    let expected = sealed.to_node();
    let template = at(&expected, &TEMPLATE);
    move_description(editor, document, template, is_copied)?;
    reconcile(editor, document, &TEMPLATE, template)?;
    reconcile(editor, document, &["metadata"], at(&expected, &["metadata"]))?;
    check_comments(editor, document, &comments)
}

/// Whether the document is `sealed` now.
pub(super) fn is_sealed(editor: &Editor, document: usize, sealed: &SealedSecret) -> bool {
    let document = editor.documents().get(document);
    let found = document.and_then(|document| SealedSecret::from_document(document, Reading::Strict).ok());
    // As texts: empty labels are none.
    found.is_some_and(|found| *write_yaml(&found.to_node()) == *write_yaml(&sealed.to_node()))
}

fn move_items(editor: &mut Editor, document: usize, sealed: &SealedSecret) -> Result<(), EditError> {
    for field in FIELDS {
        let keys = keys(editor, document, &[field]);
        let items = keys
            .iter()
            .filter_map(|key| sealed.spec.encrypted_data.get_key_value(key));
        let items: Vec<_> = items
            .map(|(key, item)| (key.as_str(), Node::string(item.as_str())))
            .collect();
        let items: Vec<_> = items.iter().map(|(key, item)| (*key, item)).collect();
        editor.set_all(document, &[field], &items)?;
    }
    let mut fields = FIELDS;
    // What has items takes up the comments of what has none.
    fields.sort_by_key(|field| keys(editor, document, &[field]).is_empty());
    for field in fields {
        if tree(editor, document, &[field]).is_none() {
            continue;
        }
        let is_void = tree(editor, document, &ITEMS).is_some() && keys(editor, document, &ITEMS).is_empty();
        if is_void {
            editor.remove(document, &[field])?;
        } else {
            editor.merge(document, &[field], &ITEMS)?;
        }
    }
    if keys(editor, document, &ITEMS).is_empty() {
        editor.set(document, &ITEMS, &Node::mapping::<String>([]))?;
    }
    Ok(())
}

/// Removes the items of `data` that `stringData` has too: what stands there wins.
fn remove_overridden(editor: &mut Editor, document: usize) -> Result<(), EditError> {
    let [data, texts] = FIELDS.map(|field| keys(editor, document, &[field]));
    let texts: HashSet<_> = texts.iter().collect();
    let overridden = data.iter().filter(|key| texts.contains(key));
    let overridden: Vec<_> = overridden.map(String::as_str).collect();
    editor.remove_all(document, &["data"], &overridden)
}

/// That no comment is lost: none of `before` is missing now.
fn check_comments(editor: &Editor, document: usize, before: &[Zeroizing<String>]) -> Result<(), EditError> {
    let now = editor.comments(document);
    let mut left = now.iter().peekable();
    let is_there = |comment: &Zeroizing<String>| {
        while left.next_if(|other| other.as_str() < comment.as_str()).is_some() {}
        left.next_if(|other| other.as_str() == comment.as_str()).is_some()
    };
    if before.iter().all(is_there) {
        return Ok(());
    }
    let start = editor.documents().get(document).map(|document| document.start);
    Err(EditError {
        position: start.unwrap_or_default(),
        path: "document".to_owned(),
        fault: EditFault::Comment,
    })
}

/// Moves what the template says of the Secret; what else belongs there is added behind.
fn move_description(editor: &mut Editor, document: usize, template: &Node, is_copied: bool) -> Result<(), EditError> {
    let [spec, field] = TEMPLATE;
    let names = ["name", "namespace"];
    let bound = names.map(|name| (name, at(template, &["metadata", name])));
    let bound = bound.iter().filter(|(_, node)| !matches!(node.value, Value::Null));
    let bound = Node::mapping(bound.map(|(name, node)| (*name, Node::string(text(node)))));
    editor.set(document, &[spec, field, "metadata"], &bound)?;
    for name in ["labels", "annotations"] {
        let is_wanted = !is_copied && !matches!(at(template, &["metadata", name]).value, Value::Null);
        if is_wanted && !keys(editor, document, &["metadata", name]).is_empty() {
            editor.relocate(document, &["metadata", name], &[spec, field, "metadata", name])?;
        }
    }
    for name in ["type", "immutable"] {
        let is_wanted = !matches!(at(template, &[name]).value, Value::Null);
        match tree(editor, document, &[name]) {
            Some(_) if is_wanted => editor.relocate(document, &[name], &[spec, field, name])?,
            Some(_) => editor.remove(document, &[name])?,
            None => {}
        }
    }
    Ok(())
}

/// Makes a mapping what it must be, entry by entry.
fn reconcile(editor: &mut Editor, document: usize, path: &[&str], expected: &Node) -> Result<(), EditError> {
    let Value::Mapping(mapping) = &expected.value else {
        return editor.set(document, path, expected);
    };
    for key in keys(editor, document, path) {
        if mapping.get(&key).is_none() {
            editor.remove(document, &below(path, &key))?;
        }
    }
    for (key, value) in mapping.entries() {
        let path = below(path, &key.name);
        let both_are_mappings = matches!(value.value, Value::Mapping(_)) && !keys(editor, document, &path).is_empty();
        if both_are_mappings {
            reconcile(editor, document, &path, value)?;
        } else {
            editor.set(document, &path, value)?;
        }
    }
    Ok(())
}

fn below<'a>(path: &[&'a str], key: &'a str) -> Vec<&'a str> {
    path.iter().copied().chain([key]).collect()
}

/// The keys of a mapping of the document.
fn keys(editor: &Editor, document: usize, path: &[&str]) -> Vec<String> {
    match tree(editor, document, path).map(|node| &node.value) {
        Some(Value::Mapping(mapping)) => mapping.entries().map(|(key, _)| key.name.clone()).collect(),
        _ => Vec::new(),
    }
}

fn tree<'a>(editor: &'a Editor, document: usize, path: &[&str]) -> Option<&'a Node> {
    find(&editor.documents().get(document)?.root, path)
}

fn at<'a>(node: &'a Node, path: &[&str]) -> &'a Node {
    find(node, path).unwrap_or(&NOTHING)
}

fn find<'a>(node: &'a Node, path: &[&str]) -> Option<&'a Node> {
    path.iter().try_fold(node, |node, name| match &node.value {
        Value::Mapping(mapping) => mapping.get(name),
        _ => None,
    })
}

fn text(node: &Node) -> String {
    node.as_text().as_deref().cloned().unwrap_or_default()
}

/// Where a Secret has its items.
const FIELDS: [&str; 2] = ["data", "stringData"];
const ITEMS: [&str; 2] = ["spec", "encryptedData"];
const TEMPLATE: [&str; 2] = ["spec", "template"];
static NOTHING: Node = Node {
    value: Value::Null,
    position: signet_document::Position { line: 1, column: 1 },
};
