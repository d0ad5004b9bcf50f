//! What is wrong with a text, where, and what to try.
#![allow(clippy::unwrap_used, reason = "tests may panic")]

use std::fmt::Write;

use signet_document::{Limits, ReadError, read};

/// The documents before the error, the error and its hint.
fn outcome(bytes: &[u8], limits: &Limits) -> (usize, Option<ReadError>) {
    let mut documents = 0;
    for document in read(bytes, limits) {
        match document {
            Ok(_) => documents += 1,
            Err(error) => return (documents, Some(error)),
        }
    }
    (documents, None)
}

fn check(cases: &[(&str, usize, &str, &str)]) {
    let mut wrong = String::new();
    for (text, before, message, hint) in cases {
        let (documents, error) = outcome(text.as_bytes(), &Limits::default());
        let found = error.as_ref().map(ToString::to_string).unwrap_or_default();
        let found_hint = error.as_ref().and_then(ReadError::hint).unwrap_or_default();
        if (documents, found.as_str(), found_hint) != (*before, message, hint) {
            writeln!(wrong, "({text:?}, {documents}, {found:?}, {found_hint:?}),").unwrap();
        }
    }
    assert_eq!(wrong, "");
}

#[test]
fn yaml() {
    check(&[
        ("a: [b", 0, "1:4: a bracket that is not closed", ""),
        ("a: {b: c", 0, "1:4: a bracket that is not closed", ""),
        ("a: \"b", 0, "1:4: a quote that is not closed", ""),
        ("a: 'b\n", 0, "1:4: a quote that is not closed", ""),
        ("a: \"b\n---\nc: d", 0, "1:4: '---' or '...' inside quotes", ""),
        ("a: \"\\q\"", 0, "1:4: an unknown escape in double quotes", ""),
        ("a: \"\\ud800\"", 0, "1:4: an unknown escape in double quotes", ""),
        ("a: b: c", 0, "1:5: a key or ':' where none can be", ""),
        ("a: b\n c: d\n", 0, "2:3: a key or ':' where none can be", ""),
        ("a:\n  b: c\n d: e\n", 0, "3:2: expected a key", ""),
        ("a: b\n- c\n", 0, "2:3: expected a key", ""),
        ("a\nb: c\n", 0, "2:2: a key or ':' where none can be", ""),
        ("a: |\n   b\n  c\n", 0, "3:3: expected a key", ""),
        ("a: |x\n  b\n", 0, "1:4: a malformed '|' or '>'", ""),
        (
            "a: @b",
            0,
            "1:4: a character that no text without quotes can start with",
            "",
        ),
        (
            "a: `b`",
            0,
            "1:4: a character that no text without quotes can start with",
            "",
        ),
        (
            "a: %b",
            0,
            "1:4: a character that no text without quotes can start with",
            "",
        ),
        ("a: *", 0, "1:4: an anchor or alias without a name", ""),
        ("a: &", 0, "1:4: an anchor or alias without a name", ""),
        ("a: - b", 0, "1:4: a '-' where no item can be", ""),
        ("a: \"b\" c", 0, "1:8: text behind a closing quote", ""),
        ("a: ]", 0, "1:4: a closing bracket that does not fit", ""),
        ("a: [b}", 0, "1:4: a closing bracket that does not fit", ""),
        ("a: [b]c", 0, "1:7: expected a key", ""),
        ("a: [,]", 0, "1:5: expected a value", ""),
        ("a: b # c\n  d\n", 0, "1:6: a comment where none can be", ""),
        ("a: !!int b", 0, "1:10: the value is not of the type of its tag", ""),
        ("a: !!bool 1", 0, "1:11: the value is not of the type of its tag", ""),
        ("a: !!null x", 0, "1:11: the value is not of the type of its tag", ""),
        ("a: !!float x", 0, "1:12: the value is not of the type of its tag", ""),
        (
            "a: !!timestamp x",
            0,
            "1:16: the value is not of the type of its tag",
            "",
        ),
        (
            "a: !!binary '*'",
            0,
            "1:13: a !!binary value that is not the base64 of a text",
            "",
        ),
        (
            "a: !!binary /w==",
            0,
            "1:13: a !!binary value that is not the base64 of a text",
            "",
        ),
        ("a: !x!y z", 0, "1:4: a tag whose handle is not declared", ""),
        (
            "? [a]\n: b",
            0,
            "1:3: a sequence or mapping as a key",
            "put a template in quotes: \"{{ … }}\"",
        ),
        (
            "? {a: b}\n: c",
            0,
            "1:3: a sequence or mapping as a key",
            "put a template in quotes: \"{{ … }}\"",
        ),
        ("~: a", 0, "1:1: a key that is null", ""),
        (": a", 0, "1:1: a key that is null", ""),
        ("a: *b", 0, "1:4: an alias of an unknown anchor", ""),
        ("a: &b 1\n---\nc: *b", 1, "3:4: an alias of an unknown anchor", ""),
        ("a: &b [*b]", 0, "1:8: an alias of an unknown anchor", ""),
        ("a: &b {c: *b}", 0, "1:11: an alias of an unknown anchor", ""),
        ("a:\n  <<: b", 0, "2:3: a merge of something that is not a mapping", ""),
        (
            "a:\n  <<: [{c: d}, e]",
            0,
            "2:3: a merge of something that is not a mapping",
            "",
        ),
        ("a:\n  <<: ~", 0, "2:3: a merge of something that is not a mapping", ""),
        ("%FOO\n%YAML 3.0\n---\na", 0, "2:1: a version of YAML that is not 1", ""),
        ("a: b\n... c\n", 0, "2:5: expected the end of the document", ""),
    ]);
}

