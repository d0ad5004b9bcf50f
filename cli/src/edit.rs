//! `signet edit`: the plaintext of a sealed file in an editor.

mod editor;

use std::{collections::BTreeMap, path::PathBuf};

use clap::Args;
use jiff::Timestamp;
use signet_api::{ObjectMeta, Reading, SealedSecret, Secret};
use signet_document::{Document, Node, Value, write_yaml};
use signet_plaintext::Plaintext;
use signet_seal::{UnsealError, label, open_value, seal_value};
use signet_sealing_keys::{Certificate, PrivateKey};
use zeroize::Zeroizing;

pub(crate) use editor::EditorError;

use crate::documents::{edit_document, is_document};
use crate::{
    arguments::CertificateArguments,
    io::{
        certificate,
        input::Input,
        keys,
        sealed_file::{Sealed, SealedFile},
    },
    report::{Error, Errors, say},
};
use editor::Session;

/// Edit the values of a sealed or encrypted file as plaintext.
///
/// What changed is sealed again, and nothing else of the file changes. The plaintext is in a private folder meanwhile, in memory where the
/// system has such a place, and is wiped in the end. The editor is that of $VISUAL or $EDITOR. A sealed file needs --key; one that sops has
/// encrypted is opened with the keys at hand, and a new one is made for the keys of the .sops.yaml above it.
#[derive(Args)]
#[command(after_help = "Example:
  signet edit --key backup.yaml app.yaml
  signet edit secrets.enc.yaml")]
pub(crate) struct EditArguments {
    /// The manifest of a SealedSecret, YAML or JSON; or a file that sops has encrypted, or a new one.
    file: PathBuf,
    /// A private key: PEM, or the manifest of key Secrets, as YAML or JSON, or of a List of them.
    #[arg(long = "key", value_name = "FILE")]
    keys: Vec<PathBuf>,
    /// The SealedSecret's name, where the file has several.
    #[arg(long)]
    name: Option<String>,
    #[command(flatten)]
    certificate: CertificateArguments,
}

/// `signet edit`.
pub(crate) struct Edit {
    path: PathBuf,
    keys: Vec<PathBuf>,
    name: Option<String>,
    certificate: certificate::Source,
}

impl From<EditArguments> for Edit {
    fn from(arguments: EditArguments) -> Self {
        Self {
            path: arguments.file,
            keys: arguments.keys,
            name: arguments.name,
            certificate: arguments.certificate.into(),
        }
    }
}

impl Edit {
    /// Opens, lets a person edit, and seals what changed.
    ///
    /// # Errors
    /// Every fault of every key file; or the first of anything else. The file is then as it was.
    pub(crate) fn run(&self) -> Result<(), Errors> {
        if is_document(&self.path)? {
            return Ok(edit_document(&self.path)?);
        }
        if self.keys.is_empty() {
            return Err(Error::NoKeyGiven.into());
        }
        let keys = keys::load(&self.keys).map_err(|errors| errors.into_iter().collect::<Errors>())?;
        Ok(self.edit(&keys)?)
    }

    fn edit(&self, keys: &[PrivateKey]) -> Result<(), Error> {
        let file = SealedFile::open(self.path.clone())?;
        let sealed = file.one(self.name.as_deref())?;
        let before = open(&file, &sealed, keys)?;
        // Before anybody edits what then cannot be sealed.
        let certificate = self.certificate.load_valid(Timestamp::now())?;
        let session = Session::new(&shown(&sealed.object, &before))?;
        // Saved while the edited text is still there: where that fails, the editor shows it again.
        let changes = session.run(|text| {
            let after = read(&sealed.object, text)?;
            let mut file = SealedFile::again(self.path.clone(), &file)?;
            let changes = change(&mut file, &sealed, &before, &after, &certificate)?;
            file.save().map(|()| changes)
        })?;
        if changes == 0 {
            say("nothing changed");
        }
        Ok(())
    }
}

type Items = BTreeMap<String, Plaintext>;

/// The items' values. No template is rendered: what is edited is what was sealed.
fn open(file: &SealedFile, sealed: &Sealed, keys: &[PrivateKey]) -> Result<Items, Error> {
    let object = &sealed.object;
    let fail = |fault| {
        let start = file
            .editor
            .documents()
            .get(sealed.document)
            .map(|document| document.start);
        Error::Unseal {
            place: format!("{}:{}", file.input.name(), start.unwrap_or_default()),
            fault,
        }
    };
    if object.spec.data.is_some() {
        return Err(fail(UnsealError::DeprecatedData));
    }
    let label = label(object.scope(), object.namespace(), object.name());
    let candidates: Vec<_> = keys.iter().collect();
    let (mut items, mut faults) = (Items::new(), BTreeMap::new());
    for (key, item) in &object.spec.encrypted_data {
        match open_value(item, &candidates, &label) {
            Ok((value, _)) => drop(items.insert(key.clone(), value)),
            Err(fault) => drop(faults.insert(key.clone(), fault)),
        }
    }
    if faults.is_empty() {
        Ok(items)
    } else {
        Err(fail(UnsealError::Items(faults)))
    }
}

