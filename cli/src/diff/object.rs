//! The Secrets and SealedSecrets of a text, in a form that can be compared.

use std::collections::BTreeMap;

use signet_api::{Reading, Scope, SealedSecret, Secret, base64, manifest};
use signet_document::{Document, Node, Value, write_json};
use signet_plaintext::Plaintext;
use signet_seal::{label, open_value};
use signet_sealing_keys::PrivateKey;
use zeroize::Zeroizing;

use crate::io::input::{DocumentError, Input};

/// Everything in one text.
#[derive(Default)]
pub(super) struct Side {
    /// By namespace and name.
    pub(super) objects: BTreeMap<(String, String), Object>,
    /// The documents of other kinds, as JSON.
    pub(super) others: Vec<Zeroizing<String>>,
}

/// A Secret or a SealedSecret.
pub(super) struct Object {
    pub(super) items: BTreeMap<String, Item>,
    /// What is not secret, under the name by which a person is told of it.
    pub(super) metadata: Fields,
    pub(super) label: Vec<u8>,
    /// Items that were opened when they were read.
    pub(super) opened: BTreeMap<String, Plaintext>,
}

/// What is compared by name alone. A misspelt field could hold a value, so all are wiped.
pub(super) type Fields = BTreeMap<String, Zeroizing<String>>;

/// The value of an item.
pub(super) enum Item {
    Plain(Plaintext),
    /// Base64 of the ciphertext.
    Sealed(String),
}

impl Side {
    /// Reads all of it.
    ///
    /// # Errors
    /// The first document that cannot be read, or whose name stands twice.
    pub(super) fn read(input: &Input) -> Result<Self, DocumentError> {
        let mut side = Self::default();
        for document in input.documents() {
            let document = document?;
            match manifest::list_items(&document) {
                Some(items) => items.iter().try_for_each(|item| side.add(input, item))?,
                None => side.add(input, &document)?,
            }
        }
        Ok(side)
    }

    fn add(&mut self, input: &Input, document: &Document) -> Result<(), DocumentError> {
        let malformed = |error| input.malformed(&error);
        let (namespace, name, object) = match manifest::kind(document).as_deref() {
            Some(SealedSecret::KIND) => {
                let sealed = SealedSecret::from_document(document, Reading::AsKubeseal).map_err(malformed)?;
                (
                    sealed.namespace().to_owned(),
                    sealed.name().to_owned(),
                    Object::sealed(sealed, &document.root),
                )
            }
            Some("Secret") => {
                let secret = Secret::from_document(document, Reading::AsKubeseal).map_err(malformed)?;
                (
                    secret.namespace().to_owned(),
                    secret.name().to_owned(),
                    Object::plain(secret, &document.root),
                )
            }
            _ => {
                self.others.push(write_json(&document.root));
                return Ok(());
            }
        };
        match self.objects.insert((namespace, name.clone()), object) {
            None => Ok(()),
            Some(_) => Err(input.refused(document, format!("{name} stands twice in it"), None)),
        }
    }
}

impl Object {
    fn sealed(sealed: SealedSecret, root: &Node) -> Self {
        let label = label(sealed.scope(), sealed.namespace(), sealed.name());
        let template = sealed.spec.template.unwrap_or_default();
        let mut metadata = Fields::new();
        describe_rest(&mut metadata, "field metadata.", root, &["metadata"], &META);
        describe_rest(
            &mut metadata,
            "field spec.",
            root,
            &["spec"],
            &["data", "encryptedData", "template"],
        );
        let known = ["data", "immutable", "metadata", "type"];
        describe_rest(&mut metadata, "template field ", root, &["spec", "template"], &known);
        let path = ["spec", "template", "metadata"];
        describe_rest(&mut metadata, "template field metadata.", root, &path, &META);
        describe(&mut metadata, "label", sealed.metadata.labels);
        describe(&mut metadata, "annotation", sealed.metadata.annotations);
        describe(&mut metadata, "template label", template.metadata.labels);
        describe(&mut metadata, "template annotation", template.metadata.annotations);
        describe(
            &mut metadata,
            "template item",
            template.data.map(|data| {
                data.into_iter()
                    .map(|(key, text)| (key, text.unwrap_or_default()))
                    .collect()
            }),
        );
        let blob = sealed.spec.data.map(|blob| ("(spec.data)".to_owned(), blob));
        let items = sealed.spec.encrypted_data.into_iter().chain(blob);
        Self {
            items: items.map(|(key, item)| (key, Item::Sealed(item))).collect(),
            metadata: with_kind(metadata, SealedSecret::KIND, template.type_, template.immutable),
            label,
            opened: BTreeMap::new(),
        }
    }

