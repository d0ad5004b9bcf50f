//! YAML.

use super::{key::Keys, text, yaml_flow, yaml_scalar};
use crate::{Entry, Rule, random::Random};

pub(super) fn entries(rule: Rule, random: &mut Random) -> Vec<Entry> {
    let mut entries = Vec::new();
    let documents = if random.percent(15) { random.between(2, 3) } else { 1 };
    for number in 0..documents {
        if number > 0 || random.percent(5) {
            entries.push(Entry::new("---\n", 0));
        }
        let mut keys = Keys::default();
        for item in 0..random.between(3, 22 / documents) {
            entries.push(if random.percent(4) {
                anchors(&mut keys, &format!("a{number}{item}"), random)
            } else {
                Writer::new(rule, random).entry(&mut keys)
            });
        }
    }
    entries
}

/// A collection with a name, and what refers to it.
fn anchors(keys: &mut Keys, name: &str, random: &mut Random) -> Entry {
    let [first, second, third] = [keys.plain(random), keys.plain(random), keys.plain(random)];
    // Not empty, and without comments: an inline comment after an alias to an empty container is never decrypted (sops-quirks 3).
    let text = match random.below(4) {
        0 => format!("{first}: &{name} {{x: 1, y: two}}\n{second}: *{name}\n{third}:\n  <<: *{name}\n  z: 3\n"),
        1 => format!("{first}: &{name}\n  - a\n  - 2\n{second}: *{name}\n{third}: {{k: *{name}}}\n"),
        2 => format!(
            "{first}: &{name}\n  x: 1\n{second}: &{name}b\n  x: 2\n  w: 4\n{third}:\n  <<: [*{name}, *{name}b]\n"
        ),
        _ => format!("{first}: &{name} text\n{second}: *{name}\n{third}: [*{name}, *{name}]\n"),
    };
    Entry::new(text, 6)
}

/// Writes one item.
struct Writer<'r> {
    text: String,
    values: usize,
    rule: Rule,
    /// How many lists are around.
    lists: usize,
    random: &'r mut Random,
}

impl<'r> Writer<'r> {
    fn new(rule: Rule, random: &'r mut Random) -> Self {
        Self {
            text: String::new(),
            values: 0,
            rule,
            lists: 0,
            random,
        }
    }

    fn entry(mut self, keys: &mut Keys) -> Entry {
        self.item(keys, 0, 3);
        if self.random.percent(3) {
            // Of what stands above, for an empty line follows.
            self.comment_line(0);
            self.text.push('\n');
        }
        Entry::new(self.text, self.values)
    }

    /// A key and what it has, on lines of their own.
    fn item(&mut self, keys: &mut Keys, indent: usize, depth: usize) {
        if self.random.percent(5) {
            self.text.push('\n');
        }
        if self.random.percent(12) && self.may_comment() {
            self.comment_line(indent);
        }
        self.text += &" ".repeat(indent);
        let key = keys.any(self.random);
        self.key(&key);
        self.value(indent, depth, false);
    }

    fn key(&mut self, key: &str) {
        let is_plain = key.starts_with(|letter: char| letter.is_ascii_alphabetic())
            && key
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.' | '/'));
        if is_plain && !NOT_STRINGS.contains(&key) && self.random.percent(85) {
            self.text += key;
        } else {
            self.text += &text::quoted(key, self.random);
        }
        self.text.push(':');
    }

    /// What stands behind `key:` or `-`, with the end of the line.
    fn value(&mut self, indent: usize, depth: usize, in_list: bool) {
        match self.random.below(if depth == 0 { 14 } else { 20 }) {
            // A comment there goes lost or moves (sops.md 1.7; sops-quirks 3: "an empty list"): better not to copy.
            0 => self.text += self.random.pick(&[" {}\n", " []\n"]),
            1 => {
                self.values += 1;
                let block = yaml_scalar::block(indent + 2, self.lists > 0, self.random);
                let (header, lines) = block.split_once('\n').unwrap_or((&block, ""));
                self.text += &format!(" {header}");
                self.end_line();
                self.text += lines;
            }
            2 => {
                let (text, values) = yaml_flow::collection(2, self.random);
                self.values += values;
                self.text += &format!(" {text}");
                // In the clear, `- [a] # c` before `- {}` or `- []` becomes `- # c` and a `{}` in the first column, which nothing can read.
                if self.lists == 0 {
                    self.end_line();
                } else {
                    self.text.push('\n');
                }
            }
            14..=16 => self.mapping(indent, depth - 1, in_list),
            17..=19 => self.sequence(indent, depth - 1, in_list),
            _ => self.scalar(),
        }
    }

    fn scalar(&mut self) {
        self.values += 1;
        let scalar = yaml_scalar::scalar(self.lists > 0, self.random);
        let space = if scalar.is_empty() { "" } else { " " };
        self.text += &format!("{space}{scalar}");
        self.end_line();
    }

    fn mapping(&mut self, indent: usize, depth: usize, in_list: bool) {
        let mut keys = Keys::default();
        let step = if in_list { 2 } else { self.random.pick(&[2, 2, 4]) };
        if in_list {
            // The first item stands behind the dash.
            self.text.push(' ');
            let key = keys.any(self.random);
            self.key(&key);
            self.value(indent + step, depth, false);
        } else {
            self.end_line();
        }
        for _ in 0..self.random.between(1, 4) {
            self.item(&mut keys, indent + step, depth);
        }
    }

    fn sequence(&mut self, indent: usize, depth: usize, in_list: bool) {
        let step = if in_list { 2 } else { self.random.pick(&[0, 2, 4]) };
        let margin = " ".repeat(indent + step);
        self.lists += 1;
        for number in 0..self.random.between(1, 5) {
            if in_list && number == 0 {
                self.text += " -";
            } else {
                if number == 0 {
                    self.end_line();
                }
                if self.random.percent(8) && self.may_comment() {
                    self.comment_line(indent + step);
                }
                self.text += &format!("{margin}-");
            }
            self.value(indent + step, depth, true);
        }
        self.lists -= 1;
    }

    // Comments in lists confuse 3.13.3 where comments decide (upstream's issue 2281, mended after it).
    fn may_comment(&self) -> bool {
        self.lists == 0 || !self.rule.is_by_comment()
    }

    fn comment_line(&mut self, indent: usize) {
        let comment = self.comment();
        self.text += &format!("{}#{comment}\n", " ".repeat(indent));
    }

    /// Ends a line, perhaps with a comment.
    fn end_line(&mut self) {
        if self.random.percent(8) && self.may_comment() {
            let comment = self.comment();
            self.text += &format!(" #{comment}");
        }
        self.text.push('\n');
    }

    // Never empty: in a list it becomes an item (sops-quirks 3: "an empty comment inside a list").
    fn comment(&mut self) -> String {
        self.values += 1;
        let mark = if self.rule.is_by_comment() {
            self.random.pick(&["", " keep!", " hide!"])
        } else {
            ""
        };
        let space = self.random.pick(&[" ", " ", "", "# "]);
        format!("{space}{}{mark}", text::words(self.random))
    }
}

/// What would not be a string without quotes.
const NOT_STRINGS: &[&str] = &["null", "Null", "true", "True", "false"];
