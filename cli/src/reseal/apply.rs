use std::sync::Mutex;

use signet_api::annotations::SEALED_BY;
use signet_document::{EditError, Editor, Node};
use signet_sealing_keys::Certificate;

use super::{
    find::{File, Job},
    open::Resealed,
};
use crate::{
    io::parallel,
    report::{Error, Errors, Progress},
};

/// Writes the new ciphertexts into their files, and whose they are where there is a `hint`.
pub(super) fn all(
    files: Vec<File>,
    resealed: Vec<Vec<Resealed>>,
    hint: Option<&Certificate>,
    (objects, written): &mut (usize, usize),
    errors: &mut Errors,
    progress: &mut Progress,
) {
    // Each is taken once; the lock only moves it to the core that does the work.
    let work: Vec<_> = files
        .into_iter()
        .zip(resealed)
        .map(|work| Mutex::new(Some(work)))
        .collect();
    let done = parallel::map(&work, |work| {
        let work = work.lock().ok().and_then(|mut work| work.take());
        work.map_or(Ok(0), |(file, resealed)| one(file, resealed, hint))
    });
    for result in done {
        match result {
            Ok(count) => (*objects, *written) = (*objects + count, *written + usize::from(count > 0)),
            Err(faults) => faults.into_iter().for_each(|fault| errors.push(fault)),
        }
        progress.step();
    }
}

/// How many objects of the file were resealed.
fn one(mut file: File, resealed: Vec<Resealed>, hint: Option<&Certificate>) -> Result<usize, Vec<Error>> {
    let mut faults = Vec::new();
    for (job, resealed) in file.jobs.iter().zip(resealed) {
        match resealed.map(|items| edit(&mut file.file.editor, job, &items, hint)) {
            Ok(Ok(())) => {}
            Ok(Err(error)) => faults.push(file.file.refused(&error).into()),
            Err(error) => faults.push(error),
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    file.file.save().map_err(|error| vec![error])?;
    Ok(file.jobs.len())
}

fn edit(
    editor: &mut Editor,
    job: &Job,
    items: &std::collections::BTreeMap<String, String>,
    hint: Option<&Certificate>,
) -> Result<(), EditError> {
    let document = job.sealed.document;
    let nodes: Vec<_> = items
        .iter()
        .map(|(key, item)| (key.as_str(), Node::string(item.as_str())))
        .collect();
    let entries: Vec<_> = nodes.iter().map(|(key, node)| (*key, node)).collect();
    editor.set_all(document, &["spec", "encryptedData"], &entries)?;
    let annotation = ["metadata", "annotations", SEALED_BY];
    match hint {
        Some(certificate) => {
            let fingerprint = Node::string(certificate.fingerprint().as_str());
            editor.set(document, &annotation, &fingerprint)
        }
        None if job.sealed_by().is_some() => editor.remove(document, &annotation),
        None => Ok(()),
    }
}
