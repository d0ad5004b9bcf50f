//! Strings.

use crate::random::Random;

/// A string of a list, or a random one. It may have several lines.
pub(super) fn any(random: &mut Random) -> String {
    match random.below(10) {
        0..=4 => random.pick(STRINGS).to_owned(),
        5 => random.pick(LINES).to_owned(),
        _ => line(random),
    }
}

/// A random string without an end of line.
pub(super) fn line(random: &mut Random) -> String {
    (0..random.below(24)).map(|_| random.pick(LETTERS)).collect()
}

/// One or more plain words.
pub(super) fn words(random: &mut Random) -> String {
    let words: Vec<&str> = (0..=random.below(4)).map(|_| random.pick(WORDS)).collect();
    words.join(" ")
}

/// As JSON writes it, with a choice of escapes. YAML reads it as the same.
pub(super) fn quoted(text: &str, random: &mut Random) -> String {
    let is_ascii = random.percent(20);
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            '\n' => quoted += "\\n",
            '\t' => quoted += "\\t",
            '\u{10000}'.. => quoted.push(letter),
            _ if is_escaped(letter) || is_ascii && !letter.is_ascii() => {
                quoted += &format!("\\u{:04x}", u32::from(letter))
            }
            _ => quoted.push(letter),
        }
    }
    quoted + "\""
}

fn is_escaped(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}' | '\u{feff}')
}

pub(super) const WORDS: &[&str] = &[
    "alpha",
    "Beta",
    "x1",
    "über",
    "naïve",
    "日本",
    "v2.3",
    "a/b",
    "user@host",
    "it's",
    "50%",
    "a#b",
];

const LETTERS: &[char] = &[
    'a', 'b', 'Z', '0', '7', ' ', ' ', '-', ':', '#', ',', '\'', '"', '\\', '[', ']', '{', '}', '&', '*', '!', '|',
    '>', '%', '@', '`', '~', '=', '?', ';', '$', '<', '.', '_', 'é', 'ß', '日', '☃', '😀', '\t',
];

/// Strings with several lines. One whose first letter is a space or an end of line is in INDENTED.
const LINES: &[&str] = &[
    "a\nb",
    "a\nb\n",
    "a\nb\n\n",
    "a\n\nb",
    "a\n  b\n c",
    "a\n",
    "# a\nb",
    "- a\n- b\n",
    "k: v\nk2: v\n",
    "a\n\tb",
    "a \nb",
    "ü\n😀",
    "---\na\n",
    "\"a\"\n",
    "-----BEGIN KEY-----\nMIIB\nQUFB\n-----END KEY-----\n",
];

/// Strings that YAML has to quote, or may not, or that look like something else.
const STRINGS: &[&str] = &[
    "",
    " ",
    " a",
    "a ",
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
    "nil",
    "true",
    "True",
    "TRUE",
    "false",
    "yes",
    "Yes",
    "no",
    "on",
    "off",
    "y",
    "Y",
    "n",
    "1",
    "-1",
    "+1",
    "1.0",
    "1e3",
    ".5",
    "5.",
    "1_000",
    "0x1F",
    "0o17",
    "017",
    "08",
    "0b1",
    ".inf",
    "-.inf",
    ".nan",
    "NaN",
    "inf",
    "2024-01-01",
    "2024-01-01T00:00:00Z",
    "2024-1-1",
    "12:30",
    "190:20:30",
    "1e400",
    "0x",
    "=",
    "<<",
    "---",
    "...",
    "a\tb",
    "\ta",
    "\u{7f}",
    "\u{1}",
    "\u{85}",
    "\u{a0}",
    "\u{2028}",
    "\u{feff}a",
    "é",
    "e\u{301}",
    "\u{10fffd}",
    "ENC[",
    "ENC[a]",
    "a=b",
    "$HOME",
    "${X}",
    "a;b",
    "export A",
    "<&>",
    "\\n",
    "C:\\new",
    "/",
    "a\\\\b",
];

/// Strings with several lines that begin with a space or an end of line. Within lists, also in a mapping of a list, real sops writes them with
/// too little indentation (sops-quirks 1: "a clear multi-line string inside a list whose first character is a space or newline").
pub(super) const INDENTED: &[&str] = &["\na", "  a\nb", " a\n b\n", "\n", "\n\n", " \n"];
