//! What a run says at its end: errors, hints and the exit code. Standard output is data; all of this goes to standard error.

mod excerpt;

use std::{
    io::{IsTerminal, Write, stderr},
    process::ExitCode,
};

use signet_seal::{ItemError, SealError, UnsealError};
use signet_sealing_keys::CertificateError;

use crate::{
    edit::EditorError,
    io::{
        certificate::{FetchError, LoadError},
        cluster::ClusterError,
        file::FileError,
        input::{DocumentError, Source},
        keys::KeyError,
        kubeconfig::KubeconfigError,
        output::OutputError,
    },
    keys::KeysError,
    set::SetError,
    sops,
    verify::VerifyError,
};

pub(crate) use excerpt::Excerpt;

/// Says what went wrong, if anything did, and with which code to end.
pub(crate) fn finish(result: Result<Outcome, Errors>) -> ExitCode {
    let errors = match result {
        Ok(Outcome::Done) => return ExitCode::SUCCESS,
        Ok(Outcome::Found) => return ExitCode::from(FOUND),
        Err(errors) => errors,
    };
    show(&errors);
    errors
        .0
        .first()
        .map_or(ExitCode::SUCCESS, |error| ExitCode::from(exit_code(error)))
}

/// Says what went wrong.
pub(crate) fn show(errors: &Errors) {
    for error in &errors.0 {
        // Several causes of one error are several lines only in upstream's text.
        let text = error.to_string().replace('\n', "; ");
        say(&format!("{} {text}", paint("error:", RED)));
        if let Some(excerpt) = excerpt(error) {
            say(&paint(&excerpt.to_string(), BLUE));
        }
        if let Some(hint) = hint(error) {
            say(&format!("{} {hint}", paint("hint:", CYAN)));
        }
    }
}

/// How a run ended that could do what it was asked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Done,
    /// A check did not pass, or a comparison showed differences.
    Found,
}

/// A line on standard error. Where that is closed, nobody wants to know.
pub(crate) fn say(line: &str) {
    let _ = writeln!(stderr(), "{line}");
}

/// Asks a person at a terminal for something, on the line that they answer on.
pub(crate) fn ask(question: &str) {
    let _ = write!(stderr(), "{question}");
}

/// Says what is remarkable, though nothing failed.
pub(crate) fn warn(message: &str) {
    say(&format!("{} {message}", paint("warning:", YELLOW)));
}

/// Tells a person at a terminal what is waited for.
pub(crate) fn note_terminal(source: &Source, expected: &str) {
    if source.is_terminal() {
        say(&format!("reading {expected} from the terminal; end with Ctrl-D"));
    }
}

/// How far a long run has come, for a person at a terminal.
pub(crate) struct Progress {
    verb: &'static str,
    done: usize,
    total: usize,
    is_shown: bool,
}

impl Progress {
    pub(crate) fn new(verb: &'static str, total: usize) -> Self {
        Self {
            verb,
            done: 0,
            total,
            is_shown: total > 1 && stderr().is_terminal(),
        }
    }

    /// One more is done.
    pub(crate) fn step(&mut self) {
        self.done += 1;
        if self.is_shown {
            let end = if self.done == self.total { "\r\x1b[K" } else { "" };
            ask(&format!("\r{} {}/{}{end}", self.verb, self.done, self.total));
        }
    }
}

/// Everything that was wrong in one run, in the order in which it was found.
#[derive(Default)]
pub(crate) struct Errors(Vec<Error>);

impl Errors {
    pub(crate) fn push(&mut self, error: impl Into<Error>) {
        self.0.push(error.into());
    }

