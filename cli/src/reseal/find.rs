use std::path::{Path, PathBuf};

use signet_api::{SealedSecret, annotations::SEALED_BY, manifest};
use signet_document::{Document, Position};

use crate::{
    io::{
        input::{Input, Source},
        parallel,
        sealed_file::{Sealed, SealedFile, kind},
        tree,
    },
    report::{Error, Errors},
};

/// A file with SealedSecrets in it.
pub(super) struct File {
    pub(super) file: SealedFile,
    pub(super) jobs: Vec<Job>,
}

/// A SealedSecret to reseal.
pub(super) struct Job {
    pub(super) sealed: Sealed,
    /// The file and the line, for messages.
    pub(super) place: String,
}

impl Job {
    /// The fingerprint that its annotation says.
    pub(super) fn sealed_by(&self) -> Option<&str> {
        let annotations = self.sealed.object.metadata.annotations.as_ref();
        annotations?.get(SEALED_BY).map(String::as_str)
    }
}

/// The files with SealedSecrets among the paths. A file that is named itself must have one.
pub(super) fn files(paths: &[PathBuf], errors: &mut Errors) -> Vec<File> {
    let mut named = Vec::new();
    for path in paths {
        let is_folder = path.is_dir();
        let (sources, unreadable) = tree::sources(std::slice::from_ref(path));
        unreadable.into_iter().for_each(|error| errors.push(error));
        for source in sources {
            match source {
                Source::File(path) => named.push((path, is_folder)),
                Source::Stdin => errors.push(Error::StdinInPlace),
            }
        }
    }
    let mut files = Vec::new();
    for found in parallel::map(&named, |(path, is_from_folder)| open(path.clone(), *is_from_folder)) {
        match found {
            Ok(file) => files.extend(file),
            Err(error) => errors.push(error),
        }
    }
    files
}

fn open(path: PathBuf, is_from_folder: bool) -> Result<Option<File>, Error> {
    let file = match SealedFile::open(path.clone()) {
        Ok(file) => file,
        Err(Error::Document(_)) if is_from_folder && !mentions(&path)? => return Ok(None),
        Err(error) => return Err(error),
    };
    refuse_lists(&file)?;
    let sealed = file.sealed()?;
    if sealed.is_empty() && is_from_folder {
        return Ok(None);
    }
    if sealed.is_empty() {
        return Err(Error::NoDocuments {
            input: file.input.name().to_owned(),
            kind: "SealedSecret",
        });
    }
    let start = |document: usize| {
        file.editor
            .documents()
            .get(document)
            .map_or(Position::default(), |found| found.start)
    };
    let place = |sealed: &Sealed| format!("{}:{}", file.input.name(), start(sealed.document));
    let jobs = sealed.into_iter().map(|sealed| Job {
        place: place(&sealed),
        sealed,
    });
    let jobs = jobs.collect();
    Ok(Some(File { file, jobs }))
}

/// Whether a text that cannot be read could be meant to hold SealedSecrets: passed over, they would be left with the old key unnoticed.
fn mentions(path: &Path) -> Result<bool, Error> {
    let text = Input::read(&Source::File(path.to_owned()))?;
    let name = SealedSecret::KIND.as_bytes();
    Ok(text.text().windows(name.len()).any(|part| part == name))
}

/// That no List holds SealedSecrets, which would be left with the old key.
fn refuse_lists(file: &SealedFile) -> Result<(), Error> {
    for document in file.editor.documents() {
        let items = manifest::list_items(document).unwrap_or_default();
        let is_sealed = |item: &Document| kind(item).as_deref() == Some(SealedSecret::KIND);
        if items.iter().any(is_sealed) {
            file.input.refuse_list(document)?;
        }
    }
    Ok(())
}
