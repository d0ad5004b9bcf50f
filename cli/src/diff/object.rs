//! The Secrets and SealedSecrets of a text, in a form that can be compared.

use std::collections::BTreeMap;

use signet_api::{Reading, Scope, SealedSecret, Secret, base64, manifest};
use signet_document::{Document, write_json};
use signet_plaintext::Plaintext;
use signet_seal::{label, open_value};
use signet_sealing_keys::PrivateKey;

use crate::io::input::{DocumentError, Input};

/// Everything in one text.
#[derive(Default)]
pub(super) struct Side {
    /// By namespace and name.
    pub(super) objects: BTreeMap<(String, String), Object>,
    /// The documents of other kinds, as JSON.
    pub(super) others: Vec<zeroize::Zeroizing<String>>,
}

/// A Secret or a SealedSecret.
pub(super) struct Object {
    pub(super) items: BTreeMap<String, Item>,
    /// What is not secret, under the name by which a person is told of it.
    pub(super) metadata: BTreeMap<String, String>,
    label: Vec<u8>,
}

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
                    Object::sealed(sealed),
                )
            }
            Some("Secret") => {
                let secret = Secret::from_document(document, Reading::AsKubeseal).map_err(malformed)?;
                (
                    secret.namespace().to_owned(),
                    secret.name().to_owned(),
                    Object::plain(secret),
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
    fn sealed(sealed: SealedSecret) -> Self {
        let label = label(sealed.scope(), sealed.namespace(), sealed.name());
        let template = sealed.spec.template.unwrap_or_default();
        let mut metadata = BTreeMap::new();
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
        }
    }

    fn plain(secret: Secret) -> Self {
        let label = label(Scope::Strict, secret.namespace(), secret.name());
        let mut metadata = BTreeMap::new();
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
        }
    }

    /// The value of an item of this object, with one of the keys; nothing where none opens it.
    pub(super) fn open(&self, item: &Item, keys: &[&PrivateKey]) -> Option<Plaintext> {
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

fn describe(metadata: &mut BTreeMap<String, String>, what: &str, entries: Option<BTreeMap<String, String>>) {
    let entries = entries.unwrap_or_default().into_iter();
    metadata.extend(entries.map(|(name, text)| (format!("{what} {name}"), text)));
}

fn with_kind(
    mut metadata: BTreeMap<String, String>,
    kind: &str,
    type_: Option<String>,
    immutable: Option<bool>,
) -> BTreeMap<String, String> {
    metadata.insert("kind".to_owned(), kind.to_owned());
    metadata.insert("type".to_owned(), type_.unwrap_or_else(|| "Opaque".to_owned()));
    metadata.insert("immutable".to_owned(), immutable.unwrap_or_default().to_string());
    metadata
}
