//! AES-256-GCM with a nonce of any length (NIST SP 800-38D): SOPS writes 32 bytes and reads any number, where AEAD libraries take twelve.

use aes::{
    Aes256,
    cipher::{BlockCipherEncrypt as _, KeyInit as _},
};
use ghash::{GHash, universal_hash::UniversalHash as _};
use signet_plaintext::DataKey;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroize as _;

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
        let mask = self.apply_stream(&first, text);
        self.tag(&mask, additional_data, text)
    }

    /// Decrypts in place and says so, where the tag is that of the text, of the additional data, and of this nonce and key. Else the text stays
    /// what it is.
    #[must_use]
    pub(crate) fn open(&self, nonce: &[u8], additional_data: &[u8], text: &mut [u8], tag: &[u8]) -> bool {
        let first = self.first_block(nonce);
        let mask = self.apply_stream(&first, &mut []);
        let expected = self.tag(&mask, additional_data, text);
        let is_authentic = bool::from(expected.ct_eq(tag));
        if is_authentic {
            self.apply_stream(&first, text);
        }
        is_authentic
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

    /// Encrypts or decrypts in place; the block that masks the tag, which is the first of the stream. The blocks are made many at a time, for the
    /// cipher is fastest so, and takes as long for one as for several.
    fn apply_stream(&self, first: &Block, text: &mut [u8]) -> Block {
        let mut stream = [*first; PARALLEL];
        let (head, rest) = text.split_at_mut(text.len().min((PARALLEL - 1) * BLOCK));
        let blocks = 1 + head.len().div_ceil(BLOCK);
        self.stream(first, 0, &mut stream[..blocks]);
        let mask = stream[0];
        apply(head, &stream[1..blocks]);
        let mut number = counted(blocks);
        for piece in rest.chunks_mut(PARALLEL * BLOCK) {
            let blocks = piece.len().div_ceil(BLOCK);
            self.stream(first, number, &mut stream[..blocks]);
            apply(piece, &stream[..blocks]);
            number = number.wrapping_add(counted(blocks));
        }
        let used = if rest.is_empty() { blocks } else { PARALLEL };
        stream[..used].iter_mut().for_each(|block| block.zeroize());
        mask
    }

    /// The blocks of the stream from one on (GCTR of the standard): encrypted counters of 32 bits.
    fn stream(&self, first: &Block, from: u32, blocks: &mut [Block]) {
        let mut counter = *first;
        let start = u32::from_be_bytes([first[12], first[13], first[14], first[15]]).wrapping_add(from);
        for (number, block) in (0..).zip(blocks.iter_mut()) {
            counter[12..].copy_from_slice(&start.wrapping_add(number).to_be_bytes());
            *block = counter;
        }
        self.cipher.encrypt_blocks(blocks);
    }

    fn tag(&self, mask: &Block, additional_data: &[u8], ciphertext: &[u8]) -> [u8; TAG] {
        let mut hash = self.hash.clone();
        hash.update_padded(additional_data);
        hash.update_padded(ciphertext);
        hash.update(&[lengths(additional_data.len(), ciphertext.len())]);
        let mut tag = *mask;
        for (byte, hashed) in tag.iter_mut().zip(hash.finalize()) {
            *byte ^= hashed;
        }
        tag.into()
    }
}

/// At most [`PARALLEL`].
fn counted(blocks: usize) -> u32 {
    u32::try_from(blocks).unwrap_or(u32::MAX)
}

