use signet_document::{
    Limits, ReadError,
    tree::{Source, TreeFormat},
};

use crate::vectors::{check_keeping, check_reading, check_writing};

const VECTORS: &str = include_str!("vectors/yaml.json");

#[test]
fn is_read_as_sops_reads_it() {
    check_reading(VECTORS, TreeFormat::Yaml, |_| false);
}

#[test]
fn is_kept_byte_for_byte() {
    check_keeping(VECTORS, TreeFormat::Yaml);
}

/// Where a comment stands in the line of its value, SOPS knows it and its encrypted values do not: there is no need to follow it, since
/// only what has no text of its own is written so.
#[test]
fn is_written_as_sops_writes_it() {
    check_writing(VECTORS, TreeFormat::Yaml, |text| text.contains('#'));
}

fn error(text: &[u8]) -> String {
    match Source::read(text, TreeFormat::Yaml, &Limits::default()) {
        Ok(_) => panic!("{:?} was read", String::from_utf8_lossy(text)),
        Err(error) => error.to_string(),
    }
}

#[test]
fn refuses_what_is_not_yaml() {
    for (text, expected) in [
        ("a: b: c\n", "1:5: a ':' behind a value, where none can stand"),
        ("a: [1, 2\n", "2:1: no ',' or ']' in a list in brackets"),
        ("a: {b: 1\n", "2:1: no ',' or '}' in a mapping in braces"),
        ("a: \"b\n", "1:4: a quote without its end"),
        ("a: \"\\q\"\n", "1:4: an unknown escape in quotes"),
        ("a: \"\\ud800\"\n", "1:4: an escape in quotes that is no character"),
        ("a: \"\\x4\"\n", "1:4: an escape in quotes that is not hexadecimal"),
        ("a: |x\n  b\n", "1:4: something behind the '|' or '>' of a block"),
        ("a: |0\n  b\n", "1:4: an indentation of 0 for a block"),
        ("a: |\n\tb\n", "2:1: a tab in the indentation of a block"),
        ("a: 1\n\tb: 2\n", "2:1: a tab in the indentation of a value"),
        ("a: @b\n", "1:4: a character that starts no value"),
        ("a: %b\n", "1:4: a character that starts no value"),
        ("a: 1\nb\n", "2:1: a key without ':' behind it"),
        ("a: 1\n b: 2\n", "2:3: a ':' behind a value, where none can stand"),
        ("- a\n", "1:1: a document that is not a mapping"),
        ("a\n", "1:1: a document that is not a mapping"),
        ("a: 1\na: 2\n", "2:1: a key that stands twice in a mapping"),
        ("1: a\n", "1:1: a key that is not a text"),
        ("true: a\n", "1:1: a key that is not a text"),
        ("? [a]\n: b\n", "1:3: a sequence or mapping as a key"),
        ("a: *b\n", "1:4: an alias of an unknown anchor"),
        ("a: &b [*b]\n", "1:8: an alias of an unknown anchor"),
        ("a: !!int x\n", "1:10: the value is not of the type of its tag"),
        ("a: !! b\n", "1:4: a tag without a name"),
        ("a: !x!y z\n", "1:4: a tag with an unknown handle"),
        ("<<: 1\n", "1:5: a merge of something that is not a mapping"),
        ("%YAML 1.2\n---\na: 1\n", "1:1: a %YAML other than one 1.1"),
        ("%FOO\n---\na: 1\n", "1:1: an unknown directive"),
        ("a: \u{7}\n", "1:4: a control character"),
        ("# only\n", "1:1: no document: nothing but blanks and comments"),
    ] {
        assert_eq!(error(text.as_bytes()), expected, "{text:?}");
    }
    assert_eq!(error(b"a: \xff\n"), "1:4: not UTF-8");
}

#[test]
fn tells_how_to_mend_it() {
    let hint = |text: &str| {
        let read = Source::read(text.as_bytes(), TreeFormat::Yaml, &Limits::default());
        read.err().and_then(|error| error.hint().map(str::to_owned))
    };
    assert!(
        hint("<<<<<<< ours\na: 1\n=======\na: 2\n>>>>>>> theirs\n")
            .unwrap()
            .contains("merge conflict")
    );
    assert!(hint("a: {{ b }}: c\n").unwrap().contains("template"));
    assert!(hint("a: 1\n\tb: 2\n").unwrap().contains("tabs"));
    assert_eq!(hint("1: a\n").as_deref(), Some("put the key in quotes"));
}

#[test]
fn is_bounded() {
    let deep = |depth: usize| format!("a: {}{}\n", "[".repeat(depth), "]".repeat(depth));
    let limits = Limits::default();
    assert!(Source::read(deep(90).as_bytes(), TreeFormat::Yaml, &limits).is_ok());
    for depth in [101, 1_000, 100_000] {
        let read = Source::read(deep(depth).as_bytes(), TreeFormat::Yaml, &limits);
        assert!(matches!(read.err(), Some(ReadError::TooDeep { .. })), "{depth}");
    }
    // Each anchor holds ten of the one before it: a million values in a few lines.
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..8 {
        let alias = format!("*a{}, ", level - 1);
        bomb.push_str(&format!("a{level}: &a{level} [{}]\n", alias.repeat(10)));
    }
    let read = Source::read(bomb.as_bytes(), TreeFormat::Yaml, &limits);
    assert!(matches!(read.err(), Some(ReadError::TooManyNodes { .. })));
    // An anchor within another is as deep as both.
    let mut chain = "a0: &a0 [x]\n".to_owned();
    for level in 1..200 {
        chain.push_str(&format!("a{level}: &a{level} [*a{}]\n", level - 1));
    }
    let read = Source::read(chain.as_bytes(), TreeFormat::Yaml, &limits);
    assert!(matches!(read.err(), Some(ReadError::TooDeep { .. })));
}
