//! Documents, places, limits and encodings.
#![allow(clippy::panic, clippy::unwrap_used, reason = "tests may panic")]

use signet_document::{Document, Format, Limits, Mapping, Node, Position, ReadError, Value, read, write_json};

fn all(text: &str) -> Vec<Document> {
    read(text.as_bytes(), &Limits::default()).map(Result::unwrap).collect()
}

fn one(text: &str) -> Document {
    let mut documents = all(text);
    assert_eq!(documents.len(), 1, "{text:?}");
    documents.remove(0)
}

fn mapping(node: &Node) -> &Mapping {
    let Value::Mapping(mapping) = &node.value else {
        panic!("{}", node.kind())
    };
    mapping
}

fn error(bytes: &[u8], limits: &Limits) -> (usize, ReadError) {
    let mut documents = read(bytes, limits);
    for count in 0.. {
        match documents.next() {
            Some(Ok(_)) => {}
            Some(Err(error)) => {
                assert!(documents.next().is_none(), "nothing comes after an error");
                return (count, error);
            }
            None => break,
        }
    }
    panic!("no error in {:?}", String::from_utf8_lossy(bytes));
}

fn at(line: usize, column: usize) -> Position {
    Position { line, column }
}

fn flat(node: &Node) -> String {
    write_json(node).split_whitespace().collect()
}

#[test]
fn documents_come_in_order_with_their_places() {
    let documents = all("# c\n---\na: 1\n---\n# nothing\n---\n\n  b: é☺\n---\n- {c: d}\n...\n");
    let seen: Vec<_> = documents
        .iter()
        .map(|document| (flat(&document.root), document.start))
        .collect();
    let expected = [
        ("{\"a\":1}", at(3, 1)),
        ("{\"b\":\"é☺\"}", at(8, 3)),
        ("[{\"c\":\"d\"}]", at(10, 1)),
    ];
    assert_eq!(seen, expected.map(|(text, start)| (text.to_owned(), start)));
    assert!(documents.iter().all(|document| document.format == Format::Yaml));
}

#[test]
fn json_documents_come_in_order_with_their_places() {
    let documents = all("\u{feff} {\"a\": [1, \"é☺\", {\"b\": null}]}\n\t{}{\"c\": true}\n");
    let starts: Vec<_> = documents.iter().map(|document| document.start).collect();
    assert_eq!(starts, [at(1, 2), at(2, 2), at(2, 4)]);
    assert!(documents.iter().all(|document| document.format == Format::Json));
    let Some(Value::Sequence(items)) = mapping(&documents[0].root).get("a").map(|node| &node.value) else {
        panic!()
    };
    assert_eq!(
        [items[0].position, items[1].position, items[2].position],
        [at(1, 9), at(1, 12), at(1, 18)]
    );
    let Some((key, value)) = mapping(&items[2]).entries().next() else {
        panic!()
    };
    assert_eq!(
        (key.name.as_str(), key.position, value.position, value.kind()),
        ("b", at(1, 19), at(1, 24), "null")
    );
}

#[test]
fn keys_and_values_have_places() {
    let document = one("a:\r\n  - x\n  - \"y\"\nb: &n\n  c: !!str 1\nd: *n\n");
    let places: Vec<_> = mapping(&document.root)
        .entries()
        .map(|(key, value)| (key.name.as_str(), key.position, value.position))
        .collect();
    assert_eq!(
        places,
        [
            ("a", at(1, 1), at(2, 3)),
            ("b", at(4, 1), at(5, 3)),
            ("d", at(6, 1), at(5, 3))
        ]
    );
}

#[test]
fn the_bad_document_in_the_middle_is_told_by_its_line() {
    let (before, error) = error(b"a: 1\n---\nb: 2\n---\nc: [\n---\nd: 4\n", &Limits::default());
    assert_eq!((before, error.position()), (2, at(5, 4)));
}

