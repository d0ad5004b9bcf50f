//! Secrets out of manifests and into them.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use signet_document::{Document, Node, Value};
use signet_plaintext::Plaintext;
use zeroize::Zeroizing;

use super::{
    Reading,
    decode::Field,
    encode,
    error::{Fault, ManifestError},
};
use crate::{base64, secret::Secret};

impl Secret {
    /// Reads a Secret; `stringData` wins over `data`.
    ///
    /// # Errors
    /// [`ManifestError`] with the first fault and its place: a field of the wrong type, data that is not base64; and in strict reading
    /// another kind of object, repeated keys, unknown fields and scalars that read as something else than text.
    pub fn from_document(document: &Document, reading: Reading) -> Result<Self, ManifestError> {
        let root = Field::root(document, reading)?;
        if !matches!(root.node.value, Value::Mapping(_)) {
            return Err(root.wrong_type("a mapping"));
        }
        root.expect_kind("v1", "Secret")?;
        if reading == Reading::Strict {
            refuse_unknown(&root)?;
        }
        let metadata = root
            .get("metadata")?
            .map(|field| field.metadata())
            .transpose()?
            .unwrap_or_default();
        let type_ = root
            .get("type")?
            .map(|field| field.optional_text())
            .transpose()?
            .flatten();
        let immutable = root
            .get("immutable")?
            .map(|field| field.boolean())
            .transpose()?
            .flatten();
        Ok(Self {
            metadata,
            type_,
            immutable,
            data: items(&root)?,
        })
    }

    /// The Secret as a manifest in Go's order, with its values in base64. The text of the result is the plaintext.
    pub fn to_node(&self) -> Node {
        let data = self.data.iter().map(|(key, value)| {
            let encoded = Zeroizing::new(base64::encode(value.expose()));
            (key.clone(), Node::string(encoded.as_str()))
        });
        let mut fields = vec![
            ("kind".to_owned(), Node::string("Secret")),
            ("apiVersion".to_owned(), Node::string("v1")),
            ("metadata".to_owned(), encode::metadata(&self.metadata)),
        ];
        fields.extend(
            self.immutable
                .map(|immutable| ("immutable".to_owned(), encode::node(&Json::from(immutable)))),
        );
        fields.extend((!self.data.is_empty()).then(|| ("data".to_owned(), Node::mapping(data))));
        fields.extend(
            self.type_
                .as_ref()
                .map(|type_| ("type".to_owned(), Node::string(type_.as_str()))),
        );
        Node::mapping(fields)
    }
}

fn items(root: &Field<'_>) -> Result<BTreeMap<String, Plaintext>, ManifestError> {
    let mut items = BTreeMap::new();
    if let Some(data) = root.get("data")? {
        for (key, field) in data.entries()? {
            items.insert(key.to_owned(), bytes(&field)?);
        }
    }
    if let Some(texts) = root.get("stringData")? {
        for (key, field) in texts.entries()? {
            items.insert(key.to_owned(), Plaintext::from(field.text()?.as_bytes().to_vec()));
        }
    }
    Ok(items)
}

/// A value of `data`: base64, or in Go's JSON a list of byte numbers, or null for no bytes.
fn bytes(field: &Field<'_>) -> Result<Plaintext, ManifestError> {
    match &field.node.value {
        Value::Null => Ok(Plaintext::from(Vec::new())),
        Value::String(text) => base64::decode(text)
            .map(Plaintext::from)
            .map_err(|error| field.fault(Fault::IllegalBase64 { offset: error.offset })),
        Value::Sequence(numbers) => {
            let mut bytes = Zeroizing::new(Vec::with_capacity(numbers.len()));
            for number in numbers {
                let Value::Integer(number) = number.value else {
                    return Err(field.fault(Fault::NotByte));
                };
                bytes.push(u8::try_from(number).map_err(|_| field.fault(Fault::NotByte))?);
            }
            Ok(Plaintext::from(bytes))
        }
        _ => Err(field.wrong_type("base64 text")),
    }
}

/// A misspelt `stringData` would be a Secret without its values.
fn refuse_unknown(root: &Field<'_>) -> Result<(), ManifestError> {
    let unknown = root
        .entries()?
        .into_iter()
        .find(|(name, _)| !FIELDS.iter().any(|known| known.eq_ignore_ascii_case(name)));
    match unknown {
        Some((_, field)) => Err(field.fault(Fault::UnknownField)),
        None => Ok(()),
    }
}

const FIELDS: [&str; 7] = [
    "apiVersion",
    "data",
    "immutable",
    "kind",
    "metadata",
    "stringData",
    "type",
];
