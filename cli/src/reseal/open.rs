use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicUsize, Ordering},
};

use signet_api::{Reading, SealedSecret, http::ROTATE};
use signet_document::{Limits, read, write_json};
use signet_seal::{ItemError, UnsealError, label, open_value, seal_value};
use signet_sealing_keys::{Certificate, PrivateKey};

use super::find::{File, Job};
use crate::{
    io::{cluster::Controller, keys::Dated, parallel},
    report::Error,
};

/// The new ciphertexts of an object; those that are as they should be are not among them.
pub(super) type Resealed = Result<BTreeMap<String, String>, Error>;

/// Opens and seals with keys at hand.
pub(super) struct Opener<'a> {
    keys: Vec<&'a PrivateKey>,
    certificate: &'a Certificate,
    /// The place of the key that opened an item last: most are sealed to the same one, and a wrong guess costs as much as a right one.
    last: AtomicUsize,
}

/// One ciphertext, as the work is spread over the cores.
struct Task<'a> {
    job: usize,
    key: &'a str,
    item: &'a str,
    label: Vec<u8>,
    sealed_by: Option<&'a str>,
}

impl<'a> Opener<'a> {
    pub(super) fn new(keys: &'a [Dated], certificate: &'a Certificate) -> Self {
        Self {
            keys: keys.iter().map(|dated| &dated.key).collect(),
            certificate,
            last: AtomicUsize::new(0),
        }
    }

    /// The new ciphertexts of each job of each file, in their order.
    pub(super) fn reseal(&self, files: &[File]) -> Vec<Vec<Resealed>> {
        let jobs: Vec<_> = files.iter().flat_map(|file| &file.jobs).collect();
        let tasks: Vec<_> = jobs
            .iter()
            .enumerate()
            .flat_map(|(index, job)| tasks(index, job))
            .collect();
        let items = parallel::map(&tasks, |task| self.reseal_item(task));
        let mut resealed: Vec<Resealed> = jobs.iter().map(|job| check(job)).collect();
        let mut faults: BTreeMap<usize, BTreeMap<String, ItemError>> = BTreeMap::new();
        for (task, item) in tasks.iter().zip(items) {
            let job = resealed.get_mut(task.job);
            match (job, item) {
                (Some(Ok(items)), Ok(Some(item))) => drop(items.insert(task.key.to_owned(), item)),
                (Some(Ok(_)), Err(ItemFault::Closed(fault))) => {
                    faults.entry(task.job).or_default().insert(task.key.to_owned(), fault);
                }
                (Some(job), Err(ItemFault::Seal(error))) => *job = Err(error),
                _ => {}
            }
        }
        for (index, fault) in faults {
            if let (Some(job), Some(resealed)) = (jobs.get(index), resealed.get_mut(index)) {
                *resealed = Err(unsealed(job, UnsealError::Items(fault)));
            }
        }
        let mut resealed = resealed.into_iter();
        files
            .iter()
            .map(|file| resealed.by_ref().take(file.jobs.len()).collect())
            .collect()
    }

    /// The new ciphertext; nothing where it is sealed to the newest key already.
    fn reseal_item(&self, task: &Task<'_>) -> Result<Option<String>, ItemFault> {
        let mut candidates: Vec<_> = self.keys.clone();
        let last = self
            .last
            .load(Ordering::Relaxed)
            .min(candidates.len().saturating_sub(1));
        let hinted = task
            .sealed_by
            .and_then(|by| candidates.iter().position(|key| key.fingerprint().as_str() == by));
        if let Some(first) = candidates.get_mut(..=hinted.unwrap_or(last)) {
            first.rotate_right(1);
        }
        let (value, by) = open_value(task.item, &candidates, &task.label).map_err(ItemFault::Closed)?;
        if let Some(place) = self.keys.iter().position(|key| key.fingerprint() == by.fingerprint()) {
            self.last.store(place, Ordering::Relaxed);
        }
        if by.fingerprint() == self.certificate.fingerprint() {
            return Ok(None);
        }
        let sealed = seal_value(&value, self.certificate, &task.label);
        sealed.map(Some).map_err(|error| ItemFault::Seal(error.into()))
    }
}

/// Has the controller reseal each job of each file.
pub(super) fn ask(controller: &Controller<'_>, files: &[File]) -> Vec<Vec<Resealed>> {
    let all = files
        .iter()
        .map(|file| file.jobs.iter().map(|job| ask_one(controller, job)).collect());
    all.collect()
}

enum ItemFault {
    Closed(ItemError),
    Seal(Error),
}

fn tasks(index: usize, job: &Job) -> Vec<Task<'_>> {
    let object = &job.sealed.object;
    let label = label(object.scope(), object.namespace(), object.name());
    let items = object.spec.encrypted_data.iter();
    items
        .map(|(key, item)| Task {
            job: index,
            key,
            item,
            label: label.clone(),
            sealed_by: job.sealed_by(),
        })
        .collect()
}

/// No new ciphertexts yet; an error for an object that has its items in another way.
fn check(job: &Job) -> Resealed {
    match job.sealed.object.spec.data {
        Some(_) => Err(unsealed(job, UnsealError::DeprecatedData)),
        None => Ok(BTreeMap::new()),
    }
}

fn ask_one(controller: &Controller<'_>, job: &Job) -> Resealed {
    check(job)?;
    let object = &job.sealed.object;
    let answer = controller.post(ROTATE, &write_json(&object.to_node()));
    let answer = answer.map_err(|refusal| Error::Rotate {
        place: job.place.clone(),
        reason: refusal.to_string(),
    })?;
    let unexpected = || Error::Rotate {
        place: job.place.clone(),
        reason: "the controller's answer is another object".to_owned(),
    };
    let resealed = decode(&answer).ok_or_else(unexpected)?;
    let is_same = resealed.name() == object.name()
        && resealed.namespace() == object.namespace()
        && resealed
            .spec
            .encrypted_data
            .keys()
            .eq(object.spec.encrypted_data.keys());
    if is_same {
        Ok(resealed.spec.encrypted_data)
    } else {
        Err(unexpected())
    }
}

/// The SealedSecret of an answer. Upstream's have neither `kind` nor `apiVersion`.
fn decode(answer: &[u8]) -> Option<SealedSecret> {
    let document = read(answer, &Limits::default()).next()?.ok()?;
    SealedSecret::from_document(&document, Reading::AsKubeseal).ok()
}

fn unsealed(job: &Job, fault: UnsealError) -> Error {
    Error::Unseal {
        place: job.place.clone(),
        fault,
    }
}
