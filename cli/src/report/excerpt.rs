use std::fmt;

use signet_document::Position;

/// The line of a text at which something is wrong, with a caret under the column. What could be a value is not in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Excerpt {
    line: usize,
    text: String,
    /// Characters before the caret.
    indent: usize,
}

impl Excerpt {
    /// The line of a field of a document that was read: its name is shown, whatever it is. Nothing where there is no name.
    pub(crate) fn of_field(text: &[u8], position: Position) -> Option<Self> {
        Self::new(text, position, |_| true)
    }

    /// A line that could not be read. It may be part of a value, so that only names are shown that every manifest has.
    pub(crate) fn of_text(text: &[u8], position: Position) -> Option<Self> {
        Self::new(text, position, |name| NAMES.contains(&name))
    }

    fn new(text: &[u8], position: Position, is_shown: impl Fn(&str) -> bool) -> Option<Self> {
        let line = text.split(|byte| *byte == b'\n').nth(position.line.checked_sub(1)?)?;
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let line = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line);
        // What is shown alone is copied: the rest could be a value.
        let shown = shown(line.utf8_chunks().next()?.valid(), is_shown);
        if !shown.contains(':') {
            return None;
        }
        let mut text = shown.replace('\t', " ");
        if shown.len() < line.len() {
            text.push(MASK);
        }
        Some(Self {
            line: position.line,
            indent: position.column.saturating_sub(1).min(shown.chars().count()),
            text,
        })
    }
}

impl fmt::Display for Excerpt {
    /// Three lines, the first one empty but for the margin.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.line.to_string();
        let (margin, indent) = (" ".repeat(number.len()), " ".repeat(self.indent));
        write!(f, "{margin} |\n{number} | {}\n{margin} | {indent}^", self.text)
    }
}

/// The start of a line that holds no value: indentation, dashes and brackets, and a name with its colon.
fn shown(line: &str, is_shown: impl Fn(&str) -> bool) -> &str {
    let start = line.trim_start_matches([' ', '\t', '-', '{', '[']);
    let before = line.len() - start.len();
    let length = name_length(start, is_shown).unwrap_or(0);
    line.get(..before + length).unwrap_or_default()
}

/// Length of a name that starts the text, with its quotes, the colon and the blanks behind it.
fn name_length(text: &str, is_shown: impl Fn(&str) -> bool) -> Option<usize> {
    let quote = text.chars().next().filter(|first| matches!(first, '"' | '\''));
    let (name, rest) = match quote {
        Some(quote) => text.get(1..)?.split_once(quote)?,
        None => text.split_at(text.find(':')?),
    };
    let is_name = !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte));
    let value = rest.strip_prefix(':')?;
    let is_field = value.is_empty() || value.starts_with([' ', '\t']) || quote == Some('"');
    let value = value.trim_start_matches([' ', '\t']);
    (is_name && is_field && is_shown(name)).then(|| text.len() - value.len())
}

/// The fields of Secrets and SealedSecrets.
const NAMES: [&str; 15] = [
    "annotations",
    "apiVersion",
    "data",
    "encryptedData",
    "immutable",
    "items",
    "kind",
    "labels",
    "metadata",
    "name",
    "namespace",
    "spec",
    "stringData",
    "template",
    "type",
];

/// In the place of what is not shown, whatever its length.
const MASK: char = '…';

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn field(line: &str, column: usize) -> String {
        let excerpt = Excerpt::of_field(line.as_bytes(), Position { line: 1, column });
        let text = excerpt.map(|excerpt| excerpt.to_string()).unwrap_or_default();
        text.lines()
            .skip(1)
            .map(|line| line[4..].to_owned())
            .collect::<Vec<_>>()
            .join("\n")
    }

    #[test]
    fn the_caret_is_under_the_column() {
        assert_eq!(field("  password: 0123", 13), "  password: …\n            ^");
        assert_eq!(field("  password: 0123", 3), "  password: …\n  ^");
        assert_eq!(field("data:", 1), "data:\n^");
        let text = "a: 1\nb:\n- name: x\n";
        let excerpt = Excerpt::of_field(text.as_bytes(), Position { line: 3, column: 9 }).unwrap();
        assert_eq!(excerpt.to_string(), "  |\n3 | - name: …\n  |         ^");
    }

    #[test]
    fn no_value_is_shown() {
        for line in [
            "s3cr3t",
            "  s3cr3t",
            "- s3cr3t",
            "\"s3cr3t: x\"",
            "'s3cr3t'",
            "s3cr3t:x",
            "s3 cr3t: x",
            "password: s3cr3t",
            "\"password\":\"s3cr3t\"",
            "{\"password\": \"s3cr3t\", \"b\": 1}",
            "password: {s3cr3t: s3cr3t}",
            "- - password: s3cr3t",
            "\u{feff}password: s3cr3t",
            "password:\ts3cr3t",
            "\u{1b}[31ms3cr3t: x",
            "pass\u{1b}s3cr3t: x",
        ] {
            for column in [1, 5, 100] {
                assert!(!field(line, column).contains("s3cr3t"), "{line}");
            }
        }
    }

    #[test]
    fn of_what_cannot_be_read_only_known_names_are_shown() {
        for (line, expected) in [
            ("\tkind: Secret", Some(" kind: …")),
            ("  s3cr3t: value", None),
            ("password: \"s3cr3t", None),
            ("- name: x", Some("- name: …")),
            ("{\"data\": 1}", Some("{\"data\": …")),
            ("}}", None),
        ] {
            let excerpt = Excerpt::of_text(line.as_bytes(), Position { line: 1, column: 1 });
            assert_eq!(excerpt.map(|excerpt| excerpt.text).as_deref(), expected);
        }
    }

    #[test]
    fn no_line_no_excerpt() {
        for line in [0, 2, usize::MAX] {
            assert_eq!(Excerpt::of_field(b"a: 1", Position { line, column: 1 }), None);
        }
    }
}