#[test]
fn every_truncation_of_a_json_text_is_an_error() {
    let text = "{\"a\": [1, \"\\u00e9\", {\"b\": null}], \"c\": {}}";
    for length in 1..text.len() {
        assert_eq!(error(&text.as_bytes()[..length], &Limits::default()).0, 0, "{length}");
    }
}

#[test]
fn text_that_starts_like_json_may_be_yaml() {
    for (text, expected) in [
        ("{a: b, c: 'd'}", vec!["{\"a\":\"b\",\"c\":\"d\"}"]),
        (
            "{\"a\": 1}\n---\n{\"b\": 2}\n---\nc: 3\n",
            vec!["{\"a\":1}", "{\"b\":2}", "{\"c\":3}"],
        ),
        ("{\"a\": 1}\n# the end\n", vec!["{\"a\":1}"]),
        ("{\"a\": 1,}", vec!["{\"a\":1}"]),
    ] {
        assert_eq!(
            all(text)
                .iter()
                .map(|document| flat(&document.root))
                .collect::<Vec<_>>(),
            expected,
            "{text:?}"
        );
    }
    let documents = all("{\"a\": 1} \n---\nb: 2\n");
    assert_eq!(
        documents.iter().map(|d| (d.format, d.start)).collect::<Vec<_>>(),
        [(Format::Json, at(1, 1)), (Format::Yaml, at(3, 1))]
    );
    let (before, error) = error(b"{\"a\": 1}\n---\nb: 2\nc\n", &Limits::default());
    assert_eq!((before, error.position()), (1, at(4, 1)));
}

#[test]
fn the_notation_is_detected_by_the_first_character() {
    for (text, format) in [
        ("", Format::Yaml),
        (" \r\n\t{", Format::Json),
        ("\u{feff}{}", Format::Json),
        ("[]", Format::Yaml),
        ("# {\n{}", Format::Yaml),
    ] {
        assert_eq!(Format::detect(text.as_bytes()), format, "{text:?}");
    }
}

#[test]
fn no_content_is_no_document() {
    for text in ["", " \n", "\u{feff}", "# c", "---", "---\n---\n# c\n...\n", "\n\n"] {
        assert_eq!(all(text).len(), 0, "{text:?}");
    }
    for text in ["~", "''", "---\n!!str\n", "{}"] {
        assert_eq!(all(text).len(), 1, "{text:?}");
    }
}

#[test]
fn the_last_of_equal_keys_counts_and_all_are_told() {
    for text in [
        "a: 1\nb:\n- c: 2\n  d: 3\n  c: 4\na: 5\na: 6\n",
        "{\"a\":1,\n\"b\":\n[{\"c\":2,\n\"d\":3,\n\"c\":4}],\n\"a\":5,\"a\":6}",
    ] {
        let document = one(text);
        assert_eq!(flat(&document.root), "{\"a\":6,\"b\":[{\"c\":4,\"d\":3}]}");
        let found: Vec<_> = document
            .duplicates()
            .into_iter()
            .map(|key| (key.path, key.first.line, key.second.line))
            .collect();
        let last = if text.starts_with('a') { 7 } else { 6 };
        assert_eq!(
            found,
            [("a".into(), 1, 6), ("a".into(), 6, last), ("b.0.c".into(), 3, 5)]
        );
    }
}

#[test]
fn equal_keys_are_equal_after_conversion() {
    let document = one("on: 1\n\"true\": 2\n");
    assert_eq!(flat(&document.root), "{\"true\":2}");
    assert_eq!(document.duplicates().len(), 1);
}

#[test]
fn keys_that_are_not_text_tell_so() {
    for (text, name, converted) in [
        ("on: v", "true", true),
        ("0x10: v", "16", true),
        ("1.50: v", "1.5", true),
        ("12: v", "12", false),
        ("true: v", "true", false),
        ("\"on\": v", "on", false),
        ("a: v", "a", false),
    ] {
        let document = one(text);
        let key = mapping(&document.root).entries().next().unwrap().0;
        assert_eq!((key.name.as_str(), key.converted), (name, converted), "{text}");
    }
}

