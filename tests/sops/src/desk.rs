use std::{collections::BTreeMap, fs};

use crate::{Complaint, Document, Fault, Format, Kind, Outcome, Program, damage};

/// A folder in which documents are crossed.
pub struct Desk<'p> {
    theirs: &'p Program,
    pub(crate) ours: &'p Program,
    pub(crate) folder: tempfile::TempDir,
}

impl<'p> Desk<'p> {
    /// A desk for two programs.
    ///
    /// # Errors
    ///
    /// If there can be no folder.
    pub fn new(theirs: &'p Program, ours: &'p Program) -> Result<Self, Fault> {
        Ok(Self {
            theirs,
            ours,
            folder: tempfile::tempdir()?,
        })
    }

    /// Both encrypt the document, and both decrypt what each has written. Of each third document `number` says how its file is damaged too.
    ///
    /// # Errors
    ///
    /// If a program cannot be run at all.
    pub fn cross(&self, document: &Document, number: u64) -> Result<Option<Complaint>, Fault> {
        match self.compare(document, number) {
            Ok(()) => Ok(None),
            Err(Stop::Complaint(complaint)) => Ok(Some(*complaint)),
            Err(Stop::Fault(fault)) => Err(fault),
        }
    }

    fn compare(&self, document: &Document, number: u64) -> Result<(), Stop> {
        let config = document.rule.config(RECIPIENT);
        fs::write(self.folder.path().join(".sops.yaml"), config).map_err(Fault::from)?;
        let [theirs, ours] = self.encrypted(document)?;
        if document.is_refused {
            return Ok(());
        }
        let normal = self.decrypted(document, Step::Theirs, &theirs)?;
        let crossed = self.decrypted(document, Step::Ours, &ours)?;
        // Both plaintexts are real sops': what differs was lost when ours encrypted.
        if values(document.format, &normal.stdout) != values(document.format, &crossed.stdout)
            && !self.have_same_values(document, &normal.stdout, &crossed.stdout)?
        {
            return Err(Complaint::new(Kind::Values, "what each encrypted", &normal, &crossed).into());
        }
        if let Some(file) = damage::damaged(&theirs, number) {
            self.decrypted(document, Step::Damaged, &file)?;
        }
        Ok(())
    }

    /// What each has made of the document; nothing, where both refuse it.
    fn encrypted(&self, document: &Document) -> Result<[Vec<u8>; 2], Stop> {
        let [theirs, ours] = self.both("encrypt", document, "plain", &document.text())?;
        let kind = if theirs.code != ours.code {
            Kind::EncryptCode
        } else if (theirs.code == Some(0)) == document.is_refused {
            Kind::Generator
        } else if !is_as_encrypted(&theirs.stdout, &ours.stdout) || document.is_refused && theirs.stdout != ours.stdout
        {
            Kind::Encrypted
        } else {
            return Ok([theirs.stdout, ours.stdout]);
        };
        Err(Complaint::new(kind, "encrypting", &theirs, &ours).into())
    }

    /// What real sops makes of a file, where ours makes the same of it.
    fn decrypted(&self, document: &Document, step: Step, file: &[u8]) -> Result<Outcome, Stop> {
        let [theirs, ours] = self.both("decrypt", document, step.name(), file)?;
        let has_failed = theirs.code != Some(0);
        let kind = match step {
            // A panic is nothing to be held to (sops-quirks 2).
            Step::Damaged if theirs.stderr.starts_with("panic: ") => return Ok(theirs),
            Step::Theirs if has_failed => Kind::Quirk,
            Step::Ours if has_failed => Kind::DecryptCode,
            _ if theirs.code != ours.code => Kind::DecryptCode,
            _ if self.are_same(document, &theirs.stdout, &ours.stdout)? => return Ok(theirs),
            _ => Kind::Plaintext,
        };
        let said = format!(
            "decrypting the file `{}`\n{}",
            step.name(),
            String::from_utf8_lossy(file)
        );
        Err(Complaint::new(kind, &said, &theirs, &ours).into())
    }

    /// Whether two plaintexts are the same byte for byte, or, where ours has kept a layout that real sops has not, once real sops has laid out
    /// both. No comment may be missing.
    fn are_same(&self, document: &Document, theirs: &[u8], ours: &[u8]) -> Result<bool, Fault> {
        if theirs == ours {
            return Ok(true);
        }
        // What looks like a comment may be a line of a text, which need not be a line in another layout.
        let ours_in_line = in_line(ours);
        let has_all = comments(document.format, theirs).all(|comment| ours_in_line.contains(&in_line(comment)));
        Ok(has_all && self.have_same_values(document, theirs, ours)?)
    }

