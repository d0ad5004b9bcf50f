//! Compares with what Go's own code reads and writes: `vectors/README.md` tells how the files were made.
#![allow(clippy::panic, clippy::unwrap_used, reason = "tests may panic")]

use serde_json::{Map, Number, Value as Json};
use signet_document::{Limits, Node, Value, read, write_json, write_yaml};

#[test]
fn scalars_are_read_as_go_reads_them() {
    check_reading(include_str!("vectors/read-scalars.jsonl"), "json", tree);
    check_reading(include_str!("vectors/read-scalars.jsonl"), "text", |vector| {
        let node = only_document(yaml(vector).as_bytes())?;
        let Value::Mapping(mapping) = node.value else {
            return None;
        };
        mapping.get("v")?.as_text().map(|text| text.as_str().into())
    });
}

#[test]
fn keys_are_read_as_go_reads_them() {
    check_reading(include_str!("vectors/read-keys.jsonl"), "json", tree);
}

#[test]
fn documents_are_read_as_go_reads_them() {
    check_reading(include_str!("vectors/read-documents.jsonl"), "json", tree);
}

#[test]
fn yaml_is_written_as_go_writes_it() {
    check_writing(include_str!("vectors/write-yaml.jsonl"), |node| {
        write_yaml(node).to_string()
    });
}

#[test]
fn json_is_written_as_go_writes_it() {
    check_writing(include_str!("vectors/write-json.jsonl"), |node| {
        write_json(node).to_string()
    });
}

fn check_reading(vectors_text: &str, field: &str, ours: impl Fn(&Json) -> Option<Json>) {
    let mut wrong = Vec::new();
    for vector in vectors(vectors_text) {
        let expected = vector.get(field).map(plain_numbers);
        let ours = ours(&vector);
        if (ours != expected) != DIFFERENCES.contains(&yaml(&vector)) {
            wrong.push(format!("{:?}: {ours:?} instead of {expected:?}", yaml(&vector)));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

fn tree(vector: &Json) -> Option<Json> {
    documents(yaml(vector).as_bytes())?
        .first()
        .map_or(Some(Json::Null), to_json)
}

fn check_writing(vectors_text: &str, write: impl Fn(&Node) -> String) {
    let mut wrong = Vec::new();
    for vector in vectors(vectors_text) {
        let Some(node) = only_document(format!("{{\"\": {}}}", vector["json"]).as_bytes()) else {
            wrong.push(format!("{}: not read", vector["json"]));
            continue;
        };
        let Value::Mapping(mapping) = &node.value else {
            panic!("a mapping")
        };
        let written = mapping.get("").map(&write).unwrap_or_default();
        if written != vector["text"] {
            wrong.push(format!("{}: {written:?} instead of {}", vector["json"], vector["text"]));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

fn vectors(text: &str) -> impl Iterator<Item = Json> {
    text.lines().map(|line| serde_json::from_str(line).unwrap())
}

fn yaml(vector: &Json) -> &str {
    vector["yaml"].as_str().unwrap()
}

fn documents(bytes: &[u8]) -> Option<Vec<Node>> {
    read(bytes, &Limits::default())
        .map(|document| document.ok().map(|document| document.root))
        .collect()
}

fn only_document(bytes: &[u8]) -> Option<Node> {
    documents(bytes)?.into_iter().next()
}

/// The value as JSON, which has no infinities: Go gives an error for them.
fn to_json(node: &Node) -> Option<Json> {
    Some(match &node.value {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::Bool(*value),
        Value::Integer(value) => Json::from(*value as f64),
        Value::Float(value) => Json::Number(Number::from_f64(*value)?),
        Value::String(text) => Json::String(text.to_string()),
        Value::Sequence(items) => items.iter().map(to_json).collect::<Option<Vec<_>>>()?.into(),
        Value::Mapping(mapping) => {
            let entries = mapping
                .entries()
                .map(|(key, value)| Some((key.name.clone(), to_json(value)?)));
            entries.collect::<Option<Map<_, _>>>()?.into()
        }
    })
}

/// All numbers as floating point, as JSON's own readers may choose.
fn plain_numbers(json: &Json) -> Json {
    match json {
        Json::Number(number) => number.as_f64().into(),
        Json::Array(items) => items.iter().map(plain_numbers).collect(),
        Json::Object(entries) => entries
            .iter()
            .map(|(key, value)| (key.clone(), plain_numbers(value)))
            .collect::<Map<_, _>>()
            .into(),
        other => other.clone(),
    }
}

/// Texts that this crate reads differently on purpose, or that its parser of YAML 1.2 reads differently.
const DIFFERENCES: &[&str] = &[
    // Go gives errors; there is but one way to read them.
    "18446744073709551614: a\n",
    "18446744073709551615: v\n",
    "9223372036854775808: v\n",
    "0xFFFFFFFFFFFFFFFF: v\n",
    "0b1111111111111111111111111111111111111111111111111111111111111111: v\n",
    "01777777777777777777777: v\n",
    // YAML 1.2 allows what 1.1 does not: other versions, tabs before a key at the top, more characters in flow collections.
    "%YAML 1.2\n---\na: b\n",
    "\ta: b\n",
    "\ta: v\n",
    "{x: :y}\n",
    "[::]\n",
    "{a?: b}\n",
    "[a?b]\n",
    "{a: b?}\n",
    // YAML 1.2 allows all of JSON's escapes.
    "{\"a\": \"\\u00e9\\ud83d\\ude00\"}\n",
    "{\"a\": \"x\\/y\"}\n",
    "v: \"\\e\\a\\b\\0\\v\\_\\N\\L\\P\\/\"\n",
    "\"\\e\\a\\b\\0\\v\\_\\N\\L\\P\\/\": v\n",
    "v: \"\\ud83d\\ude00\"\n",
    "\"\\ud83d\\ude00\": v\n",
    // YAML 1.2 has no line breaks beyond LF and CR.
    "v: a\u{85}b\n",
    "v: \"a\u{85}b\"\n",
    "v: a\u{2028}b\n",
    "a\u{85}b: v\n",
    "\"a\u{85}b\": v\n",
    "a\u{2028}b: v\n",
    // The name of an anchor goes up to the next blank in YAML 1.2.
    "&: v\n",
    "&a: v\n",
    // YAML 1.2 forbids these.
    "[-]\n",
    "[-, a]\n",
    // Go stops reading in the middle of the text and says nothing.
    "\"a\":b\n",
    "[]: v\n",
    "{}: v\n",
    "|\n  text\n: v\n",
    "|-\n  text\n: v\n",
    "|+\n  text\n\n: v\n",
    ">\n  a\n  b\n\n  c\n: v\n",
    "|2\n   text\n: v\n",
    ">\n  yes\n: v\n",
    "|\n\n  a\n: v\n",
    // Go replaces the bytes.
    "a: !!binary /w==\n",
];
