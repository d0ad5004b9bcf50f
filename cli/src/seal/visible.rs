//! Plaintext that is still to be seen in what was sealed.

use signet_api::{Secret, base64};
use signet_document::{Document, Node, Value};
use zeroize::Zeroizing;

use crate::report::Error;

/// A value that still shows: whose it is, and in which line, or in which field.
struct Visible {
    key: String,
    place: Place,
}

enum Place {
    Line(usize),
    Field(String),
}

/// That no value of `secret` shows in the result, or where one does.
pub(super) fn refuse(name: &str, text: &[u8], document: &Document, secret: &Secret) -> Result<(), Error> {
    let Some(visible) = find(text, document, secret) else {
        return Ok(());
    };
    Err(Error::Visible {
        place: match visible.place {
            Place::Line(line) => format!("{name}, line {line} of the result"),
            Place::Field(field) => format!("{name}: {field}"),
        },
        key: visible.key,
    })
}

/// The first value of `secret` that shows in a comment of the text, or in a field of its document.
///
/// Who looks for one gets the other: what is searched for is the value, its lines and its base64. Short ones are passed over, which stand
/// anywhere by chance.
fn find(text: &[u8], document: &Document, secret: &Secret) -> Option<Visible> {
    let text = String::from_utf8_lossy(text);
    let comments: Vec<_> = text
        .lines()
        .enumerate()
        .filter_map(|(index, line)| Some((index + 1, comment(line)?)))
        .collect();
    let mut fields = Vec::new();
    collect(&document.root, "", &mut fields);
    for (key, value) in &secret.data {
        let forms = forms(value.expose());
        let visible = |place| Visible {
            key: key.clone(),
            place,
        };
        let in_comment = |comment: &str| {
            forms
                .iter()
                .any(|form| form.len() >= SHORT && comment.contains(form.as_str()))
        };
        if let Some((line, _)) = comments.iter().find(|(_, comment)| in_comment(comment)) {
            return Some(visible(Place::Line(*line)));
        }
        let in_field = |field: &str| {
            forms
                .iter()
                .any(|form| form.len() >= LONG && field.contains(form.as_str()))
        };
        if let Some((path, _)) = fields.iter().find(|(_, field)| in_field(field)) {
            return Some(visible(Place::Field(path.clone())));
        }
    }
    None
}

/// The comment of a line. What looks like one inside of a text is taken for one.
fn comment(line: &str) -> Option<&str> {
    let starts = line.match_indices('#').map(|(at, _)| at);
    let mut starts =
        starts.filter(|at| *at == 0 || line.get(..*at).is_some_and(|before| before.ends_with([' ', '\t'])));
    line.get(starts.next()? + 1..)
}

/// The texts by which a value would be recognised.
fn forms(value: &[u8]) -> Vec<Zeroizing<String>> {
    let mut forms = Vec::new();
    let encoded = Zeroizing::new(base64::encode(value));
    if value.len() >= SHORT {
        // A longer one may be folded.
        forms.push(Zeroizing::new(encoded.chars().take(FOLDED).collect()));
    }
    let Ok(text) = std::str::from_utf8(value) else {
        return forms;
    };
    let lines = text.lines().map(str::trim);
    let is_one = text.trim().lines().count() < 2;
    let lines = lines.filter(|line| (is_one || line.len() >= LINE) && !line.starts_with("-----"));
    forms.extend(lines.map(|line| Zeroizing::new(line.to_owned())));
    forms
}

/// The texts of a document outside of the ciphertexts and of what names the object.
fn collect<'a>(node: &'a Node, path: &str, fields: &mut Vec<(String, &'a str)>) {
    let below = |name: &str| {
        if path.is_empty() {
            name.to_owned()
        } else {
            format!("{path}.{name}")
        }
    };
    match &node.value {
        _ if LEFT_OUT.contains(&path) => {}
        Value::String(text) => fields.push((path.to_owned(), text.as_str())),
        Value::Mapping(mapping) => mapping
            .entries()
            .for_each(|(key, node)| collect(node, &below(&key.name), fields)),
        Value::Sequence(items) => {
            for (index, item) in items.iter().enumerate() {
                collect(item, &below(&index.to_string()), fields);
            }
        }
        _ => {}
    }
}

/// Bytes below which a value is not looked for in comments.
const SHORT: usize = 4;
/// Bytes below which a value is not looked for in fields: `postgres` may well be a label.
const LONG: usize = 10;
/// Bytes from which on a line of a value of several is looked for.
const LINE: usize = 16;
/// The shortest line that base64 is folded to.
const FOLDED: usize = 60;
const LEFT_OUT: [&str; 8] = [
    "apiVersion",
    "kind",
    "metadata.name",
    "metadata.namespace",
    "spec.encryptedData",
    "spec.template.metadata.name",
    "spec.template.metadata.namespace",
    "spec.template.type",
];

#[cfg(test)]
mod tests {
    use signet_document::{Limits, read};
    use signet_plaintext::Plaintext;

    use super::*;

    fn found(value: &str, text: &str) -> Option<String> {
        let mut secret = Secret::default();
        secret
            .data
            .insert("key".to_owned(), Plaintext::from(value.as_bytes().to_vec()));
        let document = read(text.as_bytes(), &Limits::default()).next()?.ok()?;
        find(text.as_bytes(), &document, &secret).map(|visible| match visible.place {
            Place::Line(line) => line.to_string(),
            Place::Field(field) => field,
        })
    }

    #[test]
    fn in_comments() {
        for (value, text) in [
            ("s3cr3t", "a: 1\nb: 2 # was s3cr3t\n"),
            ("s3cr3t\n", "a: 1\n#s3cr3t\n"),
            ("s3cr3t", "a: 1\n# czNjcjN0\n"),
            ("first\na line that is long\n", "a: 1\n  # a line that is long\n"),
        ] {
            assert_eq!(found(value, text).as_deref(), Some("2"), "{text:?}");
        }
    }

    #[test]
    fn in_fields() {
        assert_eq!(found("0123456789", "a: {b: x 0123456789}\n").as_deref(), Some("a.b"));
        assert_eq!(
            found("0123456789", "{\"a\": [\"MDEyMzQ1Njc4OQ==\"]}").as_deref(),
            Some("a.0")
        );
    }

    #[test]
    fn chance_is_no_finding() {
        for (value, text) in [
            ("abc", "a: 1 # abc\n"),
            ("postgres", "a: postgres\n"),
            (
                "0123456789",
                "spec: {encryptedData: {a: 0123456789}}\nmetadata: {name: x0123456789}\n",
            ),
            ("s3cr3t", "a: x#s3cr3t\n"),
            ("-----BEGIN X-----\nabc\n", "a: 1 # -----BEGIN X-----\n"),
            ("", "a: 1 # \n"),
        ] {
            assert_eq!(found(value, text), None, "{text:?}");
        }
    }
}
