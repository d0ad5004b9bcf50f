//! Documents that real sops refuses.

use crate::{Document, Entry, Format, random::Random};

/// Puts something into the document that real sops refuses to encrypt.
pub(super) fn spoil(document: &mut Document, random: &mut Random) {
    let parts = match document.format {
        Format::Yaml => YAML,
        Format::Json => JSON,
        Format::Dotenv => DOTENV,
        Format::Ini => INI,
        Format::Binary => return,
    };
    document.is_refused = true;
    // In the first of several documents: of the others, real sops asks less. And at its end: what stands behind a malformed part may mend it.
    let mut later = document.entries.iter().skip(1);
    if let Some(end) = later.position(|entry| entry.text == b"---\n") {
        document.entries.truncate(end + 1);
    }
    document.entries.push(Entry::new(random.pick(parts), 0));
}

const YAML: &[&str] = &[
    // Behind a key of its own: behind one without a value, or with a list that is not indented, it would be an item of that.
    "text: word\n- item of no list\n",
    "1: number\n",
    "true: boolean\n",
    "~: null\n",
    "[a, b]: sequence\n",
    "sops: {}\n",
    "sops: text\n",
    "large: 18446744073709551615\n",
    "open: [a\n",
    "open: \"a\n",
    "unknown: *nowhere\n",
    "k: v: w\n",
    "tab:\n\t- a\n",
    "self: &self [*self]\n",
    "text: !!int word\n",
    "<<: word\n",
    "control: \"\\q\"\n",
    "wrong\n",
];

const JSON: &[&str] = &[
    "\"a\":NaN",
    "\"a\":01",
    "\"a\":.5",
    "\"a\":tru",
    "\"a\"",
    "\"a\":",
    "a:1",
    "'a':1",
    "\"a\":\"\t\"",
    "\"a\":\"\\x\"",
    "\"a\":[1",
    "\"a\":[1,]",
    "\"a\":1 1",
    "\"sops\":{}",
    "",
    "\"a\":\"",
];

const DOTENV: &[&str] = &["novalue\n", "sops_version=1\n", "sops_=\n", " \n"];

const INI: &[&str] = &["novalue\n", "[unclosed\n", "[sops]\nversion = 1\n", "[]\n", "= v\n"];
