use std::{
    ffi::{OsStr, OsString},
    os::unix::ffi::OsStrExt,
    path::Path,
};

use jiff::Timestamp;
use signet_api::Scope;
use signet_plaintext::Plaintext;
use signet_seal::{label, seal_value};
use zeroize::Zeroizing;

use super::error::Error;
use crate::{
    io::{certificate, file, input::Source, kubeconfig::Connection, output::Target},
    report::say,
};

/// kubeseal `--raw`: one value, without its manifest.
pub(crate) struct Raw {
    /// Of `--from-file`, each a path or `item=path`; none is standard input.
    pub(crate) files: Vec<OsString>,
    pub(crate) certificate: certificate::Source,
    pub(crate) connection: Connection,
    pub(crate) scope: Scope,
    pub(crate) name: Option<String>,
    pub(crate) target: Target,
}

impl Raw {
    /// Writes the ciphertext as base64, without a line end.
    ///
    /// # Errors
    /// The first fault.
    pub(crate) fn run(&self) -> Result<(), Error> {
        let certificate = self.certificate.load_valid(Timestamp::now())?;
        let namespace = match self.scope {
            Scope::ClusterWide => String::new(),
            _ => self.connection.namespace()?.name,
        };
        if self.scope == Scope::Strict && self.name.is_none() {
            return Err(Error::RawName);
        }
        let label = label(self.scope, &namespace, self.name.as_deref().unwrap_or_default());
        let value = Plaintext::from(self.read()?);
        Ok(self
            .target
            .write(seal_value(&value, &certificate, &label)?.as_bytes())?)
    }

    fn read(&self) -> Result<Zeroizing<Vec<u8>>, Error> {
        match self.files.as_slice() {
            [] => {
                if Source::Stdin.is_terminal() {
                    say("(tty detected: expecting a secret to encrypt in stdin)");
                }
                Ok(file::read_stdin()?)
            }
            [file] => {
                let mut parts = file.as_bytes().splitn(2, |byte| *byte == b'=');
                let path = parts
                    .next()
                    .map(|item| parts.next().unwrap_or(item))
                    .unwrap_or_default();
                Ok(file::read(Path::new(OsStr::from_bytes(path)))?)
            }
            _ => Err(Error::ManyFiles),
        }
    }
}
