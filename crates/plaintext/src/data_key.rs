use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// The key that encrypts the values of one SOPS document: 32 bytes for AES-256. As [`Plaintext`](crate::Plaintext), it has none of the
/// traits by which it could leak.
///
/// ```compile_fail,E0277
/// println!("{:?}", signet_plaintext::DataKey::from([0; 32]));
/// ```
/// ```compile_fail,E0599
/// let copy = signet_plaintext::DataKey::from([0; 32]).clone();
/// ```
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct DataKey([u8; Self::LENGTH]);

impl DataKey {
    /// Number of bytes.
    pub const LENGTH: usize = 32;

    /// The secret bytes. The one way to read them.
    pub fn expose(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }

    /// Whether both are the same key, compared in constant time.
    pub fn same(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl From<[u8; Self::LENGTH]> for DataKey {
    fn from(bytes: [u8; Self::LENGTH]) -> Self {
        Self(*Zeroizing::new(bytes))
    }
}

impl TryFrom<&[u8]> for DataKey {
    type Error = std::array::TryFromSliceError;

    /// # Errors
    /// The bytes are not 32.
    fn try_from(bytes: &[u8]) -> Result<Self, Self::Error> {
        bytes.try_into().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_exactly_32_bytes() {
        for length in [0, 16, 31, 33, 64] {
            assert!(DataKey::try_from(&vec![1; length][..]).is_err(), "{length}");
        }
        let key = DataKey::try_from(&[1; 32][..]).unwrap();
        assert_eq!(key.expose(), &[1; 32]);
        assert!(key.same(&DataKey::from([1; 32])));
        assert!(!key.same(&DataKey::from([2; 32])));
    }
}
