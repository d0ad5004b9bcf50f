//! A scalar of YAML reads, once it is written, as what it was, and a text as a text, whatever it looks like.

#![no_main]

use libfuzzer_sys::fuzz_target;
use signet_document::tree::{Branch, Scalar, Tree, TreeFormat};
use signet_fuzz::{read, written_and_read};

const FORMAT: TreeFormat = TreeFormat::Yaml;

fuzz_target!(|text: &str| {
    if let Some((_, trees)) = read(format!("a: {text}\n").as_bytes(), FORMAT)
        && let [tree] = &trees[..]
        && let Some(scalar) = scalar(tree)
    {
        comes_back(&trees, scalar);
    }
    let mut tree = Tree::default();
    tree.push("a", Scalar::text(text));
    comes_back(&[tree], &Scalar::text(text));
});

fn comes_back(trees: &[Tree], expected: &Scalar) {
    // Some texts have no layout of upstream's that reads at all.
    let Some(again) = written_and_read(trees, FORMAT) else {
        return;
    };
    let again = again.first().and_then(scalar);
    assert!(again.is_some_and(|again| is_same(again, expected)));
}

fn scalar(tree: &Tree) -> Option<&Scalar> {
    match tree.get("a")? {
        Branch::Leaf(leaf) => Some(leaf.scalar()),
        _ => None,
    }
}

fn is_same(one: &Scalar, other: &Scalar) -> bool {
    match (one, other) {
        (Scalar::Null, Scalar::Null) => true,
        (Scalar::Bool(one), Scalar::Bool(other)) => one == other,
        (Scalar::Integer(one), Scalar::Integer(other)) => one == other,
        (Scalar::Unsigned(one), Scalar::Unsigned(other)) => one == other,
        // As upstream writes it, a whole number has no point.
        (Scalar::Integer(one), Scalar::Float(other)) => *one as f64 == *other,
        (Scalar::Unsigned(one), Scalar::Float(other)) => *one as f64 == *other,
        (Scalar::Float(one), Scalar::Float(other)) => one == other || one.is_nan() && other.is_nan(),
        (Scalar::Time(one), Scalar::Time(other)) => one == other,
        (Scalar::Text(one), Scalar::Text(other)) => one == other,
        _ => false,
    }
}
