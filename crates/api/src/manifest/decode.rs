//! Reading one field, with its path and place.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde_json::Value as Json;
use signet_document::{Document, Format, Mapping, Node, Value};
use zeroize::Zeroizing;

use super::{
    Reading,
    error::{Fault, ManifestError},
};

/// A node with the way that led to it.
#[derive(Clone)]
pub(super) struct Field<'a> {
    pub(super) node: &'a Node,
    pub(super) path: String,
    pub(super) reading: Reading,
}

impl<'a> Field<'a> {
    /// The whole of a document. Strict reading refuses repeated keys anywhere in it, and either those of JSON whose contents Go would merge.
    pub(super) fn root(document: &'a Document, reading: Reading) -> Result<Self, ManifestError> {
        let merges = |path: &str| document.format == Format::Json && MERGED.contains(&path);
        let mut duplicates = document.duplicates().into_iter();
        match duplicates.find(|twice| reading == Reading::Strict || merges(&twice.path)) {
            Some(twice) => Err(ManifestError::new(
                twice.second,
                twice.path,
                Fault::DuplicateKey { first: twice.first },
            )),
            None => Ok(Self {
                node: &document.root,
                path: String::new(),
                reading,
            }),
        }
    }

    /// The field of that name; none where it is absent. Kubeseal takes `Data` for `data`; strict reading refuses that, and so does either
    /// where both stand there: Go merges what is in them, and one alone would be a Secret without the other's items.
    pub(super) fn get(&self, name: &'static str) -> Result<Option<Self>, ManifestError> {
        let Some(mapping) = self.mapping()? else {
            return Ok(None);
        };
        let meant: Vec<_> = mapping
            .entries()
            .filter(|(key, _)| key.name.eq_ignore_ascii_case(name))
            .collect();
        let is_tolerated = self.reading == Reading::AsKubeseal && meant.len() == 1;
        match meant.iter().find(|(key, _)| key.name != name) {
            Some((key, _)) if !is_tolerated => Err(ManifestError::new(
                key.position,
                self.join(&key.name),
                Fault::FieldCase { expected: name },
            )),
            _ => Ok(meant.first().map(|(_, node)| self.child(name, node))),
        }
    }

    /// The fields of a mapping; none for null.
    pub(super) fn entries(&self) -> Result<Vec<(&'a str, Self)>, ManifestError> {
        let entries = self.mapping()?.into_iter().flat_map(Mapping::entries);
        entries
            .map(|(key, node)| match self.reading {
                Reading::Strict if key.converted => Err(ManifestError::new(
                    key.position,
                    self.join(&key.name),
                    Fault::ConvertedKey,
                )),
                _ => Ok((key.name.as_str(), self.child(&key.name, node))),
            })
            .collect()
    }

    /// Text. Kubeseal reads any scalar as text; strict reading takes only what is text already.
    pub(super) fn text(&self) -> Result<Zeroizing<String>, ManifestError> {
        let text = self.node.as_text().ok_or_else(|| self.wrong_type("text"))?;
        match self.node.value {
            Value::String(_) => Ok(text),
            _ if self.reading == Reading::AsKubeseal => Ok(text),
            _ => Err(self.fault(Fault::Ambiguous { kind: self.node.kind() })),
        }
    }

    /// Text, or nothing for null and for empty text.
    pub(super) fn optional_text(&self) -> Result<Option<String>, ManifestError> {
        if matches!(self.node.value, Value::Null) {
            return Ok(None);
        }
        Ok(Some(self.text()?.to_string()).filter(|text| !text.is_empty()))
    }

    /// A boolean, or nothing for null.
    pub(super) fn boolean(&self) -> Result<Option<bool>, ManifestError> {
        match self.node.value {
            Value::Null => Ok(None),
            Value::Bool(value) => Ok(Some(value)),
            _ => Err(self.wrong_type("a boolean")),
        }
    }

    /// A mapping of texts; nothing for null.
    pub(super) fn texts(&self) -> Result<Option<BTreeMap<String, String>>, ManifestError> {
        let entries = self.entries()?;
        let texts: Result<BTreeMap<_, _>, _> = entries
            .into_iter()
            .map(|(key, field)| Ok((key.to_owned(), field.text()?.to_string())))
            .collect();
        Ok(Some(texts?).filter(|texts| !texts.is_empty()))
    }

