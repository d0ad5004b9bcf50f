//! An edit changes what it means and nothing else.
#![allow(clippy::unwrap_used, reason = "tests may panic")]

use std::fmt::Write;

use signet_document::{EditError, Editor, Limits, Node, Value};

/// What is done to the first document.
enum Edit<'a> {
    Set(&'a [&'a str], Node),
    Remove(&'a [&'a str]),
    Move(&'a [&'a str], &'a [&'a str]),
    Merge(&'a [&'a str], &'a [&'a str]),
    RemoveAll(&'a [&'a str], &'a [&'a str]),
    EndLine,
}
use Edit::{EndLine, Merge, Move, Remove, RemoveAll, Set};

fn text(text: &str) -> Node {
    Node::string(text)
}

fn null() -> Node {
    Value::Null.into()
}

fn mapping(entries: &[(&str, &str)]) -> Node {
    Node::mapping(entries.iter().map(|(key, value)| (*key, text(value))))
}

fn edited(before: &str, edit: &Edit) -> Result<String, EditError> {
    let mut editor = Editor::new(before.as_bytes(), &Limits::default()).unwrap();
    match edit {
        Set(path, value) => editor.set(0, path, value)?,
        Remove(path) => editor.remove(0, path)?,
        Move(from, to) => editor.relocate(0, from, to)?,
        Merge(from, to) => editor.merge(0, from, to)?,
        RemoveAll(path, keys) => editor.remove_all(0, path, keys)?,
        EndLine => editor.end_line(0)?,
    }
    Ok(String::from_utf8(editor.finish()?.to_vec()).unwrap())
}

/// Edits and what they make of a text.
fn check(cases: &[(&str, Edit, &str)]) {
    let mut wrong = String::new();
    for (before, edit, after) in cases {
        let found = edited(before, edit).unwrap_or_else(|error| format!("{error}"));
        if found != *after {
            writeln!(wrong, "{before:?}\n  gave     {found:?}\n  expected {after:?}").unwrap();
        }
    }
    assert_eq!(wrong, "");
}

/// Edits that are refused, and the message.
fn check_refused(cases: &[(&str, Edit, &str)]) {
    let mut wrong = String::new();
    for (before, edit, message) in cases {
        let found = edited(before, edit).map_err(|error| error.to_string());
        if found.as_ref() != Err(&(*message).to_owned()) {
            writeln!(wrong, "{before:?}\n  gave     {found:?}\n  expected {message:?}").unwrap();
        }
    }
    assert_eq!(wrong, "");
}

#[test]
fn a_replaced_value_leaves_everything_around_it() {
    check(&[
        ("a: 1 # c\nb:  x\n", Set(&["a"], text("z")), "a: z # c\nb:  x\n"),
        (
            "a: 1 # c\r\nb:  x  \r\n",
            Set(&["b"], text("z")),
            "a: 1 # c\r\nb:  z  \r\n",
        ),
        ("\u{feff}a: 1", Set(&["a"], text("z")), "\u{feff}a: z"),
        ("a: 'x'", Set(&["a"], text("it's")), "a: 'it''s'"),
        ("a: 'x'", Set(&["a"], text("\u{7}")), "a: \"\\a\""),
        ("a: \"x\"", Set(&["a"], text("z")), "a: \"z\""),
        ("a: x", Set(&["a"], text("true")), "a: \"true\""),
        ("a: x", Set(&["a"], text(" #")), "a: ' #'"),
        ("a: \"x\" # c", Set(&["a"], Value::Integer(7).into()), "a: 7 # c"),
        ("a: plain\n  goes on\nb: 1\n", Set(&["a"], text("z")), "a: z\nb: 1\n"),
        ("a:\n  x # c\nb: 1\n", Set(&["a"], text("z")), "a:\n  z # c\nb: 1\n"),
        ("a: # c\n  x\nb: 1\n", Set(&["a"], text("z")), "a: # c\n  z\nb: 1\n"),
        ("a:   \nb: 1\n", Set(&["a"], text("z")), "a: z   \nb: 1\n"),
        ("a: # c\nb: 1\n", Set(&["a"], text("z")), "a: z # c\nb: 1\n"),
        ("a: ~ # c\n", Set(&["a"], text("z")), "a: z # c\n"),
        ("a: &x ~ # c\n", Set(&["a"], text("z")), "a: &x z # c\n"),
        ("a: &x # c\n", Set(&["a"], text("z")), "a: &x z # c\n"),
        ("a: !!int 1 # c\n", Set(&["a"], text("z")), "a: z # c\n"),
        ("a: !!str 1 # c\n", Set(&["a"], text("2")), "a: !!str \"2\" # c\n"),
        ("a: &x !!binary eA== # c\n", Set(&["a"], text("z")), "a: &x z # c\n"),
        ("a: !!null\n", Set(&["a"], text("z")), "a: z\n"),
        ("a: !custom x\n", Set(&["a"], text("z")), "a: !custom z\n"),
        ("? a\n: 1\nb: 2\n", Set(&["b"], text("z")), "? a\n: 1\nb: z\n"),
        (
            "- a: 1\n  b: 2\n- c\n",
            Set(&["0", "b"], text("z")),
            "- a: 1\n  b: z\n- c\n",
        ),
        ("- a: 1\n- c # d\n", Set(&["1"], text("z")), "- a: 1\n- z # d\n"),
        ("-\n- c\n", Set(&["0"], text("z")), "- z\n- c\n"),
        ("\"a\" : 1\n'b': 2\n", Set(&["a"], text("z")), "\"a\" : z\n'b': 2\n"),
        ("a.b: 1\na: {b: 2}\n", Set(&["a.b"], text("z")), "a.b: z\na: {b: 2}\n"),
        ("on: 1\n", Set(&["true"], text("z")), "on: z\n"),
        (
            "a: &x {c: 1}\nb: *x # c\n",
            Set(&["b"], text("z")),
            "a: &x {c: 1}\nb: z # c\n",
        ),
        ("a: 1\n", Set(&["a"], Value::Integer(1).into()), "a: 1\n"),
        ("a: 0x1\n", Set(&["a"], Value::Integer(1).into()), "a: 0x1\n"),
    ]);
}

