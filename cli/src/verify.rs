//! `signet verify`: the defects of a tree of sealed files, most of them told without a private key.
//!
//! ```text
//! paths → texts → check (pure: rules over documents) → findings → text, JSON, SARIF or JUnit, and the exit code
//! ```

mod arguments;
mod check;
mod ciphertext;
mod encrypted;
mod error;
mod finding;
mod online;
mod output;
mod plaintext;
mod rule;
mod sealed;
mod unreadable;

use std::{cmp::Reverse, collections::BTreeSet, path::PathBuf};

use jiff::Timestamp;
use signet_api::Scope;
use signet_document::Position;
use signet_sealing_keys::{Certificate, PrivateKey};

pub(crate) use arguments::VerifyArguments;
pub(crate) use error::VerifyError;

use crate::{
    documents::Sessions,
    io::{
        certificate,
        cluster::Service,
        input::{Input, Source},
        keys,
        output::write_stdout,
        parallel, tree,
    },
    report::{Error, Errors, Outcome, note_terminal, say},
};
use check::{Demands, check};
use finding::{Finding, Findings};
pub(crate) use output::Style;
use output::count;
#[cfg(test)]
pub(crate) use rule::ALL;
use rule::{
    CERTIFICATE_EXPIRED, CIPHERTEXT_MALFORMED, CIPHERTEXT_NOT_BASE64, DOES_NOT_OPEN, MALFORMED_DOCUMENT,
    MALFORMED_MANIFEST, Rule, Severity, TEMPLATED, UNREADABLE,
};

/// `signet verify`.
pub(crate) struct Verify {
    paths: Vec<PathBuf>,
    certificates: Vec<certificate::Source>,
    keys: Vec<PathBuf>,
    scopes: Vec<Scope>,
    ignored: Vec<&'static Rule>,
    /// Whether to open what sops has encrypted.
    is_decrypting: bool,
    /// In the place of each .sops.yaml.
    config: Option<PathBuf>,
    is_strict: bool,
    /// The controller to ask.
    online: Option<Box<Service>>,
    style: Style,
}

/// A file and what was found in it.
struct Checked {
    name: String,
    findings: Findings,
    /// The text, where it is still needed.
    input: Option<Input>,
}

/// What [`open_all`] tried.
pub(crate) struct Opened {
    pub(crate) objects: usize,
    pub(crate) items: usize,
    /// Items that do not open.
    pub(crate) unopened: usize,
    /// What cannot be tried.
    pub(crate) unchecked: usize,
}

/// Opens every item below some paths with the keys, and shows each that does not open, or that cannot be tried.
///
/// # Errors
/// Why a path cannot be read, or the report cannot be written.
pub(crate) fn open_all(paths: &[PathBuf], keys: Vec<PrivateKey>, style: Style) -> Result<Opened, Errors> {
    let (sources, errors) = tree::sources(paths);
    errors.into_iter().collect::<Errors>().into_result()?;
    let demands = Demands {
        keys,
        is_sealed_only: true,
        ..Demands::default()
    };
    let mut files = parallel::map(&sources, |source| check_source(source, &demands, false));
    for file in &mut files {
        file.findings
            .found
            .retain(|finding| UNOPENED.contains(&finding.rule) || UNCHECKED.contains(&finding.rule));
    }
    write_stdout(style.render(&files).as_bytes()).map_err(Error::from)?;
    let sum = |number: fn(&Checked) -> usize| files.iter().map(number).sum();
    let count = |rules: &[&Rule]| {
        let found = files.iter().flat_map(|file| &file.findings.found);
        found.filter(|finding| rules.contains(&finding.rule)).count()
    };
    Ok(Opened {
        objects: sum(|file| file.findings.objects),
        items: sum(|file| file.findings.items),
        unopened: count(&UNOPENED),
        unchecked: count(&UNCHECKED),
    })
}

impl Verify {
    /// Reports every defect of every file, and whether there are any that count.
    ///
    /// # Errors
    /// Why a path, a certificate or a key cannot be read, or the report cannot be written.
    pub(crate) fn run(&self) -> Result<Outcome, Errors> {
        let keys = keys::load(&self.keys).map_err(|errors| errors.into_iter().collect::<Errors>())?;
        let (sources, errors) = tree::sources(&self.paths);
        errors.into_iter().collect::<Errors>().into_result()?;
        let (certificates, mut files) = self.load_certificates()?;
        let demands = Demands {
            certificates,
            scopes: self.scopes.clone(),
            keys,
            is_sealed_only: false,
        };
        let sessions = Sessions::new(self.config.clone());
        let work = |source: &Source| self.check_source(source, &demands, &sessions);
        files.extend(match self.is_decrypting {
            // One after the other: it may ask for a passphrase.
            true => sources.iter().map(work).collect(),
            false => parallel::map(&sources, work),
        });
        let others = self.check_others(&sources, &sessions)?;
        let looked_at = sources.len() + others.len();
        files.extend(others);
        for file in &mut files {
            let is_counted = |finding: &Finding| !self.ignored.contains(&finding.rule);
            file.findings.found.retain(is_counted);
        }
        if let Some(service) = &self.online {
            online::check(service, &mut files).map_err(Error::from)?;
        }

        let text = self.style.render(&files);
        write_stdout(text.as_bytes()).map_err(Error::from)?;
        let (errors, warnings) = (count(&files, Severity::Error), count(&files, Severity::Warning));
        if self.style == Style::Text {
            let objects: usize = files.iter().map(|file| file.findings.objects).sum();
            let items: usize = files.iter().map(|file| file.findings.items).sum();
            let documents: usize = files.iter().map(|file| file.findings.documents).sum();
            let documents = match documents {
                0 => String::new(),
                count => format!(", {count} files of sops"),
            };
            say(&format!(
                "{looked_at} files, {objects} SealedSecrets, {items} items{documents}: {errors} errors, {warnings} warnings"
            ));
        }
        if errors > 0 || (self.is_strict && warnings > 0) {
            Ok(Outcome::Found)
        } else {
            Ok(Outcome::Done)
        }
    }

