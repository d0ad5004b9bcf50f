use serde_json::{Value as Json, json};
use signet_document::tree::{Branch, Element, Entry, Scalar, Tree};

/// Trees as the vectors show them: a comment as `#text`, a pair as `[key, value]`, an item as `[value]`.
pub(crate) fn trees(trees: &[Tree]) -> Json {
    trees.iter().map(entries).collect()
}

fn entries(tree: &Tree) -> Json {
    let entries = tree.entries.iter().map(|entry| match entry {
        Entry::Comment(comment) => json!(format!("#{}", comment.text())),
        Entry::Pair(pair) => json!([&*pair.key, branch(&pair.value)]),
    });
    entries.collect()
}

fn branch(branch_: &Branch) -> Json {
    match branch_ {
        Branch::Leaf(leaf) => scalar(leaf.scalar()),
        Branch::Mapping(tree) => json!({ "mapping": entries(tree) }),
        Branch::Sequence(elements) => {
            let elements = elements.iter().map(|element| match element {
                Element::Comment(comment) => json!(format!("#{}", comment.text())),
                Element::Item(item) => json!([branch(&item.value)]),
            });
            json!({ "sequence": elements.collect::<Json>() })
        }
    }
}

fn scalar(scalar: &Scalar) -> Json {
    let text = match scalar {
        Scalar::Null => return Json::Null,
        Scalar::Bool(value) => format!("bool {value}"),
        Scalar::Integer(value) => format!("int {value}"),
        Scalar::Unsigned(value) => format!("uint {value}"),
        Scalar::Float(value) if value.is_infinite() => format!("float {}Inf", if *value > 0.0 { "+" } else { "-" }),
        Scalar::Float(value) => format!("float {value}"),
        Scalar::Time(value) => format!("time {value}"),
        Scalar::Text(bytes) => format!("str {}", String::from_utf8_lossy(bytes)),
    };
    text.into()
}