#[test]
fn blocks_of_lines_come_and_go() {
    check(&[
        (
            "a: | # c\n  x\n  y\n\nb: 1\n",
            Set(&["a"], text("z")),
            "a: z # c\n\nb: 1\n",
        ),
        ("a: |+\n  x\n\n\nb: 1\n", Set(&["a"], text("z")), "a: z\nb: 1\n"),
        ("a: >-\n\n  x\n  y\nb: 1\n", Set(&["a"], text("z")), "a: z\nb: 1\n"),
        ("a: |\nb: 1\n", Set(&["a"], text("z")), "a: z\nb: 1\n"),
        ("a: |\n  x", Set(&["a"], text("z")), "a: z"),
        ("a: |1\n   x\n  y\nb: 1\n", Set(&["a"], text("z")), "a: z\nb: 1\n"),
        (
            "a: | # c\n  x\nb: 1\n",
            Set(&["a"], text("y\nz\n")),
            "a: | # c\n  y\n  z\nb: 1\n",
        ),
        (
            "a: x # c\nb: 1\n",
            Set(&["a"], text("y\n\nz")),
            "a: |- # c\n  y\n\n  z\nb: 1\n",
        ),
        (
            "a: x\r\nb: 1\r\n",
            Set(&["a"], text("y\nz\n")),
            "a: |\r\n  y\r\n  z\r\nb: 1\r\n",
        ),
        (
            "a: x\nb: 1\n",
            Set(&["a"], text(" y\nz\n\n")),
            "a: |2+\n   y\n  z\n\nb: 1\n",
        ),
        ("a: 'x'\n", Set(&["a"], text("y\nz\n")), "a: \"y\\nz\\n\"\n"),
        (
            "a:\n    b: 1\n    c: x\n",
            Set(&["a", "c"], text("y\nz\n")),
            "a:\n    b: 1\n    c: |\n        y\n        z\n",
        ),
        ("- x\n", Set(&["0"], text("y\nz\n")), "- |\n  y\n  z\n"),
    ]);
}

