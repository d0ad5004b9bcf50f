use std::fmt;

use crate::{Document, Outcome};

/// What is wrong with a document's crossing.
pub struct Complaint {
    /// Which of the comparisons it is.
    pub kind: Kind,
    /// What each of the two did.
    pub detail: String,
}

/// The comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The exit codes of encryption differ.
    EncryptCode,
    /// The one encrypts what the other does not, or as another type.
    Encrypted,
    /// The exit codes of decryption differ, or neither can read what ours wrote.
    DecryptCode,
    /// The plaintexts differ.
    Plaintext,
    /// Real sops reads other values in what ours wrote than in what it wrote itself.
    Values,
    /// Real sops refuses what the generator takes for good, or takes what it takes for bad.
    Generator,
    /// Real sops cannot read what it wrote: a quirk that the generator has to leave out.
    Quirk,
}

impl Complaint {
    pub(crate) fn new(kind: Kind, step: &str, theirs: &Outcome, ours: &Outcome) -> Self {
        let side = |outcome: &Outcome| {
            let stdout = String::from_utf8_lossy(&outcome.stdout);
            format!("exit code {:?}\n{stdout}{}", outcome.code, outcome.stderr)
        };
        Self {
            kind,
            detail: format!("{step}\n-- theirs: {}\n-- ours: {}", side(theirs), side(ours)),
        }
    }

    /// The complaint with its document, to be printed.
    pub fn of<'a>(&'a self, document: &'a Document) -> impl fmt::Display + 'a {
        fmt::from_fn(move |f| {
            writeln!(f, "{:?}: {}", self.kind, self.detail)?;
            writeln!(f, "-- the document: {:?}, {:?}", document.format, document.rule)?;
            f.write_str(&String::from_utf8_lossy(&document.text()))
        })
    }
}