#[test]
fn json() {
    check(&[
        ("{", 0, "1:2: the text ends in the middle of a value", ""),
        ("{\"a\"", 0, "1:5: the text ends in the middle of a value", ""),
        ("{\"a\":", 0, "1:6: the text ends in the middle of a value", ""),
        ("{\"a\": \"b", 0, "1:9: the text ends in the middle of a value", ""),
        ("{\"a\": \"b\\", 0, "1:10: the text ends in the middle of a value", ""),
        ("{\"a\": [1,", 0, "1:10: the text ends in the middle of a value", ""),
        ("{\"a\": 1", 0, "1:8: the text ends in the middle of a value", ""),
        ("{\"a\" \"b\"}", 0, "1:6: expected ':' behind the key", ""),
        ("{\"a\": 1 \"b\": 2}", 0, "1:9: expected ',' or '}'", ""),
        ("{\"a\": [1 2]}", 1, "", ""),
        ("{\"a\": \"\\q\"}", 0, "1:8: an unknown escape in a string", ""),
        (
            "{\n  \"a\": \"\\ud800\"\n}",
            0,
            "2:9: an unknown escape in a string",
            "",
        ),
        (
            "{\"a\": \"\\ud800\\u0041\"}",
            0,
            "1:8: an unknown escape in a string",
            "",
        ),
        ("{\"a\": \"\\u12\"}", 0, "1:8: an unknown escape in a string", ""),
        ("{\"a\": \"\u{1}\"}", 0, "1:8: a control character in a string", ""),
        ("{\"a\": \"é☺\", \"b\": nul}", 1, "", ""),
        ("{\"a\": 1}}", 1, "1:9: a closing bracket that does not fit", ""),
        ("{\"a\": 1} {\"b\": 2} {\"c\": }", 2, "1:25: expected a value", ""),
        (
            "{\"a\": 1}\n{\"b\": 2}\n---\n{\"c\": 3}",
            2,
            "3:1: a malformed number",
            "",
        ),
        ("{\"a\": 1} x: y: z", 1, "1:14: a key or ':' where none can be", ""),
        ("{\"a\": -}", 0, "1:7: a malformed number", ""),
        ("{\"a\": 1}\n{\"b\": 2}\n{\"c\": 01}", 2, "3:7: a malformed number", ""),
        ("{\"a\": 1}\n{\"b\": 2}\n{\"c\": 1.}", 2, "3:7: a malformed number", ""),
        ("{\"a\": 1}\n{\"b\": 2}\n{\"c\": +1}", 2, "3:7: expected a value", ""),
        (
            "{\"a\": 1}\n{\"b\": 2}\n{'c': 1}",
            2,
            "3:2: expected a key in double quotes",
            "",
        ),
        (
            "{\"a\": 1}\n{\"b\": 2}\n{\"c\": 1,}",
            2,
            "3:9: expected a key in double quotes",
            "",
        ),
        ("{\"a\": 1}\n{\"b\": 2}\n{\"c\": [1,]}", 2, "3:10: expected a value", ""),
        ("{\"a\": 1}\n{\"b\": 2}\n// c", 2, "3:1: expected a value", ""),
        ("{\"a\": 1}\n{\"b\": 2}\ntrue1", 2, "3:1: expected a value", ""),
    ]);
}

