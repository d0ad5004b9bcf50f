//! AES-256-GCM with a nonce of any length (NIST SP 800-38D): SOPS writes 32 bytes and reads any number, where AEAD libraries take twelve.

use aes::{
    Aes256,
    cipher::{BlockCipherEncrypt as _, InnerIvInit as _, KeyInit as _, StreamCipher as _},
};
use ctr::{Ctr32BE, CtrCore};
use ghash::{GHash, universal_hash::UniversalHash as _};
use signet_plaintext::DataKey;
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize as _, Zeroizing};

/// The cipher with one key. It is made once for a document: its key schedule takes longer than a short value.
pub(crate) struct Gcm {
    cipher: Aes256,
    /// With the hash key, and nothing hashed yet.
    hash: GHash,
}

impl Gcm {
    pub(crate) fn new(key: &DataKey) -> Self {
        let cipher = Aes256::new(key.expose().into());
        let mut hash_key = Block::default();
        cipher.encrypt_block(&mut hash_key);
        let hash = GHash::new(&hash_key);
        hash_key.zeroize();
        Self { cipher, hash }
    }

    /// Encrypts in place; the tag.
    pub(crate) fn seal(&self, nonce: &[u8], additional_data: &[u8], text: &mut [u8]) -> [u8; TAG] {
        let first = self.first_block(nonce);
        self.apply_stream(&first, text);
        self.tag(&first, additional_data, text)
    }

    /// Decrypts; nothing where the tag is not that of the text, of the additional data, and of this nonce and key.
    pub(crate) fn open(
        &self,
        nonce: &[u8],
        additional_data: &[u8],
        ciphertext: &[u8],
        tag: &[u8],
    ) -> Option<Zeroizing<Vec<u8>>> {
        let first = self.first_block(nonce);
        let expected = self.tag(&first, additional_data, ciphertext);
        if !bool::from(expected.ct_eq(tag)) {
            return None;
        }
        let mut text = Zeroizing::new(ciphertext.to_vec());
        self.apply_stream(&first, &mut text);
        Some(text)
    }

    /// J₀ of the standard.
    fn first_block(&self, nonce: &[u8]) -> Block {
        let mut block = Block::default();
        if let Ok(nonce) = <&[u8; 12]>::try_from(nonce) {
            block[..12].copy_from_slice(nonce);
            block[15] = 1;
            return block;
        }
        let mut hash = self.hash.clone();
        hash.update_padded(nonce);
        hash.update(&[lengths(0, nonce.len())]);
        hash.finalize()
    }

    fn apply_stream(&self, first: &Block, text: &mut [u8]) {
        let mut counter = *first;
        let number = u32::from_be_bytes([counter[12], counter[13], counter[14], counter[15]]);
        counter[12..].copy_from_slice(&number.wrapping_add(1).to_be_bytes());
        Ctr32BE::from_core(CtrCore::inner_iv_init(&self.cipher, &counter)).apply_keystream(text);
    }

    fn tag(&self, first: &Block, additional_data: &[u8], ciphertext: &[u8]) -> [u8; TAG] {
        let mut hash = self.hash.clone();
        hash.update_padded(additional_data);
        hash.update_padded(ciphertext);
        hash.update(&[lengths(additional_data.len(), ciphertext.len())]);
        let mut tag = *first;
        self.cipher.encrypt_block(&mut tag);
        for (byte, hashed) in tag.iter_mut().zip(hash.finalize()) {
            *byte ^= hashed;
        }
        tag.into()
    }
}

/// The block that ends a hash: two lengths in bits.
fn lengths(additional_data: usize, text: usize) -> Block {
    let bits = |bytes: usize| (bytes as u64).wrapping_mul(8).to_be_bytes();
    let mut block = Block::default();
    block[..8].copy_from_slice(&bits(additional_data));
    block[8..].copy_from_slice(&bits(text));
    block
}

type Block = ghash::Block;

/// Bytes of a tag.
pub(crate) const TAG: usize = 16;

#[cfg(test)]
mod tests {
    use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
    use proptest::{collection::vec, prelude::*};

    use super::*;

    proptest! {
        #[test]
        fn what_is_sealed_opens_and_nothing_else_does(
            key: [u8; 32], nonce in vec(any::<u8>(), 1..80), data in vec(any::<u8>(), 0..40), text in vec(any::<u8>(), 0..300), bit: usize,
        ) {
            let gcm = Gcm::new(&DataKey::from(key));
            let mut ciphertext = text.clone();
            let tag = gcm.seal(&nonce, &data, &mut ciphertext);
            let opened = gcm.open(&nonce, &data, &ciphertext, &tag);
            prop_assert_eq!(opened.as_deref(), Some(&text));

            // One bit anywhere.
            let mut parts = [nonce, data, ciphertext, tag.to_vec()];
            let bits: usize = parts.iter().map(|part| part.len() * 8).sum();
            let mut bit = bit % bits;
            for part in &mut parts {
                if bit < part.len() * 8 {
                    part[bit / 8] ^= 1 << (bit % 8);
                    break;
                }
                bit -= part.len() * 8;
            }
            let [nonce, data, ciphertext, tag] = &parts;
            prop_assert!(gcm.open(nonce, data, ciphertext, tag).is_none());
            prop_assert!(gcm.open(nonce, data, ciphertext, &tag[1..]).is_none());
            prop_assert!(gcm.open(nonce, data, ciphertext, &[]).is_none());
        }

        #[test]
        fn with_twelve_bytes_it_is_that_of_aws_lc(
            key: [u8; 32], nonce: [u8; 12], data in vec(any::<u8>(), 0..40), text in vec(any::<u8>(), 0..300),
        ) {
            let theirs = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &key).expect("a key"));
            let mut expected = text.clone();
            let nonce_of_theirs = Nonce::assume_unique_for_key(nonce);
            let tag = theirs.seal_in_place_separate_tag(nonce_of_theirs, Aad::from(&data), &mut expected);
            let tag = tag.expect("a ciphertext");
            let mut ours = text;
            prop_assert_eq!(&Gcm::new(&DataKey::from(key)).seal(&nonce, &data, &mut ours)[..], tag.as_ref());
            prop_assert_eq!(ours, expected);
        }
    }
}