#[test]
fn a_new_entry_comes_last_as_its_neighbours_are() {
    check(&[
        ("a: 1\n", Set(&["b"], text("x")), "a: 1\nb: x\n"),
        ("a: 1", Set(&["b"], text("x")), "a: 1\nb: x"),
        ("a: 1\r\n\r\n", Set(&["b"], text("x")), "a: 1\r\nb: x\r\n\r\n"),
        ("a: 1\rc: 2\r", Set(&["b"], text("x")), "a: 1\rc: 2\rb: x\r"),
        (
            "# h\na: 1 # c\n\n# t\n",
            Set(&["b"], text("x")),
            "# h\na: 1 # c\nb: x\n\n# t\n",
        ),
        (
            "a:\n    b: 1 # c\n      # deeper\n    # same\nd: 1\n",
            Set(&["a", "c"], text("x")),
            "a:\n    b: 1 # c\n      # deeper\n    c: x\n    # same\nd: 1\n",
        ),
        ("a:\n- b: 1\n", Set(&["a", "0", "c"], text("x")), "a:\n- b: 1\n  c: x\n"),
        ("- - b: 1\n", Set(&["0", "0", "c"], text("x")), "- - b: 1\n    c: x\n"),
        ("a: 'q'\n", Set(&["b"], text("x")), "a: 'q'\nb: 'x'\n"),
        (
            "a: |\n  q\n\nc: |\n  q\n\n",
            Set(&["b"], text("x")),
            "a: |\n  q\n\nc: |\n  q\nb: x\n\n",
        ),
        ("a: |+\n  q\n\n", Set(&["b"], text("x")), "a: |+\n  q\n\nb: x\n"),
        ("a: [1,\n  2] # c\n", Set(&["b"], text("x")), "a: [1,\n  2] # c\nb: x\n"),
        ("a: 1\n---\nb: 2\n", Set(&["c"], text("x")), "a: 1\nc: x\n---\nb: 2\n"),
        ("a: 1\n...\n# t\n", Set(&["c"], text("x")), "a: 1\nc: x\n...\n# t\n"),
        (
            "%YAML 1.2\n---\na: 1\n",
            Set(&["b"], text("x")),
            "%YAML 1.2\n---\na: 1\nb: x\n",
        ),
        ("a: 1\n", Set(&["b: c"], text("x")), "a: 1\n'b: c': x\n"),
        (
            "a: &x\n  b: 1\n",
            Set(&["a", "c"], text("x")),
            "a: &x\n  b: 1\n  c: x\n",
        ),
    ]);
}

#[test]
fn missing_mappings_are_made() {
    check(&[
        (
            "a:\n    b: 1\n",
            Set(&["c", "d", "e"], text("x")),
            "a:\n    b: 1\nc:\n    d:\n        e: x\n",
        ),
        ("a:\n", Set(&["a", "b"], text("x")), "a:\n  b: x\n"),
        ("a: # c\nd: 1\n", Set(&["a", "b"], text("x")), "a: # c\n  b: x\nd: 1\n"),
        (
            "a: ~ # c\nd: 1\n",
            Set(&["a", "b"], text("x")),
            "a: # c\n  b: x\nd: 1\n",
        ),
        (
            "a: {} # c\nd: 1\n",
            Set(&["a", "b"], text("x")),
            "a: # c\n  b: x\nd: 1\n",
        ),
        (
            "a: &x {} # c\nd: 1\n",
            Set(&["a", "b"], text("x")),
            "a: &x # c\n  b: x\nd: 1\n",
        ),
        ("a: {\n}\nd: 1\n", Set(&["a", "b"], text("x")), "a: {b: x}\nd: 1\n"),
        ("- {} # c\n", Set(&["0", "b"], text("x")), "- b: x # c\n"),
        ("- &x {} # c\n", Set(&["0", "b"], text("x")), "- &x # c\n  b: x\n"),
        ("--- {} # c\n", Set(&["b"], text("x")), "--- # c\nb: x\n"),
        ("# c\n{}\n# d\n", Set(&["b"], text("x")), "# c\nb: x\n# d\n"),
        (
            "--- # c\n{} # d\n",
            Set(&["b", "e"], text("x")),
            "--- # c\nb:\n  e: x # d\n",
        ),
        ("{a: ~}\n", Set(&["a", "b"], text("x")), "{a: {b: x}}\n"),
    ]);
}

#[test]
fn collections_take_the_place_of_values() {
    check(&[
        (
            "a: 1 # c\nd: 1\n",
            Set(&["a"], mapping(&[("x", "1"), ("w", "z")])),
            "a: # c\n  x: \"1\"\n  w: z\nd: 1\n",
        ),
        (
            "a: # c\n  # about b\n  b: 1 # x\n  # last\nd: 1\n",
            Set(&["a"], text("x")),
            "a: x # c\nd: 1\n",
        ),
        (
            "a:\n    b: 1\nd: 1\n",
            Set(&["a"], mapping(&[("x", "w")])),
            "a:\n    x: w\nd: 1\n",
        ),
        (
            "a:\n- 1\nd: 1\n",
            Set(&["a"], mapping(&[("x", "w")])),
            "a:\n  x: w\nd: 1\n",
        ),
        (
            "a:\n  b: 1\nd: 1\n",
            Set(&["a"], Node::sequence([text("x"), mapping(&[("u", "z"), ("v", "w")])])),
            "a:\n- x\n- u: z\n  v: w\nd: 1\n",
        ),
        (
            "e:\n  - 1\na: 2\n",
            Set(&["a"], Node::sequence([Node::sequence([text("x"), null()])])),
            "e:\n  - 1\na:\n  - - x\n    - null\n",
        ),
        ("- b: 1 # x\n  c: 2\n- d\n", Set(&["0"], text("x")), "- x\n- d\n"),
        (
            "- b: 1\n  c: 2\n- d\n",
            Set(&["0"], mapping(&[("x", "w"), ("z", "w")])),
            "- x: w\n  z: w\n- d\n",
        ),
        (
            "a: |\n  x\nd: 1\n",
            Set(&["a"], mapping(&[("x", "w")])),
            "a:\n  x: w\nd: 1\n",
        ),
        (
            "a: {b: 1,\n  c: 2} # c\n",
            Set(&["a"], mapping(&[("x", "w")])),
            "a: # c\n  x: w\n",
        ),
        ("a: 1\n", Set(&["a"], Node::sequence([])), "a: []\n"),
        ("a: 1 # c\nb: 2\n", Set(&[], mapping(&[("x", "w")])), "x: w\n"),
        (
            "# c\n---\na: 1\n# d\n---\nb: 2\n",
            Set(&[], text("x")),
            "# c\n---\nx\n# d\n---\nb: 2\n",
        ),
    ]);
}

