use std::{collections::BTreeMap, fs};

use crate::{Complaint, Document, Fault, Kind, Outcome, Program, damage};

/// A folder in which documents are crossed.
pub struct Desk<'p> {
    theirs: &'p Program,
    ours: &'p Program,
    folder: tempfile::TempDir,
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

    /// Both encrypt the document, and both decrypt what each has written; `number` says how a file is damaged that both shall then refuse alike.
    ///
    /// # Errors
    ///
    /// If a program cannot be run at all.
    pub fn cross(&self, document: &Document, number: u64) -> Result<Option<Complaint>, Fault> {
        fs::write(self.folder.path().join(".sops.yaml"), document.rule.config(RECIPIENT))?;
        let [theirs, ours] = self.both("encrypt", document, "plain", &document.text())?;
        let complain = |kind| Ok(Some(Complaint::new(kind, "encrypting", &theirs, &ours)));
        if theirs.code != ours.code {
            return complain(Kind::EncryptCode);
        }
        if (theirs.code == Some(0)) == document.is_refused {
            return complain(Kind::Generator);
        }
        if document.is_refused {
            return Ok(None);
        }
        if types(&theirs.stdout) != types(&ours.stdout) {
            return complain(Kind::Encrypted);
        }
        for (name, file) in [("theirs", &theirs.stdout), ("ours", &ours.stdout)] {
            if let Some(complaint) = self.decrypted(document, name, file, true)? {
                return Ok(Some(complaint));
            }
        }
        match damage::damaged(&theirs.stdout, number) {
            Some(file) => self.decrypted(document, "damaged", &file, false),
            None => Ok(None),
        }
    }

    fn decrypted(
        &self,
        document: &Document,
        name: &str,
        file: &[u8],
        is_good: bool,
    ) -> Result<Option<Complaint>, Fault> {
        let [theirs, ours] = self.both("decrypt", document, name, file)?;
        let kind = if is_good && theirs.code != Some(0) && name == "theirs" {
            Kind::Quirk
        } else if theirs.code != ours.code {
            Kind::DecryptCode
        } else if theirs.stdout != ours.stdout {
            Kind::Plaintext
        } else {
            return Ok(None);
        };
        let step = format!("decrypting the file `{name}`\n{}", String::from_utf8_lossy(file));
        Ok(Some(Complaint::new(kind, &step, &theirs, &ours)))
    }

    fn both(&self, verb: &str, document: &Document, name: &str, text: &[u8]) -> Result<[Outcome; 2], Fault> {
        let name = format!("{name}.{}", document.format.extension());
        fs::write(self.folder.path().join(&name), text)?;
        let run = |program: &Program| program.run(self.folder.path(), IDENTITY, &[verb, &name]);
        Ok([run(self.theirs)?, run(self.ours)?])
    }
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
const IDENTITY: &str = "AGE-SECRET-KEY-1K0ZESUUECJSC6DEUSZXEF4A8HMQLWV3JAPN726L6H72ZFF6XUYZQ84LZQ7";
const RECIPIENT: &str = "age1fmhvl6k38yzn29z8l6apc6jpnf9ccadtxnrh4qa63na2hx05c99q23r0fh";
