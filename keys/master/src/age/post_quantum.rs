//! Recipients that a quantum computer does not break: X-Wing, which is ML-KEM-768 with X25519, under HPKE
//! (`mlkem768x25519` of C2SP's age.md and filippo.io/age's `pq.go`). The `age` crate has none.

use std::{collections::HashSet, str::FromStr};

use ::age::{DecryptError, EncryptError};
use age_core::format::{FILE_KEY_BYTES, FileKey, Stanza};
use age_core::secrecy::ExposeSecret;
use base64::{Engine, prelude::BASE64_STANDARD_NO_PAD};
use hpke::{
    Deserializable, Kem, OpModeR, OpModeS, Serializable, aead::ChaCha20Poly1305, kdf::HkdfSha256, kem::XWing,
    single_shot_open, single_shot_seal,
};
use zeroize::Zeroizing;

use super::bech32::{self, Bech32Error};

/// An `age1pq1…`.
pub(super) struct HybridRecipient(<XWing as Kem>::PublicKey);

/// An `AGE-SECRET-KEY-PQ-1…`.
pub(super) struct HybridIdentity(<XWing as Kem>::PrivateKey);

/// Why a text is no post-quantum key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HybridKeyError {
    /// It is not Bech32.
    #[error(transparent)]
    Bech32(#[from] Bech32Error),
    /// The bytes are no key.
    #[error("invalid MLKEM768-X25519 key")]
    Key,
    /// It is a key of another kind.
    #[error("invalid type")]
    Kind,
}

impl FromStr for HybridRecipient {
    type Err = HybridKeyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match bech32::decode(text)? {
            ("age1pq", key) => Deserializable::from_bytes(&key)
                .map(Self)
                .map_err(|_| HybridKeyError::Key),
            _ => Err(HybridKeyError::Kind),
        }
    }
}

impl FromStr for HybridIdentity {
    type Err = HybridKeyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match bech32::decode(text)? {
            ("AGE-SECRET-KEY-PQ-", key) => Deserializable::from_bytes(&key)
                .map(Self)
                .map_err(|_| HybridKeyError::Key),
            _ => Err(HybridKeyError::Kind),
        }
    }
}

impl ::age::Recipient for HybridRecipient {
    fn wrap_file_key(&self, file_key: &FileKey) -> Result<(Vec<Stanza>, HashSet<String>), EncryptError> {
        let sealed = single_shot_seal::<ChaCha20Poly1305, HkdfSha256, XWing>(
            &OpModeS::Base,
            &self.0,
            INFO,
            file_key.expose_secret(),
            &[],
        );
        let (encapsulated, body) =
            sealed.map_err(|error| EncryptError::Io(std::io::Error::other(error.to_string())))?;
        let stanza = Stanza {
            tag: TAG.to_owned(),
            args: vec![BASE64_STANDARD_NO_PAD.encode(encapsulated.to_bytes())],
            body,
        };
        Ok((vec![stanza], HashSet::from(["postquantum".to_owned()])))
    }
}

impl ::age::Identity for HybridIdentity {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, DecryptError>> {
        if stanza.tag != TAG {
            return None;
        }
        let [encapsulated] = stanza.args.as_slice() else {
            return Some(Err(DecryptError::InvalidHeader));
        };
        let encapsulated = BASE64_STANDARD_NO_PAD.decode(encapsulated).ok();
        let encapsulated = encapsulated.and_then(|bytes| Deserializable::from_bytes(&bytes).ok());
        let Some(encapsulated) = encapsulated.filter(|_| stanza.body.len() == FILE_KEY_BYTES + AEAD_TAG_BYTES) else {
            return Some(Err(DecryptError::InvalidHeader));
        };
        // The KEM rejects in silence: a stanza for somebody else is told by the tag only.
        let opened = single_shot_open::<ChaCha20Poly1305, HkdfSha256, XWing>(
            &OpModeR::Base,
            &self.0,
            &encapsulated,
            INFO,
            &stanza.body,
            &[],
        );
        let opened = Zeroizing::new(opened.ok()?);
        let key = <[u8; FILE_KEY_BYTES]>::try_from(opened.as_slice()).map(Box::new);
        Some(key.map(FileKey::new).map_err(|_| DecryptError::DecryptionFailed))
    }
}

