use std::path::{Path, PathBuf};

use jiff::Timestamp;
use signet_api::{SealedSecret, Secret};
use signet_document::{Document, Position, Value};
use signet_sealing_keys::Certificate;

use super::{
    Marks, Overrides,
    convert::{convert, is_sealed},
    visible,
};
use crate::{
    io::{
        certificate,
        input::{DocumentError, Input, Source},
        output::{Target, write_stdout},
        replace::Mode,
        sealed_file::{SealedFile, kind},
        sops, tree,
    },
    report::{Error, Errors, Outcome, Progress, say, warn},
};

/// `signet seal` on files where they lie.
pub(crate) struct SealFiles {
    pub(crate) paths: Vec<PathBuf>,
    pub(crate) certificate: certificate::Source,
    pub(crate) overrides: Overrides,
    pub(crate) marks: Marks,
    pub(crate) place: Placing,
    /// Whether values may show in what is left beside the ciphertexts.
    pub(crate) allow_visible: bool,
}

/// Where the result goes.
pub(crate) enum Placing {
    /// To a file of the same name with this before its extension.
    Beside(String),
    /// Nowhere: what would be sealed is reported.
    Check,
    InPlace,
}

/// A file with Secrets in it.
struct Found {
    path: PathBuf,
    input: Input,
    /// Each with its place among the documents.
    secrets: Vec<(usize, Secret)>,
    places: Vec<Position>,
}

impl SealFiles {
    /// Seals each file as a whole or not at all.
    ///
    /// # Errors
    /// Every fault of every file; those without one have been sealed. Or why there is no certificate.
    pub(crate) fn run(&self) -> Result<Outcome, Errors> {
        let mut errors = Errors::default();
        let files = self.find(&mut errors);
        let count: usize = files.iter().map(|file| file.secrets.len()).sum();
        if count > 1 && self.overrides.name.is_some() {
            errors.push(Error::OneNameForMany(count));
            return Err(errors);
        }
        if let Placing::Check = self.place {
            report(&files)?;
            return errors
                .into_result()
                .map(|()| if count > 0 { Outcome::Found } else { Outcome::Done });
        }
        let sealed = if files.is_empty() {
            (0, 0)
        } else {
            let certificate = self.certificate.load_valid(Timestamp::now()).map_err(Error::from)?;
            self.seal(&files, &certificate, &mut errors)
        };
        let result = errors.into_result();
        if result.is_ok() || sealed.0 > 0 {
            say(&format!(
                "sealed {} in {}",
                counted(sealed.0, "Secret"),
                counted(sealed.1, "file")
            ));
        }
        result.map(|()| Outcome::Done)
    }

    /// How many Secrets were sealed, in how many files.
    fn seal(&self, files: &[Found], certificate: &Certificate, errors: &mut Errors) -> (usize, usize) {
        let mut sealed = (0, 0);
        let mut progress = Progress::new("sealing", files.len());
        for file in files {
            match self.seal_file(file, certificate) {
                Ok(()) => sealed = (sealed.0 + file.secrets.len(), sealed.1 + 1),
                Err(error) => errors.push(error),
            }
            progress.step();
        }
        sealed
    }

    fn find(&self, errors: &mut Errors) -> Vec<Found> {
        let mut found = Vec::new();
        for path in &self.paths {
            let is_folder = path.is_dir();
            let (sources, unreadable) = tree::sources(std::slice::from_ref(path));
            unreadable.into_iter().for_each(|error| errors.push(error));
            for source in sources {
                let Source::File(path) = source else {
                    errors.push(Error::StdinInPlace);
                    continue;
                };
                let may_have_none = is_folder || matches!(self.place, Placing::Check);
                match self.read(path, may_have_none) {
                    Ok(file) => found.extend(file),
                    Err(faults) => faults.into_iter().for_each(|fault| errors.push(fault)),
                }
            }
        }
        found
    }

