//! JSON.

use super::{key::Keys, text};
use crate::{Entry, Rule, random::Random};

pub(super) fn entries(_: Rule, random: &mut Random) -> Vec<Entry> {
    let mut keys = Keys::default();
    (0..random.between(3, 24))
        .map(|_| member(&mut keys, 3, random))
        .map(entry)
        .collect()
}

fn entry((text, values): (String, usize)) -> Entry {
    Entry::new(text, values)
}

fn member(keys: &mut Keys, depth: usize, random: &mut Random) -> (String, usize) {
    // Real sops keeps keys that are there twice.
    let key = if random.percent(2) {
        "twice".to_owned()
    } else {
        keys.any(random)
    };
    let (value, values) = value(depth, random);
    let space = random.pick(&["", " ", "\n  "]);
    (format!("{space}{}:{space}{value}", text::quoted(&key, random)), values)
}

fn value(depth: usize, random: &mut Random) -> (String, usize) {
    match random.below(if depth == 0 { 7 } else { 10 }) {
        0..=2 => (text::quoted(&any(random), random), 1),
        3 | 4 => (number(random), 1),
        5 => (random.pick(&["true", "false", "null"]).to_owned(), 1),
        6 => (random.pick(&["{}", "[]", "\"\"", "[ ]", "{\n}"]).to_owned(), 0),
        7 | 8 => {
            let mut keys = Keys::default();
            joined("{", "}", random, |random| member(&mut keys, depth - 1, random))
        }
        _ => joined("[", "]", random, |random| value(depth - 1, random)),
    }
}

fn any(random: &mut Random) -> String {
    if random.percent(5) {
        random.pick(text::INDENTED).to_owned()
    } else {
        text::any(random)
    }
}

fn joined(
    open: &str,
    close: &str,
    random: &mut Random,
    mut part: impl FnMut(&mut Random) -> (String, usize),
) -> (String, usize) {
    let parts: Vec<_> = (0..=random.below(5)).map(|_| part(random)).collect();
    let texts: Vec<&str> = parts.iter().map(|(text, _)| text.as_str()).collect();
    let space = random.pick(&["", " ", "\n\t"]);
    let values = parts.iter().map(|(_, values)| values).sum();
    (format!("{open}{space}{}{space}{close}", texts.join(",")), values)
}

// Not -0.0: in the clear, its MAC is that of -0, and it is read back as 0 (sops-quirks 1: "an unencrypted float -0.0").
fn number(random: &mut Random) -> String {
    match random.below(4) {
        0 => random.between(-1000, 100_000).to_string(),
        1 => format!("{}.{:03}", random.between(1, 9999), random.below(1000)),
        _ => random
            .pick(&[
                "0",
                "-0",
                "1.0",
                "1.5",
                "-2.50",
                "1e3",
                "1E+3",
                "1e30",
                "1e21",
                "1e20",
                "1e-6",
                "1e-7",
                "0.1",
                "5e-324",
                "1.7976931348623157e308",
                "9007199254740993",
                "9223372036854775807",
                "-9223372036854775808",
                "9223372036854775808",
                "123456789012345678901234567890",
                "0.30000000000000004",
                "100000000000000000000.5",
            ])
            .to_owned(),
    }
}
