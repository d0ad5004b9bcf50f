//! What the corpus does not show: errors word for word, secrets in errors, functions that are not deterministic.

#![allow(clippy::expect_used, reason = "a test that cannot go on is a failed test")]

mod common;

use proptest::prelude::*;
use signet_gotemplate::{Error, Limits};

fn error(template: &str) -> String {
    let data = common::strings([("password", &b"s3cr3t"[..]), ("n", b"42")]);
    let rendered = common::render_within(template, &data, &Limits::default());
    rendered.err().expect("an error").to_string()
}

fn output(template: &str) -> String {
    let data = common::strings([("password", &b"s3cr3t"[..]), ("n", b"42")]);
    let rendered = common::render_within(template, &data, &Limits::default()).expect("text");
    String::from_utf8(rendered.output.expose().to_vec()).expect("UTF-8")
}

#[test]
fn errors_are_gos() {
    for (template, message) in [
        ("{{ .a", "template: out:1: unclosed action"),
        ("\n{{ .a\n\n", "template: out:4: unclosed action started at out:2"),
        ("{{ \"a\n\" }}", "template: out:1: unterminated quoted string"),
        ("{{ if .a }}", "template: out:1: unexpected EOF"),
        ("{{ else }}", "template: out:1: unexpected {{else}}"),
        (
            "{{ if 1 }}{{ else }}{{ else }}{{ end }}",
            "template: out:1: expected end; found {{else}}",
        ),
        (
            "{{ define \"x\" }}{{ else }}{{ end }}",
            "template: out:1: unexpected {{else}} in define clause",
        ),
        (
            "{{ range 1 }}{{ else if 1 }}{{ end }}",
            "template: out:1: unexpected <if> in input",
        ),
        (
            "{{ .a | 1 }}",
            "template: out:1: non executable command in pipeline stage 2",
        ),
        (
            "{{ \"a\".b }}",
            "template: out:1: unexpected . after term \"\\\"a\\\"\"",
        ),
        ("{{ $x }}", "template: out:1: undefined variable \"$x\""),
        (
            "{{ with $x := 1 }}{{ end }}{{ $x }}",
            "template: out:1: undefined variable \"$x\"",
        ),
        ("{{ a€ }}", "template: out:1: bad character U+20AC '€'"),
        (
            "{{ € }}",
            "template: out:1: unrecognized character in action: U+20AC '€'",
        ),
        ("{{/* a }}", "template: out:1: unclosed comment"),
        ("{{/* a */ }}", "template: out:1: comment ends before closing delimiter"),
        (
            "{{ range $i, .n := 1 }}{{ end }}",
            "template: out:1: range can only initialize variables",
        ),
        (
            "\n  {{ .n.x }}",
            "template: out:2:7: executing \"out\" at <.n.x>: can't evaluate field x in type string",
        ),
        (
            "{{ define \"t\" }}{{ len 1 }}{{ end }}{{ template \"t\" }}",
            "template: out:1:19: executing \"t\" at <len 1>: error calling len: len of type int",
        ),
        (
            "{{ template \"u\" (print 1 | len) }}",
            "template: out:1:12: executing \"out\" at <{{template \"u\" (print 1 | len)}}>: template \"u\" not defined",
        ),
    ] {
        assert_eq!(error(template), message, "{template}");
    }
}

/// Go quotes the value in each of these.
#[test]
fn no_error_shows_a_value() {
    for template in [
        "{{ range .password }}{{ end }}",
        "{{ atoi .password | fail }}{{ mustToDate \"2006\" .password }}",
        "{{ mustFromJson .password }}",
        "{{ semver .password }}",
        "{{ mustRegexMatch (print \"(\" .password) \"\" }}",
        "{{ urlParse (print \"%\" .password) }}",
        "{{ eq (list .password) (list .password) }}",
        "{{ eq (list .password) (dict \"a\" .password) }}",
        "{{ index (list) .password }}",
        "{{ get (dict) .password | printf \"%s\" | mustToDate .password }}",
        "{{ mustDateModify .password (toDate \"2006\" \"2020\") }}",
        "{{ decryptAES .password .password }}",
        "{{ add 1 (div 1 0) .password }}",
        "{{ addf .password (divf 1 0) }}",
        "{{ semverCompare .password \"1.0.0\" }}",
        "{{ .password.x }}",
        "{{ buildCustomCert .password .password }}",
        "{{ first .password }}",
    ] {
        let message = error(template);
        let message = message.replace(".password", "");
        assert!(!message.contains("s3cr3t"), "{message}");
    }
}

#[test]
fn what_is_not_deterministic_is_told() {
    let used = |template: &str| {
        let rendered = common::render_within(template, &common::strings([]), &Limits::default()).expect("text");
        rendered.nondeterministic.into_iter().collect::<Vec<_>>()
    };
    assert_eq!(
        used("{{ upper \"a\" }}{{ toDate \"2006\" \"2020\" | date \"2006\" }}"),
        [""; 0]
    );
    assert_eq!(
        used("{{ now | date \"2006\" }}{{ if false }}{{ uuidv4 }}{{ end }}"),
        ["now"]
    );
    assert_eq!(
        used("{{ uuidv4 }}{{ randAlpha 3 }}{{ uuidv4 }}"),
        ["randAlpha", "uuidv4"]
    );
    assert_eq!(used("{{ date \"2006\" \"no time\" }}"), ["date"]);
    assert_eq!(used("{{ genPrivateKey \"ed25519\" | len }}"), ["genPrivateKey"]);
}