    fn plain(secret: Secret, root: &Node) -> Self {
        let label = label(Scope::Strict, secret.namespace(), secret.name());
        let mut metadata = Fields::new();
        describe_rest(&mut metadata, "template field metadata.", root, &["metadata"], &META);
        describe(&mut metadata, "template label", secret.metadata.labels);
        describe(&mut metadata, "template annotation", secret.metadata.annotations);
        Self {
            items: secret
                .data
                .into_iter()
                .map(|(key, value)| (key, Item::Plain(value)))
                .collect(),
            metadata: with_kind(metadata, "Secret", secret.type_, secret.immutable),
            label,
            opened: BTreeMap::new(),
        }
    }

    /// The value of an item of this object, with one of the keys; nothing where none opens it.
    pub(super) fn open(&self, name: &str, item: &Item, keys: &[&PrivateKey]) -> Option<Plaintext> {
        if let Some(value) = self.opened.get(name) {
            return Some(Plaintext::from(value.expose().to_vec()));
        }
        match item {
            Item::Plain(value) => Some(Plaintext::from(value.expose().to_vec())),
            Item::Sealed(text) => open_value(text, keys, &self.label).ok().map(|(value, _)| value),
        }
    }
}

impl Item {
    /// Whether the text is the same, line ends in base64 apart.
    pub(super) fn is_same_text(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Plain(one), Self::Plain(two)) => one.same(two),
            (Self::Sealed(one), Self::Sealed(two)) => match (base64::decode(one), base64::decode(two)) {
                (Ok(one), Ok(two)) => one == two,
                _ => one == two,
            },
            _ => false,
        }
    }
}

fn describe(fields: &mut Fields, what: &str, entries: Option<BTreeMap<String, String>>) {
    let entries = entries.unwrap_or_default().into_iter();
    fields.extend(entries.map(|(name, text)| (format!("{what} {name}"), text.into())));
}

/// Adds what else stands in the mapping at `path`.
fn describe_rest(fields: &mut Fields, what: &str, root: &Node, path: &[&str], known: &[&str]) {
    let mapping = path.iter().try_fold(root, |node, name| match &node.value {
        Value::Mapping(mapping) => mapping.get(name),
        _ => None,
    });
    let Some(Value::Mapping(mapping)) = mapping.map(|node| &node.value) else {
        return;
    };
    let rest = mapping
        .entries()
        .filter(|(key, node)| !known.contains(&key.name.as_str()) && !matches!(node.value, Value::Null));
    fields.extend(rest.map(|(key, node)| (format!("{what}{}", key.name), write_json(node))));
}

fn with_kind(mut fields: Fields, kind: &str, type_: Option<String>, immutable: Option<bool>) -> Fields {
    let text = |name: &str, text: String| (name.to_owned(), Zeroizing::new(text));
    fields.extend([
        text("kind", kind.to_owned()),
        text("type", type_.unwrap_or_else(|| "Opaque".to_owned())),
        text("immutable", immutable.unwrap_or_default().to_string()),
    ]);
    fields
}

/// The fields of metadata that are told of otherwise, or that say which object it is.
const META: [&str; 4] = ["annotations", "labels", "name", "namespace"];
