//! JSON that keeps its text.
#![allow(dead_code, reason = "each test file uses its part")]

mod followed;

use followed::{
    Outcome, comes_back, edited, follows_changes, is_set_and_set_back, push_metadata, read, refused, set, tree,
};
use proptest::prelude::*;
use signet_document::{
    Limits, ReadError,
    tree::{Branch, Layout, Scalar, Source, Tree, TreeFormat, WriteFault, write, write_once},
};

const JSON: TreeFormat = TreeFormat::Json;

const SAMPLES: [&str; 8] = [
    include_str!("vectors/sops/json/basic.plain.json"),
    include_str!("vectors/sops/json/basic.enc.json"),
    include_str!("vectors/sops/json/basic.dec.json"),
    include_str!("vectors/sops/json/emptyobj.plain.json"),
    include_str!("vectors/sops/json/emptyobj.enc.json"),
    include_str!("vectors/sops/json/keys.golden.json"),
    include_str!("vectors/sops/json/numbers.golden.json"),
    include_str!("vectors/sops/json/scalars.golden.json"),
];

fn written(tree: Tree) -> Result<String, WriteFault> {
    match write(&[tree], JSON, &Layout::default()) {
        Ok(text) => Ok(String::from_utf8_lossy(&text).into_owned()),
        Err(error) => Err(error.fault),
    }
}

#[test]
fn samples() -> Outcome {
    for text in SAMPLES {
        assert_eq!(edited(text, JSON, |_| {})?, text);
        if !text.contains("\"sops\"") {
            comes_back(text, JSON)?;
        }
        is_set_and_set_back(text, JSON)?;
    }
    Ok(())
}

#[test]
fn is_written_as_upstream_writes_it() -> Outcome {
    // The samples are by 3.11, which reads all numbers as floats; and a negative zero must not become an integer.
    let basic = SAMPLES[2]
        .replace("9007199254740992", "9007199254740993")
        .replace("\"neg0\": -0", "\"neg0\": 0")
        .replace("\"negf\": -0", "\"negf\": -0.0");
    let numbers = SAMPLES[6]
        .replace("-0,", "-0.0,")
        .replace("1234567890123456800", "1234567890123456789")
        .replace("9223372036854776000", "9223372036854775807");
    for (plain, golden) in [
        (SAMPLES[0], &*basic),
        (include_str!("vectors/sops/json/keys.plain.json"), SAMPLES[5]),
        (include_str!("vectors/sops/json/numbers.plain.json"), &*numbers),
        (include_str!("vectors/sops/json/scalars.plain.json"), SAMPLES[7]),
    ] {
        let (_, trees) = read(plain.as_bytes(), JSON)?;
        assert_eq!(
            String::from_utf8_lossy(&write(&trees, JSON, &Layout::default())?),
            golden
        );
    }
    Ok(())
}

#[test]
fn layouts_come_back() -> Outcome {
    for text in [
        "{}",
        "{ }",
        "{\n}\n",
        "{\r\n}",
        "{\"a\":1}",
        "{ \"a\": 1 }",
        "{\"a\": 1, \"b\": [1, 2]}",
        "\n\t{\n    \"a\": 1\n  , \"b\": 2 }\n\n",
        "{\r\n  \"a\": {},\r\n  \"b\": []\r\n}\r\n",
        "{\n\n\"a\": 1\n\n}",
    ] {
        comes_back(text, JSON)?;
    }
    Ok(())
}

