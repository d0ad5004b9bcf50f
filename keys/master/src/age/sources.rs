//! Where identities are looked for, and in which order (upstream's `age/keysource.go`).

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::{
    failures::Failures,
    identity::{self, Identity, IdentityError},
    locked_file::{self, LockedFile},
    ssh::{self, SshKeyError, Unlock},
};
use crate::{
    Surroundings,
    command::{CommandError, output_of},
    file::{FileError, LONGEST_FILE, read},
};

/// A place where identities may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    SshFile,
    SshCommand,
    SshHome(&'static str),
    Keys,
    KeyFile,
    KeyCommand,
    Config,
}

/// What a place holds.
pub(super) enum Found<T = Vec<Identity>> {
    /// It is not there. This is what it is called.
    Unused(String),
    /// It is there, and of no use.
    Failed(SourceError),
    /// It is there, and nothing is in it. This is what it is called.
    Empty(String),
    /// It is there.
    Identities(T),
}

/// What a place is called, and the text in it.
type Contents = (String, Zeroizing<Vec<u8>>);

impl Source {
    /// Every one, in the order of the report.
    pub(super) const ALL: [Self; 8] = [
        Self::SshFile,
        Self::SshCommand,
        Self::SshHome("id_ed25519"),
        Self::SshHome("id_rsa"),
        Self::Keys,
        Self::KeyFile,
        Self::KeyCommand,
        Self::Config,
    ];

    /// Whether it answers for the recipient that is asked for, so that its answer holds for no other.
    pub(super) fn depends_on_recipient(self) -> bool {
        matches!(self, Self::SshCommand | Self::KeyCommand)
    }

    /// Looks there for identities of a recipient.
    pub(super) fn look(self, recipient: &str, surroundings: &Surroundings, failures: &Failures) -> Found {
        let looked = match self {
            Self::SshFile | Self::SshCommand | Self::SshHome(_) => self.ssh(recipient, surroundings, failures),
            Self::Keys | Self::KeyFile | Self::KeyCommand | Self::Config => self.age(recipient, surroundings, failures),
        };
        looked.unwrap_or_else(Found::Failed)
    }

    fn ssh(self, recipient: &str, surroundings: &Surroundings, failures: &Failures) -> Result<Found, SourceError> {
        let path = match self {
            Self::SshCommand => {
                let Some(line) = surroundings.variable(SSH_COMMAND) else {
                    return Ok(Found::Unused(SSH_COMMAND.to_owned()));
                };
                let output = output_of(line, &[(RECIPIENT, recipient)], surroundings)?;
                return Ok(Found::Identities(vec![
                    ssh::parse(&output, None).map_err(SourceError::of_command)?,
                ]));
            }
            Self::SshHome(name) => {
                let path = surroundings
                    .home
                    .as_ref()
                    .ok_or(SourceError::NoHome)?
                    .join(".ssh")
                    .join(name);
                if !path.exists() {
                    return Ok(Found::Unused(path.display().to_string()));
                }
                path
            }
            _ => match surroundings.variable(SSH_FILE) {
                Some(path) => PathBuf::from(path),
                None => return Ok(Found::Unused(SSH_FILE.to_owned())),
            },
        };
        let contents = read(&path, LONGEST_SSH_KEY).map_err(SourceError::Open)?;
        let unlock = Unlock {
            path: path.display().to_string(),
            prompt: surroundings.prompt.clone(),
            failures: failures.clone(),
        };
        let identity = ssh::parse(&contents, Some(unlock)).map_err(|error| SourceError::SshKey(path, error))?;
        Ok(Found::Identities(vec![identity]))
    }

    fn age(self, recipient: &str, surroundings: &Surroundings, failures: &Failures) -> Result<Found, SourceError> {
        let (location, contents) = match self.contents(recipient, surroundings)? {
            Found::Identities(contents) => contents,
            Found::Unused(location) | Found::Empty(location) => return Ok(Found::Unused(location)),
            Found::Failed(error) => return Err(error),
        };
        if locked_file::is_locked(&contents) {
            let file = LockedFile::new(contents, &location, surroundings, failures);
            return Ok(Found::Identities(vec![Identity::other(file)]));
        }
        match identity::parse_all(&contents, self == Self::Keys, surroundings) {
            Ok(identities) if identities.is_empty() => Ok(Found::Empty(location)),
            Ok(identities) => Ok(Found::Identities(identities)),
            Err(error) => Err(SourceError::Parse(location, error)),
        }
    }

