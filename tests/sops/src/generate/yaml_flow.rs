//! Collections of YAML in brackets.

use super::{key::Keys, text, yaml_scalar};
use crate::random::Random;

/// A collection that is not empty, on one line.
pub(super) fn collection(depth: usize, random: &mut Random) -> (String, usize) {
    let mut keys = Keys::default();
    let is_mapping = random.percent(50);
    let mut parts = Vec::new();
    let mut values = 0;
    for _ in 0..=random.below(4) {
        let (value, count) = value(depth, random);
        values += count;
        parts.push(if is_mapping {
            let key = keys.any(random);
            format!("{}: {value}", text::quoted(&key, random))
        } else {
            value
        });
    }
    let space = random.pick(&["", " "]);
    let (open, close) = if is_mapping { ('{', '}') } else { ('[', ']') };
    (format!("{open}{space}{}{space}{close}", parts.join(", ")), values)
}

fn value(depth: usize, random: &mut Random) -> (String, usize) {
    match random.below(8) {
        0 if depth > 0 => collection(depth - 1, random),
        1 => (random.pick(&["{}", "[]"]).to_owned(), 0),
        2..=4 => (yaml_scalar::string(true, random), 1),
        _ => (
            random
                .pick(&[
                    "1",
                    "-2.5",
                    "true",
                    "null",
                    "~",
                    "word",
                    "a b",
                    "2024-01-01",
                    "0x1F",
                    "yes",
                ])
                .to_owned(),
            1,
        ),
    }
}
