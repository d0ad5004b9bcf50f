//! Single values: their plaintext with its type, and `ENC[AES256_GCM,…]` (upstream `aes/cipher.go`).

mod encrypted;
mod hexadecimal;
mod plain;

pub use encrypted::{Cipher, DecryptError, NONCE};
pub(crate) use encrypted::{Opened, is_encrypted};
pub use plain::{Kind, PlainError};
pub(crate) use plain::{into_plaintext, plaintext, seconds_text};