    /// Looks at a text as a manifest and as a file of sops.
    fn check_source(&self, source: &Source, demands: &Demands, sessions: &Sessions) -> Checked {
        let mut checked = check_source(source, demands, true);
        if let (Source::File(path), Some(input)) = (source, &checked.input) {
            encrypted::check(sessions, self.is_decrypting, path, input.text(), &mut checked.findings);
        }
        if self.online.is_none() {
            checked.input = None;
        }
        checked
    }

    /// Looks at the files that are no manifests and that sops may have encrypted.
    fn check_others(&self, manifests: &[Source], sessions: &Sessions) -> Result<Vec<Checked>, Errors> {
        let (all, errors) = tree::all_sources(&self.paths);
        errors.into_iter().collect::<Errors>().into_result()?;
        let manifests: BTreeSet<_> = manifests.iter().filter_map(Source::path).collect();
        let mut found = Vec::new();
        for path in all.iter().filter_map(Source::path) {
            if manifests.contains(path) || !encrypted::may_be_encrypted(sessions, path) {
                continue;
            }
            let mut checked = Checked {
                name: path.display().to_string(),
                findings: Findings::default(),
                input: None,
            };
            match Input::read(&Source::File(path.to_owned())) {
                Ok(input) => {
                    encrypted::check(sessions, self.is_decrypting, path, input.text(), &mut checked.findings);
                }
                Err(error) => checked
                    .findings
                    .push(&UNREADABLE, Position::default(), error.to_string()),
            }
            if checked.findings.documents > 0 || !checked.findings.found.is_empty() {
                found.push(checked);
            }
        }
        Ok(found)
    }

    /// The certificates, newest first, and what is wrong with them.
    fn load_certificates(&self) -> Result<(Vec<Certificate>, Vec<Checked>), Errors> {
        let mut loaded = Vec::new();
        let mut errors = Errors::default();
        for source in &self.certificates {
            match source.load() {
                Ok(certificate) => loaded.push((source, certificate)),
                Err(error) => errors.push(error),
            }
        }
        errors.into_result()?;
        let now = Timestamp::now();
        loaded.sort_by_key(|(_, certificate)| (certificate.is_expired(now), Reverse(certificate.not_before())));
        // Who gives older ones knows that they are.
        let expired = loaded.iter().take(1).filter(|(_, newest)| newest.is_expired(now));
        let found = expired.map(|(source, certificate)| {
            let mut findings = Findings::default();
            let message = format!(
                "the certificate expired on {}",
                certificate.not_after().strftime("%Y-%m-%d")
            );
            let hint = "the controller serves its newest one: signet cert --pem";
            findings.push_with_hint(&CERTIFICATE_EXPIRED, Position::default(), message, hint);
            Checked {
                name: source.place(),
                findings,
                input: None,
            }
        });
        let found = found.collect();
        Ok((loaded.into_iter().map(|(_, certificate)| certificate).collect(), found))
    }
}

/// Reads a text and looks at it; it is kept where it is needed again.
fn check_source(source: &Source, demands: &Demands, is_kept: bool) -> Checked {
    note_terminal(source, "manifests as YAML or JSON");
    match Input::read(source) {
        Ok(input) => Checked {
            name: input.name().to_owned(),
            findings: check(input.text(), demands),
            input: is_kept.then_some(input),
        },
        Err(error) => {
            let mut findings = Findings::default();
            findings.push(&UNREADABLE, Position::default(), error.to_string());
            Checked {
                name: error.path.display().to_string(),
                findings,
                input: None,
            }
        }
    }
}

/// The rules whose findings are items that do not open.
static UNOPENED: [&Rule; 3] = [&CIPHERTEXT_MALFORMED, &CIPHERTEXT_NOT_BASE64, &DOES_NOT_OPEN];

/// The rules whose findings leave open whether something opens.
static UNCHECKED: [&Rule; 4] = [&MALFORMED_DOCUMENT, &MALFORMED_MANIFEST, &TEMPLATED, &UNREADABLE];
