//! What holds for any text and any tree.

use proptest::{collection::vec, prelude::*};
use signet_document::{Limits, Node, Value, read, write_json, write_yaml};

/// Texts with everything that a writer could get wrong, and any other.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ab1 :#\\-,\\[\\]{}&*!|>'\"%@`?\n\t.~<=é☺\u{1F600}\r\u{85}\u{2028}\u{feff}\u{0}\u{7f}\\\\]{0,12}",
        "[a-c ]{60,200}",
        "[a-c \"\\\\\n]{60,200}",
        any::<String>(),
    ]
}

fn tree() -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![
        8 => text().prop_map(Tree::Text),
        1 => Just(Tree::Null),
        1 => any::<bool>().prop_map(Tree::Bool),
        1 => any::<i64>().prop_map(Tree::Integer),
        1 => any::<f64>().prop_filter("the notations have no infinities and no -0", |value| value.is_normal()).prop_map(Tree::Float),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Tree::Sequence),
            vec((text(), inner), 0..6).prop_map(Tree::Mapping),
        ]
    })
}

/// A tree that can be printed and compared, which a [`Node`] must not be.
#[derive(Clone, Debug)]
enum Tree {
    Null,
    Bool(bool),
    Integer(i64),
    Float(f64),
    Text(String),
    Sequence(Vec<Self>),
    Mapping(Vec<(String, Self)>),
}

impl Tree {
    fn node(&self) -> Node {
        match self {
            Self::Null => Value::Null.into(),
            Self::Bool(value) => Value::Bool(*value).into(),
            Self::Integer(value) => Value::Integer((*value).into()).into(),
            Self::Float(value) => Value::Float(*value).into(),
            Self::Text(text) => Node::string(text.as_str()),
            Self::Sequence(items) => Node::sequence(items.iter().map(Self::node)),
            Self::Mapping(entries) => Node::mapping(entries.iter().map(|(key, value)| (key.as_str(), value.node()))),
        }
    }
}

fn same(a: &Node, b: &Node) -> bool {
    match (&a.value, &b.value) {
        (Value::Sequence(a), Value::Sequence(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Mapping(a), Value::Mapping(b)) => {
            a.len() == b.len()
                && a.entries()
                    .all(|(key, value)| b.get(&key.name).is_some_and(|other| same(value, other)))
        }
        (Value::String(a), Value::String(b)) => a == b,
        (Value::Null, Value::Null) => true,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        // `1e20` and `100000000000000000000` are the same number in the notations.
        _ => number(a).is_some() && number(a) == number(b),
    }
}

fn number(node: &Node) -> Option<f64> {
    match node.value {
        Value::Integer(value) => Some(value as f64),
        Value::Float(value) => Some(value),
        _ => None,
    }
}

/// The one document of a text.
fn only(text: &str) -> Result<Node, TestCaseError> {
    let mut documents = read(text.as_bytes(), &Limits::default());
    let document = documents.next().ok_or_else(|| TestCaseError::fail("no document"))?;
    prop_assert!(documents.next().is_none());
    document
        .map(|document| document.root)
        .map_err(|error| TestCaseError::fail(error.to_string()))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn written_yaml_reads_as_the_same_tree(tree in tree()) {
        let node = Node::mapping([("", tree.node())]);
        let text = write_yaml(&node);
        prop_assert!(same(&node, &only(&text)?), "{}", *text);
    }

    #[test]
    fn written_json_reads_as_the_same_tree(tree in tree()) {
        let node = Node::mapping([("", tree.node())]);
        let text = write_json(&node);
        prop_assert!(same(&node, &only(&text)?), "{}", *text);
    }

    #[test]
    fn written_trees_are_written_the_same_again(tree in tree()) {
        let node = Node::mapping([("", tree.node())]);
        let text = write_yaml(&node).to_string();
        let again = write_yaml(&only(&text)?).to_string();
        prop_assert_eq!(again, text);
    }

    #[test]
    fn any_bytes_give_documents_or_an_error(bytes in vec(any::<u8>(), 0..200)) {
        read(&bytes, &Limits::default()).for_each(drop);
    }

    #[test]
    fn any_text_of_indicators_gives_documents_or_an_error(text in "[ab1 :#\\-,\\[\\]{}&*!|>'\"%?\n\t.~<\\\\]{0,60}") {
        read(text.as_bytes(), &Limits::default()).for_each(drop);
    }

    /// An error may end up in a log, so it must have nothing of the values.
    #[test]
    fn errors_show_nothing_of_the_text(before in text(), after in "[\\[\\]{}:\"'\n\t @`%&*!-]{0,10}", json: bool) {
        let text = if json { format!("{{\"a\": \"canary\" {before}canary{after}") } else { format!("a: canary {before}canary{after}") };
        for error in read(text.as_bytes(), &Limits::default()).filter_map(Result::err) {
            let shown = format!("{error} {error:?} {:?}", error.hint());
            prop_assert!(!shown.contains("canary"));
        }
    }
}
