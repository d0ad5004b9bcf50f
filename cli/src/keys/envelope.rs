//! The encrypted form of a backup: an age file (age-encryption.org/v1) in ASCII armor.

use std::io::{self, Read, Write};

use age::{
    DecryptError, Decryptor, EncryptError, Encryptor, Identity, Recipient,
    armor::{ArmoredReader, ArmoredWriter, Format},
    x25519,
};
use zeroize::Zeroizing;

/// Encrypts a text so that each of the recipients can open it.
///
/// # Errors
/// [`SealError`]: there is no recipient.
pub(super) fn encrypt(text: &[u8], recipients: &[x25519::Recipient]) -> Result<Vec<u8>, SealError> {
    let recipients = recipients.iter().map(|recipient| recipient as &dyn Recipient);
    let encryptor = Encryptor::with_recipients(recipients)?;
    let armor = ArmoredWriter::wrap_output(Vec::new(), Format::AsciiArmor)?;
    let mut writer = encryptor.wrap_output(armor)?;
    writer.write_all(text)?;
    Ok(writer.finish()?.finish()?)
}

/// Opens an age file, armored or not. Nothing of it is given out unless all of it is authentic.
///
/// # Errors
/// [`OpenError`].
pub(super) fn decrypt(file: &[u8], identities: &[x25519::Identity]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let decryptor = Decryptor::new_buffered(ArmoredReader::new(file)).map_err(|error| match error {
        DecryptError::UnknownFormat => OpenError::Version,
        _ => OpenError::NotAge,
    })?;
    if decryptor.is_scrypt() {
        return Err(OpenError::Passphrase);
    }
    let identities = identities.iter().map(|identity| identity as &dyn Identity);
    let mut reader = decryptor.decrypt(identities).map_err(|error| match error {
        DecryptError::NoMatchingKeys => OpenError::NoIdentity,
        _ => OpenError::Altered,
    })?;
    // A plaintext is shorter than its file: the buffer never grows and leaves no copy behind.
    let mut text = Zeroizing::new(Vec::with_capacity(file.len()));
    reader.read_to_end(&mut text).map_err(|_| OpenError::Altered)?;
    Ok(text)
}

/// Why a text is not encrypted.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SealError {
    #[error("it cannot be encrypted to these recipients")]
    Recipients(#[from] EncryptError),
    #[error("it cannot be encrypted")]
    Write(#[from] io::Error),
}

/// Why a backup does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum OpenError {
    #[error("it was altered or cut off")]
    Altered,
    #[error("none of the identities opens it")]
    NoIdentity,
    #[error("it is no age file")]
    NotAge,
    #[error("it is locked with a passphrase, not to a recipient")]
    Passphrase,
    #[error("it is an age file of an unknown version")]
    Version,
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn each_recipient_opens_it_and_nobody_else() {
        let [one, two, other] = [0; 3].map(|_| x25519::Identity::generate());
        let file = encrypt(b"keys", &[one.to_public(), two.to_public()]).unwrap();
        assert!(file.starts_with(b"-----BEGIN AGE ENCRYPTED FILE-----\n"));
        assert!(file.is_ascii());
        for identity in [one, two] {
            assert_eq!(*decrypt(&file, &[identity]).unwrap(), b"keys");
        }
        assert_eq!(decrypt(&file, &[other]).unwrap_err(), OpenError::NoIdentity);
        assert_eq!(decrypt(&file, &[]).unwrap_err(), OpenError::NoIdentity);
    }

    #[test]
    fn nothing_altered_opens() {
        let identity = x25519::Identity::generate();
        let file = encrypt(&[7; 1000], &[identity.to_public()]).unwrap();
        let identities = [identity];
        for at in 0..file.len() {
            let mut altered = file.clone();
            altered[at] ^= 1;
            let opened = decrypt(&altered, &identities);
            // A line end of another kind changes nothing.
            assert!(
                opened.is_err() || altered[at].is_ascii_whitespace() || file[at].is_ascii_whitespace(),
                "{at}"
            );
            if at > 0 && at + 1 < file.len() {
                assert!(decrypt(&file[..at], &identities).is_err(), "{at}");
            }
        }
        for text in [
            &b""[..],
            b"age",
            b"age-encryption.org/v9\n",
            b"-----BEGIN AGE ENCRYPTED FILE-----\n",
        ] {
            assert!(decrypt(text, &identities).is_err());
        }
    }

    #[test]
    fn nobody_is_no_recipient() {
        assert!(encrypt(b"keys", &[]).is_err());
    }
}
