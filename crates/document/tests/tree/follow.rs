//! Texts that follow their trees.

use serde_json::Value as Json;
use signet_document::{
    Limits,
    tree::{Branch, Element, Entry, Item, Layout, Scalar, Source, Tree, TreeFormat},
};
use zeroize::Zeroizing;

use crate::{shown, vectors};

fn read(text: &[u8]) -> (Source, Vec<Tree>) {
    Source::read(text, TreeFormat::Yaml, &Limits::default()).unwrap()
}

/// The text after a change of its first tree.
fn changed(text: &str, change: impl FnOnce(&mut Tree)) -> String {
    let (source, mut trees) = read(text.as_bytes());
    change(&mut trees[0]);
    let text = source.write(&trees, &Layout::default()).unwrap();
    String::from_utf8(text.to_vec()).unwrap()
}

/// Sets the leaf below some keys.
fn set(tree: &mut Tree, path: &[&str], scalar: Scalar) {
    let (key, rest) = path.split_first().unwrap();
    for entry in &mut tree.entries {
        match entry {
            Entry::Pair(pair) if *pair.key == **key => match &mut pair.value {
                Branch::Mapping(tree) => return set(tree, rest, scalar),
                Branch::Leaf(leaf) => return leaf.set(scalar),
                Branch::Sequence(_) => {}
            },
            _ => {}
        }
    }
    panic!("no {key}");
}

#[test]
fn a_value_changes_its_own_bytes_alone() {
    let text = "# head\na:   1   # one\n\nb: {c: \"x\", d: [1, 2]}\ne: |  # block\n  x\n  y\n\nf: &anchor 'q'\ng: !!int 3\nh:\ni: ~\n";
    for (path, scalar, from, to) in [
        (&["a"][..], Scalar::Integer(2), "a:   1 ", "a:   2 "),
        (&["a"], Scalar::text("no"), "a:   1 ", "a:   \"no\" "),
        (&["b", "c"], Scalar::text("y, z"), "\"x\"", "'y, z'"),
        (&["e"], Scalar::text("one"), "|  # block\n  x\n  y\n", "one  # block\n"),
        (
            &["e"],
            Scalar::text("p\nq\n"),
            "|  # block\n  x\n  y\n",
            "|  # block\n    p\n    q\n",
        ),
        (&["a"], Scalar::text("p\nq"), "1   # one", "|-   # one\n    p\n    q"),
        (&["f"], Scalar::Bool(true), "'q'", "true"),
        (&["g"], Scalar::text("x"), "!!int 3", "x"),
        (&["h"], Scalar::text("x"), "h:", "h: x"),
        (&["i"], Scalar::text("x"), "~", "x"),
    ] {
        let ours = changed(text, |tree| set(tree, path, scalar));
        assert_eq!(ours, text.replacen(from, to, 1), "{path:?}");
    }
}

#[test]
fn a_key_without_a_colon_gets_one() {
    for (text, expected) in [
        ("{a}\n", "{a: 1}\n"),
        ("{\"a\", b: 2}\n", "{\"a\": 1, b: 2}\n"),
        ("? a\n", "? a\n: 1\n"),
        ("? a\n:\n", "? a\n: 1\n"),
    ] {
        assert_eq!(changed(text, |tree| set(tree, &["a"], Scalar::Integer(1))), expected);
    }
}

/// A colon and a question mark end the name of an anchor, and may start a value.
#[test]
fn a_value_right_behind_its_anchor_gets_a_blank() {
    for (text, scalar, expected) in [
        ("a: &b:c d\n", Scalar::text("x"), "a: &b x\n"),
        ("a: &b?c # d\n", Scalar::text("x: y"), "a: &b 'x: y' # d\n"),
        ("a: &b:c\n", Scalar::text("p\nq\n"), "a: &b |\n    p\n    q\n"),
    ] {
        assert_eq!(changed(text, |tree| set(tree, &["a"], scalar)), expected);
    }
}

/// A block would take the lines behind it for its own.
#[test]
fn a_text_of_lines_is_quoted_where_a_block_cannot_stand() {
    let lines = || Scalar::text("p\n\n");
    assert_eq!(
        changed("a: 1\n\nb: 2\n", |tree| set(tree, &["a"], lines())),
        "a: \"p\\n\\n\"\n\nb: 2\n"
    );
    assert_eq!(
        changed("a: 1\nb: 2\n", |tree| set(tree, &["a"], lines())),
        "a: |+\n    p\n\nb: 2\n"
    );
    let below = "a:\n  b: 1\n      # deep\n  c: 2\n";
    let ours = changed(below, |tree| set(tree, &["a", "b"], Scalar::text("p\nq")));
    assert_eq!(ours, "a:\n  b: \"p\\nq\"\n      # deep\n  c: 2\n");
    assert_eq!(
        changed("a: 1", |tree| set(tree, &["a"], Scalar::text("p\n"))),
        "a: |\n    p\n"
    );
}

