use aws_lc_rs::digest::{Context, SHA512};

/// The hash of the values of a document, which its MAC protects (upstream `sops.go`).
pub(crate) struct Hash(Context);

impl Hash {
    /// Nothing yet. One of the encrypted values alone is never that of all values.
    pub(crate) fn new(only_encrypted: bool) -> Self {
        let mut hash = Context::new(&SHA512);
        if only_encrypted {
            hash.update(&ONLY_ENCRYPTED);
        }
        Self(hash)
    }

    pub(crate) fn update(&mut self, plaintext: &[u8]) {
        self.0.update(plaintext);
    }

    /// In capital hexadecimal, as the MAC holds it.
    pub(crate) fn finish(self) -> String {
        self.0
            .finish()
            .as_ref()
            .iter()
            .map(|byte| format!("{byte:02X}"))
            .collect()
    }
}

/// SHA-256 of `sops`.
const ONLY_ENCRYPTED: [u8; 32] = [
    0x8a, 0x3f, 0xd2, 0xad, 0x54, 0xce, 0x66, 0x52, 0x7b, 0x10, 0x34, 0xf3, 0xd1, 0x47, 0xbe, 0x0b, 0x0b, 0x97, 0x5b,
    0x3b, 0xf4, 0x4f, 0x72, 0xc6, 0xfd, 0xad, 0xec, 0x81, 0x76, 0xf2, 0x7d, 0x69,
];

#[cfg(test)]
mod tests {
    use aws_lc_rs::digest::{SHA256, digest};

    use super::*;

    #[test]
    fn of_nothing() {
        // FIPS 180-4, of the empty text.
        assert!(
            Hash::new(false)
                .finish()
                .starts_with("CF83E1357EEFB8BDF1542850D66D8007")
        );
        assert_eq!(digest(&SHA256, b"sops").as_ref(), ONLY_ENCRYPTED);
        assert_ne!(Hash::new(true).finish(), Hash::new(false).finish());
    }
}