#[test]
fn merged_keys_are_duplicates_only_where_they_overwrite() {
    let base = "x: &x {a: 1, b: 2}\n";
    for (text, result, duplicates) in [
        ("z:\n  <<: *x\n  a: 3\n", "{\"a\":3,\"b\":2}", vec![]),
        (
            "z:\n  a: 3\n  <<: *x\n",
            "{\"a\":1,\"b\":2}",
            vec![("z.a".to_owned(), at(3, 3), at(4, 3))],
        ),
        ("z:\n  <<: [{a: 5}, *x]\n", "{\"a\":5,\"b\":2}", vec![]),
        ("z:\n  \"<<\": *x\n", "{\"\\u003c\\u003c\":{\"a\":1,\"b\":2}}", vec![]),
    ] {
        let document = one(&format!("{base}{text}"));
        assert_eq!(
            mapping(&document.root).get("z").map(flat),
            Some(result.to_owned()),
            "{text}"
        );
        let found: Vec<_> = document
            .duplicates()
            .into_iter()
            .map(|key| (key.path, key.first, key.second))
            .collect();
        assert_eq!(found, duplicates, "{text}");
    }
}

#[test]
fn names_are_found_exactly_then_without_case() {
    let document = one("Data: 1\ndata: 2\nKIND: 3\n");
    let found = |name| {
        mapping(&document.root)
            .get_folded(name)
            .and_then(Node::as_text)
            .map(|text| text.to_string())
    };
    assert_eq!(found("data"), Some("2".to_owned()));
    assert_eq!(found("kind"), Some("3".to_owned()));
    assert_eq!(found("name"), None);
    assert!(mapping(&document.root).get("kind").is_none());
}

#[test]
fn too_deep() {
    let limits = Limits {
        depth: 3,
        ..Limits::default()
    };
    for good in ["[[[]]]", "{\"a\": [{}]}", "a:\n- b: c\n", "a: &x [[]]\nb: 1\n"] {
        assert_eq!(
            read(good.as_bytes(), &limits).filter(Result::is_ok).count(),
            1,
            "{good}"
        );
    }
    for (bad, column) in [
        ("[[[[]]]]", 4),
        ("{\"a\": [{\"b\": []}]}", 14),
        ("[&x [[]], [*x]]", 12),
        ("- - - - a", 7),
    ] {
        let (_, error) = error(bad.as_bytes(), &limits);
        assert_eq!(
            error,
            ReadError::TooDeep {
                position: at(1, column),
                limit: 3
            },
            "{bad}"
        );
    }
}

#[test]
fn bombs_are_refused_at_once() {
    for bomb in ["[", "{\"a\":", "- ", "? ", "{a: ", "[{", "- ? "] {
        let (_, error) = error(bomb.repeat(100_000).as_bytes(), &Limits::default());
        assert!(
            matches!(error, ReadError::TooDeep { limit: 100, .. }),
            "{bomb}: {error}"
        );
    }
    let mut laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..20 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        laughs.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
    }
    let (_, error) = error(laughs.as_bytes(), &Limits::default());
    assert!(
        matches!(
            error,
            ReadError::TooManyNodes {
                position: Position { line: 6, .. },
                ..
            }
        ),
        "{error}"
    );
}

#[test]
fn aliases_inside_each_other_are_as_deep_as_what_they_stand_for() {
    let mut chain = "a0: &a0 [x]\n".to_owned();
    for level in 1..200 {
        chain.push_str(&format!("a{level}: &a{level} [*a{}]\n", level - 1));
    }
    let (_, error) = error(chain.as_bytes(), &Limits::default());
    assert!(
        matches!(
            error,
            ReadError::TooDeep {
                position: Position { line: 100, .. },
                ..
            }
        ),
        "{error}"
    );
}

