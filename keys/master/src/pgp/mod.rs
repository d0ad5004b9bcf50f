//! OpenPGP (RFC 9580). Keys that are given are used in process, then gpg is asked for the others, in upstream's order (`pgp/keysource.go`).

mod error;
mod gpg;
mod keyring;
mod message;

use signet_plaintext::Plaintext;
use signet_sops::Pgp;
use zeroize::Zeroizing;

use self::keyring::{Keyring, Part};
use crate::Surroundings;

pub use self::error::{Attempts, InProcessError, PgpError};

/// Encrypts a key: an armored message without a line feed behind it.
///
/// # Errors
/// [`PgpError`].
pub(crate) fn wrap(recipient: &Pgp, key: &Plaintext, surroundings: &Surroundings) -> Result<String, PgpError> {
    let fingerprint = &recipient.fingerprint;
    let in_process = |keyring: &Keyring| message::encrypt(fingerprint, key, keyring);
    let gpg = || gpg::encrypt(fingerprint, key, surroundings);
    attempt(Part::Public, surroundings, in_process, gpg).map_err(PgpError::Encrypt)
}

/// Decrypts what was encrypted for a key.
///
/// # Errors
/// [`PgpError`].
pub(crate) fn unwrap(ciphertext: &str, surroundings: &Surroundings) -> Result<Zeroizing<Vec<u8>>, PgpError> {
    let in_process = |keyring: &Keyring| message::decrypt(ciphertext, keyring, &*surroundings.prompt);
    let gpg = || gpg::decrypt(ciphertext, surroundings);
    attempt(Part::Secret, surroundings, in_process, gpg).map_err(PgpError::Decrypt)
}

/// Asks the keys that are given, if there are some, and then gpg, if that is not forbidden.
fn attempt<T>(
    part: Part,
    surroundings: &Surroundings,
    in_process: impl FnOnce(&Keyring) -> Result<T, InProcessError>,
    gpg: impl FnOnce() -> Result<T, String>,
) -> Result<T, Attempts> {
    let must_be_in_process = is_set(IN_PROCESS, surroundings);
    let own = match Keyring::given(part, surroundings) {
        Ok(keyring) if keyring.is_empty() && !must_be_in_process => None,
        Ok(keyring) if keyring.is_empty() => Some(InProcessError::NoKeys),
        Ok(keyring) => match in_process(&keyring) {
            Ok(done) => return Ok(done),
            Err(error) => Some(error),
        },
        Err(error) => Some(error),
    };
    if must_be_in_process {
        return Err(Attempts {
            in_process: own,
            gpg: None,
        });
    }
    gpg().map_err(|words| Attempts {
        in_process: own,
        gpg: Some(words),
    })
}

/// Whether a variable says yes, as Go's `strconv.ParseBool` has it; what it does not know is a yes too.
fn is_set(name: &str, surroundings: &Surroundings) -> bool {
    let value = surroundings.variable(name).and_then(|value| value.to_str());
    value.is_some_and(|value| !matches!(value, "" | "0" | "f" | "F" | "false" | "False" | "FALSE"))
}

const IN_PROCESS: &str = "SOPS_PGP_INPROCESS";
