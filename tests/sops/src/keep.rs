//! What ours keeps of a file that nobody has generated: its bytes.

use std::fs;

use crate::{
    Desk, Fault,
    desk::{IDENTITY, RECIPIENT},
};

impl Desk<'_> {
    /// Encrypts and decrypts a YAML file with ours, as a person does who has it in Git. With all values in the clear it comes back byte for byte.
    /// Encrypted values come back in the quotes that ours gives them, and with those all comes back byte for byte, time and again; and encrypted
    /// over its earlier encryption it leaves that as it was.
    ///
    /// # Errors
    ///
    /// If anything else comes back.
    pub fn keeps(&self, text: &[u8]) -> Result<(), Fault> {
        self.write(".sops.yaml", rule("    encrypted_regex: 'no key is called so'\n"))?;
        is_same("in the clear", &comparable(&self.returned(text)?), &comparable(text))?;
        self.write(".sops.yaml", rule(""))?;
        let once = self.returned(text)?;
        is_same("encrypted and decrypted twice", &self.returned(&once)?, &once)?;
        let encrypted = fs::read(self.folder.path().join(ENCRYPTED))?;
        self.ours(&["encrypt", "--output", ENCRYPTED, PLAIN])?;
        let again = fs::read(self.folder.path().join(ENCRYPTED))?;
        is_same("encrypted over its encryption", &again, &encrypted)
    }

    /// What a text is after it was encrypted, and decrypted in its place.
    fn returned(&self, text: &[u8]) -> Result<Vec<u8>, Fault> {
        let [encrypted, decrypted] = [ENCRYPTED, DECRYPTED].map(|name| self.folder.path().join(name));
        // An earlier encryption there would be kept where it has the same values.
        if encrypted.exists() {
            fs::remove_file(&encrypted)?;
        }
        self.write(PLAIN, text)?;
        self.ours(&["encrypt", "--output", ENCRYPTED, PLAIN])?;
        fs::copy(&encrypted, &decrypted)?;
        self.ours(&["decrypt", "--in-place", DECRYPTED])?;
        Ok(fs::read(decrypted)?)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) -> Result<(), Fault> {
        Ok(fs::write(self.folder.path().join(name), text)?)
    }

    fn ours(&self, arguments: &[&str]) -> Result<(), Fault> {
        let outcome = self.ours.run(self.folder.path(), IDENTITY, arguments)?;
        match outcome.code {
            Some(0) => Ok(()),
            code => Err(format!("{arguments:?}: exit code {code:?}: {}", outcome.stderr).into()),
        }
    }
}

/// A text without what cannot come back: a document without a value is `{}` then, and the last line ends with a line break, as real sops has it;
/// a block that ended without one says so, because lines came behind it.
fn comparable(text: &[u8]) -> Vec<u8> {
    let lines = text.split_inclusive(|&byte| byte == b'\n');
    let mut text = lines.filter(|line| *line != b"{}\n").collect::<Vec<_>>().concat();
    if let Some(at) = text.windows(3).rposition(|header| matches!(header, b"|-\n" | b">-\n")) {
        text.remove(at + 1);
    }
    for end in [b'\n', b'\r'] {
        text.pop_if(|last| *last == end);
    }
    text
}

fn rule(line: &str) -> String {
    format!("creation_rules:\n  - age: {RECIPIENT}\n{line}")
}

/// Whether two texts are the same; where they are not, the first line that differs tells more than both.
fn is_same(what: &str, ours: &[u8], expected: &[u8]) -> Result<(), Fault> {
    if ours == expected {
        return Ok(());
    }
    let lines = |text: &[u8]| -> Vec<String> {
        let lines = text.split(|&byte| byte == b'\n');
        lines.map(|line| String::from_utf8_lossy(line).into_owned()).collect()
    };
    let (ours, expected) = (lines(ours), lines(expected));
    let at = ours
        .iter()
        .zip(&expected)
        .take_while(|(one, other)| one == other)
        .count();
    let line = |lines: &[String]| lines.get(at).cloned();
    let (ours, expected) = (line(&ours), line(&expected));
    Err(format!("{what}, line {}: {ours:?}, not {expected:?}", at + 1).into())
}

const PLAIN: &str = "kept.yaml";
const ENCRYPTED: &str = "kept.enc.yaml";
const DECRYPTED: &str = "kept.dec.yaml";