/// So it is upstream.
#[test]
fn sorting_strings_sorts_them_for_everyone() {
    let sorted = |list: &str| {
        output(&format!(
            "{{{{ $l := {list} }}}}{{{{ $s := sortAlpha $l }}}}{{{{ $l }}}}{{{{ $s }}}}"
        ))
    };
    assert_eq!(sorted("splitList \",\" \"b,c,a\""), "[a b c][a b c]");
    assert_eq!(sorted("list \"b\" \"c\" \"a\""), "[b c a][a b c]");
}

#[test]
fn a_map_is_one_map() {
    assert_eq!(
        output("{{ $d := dict }}{{ $e := $d }}{{ $_ := set $e \"a\" 1 }}{{ $d }}"),
        "map[a:1]"
    );
    assert_eq!(
        output("{{ $d := dict }}{{ $e := deepCopy $d }}{{ $_ := set $e \"a\" 1 }}{{ $d }}"),
        "map[]"
    );
}

/// Go's `break` in the `else` of a loop ends that loop alone; `continue` goes on with the one around it.
#[test]
fn loops_within_loops() {
    let inner = |word: &str| {
        format!("{{{{ range until 2 }}}}{{{{ range list }}}}{{{{ else }}}}{{{{ {word} }}}}{{{{ end }}}}x{{{{ end }}}}")
    };
    assert_eq!(output(&inner("break")), "xx");
    assert_eq!(output(&inner("continue")), "");
    assert_eq!(
        output("{{ range $i := 5 }}{{ if eq $i 3 }}{{ break }}{{ end }}{{ $i }}{{ end }}"),
        "012"
    );
}

proptest! {
    /// Whatever is read is refused or runs.
    #[test]
    fn nothing_panics(pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..40)) {
        let template = pieces.concat();
        let limits = Limits { steps: 20_000, memory: 1 << 20, output: 1 << 16, depth: 50, ..Limits::default() };
        let data = common::strings([("a", &b"alpha"[..]), ("b", b"\xff\x00")]);
        match common::render_within(&template, &data, &limits) {
            Err(Error::Syntax(message) | Error::Execution(message)) => prop_assert!(message.starts_with("template: ")),
            Err(Error::Limit { .. }) | Ok(_) => {}
        }
    }

    /// Text without delimiters is itself.
    #[test]
    fn plain_text_stays(text in "[^{]*") {
        prop_assert_eq!(output(&text), text);
    }

    /// What is quoted reads as what it was.
    #[test]
    fn literals_read_as_they_print(text in any::<String>()) {
        let literal = output(&format!("{{{{ printf \"%q\" `{}` }}}}", text.replace('`', "")));
        let again = output(&format!("{{{{ {literal} }}}}"));
        prop_assert_eq!(again, text.replace(['`', '\r'], ""));
    }

    /// Integers as Go reads and prints them.
    #[test]
    fn integers_print(value in any::<i64>()) {
        prop_assert_eq!(output(&format!("{{{{ {value} }}}}")), value.to_string());
        let bits = output(&format!("{{{{ printf \"%x|%b|%o\" {value} {value} {value} }}}}"));
        let magnitude = value.unsigned_abs();
        let sign = if value < 0 { "-" } else { "" };
        prop_assert_eq!(bits, format!("{sign}{magnitude:x}|{sign}{magnitude:b}|{sign}{magnitude:o}"));
    }

    /// The shortest text of a float reads as the same float.
    #[test]
    fn floats_print(value in any::<f64>().prop_filter("finite", |value| value.is_finite())) {
        let text = output(&format!("{{{{ printf \"%g|%x\" {value:e} {value:e} }}}}"));
        let (decimal, hexadecimal) = text.split_once('|').expect("two");
        prop_assert_eq!(decimal.parse::<f64>().expect("a number").to_bits(), value.to_bits());
        prop_assert_eq!(output(&format!("{{{{ printf \"%g\" {hexadecimal} }}}}")), decimal);
    }
}

const PIECES: &[&str] = &[
    "{{",
    "}}",
    "{{-",
    "-}}",
    " ",
    " ",
    "{{ ",
    " }}",
    " }}",
    "if ",
    "else",
    "end",
    "range ",
    "with ",
    "define \"x\"",
    "template \"x\" ",
    "block \"x\" .",
    "break",
    "continue",
    ".",
    ".a",
    ".b",
    "$",
    "$x",
    " := ",
    " = ",
    "$x := 1",
    "|",
    " | ",
    "(",
    ")",
    "\"s\"",
    "`r`",
    "'c'",
    "1",
    "-0x1p-2",
    "1e400",
    "nil",
    "true",
    ",",
    "printf ",
    "\"%*[2]d %v\"",
    "index ",
    "list ",
    "dict ",
    "len ",
    "and ",
    "or ",
    "\n",
    "é",
    "/*",
    "*/",
    "upper ",
    "toJson ",
    "regexFind ",
    "until 3",
    "set ",
    "slice ",
    "html ",
    "text",
];
