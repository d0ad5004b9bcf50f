//! What holds for any edit of any text.

use std::fmt::Write;

use proptest::{collection::vec, prelude::*};
use signet_document::{Editor, Limits, Node, Value, read};

/// A tree with a mark of its own in every value, so that each can be found in the text.
#[derive(Clone, Debug)]
enum Tree {
    Leaf,
    Sequence(Vec<Self>),
    Mapping(Vec<Self>),
}

fn tree() -> impl Strategy<Value = Tree> {
    let inner = Just(Tree::Leaf).prop_recursive(4, 30, 5, |inner| {
        prop_oneof![
            1 => vec(inner.clone(), 0..4).prop_map(Tree::Sequence),
            3 => vec(inner, 0..5).prop_map(Tree::Mapping),
        ]
    });
    vec(inner, 1..5).prop_map(Tree::Mapping)
}

/// Writes a tree as somebody in a hurry would: comments, blank lines, brackets, quotes, all sorts of indentation.
struct Scribe<'a> {
    text: String,
    choices: &'a [u8],
    taken: usize,
    marks: usize,
    line_break: &'static str,
}

impl Scribe<'_> {
    /// One of `count` possibilities.
    fn choose(&mut self, count: u8) -> u8 {
        let choice = self
            .choices
            .get(self.taken % self.choices.len().max(1))
            .copied()
            .unwrap_or_default();
        self.taken += 1;
        (choice.wrapping_add(self.taken as u8 / 7)) % count
    }

    fn put(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn end_line(&mut self, is_comment_allowed: bool) {
        match self.choose(8) {
            0 if is_comment_allowed => self.put(" # inline"),
            1 => self.put("  "),
            _ => {}
        }
        self.text.push_str(self.line_break);
    }

    fn above(&mut self, column: usize) {
        match self.choose(12) {
            0 => self.put(&format!("{}# above{}", " ".repeat(column), self.line_break)),
            1 => self.put(self.line_break),
            2 => self.put(&format!("{}{}# apart{0}{0}", self.line_break, " ".repeat(column))),
            _ => {}
        }
    }

    fn mark(&mut self) -> String {
        self.marks += 1;
        format!("m{}m", self.marks)
    }

    fn quoted(&mut self, text: &str) -> String {
        match self.choose(5) {
            0 => format!("'{text}'"),
            1 => format!("\"{text}\\n\""),
            2 => format!("!!str {text}"),
            _ => text.to_owned(),
        }
    }

    fn flow(&mut self, tree: &Tree) {
        let gap = if self.choose(6) == 0 {
            self.line_break.to_owned() + "            "
        } else {
            String::new()
        };
        match tree {
            Tree::Leaf => {
                let mark = self.mark();
                let text = self.quoted(&mark);
                self.put(&text);
            }
            Tree::Sequence(items) => {
                self.put("[");
                for item in items {
                    self.put(&gap);
                    self.flow(item);
                    self.put(", ");
                }
                self.put("]");
            }
            Tree::Mapping(entries) => {
                self.put("{");
                for (index, entry) in entries.iter().enumerate() {
                    self.put(if index > 0 { "," } else { "" });
                    self.put(&gap);
                    self.put(&format!("k{index}: "));
                    self.flow(entry);
                }
                self.put("}");
            }
        }
    }

    /// What stands behind a key or a dash in `column`.
    fn value(&mut self, tree: &Tree, column: usize, is_item: bool) {
        let is_empty = matches!(tree, Tree::Sequence(items) | Tree::Mapping(items) if items.is_empty());
        if is_empty || self.choose(6) == 0 {
            self.put(" ");
            self.flow(tree);
            return self.end_line(true);
        }
        match tree {
            Tree::Leaf => self.leaf(column),
            Tree::Sequence(items) => {
                let deeper = column + if is_item { 2 } else { usize::from(self.choose(4)) };
                self.start(
                    is_item,
                    |scribe, index| scribe.item(items, index, deeper),
                    deeper,
                    items.len(),
                );
            }
            Tree::Mapping(entries) => {
                let deeper = column + if is_item { 2 } else { 1 + usize::from(self.choose(4)) };
                self.start(
                    is_item,
                    |scribe, index| scribe.entry(entries, index, deeper),
                    deeper,
                    entries.len(),
                );
            }
        }
    }

    fn start(&mut self, is_item: bool, put: impl Fn(&mut Self, usize), column: usize, count: usize) {
        let is_compact = is_item && self.choose(2) == 0;
        if is_compact {
            self.put(" ");
        } else {
            self.end_line(true);
        }
        for index in 0..count {
            if index > 0 || !is_compact {
                self.above(column);
                self.put(&" ".repeat(column));
            }
            put(self, index);
        }
    }

    fn item(&mut self, items: &[Tree], index: usize, column: usize) {
        self.put("-");
        if let Some(item) = items.get(index) {
            self.value(item, column, true);
        }
    }

    fn entry(&mut self, entries: &[Tree], index: usize, column: usize) {
        let key = match self.choose(6) {
            0 => format!("\"k{index}\""),
            1 => format!("k{index} "),
            _ => format!("k{index}"),
        };
        self.put(&format!("{key}:"));
        if let Some(entry) = entries.get(index) {
            self.value(entry, column, false);
        }
    }

    fn leaf(&mut self, column: usize) {
        let mark = self.mark();
        let deeper = " ".repeat(column + 1 + usize::from(self.choose(3)));
        let line_break = self.line_break;
        match self.choose(6) {
            0 => self.put(&format!(
                " |{line_break}{deeper}{mark}{line_break}{deeper}{mark}{line_break}"
            )),
            1 => self.put(&format!(
                " >- # header{line_break}{line_break}{deeper}{mark}{line_break}{line_break}"
            )),
            2 => self.put(&format!(" |+{line_break}{deeper}{mark}{line_break}{line_break}")),
            3 => {
                self.put(&format!("{line_break}{deeper}{mark}"));
                self.end_line(true);
            }
            _ => {
                let text = self.quoted(&mark);
                self.put(&format!(" {text}"));
                self.end_line(true);
            }
        }
    }
}