    /// The text in which identities stand.
    fn contents(self, recipient: &str, surroundings: &Surroundings) -> Result<Found<Contents>, SourceError> {
        let name = match self {
            Self::Keys => KEYS,
            Self::KeyFile => KEY_FILE,
            Self::KeyCommand => KEY_COMMAND,
            _ => return config_file(surroundings),
        };
        let Some(value) = surroundings.variable(name) else {
            return Ok(Found::Unused(name.to_owned()));
        };
        let contents = match self {
            Self::KeyFile => read(Path::new(value), LONGEST_FILE).map_err(SourceError::OpenKeyFile)?,
            Self::KeyCommand => output_of(value, &[(RECIPIENT, recipient)], surroundings)?,
            _ => Zeroizing::new(value.as_encoded_bytes().to_vec()),
        };
        Ok(Found::Identities((name.to_owned(), contents)))
    }
}

/// The file that needs no variable.
fn config_file(surroundings: &Surroundings) -> Result<Found<Contents>, SourceError> {
    let folder = surroundings.config_dir.as_ref().ok_or(SourceError::NoConfigDir)?;
    let path = folder.join(CONFIG_PATH);
    let location = path.display().to_string();
    match read(&path, LONGEST_FILE) {
        Ok(contents) => Ok(Found::Identities((location, contents))),
        Err(error) if error.is_missing() => Ok(Found::Unused(location)),
        Err(error) => Err(SourceError::Open(error)),
    }
}

/// Why a place that is there gives no identities.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// A command cannot be run.
    #[error(transparent)]
    Command(#[from] CommandError),
    /// Nothing says where the user's settings are.
    #[error("user config directory could not be determined: neither $XDG_CONFIG_HOME nor $HOME are defined")]
    NoConfigDir,
    /// Nothing says where the user's home is.
    #[error("$HOME is not defined")]
    NoHome,
    /// A file cannot be read.
    #[error("failed to open file: {0}")]
    Open(#[source] FileError),
    /// The file of `SOPS_AGE_KEY_FILE` cannot be read.
    #[error("failed to open {KEY_FILE} file: {0}")]
    OpenKeyFile(#[source] FileError),
    /// What is there are no identities.
    #[error("failed to parse '{0}' age identities: {1}")]
    Parse(String, #[source] IdentityError),
    /// A file is no private SSH key.
    #[error("malformed SSH identity in {0:?}: {1}")]
    SshKey(PathBuf, #[source] SshKeyError),
    /// A command did not print a private SSH key.
    #[error("malformed SSH identity returned by running {SSH_COMMAND}: \"{0}\"")]
    SshOutput(#[source] SshKeyError),
    /// The private key that a command printed has a passphrase.
    #[error("the SSH key returned by running {SSH_COMMAND} is password protected, which is unsupported. (\"{0}\")")]
    SshOutputLocked(#[source] SshKeyError),
}

impl SourceError {
    fn of_command(error: SshKeyError) -> Self {
        match error {
            SshKeyError::Passphrase => Self::SshOutputLocked(error),
            error => Self::SshOutput(error),
        }
    }
}

const SSH_FILE: &str = "SOPS_AGE_SSH_PRIVATE_KEY_FILE";
const SSH_COMMAND: &str = "SOPS_AGE_SSH_PRIVATE_KEY_CMD";
const KEYS: &str = "SOPS_AGE_KEY";
const KEY_FILE: &str = "SOPS_AGE_KEY_FILE";
const KEY_COMMAND: &str = "SOPS_AGE_KEY_CMD";
/// What the commands find the recipient in.
const RECIPIENT: &str = "SOPS_AGE_RECIPIENT";
const CONFIG_PATH: &str = "sops/age/keys.txt";

/// In bytes: four times an RSA key of 16384 bits. The parser goes over the text anew with each line.
const LONGEST_SSH_KEY: u64 = 1 << 16;
