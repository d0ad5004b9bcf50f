//! `signet reseal`: SealedSecrets to the newest certificate, where they lie.

mod apply;
mod find;
mod open;

use std::path::PathBuf;

use clap::Args;
use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};
use signet_api::base64;
use signet_sealing_keys::Certificate;

use crate::{
    arguments::CertificateArguments,
    io::{
        certificate,
        cluster::Service,
        keys::{self, Dated},
        output::write_stdout,
    },
    report::{Error, Errors, Outcome, Progress, say},
};
use find::{File, Job};

/// Seal SealedSecrets to the newest certificate, where they lie.
///
/// Only ciphertexts change, and the annotation that says to which key they were sealed. What it says to be sealed to the newest already is
/// left alone, so a run that was interrupted goes on where it ended. With --key everything happens here; without, the controller is asked.
#[derive(Args)]
#[command(after_help = "Examples:
  signet reseal clusters/prod                                    through the controller
  signet reseal --cert new.pem --key backup.yaml clusters/prod   without a cluster
  signet reseal --check --cert new.pem .                         exits with 1 if anything is sealed to an older one")]
pub(crate) struct ResealArguments {
    /// Manifests, YAML or JSON, and folders of them.
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// A private key that opens them: PEM, or the manifest of key Secrets, as YAML or JSON, or of a List of them.
    #[arg(long = "key", value_name = "FILE")]
    keys: Vec<PathBuf>,
    /// Change nothing; list what is not known to be sealed to the newest certificate, and exit with 1 if there is anything.
    #[arg(long)]
    check: bool,
    /// Leave alone what a key younger than that seals, as in 90d. The ages of keys are those of the certificates beside them in --key.
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    older_than: Option<SignedDuration>,
    /// Leave alone what is sealed to another key than that.
    #[arg(long, value_name = "FINGERPRINT", value_parser = fingerprint)]
    sealed_by: Option<String>,
    /// Write no annotation; one that would not be true any more goes.
    #[arg(long)]
    no_hint: bool,
    #[command(flatten)]
    certificate: CertificateArguments,
}

/// `signet reseal`.
pub(crate) struct Reseal {
    paths: Vec<PathBuf>,
    keys: Vec<PathBuf>,
    check: bool,
    rule: Rule,
    hint: bool,
    certificate: certificate::Source,
    service: Service,
}

/// What is left alone beside what is sealed to the newest certificate.
struct Rule {
    older_than: Option<SignedDuration>,
    sealed_by: Option<String>,
}

impl From<ResealArguments> for Reseal {
    fn from(arguments: ResealArguments) -> Self {
        Self {
            paths: arguments.paths,
            keys: arguments.keys,
            check: arguments.check,
            rule: Rule {
                older_than: arguments.older_than,
                sealed_by: arguments.sealed_by,
            },
            hint: !arguments.no_hint,
            service: arguments.certificate.service(),
            certificate: arguments.certificate.into(),
        }
    }
}

impl Reseal {
    /// Reseals each file as a whole or not at all.
    ///
    /// # Errors
    /// Every fault of every file; those without one have been resealed. Or why there are no keys or no certificate.
    pub(crate) fn run(&self) -> Result<Outcome, Errors> {
        let keys = keys::load_dated(&self.keys).map_err(|errors| errors.into_iter().collect::<Errors>())?;
        if self.rule.older_than.is_some() && keys.iter().all(|dated| dated.since.is_none()) {
            return Err(Error::NoAges.into());
        }
        let mut errors = Errors::default();
        let mut files = find::files(&self.paths, &mut errors);
        let now = Timestamp::now();
        let certificate = self.certificate.load_valid(now).map_err(Error::from)?;
        let all: usize = files.iter().map(|file| file.jobs.len()).sum();
        for file in &mut files {
            file.jobs
                .retain(|job| self.rule.concerns(job, &certificate, &keys, now));
        }
        files.retain(|file| !file.jobs.is_empty());
        let concerned: usize = files.iter().map(|file| file.jobs.len()).sum();
        if self.check {
            list(&files, &certificate)?;
            return errors
                .into_result()
                .map(|()| if concerned > 0 { Outcome::Found } else { Outcome::Done });
        }
        let done = if files.is_empty() {
            (0, 0)
        } else if keys.is_empty() {
            self.through_controller(files, &certificate, &mut errors)?
        } else {
            self.with_keys(files, &certificate, &keys, &mut errors)
        };
        say(&format!(
            "resealed {} of {all} SealedSecrets, in {} files; {} left alone",
            done.0,
            done.1,
            all - concerned
        ));
        errors.into_result().map(|()| Outcome::Done)
    }