#[test]
fn brackets() {
    check(&[
        (
            "a: {b: 1, c: 'x'} # c\n",
            Set(&["a", "b"], text("z")),
            "a: {b: z, c: 'x'} # c\n",
        ),
        (
            "a: {b: 1, c: 'x'}\n",
            Set(&["a", "d"], text("z")),
            "a: {b: 1, c: 'x', d: 'z'}\n",
        ),
        ("a: {b: 1,}\n", Set(&["a", "d"], text("z")), "a: {b: 1, d: z,}\n"),
        ("a: {b, c: 1}\n", Set(&["a", "b"], text("z")), "a: {b: z, c: 1}\n"),
        ("a: {b: , c: 1}\n", Set(&["a", "b"], text("z")), "a: {b: z , c: 1}\n"),
        ("a: {b: 1}\n", Set(&["a", "b"], text("x, y")), "a: {b: \"x, y\"}\n"),
        (
            "a: {b: 1}\n",
            Set(&["a", "b"], text("x\ny\n")),
            "a: {b: \"x\\ny\\n\"}\n",
        ),
        (
            "a: {b: 1}\n",
            Set(&["a", "b"], mapping(&[("x", "y:z")])),
            "a: {b: {x: \"y:z\"}}\n",
        ),
        (
            "a: {\n  b: 1, # x\n  c: 2 # y\n}\n",
            Set(&["a", "d"], text("z")),
            "a: {\n  b: 1, # x\n  c: 2, # y\n  d: z\n}\n",
        ),
        (
            "a: {\n  b: 1,\n  c: 2, # y\n}\n",
            Set(&["a", "d"], text("z")),
            "a: {\n  b: 1,\n  c: 2, # y\n  d: z,\n}\n",
        ),
        (
            "a: {\n  b: 1 }\n",
            Set(&["a", "d"], text("z")),
            "a: {\n  b: 1,\n  d: z }\n",
        ),
        ("a: {b: 1, c: 2, d: 3}\n", Remove(&["a", "b"]), "a: {c: 2, d: 3}\n"),
        ("a: {b: 1, c: 2, d: 3}\n", Remove(&["a", "c"]), "a: {b: 1, d: 3}\n"),
        ("a: {b: 1, c: 2, d: 3}\n", Remove(&["a", "d"]), "a: {b: 1, c: 2}\n"),
        ("a: {b: 1, c: 2, }\n", Remove(&["a", "c"]), "a: {b: 1, }\n"),
        ("a: { b: 1 }\n", Remove(&["a", "b"]), "a: {}\n"),
        ("a: {\n  # x\n  b: 1,\n}\n", Remove(&["a", "b"]), "a: {\n  # x\n  \n}\n"),
        (
            "a: {\n  b: 1, # x\n  # about c\n  c: 2 # y\n}\n",
            Remove(&["a", "c"]),
            "a: {\n  b: 1 # x\n}\n",
        ),
        (
            "a: {\n  b: 1, # x\n  c: 2 # y\n}\n",
            Remove(&["a", "b"]),
            "a: {\n  c: 2 # y\n}\n",
        ),
        ("a: [x, y, z]\n", Remove(&["a", "1"]), "a: [x, z]\n"),
        ("a: [x, y]\n", Set(&["a", "1"], text("z")), "a: [x, z]\n"),
    ]);
}