#[test]
fn entries_come_and_go_in_lines() {
    let text = "a: 1\n# about b\nb:\n  c: 2\n  d: 3\ne: 4\n";
    let without = |key: &str| changed(text, |tree| drop(tree.remove(key)));
    assert_eq!(without("a"), "# about b\nb:\n  c: 2\n  d: 3\ne: 4\n");
    assert_eq!(without("b"), "a: 1\n# about b\ne: 4\n");
    assert_eq!(without("e"), "a: 1\n# about b\nb:\n  c: 2\n  d: 3\n");
    let with = changed(text, |tree| tree.push("f", Scalar::Null));
    assert_eq!(with, format!("{text}f: null\n"));
    let nested = changed(text, |tree| match &mut tree.entries[2] {
        Entry::Pair(pair) => match &mut pair.value {
            Branch::Mapping(tree) => tree.push("x", Scalar::Integer(5)),
            _ => panic!(),
        },
        Entry::Comment(_) => panic!(),
    });
    assert_eq!(nested, text.replace("  d: 3\n", "  d: 3\n  x: 5\n"));
    assert_eq!(changed("a: 1\n", |tree| tree.entries.clear()), "{}\n");
    assert_eq!(changed("a: {}\n", |tree| drop(tree.remove("a"))), "{}\n");
}

/// Upstream ends each text with a line break, and its own tests count on that.
#[test]
fn a_last_line_gets_a_break_where_another_comes_behind_it() {
    for (text, expected) in [
        ("a: 1", "a: 1\n"),
        ("a: 1\r\nb: 2", "a: 1\r\nb: 2\r\n"),
        ("a: 1\n# b", "a: 1\n# b\n"),
    ] {
        let with = changed(text, |tree| tree.push("new", Scalar::Integer(1)));
        assert_eq!(changed(&with, |tree| drop(tree.remove("new"))), expected, "{with}");
    }
    for (text, expected) in [
        ("a: |\n  x", "a: |-\n  x\nb: 1\n"),
        ("a: >2+ # c\n  x", "a: >2- # c\n  x\nb: 1\n"),
        ("a: |-\n  x", "a: |-\n  x\nb: 1\n"),
    ] {
        assert_eq!(changed(text, |tree| tree.push("b", Scalar::Integer(1))), expected);
    }
    let both = changed("a: | # c\n  x", |tree| {
        set(tree, &["a"], Scalar::text("z"));
        tree.push("b", Scalar::Integer(1));
    });
    assert_eq!(both, "a: z # c\nb: 1\n");
}

#[test]
fn entries_come_and_go_in_brackets() {
    let text = "{a: 1, b: 2, c: 3}\n";
    let without = |keys: &[&str]| changed(text, |tree| keys.iter().for_each(|key| drop(tree.remove(key))));
    assert_eq!(without(&["a"]), "{b: 2, c: 3}\n");
    assert_eq!(without(&["b"]), "{a: 1, c: 3}\n");
    assert_eq!(without(&["c"]), "{a: 1, b: 2}\n");
    assert_eq!(without(&["a", "c"]), "{b: 2}\n");
    assert_eq!(without(&["a", "b", "c"]), "{}\n");
    assert_eq!(
        changed(text, |tree| tree.push("d", Scalar::Integer(4))),
        "{a: 1, b: 2, c: 3, d: 4}\n"
    );
    assert_eq!(changed("{}\n", |tree| tree.push("d", Scalar::Integer(4))), "{d: 4}\n");
    for text in ["{ a: 1 }\n", "{\n  a: 1,\n}\n", "{\n  a: [1],\n  b: {c: 2}\n}\n"] {
        let with = changed(text, |tree| tree.push("d", Scalar::Integer(4)));
        assert_eq!(changed(&with, |tree| drop(tree.remove("d"))), text, "{with}");
    }
    let commented = changed("{a: 1, b: 2 # of b\n}\n", |tree| drop(tree.remove("b")));
    assert_eq!(commented, "{a: 1}\n");
    let replaced = changed(text, |tree| {
        drop(tree.remove("c"));
        tree.push("d", Scalar::Integer(4));
    });
    assert_eq!(replaced, "{a: 1, b: 2, d: 4}\n");
}

#[test]
fn an_alias_becomes_a_copy_when_the_copy_changes() {
    let text = "a: &a {x: 1}\nb: *a # b\nc:\n    <<: *a\n    y: 2\n";
    let change = |tree: &mut Tree| {
        let Entry::Pair(pair) = &mut tree.entries[2] else {
            panic!()
        };
        let Branch::Mapping(tree) = &mut pair.value else {
            panic!()
        };
        set(tree, &["x"], Scalar::Integer(9));
    };
    assert_eq!(changed(text, change), text.replace("b: *a # b\n", "b: # b\n    x: 9\n"));
    let merge = changed(text, |tree| set(tree, &["c", "<<", "x"], Scalar::Integer(9)));
    assert_eq!(merge, text.replace("    <<: *a\n", "    <<:\n        x: 9\n"));
}