    pub(crate) fn append(&mut self, mut errors: Self) {
        self.0.append(&mut errors.0);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Nothing wrong, or all that was.
    pub(crate) fn into_result(self) -> Result<(), Self> {
        if self.0.is_empty() { Ok(()) } else { Err(self) }
    }
}

impl<E: Into<Error>> From<E> for Errors {
    fn from(error: E) -> Self {
        Self(vec![error.into()])
    }
}

impl<E: Into<Error>> FromIterator<E> for Errors {
    fn from_iter<I: IntoIterator<Item = E>>(errors: I) -> Self {
        Self(errors.into_iter().map(Into::into).collect())
    }
}

/// Why a run failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Certificate(#[from] LoadError),
    #[error("{0}: somebody else has changed it meanwhile, so nothing was written")]
    ChangedMeanwhile(String),
    #[error(transparent)]
    Document(#[from] DocumentError),
    #[error(transparent)]
    Editor(#[from] EditorError),
    #[error(transparent)]
    File(#[from] FileError),
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error(transparent)]
    Keys(#[from] KeysError),
    #[error("{target}: SealedSecret {name} has an item that would be lost: {key}")]
    LostItem { target: String, name: String, key: String },
    #[error("{0}: there are several SealedSecrets in it")]
    ManySealedSecrets(String),
    #[error("--older-than: no key has a date")]
    NoAges,
    #[error("a sealed file opens with a private key alone")]
    NoKeyGiven,
    #[error("{input}: there is no {kind} in it")]
    NoDocuments { input: String, kind: &'static str },
    #[error("--name is one name, and there are {0} Secrets")]
    OneNameForMany(usize),
    #[error(transparent)]
    Output(#[from] OutputError),
    #[error("{place}: the controller did not reseal it: {reason}")]
    Rotate { place: String, reason: String },
    #[error(transparent)]
    Seal(#[from] SealError),
    #[error("cannot read {0}: is a directory")]
    SealFolder(String),
    #[error(transparent)]
    Set(#[from] SetError),
    #[error(transparent)]
    Sops(#[from] sops::Error),
    #[error("standard input is no file that could be changed")]
    StdinInPlace,
    #[error("{place}: {fault}")]
    Unseal { place: String, fault: UnsealError },
    #[error(transparent)]
    Verify(#[from] VerifyError),
    #[error("{place}: the value of {key} would still be seen here, so nothing was sealed")]
    Visible { place: String, key: String },
}

/// The text in a colour, where a person sees it who did not ask for none (no-color.org).
fn paint(text: &str, colour: &str) -> String {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let is_dumb = std::env::var_os("TERM").is_none_or(|terminal| terminal == "dumb");
    if !stderr().is_terminal() || is_set("NO_COLOR") || is_dumb {
        return text.to_owned();
    }
    format!("\u{1b}[{colour}m{text}\u{1b}[0m")
}

fn excerpt(error: &Error) -> Option<&Excerpt> {
    match error {
        Error::Document(error) | Error::Key(KeyError::Document(error)) => error.excerpt.as_deref(),
        _ => None,
    }
}

fn exit_code(error: &Error) -> u8 {
    match error {
        Error::Keys(error) => error.exit_code(),
        Error::Editor(EditorError::Interrupted(_)) | Error::Set(SetError::Interrupted) => INTERRUPTED,
        Error::LostItem { .. }
        | Error::NoAges
        | Error::NoKeyGiven
        | Error::Set(_)
        | Error::ManySealedSecrets(_)
        | Error::OneNameForMany(_)
        | Error::StdinInPlace => WRONG_USE,
        Error::ChangedMeanwhile(_) | Error::Output(_) => UNWRITABLE,
        Error::Rotate { .. } | Error::Verify(_) => UNREACHABLE,
        Error::Sops(error) => match error.exit {
            sops::Exit::CouldNotRetrieveKey => NO_KEY,
            sops::Exit::CouldNotWriteOutputFile => UNWRITABLE,
            sops::Exit::Conflict => FOUND,
            sops::Exit::Usage => WRONG_USE,
            sops::Exit::MacMismatch | sops::Exit::ErrorDecryptingTree => BROKEN,
            _ => MALFORMED,
        },
        Error::Unseal { fault, .. } => match fault {
            UnsealError::Items(items) if items.values().any(|fault| *fault == ItemError::NoKey) => NO_KEY,
            UnsealError::Blob(ItemError::NoKey) => NO_KEY,
            _ => MALFORMED,
        },
        Error::Certificate(LoadError::Fetch(
            FetchError::Bundle { .. } | FetchError::File(_) | FetchError::Scheme { .. },
        )) => MALFORMED,
        Error::Certificate(LoadError::Fetch(_)) => UNREACHABLE,
        _ => MALFORMED,
    }
}

fn hint(error: &Error) -> Option<String> {
    let text = match error {
        Error::Certificate(LoadError::Expired { .. }) => "the controller serves its newest one: signet cert --pem",
        Error::Certificate(LoadError::Malformed { fault, .. }) => certificate_hint(*fault)?,
        Error::Certificate(LoadError::Fetch(FetchError::Bundle { .. })) => "--cluster NAME says whose",
        Error::Certificate(LoadError::Fetch(FetchError::Cluster(error)))
        | Error::Keys(KeysError::Cluster(error))
        | Error::Verify(VerifyError::Cluster(error)) => cluster_hint(error)?,
        Error::ChangedMeanwhile(_) => "do it again, on the file as it is now",
        Error::Document(error) | Error::Key(KeyError::Document(error)) => return error.hint.clone(),
        Error::LostItem { .. } => "signet set changes single items of it; to replace it, remove it first",
        Error::NoAges => "give keys with their certificates, as `signet keys backup` writes them, or leave it out",
        Error::NoKeyGiven => "--key FILE names it; `signet keys backup` writes such files",
        Error::SealFolder(_) => "--in-place seals the Secrets in it where they lie, --suffix in files beside them",
        Error::Set(error) => return error.hint(),
        Error::Sops(error) => return error.hint.clone(),
        Error::Key(KeyError::None(_) | KeyError::NoItem { .. } | KeyError::Item { .. } | KeyError::Key { .. }) => {
            "a key is PEM, or the Secret in which the controller keeps it"
        }
        Error::Keys(error) => error.hint()?,
        Error::ManySealedSecrets(_) => "--name NAME says which of them",
        Error::OneNameForMany(_) => "leave --name out, or seal them one by one",
        Error::Unseal { .. } if exit_code(error) == NO_KEY => {
            "another key, or sealed for another name, namespace or scope: which of these cannot be told"
        }
        Error::Visible { .. } => "remove it there, or give --allow-visible",
        _ => return None,
    };
    Some(text.to_owned())
}

fn certificate_hint(fault: CertificateError) -> Option<&'static str> {
    match fault {
        CertificateError::Malformed | CertificateError::Missing | CertificateError::PrivateKey => {
            Some("a certificate is the PEM text that `signet cert --pem` prints")
        }
        _ => None,
    }
}

fn cluster_hint(error: &ClusterError) -> Option<&'static str> {
    match error {
        ClusterError::Kubeconfig(KubeconfigError::Missing) => {
            Some("give --cert with a file or a URL, or --kubeconfig and --context for the cluster to ask")
        }
        ClusterError::NoService(_) => {
            Some("--controller-namespace and --controller-name say which Service is the controller's")
        }
        _ => None,
    }
}

/// Colours as the terminal's codes (ECMA-48, SGR).
const BLUE: &str = "34";
const CYAN: &str = "1;36";
const RED: &str = "1;31";
const YELLOW: &str = "1;33";

pub(crate) const FOUND: u8 = 1;
pub(crate) const WRONG_USE: u8 = 2;
pub(crate) const MALFORMED: u8 = 3;
const UNWRITABLE: u8 = 4;
pub(crate) const NO_KEY: u8 = 5;
pub(crate) const BROKEN: u8 = 6;
pub(crate) const UNREACHABLE: u8 = 7;
const INTERRUPTED: u8 = 130;

/// What each code means, for the pages about the commands.
#[cfg(test)]
pub(crate) const CODES: [(u8, &str); 9] = [
    (0, "What was asked for is done, and nothing was found."),
    (FOUND, "A check did not pass, or a comparison showed differences."),
    (WRONG_USE, "The command line is wrong."),
    (MALFORMED, "An input cannot be read, or is not what it should be."),
    (UNWRITABLE, "The output cannot be written."),
    (NO_KEY, "No key opens it."),
    (BROKEN, "A backup is damaged, or an encrypted file was changed."),
    (
        UNREACHABLE,
        "The cluster, the controller or a URL does not answer as it should.",
    ),
    (INTERRUPTED, "Interrupted."),
];