    /// The object's metadata. Nobody's values stand in it but those of labels and annotations.
    pub(super) fn metadata(&self) -> Result<ObjectMeta, ManifestError> {
        let Json::Object(mut fields) = self.json()? else {
            return match self.node.value {
                Value::Null => Ok(ObjectMeta::default()),
                _ => Err(self.wrong_type("a mapping")),
            };
        };
        for name in ["labels", "annotations"] {
            let texts = self.get(name)?.map(|field| field.texts()).transpose()?.flatten();
            set(
                &mut fields,
                name,
                texts.map(|texts| texts.into_iter().map(|(key, text)| (key, Json::from(text))).collect()),
            );
        }
        for name in [
            "name",
            "generateName",
            "namespace",
            "selfLink",
            "uid",
            "resourceVersion",
        ] {
            let text = self
                .get(name)?
                .map(|field| field.optional_text())
                .transpose()?
                .flatten();
            set(&mut fields, name, text.map(Json::from));
        }
        serde_json::from_value(Json::Object(fields)).map_err(|_| self.fault(Fault::Malformed))
    }

    /// The node as JSON, for parts that hold no secret.
    pub(super) fn json(&self) -> Result<Json, ManifestError> {
        Ok(match &self.node.value {
            Value::Null => Json::Null,
            Value::Bool(value) => Json::from(*value),
            Value::Integer(value) => i64::try_from(*value)
                .map(Json::from)
                .unwrap_or_else(|_| Json::from(*value as f64)),
            Value::Float(value) => Json::from(*value),
            Value::String(text) => Json::from(text.as_str()),
            Value::Sequence(nodes) => {
                let fields = nodes
                    .iter()
                    .enumerate()
                    .map(|(index, node)| self.child(&index.to_string(), node).json());
                Json::Array(fields.collect::<Result<_, _>>()?)
            }
            Value::Mapping(_) => {
                let fields = self
                    .entries()?
                    .into_iter()
                    .map(|(key, field)| Ok((key.to_owned(), field.json()?)));
                Json::Object(fields.collect::<Result<_, ManifestError>>()?)
            }
        })
    }

    /// Strict reading: the object must say that it is one of `kind`.
    pub(super) fn expect_kind(&self, api_version: &'static str, kind: &'static str) -> Result<(), ManifestError> {
        if self.reading == Reading::AsKubeseal {
            return Ok(());
        }
        for (name, expected) in [("apiVersion", api_version), ("kind", kind)] {
            let found = self.get(name)?;
            if found
                .as_ref()
                .and_then(|field| field.node.as_text())
                .is_none_or(|text| *text != *expected)
            {
                let at = found.map_or(self.node.position, |field| field.node.position);
                return Err(ManifestError::new(at, name, Fault::Kind { expected }));
            }
        }
        Ok(())
    }

    pub(super) fn fault(&self, fault: Fault) -> ManifestError {
        let path = if self.path.is_empty() { "document" } else { &self.path };
        ManifestError::new(self.node.position, path, fault)
    }

    pub(super) fn wrong_type(&self, expected: &'static str) -> ManifestError {
        self.fault(Fault::WrongType {
            expected,
            found: self.node.kind(),
        })
    }

    fn mapping(&self) -> Result<Option<&'a Mapping>, ManifestError> {
        match &self.node.value {
            Value::Mapping(mapping) => Ok(Some(mapping)),
            Value::Null => Ok(None),
            _ => Err(self.wrong_type("a mapping")),
        }
    }

    fn child(&self, name: &str, node: &'a Node) -> Self {
        Self {
            node,
            path: self.join(name),
            reading: self.reading,
        }
    }

    fn join(&self, name: &str) -> String {
        if self.path.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.path)
        }
    }
}

/// Puts a field in place of whatever spelling of it stands there.
fn set(fields: &mut serde_json::Map<String, Json>, name: &str, value: Option<Json>) {
    fields.retain(|key, _| !key.eq_ignore_ascii_case(name));
    if let Some(value) = value {
        fields.insert(name.to_owned(), value);
    }
}

/// Objects that Go's JSON reader fills twice where they stand twice.
const MERGED: [&str; 5] = [
    "data",
    "metadata",
    "metadata.annotations",
    "metadata.labels",
    "stringData",
];
