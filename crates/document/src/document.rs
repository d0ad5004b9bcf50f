use crate::{Node, Position, Value};

/// The notation of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// JSON (RFC 8259): objects one after the other.
    Json,
    /// YAML: documents separated by `---`.
    Yaml,
}

/// One document of a text.
pub struct Document {
    /// The value at the top.
    pub root: Node,
    /// The notation that it was written in.
    pub format: Format,
    /// Where its content starts.
    pub start: Position,
}

/// A key that stands more than once in one mapping. The last one counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duplicate {
    /// The names and indices from the top to the key, joined by dots: `data.password`, `items.0.kind`.
    pub path: String,
    /// Where the overwritten key stands.
    pub first: Position,
    /// Where the key that counts stands.
    pub second: Position,
}

impl Document {
    /// All keys of the document that stand more than once in their mapping.
    pub fn duplicates(&self) -> Vec<Duplicate> {
        let mut found = Vec::new();
        collect(&self.root, "", &mut found);
        found
    }
}

fn collect(node: &Node, path: &str, found: &mut Vec<Duplicate>) {
    match &node.value {
        Value::Sequence(items) => {
            for (index, item) in items.iter().enumerate() {
                collect(item, &join(path, &index.to_string()), found);
            }
        }
        Value::Mapping(mapping) => {
            found.extend(mapping.repeated().iter().map(|key| Duplicate {
                path: join(path, &key.name),
                first: key.first,
                second: key.second,
            }));
            for (key, value) in mapping.entries() {
                collect(value, &join(path, &key.name), found);
            }
        }
        _ => {}
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}