    /// The Secrets of a file. One that was found in a folder, or is to be checked, may have none.
    fn read(&self, path: PathBuf, may_have_none: bool) -> Result<Option<Found>, Vec<Error>> {
        let input = Input::read(&Source::File(path.clone())).map_err(|error| vec![error.into()])?;
        let documents: Result<Vec<_>, _> = input.documents().collect();
        let documents = match documents {
            Ok(documents) => documents,
            Err(error) if may_have_none && !input.names(&["Secret"]) => {
                warn(&format!(
                    "{error}; there seems to be no Secret in it, so it is passed over"
                ));
                return Ok(None);
            }
            Err(error) => return Err(vec![error.into()]),
        };
        let (mut secrets, mut places, mut faults) = (Vec::new(), Vec::new(), Vec::new());
        for (index, document) in documents.iter().enumerate().filter(|(_, document)| is_meant(document)) {
            match self.overrides.read(&input, document) {
                Ok(secret) => {
                    secrets.push((index, secret));
                    places.push(document.start);
                }
                Err(error) => faults.push(error.into()),
            }
        }
        if secrets.is_empty() && faults.is_empty() && !may_have_none {
            faults.push(nothing_to_seal(&input, &documents));
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok((!secrets.is_empty()).then_some(Found {
            path,
            input,
            secrets,
            places,
        }))
    }

    fn seal_file(&self, file: &Found, certificate: &Certificate) -> Result<(), Error> {
        let mut editor = file.input.editor()?;
        for ((document, secret), position) in file.secrets.iter().zip(&file.places) {
            let mut sealed = signet_seal::seal(secret, certificate)?;
            self.marks.apply(&mut sealed, secret, certificate);
            convert(&mut editor, *document, &sealed, self.marks.copy_metadata)
                .map_err(|error| file.input.entangled(&error))?;
            if !is_sealed(&editor, *document, &sealed) {
                return Err(file.input.unsealable(*position).into());
            }
        }
        let text = editor.finish().map_err(|error| file.input.entangled(&error))?;
        if !self.allow_visible {
            for (document, secret) in &file.secrets {
                if let Some(document) = editor.documents().get(*document) {
                    visible::refuse(file.input.name(), &text, document, secret)?;
                }
            }
        }
        self.check_target(file)?;
        let target = Target::new(Some(self.target(&file.path)), Mode::Kept);
        Ok(target.write(&text)?)
    }

    /// That no item is lost where the result goes to another file, which somebody may have added to.
    fn check_target(&self, file: &Found) -> Result<(), Error> {
        let path = self.target(&file.path);
        if matches!(self.place, Placing::InPlace) || !path.exists() {
            return Ok(());
        }
        let old = SealedFile::open(path)?;
        for sealed in old.sealed()? {
            let object = sealed.object;
            let is_same = |secret: &&Secret| (secret.name(), secret.namespace()) == (object.name(), object.namespace());
            let secret = file.secrets.iter().map(|(_, secret)| secret).find(is_same);
            let is_kept = |key: &&String| secret.is_some_and(|secret| secret.data.contains_key(*key));
            if let Some(key) = object.spec.encrypted_data.keys().find(|key| !is_kept(key)) {
                return Err(Error::LostItem {
                    target: old.input.name().to_owned(),
                    name: object.name().to_owned(),
                    key: key.clone(),
                });
            }
        }
        Ok(())
    }

    fn target(&self, path: &Path) -> PathBuf {
        let Placing::Beside(suffix) = &self.place else {
            return path.to_owned();
        };
        let mut name = path.file_stem().unwrap_or_default().to_owned();
        name.push(suffix);
        if let Some(extension) = path.extension() {
            name.push(".");
            name.push(extension);
        }
        path.with_file_name(name)
    }
}

/// Whether a document is a Secret that is not sealed or encrypted yet, or a List, which may hold some.
fn is_meant(document: &Document) -> bool {
    let Value::Mapping(mapping) = &document.root.value else {
        return false;
    };
    match kind(document).as_deref() {
        Some("Secret") => !sops::is_document(&document.root),
        Some(list) if list.ends_with("List") => {
            let items = mapping.get("items").map(|items| &items.value);
            let Some(Value::Sequence(items)) = items else {
                return false;
            };
            list == "SecretList" || items.iter().any(is_secret)
        }
        _ => false,
    }
}

fn is_secret(node: &signet_document::Node) -> bool {
    let Value::Mapping(mapping) = &node.value else {
        return false;
    };
    mapping
        .get("kind")
        .and_then(|kind| kind.as_text())
        .is_some_and(|kind| *kind == "Secret")
}

fn nothing_to_seal(input: &Input, documents: &[Document]) -> Error {
    let sealed = documents
        .iter()
        .find(|document| kind(document).as_deref() == Some(SealedSecret::KIND));
    match sealed {
        Some(document) => input.refused(document, "is sealed already", Some(ALREADY)).into(),
        None => Error::NoDocuments {
            input: input.name().to_owned(),
            kind: "Secret",
        },
    }
}

fn report(files: &[Found]) -> Result<(), Error> {
    let mut lines = String::new();
    for file in files {
        for ((_, secret), place) in file.secrets.iter().zip(&file.places) {
            lines.push_str(&format!(
                "{}:{place}: Secret {} is not sealed\n",
                file.input.name(),
                secret.name()
            ));
        }
    }
    Ok(write_stdout(lines.as_bytes())?)
}

fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}

impl Input {
    fn unsealable(&self, position: Position) -> DocumentError {
        DocumentError {
            input: self.name().to_owned(),
            position,
            message: "cannot be sealed in its place: the result would be another one".to_owned(),
            hint: Some("seal it to standard output instead: signet seal FILE".to_owned()),
            excerpt: None,
        }
    }
}

const ALREADY: &str = "signet set changes an item of it, signet reseal seals it to a newer certificate";
