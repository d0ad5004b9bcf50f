//! Any edit of any text is refused and changes nothing, or reads back as edited; and a new entry that goes again leaves the text as it was.

#![no_main]

use libfuzzer_sys::fuzz_target;
use signet_document::{Editor, Limits, Node, Value};

fuzz_target!(|bytes: &[u8]| {
    // The first byte says which value is edited, the second what it becomes.
    let [pick, new, text @ ..] = bytes else { return };
    let limits = Limits {
        bytes: 1 << 16,
        depth: 20,
        nodes: 2_000,
    };
    let Ok(mut editor) = Editor::new(text, &limits) else {
        return;
    };
    assert_eq!(*editor.finish().expect("nothing was edited"), text);
    for document in 0..editor.documents().len().min(3) {
        let mut paths = Vec::new();
        collect(&editor.documents()[document].root, &mut Vec::new(), &mut paths);
        let Some((path, has_entries)) = paths.get(usize::from(*pick) % paths.len().max(1)) else {
            continue;
        };
        let path: Vec<_> = path.iter().map(String::as_str).collect();
        edit(&mut editor, document, &path, *has_entries, &value(*new));
    }
});

fn edit(editor: &mut Editor, document: usize, path: &[&str], has_entries: bool, value: &Node) {
    let below = |name| path.iter().copied().chain([name]).collect::<Vec<_>>();
    let before = finished(editor);
    let is_added = editor.set(document, &below("new key"), value).is_ok();
    let added = finished(editor);
    assert!(is_added || added == before);
    if is_added && editor.remove(document, &below("new key")).is_ok() && has_entries {
        let after = finished(editor);
        assert!(is_same_but_for_breaks(&after, &before), "{:?}", String::from_utf8_lossy(&after));
    }
    let before = finished(editor);
    if editor.relocate(document, path, &["other", "place"]).is_err() {
        assert_eq!(finished(editor), before);
    }
    let before = finished(editor);
    if editor.set(document, path, value).is_err() {
        assert_eq!(finished(editor), before);
    }
    let before = finished(editor);
    if editor.remove(document, path).is_err() {
        assert_eq!(finished(editor), before);
    }
    finished(editor);
}

fn finished(editor: &Editor) -> Vec<u8> {
    editor.finish().expect("what was edited reads back").to_vec()
}

/// Whether texts are the same but for which line break it is: where carriage returns stand among other breaks, the one behind an entry that went
/// is not kept.
fn is_same_but_for_breaks(one: &[u8], other: &[u8]) -> bool {
    let lines = |text: &[u8]| String::from_utf8_lossy(text).replace("\r\n", "\n");
    let (one_lines, other_lines) = (lines(one), lines(other));
    let is_mixed = one_lines.contains('\r') || other_lines.contains('\r');
    one == other || (is_mixed && one_lines.replace('\r', "\n") == other_lines.replace('\r', "\n"))
}

fn value(new: u8) -> Node {
    match new % 6 {
        0 => Node::string("x"),
        1 => Node::string("a\nb\n"),
        2 => Node::string(": #"),
        3 => Value::Integer(new.into()).into(),
        4 => Node::mapping([("a", Node::string("\u{7}")), ("b", Node::sequence([Node::string("")]))]),
        _ => Node::mapping::<String>([]),
    }
}

/// The path of each value, and whether it is a mapping with entries.
fn collect(node: &Node, path: &mut Vec<String>, paths: &mut Vec<(Vec<String>, bool)>) {
    let has_entries = matches!(&node.value, Value::Mapping(mapping) if !mapping.is_empty());
    paths.push((path.clone(), has_entries));
    let mut below = |name: String, node: &Node| {
        path.push(name);
        collect(node, path, paths);
        path.pop();
    };
    match &node.value {
        Value::Mapping(mapping) => mapping.entries().for_each(|(key, node)| below(key.name.clone(), node)),
        Value::Sequence(items) => items
            .iter()
            .enumerate()
            .for_each(|(index, node)| below(index.to_string(), node)),
        _ => {}
    }
}
