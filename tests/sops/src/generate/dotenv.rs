//! Lines of `KEY=value`.

use super::text;
use crate::{Entry, Rule, random::Random};

pub(super) fn entries(rule: Rule, random: &mut Random) -> Vec<Entry> {
    (0..random.between(4, 40)).map(|_| entry(rule, random)).collect()
}

fn entry(rule: Rule, random: &mut Random) -> Entry {
    match random.below(12) {
        0 => Entry::new(format!("#{}\n", comment(rule, random)), 1),
        1 => Entry::new("\n", 0),
        _ => Entry::new(format!("{}={}\n", key(random), value(random)), 1),
    }
}

fn comment(rule: Rule, random: &mut Random) -> String {
    let mark = if rule.is_by_comment() {
        random.pick(&["", " keep!", " hide!"])
    } else {
        ""
    };
    random.pick(&["", " "]).to_owned() + &text::words(random) + mark
}

// Keys are free, and may be there twice; but `sops_` begins metadata.
fn key(random: &mut Random) -> String {
    if random.percent(10) {
        return random
            .pick(&[
                "export A", " A ", ";a", "a.b", "a-b", "\"q\"", "ä", "1", "a:b", "A#B", "\tT",
            ])
            .to_owned();
    }
    let name = random.pick(&["A", "DB_HOST", "secret", "port", "kind", "data", "X"]);
    let end = random.pick(&["", "", "_clear", "_unencrypted", "_secret"]);
    format!("{name}{}{end}", random.below(30))
}

fn value(random: &mut Random) -> String {
    match random.below(6) {
        0 => random
            .pick(&[
                "", "\"a b\"", "'a'", "a=b=c", "a # b", " a ", "a\\nb", "\\\\n", "a\\", "\\t", "$X", "\"a", "a\tb",
                "-", "1.50",
            ])
            .to_owned(),
        _ => text::any(random).replace('\n', "\\n"),
    }
}
