use std::path::{Path, PathBuf};

use jiff::Timestamp;
use signet_api::{SealedSecret, Secret};
use signet_document::{Document, Position, Value};
use signet_sealing_keys::Certificate;

use super::{
    Marks, Overrides,
    convert::{convert, is_sealed},
    visible::{self, Place},
};
use crate::{
    io::{
        certificate,
        input::{DocumentError, Input, Source},
        output::{Target, write_stdout},
        replace::Mode,
        sealed_file::kind,
        tree,
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
        say(&format!(
            "sealed {} in {}",
            counted(sealed.0, "Secret"),
            counted(sealed.1, "file")
        ));
        errors.into_result().map(|()| Outcome::Done)
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
                match self.read(path, is_folder) {
                    Ok(file) => found.extend(file),
                    Err(faults) => faults.into_iter().for_each(|fault| errors.push(fault)),
                }
            }
        }
        found
    }

    /// The Secrets of a file. One that was found in a folder may have none.
    fn read(&self, path: PathBuf, is_from_folder: bool) -> Result<Option<Found>, Vec<Error>> {
        let input = Input::read(&Source::File(path.clone())).map_err(|error| vec![error.into()])?;
        let documents: Result<Vec<_>, _> = input.documents().collect();
        let documents = match documents {
            Ok(documents) => documents,
            Err(error) if is_from_folder && !has_kind_secret(input.text()) => {
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
        if secrets.is_empty() && faults.is_empty() && !is_from_folder {
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
                let document = editor.documents().get(*document);
                if let Some(visible) = document.and_then(|document| visible::find(&text, document, secret)) {
                    return Err(Error::Visible {
                        place: match visible.place {
                            Place::Line(line) => format!("{}, line {line} of the result", file.input.name()),
                            Place::Field(field) => format!("{}: {field}", file.input.name()),
                        },
                        key: visible.key,
                    });
                }
            }
        }
        let target = Target::new(Some(self.target(&file.path)), Mode::Kept);
        Ok(target.write(&text)?)
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
        Some("Secret") => mapping.get("sops").is_none(),
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

/// Whether a line of a text that cannot be read says `kind: Secret`.
fn has_kind_secret(text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(text);
    text.lines().any(|line| {
        let (key, value) = line.split_once(':').unwrap_or_default();
        let bare = |text: &str| text.trim_matches(|c: char| !c.is_ascii_alphanumeric()).to_owned();
        bare(key).ends_with("kind") && bare(value.split('#').next().unwrap_or_default()) == "Secret"
    })
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