/// All leaves and comments, encrypted or decrypted by a function.
fn each(tree: &mut Tree, leaf: &mut impl FnMut(Scalar) -> Scalar, comment: &impl Fn(&str) -> String) {
    for entry in &mut tree.entries {
        match entry {
            Entry::Comment(text) => text.set(Zeroizing::new(comment(text.text()))),
            Entry::Pair(pair) => each_branch(&mut pair.value, leaf, comment),
        }
    }
}

fn each_branch(branch: &mut Branch, leaf: &mut impl FnMut(Scalar) -> Scalar, comment: &impl Fn(&str) -> String) {
    match branch {
        Branch::Leaf(value) if matches!(value.scalar(), Scalar::Null) => {}
        Branch::Leaf(value) => {
            let old = match value.scalar() {
                Scalar::Null => Scalar::Null,
                Scalar::Bool(value) => Scalar::Bool(*value),
                Scalar::Integer(value) => Scalar::Integer(*value),
                Scalar::Unsigned(value) => Scalar::Unsigned(*value),
                Scalar::Float(value) => Scalar::Float(*value),
                Scalar::Time(value) => Scalar::Time(value.clone()),
                Scalar::Text(text) => Scalar::Text(text.clone()),
            };
            value.set(leaf(old));
        }
        Branch::Mapping(tree) => each(tree, leaf, comment),
        Branch::Sequence(elements) => {
            for element in elements {
                match element {
                    Element::Comment(text) => text.set(Zeroizing::new(comment(text.text()))),
                    Element::Item(Item { value, .. }) => each_branch(value, leaf, comment),
                }
            }
        }
    }
}

/// Without comments, and with numbers as they are written: where a comment stands in a tree may change with the lines around it.
fn values(trees: &[Tree]) -> String {
    fn strip(json: &mut Json) {
        match json {
            Json::Array(elements) => {
                elements.retain(|element| !matches!(element, Json::String(text) if text.starts_with('#')));
                elements.iter_mut().for_each(strip);
            }
            Json::Object(members) => members.values_mut().for_each(strip),
            _ => {}
        }
    }
    let mut json = shown::trees(trees);
    strip(&mut json);
    json.to_string().replace("\"float ", "\"int ")
}

/// Every text is encrypted and decrypted: no value is lost or changed, and what stands around the values stays.
#[test]
fn encrypting_and_decrypting_every_vector() {
    let mut count = 0;
    for vector in vectors::read(include_str!("vectors/yaml.json")) {
        let Ok((source, mut trees)) = Source::read(vector.text.as_bytes(), TreeFormat::Yaml, &Limits::default()) else {
            continue;
        };
        let before = values(&trees);
        let mut plain = Vec::new();
        for tree in &mut trees {
            let mut seal = |scalar| {
                plain.push(scalar);
                Scalar::text(format!("ENC[AES256_GCM,data:{},iv:+/=,tag:aa==,type:str]", plain.len()))
            };
            each(tree, &mut seal, &|text| format!("ENC[{text}"));
            let mut metadata = Tree::default();
            metadata.push("enc", Scalar::text("a\nb\n"));
            tree.push("sops", metadata);
        }
        let expected = values(&trees);
        let encrypted = source.write(&trees, &Layout::default()).unwrap();
        let (source, mut trees) = read(&encrypted);
        assert_eq!(values(&trees), expected, "{}", vector.text);
        let mut plain = plain.into_iter();
        for tree in &mut trees {
            tree.remove("sops").unwrap();
            let open = |text: &str| text.strip_prefix("ENC[").unwrap().to_owned();
            each(tree, &mut |_| plain.next().unwrap(), &open);
        }
        let decrypted = source.write(&trees, &Layout::default()).unwrap();
        let (_, trees) = read(&decrypted);
        assert_eq!(values(&trees), before, "{}", vector.text);
        count += 1;
    }
    assert!(count > 50, "only {count} texts were encrypted");
}

#[test]
fn a_comment_that_no_tree_has_goes_with_the_first_change() {
    for (text, path, expected) in [
        ("a: 1\nl:\n  - 1\n  # c\n  -\n", "a", "a: 2\nl:\n  - 1\n  \n  -\n"),
        ("? a\n# c\n:\n", "a", "? a\n\n: 2\n"),
    ] {
        assert_eq!(changed(text, |_| ()), text);
        assert_eq!(changed(text, |tree| set(tree, &[path], Scalar::Integer(2))), expected);
    }
}

/// Upstream writes null in the place of such a text.
#[test]
fn a_text_of_lines_that_starts_with_a_tab_comes_back() {
    for text in ["\tx\ny", "\t\n", "\t\t\n_.1", "\n\tx\n"] {
        let written = changed("a: 1\n", |tree| set(tree, &["a"], Scalar::text(text)));
        let (_, trees) = read(written.as_bytes());
        let Some(Branch::Leaf(leaf)) = trees[0].get("a") else {
            panic!("{written}");
        };
        assert_eq!(leaf.scalar().as_str(), Some(text), "{written}");
    }
}