fn apply(text: &mut [u8], stream: &[Block]) {
    let (whole, rest) = text.as_chunks_mut::<BLOCK>();
    for (bytes, block) in whole.iter_mut().zip(stream) {
        *bytes = (u128::from_ne_bytes(*bytes) ^ u128::from_ne_bytes(block.0)).to_ne_bytes();
    }
    if let Some(last) = stream.get(whole.len()) {
        rest.iter_mut().zip(last).for_each(|(byte, key)| *byte ^= key);
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

/// Bytes of a block.
const BLOCK: usize = 16;

/// Blocks that the fastest of the cipher's implementations encrypts at once.
const PARALLEL: usize = 64;

/// Bytes of a tag.
pub(crate) const TAG: usize = 16;

#[cfg(test)]
mod tests {
    use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
    use proptest::{collection::vec, prelude::*};

    use super::*;

    fn bytes(hexadecimal: &str) -> Vec<u8> {
        let digits: Vec<_> = hexadecimal.chars().filter_map(|digit| digit.to_digit(16)).collect();
        digits.chunks(2).map(|pair| (pair[0] * 16 + pair[1]) as u8).collect()
    }

    /// Test cases 13 to 18 of the GCM specification (McGrew and Viega): key, nonce, additional data, text, ciphertext, tag.
    #[test]
    fn known_answers() {
        const KEY: &str = "feffe9928665731c6d6a8f9467308308 feffe9928665731c6d6a8f9467308308";
        const DATA: &str = "feedfacedeadbeeffeedfacedeadbeefabaddad2";
        const TEXT: &str = "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72\
                            1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255";
        const ZEROS: &str = "00000000000000000000000000000000";
        let zero_key = ZEROS.repeat(2);
        for (key, nonce, data, text, ciphertext, tag) in [
            (&*zero_key, &ZEROS[..24], "", "", "", "530f8afbc74536b9a963b4f1c4cb738b"),
            (
                &zero_key,
                &ZEROS[..24],
                "",
                ZEROS,
                "cea7403d4d606b6e074ec5d3baf39d18",
                "d0d1c8a799996bf0265b98b5d48ab919",
            ),
            (
                KEY,
                "cafebabefacedbaddecaf888",
                "",
                TEXT,
                "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa\
                 8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad",
                "b094dac5d93471bdec1a502270e3cc6c",
            ),
            (
                KEY,
                "cafebabefacedbaddecaf888",
                DATA,
                &TEXT[..120],
                "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa\
                 8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662",
                "76fc6ece0f4e1768cddf8853bb2d551b",
            ),
            (
                KEY,
                "cafebabefacedbad",
                DATA,
                &TEXT[..120],
                "c3762df1ca787d32ae47c13bf19844cbaf1ae14d0b976afac52ff7d79bba9de0\
                 feb582d33934a4f0954cc2363bc73f7862ac430e64abe499f47c9b1f",
                "3a337dbf46a792c45e454913fe2ea8f2",
            ),
            (
                KEY,
                "9313225df88406e555909c5aff5269aa6a7a9538534f7da1e4c303d2a318a728\
                 c3c0c95156809539fcf0e2429a6b525416aedbf5a0de6a57a637b39b",
                DATA,
                &TEXT[..120],
                "5a8def2f0c9e53f1f75d7853659e2a20eeb2b22aafde6419a058ab4f6f746bf4\
                 0fc0c3b780f244452da3ebf1c5d82cdea2418997200ef82e44ae7e3f",
                "a44a8266ee1c8eb0c8b5d4cf5ae9f19a",
            ),
        ] {
            let gcm = Gcm::new(&DataKey::try_from(&bytes(key)[..]).expect("a key"));
            let mut sealed = bytes(text);
            let made = gcm.seal(&bytes(nonce), &bytes(data), &mut sealed);
            assert_eq!((&sealed, &made[..]), (&bytes(ciphertext), &bytes(tag)[..]), "{nonce}");
            assert!(gcm.open(&bytes(nonce), &bytes(data), &mut sealed, &made));
            assert_eq!(sealed, bytes(text));
        }
    }

    /// Twelve bytes stay as they are.
    #[test]
    fn the_counter_begins_anew_at_its_end() {
        let gcm = Gcm::new(&DataKey::from([7; 32]));
        let mut blocks = [Block::default(); 3];
        gcm.stream(&[0xff; 16].into(), 0, &mut blocks);
        let counters = [u32::MAX, 0, 1].map(|counter| [&[0xff; 12][..], &counter.to_be_bytes()].concat());
        for (block, counter) in blocks.iter().zip(counters) {
            let mut expected = Block::try_from(&counter[..]).expect("a block");
            gcm.cipher.encrypt_block(&mut expected);
            assert_eq!(*block, expected);
        }
    }

    proptest! {
        #[test]
        fn what_is_sealed_opens_and_nothing_else_does(
            key: [u8; 32], nonce in vec(any::<u8>(), 1..80), data in vec(any::<u8>(), 0..40), text in vec(any::<u8>(), 0..2200), bit: usize,
        ) {
            let gcm = Gcm::new(&DataKey::from(key));
            let mut ciphertext = text.clone();
            let tag = gcm.seal(&nonce, &data, &mut ciphertext);
            let mut opened = ciphertext.clone();
            prop_assert!(gcm.open(&nonce, &data, &mut opened, &tag));
            prop_assert_eq!(opened, text);

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
            let [nonce, data, altered, tag] = &mut parts;
            let before = altered.clone();
            for tag in [&tag[..], &tag[1..], &[]] {
                prop_assert!(!gcm.open(nonce, data, altered, tag));
                prop_assert_eq!(&*altered, &before);
            }
        }

        #[test]
        fn with_twelve_bytes_it_is_that_of_aws_lc(
            key: [u8; 32], nonce: [u8; 12], data in vec(any::<u8>(), 0..40), text in vec(any::<u8>(), 0..2200),
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
