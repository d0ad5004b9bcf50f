//! Secret bytes as a type.
//!
//! [`Plaintext`] is what a sealed value protects. It is wiped from memory when dropped, and it can be read in one way only,
//! [`Plaintext::expose`], so that `grep expose` lists every place of the program that touches a secret.
//!
//! ```
//! use signet_plaintext::Plaintext;
//!
//! let password = Plaintext::from(b"s3cr3t".to_vec());
//! assert_eq!(password.expose(), b"s3cr3t");
//! ```
//!
//! It has none of the traits by which a secret ends up in a log, an error or a file:
//!
//! ```compile_fail,E0277
//! println!("{:?}", signet_plaintext::Plaintext::from(vec![1]));
//! ```
//! ```compile_fail,E0277
//! println!("{}", signet_plaintext::Plaintext::from(vec![1]));
//! ```
//! ```compile_fail,E0277
//! fn serialize<T: serde::Serialize>(_: T) {}
//! serialize(signet_plaintext::Plaintext::from(vec![1]));
//! ```
//! ```compile_fail,E0599
//! let copy = signet_plaintext::Plaintext::from(vec![1]).clone();
//! ```
//! ```compile_fail,E0369
//! let equal = signet_plaintext::Plaintext::from(vec![1]) == signet_plaintext::Plaintext::from(vec![1]);
//! ```

mod data_key;

pub use data_key::DataKey;

use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// Secret bytes: wiped on drop, without `Debug`, `Display`, `Serialize`, `Clone` or `PartialEq`.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Plaintext(Vec<u8>);

impl Plaintext {
    /// The secret bytes. The one way to read them.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// Number of bytes. A length is not held to be secret: the ciphertext shows it to everyone.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no bytes.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether both hold the same bytes, compared in a time that depends on their lengths only.
    pub fn same(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl From<Vec<u8>> for Plaintext {
    /// Takes over the bytes without copying them.
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl From<Zeroizing<Vec<u8>>> for Plaintext {
    fn from(mut bytes: Zeroizing<Vec<u8>>) -> Self {
        Self(std::mem::take(&mut *bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_only_with_every_byte_and_the_length() {
        let one = Plaintext::from(b"abc".to_vec());
        assert!(one.same(&Plaintext::from(b"abc".to_vec())));
        assert!(!one.same(&Plaintext::from(b"abd".to_vec())));
        assert!(!one.same(&Plaintext::from(b"ab".to_vec())));
        assert!(!one.same(&Plaintext::from(b"abcd".to_vec())));
    }

    #[test]
    fn zeroize_leaves_nothing() {
        let mut secret = Plaintext::from(b"abc".to_vec());
        secret.zeroize();
        assert!(secret.is_empty());
    }

    #[test]
    fn takes_over_a_wiped_buffer() {
        let secret = Plaintext::from(Zeroizing::new(b"abc".to_vec()));
        assert_eq!((secret.expose(), secret.len()), (&b"abc"[..], 3));
    }
}
