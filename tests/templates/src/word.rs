//! Literals of each kind.

use crate::{catalogue::Kind, random::Random};

/// Keys of the data, of which the last are not there.
pub(crate) const KEYS: &[&str] = &[
    "a", "b", "c", "e", "n", "f", "neg", "js", "ml", "uni", "bin", "html", "url", "ver", "day", "bool", "num", "hex",
    "out", "missing", "Nope",
];

/// The data of every template.
pub(crate) const DATA: &[(&str, &[u8])] = &[
    ("a", b"alpha"),
    ("b", b"Bravo Charlie"),
    ("c", b"one,two,,three"),
    ("e", b""),
    ("n", b"42"),
    ("f", b"3.14"),
    ("neg", b"-7"),
    (
        "js",
        br#"{"a":{"b":[1,2.5,"x",null,true]},"n":1e21,"s":"<&>","u":"\u00e9\ud83d\ude00"}"#,
    ),
    ("ml", b"line one\n  line two\n\nline four\n"),
    ("uni", "Ünïcödé ✓ 日本語 ǅ ß İ".as_bytes()),
    ("bin", b"\xff\x00a\xfe\xc3"),
    ("html", b"<a href=\"x\">'&\"</a>"),
    (
        "url",
        b"https://us%20er:p%40ss@host.example:8443/a/b%2Fc?x=1&y=%20#frag",
    ),
    ("ver", b"v1.2.3-rc.1+build.5"),
    ("day", b"2020-02-03"),
    ("bool", b"true"),
    ("num", b"0x1F"),
    ("hex", b"deadbeef"),
];

/// A literal of the kind, as it stands in a template.
pub(crate) fn literal(kind: Kind, random: &mut Random) -> String {
    match kind {
        Kind::Bool => random.pick(&["true", "false"]).to_owned(),
        Kind::Float => random.pick(FLOATS).to_owned(),
        Kind::Int => random.pick(INTEGERS).to_owned(),
        Kind::Size if random.percent(10) => random.between(-2, 9).to_string(),
        Kind::Size => random.between(0, 3).to_string(),
        Kind::Constraint => quoted(random.pick(CONSTRAINTS)),
        Kind::Number if random.percent(50) => random.pick(INTEGERS).to_owned(),
        Kind::Number if random.percent(50) => random.pick(FLOATS).to_owned(),
        Kind::Number => quoted(random.pick(NUMERIC)),
        Kind::Format => quoted(&format(random)),
        Kind::Json => raw(random.pick(JSON)),
        Kind::Layout => quoted(random.pick(LAYOUTS)),
        Kind::Pattern => raw(&pattern(random)),
        Kind::Span => quoted(random.pick(SPANS)),
        Kind::Text => quoted(random.pick(TEXTS)),
        Kind::Url => quoted(random.pick(URLS)),
        Kind::Version => quoted(random.pick(VERSIONS)),
        Kind::Zone => quoted(random.pick(ZONES)),
        Kind::Any | Kind::Dict | Kind::DictOfStrings | Kind::Fixed | Kind::List | Kind::Strings | Kind::Time => {
            quoted(random.pick(TEXTS))
        }
    }
}

/// One of Go's verbs with flags, width and precision.
fn format(random: &mut Random) -> String {
    let mut text = String::new();
    for _ in 0..random.between(1, 3) {
        text.push_str(random.pick(&["", "x", "é", " "]));
        text.push('%');
        for _ in 0..random.below(3) {
            text.push_str(random.pick(&["+", "-", "#", " ", "0", ""]));
        }
        text.push_str(random.pick(&["", "", "", "[1]", "[2]", "[9]", "[x]", "["]));
        text.push_str(random.pick(&["", "", "", "5", "12", "*", "020"]));
        text.push_str(random.pick(&["", "", "", ".2", ".0", ".", ".*", ".17", ".40"]));
        text.push_str(random.pick(&[
            "v", "d", "s", "q", "x", "X", "f", "g", "e", "E", "G", "F", "t", "c", "U", "b", "o", "O", "T", "w", "%",
            "z", "!", "é", "",
        ]));
    }
    text
}

fn pattern(random: &mut Random) -> String {
    if random.percent(40) {
        return random.pick(PATTERNS).to_owned();
    }
    let mut text = String::new();
    for _ in 0..random.between(1, 4) {
        text.push_str(random.pick(&[
            "a", "l", "[a-z]", "[^b-d]", ".", "\\d", "\\w", "\\s", "\\b", "(a|b)", "(?:x|y)", "(?P<n>e)", "é", "^",
            "$", "\\pL",
        ]));
        text.push_str(random.pick(&["", "", "", "*", "+", "?", "*?", "{1,2}", "{2}", "+?"]));
    }
    text
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for char in text.chars() {
        match char {
            '"' | '\\' => out.extend(['\\', char]),
            '\n' => out.push_str("\\n"),
            _ => out.push(char),
        }
    }
    out + "\""
}

fn raw(text: &str) -> String {
    format!("`{text}`")
}