#[test]
fn with_a_hint() {
    check(&[
        (
            "a:\n\tb: c\n",
            0,
            "2:2: a tab where spaces have to be",
            "indent with spaces, not with tabs",
        ),
        (
            "a:\n  b: c\n\td: e\n",
            0,
            "2:6: a tab where spaces have to be",
            "indent with spaces, not with tabs",
        ),
        (
            "{{ .Values.a }}\n",
            0,
            "1:2: expected a key in double quotes",
            "put a template in quotes: \"{{ … }}\"",
        ),
        (
            "a: {{ .Values.a }}\n",
            0,
            "1:5: a sequence or mapping as a key",
            "put a template in quotes: \"{{ … }}\"",
        ),
        (
            "a: {{ .Values.a }}{{ .b }}\n",
            0,
            "1:5: a sequence or mapping as a key",
            "put a template in quotes: \"{{ … }}\"",
        ),
        (
            "{\"a\": {{ .Values.a }}}\n",
            0,
            "1:8: expected a key in double quotes",
            "put a template in quotes: \"{{ … }}\"",
        ),
        (
            "{{- if .a }}\na: b\n{{- end }}\n",
            0,
            "1:2: expected a key in double quotes",
            "put a template in quotes: \"{{ … }}\"",
        ),
        (
            "a: b\n{{- if .a }}\nc: d\n{{- end }}\n",
            0,
            "2:3: a '-' where no item can be",
            "put a template in quotes: \"{{ … }}\"",
        ),
        (
            "a: b\n<<<<<<< HEAD\nc: d\n=======\nc: e\n>>>>>>> x\n",
            0,
            "2:1: expected ':' behind the key",
            "resolve the merge conflict: remove the lines <<<<<<<, ======= and >>>>>>>",
        ),
        (
            "<<<<<<< HEAD\nc: d\n=======\nc: e\n>>>>>>> x\n",
            0,
            "2:2: a key or ':' where none can be",
            "resolve the merge conflict: remove the lines <<<<<<<, ======= and >>>>>>>",
        ),
        (
            "{\n<<<<<<< HEAD\n\"a\": 1\n=======\n\"a\": 2\n>>>>>>> x\n}",
            0,
            "2:1: expected a key in double quotes",
            "resolve the merge conflict: remove the lines <<<<<<<, ======= and >>>>>>>",
        ),
        (
            "a: b\0c",
            0,
            "1:5: a control character",
            "write it as an escape in double quotes, as in \"\\x07\"",
        ),
        (
            "a: b\n---\nc: \u{7}",
            1,
            "3:4: a control character",
            "write it as an escape in double quotes, as in \"\\x07\"",
        ),
        (
            "a: \u{7f}",
            0,
            "1:4: a control character",
            "write it as an escape in double quotes, as in \"\\x07\"",
        ),
        (
            "a\0: b",
            0,
            "1:2: a control character",
            "write it as an escape in double quotes, as in \"\\x07\"",
        ),
    ]);
}