    /// How many SealedSecrets were resealed, in how many files.
    fn with_keys(
        &self,
        files: Vec<File>,
        certificate: &Certificate,
        keys: &[Dated],
        errors: &mut Errors,
    ) -> (usize, usize) {
        let opener = open::Opener::new(keys, certificate);
        let mut progress = Progress::new("resealing", files.len());
        let mut done = (0, 0);
        let mut files = files.into_iter().peekable();
        // Written a batch after the other, so that an interrupted run has not worked for nothing.
        while files.peek().is_some() {
            let batch: Vec<File> = files.by_ref().take(BATCH).collect();
            let opened = opener.reseal(&batch);
            apply::all(
                batch,
                opened,
                self.hint.then_some(certificate),
                &mut done,
                errors,
                &mut progress,
            );
        }
        done
    }

    fn through_controller(
        &self,
        files: Vec<File>,
        certificate: &Certificate,
        errors: &mut Errors,
    ) -> Result<(usize, usize), Errors> {
        let controller = self.service.open().map_err(certificate::FetchError::from);
        let controller = controller.map_err(certificate::LoadError::from).map_err(Error::from)?;
        let mut progress = Progress::new("resealing", files.len());
        let mut done = (0, 0);
        for file in files {
            let file = vec![file];
            let opened = open::ask(&controller, &file);
            apply::all(
                file,
                opened,
                self.hint.then_some(certificate),
                &mut done,
                errors,
                &mut progress,
            );
        }
        Ok(done)
    }
}

impl Rule {
    /// Whether an object is to be resealed. It is left alone only where its annotation says so.
    fn concerns(&self, job: &Job, certificate: &Certificate, keys: &[Dated], now: Timestamp) -> bool {
        let Some(by) = job.sealed_by() else { return true };
        if by == certificate.fingerprint().as_str() || self.sealed_by.as_deref().is_some_and(|only| only != by) {
            return false;
        }
        let key = keys.iter().find(|dated| dated.key.fingerprint().as_str() == by);
        match (self.older_than, key.and_then(|dated| dated.since)) {
            (Some(limit), Some(since)) => now.duration_since(since) > limit,
            _ => true,
        }
    }
}

fn list(files: &[File], certificate: &Certificate) -> Result<(), Error> {
    let mut lines = String::new();
    for file in files {
        for job in &file.jobs {
            let by = match job.sealed_by() {
                Some(by) => format!("is sealed to {by}, not to {}", certificate.fingerprint()),
                None => "does not say to which key it is sealed".to_owned(),
            };
            lines.push_str(&format!(
                "{}: SealedSecret {} {by}\n",
                job.place,
                job.sealed.object.name()
            ));
        }
    }
    Ok(write_stdout(lines.as_bytes())?)
}

fn duration(text: &str) -> Result<SignedDuration, String> {
    let span: Result<Span, _> = text.parse();
    let duration = span.and_then(|span| span.to_duration(SpanRelativeTo::days_are_24_hours()));
    duration
        .ok()
        .filter(SignedDuration::is_positive)
        .ok_or_else(|| "is no duration, such as 90d or 12h".to_owned())
}

fn fingerprint(text: &str) -> Result<String, String> {
    let is_whole = |digest: &&str| digest.len() == DIGEST && base64::decode(&format!("{digest}=")).is_ok();
    let digest = text.strip_prefix("SHA256:").filter(is_whole);
    digest
        .map(|_| text.to_owned())
        .ok_or_else(|| format!("is no fingerprint: SHA256: and {DIGEST} characters, as `signet cert` shows it"))
}

/// Characters of a SHA-256 in base64, unpadded.
const DIGEST: usize = 43;
/// Files that are resealed before any of them is written.
const BATCH: usize = 64;