const INTEGERS: &[&str] = &[
    "0",
    "1",
    "2",
    "3",
    "-1",
    "-7",
    "10",
    "42",
    "100",
    "255",
    "65",
    "'x'",
    "'日'",
    "0x1f",
    "0b101",
    "0o17",
    "007",
    "1_000",
    "-0",
    "9223372036854775807",
    "-9223372036854775808",
    "2147483648",
    "1000000007",
];
const FLOATS: &[&str] = &[
    "0.0",
    "1.5",
    "-2.5",
    "3.14159",
    "1e3",
    "1e21",
    "1e20",
    "1e-7",
    "0.1",
    "100000000.0",
    "2.5e-3",
    "0x1.8p1",
    ".5",
    "1e1",
    "-0.5",
    "123456.789",
    "5e-324",
    "1.7976931348623157e308",
];
const NUMERIC: &[&str] = &[
    "42",
    "3.14",
    "-7",
    "0x1F",
    "010",
    "1e3",
    "",
    "abc",
    "1_000",
    " 5",
    "+3",
    "9223372036854775808",
    "0b11",
];
const TEXTS: &[&str] = &[
    "",
    "a",
    "alpha",
    "b",
    ",",
    " ",
    "x y",
    "Hello World",
    "foo_bar-baz",
    "fooBarBaz",
    "HTTPServer",
    "é",
    "日本",
    "\n",
    "a\nb",
    "  pad  ",
    "<b>",
    "'q'",
    "\"dq\"",
    "\\",
    "1",
    "true",
    "string",
    "int",
    "map",
    "slice",
    "a/b/../c.txt",
    "/abs/x",
    "YWxwaGE=",
    "MFRGG===",
    "$1",
    "${n}",
    "%d",
    "aaa",
    "abcabc",
    "one two  three",
    "2020-02-03",
    "2020",
    "12:30",
    "a.b.c",
    "ß",
    "ǆ",
    "\t",
    "s",
];
const JSON: &[&str] = &[
    "{}",
    "[]",
    "null",
    "1",
    "\"s\"",
    "{\"a\":1,\"b\":[1,2,{\"c\":null}]}",
    "[1,2.5,-3e2]",
    "{\"a\":",
    "tru",
    "[1,]",
    " [true , false] ",
    "{\"a\":{\"b\":{\"c\":\"d\"}}}",
    "\"\\u00e9\\n\\/\"",
    "1e400",
    "-0",
    "[\"a\",\"b\",\"a\"]",
    "{\"a\":1,\"a\":2}",
    "01",
    "\"\\x\"",
];
const LAYOUTS: &[&str] = &[
    "2006-01-02",
    "15:04:05",
    "Mon Jan _2 2006",
    "02/01/06 03:04PM",
    "2006-01-02T15:04:05Z07:00",
    "January 2, 2006",
    "MST",
    "-0700",
    "2006",
    "15:04:05.000",
    "15:04:05.999999999",
    "002",
    "Monday pm",
    "",
    "x",
    "__2 .00 Z0700 -07:00:00",
    "Jan _2 3:4:5 pm",
];
const SPANS: &[&str] = &[
    "1h",
    "-1h30m",
    "24h",
    "1.5s",
    "100ms",
    "-720h",
    "2h45m30.5s",
    "bad",
    "",
    "1us",
    "87600h",
    "1d",
    "3661",
];
const PATTERNS: &[&str] = &[
    "a+",
    "[a-z]+",
    "(a)(l)?",
    "^$",
    "",
    "[",
    "(",
    "a{2,3}",
    "\\bw",
    "(?i)ALPHA",
    "(?m)^l.*$",
    "(?s).+",
    "[[:alpha:]]+",
    "\\p{Greek}",
    "x*",
    "a|al|alp",
    "(?P<x>[aeiou])",
    "[^\\x00-\\x7F]+",
    "\\Qa.b\\E",
    "(?U)a+",
    "a**",
    "\\z",
    "(?:)",
];
const URLS: &[&str] = &[
    "http://a.example/p?q=1#f",
    "https://u:p@h:1/x",
    "/path/only",
    "mailto:x@y",
    "//host/x",
    "http://[::1]:80/",
    "%zz",
    "",
    "http://a b/",
    "a:b:c",
    "ftp://h/%41%2f",
    "?q",
    "#f",
    "http://h?x=%zz",
];
const VERSIONS: &[&str] = &[
    "1.2.3",
    "v1.2",
    "1",
    "1.2.3-rc.1",
    "1.2.3+b",
    "v1.2.4",
    "2.0.0-alpha.1",
    "1.2.3-alpha.beta",
    "0.0.0",
    "10.20.30",
    "1.2.x",
    "01.2.3",
    "",
];
const CONSTRAINTS: &[&str] = &[
    "1.2.3",
    "v1.2",
    "1",
    "1.2.3-rc.1",
    ">=1.0.0",
    "~1.2",
    "^1.2.3",
    "1.x",
    "*",
    ">1 <2",
    "1.2.3 - 2.0.0",
    "=1.2.3 || ^2",
    "bad",
    "",
    "01.2.3",
    "!=1.2.3",
    ">=1.2.3-0",
    "1.2.3-alpha.beta",
    "~>1.5",
];
const ZONES: &[&str] = &[
    "UTC",
    "Europe/Zurich",
    "America/New_York",
    "Asia/Kolkata",
    "Nowhere/X",
    "",
    "Asia/Tokyo",
    "Local",
];
