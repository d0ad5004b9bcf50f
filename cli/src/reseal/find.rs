use std::path::PathBuf;

use signet_api::annotations::SEALED_BY;
use signet_document::Position;

use crate::{
    io::{
        input::Source,
        parallel,
        sealed_file::{Sealed, SealedFile},
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
    let file = match SealedFile::open(path) {
        Ok(file) => file,
        // A template, or something else that nobody meant to be a manifest.
        Err(Error::Document(_)) if is_from_folder => return Ok(None),
        Err(error) => return Err(error),
    };
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