#[test]
fn json() {
    check(&[
        (
            "{\"a\": 1,\t\"b\" : \"x\"}\n",
            Set(&["b"], text("<")),
            "{\"a\": 1,\t\"b\" : \"\\u003c\"}\n",
        ),
        ("{\"a\": 1}", Set(&["b"], text("x")), "{\"a\": 1, \"b\": \"x\"}"),
        (
            "{\"a\":1}",
            Set(&["b", "c"], text("x")),
            "{\"a\":1,\"b\":{\"c\":\"x\"}}",
        ),
        (
            "{\n\t\"a\": 1\n}\n",
            Set(&["b", "c"], text("x")),
            "{\n\t\"a\": 1,\n\t\"b\": {\n\t\t\"c\": \"x\"\n\t}\n}\n",
        ),
        (
            "{\r\n  \"a\": {}\r\n}\r\n",
            Set(&["a", "b"], text("x")),
            "{\r\n  \"a\": {\r\n    \"b\": \"x\"\r\n  }\r\n}\r\n",
        ),
        (
            "{\n  \"a\": null\n}",
            Set(&["a", "b"], text("x")),
            "{\n  \"a\": {\n    \"b\": \"x\"\n  }\n}",
        ),
        ("{}", Set(&["a"], Value::Float(0.5).into()), "{\"a\": 0.5}"),
        ("{\n  \"a\": 1,\n  \"b\": 2\n}\n", Remove(&["b"]), "{\n  \"a\": 1\n}\n"),
        ("{\n  \"a\": 1,\n  \"b\": 2\n}\n", Remove(&["a"]), "{\n  \"b\": 2\n}\n"),
        ("{\"a\": 1}", Remove(&["a"]), "{}"),
        (
            "{\"a\": [1, {\"b\": 2}]} {\"c\": 3}",
            Set(&["a", "1", "b"], text("x")),
            "{\"a\": [1, {\"b\": \"x\"}]} {\"c\": 3}",
        ),
        (
            "\u{feff}{\"a\\u0062\": \"\\ud83d\\ude00\"}",
            Set(&["ab"], text("x")),
            "\u{feff}{\"a\\u0062\": \"x\"}",
        ),
        ("{\"a\": 1}", Set(&[], mapping(&[("x", "w")])), "{\"x\": \"w\"}"),
        (
            "{\"a\": {\"x\": 1}, \"b\": {}}",
            Move(&["a", "x"], &["b", "y"]),
            "{\"a\": {}, \"b\": {\"y\": 1}}",
        ),
    ]);
}

#[test]
fn a_removed_entry_takes_what_belongs_to_it() {
    check(&[
        ("a: 1\nb: 2 # c\nd: 3\n", Remove(&["b"]), "a: 1\nd: 3\n"),
        ("a: 1\r\nb: 2\r\n", Remove(&["b"]), "a: 1\r\n"),
        ("a: 1\nb: 2", Remove(&["b"]), "a: 1"),
        (
            "# of the document\na: 1\nb: 2\n",
            Remove(&["a"]),
            "# of the document\nb: 2\n",
        ),
        (
            "a: 1\n# apart\n\n# of b\n# too\nb: 2\n  # below\n# of d\nd: 3\n",
            Remove(&["b"]),
            "a: 1\n# apart\n\n# of d\nd: 3\n",
        ),
        ("a:\n  # of b\n  b: 2\n  c: 3\n", Remove(&["a", "b"]), "a:\n  c: 3\n"),
        (
            "a:\n # not at its column\n  b: 2\n  c: 3\n",
            Remove(&["a", "b"]),
            "a:\n # not at its column\n  c: 3\n",
        ),
        (
            "a: # c\n  # of b\n  b: 2 # d\n  # stays\ne: 1\n",
            Remove(&["a", "b"]),
            "a: {} # c\n  # stays\ne: 1\n",
        ),
        ("a: &x\n  b: 2\ne: 1\n", Remove(&["a", "b"]), "a: &x {}\ne: 1\n"),
        ("a:\n  b: 2", Remove(&["a", "b"]), "a: {}"),
        ("---\n# c\na: 1 # d\n...\n", Remove(&["a"]), "---\n# c\n{}\n...\n"),
        (
            "a:\n  b:\n    - 1\n    # x\n  c: |\n    y\n\n  d: 1\n",
            Remove(&["a", "c"]),
            "a:\n  b:\n    - 1\n    # x\n\n  d: 1\n",
        ),
        ("a: |+\n  y\n\n\nd: 1\n", Remove(&["a"]), "d: 1\n"),
        (
            "- a: 1 # x\n  b: 2 # y\n- c\n",
            Remove(&["0", "a"]),
            "- b: 2 # y\n- c\n",
        ),
        ("- a: 1 # x\n- c\n", Remove(&["0", "a"]), "- {}\n- c\n"),
        ("- a: 1\n- c\n- d\n", Remove(&["1"]), "- a: 1\n- d\n"),
        ("x:\n- a: 1\n  b: 2\n", Remove(&["x", "0"]), "x: []\n"),
        ("a: 1\nb: &x 2\n", Remove(&["b"]), "a: 1\n"),
        ("a: &x 1\nb: *x\n", Remove(&["b"]), "a: &x 1\n"),
        ("a: {x: &x 1, y: *x}\nb: 1\n", Remove(&["a"]), "b: 1\n"),
    ]);
}