/// What a person edits: a Secret, with its texts as texts.
fn shown(object: &SealedSecret, items: &Items) -> Zeroizing<String> {
    let mut texts = Vec::new();
    let mut rest = described(object);
    for (key, value) in items {
        match std::str::from_utf8(value.expose()) {
            Ok(text) => texts.push((key.clone(), Node::string(text))),
            Err(_) => drop(rest.data.insert(key.clone(), Plaintext::from(value.expose().to_vec()))),
        }
    }
    let secret = write_yaml(&rest.to_node());
    let texts = write_yaml(&Node::mapping([("stringData", Node::mapping(texts))]));
    let mut shown = Zeroizing::new(String::with_capacity(HEADER.len() + secret.len() + texts.len()));
    for part in [HEADER, secret.as_str(), texts.as_str()] {
        shown.push_str(part);
    }
    shown
}

/// What is shown beside the values.
fn described(object: &SealedSecret) -> Secret {
    Secret {
        metadata: ObjectMeta {
            name: object.metadata.name.clone(),
            namespace: object.metadata.namespace.clone(),
            ..ObjectMeta::default()
        },
        ..Secret::default()
    }
}

/// The values of an edited text.
fn read(object: &SealedSecret, text: Zeroizing<Vec<u8>>) -> Result<Items, Error> {
    let input = Input::new("the edited text".to_owned(), text);
    let documents: Vec<_> = input.documents().collect::<Result<_, _>>()?;
    let [document] = documents.as_slice() else {
        return Err(Error::NoDocuments {
            input: input.name().to_owned(),
            kind: "Secret",
        });
    };
    let secret = Secret::from_document(document, Reading::Strict).map_err(|error| input.malformed(&error))?;
    if !is_same_but_items(document, object) {
        let message = "only what is below data and stringData can be edited here";
        let hint = "change the rest in the sealed file itself; its name, namespace and scope are bound to the values";
        return Err(input.refused(document, message, Some(hint)).into());
    }
    match secret.data.keys().find(|key| !signet_api::is_data_key(key)) {
        Some(key) => Err(input
            .refused(document, format!("{key:?} is no key for a Secret"), None)
            .into()),
        None => Ok(secret.data),
    }
}

/// Whether nothing but the values is other than what was shown.
fn is_same_but_items(document: &Document, object: &SealedSecret) -> bool {
    let rest = |node: &Node| match &node.value {
        Value::Mapping(mapping) => {
            let entries = mapping.entries().map(|(key, node)| (key.name.clone(), node.copy()));
            let entries = entries.filter(|(key, _)| !["data", "stringData"].contains(&key.as_str()));
            let mut entries: Vec<_> = entries.collect();
            entries.sort_by(|(a, _), (b, _)| a.cmp(b));
            write_yaml(&Node::mapping(entries))
        }
        _ => Zeroizing::default(),
    };
    *rest(&document.root) == *rest(&described(object).to_node())
}

/// Seals what is new or another, and removes what is gone; how many items that were.
fn change(
    file: &mut SealedFile,
    sealed: &Sealed,
    before: &Items,
    after: &Items,
    certificate: &Certificate,
) -> Result<usize, Error> {
    let object = &sealed.object;
    let label = label(object.scope(), object.namespace(), object.name());
    let is_same = |key: &String, value: &Plaintext| before.get(key).is_some_and(|old| old.same(value));
    let mut items = Vec::new();
    for (key, value) in after.iter().filter(|(key, value)| !is_same(key, value)) {
        items.push((key.as_str(), Node::string(seal_value(value, certificate, &label)?)));
    }
    let entries: Vec<_> = items.iter().map(|(key, item)| (*key, item)).collect();
    let set = file
        .editor
        .set_all(sealed.document, &["spec", "encryptedData"], &entries);
    set.map_err(|error| file.refused(&error))?;
    let gone: Vec<_> = before.keys().filter(|key| !after.contains_key(*key)).collect();
    for key in &gone {
        let removed = file.editor.remove(sealed.document, &["spec", "encryptedData", key]);
        removed.map_err(|error| file.refused(&error))?;
    }
    Ok(items.len() + gone.len())
}

const HEADER: &str =
    "# What you change below is sealed when you close the editor. Values that are no text are under data, in base64.\n";
