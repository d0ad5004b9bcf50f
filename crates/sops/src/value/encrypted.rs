use std::mem;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use signet_document::tree::Scalar;
use signet_plaintext::DataKey;
use zeroize::Zeroizing;

use super::plain::{Kind, PlainError, plaintext};
use crate::gcm::Gcm;

/// Bytes of the nonce of a value that we write.
pub const NONCE: usize = 32;

/// Encrypts and decrypts the values of a document with its data key.
pub struct Cipher(Gcm);

impl Cipher {
    /// With that key.
    pub fn new(key: &DataKey) -> Self {
        Self(Gcm::new(key))
    }

    /// `ENC[…]` of a value; nothing of null and of an empty text, which stay as they are. No two values of one key may have one nonce.
    ///
    /// `additional_data` is the path of the value, `a:b:`.
    pub fn encrypt(&self, value: &Scalar, additional_data: &str, nonce: &[u8; NONCE]) -> Option<String> {
        let (text, kind) = plaintext(value)?;
        (!text.is_empty()).then(|| self.seal(text.into_owned(), kind, additional_data, nonce))
    }

    /// As [`Cipher::encrypt`], of the text of a comment.
    pub fn encrypt_comment(&self, comment: &str, additional_data: &str, nonce: &[u8; NONCE]) -> Option<String> {
        let text = || Zeroizing::new(comment.as_bytes().to_vec());
        (!comment.is_empty()).then(|| self.seal(text(), Kind::Comment, additional_data, nonce))
    }

    /// The value that stands encrypted in a text, and its kind. An empty text is an empty text.
    ///
    /// # Errors
    /// [`DecryptError`].
    pub fn decrypt(&self, text: &str, additional_data: &str) -> Result<(Scalar, Kind), DecryptError> {
        match self.open(text, additional_data)? {
            Some(Opened { plaintext, kind, .. }) => Ok((kind.read(plaintext)?, kind)),
            None => Ok((Scalar::text(""), Kind::Text)),
        }
    }

    /// The bytes that stand encrypted in a text; none where it is empty.
    pub(crate) fn open(&self, text: &str, additional_data: &str) -> Result<Option<Opened>, DecryptError> {
        if text.is_empty() {
            return Ok(None);
        }
        let Parts { data, nonce, tag, kind } = Parts::read(text)?;
        let mut plaintext = Zeroizing::new(data);
        match self.0.open(&nonce, additional_data.as_bytes(), &mut plaintext, &tag) {
            true => Ok(Some(Opened { plaintext, kind, nonce })),
            false => Err(DecryptError::Authentication),
        }
    }

    /// `ENC[…]` of bytes, which are not empty.
    pub(crate) fn seal(&self, mut text: Zeroizing<Vec<u8>>, kind: Kind, additional_data: &str, nonce: &[u8]) -> String {
        let tag = self.0.seal(nonce, additional_data.as_bytes(), &mut text);
        let kind = kind.as_str();
        let digits: usize = [text.len(), nonce.len(), tag.len()].map(encoded_len).iter().sum();
        let mut sealed = Vec::with_capacity(START.len() + digits + ",iv:,tag:,type:]".len() + kind.len());
        sealed.extend_from_slice(START.as_bytes());
        encode(&text, &mut sealed);
        // A ciphertext, which need not be wiped.
        drop(mem::take(&mut *text));
        sealed.extend_from_slice(b",iv:");
        encode(nonce, &mut sealed);
        sealed.extend_from_slice(b",tag:");
        encode(&tag, &mut sealed);
        sealed.extend_from_slice(b",type:");
        sealed.extend_from_slice(kind.as_bytes());
        sealed.push(b']');
        // It is ASCII.
        String::from_utf8(sealed).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
    }
}

fn encoded_len(bytes: usize) -> usize {
    4 * bytes.div_ceil(3)
}

/// Adds base64. (`encode_string` goes by way of a buffer, which takes longer than a short value.)
fn encode(bytes: &[u8], to: &mut Vec<u8>) {
    let start = to.len();
    to.resize(start + encoded_len(bytes.len()), 0);
    let written = to.get_mut(start..).map(|free| STANDARD.encode_slice(bytes, free));
    debug_assert!(
        written.is_some_and(|written| written.is_ok()),
        "the room is what it takes"
    );
}

/// What was encrypted, and with which nonce.
pub(crate) struct Opened {
    pub(crate) plaintext: Zeroizing<Vec<u8>>,
    pub(crate) kind: Kind,
    pub(crate) nonce: Vec<u8>,
}