#[test]
fn an_entry_moves_with_its_comments() {
    check(&[
        (
            "k: v\n# the data\ndata: # c\n  # one\n  a: x # d\n  b: |\n    y\n\nt: 1\n",
            Move(&["data"], &["spec", "encryptedData"]),
            "k: v\n\nt: 1\nspec:\n  # the data\n  encryptedData: # c\n    # one\n    a: x # d\n    b: |\n      y\n",
        ),
        (
            "a:\n    b:\n        # c\n        d: 1\ne: 2\n",
            Move(&["a", "b", "d"], &["f"]),
            "a:\n    b: {}\ne: 2\n# c\nf: 1\n",
        ),
        (
            "k: v\ndata:\n  a: x",
            Move(&["data"], &["spec", "e"]),
            "k: v\nspec:\n  e:\n    a: x",
        ),
        (
            "k: v\r\n# c\r\ndata:\r\n  a: x\r\n",
            Move(&["data"], &["s", "e"]),
            "k: v\r\ns:\r\n  # c\r\n  e:\r\n    a: x\r\n",
        ),
        (
            "k: v\ndata: {a: x} # c\n",
            Move(&["data"], &["s", "e"]),
            "k: v\ns:\n  e: {a: x} # c\n",
        ),
        ("k: {a: x, b: y}\n", Move(&["k", "a"], &["c"]), "k: {b: y}\nc: x\n"),
        ("k: {b: y}\na: x\n", Move(&["a"], &["k", "a"]), "k: {b: y, a: x}\n"),
    ]);
}

#[test]
fn entries_go_behind_others_with_every_comment() {
    check(&[
        (
            "k: v\n# of b\nb: # on b\n  # one\n\n  x: 1 # x\n\n  # tail\na:\n    y: 2\n    # tail of a\n# end\n",
            Merge(&["b"], &["a"]),
            "k: v\na:\n    y: 2\n    # tail of a\n    # of b\n    # on b\n    # one\n\n    x: 1 # x\n\n    # tail\n# end\n",
        ),
        (
            "a: {y: 1, 'z': 'q'} # on a\n# of b\nb:\n  x: 1 # x",
            Merge(&["b"], &["a"]),
            "a: # on a\n  y: 1\n  'z': 'q'\n  # of b\n  x: 1 # x",
        ),
        (
            "a:\n  y: 1\nb: { # in b\n  x: 1, # on x\n  # above z\n  \"z\":2 # on z\n  } # on b\n  # below\n",
            Merge(&["b"], &["a"]),
            "a:\n  y: 1\n  # on b\n  # in b\n  x: 1 # on x\n  # above z\n  \"z\": 2 # on z\n  # below\n",
        ),
        (
            "a:\r\n  y: 1\r\nb:\r\n  # c\r\n  x: 1\r\nt: 1\r\n",
            Merge(&["b"], &["a"]),
            "a:\r\n  y: 1\r\n  # c\r\n  x: 1\r\nt: 1\r\n",
        ),
        (
            "{\"a\": {\"y\": 1}, \"b\": {\"x\": 2}}",
            Merge(&["b"], &["a"]),
            "{\"a\": {\"y\": 1, \"x\": 2}}",
        ),
        ("a: {x: 1}\n", Merge(&["a"], &["b"]), "b: {x: 1}\n"),
        (
            "a:\n  y: 1\n# of b\nb:\n",
            Merge(&["b"], &["a"]),
            "a:\n  y: 1\n  # of b\n",
        ),
    ]);
    check_refused(&[(
        "a: {y: 1}\nb: {y: 2}\n",
        Merge(&["b"], &["a"]),
        "2:4: b: stands more than once",
    )]);
}

#[test]
fn several_entries_go_at_once() {
    check(&[
        (
            "a:\n  x: 1\n  # of w\n  w: 2\n  z: 3\n",
            RemoveAll(&["a"], &["x", "w"]),
            "a:\n  z: 3\n",
        ),
        (
            "a:\n  x: 1\n  w: 2\nb: 1\n",
            RemoveAll(&["a"], &["x", "w"]),
            "a: {}\nb: 1\n",
        ),
        ("a: {x: 1, w: 2, z: 3}\n", RemoveAll(&["a"], &["x", "z"]), "a: {w: 2}\n"),
    ]);
}

