//! Paths into documents, and what is done at them. The cases are those of upstream's `sops_test.go`, and those in which it panics.

use std::error::Error;

use signet_document::tree::{Branch, Comment, Element, Entry, Item, Pair, Scalar, Tree};
use signet_sops::{PathFault, TreePath, TreePathFault};
use zeroize::Zeroizing;

type Outcome = Result<(), Box<dyn Error>>;

/// A value: `{a: 1, #c, b: [x, #c]}`, where names are texts and digits are integers.
fn branch(text: &str) -> Branch {
    let mut rest = text;
    read(&mut rest)
}

fn tree(text: &str) -> Result<Tree, &'static str> {
    match branch(text) {
        Branch::Mapping(tree) => Ok(tree),
        _ => Err("no mapping"),
    }
}

fn word<'a>(rest: &mut &'a str) -> &'a str {
    let end = rest.find([',', ']', '}', ':']).unwrap_or(rest.len());
    let (word, behind) = rest.split_at(end);
    *rest = behind;
    word.trim()
}

/// Whether the text goes on with this, which is then taken.
fn goes_on(rest: &mut &str, with: char) -> bool {
    let behind = rest.trim_start().strip_prefix(with);
    *rest = behind.unwrap_or(rest);
    behind.is_some()
}

fn read(rest: &mut &str) -> Branch {
    if goes_on(rest, '{') {
        let mut entries = Vec::new();
        while !goes_on(rest, '}') {
            if goes_on(rest, '#') {
                entries.push(Entry::Comment(comment(word(rest))));
            } else {
                let key = word(rest);
                goes_on(rest, ':');
                entries.push(Entry::Pair(Pair::new(key, read(rest))));
            }
            goes_on(rest, ',');
        }
        return Branch::Mapping(Tree { entries });
    }
    if goes_on(rest, '[') {
        let mut elements = Vec::new();
        while !goes_on(rest, ']') {
            elements.push(if goes_on(rest, '#') {
                Element::Comment(comment(word(rest)))
            } else {
                let value = read(rest);
                Element::Item(Item { value, place: None })
            });
            goes_on(rest, ',');
        }
        return Branch::Sequence(elements);
    }
    let word = word(rest);
    match word.parse() {
        Ok(number) => Scalar::Integer(number).into(),
        Err(_) if word == "null" => Scalar::Null.into(),
        Err(_) => Scalar::text(word).into(),
    }
}

fn comment(text: &str) -> Comment {
    Comment::from(Zeroizing::new(text.to_owned()))
}

/// The text of a value, as [`branch`] reads it.
fn shown(branch: &Branch) -> String {
    match branch {
        Branch::Leaf(leaf) => match leaf.scalar() {
            Scalar::Null => "null".to_owned(),
            Scalar::Integer(number) => number.to_string(),
            Scalar::Float(number) => format!("{number:?}"),
            scalar => scalar.as_str().unwrap_or("?").to_owned(),
        },
        Branch::Sequence(elements) => {
            let element = |element: &Element| match element {
                Element::Comment(comment) => format!("#{}", comment.text()),
                Element::Item(item) => shown(&item.value),
            };
            format!("[{}]", elements.iter().map(element).collect::<Vec<_>>().join(", "))
        }
        Branch::Mapping(tree) => shown_tree(tree),
    }
}

fn shown_tree(tree: &Tree) -> String {
    let entry = |entry: &Entry| match entry {
        Entry::Comment(comment) => format!("#{}", comment.text()),
        Entry::Pair(pair) => format!("{}: {}", pair.key, shown(&pair.value)),
    };
    format!("{{{}}}", tree.entries.iter().map(entry).collect::<Vec<_>>().join(", "))
}

