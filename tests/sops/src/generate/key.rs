//! The keys of a mapping.

use std::collections::BTreeSet;

use crate::random::Random;

/// Keys that were not given before.
#[derive(Default)]
pub(super) struct Keys(BTreeSet<String>);

impl Keys {
    /// Any key.
    pub(super) fn any(&mut self, random: &mut Random) -> String {
        let key = if random.percent(15) {
            random.pick(ODD).to_owned()
        } else {
            plain(random)
        };
        self.once(key)
    }

    /// A key of letters, digits and underscores.
    pub(super) fn plain(&mut self, random: &mut Random) -> String {
        let key = plain(random);
        self.once(key)
    }

    fn once(&mut self, key: String) -> String {
        let mut new = key.clone();
        // In front, for the rules ask how a key ends; behind, for those that ask how it begins.
        while !self.0.insert(new.clone()) {
            new = if key.contains('_') {
                format!("k{}_{key}", self.0.len())
            } else {
                format!("{key}{}", self.0.len())
            };
        }
        new
    }
}

fn plain(random: &mut Random) -> String {
    let name = random.pick(&[
        "data",
        "stringData",
        "kind",
        "port",
        "user",
        "pass",
        "secret",
        "host",
        "a",
        "B2",
        "long_name",
    ]);
    let end = random.pick(&["", "", "", "_clear", "_unencrypted", "_secret"]);
    format!("{name}{end}")
}

// Not `<<`: with a scalar, real sops writes what it cannot read (sops-quirks 1: "a quoted key '<<' with a scalar value").
const ODD: &[&str] = &[
    "",
    " ",
    " a",
    "a ",
    "a b",
    "a: b",
    "a:b",
    "a #b",
    "a#b",
    "#a",
    ":",
    "-",
    "- a",
    "-a",
    "?",
    "? a",
    "?a",
    "[",
    "[a",
    "]",
    "{",
    "{a",
    "}",
    ",",
    "a,b",
    "&a",
    "*a",
    "!a",
    "|",
    ">",
    "'",
    "\"",
    "it's",
    "say \"x\"",
    "%a",
    "@a",
    "`a",
    "\\",
    "a\\b",
    "~",
    "null",
    "Null",
    "true",
    "True",
    "false",
    "yes",
    "no",
    "on",
    "off",
    "y",
    "n",
    "1",
    "-1",
    "1.5",
    "1e3",
    ".inf",
    ".nan",
    "2024-01-01",
    "017",
    "0x1F",
    "12:30",
    "=",
    "---",
    "é",
    "日本",
    "😀",
    "a\tb",
    "a\nb",
    "tls.crt",
    "a/b",
    "a.b",
    "$x",
    "ENC[",
    "version",
    "lastmodified",
    "sops2",
];
