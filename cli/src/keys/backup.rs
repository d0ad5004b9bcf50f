//! `signet keys backup` and `signet keys restore`: all keys in one file that only its recipients can open.

use std::path::{Path, PathBuf};

use signet_api::{ObjectMeta, Secret, annotations};
use signet_document::Format;
use signet_sealing_keys::PrivateKey;
use zeroize::Zeroizing;

use super::{
    envelope,
    error::KeysError,
    party,
    stored::{self, Origin, Stored},
};
use crate::{
    io::{
        file,
        input::Input,
        output::{Target, render},
    },
    report::{Error, Errors, say, warn},
};

/// `signet keys backup`.
pub(crate) struct Backup {
    pub(crate) origin: Origin,
    pub(crate) recipients: Vec<String>,
    pub(crate) recipient_files: Vec<PathBuf>,
    pub(crate) target: Target,
}

/// `signet keys restore`.
pub(crate) struct Restore {
    pub(crate) vault: Vault,
    pub(crate) format: Format,
    pub(crate) target: Target,
}

/// A backup and what opens it.
pub(crate) struct Vault {
    pub(crate) backup: PathBuf,
    pub(crate) identities: Vec<PathBuf>,
}

impl Backup {
    /// Encrypts all key Secrets, also those that are retired or malformed: nothing that somebody may need is left out.
    ///
    /// # Errors
    /// Why the recipients or the keys cannot be read, or the result cannot be written.
    pub(crate) fn run(&self) -> Result<(), Errors> {
        let recipients = party::recipients(&self.recipients, &self.recipient_files)?;
        let keys = self.origin.load()?;
        for (stored, _) in &keys {
            if let Err(fault) = &stored.key {
                warn(&format!(
                    "{}: {fault}; it is in the backup as it is",
                    stored.secret.name()
                ));
            }
        }
        let count = keys.len();
        let secrets = keys.into_iter().map(|(stored, _)| portable(stored.secret));
        let nodes: Vec<_> = secrets.map(|secret| secret.to_node()).collect();
        let text = render(&nodes, Format::Yaml);
        let file = envelope::encrypt(text.as_bytes(), &recipients).map_err(KeysError::from)?;
        self.target.write(&file).map_err(Error::from)?;
        say(&format!("{count} keys, for {} recipients", recipients.len()));
        Ok(())
    }
}

impl Restore {
    /// Writes the key Secrets as manifests.
    ///
    /// # Errors
    /// Why the backup does not open, or the result cannot be written.
    pub(crate) fn run(&self) -> Result<(), Errors> {
        if self.target.is_terminal() {
            return Err(KeysError::Terminal.into());
        }
        let nodes: Vec<_> = self
            .vault
            .open()?
            .iter()
            .map(|stored| stored.secret.to_node())
            .collect();
        let text = render(&nodes, self.format);
        Ok(self.target.write(text.as_bytes()).map_err(Error::from)?)
    }
}

impl Vault {
    /// The private keys in the backup.
    ///
    /// # Errors
    /// As [`Restore::run`].
    pub(crate) fn keys(&self) -> Result<Vec<PrivateKey>, Errors> {
        let stored = self.open()?;
        // The certificate may be malformed; what opens is the private key.
        let keys = stored
            .iter()
            .map(|stored| signet_sealing_keys::key_secret::decode_private_key(&stored.secret));
        Ok(keys.filter_map(Result::ok).collect())
    }

    fn open(&self) -> Result<Vec<Stored>, Errors> {
        let identities = party::identities(&self.identities)?;
        let text = self.decrypt(&self.backup, &identities)?;
        let input = Input::new(format!("{} (opened)", self.backup.display()), text);
        let stored = stored::read(&input, false).map_err(|errors| errors.into_iter().collect::<Errors>())?;
        if stored.is_empty() {
            return Err(KeysError::NoKeys(self.backup.display().to_string()).into());
        }
        Ok(stored)
    }

    fn decrypt(&self, path: &Path, identities: &[age::x25519::Identity]) -> Result<Zeroizing<Vec<u8>>, KeysError> {
        envelope::decrypt(&file::read(path)?, identities).map_err(|fault| KeysError::Backup {
            path: path.to_owned(),
            fault,
        })
    }
}

/// A Secret as another cluster would take it: without what the API server notes about an object.
fn portable(mut secret: Secret) -> Secret {
    secret.metadata = ObjectMeta {
        deletion_grace_period_seconds: None,
        deletion_timestamp: None,
        generation: None,
        managed_fields: None,
        owner_references: None,
        resource_version: None,
        self_link: None,
        uid: None,
        ..secret.metadata
    };
    if let Some(all) = &mut secret.metadata.annotations {
        all.retain(|key, _| !annotations::LAST_APPLIED.contains(&key.as_str()));
    }
    secret
}
