//! OpenPGP by way of gpg, as upstream does it where its own OpenPGP finds no keyring, which is everywhere since GnuPG 2.1 (`pgp/keysource.go`).
//! A keyring of the old form is not read here.

use signet_plaintext::Plaintext;
use signet_sops::Pgp;
use zeroize::Zeroizing;

use crate::{
    Surroundings,
    command::{self, Finished},
    messages::reason,
};

/// Encrypts a key with gpg: an armored message without a line feed behind it.
///
/// # Errors
/// [`PgpError`].
pub(crate) fn wrap(recipient: &Pgp, key: &Plaintext, surroundings: &Surroundings) -> Result<String, PgpError> {
    let fingerprint = &recipient.fingerprint;
    let arguments = [
        "--no-default-recipient",
        "--yes",
        "--encrypt",
        "-a",
        "-r",
        fingerprint,
        "--trusted-key",
        long_identifier(fingerprint),
        "--no-encrypt-to",
    ];
    let message = gpg(&arguments, key.expose(), surroundings).map_err(PgpError::Encrypt)?;
    let message = str::from_utf8(&message).unwrap_or_default().trim();
    if message.is_empty() {
        return Err(PgpError::Encrypt("zero bytes returned".to_owned()));
    }
    Ok(message.to_owned())
}

/// Decrypts what was encrypted for a key, with gpg.
///
/// # Errors
/// [`PgpError`].
pub(crate) fn unwrap(ciphertext: &str, surroundings: &Surroundings) -> Result<Zeroizing<Vec<u8>>, PgpError> {
    let key = gpg(&["-d"], ciphertext.as_bytes(), surroundings).map_err(PgpError::Decrypt)?;
    if key.is_empty() {
        // An old gpg skips packets that it does not know, AEAD among them, and says that all is well.
        return Err(PgpError::Decrypt("zero bytes returned".to_owned()));
    }
    Ok(key)
}

/// What gpg writes, or what it has to say.
fn gpg(arguments: &[&str], input: &[u8], surroundings: &Surroundings) -> Result<Zeroizing<Vec<u8>>, String> {
    let program = surroundings
        .variable("SOPS_GPG_EXEC")
        .filter(|program| !program.is_empty());
    let program = program.map_or_else(|| "gpg".into(), |program| program.to_string_lossy());
    let arguments: Vec<_> = arguments.iter().map(|argument| (*argument).to_owned()).collect();
    match command::run(&program, &arguments, &[], Some(input), surroundings) {
        Ok(Finished { status, stdout, .. }) if status.success() => Ok(stdout),
        Ok(Finished { stderr, .. }) => Err(stderr),
        Err(error) => Err(format!("exec: {program:?}: {}", reason(&error))),
    }
}

/// The last 16 digits of a fingerprint, and the `!` behind them.
fn long_identifier(fingerprint: &str) -> &str {
    let digits = if fingerprint.ends_with('!') { 17 } else { 16 };
    let start = fingerprint.len().saturating_sub(digits);
    fingerprint.get(start..).unwrap_or(fingerprint)
}

/// Why gpg did not do what it was asked for. In the words of upstream, which tells of two attempts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PgpError {
    /// It did not decrypt.
    #[error(
        "could not decrypt data key with PGP key: GnuPG binary error: failed to decrypt sops data key with pgp: {0}"
    )]
    Decrypt(String),
    /// It did not encrypt.
    #[error(
        "could not encrypt data key with PGP key: GnuPG binary error: failed to encrypt sops data key with pgp: {0}"
    )]
    Encrypt(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_identifiers() {
        let fingerprint = "4715AC7DAE8AEE999A85E2BEE50DF15244FC77B7";
        assert_eq!(long_identifier(fingerprint), "E50DF15244FC77B7");
        assert_eq!(long_identifier(&format!("{fingerprint}!")), "E50DF15244FC77B7!");
        assert_eq!(long_identifier("E50DF15244FC77B7"), "E50DF15244FC77B7");
        for short in ["", "!", "77B7", "44FC77B7!", "éééééééééééé"] {
            assert!(short.ends_with(long_identifier(short)), "{short}");
        }
        assert_eq!(long_identifier("ééééééééé"), "éééééééé");
    }
}