#[test]
fn a_last_line_ends() {
    check(&[
        ("a: 1", EndLine, "a: 1\n"),
        ("a: 1\r\nb: 2 # c", EndLine, "a: 1\r\nb: 2 # c\r\n"),
        ("a: 1\n", EndLine, "a: 1\n"),
        ("a: |\n  b", EndLine, "a: |-\n  b\n"),
        ("a: >2- # c\n    b", EndLine, "a: >2- # c\n    b\n"),
        ("{\"a\": 1}", EndLine, "{\"a\": 1}"),
    ]);
}

#[test]
fn comments_are_found_where_they_are() {
    let text = "# one\na#b: 'x # no' # two\nc: | # three\n  # no\n\n# four\nd: [1, # five\n  \"# no\", e # six\n]\n---\n# other\nf: 1\n";
    let editor = Editor::new(text.as_bytes(), &Limits::default()).unwrap();
    let comments = editor.comments(0);
    let comments: Vec<_> = comments.iter().map(|comment| comment.as_str()).collect();
    assert_eq!(comments, ["# five", "# four", "# one", "# six", "# three", "# two"]);
}

#[test]
fn what_would_change_something_else_is_refused() {
    check_refused(&[
        (
            "a: &x 1\nb: *x\n",
            Set(&["a"], text("z")),
            "1:4: a: is repeated elsewhere by its anchor",
        ),
        (
            "a: &x {c: 1}\nb: *x\n",
            Set(&["a", "c"], text("z")),
            "1:4: a: is repeated elsewhere by its anchor",
        ),
        (
            "a: &x {c: 1}\nb: *x\n",
            Set(&["a", "d"], text("z")),
            "1:4: a: is repeated elsewhere by its anchor",
        ),
        (
            "a: &x {c: 1}\nb: *x\n",
            Remove(&["a", "c"]),
            "1:4: a: is repeated elsewhere by its anchor",
        ),
        (
            "a: {c: &x 1}\nb: *x\n",
            Set(&["a"], text("z")),
            "1:4: a: is repeated elsewhere by its anchor",
        ),
        (
            "a: {c: &x 1}\nb: *x\n",
            Remove(&["a"]),
            "1:4: a: is repeated elsewhere by its anchor",
        ),
        (
            "&k a: 1\nb: *k\n",
            Remove(&["a"]),
            "1:1: a: cannot be changed without changing something else",
        ),
        (
            "a: &x {c: 1}\nb: *x\n",
            Set(&["b", "c"], text("z")),
            "2:4: b: is an alias of a value elsewhere",
        ),
        (
            "a: &x {c: 1}\nb: *x\n",
            Remove(&["b", "c"]),
            "2:4: b: is an alias of a value elsewhere",
        ),
        (
            "a: &x {c: 1}\nb: {<<: *x}\n",
            Set(&["b", "c"], text("z")),
            "2:4: b.c: comes from a merge of another mapping",
        ),
        (
            "a: &x {c: 1}\nb: {<<: *x}\n",
            Remove(&["b", "c"]),
            "2:4: b.c: comes from a merge of another mapping",
        ),
        ("a: 1\na: 2\n", Set(&["a"], text("z")), "2:1: a: stands more than once"),
        ("a: 1\na: 2\n", Remove(&["a"]), "2:1: a: stands more than once"),
        (
            "{\"a\": 1, \"a\": 2}",
            Set(&["a"], text("z")),
            "1:10: a: stands more than once",
        ),
        (
            "a: {b: 1}\na: {c: 1}\n",
            Set(&["a", "b"], text("z")),
            "2:1: a: stands more than once",
        ),
        (
            "? a\n: 1\n",
            Set(&["a"], text("z")),
            "1:1: a: is a key behind '?' or by an alias",
        ),
        (
            "? a\n: b: 1\n",
            Set(&["a", "b"], text("z")),
            "1:1: a: is a key behind '?' or by an alias",
        ),
        (
            "x: &k a\n*k : 1\n",
            Set(&["a"], text("z")),
            "1:1: a: is a key behind '?' or by an alias",
        ),
        (
            "x: &k a\n*k : 1\n",
            Remove(&["a"]),
            "1:1: a: is a key behind '?' or by an alias",
        ),
        (
            "a: |\n  x",
            Set(&["b"], text("z")),
            "2:4: document: cannot be changed without changing something else",
        ),
        (
            "- a: 1\n  # of b\n  b: 2\n",
            Remove(&["0", "a"]),
            "1:3: 0.a: cannot be changed without changing something else",
        ),
        (
            "a: {b: 1, # c\n d: 1}\n",
            Remove(&["a", "b"]),
            "1:5: a.b: cannot be changed without changing something else",
        ),
        (
            "[a: 1]\n",
            Set(&["0", "a"], text("z")),
            "1:2: 0.a: cannot be changed without changing something else",
        ),
        (
            "[a: 1]\n",
            Set(&["0", "b"], text("z")),
            "1:2: 0: cannot be changed without changing something else",
        ),
        (
            "[a: 1]\n",
            Remove(&["0", "a"]),
            "1:2: 0.a: cannot be changed without changing something else",
        ),
        ("{\"a\": 1}\n---\nb: 2\n", Remove(&["b"]), "1:1: b: is not there"),
    ]);
}