#[test]
fn too_many_values() {
    let limits = Limits {
        nodes: 4,
        ..Limits::default()
    };
    for good in ["[1, 2, 3]", "{\"a\": 1, \"b\": [2]}", "[1, 2, 3]\n---\n[1, 2, 3]\n"] {
        assert!(
            read(good.as_bytes(), &limits).all(|document| document.is_ok()),
            "{good}"
        );
    }
    for (bad, column) in [("[1, 2, 3, 4]", 11), ("{\"a\": 1, \"b\": [2, 3]}", 19)] {
        let (_, error) = error(bad.as_bytes(), &limits);
        assert_eq!(
            error,
            ReadError::TooManyNodes {
                position: at(1, column),
                limit: 4
            },
            "{bad}"
        );
    }
}

#[test]
fn too_large() {
    let limits = Limits {
        bytes: 5,
        ..Limits::default()
    };
    assert!(read(b"a: bc", &limits).all(|document| document.is_ok()));
    assert_eq!(
        error(b"a: bcd", &limits).1,
        ReadError::TooLarge {
            position: at(1, 1),
            limit: 5
        }
    );
}

#[test]
fn text_that_is_not_utf8() {
    let utf16 = |order: fn(u16) -> [u8; 2], mark: &str| {
        format!("{mark}a: b").encode_utf16().flat_map(order).collect::<Vec<_>>()
    };
    for bytes in [
        utf16(u16::to_le_bytes, "\u{feff}"),
        utf16(u16::to_be_bytes, "\u{feff}"),
        utf16(u16::to_le_bytes, ""),
        utf16(u16::to_be_bytes, ""),
    ] {
        assert_eq!(error(&bytes, &Limits::default()), (0, ReadError::Encoding(at(1, 1))));
    }
    for (bytes, before, place) in [
        (&b"a: \xff"[..], 0, at(1, 4)),
        (b"a: 1\n---\nb: \"\xe9\"\n", 1, at(3, 5)),
        (b"a: 1\n\xc3", 0, at(2, 1)),
        (b"a: [\xed\xa0\x80", 0, at(1, 5)),
        (b"{\"a\": \"\xff\"}", 0, at(1, 8)),
        (b"{\"a\": 1}\n{\"b\": \"\xc3\xa9\xff\"}", 1, at(2, 9)),
        (b"{\"a\": 1}\xff", 1, at(1, 9)),
    ] {
        assert_eq!(
            error(bytes, &Limits::default()),
            (before, ReadError::Encoding(place)),
            "{bytes:?}"
        );
    }
}

#[test]
fn control_characters_are_refused_behind_good_documents() {
    let (before, error) = error(b"a: 1\n---\nb: [\x00\n", &Limits::default());
    assert_eq!((before, error), (1, ReadError::Control(at(3, 5))));
}

#[test]
fn huge_scalars_are_read() {
    let huge = "x ".repeat(2_000_000);
    for text in [
        format!("a: {huge}"),
        format!("a: \"{huge}\""),
        format!("{{\"a\": \"{huge}\"}}"),
        format!("a: |\n  {huge}\n"),
    ] {
        let document = one(&text);
        let length = mapping(&document.root)
            .get("a")
            .and_then(Node::as_text)
            .map(|text| text.trim().len());
        assert_eq!(length, Some(huge.trim().len()));
    }
}

#[test]
fn the_kind_of_a_value_is_told() {
    let document = one("[~, yes, 1, 1.5, x, [], {}]");
    let Value::Sequence(items) = &document.root.value else {
        panic!()
    };
    let kinds: Vec<_> = items.iter().map(Node::kind).collect();
    assert_eq!(
        kinds,
        [
            "null",
            "a boolean",
            "an integer",
            "a number",
            "a text",
            "a sequence",
            "a mapping"
        ]
    );
    assert!(items[5].as_text().is_none() && items[6].as_text().is_none());
}
