//! Scalars of YAML, each as it stands behind its key.

use super::text;
use crate::random::Random;

/// A scalar on one line; `in_list` where a list is anywhere around it.
pub(super) fn scalar(in_list: bool, random: &mut Random) -> String {
    match random.below(10) {
        0..=2 => random.pick(PLAIN).to_owned(),
        3 => number(random),
        4 | 5 => text::words(random),
        _ => string(in_list, random),
    }
}

/// A quoted string.
pub(super) fn string(in_list: bool, random: &mut Random) -> String {
    let text = if !in_list && random.percent(10) {
        random.pick(text::INDENTED).to_owned()
    } else {
        text::any(random)
    };
    if random.percent(40)
        && !text.contains(|letter: char| letter.is_control() || matches!(letter, '\u{2028}' | '\u{feff}'))
    {
        return format!("'{}'", text.replace('\'', "''"));
    }
    text::quoted(&text, random)
}

/// A string of several lines that stands below its key, with its header. The lines are indented by `indent`, which is not 0.
pub(super) fn block(indent: usize, in_list: bool, random: &mut Random) -> String {
    let sign = random.pick(&["|", "|", "|", ">"]);
    let chomp = random.pick(&["", "-", "+"]);
    let mut lines: Vec<String> = (0..=random.below(4)).map(|_| block_line(random)).collect();
    // See INDENTED: within lists no string of several lines may begin with a space.
    let leading = if !in_list && random.percent(15) { " " } else { "" };
    let step = if leading.is_empty() {
        String::new()
    } else {
        "2".to_owned()
    };
    lines.insert(0, format!("{leading}first"));
    let margin = " ".repeat(indent);
    let lines: Vec<String> = lines
        .iter()
        .map(|line| {
            if line.is_empty() {
                "\n".to_owned()
            } else {
                format!("{margin}{line}\n")
            }
        })
        .collect();
    format!("{sign}{step}{chomp}\n{}", lines.concat())
}

fn block_line(random: &mut Random) -> String {
    random
        .pick(&[
            "",
            "second",
            "  deeper",
            "# no comment",
            "key: value",
            "- item",
            "trailing ",
            "ünï ☃",
            "😀",
            "\"q\"",
            "a\tb",
            "'",
            "last \\",
        ])
        .to_owned()
}

// Not -0.0: in the clear, its MAC is that of -0, and it is read back as 0 (sops-quirks 1: "an unencrypted float -0.0").
fn number(random: &mut Random) -> String {
    match random.below(3) {
        0 => random.between(-1000, 1_000_000).to_string(),
        1 => format!("{}.{:02}", random.between(1, 999), random.below(100)),
        _ => format!("{}e{}", random.between(1, 99), random.between(-30, 30)),
    }
}

const PLAIN: &[&str] = &[
    "0",
    "-0",
    "42",
    "-7",
    "+5",
    "0o17",
    "017",
    "-017",
    "08",
    "0xFF",
    "0Xff",
    "-0x1",
    "0b11",
    "-0b1",
    "1_000",
    "1__0",
    "_1",
    "1_",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551616",
    "3.14",
    "3.0",
    ".5",
    "5.",
    "+1.5",
    "1.5e+10",
    "1e30",
    "1E3",
    "1e-10",
    "1e-7",
    "1_0.5",
    "0.1",
    "1e6",
    "123456789.0",
    "5e-324",
    "1e400",
    "0x1p4",
    ".inf",
    "-.inf",
    "+.inf",
    ".Inf",
    ".INF",
    ".nan",
    ".NaN",
    "NaN",
    "true",
    "True",
    "TRUE",
    "tRUE",
    "false",
    "False",
    "FALSE",
    "yes",
    "No",
    "on",
    "OFF",
    "y",
    "n",
    "null",
    "Null",
    "NULL",
    "~",
    "",
    "2024-01-01",
    "2024-1-1",
    "2006-01-02T15:04:05+07:06",
    "2006-01-02T15:04:05Z",
    "2006-01-02T15:04:05.123456789Z",
    "2006-01-02 15:04:05",
    "2006-01-02t15:04:05.5-03:00",
    "2006-13-40",
    "12:30",
    "190:20:30",
    "!!binary aGVsbG8=",
    "!!binary //79",
    "!!str 123",
    "!!str",
    "!!float 3",
    "!!int '7'",
    "!!null ''",
    "!!bool \"true\"",
    "!foo bar",
    "!foo 12",
    "! 12",
    "a:b",
    "a#b",
    "-a",
    "?a",
    ":a",
    "a b",
    "http://x.y/z?q=1&r=2",
    "it's",
    "a\"b",
    "\\",
    "a\\nb",
    "=",
    "<",
    "x,y",
    "x]",
    "0x",
    "0o8",
];