#[test]
fn values_are_read_as_upstream_reads_them() -> Outcome {
    for (value, expected) in [
        ("-0", "int:0"),
        ("-0.0", "float:-0.0"),
        ("1e3", "float:1000.0"),
        ("1.0", "float:1.0"),
        ("9223372036854775807", "int:9223372036854775807"),
        ("9223372036854775808", "float:9.223372036854776e18"),
        (r#""\ud800""#, "\"\u{fffd}\""),
        (r#""\ud800A""#, "\"\u{fffd}A\""),
        (r#""\ud83d\ude00\/""#, "\"😀/\""),
        (r#"[null, true, [], {}]"#, "[null true [] { }]"),
    ] {
        assert_eq!(
            tree(&format!("{{\"k\": {value}}}"), JSON)?,
            format!("{{ k={expected} }}")
        );
    }
    assert_eq!(tree(r#"{"a": 1, "a": 2, "": 3}"#, JSON)?, "{ a=int:1 a=int:2 =int:3 }");
    let (_, trees) = read(b"{\"k\": \"\xff\xe2\x82\"}", JSON)?;
    assert_eq!(
        trees.iter().map(followed::shown).collect::<String>(),
        "{ k=\"\u{fffd}\u{fffd}\u{fffd}\" }"
    );
    Ok(())
}

#[test]
fn what_is_not_json_is_refused() {
    for (text, message) in [
        ("", "1:1: the text ends in the middle of a value"),
        ("[1]", "1:1: a document must be an object"),
        ("1", "1:1: a document must be an object"),
        ("\u{feff}{}", "1:1: a document must be an object"),
        ("{} {}", "1:4: text behind the object"),
        ("{}x", "1:3: text behind the object"),
        ("{\"a\": 1,}", "1:9: expected a key in double quotes"),
        ("{\"a\" 1}", "1:6: expected ':' behind the key"),
        ("{\"a\": [1,]}", "1:10: expected a value"),
        ("{\"a\": 1e400}", "1:7: a number beyond 64 bits"),
        ("{\"a\": 01}", "1:7: a malformed number"),
        ("{\"a\": nul}", "1:7: expected a value"),
        ("{\"é\": \"\\x\"}", "1:8: an unknown escape in a string"),
        ("{\"a\": \"\\u12\"}", "1:8: an unknown escape in a string"),
        ("{\"a\": \"\n\"}", "1:8: a control character in a string"),
        ("{\"a\": \"b", "1:9: the text ends in the middle of a value"),
        ("{\"a\": \"\\", "1:9: the text ends in the middle of a value"),
    ] {
        assert_eq!(refused(text.as_bytes(), JSON), message, "{text}");
    }
}

#[test]
fn limits_hold() {
    let limits = Limits {
        bytes: 100,
        depth: 3,
        nodes: 4,
    };
    let outcome = |text: &str| Source::read(text.as_bytes(), JSON, &limits).err();
    assert_eq!(outcome("{\"a\": [{}]}"), None);
    assert!(matches!(outcome("{\"a\": [[[]]]}"), Some(ReadError::TooDeep { .. })));
    assert!(matches!(
        outcome("{\"a\": [1, 2, 3]}"),
        Some(ReadError::TooManyNodes { .. })
    ));
    assert!(matches!(outcome(&" ".repeat(101)), Some(ReadError::TooLarge { .. })));
    let deep = "{\"a\":".repeat(100_000);
    assert!(matches!(read(deep.as_bytes(), JSON), Err(ReadError::TooDeep { .. })));
}

#[test]
fn a_value_changes_its_own_bytes() -> Outcome {
    let text = "{\r\n  \"a\" :  1.50 ,\"b\": {\"c\":\"\\u0041\",\"d\":[ 1,2 ]}\r\n}";
    let out = edited(text, JSON, |tree| set(tree, &["b", "c"], Scalar::text("<é\n")))?;
    assert_eq!(out, text.replace("\\u0041", "\\u003cé\\n"));
    let out = edited(text, JSON, |tree| set(tree, &["a"], Scalar::Float(-0.0)))?;
    assert_eq!(out, text.replace("1.50", "-0.0"));
    Ok(())
}

#[test]
fn pairs_and_items_come_and_go() -> Outcome {
    let add = |tree: &mut Tree| tree.push("z", Scalar::Bool(true));
    for (text, expected) in [
        ("{\"a\":1}", "{\"a\":1,\"z\":true}"),
        ("{\"a\": 1}", "{\"a\": 1, \"z\": true}"),
        ("{\n  \"a\": 1\n}", "{\n  \"a\": 1,\n  \"z\": true\n}"),
        (
            "{\r\n\t\"a\": 1,\r\n\t\"b\": 2\r\n}\r\n",
            "{\r\n\t\"a\": 1,\r\n\t\"b\": 2,\r\n\t\"z\": true\r\n}\r\n",
        ),
        ("{}", "{\n\t\"z\": true\n}"),
    ] {
        assert_eq!(edited(text, JSON, add)?, expected);
    }
    let text = "{\n  \"a\": 1,\n  \"b\": [1, 2, 3],\n  \"c\": 3\n}";
    for (key, expected) in [
        ("a", "{\n  \"b\": [1, 2, 3],\n  \"c\": 3\n}"),
        ("b", "{\n  \"a\": 1,\n  \"c\": 3\n}"),
        ("c", "{\n  \"a\": 1,\n  \"b\": [1, 2, 3]\n}"),
    ] {
        let out = edited(text, JSON, |tree| {
            tree.remove(key);
        })?;
        assert_eq!(out, expected);
    }
    let out = edited(text, JSON, |tree| {
        if let Some(Branch::Sequence(items)) = tree.entries.get_mut(1).and_then(|entry| match entry {
            signet_document::tree::Entry::Pair(pair) => Some(&mut pair.value),
            signet_document::tree::Entry::Comment(_) => None,
        }) {
            items.remove(0);
            items.reverse();
        }
        tree.remove("a");
        tree.entries.insert(
            0,
            signet_document::tree::Entry::Pair(signet_document::tree::Pair::new("n", Scalar::Null)),
        );
    })?;
    assert_eq!(out, "{\n  \"n\": null,\n  \"b\": [3,2],\n  \"c\": 3\n}");
    Ok(())
}

#[test]
fn what_json_cannot_hold_is_refused() {
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let mut tree = Tree::default();
        tree.push("a", Scalar::Float(number));
        assert_eq!(written(tree), Err(WriteFault::Value));
    }
    let both = [Tree::default(), Tree::default()];
    let error = write(&both, JSON, &Layout::default()).err();
    assert_eq!(error.map(|error| error.fault), Some(WriteFault::Documents));
}

#[test]
fn a_long_text_outlives_what_it_was_read_from() -> Outcome {
    let long = "a\u{e9}".repeat(40);
    let text = format!(r#"{{"a": "{long}", "b": "{long}\n", "c": ["{long}"]}}"#);
    let kept = tree(&text, JSON)?;
    let (source, mut trees) = read(text.as_bytes(), JSON)?;
    let set = |tree: &mut Tree| set(tree, &["a"], Scalar::text("short"));
    trees.iter_mut().for_each(set);
    let shorter = source.into_written(&mut trees, &Layout::default())?;
    assert_eq!(String::from_utf8_lossy(&shorter), text.replacen(&long, "short", 1));
    assert_eq!(
        trees.iter().map(followed::shown).collect::<String>(),
        kept.replacen(&format!("{long:?}"), "\"short\"", 1)
    );
    let longer = edited(&text, JSON, |tree| {
        followed::set(tree, &["a"], Scalar::text(long.repeat(2)))
    })?;
    assert_eq!(longer, text.replacen(&long, &long.repeat(2), 1));
    Ok(())
}

#[test]
fn bytes_are_taken_once() -> Outcome {
    let taken = |tree: Tree| write_once(&mut [tree], TreeFormat::Binary, &Layout::default());
    let mut tree = Tree::default();
    assert_eq!(
        taken(Tree::default()).map_err(|error| error.fault),
        Err(WriteFault::Key)
    );
    tree.push("data", Scalar::text("bytes"));
    assert_eq!(*taken(tree)?, b"bytes");
    for (scalar, fault) in [
        (Scalar::Null, WriteFault::Null),
        (Scalar::Bool(true), WriteFault::Value),
    ] {
        let mut tree = Tree::default();
        tree.push("data", scalar);
        assert_eq!(taken(tree).map_err(|error| error.fault), Err(fault));
    }
    Ok(())
}

#[test]
fn bytes_stand_in_json_and_come_back() -> Outcome {
    let bytes = include_bytes!("vectors/sops/binary/bytes.plain.bin");
    let (source, trees) = read(bytes, TreeFormat::Binary)?;
    assert_eq!(*source.write(&trees, &Layout::default())?, bytes);
    let encrypted = include_bytes!("vectors/sops/binary/bytes.enc.bin");
    let (_, trees) = read(encrypted, JSON)?;
    assert_eq!(*write(&trees, JSON, &Layout::default())?, encrypted);
    let mut other = Tree::default();
    push_metadata(&mut other, JSON);
    let error = write(&[other], TreeFormat::Binary, &Layout::default()).err();
    assert_eq!(error.map(|error| error.fault), Some(WriteFault::Key));
    let mut invalid = Tree::default();
    invalid.push("a", Scalar::text(b"\xe2\x82<".to_vec()));
    assert_eq!(
        written(invalid),
        Ok("{\n\t\"a\": \"\\ufffd\\ufffd\\u003c\"\n}\n".to_owned())
    );
    Ok(())
}

proptest! {
    #[test]
    fn what_is_read_comes_back(at in 0usize..400, with in "[\\[\\]{},:\" \\\\\n\r0-9eE.aé-]{0,3}", sample in 0..3usize) {
        let mut text: Vec<char> = SAMPLES[sample].chars().take(400).collect();
        let at = at.min(text.len());
        text.splice(at..(at + 1).min(text.len()), with.chars());
        let text: String = text.into_iter().collect();
        if read(text.as_bytes(), JSON).is_ok() && !text.contains("\"sops") {
            comes_back(&text, JSON).unwrap();
            is_set_and_set_back(&text, JSON).unwrap();
        }
    }

    #[test]
    fn small_texts_come_back(inner in "([ \n]|\"[ab]\":|1|,|\\{|\\}|\\[|\\]){0,9}") {
        let text = format!("{{{inner}}}");
        if read(text.as_bytes(), JSON).is_ok() {
            comes_back(&text, JSON).unwrap();
        }
    }

    #[test]
    fn changes_are_followed(sample in 0..8usize, choices in prop::collection::vec(any::<u8>(), 1..20)) {
        follows_changes(SAMPLES[sample], JSON, &choices).unwrap();
    }
}
