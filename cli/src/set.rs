//! `signet set` and `signet unset`: single items of a sealed file, or values of one that sops has encrypted.

mod item;

use std::{
    ffi::OsString,
    io::{IsTerminal, stderr},
    path::PathBuf,
};

use clap::Args;
use jiff::Timestamp;
use signet_document::Node;
use signet_seal::{label, seal_value};

pub(crate) use item::SetError;

use crate::{
    arguments::CertificateArguments,
    documents::{is_document, set_in_document, unset_in_document},
    io::{certificate, sealed_file::SealedFile},
    report::{Error, Errors, warn},
};
use item::Item;

/// Set items of a sealed file without opening the others, or values of an encrypted one.
///
/// Each item is sealed for the object's own name, namespace and scope. In a file that sops has encrypted, a dot in KEY leads into a mapping that
/// is there, and the keys at hand open the file. Every other byte stays as it is.
#[derive(Args)]
#[command(after_help = "Examples:
  signet set app.yaml password          asks for it, or reads standard input
  signet set app.yaml tls.crt@cert.pem user=admin
  signet set secrets.enc.yaml database.password")]
pub(crate) struct SetArguments {
    /// The manifest of a SealedSecret, YAML or JSON; or a file that sops has encrypted.
    file: PathBuf,
    /// KEY=VALUE, KEY@FILE, or KEY (also KEY=-) for what is typed without being shown, or comes from standard input.
    #[arg(value_name = "KEY[=VALUE|@FILE]", required = true)]
    items: Vec<OsString>,
    /// The SealedSecret's name, where the file has several.
    #[arg(long)]
    name: Option<String>,
    #[command(flatten)]
    certificate: CertificateArguments,
}

/// Remove items of a sealed file, or values of an encrypted one.
///
/// A comment directly above an item and one on its line go with it. Every other byte of the file stays as it is.
///
/// Example: signet unset app.yaml tls.crt
#[derive(Args)]
pub(crate) struct UnsetArguments {
    /// The manifest of a SealedSecret, YAML or JSON; or a file that sops has encrypted.
    file: PathBuf,
    /// The items' keys; in a file that sops has encrypted, a dot leads into a mapping that is there.
    #[arg(value_name = "KEY", required = true)]
    keys: Vec<String>,
    /// The SealedSecret's name, where the file has several.
    #[arg(long)]
    name: Option<String>,
}

/// `signet set`.
pub(crate) struct Set {
    path: PathBuf,
    items: Vec<OsString>,
    name: Option<String>,
    certificate: certificate::Source,
}

/// `signet unset`.
pub(crate) struct Unset {
    path: PathBuf,
    keys: Vec<String>,
    name: Option<String>,
}

impl From<SetArguments> for Set {
    fn from(arguments: SetArguments) -> Self {
        Self {
            path: arguments.file,
            items: arguments.items,
            name: arguments.name,
            certificate: arguments.certificate.into(),
        }
    }
}

impl From<UnsetArguments> for Unset {
    fn from(arguments: UnsetArguments) -> Self {
        Self {
            path: arguments.file,
            keys: arguments.keys,
            name: arguments.name,
        }
    }
}

impl Set {
    /// Sets all of the items or none of them.
    ///
    /// # Errors
    /// Every fault of the arguments; or the first of the file, of a value or of the certificate.
    pub(crate) fn run(&self) -> Result<(), Errors> {
        let items = item::parse(&self.items).map_err(|errors| errors.into_iter().collect::<Errors>())?;
        if stderr().is_terminal() && items.iter().any(Item::is_argument) {
            warn("a value among the arguments ends up in the shell's history; KEY@FILE or KEY alone keeps it out");
        }
        match is_document(&self.path)? {
            true => Ok(self.set_values(&items)?),
            false => match items.iter().position(Item::is_path) {
                Some(index) => Err(Error::from(SetError::Key(index + 1)).into()),
                None => Ok(self.set(&items)?),
            },
        }
    }

    fn set_values(&self, items: &[Item]) -> Result<(), Error> {
        let mut values = Vec::new();
        for item in items {
            values.push((item.key.clone(), item.read()?));
        }
        Ok(set_in_document(&self.path, values)?)
    }

    fn set(&self, items: &[Item]) -> Result<(), Error> {
        let mut file = SealedFile::open(self.path.clone())?;
        let sealed = file.one(self.name.as_deref())?;
        // Before anybody types a secret that is then of no use.
        let certificate = self.certificate.load_valid(Timestamp::now())?;
        let object = &sealed.object;
        let label = label(object.scope(), object.namespace(), object.name());
        let mut ciphertexts = Vec::new();
        for item in items {
            ciphertexts.push(Node::string(seal_value(&item.read()?, &certificate, &label)?));
        }
        let keys = items.iter().map(|item| item.key.as_str());
        let entries: Vec<_> = keys.zip(&ciphertexts).collect();
        let set = file.editor.set_all(sealed.document, &ENCRYPTED_DATA, &entries);
        set.map_err(|error| file.refused(&error))?;
        file.save()
    }
}

impl Unset {
    /// Removes all of the items or none of them.
    ///
    /// # Errors
    /// Every item that is not there; or the first fault of the file.
    pub(crate) fn run(&self) -> Result<(), Errors> {
        if is_document(&self.path)? {
            return Ok(unset_in_document(&self.path, &self.keys)?);
        }
        let mut file = SealedFile::open(self.path.clone())?;
        let sealed = file.one(self.name.as_deref())?;
        let mut errors = Errors::default();
        for key in &self.keys {
            let [spec, items] = ENCRYPTED_DATA;
            if let Err(error) = file.editor.remove(sealed.document, &[spec, items, key]) {
                errors.push(file.refused(&error));
            }
        }
        errors.into_result()?;
        Ok(file.save()?)
    }
}

/// Where a SealedSecret has its items.
const ENCRYPTED_DATA: [&str; 2] = ["spec", "encryptedData"];
