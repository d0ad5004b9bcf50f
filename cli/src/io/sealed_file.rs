use std::path::PathBuf;

use signet_api::{Reading, Scope, SealedSecret};
use signet_document::{Document, EditError, Editor, Value};

use super::{
    file,
    input::{DocumentError, Input, Source},
    output::Target,
    replace::Mode,
};
use crate::report::Error;

/// A file of manifests that is edited where it lies: what an edit does not mean stays as it is, byte for byte.
pub(crate) struct SealedFile {
    path: PathBuf,
    pub(crate) input: Input,
    pub(crate) editor: Editor,
}

/// A SealedSecret of a file.
pub(crate) struct Sealed {
    /// Its place among the documents.
    pub(crate) document: usize,
    pub(crate) object: SealedSecret,
}

impl SealedFile {
    /// Reads the file.
    ///
    /// # Errors
    /// It cannot be read.
    pub(crate) fn open(path: PathBuf) -> Result<Self, Error> {
        let input = Input::read(&Source::File(path.clone()))?;
        let editor = input.editor()?;
        Ok(Self { path, input, editor })
    }

    /// The file as `read` once more, without what was edited in that.
    ///
    /// # Errors
    /// It is not what was read any more.
    pub(crate) fn again(path: PathBuf, read: &Self) -> Result<Self, Error> {
        let file = Self::open(path)?;
        if file.input.text() == read.input.text() {
            Ok(file)
        } else {
            Err(Error::ChangedMeanwhile(read.input.name().to_owned()))
        }
    }

    /// The SealedSecrets in it.
    ///
    /// # Errors
    /// The first of them that is malformed, or does not say where its values may be opened.
    pub(crate) fn sealed(&self) -> Result<Vec<Sealed>, DocumentError> {
        let documents = self.editor.documents().iter().enumerate();
        let sealed = documents.filter(|(_, document)| kind(document).as_deref() == Some(SealedSecret::KIND));
        sealed
            .map(|(index, document)| {
                let object = SealedSecret::from_document(document, Reading::Strict)
                    .map_err(|error| self.input.malformed(&error))?;
                self.check(document, &object)?;
                Ok(Sealed {
                    document: index,
                    object,
                })
            })
            .collect()
    }

    /// The one SealedSecret in it, or the one of that name.
    ///
    /// # Errors
    /// There is none, or more than one; or as [`Self::sealed`].
    pub(crate) fn one(&self, name: Option<&str>) -> Result<Sealed, Error> {
        if let Some(document) = self.editor.documents().first() {
            self.input.refuse_list(document)?;
        }
        let mut all = self.sealed()?;
        all.retain(|sealed| name.is_none_or(|name| sealed.object.name() == name));
        let input = || self.input.name().to_owned();
        match (all.pop(), all.is_empty()) {
            (Some(sealed), true) => Ok(sealed),
            (None, _) => Err(Error::NoDocuments {
                input: input(),
                kind: SealedSecret::KIND,
            }),
            _ => Err(Error::ManySealedSecrets(input())),
        }
    }

    /// What is wrong with an edit, with its place.
    pub(crate) fn refused(&self, error: &EditError) -> DocumentError {
        self.input.entangled(error)
    }

    /// Replaces the file by one with the edits.
    ///
    /// # Errors
    /// It cannot be written, or is not what was read any more: what others wrote meanwhile stays.
    pub(crate) fn save(&self) -> Result<(), Error> {
        let text = self.editor.finish().map_err(|error| self.refused(&error))?;
        if *text != *self.input.text() {
            if *file::read(&self.path)? != *self.input.text() {
                return Err(Error::ChangedMeanwhile(self.input.name().to_owned()));
            }
            let target = Target::new(Some(self.path.clone()), Mode::Kept);
            target.write(&text)?;
        }
        Ok(())
    }

    /// Name and namespace go into each ciphertext, so they must be there.
    fn check(&self, document: &Document, object: &SealedSecret) -> Result<(), DocumentError> {
        let missing = match object.scope() {
            Scope::ClusterWide => None,
            _ if object.namespace().is_empty() => Some("metadata.namespace: is missing"),
            Scope::Strict if object.name().is_empty() => Some("metadata.name: is missing"),
            _ => None,
        };
        match missing {
            Some(message) => Err(self.input.refused(document, message, Some(BOUND))),
            None => Ok(()),
        }
    }
}

/// The kind that a document says it is.
pub(crate) fn kind(document: &Document) -> Option<String> {
    match &document.root.value {
        Value::Mapping(mapping) => mapping.get("kind")?.as_text().map(|kind| kind.to_string()),
        _ => None,
    }
}

const BOUND: &str = "the values are bound to it: write the one that the object has in the cluster";