#[test]
fn what_is_not_there_is_refused() {
    check_refused(&[
        ("a: 1\n", Remove(&["b"]), "1:1: b: is not there"),
        ("a: 1\n", Remove(&[]), "1:1: document: is not there"),
        ("a: {b: 1}\n", Remove(&["a", "c"]), "1:4: a.c: is not there"),
        ("a:\n", Remove(&["a", "c"]), "1:3: a.c: is not there"),
        (
            "a: x\n",
            Set(&["a", "c"], text("z")),
            "1:4: a: is a text, so nothing can be below it",
        ),
        (
            "a: x\n",
            Remove(&["a", "c"]),
            "1:4: a: is a text, so nothing can be below it",
        ),
        (
            "a: 1\n",
            Set(&["a", "b", "c"], text("z")),
            "1:4: a: is an integer, so nothing can be below it",
        ),
        (
            "a: [x]\n",
            Set(&["a", "b"], text("z")),
            "1:4: a: is a sequence, so nothing can be below it",
        ),
        ("a: [x]\n", Set(&["a", "1"], text("z")), "1:4: a.1: is not there"),
        (
            "a: [x]\n",
            Set(&["a", "00"], text("z")),
            "1:4: a: is a sequence, so nothing can be below it",
        ),
        (
            "a: [x]\n",
            Remove(&["a", "99999999999999999999"]),
            "1:4: a: is a sequence, so nothing can be below it",
        ),
        ("", Set(&["a"], text("z")), "1:1: document: is not there"),
        ("# c\n---\n", Set(&["a"], text("z")), "1:1: document: is not there"),
        ("a: 1\n", Move(&["b"], &["c"]), "1:1: b: is not there"),
        ("a: 1\nb: 1\n", Move(&["a"], &["b"]), "2:4: b: stands more than once"),
        (
            "a: 1\nb: 1\n",
            Move(&["a"], &["b", "c"]),
            "2:4: b: is an integer, so nothing can be below it",
        ),
        (
            "a: 1\nb: {}\n",
            Move(&["b"], &["b", "c"]),
            "2:1: b: cannot be changed without changing something else",
        ),
    ]);
}

#[test]
fn an_edit_that_fails_changes_nothing() {
    let before = "a: &x 1\nb: *x\nc:\n- {d: 1}\n";
    let mut editor = Editor::new(before.as_bytes(), &Limits::default()).unwrap();
    editor
        .set_all(0, &[], &[("e", &text("x")), ("a", &text("x"))])
        .unwrap_err();
    editor.relocate(0, &["c"], &["b", "c"]).unwrap_err();
    editor.relocate(0, &["c"], &["c", "0", "e"]).unwrap_err();
    editor.set(1, &["a"], &text("x")).unwrap_err();
    assert_eq!(editor.finish().unwrap().as_slice(), before.as_bytes());
}

#[test]
fn each_document_is_edited_alone() {
    let before =
        "# one\na: 1\n---\n# nothing\n---\n&x b: 1 # two\n...\n# three\n%TAG ! tag:x,2000:\n--- # c\n!y {c: 1}\n";
    let mut editor = Editor::new(before.as_bytes(), &Limits::default()).unwrap();
    editor.set(2, &["c"], &text("z")).unwrap();
    editor.set(0, &["a"], &text("z")).unwrap();
    editor
        .set_all(1, &[], &[("b", &text("z")), ("d", &text("1")), ("e", &text("2"))])
        .unwrap();
    assert_eq!(
        std::str::from_utf8(&editor.finish().unwrap()).unwrap(),
        "# one\na: z\n---\n# nothing\n---\n&x b: z # two\nd: \"1\"\ne: \"2\"\n...\n# three\n%TAG ! tag:x,2000:\n--- # c\n!y {c: z}\n"
    );
    assert_eq!(editor.documents().len(), 3);
}