/// A text of three documents, of which the second is the tree.
fn text() -> impl Strategy<Value = String> {
    (tree(), vec(any::<u8>(), 1..60)).prop_map(|(tree, choices)| {
        let line_break = if choices.len() % 3 == 0 { "\r\n" } else { "\n" };
        let mut scribe = Scribe {
            text: format!("# first{line_break}first: 1{line_break}---{line_break}"),
            choices: &choices,
            taken: 0,
            marks: 0,
            line_break,
        };
        if let Tree::Mapping(entries) = &tree {
            for index in 0..entries.len() {
                scribe.above(0);
                scribe.entry(entries, index, 0);
            }
        }
        scribe.put(&format!("---{line_break}third: 1 # third"));
        scribe.text
    })
}

/// The paths of a tree and what is there.
fn paths(node: &Node, path: &[String], found: &mut Vec<(Vec<String>, bool)>) {
    let below = |name: &str| path.iter().cloned().chain([name.to_owned()]).collect::<Vec<_>>();
    let is_collection = matches!(node.value, Value::Mapping(_) | Value::Sequence(_));
    found.push((path.to_vec(), is_collection));
    match &node.value {
        Value::Mapping(mapping) => mapping
            .entries()
            .for_each(|(key, value)| paths(value, &below(&key.name), found)),
        Value::Sequence(items) => {
            for (index, item) in items.iter().enumerate() {
                paths(item, &below(&index.to_string()), found);
            }
        }
        _ => {}
    }
}

/// A tree as text, for comparison.
fn shown(node: &Node, path: &str, text: &mut String) {
    match &node.value {
        Value::Mapping(mapping) => {
            let _ = writeln!(text, "{path} {{{}", mapping.len());
            mapping
                .entries()
                .for_each(|(key, value)| shown(value, &format!("{path}.{}", key.name), text));
        }
        Value::Sequence(items) => {
            let _ = writeln!(text, "{path} [{}", items.len());
            items
                .iter()
                .enumerate()
                .for_each(|(index, item)| shown(item, &format!("{path}.{index}"), text));
        }
        _ => {
            let _ = writeln!(text, "{path} = {:?}", node.as_text().as_deref());
        }
    }
}

