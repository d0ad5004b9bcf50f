//! SealedSecrets out of manifests and into them.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use signet_document::{Document, Node, Value};

use super::{Reading, decode::Field, encode, error::ManifestError};
use crate::sealed_secret::{SealedSecret, SealedSecretSpec, SecretTemplate};

impl SealedSecret {
    /// The API group and version.
    pub const API_VERSION: &str = "bitnami.com/v1alpha1";

    /// The kind.
    pub const KIND: &str = "SealedSecret";

    /// Reads a SealedSecret. Items that are no text are kept as empty ones, as upstream's decoder keeps them.
    ///
    /// # Errors
    /// [`ManifestError`] with the first fault and its place: a field of the wrong type; and in strict reading another kind of object,
    /// repeated keys and scalars that read as something else than text.
    pub fn from_document(document: &Document, reading: Reading) -> Result<Self, ManifestError> {
        let root = Field::root(document, reading)?;
        if !matches!(root.node.value, Value::Mapping(_)) {
            return Err(root.wrong_type("a mapping"));
        }
        root.expect_kind(Self::API_VERSION, Self::KIND)?;
        let metadata = root
            .get("metadata")?
            .map(|field| field.metadata())
            .transpose()?
            .unwrap_or_default();
        let spec = root
            .get("spec")?
            .map(|field| spec(&field))
            .transpose()?
            .unwrap_or_default();
        Ok(Self {
            metadata,
            spec,
            status: None,
        })
    }

    /// The object as a manifest in kubeseal's layout: Go's order of fields, no status.
    pub fn to_node(&self) -> Node {
        let texts = |texts: &BTreeMap<String, String>| {
            Node::mapping(
                texts
                    .iter()
                    .map(|(key, text)| (key.clone(), Node::string(text.as_str()))),
            )
        };
        let mut spec = vec![("template".to_owned(), template_node(self.spec.template.as_ref()))];
        spec.extend(
            self.spec
                .data
                .as_ref()
                .map(|data| ("data".to_owned(), Node::string(data.as_str()))),
        );
        spec.push(("encryptedData".to_owned(), texts(&self.spec.encrypted_data)));
        Node::mapping([
            ("kind".to_owned(), Node::string(Self::KIND)),
            ("apiVersion".to_owned(), Node::string(Self::API_VERSION)),
            ("metadata".to_owned(), encode::metadata(&self.metadata)),
            ("spec".to_owned(), Node::mapping(spec)),
        ])
    }
}

fn spec(field: &Field<'_>) -> Result<SealedSecretSpec, ManifestError> {
    Ok(SealedSecretSpec {
        template: field.get("template")?.map(|field| template(&field)).transpose()?,
        data: field
            .get("data")?
            .map(|field| field.optional_text())
            .transpose()?
            .flatten(),
        encrypted_data: field
            .get("encryptedData")?
            .map(|field| encrypted_data(&field))
            .transpose()?
            .unwrap_or_default(),
    })
}

fn encrypted_data(field: &Field<'_>) -> Result<BTreeMap<String, String>, ManifestError> {
    let text = |field: Field<'_>| match &field.node.value {
        Value::String(text) => text.to_string(),
        _ => String::new(),
    };
    Ok(field
        .entries()?
        .into_iter()
        .map(|(key, field)| (key.to_owned(), text(field)))
        .collect())
}

fn template(field: &Field<'_>) -> Result<SecretTemplate, ManifestError> {
    Ok(SecretTemplate {
        metadata: field
            .get("metadata")?
            .map(|field| field.metadata())
            .transpose()?
            .unwrap_or_default(),
        type_: field
            .get("type")?
            .map(|field| field.optional_text())
            .transpose()?
            .flatten(),
        immutable: field
            .get("immutable")?
            .map(|field| field.boolean())
            .transpose()?
            .flatten(),
        data: field.get("data")?.map(|field| plain_items(&field)).transpose()?,
    })
}

fn plain_items(field: &Field<'_>) -> Result<BTreeMap<String, Option<String>>, ManifestError> {
    let text = |field: Field<'_>| match field.node.value {
        Value::Null => Ok(None),
        _ => field.text().map(|text| Some(text.to_string())),
    };
    field
        .entries()?
        .into_iter()
        .map(|(key, field)| Ok((key.to_owned(), text(field)?)))
        .collect()
}

fn template_node(template: Option<&SecretTemplate>) -> Node {
    let default = SecretTemplate::default();
    let template = template.unwrap_or(&default);
    let mut fields = vec![("metadata".to_owned(), encode::metadata(&template.metadata))];
    fields.extend(
        template
            .type_
            .as_ref()
            .map(|type_| ("type".to_owned(), Node::string(type_.as_str()))),
    );
    fields.extend(
        template
            .immutable
            .map(|immutable| ("immutable".to_owned(), encode::node(&Json::from(immutable)))),
    );
    fields.extend(template.data.as_ref().map(|data| {
        let items = data
            .iter()
            .map(|(key, text)| (key.clone(), encode::node(&Json::from(text.clone()))));
        ("data".to_owned(), Node::mapping(items))
    }));
    Node::mapping(fields)
}
