//! Keys that gpg has, in keyrings, agents and cards.

use std::io;

use signet_plaintext::Plaintext;
use zeroize::Zeroizing;

use crate::{
    Surroundings,
    command::{self, Finished},
    messages::reason,
};

/// Encrypts a key: an armored message without a line feed behind it.
///
/// # Errors
/// What gpg has to say.
pub(super) fn encrypt(fingerprint: &str, key: &Plaintext, surroundings: &Surroundings) -> Result<String, String> {
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
    let failed = |words| format!("failed to encrypt sops data key with pgp: {words}");
    let message = run(&arguments, key.expose(), surroundings).map_err(failed)?;
    let message = str::from_utf8(&message).unwrap_or_default().trim();
    if message.is_empty() {
        return Err(failed("zero bytes returned".to_owned()));
    }
    Ok(message.to_owned())
}

/// Decrypts what was encrypted for a key.
///
/// # Errors
/// What gpg has to say.
pub(super) fn decrypt(ciphertext: &str, surroundings: &Surroundings) -> Result<Zeroizing<Vec<u8>>, String> {
    let failed = |words| format!("failed to decrypt sops data key with pgp: {words}");
    let key = run(&["-d"], ciphertext.as_bytes(), surroundings).map_err(failed)?;
    if key.is_empty() {
        // An old gpg skips packets that it does not know, AEAD among them, and says that all is well.
        return Err(failed("zero bytes returned".to_owned()));
    }
    Ok(key)
}

fn run(arguments: &[&str], input: &[u8], surroundings: &Surroundings) -> Result<Zeroizing<Vec<u8>>, String> {
    let program = surroundings.variable(PROGRAM).filter(|program| !program.is_empty());
    let program = program.map_or_else(|| "gpg".into(), |program| program.to_string_lossy());
    let arguments: Vec<_> = arguments.iter().map(|argument| (*argument).to_owned()).collect();
    match command::run(&program, &arguments, &[], Some(input), surroundings) {
        Ok(Finished { status, stdout, .. }) if status.success() => Ok(stdout),
        Ok(Finished { stderr, .. }) => Err(stderr),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(format!(
            "exec: {program:?}: {}; where there is no gpg, keys are taken from {} and {}",
            reason(&error),
            super::keyring::KEYS,
            super::keyring::KEY_FILE,
        )),
        Err(error) => Err(format!("exec: {program:?}: {}", reason(&error))),
    }
}

/// The last 16 digits of a fingerprint, and the `!` behind them.
fn long_identifier(fingerprint: &str) -> &str {
    let digits = if fingerprint.ends_with('!') { 17 } else { 16 };
    let start = fingerprint.len().saturating_sub(digits);
    fingerprint.get(start..).unwrap_or(fingerprint)
}

const PROGRAM: &str = "SOPS_GPG_EXEC";

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