fn trees(text: &[u8]) -> Result<Vec<String>, TestCaseError> {
    read(text, &Limits::default())
        .map(|document| {
            let document = document.map_err(|error| TestCaseError::fail(error.to_string()))?;
            let mut text = String::new();
            shown(&document.root, "", &mut text);
            Ok(text)
        })
        .collect()
}

fn open(text: &str) -> Result<Editor, TestCaseError> {
    Editor::new(text.as_bytes(), &Limits::default()).map_err(|error| TestCaseError::fail(format!("{error} in {text}")))
}

fn finished(editor: &Editor) -> Result<String, TestCaseError> {
    let text = editor
        .finish()
        .map_err(|error| TestCaseError::fail(error.to_string()))?;
    String::from_utf8(text.to_vec()).map_err(|_| TestCaseError::fail("not UTF-8"))
}

fn as_path(path: &[String]) -> Vec<&str> {
    path.iter().map(String::as_str).collect()
}

/// The lines of `before` that are not as they were in `after`.
fn changed<'a>(before: &'a str, after: &str) -> Vec<&'a str> {
    let (old, new): (Vec<_>, Vec<_>) = (before.split('\n').collect(), after.split('\n').collect());
    let same_start = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let rest = old.len().min(new.len()) - same_start;
    let same_end = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take(rest)
        .take_while(|(a, b)| a == b)
        .count();
    old.get(same_start..old.len() - same_end).unwrap_or_default().to_vec()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn a_set_value_changes_its_own_lines_only(text in text(), pick in any::<prop::sample::Index>(), value in "[a-z]{1,3}|x: #|l1\nl2\n| \n|true") {
        let editor = open(&text)?;
        let mut found = Vec::new();
        paths(&editor.documents()[1].root, &[], &mut found);
        found.retain(|(path, is_collection)| !path.is_empty() && !is_collection);
        prop_assume!(!found.is_empty());
        let (path, _) = pick.get(&found);
        let mut editor = editor;
        let mark = editor_mark(&editor, path);
        editor.set(1, &as_path(path), &Node::string(value.as_str())).map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
        let after = finished(&editor)?;
        let (before, trees_after) = (trees(text.as_bytes())?, trees(after.as_bytes())?);
        prop_assert_eq!((&before[0], &before[2]), (&trees_after[0], &trees_after[2]));
        let differing: Vec<_> = before[1].lines().zip(trees_after[1].lines()).filter(|(a, b)| a != b).collect();
        prop_assert!(differing.iter().all(|(a, _)| a.contains(&mark)), "{}\n{}", text, after);
        // A key may stand on the line above its value.
        let lines = changed(&text, &after);
        let foreign = lines.iter().filter(|line| line.matches('m').count() > 1 && !line.contains(&mark)).count();
        prop_assert_eq!(foreign, 0, "{}\n{}", text, after);
        prop_assert_eq!(text.matches('#').count(), after.replace("x: #", "").matches('#').count(), "{}\n{}", text, after);
    }

    #[test]
    fn a_new_entry_goes_without_a_trace(text in text(), pick in any::<prop::sample::Index>(), value in "[a-z]{1,3}|l1\nl2\n") {
        let mut editor = open(&text)?;
        let mut found = Vec::new();
        paths(&editor.documents()[1].root, &[], &mut found);
        found.retain(|(path, _)| {
            let mut tree = &editor.documents()[1].root;
            for name in path {
                tree = match &tree.value {
                    Value::Mapping(mapping) => mapping.get(name).unwrap_or(tree),
                    Value::Sequence(items) => name.parse().ok().and_then(|index: usize| items.get(index)).unwrap_or(tree),
                    _ => tree,
                };
            }
            matches!(&tree.value, Value::Mapping(mapping) if !mapping.is_empty())
        });
        let (path, _) = pick.get(&found);
        let mut path = as_path(path);
        path.push("new key");
        editor.set(1, &path, &Node::string(value.as_str())).map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
        let with = finished(&editor)?;
        prop_assert!(with.contains("new key"));
        editor.remove(1, &path).map_err(|error| TestCaseError::fail(format!("{error}\n{with}")))?;
        prop_assert_eq!(finished(&editor)?, text, "{}", with);
    }

    #[test]
    fn what_is_removed_or_moved_is_all_that_goes(text in text(), pick in any::<prop::sample::Index>(), is_moved: bool) {
        let mut editor = open(&text)?;
        let mut found = Vec::new();
        paths(&editor.documents()[1].root, &[], &mut found);
        found.retain(|(path, _)| !path.is_empty());
        let (path, _) = pick.get(&found);
        let result = if is_moved {
            editor.relocate(1, &as_path(path), &["new", "place"])
        } else {
            editor.remove(1, &as_path(path))
        };
        let after = finished(&editor)?;
        if result.is_err() {
            prop_assert_eq!(after, text);
            return Ok(());
        }
        let (before, trees_after) = (trees(text.as_bytes())?, trees(after.as_bytes())?);
        prop_assert_eq!((&before[0], &before[2]), (&trees_after[0], &trees_after[2]));
        let marks = |tree: &str| tree.split('m').filter(|part| part.bytes().all(|byte| byte.is_ascii_digit()) && !part.is_empty()).count();
        let mut own = String::new();
        shown(&at(&open(&text)?, path), "", &mut own);
        let expected = marks(&before[1]) - if is_moved { 0 } else { marks(&own) };
        prop_assert_eq!(marks(&trees_after[1]), expected, "{}\n{}", text, after);
        // An item of a sequence becomes a value: only that moves.
        if is_moved && path.last().is_some_and(|name| name.starts_with('k')) {
            prop_assert_eq!(text.matches('#').count(), after.matches('#').count(), "{}\n{}", text, after);
        }
    }

    #[test]
    fn any_text_is_edited_or_refused(text in "[ab:1 #\\-,\\[\\]{}&*!|>'\"%?\n\t.~<]{0,40}|[ab: #|\\-\n{},]{0,40}", new in "[ab# \n:]{0,4}") {
        let Ok(mut editor) = Editor::new(text.as_bytes(), &Limits::default()) else { return Ok(()) };
        for document in 0..editor.documents().len() {
            let mut found = Vec::new();
            paths(&editor.documents()[document].root, &[], &mut found);
            for (path, _) in found {
                let mut path = as_path(&path);
                let _ = editor.set(document, &path, &Node::string(new.as_str()));
                finished(&editor)?;
                path.push("b");
                let _ = editor.set(document, &path, &Node::mapping([("a", Node::sequence([Node::string(new.as_str())]))]));
                finished(&editor)?;
                let _ = editor.relocate(document, &path, &["c", new.as_str()]);
                finished(&editor)?;
                path.pop();
                let _ = editor.remove(document, &path);
                finished(&editor)?;
            }
        }
    }
}

fn at(editor: &Editor, path: &[String]) -> Node {
    let mut node = &editor.documents()[1].root;
    for name in path {
        node = match &node.value {
            Value::Mapping(mapping) => mapping.get(name).unwrap_or(node),
            Value::Sequence(items) => name
                .parse()
                .ok()
                .and_then(|index: usize| items.get(index))
                .unwrap_or(node),
            _ => node,
        };
    }
    copy(node)
}

fn copy(node: &Node) -> Node {
    match &node.value {
        Value::Mapping(mapping) => Node::mapping(mapping.entries().map(|(key, value)| (key.name.clone(), copy(value)))),
        Value::Sequence(items) => Node::sequence(items.iter().map(copy)),
        _ => Node::string(node.as_text().as_deref().cloned().unwrap_or_default()),
    }
}

/// The mark in the value at a path.
fn editor_mark(editor: &Editor, path: &[String]) -> String {
    let text = at(editor, path).as_text().as_deref().cloned().unwrap_or_default();
    text.lines().next().unwrap_or_default().to_owned()
}