/// The type of the stanza.
const TAG: &str = "mlkem768x25519";

/// HPKE's `info`, which binds what is sealed to its purpose.
const INFO: &[u8] = b"age-encryption.org/mlkem768x25519";

/// Of ChaCha20-Poly1305.
const AEAD_TAG_BYTES: usize = 16;

#[cfg(test)]
mod tests {
    use std::error::Error;

    use ::age::{Identity, Recipient};

    use super::*;

    const IDENTITY: &str = include_str!("../../tests/vectors/keys/age_pq.txt");
    const RECIPIENT: &str = include_str!("../../tests/vectors/keys/age_pq.pub");

    fn identity() -> Result<HybridIdentity, HybridKeyError> {
        let line = IDENTITY.lines().find(|line| !line.starts_with('#'));
        line.unwrap_or_default().parse()
    }

    fn wrapped() -> Result<Stanza, Box<dyn Error>> {
        let recipient: HybridRecipient = RECIPIENT.trim().parse()?;
        let (mut stanzas, labels) = recipient.wrap_file_key(&FileKey::new(Box::new([7; 16])))?;
        assert_eq!(labels, HashSet::from(["postquantum".to_owned()]));
        stanzas.pop().ok_or_else(|| "no stanza".into())
    }

    #[test]
    fn the_identity_is_the_recipients() -> Result<(), Box<dyn Error>> {
        let recipient: HybridRecipient = RECIPIENT.trim().parse()?;
        assert!(XWing::sk_to_pk(&identity()?.0) == recipient.0);
        let unwrapped = identity()?.unwrap_stanza(&wrapped()?).ok_or("not its own")??;
        assert_eq!(unwrapped.expose_secret(), &[7; 16]);
        Ok(())
    }

    #[test]
    fn a_changed_stanza_is_refused() -> Result<(), Box<dyn Error>> {
        let changed = |change: &dyn Fn(&mut Stanza)| -> Result<_, Box<dyn Error>> {
            let mut stanza = wrapped()?;
            change(&mut stanza);
            Ok(identity()?.unwrap_stanza(&stanza))
        };
        assert!(changed(&|stanza| stanza.body[0] ^= 1)?.is_none(), "another file key");
        assert!(
            changed(&|stanza| stanza.tag.push('x'))?.is_none(),
            "another kind of recipient"
        );
        for (change, what) in [
            (
                &(|stanza: &mut Stanza| stanza.args.clear()) as &dyn Fn(&mut Stanza),
                "no argument",
            ),
            (&|stanza| stanza.args.push("x".to_owned()), "two arguments"),
            (&|stanza| stanza.args[0].push('='), "padding"),
            (&|stanza| stanza.args[0].truncate(100), "too short"),
            (&|stanza| stanza.body.push(0), "too long a body"),
        ] {
            assert!(
                matches!(changed(change)?, Some(Err(DecryptError::InvalidHeader))),
                "{what}"
            );
        }
        Ok(())
    }

    #[test]
    fn what_is_no_key() {
        let classic = "AGE-SECRET-KEY-1";
        let text = IDENTITY.lines().find(|line| !line.starts_with('#')).unwrap_or_default();
        for (text, error) in [
            (RECIPIENT.trim().to_owned(), HybridKeyError::Kind),
            (text.to_lowercase(), HybridKeyError::Kind),
            ("A12UEL5L".to_owned(), HybridKeyError::Kind),
            (classic.to_owned(), HybridKeyError::Bech32(Bech32Error::Separator)),
            (text.replace("PQ", "PP"), HybridKeyError::Bech32(Bech32Error::Checksum)),
        ] {
            assert_eq!(text.parse::<HybridIdentity>().err(), Some(error));
        }
        assert_eq!(text.parse::<HybridRecipient>().err(), Some(HybridKeyError::Kind));
    }
}