/// Why a text does not decrypt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecryptError {
    /// The value is not what was encrypted, or not for this place, or with another key.
    #[error("the value, its place or its key is another one than when it was encrypted")]
    Authentication,
    /// A part is not base64 (RFC 4648).
    #[error("the {0} of the encrypted value is not base64")]
    Base64(&'static str),
    /// It is not `ENC[AES256_GCM,data:…,iv:…,tag:…,type:…]`.
    #[error("not an encrypted value")]
    Format,
    /// What stands behind `type:` is unknown.
    #[error("the encrypted value has an unknown type")]
    Kind,
    /// What was encrypted is not of that type.
    #[error(transparent)]
    Plain(#[from] PlainError),
}

/// Whether a text is an encrypted value, of whatever key.
pub(crate) fn is_encrypted(text: &str) -> bool {
    Parts::read(text).is_ok()
}

struct Parts {
    data: Vec<u8>,
    nonce: Vec<u8>,
    tag: Vec<u8>,
    kind: Kind,
}

impl Parts {
    /// As upstream's regular expression has it, which does not look at what stands behind the bracket.
    fn read(text: &str) -> Result<Self, DecryptError> {
        let line = text.split('\n').next().unwrap_or_default();
        let inside = line.strip_prefix(START).and_then(|text| text.rsplit_once(']'));
        let (rest, kind) = inside
            .and_then(|(inside, _)| inside.rsplit_once(",type:"))
            .ok_or(DecryptError::Format)?;
        let (rest, tag) = rest.rsplit_once(",tag:").ok_or(DecryptError::Format)?;
        let (data, nonce) = rest.rsplit_once(",iv:").ok_or(DecryptError::Format)?;
        if [data, nonce, tag, kind].contains(&"") {
            return Err(DecryptError::Format);
        }
        let decode = |text: &str, part| STANDARD.decode(text).map_err(|_| DecryptError::Base64(part));
        Ok(Self {
            data: decode(data, "data")?,
            nonce: decode(nonce, "iv")?,
            tag: decode(tag, "tag")?,
            kind: kind.parse().map_err(|()| DecryptError::Kind)?,
        })
    }
}

const START: &str = "ENC[AES256_GCM,data:";

#[cfg(test)]
mod tests {
    use super::*;

    fn cipher() -> Cipher {
        Cipher::new(&DataKey::from([b'f'; 32]))
    }

    fn decrypted(text: &str, path: &str) -> Result<String, DecryptError> {
        let (scalar, kind) = cipher().decrypt(text, path)?;
        let text = plaintext(&scalar).map(|(text, _)| String::from_utf8_lossy(&text).into_owned());
        Ok(format!("{} {}", kind.as_str(), text.unwrap_or_default()))
    }

    /// Made by upstream.
    const FOO: &str = "ENC[AES256_GCM,data:oYyi,iv:MyIDYbT718JRr11QtBkcj3Dwm4k1aCGZBVeZf0EyV8o=,tag:t5z2Z023Up0kxwCgw1gNxg==,type:str]";

    #[test]
    fn upstreams_value_opens_at_its_path_alone() {
        assert_eq!(decrypted(FOO, "bar:").as_deref(), Ok("str foo"));
        assert_eq!(decrypted(&format!("{FOO} and more"), "bar:").as_deref(), Ok("str foo"));
        assert_eq!(decrypted("", "bar:").as_deref(), Ok("str "));
        for path in ["", "bar", "ba:r:", "bar:bar:", "Bar:"] {
            assert_eq!(decrypted(FOO, path), Err(DecryptError::Authentication), "{path}");
        }
    }

    #[test]
    fn what_is_encrypted_decrypts_to_the_same() {
        let nonce = [7; NONCE];
        for (scalar, expected) in [
            (Scalar::Bool(true), "bool True"),
            (Scalar::Integer(-7), "int -7"),
            (Scalar::Float(1.5), "float 1.5"),
            (Scalar::text("hé\n"), "str hé\n"),
        ] {
            let text = cipher().encrypt(&scalar, "a:b:", &nonce).expect("a ciphertext");
            assert_eq!(decrypted(&text, "a:b:").as_deref(), Ok(expected));
            let opened = cipher().open(&text, "a:b:").expect("a value").expect("a value");
            assert_eq!(opened.nonce, nonce);
        }
        let comment = cipher().encrypt_comment(" x", ":", &nonce).expect("a ciphertext");
        assert_eq!(decrypted(&comment, ":").as_deref(), Ok("comment  x"));
        for scalar in [Scalar::Null, Scalar::text("")] {
            assert_eq!(cipher().encrypt(&scalar, "a:", &nonce), None);
        }
        assert_eq!(cipher().encrypt_comment("", ":", &nonce), None);
    }

    #[test]
    fn what_was_altered_does_not_open() {
        for (from, to, error) in [
            ("oYyi", "oYyj", DecryptError::Authentication),
            ("MyID", "MyIE", DecryptError::Authentication),
            ("t5z2", "t5z3", DecryptError::Authentication),
            ("t5z2Z023Up0kxwCgw1gNxg==", "t5z2", DecryptError::Authentication),
            ("oYyi", "oYy", DecryptError::Base64("data")),
            ("MyID", "My-D", DecryptError::Base64("iv")),
            ("t5z2", "t5 2", DecryptError::Base64("tag")),
            ("oYyi", "", DecryptError::Format),
            (",iv:", ",i:", DecryptError::Format),
            (",tag:", ",", DecryptError::Format),
            (",type:", ",", DecryptError::Format),
            ("str]", "str", DecryptError::Format),
            ("str]", "]", DecryptError::Format),
            ("AES256", "AES128", DecryptError::Format),
            ("ENC[", " ENC[", DecryptError::Format),
            ("type:str", "type:text", DecryptError::Kind),
            ("type:str", "type:int", DecryptError::Plain(PlainError(Kind::Integer))),
            ("type:str", "type:bool", DecryptError::Plain(PlainError(Kind::Bool))),
        ] {
            assert_eq!(
                decrypted(&FOO.replacen(from, to, 1), "bar:"),
                Err(error),
                "{from} → {to}"
            );
        }
    }
}