#[test]
fn paths_are_read() -> Outcome {
    for (text, shown) in [
        (r#"["key"][0]['k2']"#, r#"["key"][0]["k2"]"#),
        (r#"["a"]"#, r#"["a"]"#),
        (r#"[""]"#, r#"[""]"#),
        (r#"["a"][007][+5]"#, r#"["a"][7][5]"#),
        // Nothing is an escape, and a quote in a key is a part of it.
        (r#"["a"b"]['\n']"#, r#"["a\"b"]["\\n"]"#),
        (r#"["it's"]['"']"#, r#"["it's"]["\""]"#),
        (r#"["é]"]"#, r#"["é]"]"#),
        // Upstream has no way to say these.
        (r#"["a[0]"][1]"#, r#"["a[0]"][1]"#),
        (r#"["a["]['b']"#, r#"["a["]["b"]"#),
    ] {
        assert_eq!(TreePath::parse(text)?.to_string(), shown);
    }
    let longest = r#"["a"]"#.repeat(100);
    assert_eq!(TreePath::parse(&longest)?.to_string(), longest);
    Ok(())
}

#[test]
fn what_is_no_path_is_refused_with_its_place() -> Outcome {
    use TreePathFault::{Empty, First, Index, Open, TooLong, Unclosed};
    for (text, column, fault) in [
        ("", 1, Empty),
        ("[]", 2, Empty),
        (r#"["a"][]"#, 7, Empty),
        ("[0]", 2, First),
        (r#"[0]["a"]"#, 2, First),
        (r#"["a"][-1]"#, 7, Index),
        (r#"["a"][x]"#, 7, Index),
        (r#"["a"][ 0]"#, 7, Index),
        (r#"["a"][99999999999999999999]"#, 7, Index),
        ("a", 1, Open),
        (r#"x["a"]"#, 1, Open),
        (r#"["é"][0]x"#, 9, Open),
        (r#"["é"][0]]"#, 9, Open),
        (r#"["a"]["#, 7, Unclosed),
        (r#"["a"#, 2, Unclosed),
        (r#"["]"#, 2, Unclosed),
        (r#"["a]"#, 2, Unclosed),
        (r#"["a']"#, 2, Unclosed),
        (r#"["a"] ["b"]x"#, 2, Unclosed),
        (r#"["a"][0"#, 7, Unclosed),
        (&(r#"["a"]"#.repeat(100) + "[0]"), 501, TooLong),
    ] {
        let error = TreePath::parse(text).err().ok_or_else(|| format!("taken: {text}"))?;
        assert_eq!((error.column, error.fault), (column, fault), "{text}");
    }
    let error = TreePath::parse("[secret]").err().ok_or("taken")?;
    assert!(!error.to_string().contains("secret"));
    Ok(())
}

const DOCUMENT: &str = "{#c, a: text, b: {c: [1, #x, 2, {d: e}], f: null}, g: [], b: second, h: {}}";

#[test]
fn values_are_found() -> Outcome {
    let document = tree(DOCUMENT)?;
    for (path, value) in [
        (r#"["a"]"#, "text"),
        (r#"["b"]["f"]"#, "null"),
        (r#"["b"]["c"]"#, "[1, #x, 2, {d: e}]"),
        (r#"["b"]["c"][0]"#, "1"),
        // Comments have no index.
        (r#"["b"]["c"][1]"#, "2"),
        (r#"["b"]["c"][2]["d"]"#, "e"),
        (r#"["g"]"#, "[]"),
    ] {
        assert_eq!(shown(TreePath::parse(path)?.get(&document)?), value);
    }
    Ok(())
}

#[test]
fn values_that_are_not_there_are_no_panic() -> Outcome {
    use PathFault::{Missing, NotMapping, NotSequence, OutOfBounds};
    for (path, wrong, fault) in [
        (r#"["x"]"#, r#"["x"]"#, Missing),
        (r#"["x"]["y"]"#, r#"["x"]"#, Missing),
        (r#"["b"]["x"][0]"#, r#"["b"]["x"]"#, Missing),
        (r#"["h"]["x"]"#, r#"["h"]["x"]"#, Missing),
        (r#"["b"]["c"][3]"#, r#"["b"]["c"][3]"#, OutOfBounds { length: 3 }),
        (r#"["g"][0]"#, r#"["g"][0]"#, OutOfBounds { length: 0 }),
        (r#"["b"]["c"]["x"]"#, r#"["b"]["c"]["x"]"#, NotMapping("a sequence")),
        (r#"["a"]["x"]"#, r#"["a"]["x"]"#, NotMapping("a text")),
        (r#"["b"]["f"]["x"]["y"]"#, r#"["b"]["f"]["x"]"#, NotMapping("null")),
        (
            r#"["b"]["c"][0]["x"]"#,
            r#"["b"]["c"][0]["x"]"#,
            NotMapping("an integer"),
        ),
        (r#"["a"][0]"#, r#"["a"][0]"#, NotSequence("a text")),
        (r#"["b"][0]"#, r#"["b"][0]"#, NotSequence("a mapping")),
    ] {
        let mut document = tree(DOCUMENT)?;
        let parsed = TreePath::parse(path)?;
        let error = parsed.get(&document).err().ok_or_else(|| format!("found: {path}"))?;
        assert_eq!((error.path.as_str(), error.fault), (wrong, fault), "{path}");
        assert_eq!(error.is_absent(), matches!(fault, Missing | OutOfBounds { .. }));
        assert_eq!(parsed.unset(&mut document), Err(error));
        assert_eq!(shown_tree(&document), DOCUMENT);
    }
    Ok(())
}

#[test]
fn values_are_set() -> Outcome {
    for (before, path, value, after) in [
        ("{a: {b: {c: x}}}", r#"["a"]["b"]["d"]"#, "y", "{a: {b: {c: x, d: y}}}"),
        ("{k: v}", r#"["a"]["b"]["c"]"#, "y", "{k: v, a: {b: {c: y}}}"),
        ("{}", r#"["a"]["b"]["c"]"#, "y", "{a: {b: {c: y}}}"),
        ("{}", r#"["a"][0][7]["b"]"#, "y", "{a: [[{b: y}]]}"),
        ("{a: [one, two]}", r#"["a"][2]["b"]"#, "y", "{a: [one, two, {b: y}]}"),
        ("{a: x}", r#"["a"]["b"]["c"]"#, "y", "{a: {b: {c: y}}}"),
        ("{a: x}", r#"["a"][0]"#, "y", "{a: [y]}"),
        ("{a: null}", r#"["a"]["b"]"#, "y", "{a: {b: y}}"),
        ("{a: [one, two, three]}", r#"["a"][0]"#, "uno", "{a: [uno, two, three]}"),
        ("{a: []}", r#"["a"][2]"#, "y", "{a: [y]}"),
        ("{a: [1]}", r#"["a"][0]["b"]"#, "y", "{a: [{b: y}]}"),
        ("{a: x, b: y}", r#"["a"]"#, "{c: [1, #d]}", "{a: {c: [1, #d]}, b: y}"),
        ("{a: {b: c}}", r#"["a"]"#, "x", "{a: x}"),
        (
            "{#c, a: [#d, 1, #e, 2, #f]}",
            r#"["a"][1]"#,
            "3",
            "{#c, a: [#d, 1, #e, 3, #f]}",
        ),
        ("{a: [#d, 1, #f]}", r#"["a"][1]"#, "3", "{a: [#d, 1, #f, 3]}"),
        ("{a: 1, a: 2}", r#"["a"]"#, "3", "{a: 3, a: 2}"),
        ("{a: 1}", r#"["a"]"#, "null", "{a: null}"),
    ] {
        let mut document = tree(before)?;
        assert!(
            TreePath::parse(path)?.set(&mut document, branch(value))?,
            "{path} in {before}"
        );
        assert_eq!(shown_tree(&document), after);
    }
    Ok(())
}

#[test]
fn an_equal_value_is_no_change() -> Outcome {
    for (document, path, value) in [
        ("{a: {b: x}}", r#"["a"]["b"]"#, "x"),
        ("{a: [1, #c, 2]}", r#"["a"][1]"#, "2"),
        ("{a: [1, #c, {b: c}]}", r#"["a"]"#, "[1, #c, {b: c}]"),
        ("{a: null}", r#"["a"]"#, "null"),
    ] {
        let mut document = tree(document)?;
        assert!(!TreePath::parse(path)?.set(&mut document, branch(value))?);
    }
    for (document, value) in [
        ("{a: 1}", branch("x")),
        ("{a: 1}", Scalar::Float(1.0).into()),
        ("{a: 1}", Scalar::text("1").into()),
        ("{a: null}", Scalar::text("").into()),
        ("{a: [1, 2]}", branch("[1]")),
        ("{a: [1, 2]}", branch("[2, 1]")),
        ("{a: [1, #c]}", branch("[1, #d]")),
        ("{a: {b: c}}", branch("{c: c}")),
        ("{a: {b: c, d: e}}", branch("{d: e, b: c}")),
        ("{a: {b: c}}", branch("{#x, b: c}")),
    ] {
        let mut document = tree(document)?;
        let expected = shown(&value);
        assert!(TreePath::parse(r#"["a"]"#)?.set(&mut document, value)?);
        assert_eq!(shown_tree(&document), format!("{{a: {expected}}}"));
    }
    Ok(())
}

#[test]
fn values_that_cannot_be_set_change_nothing() -> Outcome {
    for (path, wrong, fault) in [
        (
            r#"["b"]["c"]["x"]"#,
            r#"["b"]["c"]["x"]"#,
            PathFault::NotMapping("a sequence"),
        ),
        (
            r#"["g"]["x"]["y"]"#,
            r#"["g"]["x"]"#,
            PathFault::NotMapping("a sequence"),
        ),
        (r#"["b"][0]"#, r#"["b"][0]"#, PathFault::NotSequence("a mapping")),
        (
            r#"["b"]["c"][2][0]["x"]"#,
            r#"["b"]["c"][2][0]"#,
            PathFault::NotSequence("a mapping"),
        ),
    ] {
        let mut document = tree(DOCUMENT)?;
        let error = TreePath::parse(path)?
            .set(&mut document, branch("y"))
            .err()
            .ok_or("set")?;
        assert_eq!((error.path.as_str(), error.fault), (wrong, fault));
        assert!(!error.is_absent());
        assert_eq!(shown_tree(&document), DOCUMENT);
    }
    Ok(())
}

#[test]
fn values_are_taken_away() -> Outcome {
    for (before, path, after) in [
        ("{a: x, b: y}", r#"["b"]"#, "{a: x}"),
        ("{a: {b: x, c: y}}", r#"["a"]["c"]"#, "{a: {b: x}}"),
        ("{a: x, b: {c: y}}", r#"["b"]"#, "{a: x}"),
        ("{a: x}", r#"["a"]"#, "{}"),
        ("{a: {b: [{c: d}]}}", r#"["a"]["b"]"#, "{a: {}}"),
        ("{a: [{b: c}, {d: e}]}", r#"["a"][1]"#, "{a: [{b: c}]}"),
        ("{a: [{b: c, d: e}]}", r#"["a"][0]["d"]"#, "{a: [{b: c}]}"),
        ("{a: [x]}", r#"["a"][0]"#, "{a: []}"),
        ("{#c, a: [#d, 1, #e, 2]}", r#"["a"][1]"#, "{#c, a: [#d, 1, #e]}"),
        ("{#c, a: 1, a: 2}", r#"["a"]"#, "{#c, a: 2}"),
    ] {
        let mut document = tree(before)?;
        TreePath::parse(path)?.unset(&mut document)?;
        assert_eq!(shown_tree(&document), after, "{path} in {before}");
    }
    Ok(())
}

#[test]
fn errors_say_where() -> Outcome {
    let document = tree(DOCUMENT)?;
    for (path, message) in [
        (r#"["b"]["x"]"#, r#"component ["b"]["x"] not found"#),
        (
            r#"["b"]["c"][9]"#,
            r#"component ["b"]["c"][9] accesses out of bounds: the sequence has 3 elements"#,
        ),
        (
            r#"["b"][9]"#,
            r#"component ["b"][9] is an index, but stands behind a mapping"#,
        ),
        (
            r#"["a"]["b"]"#,
            r#"component ["a"]["b"] is a key, but stands behind a text"#,
        ),
    ] {
        let error = TreePath::parse(path)?.get(&document).err().ok_or("found")?;
        assert_eq!(error.to_string(), message);
    }
    let error = TreePath::parse(r#"["a"][-1]"#).err().ok_or("taken")?;
    let message = "character 7 of the path: not an index: expected a whole number from 0, or a key in quotes";
    assert_eq!(error.to_string(), message);
    Ok(())
}