    /// Whether two plaintexts are the same, comments apart, once real sops has laid out both.
    fn have_same_values(&self, document: &Document, theirs: &[u8], ours: &[u8]) -> Result<bool, Fault> {
        // In YAML, real sops moves a comment from list to list, each time that it writes it. JSON has none.
        let layouts = match document.format {
            Format::Yaml => &[None, Some("json")][..],
            _ => &[None],
        };
        for layout in layouts {
            let laid_out = |plaintext: &[u8]| match layout {
                Some(_) => self.laid_out(document, &finite(plaintext), *layout),
                None => self.laid_out(document, plaintext, None),
            };
            let again = laid_out(theirs)?;
            // What it wrote itself, it does not read as it was.
            let is_quirk = layout.is_none()
                && again
                    .as_deref()
                    .is_none_or(|again| again != values(document.format, theirs));
            if is_quirk || again.is_some() && again == laid_out(ours)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The lines of a plaintext as real sops writes them; none where it cannot.
    fn laid_out(
        &self,
        document: &Document,
        plaintext: &[u8],
        layout: Option<&str>,
    ) -> Result<Option<Vec<Vec<u8>>>, Fault> {
        let output: Vec<_> = layout
            .into_iter()
            .flat_map(|layout| ["--output-type", layout])
            .collect();
        let mut text = plaintext.to_vec();
        for (verb, output) in [("encrypt", &[][..]), ("decrypt", &output)] {
            let name = format!("again.{}", document.format.extension());
            fs::write(self.folder.path().join(&name), &text)?;
            let arguments = [&[verb], output, &[&name]].concat();
            let outcome = self.theirs.run(self.folder.path(), IDENTITY, &arguments)?;
            if outcome.code != Some(0) {
                return Ok(None);
            }
            text = outcome.stdout;
        }
        let lines = values(document.format, &text);
        Ok(Some(lines.into_iter().map(<[u8]>::to_vec).collect()))
    }

    fn both(&self, verb: &str, document: &Document, name: &str, text: &[u8]) -> Result<[Outcome; 2], Fault> {
        let name = format!("{name}.{}", document.format.extension());
        fs::write(self.folder.path().join(&name), text)?;
        let run = |program: &Program| program.run(self.folder.path(), IDENTITY, &[verb, &name]);
        Ok([run(self.theirs)?, run(self.ours)?])
    }
}

/// Why a crossing goes no further.
enum Stop {
    Complaint(Box<Complaint>),
    Fault(Fault),
}

impl From<Complaint> for Stop {
    fn from(complaint: Complaint) -> Self {
        Self::Complaint(Box::new(complaint))
    }
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// Which file is decrypted.
#[derive(Clone, Copy)]
enum Step {
    /// The one that real sops wrote.
    Theirs,
    /// The one that ours wrote.
    Ours,
    /// The one that real sops wrote, changed.
    Damaged,
}

impl Step {
    fn name(self) -> &'static str {
        match self {
            Self::Theirs => "theirs",
            Self::Ours => "ours",
            Self::Damaged => "damaged",
        }
    }
}

/// The plaintext with another number for each that JSON does not have.
fn finite(plaintext: &[u8]) -> Vec<u8> {
    let mut text = String::from_utf8_lossy(plaintext).into_owned();
    for number in [".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN"] {
        text = text.replace(number, ".5");
    }
    text.into_bytes()
}

/// The lines of a plaintext without comments: real sops moves those, and again each time.
fn values(format: Format, plaintext: &[u8]) -> Vec<&[u8]> {
    let lines = plaintext.split(|&byte| byte == b'\n');
    lines.filter(|line| !is_comment(format, line)).collect()
}

/// The texts of the comments that have a line of their own.
fn comments(format: Format, plaintext: &[u8]) -> impl Iterator<Item = &[u8]> {
    let lines = plaintext.split(|&byte| byte == b'\n');
    lines
        .filter(move |line| is_comment(format, line))
        .map(|line| line.trim_ascii().get(1..).unwrap_or_default().trim_ascii())
}

fn is_comment(format: Format, line: &[u8]) -> bool {
    match format {
        Format::Json | Format::Binary => false,
        _ => matches!(line.trim_ascii_start().first(), Some(b'#' | b';')),
    }
}

/// The words of a text, with a blank between them.
fn in_line(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether the same is encrypted. Ours keeps comments that real sops loses, never the other way.
fn is_as_encrypted(theirs: &[u8], ours: &[u8]) -> bool {
    let [mut theirs, mut ours] = [types(theirs), types(ours)];
    let [their_comments, our_comments] =
        [&mut theirs, &mut ours].map(|types| types.remove("comment").unwrap_or_default());
    theirs == ours && their_comments <= our_comments
}

/// How many encrypted values there are of each type. Where they stand is not compared: the layout of an encrypted file is free.
fn types(encrypted: &[u8]) -> BTreeMap<String, usize> {
    let text = String::from_utf8_lossy(encrypted);
    let mut types = BTreeMap::new();
    for value in text.split("ENC[AES256_GCM,").skip(1) {
        let kind = value.split_once(",type:").and_then(|(_, rest)| rest.split_once(']'));
        *types
            .entry(kind.map_or("none", |(kind, _)| kind).to_owned())
            .or_default() += 1;
    }
    types
}

/// An identity for tests, which opens nothing else.
pub(crate) const IDENTITY: &str = "AGE-SECRET-KEY-1K0ZESUUECJSC6DEUSZXEF4A8HMQLWV3JAPN726L6H72ZFF6XUYZQ84LZQ7";
pub(crate) const RECIPIENT: &str = "age1fmhvl6k38yzn29z8l6apc6jpnf9ccadtxnrh4qa63na2hx05c99q23r0fh";
