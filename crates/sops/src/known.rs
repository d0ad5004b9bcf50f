//! Ciphertexts that can be made again.

use std::collections::HashMap;

use aws_lc_rs::digest::{self, SHA256};

use crate::value::{Kind, NONCE, Opened};

/// The nonces of values that were decrypted, by what they were and where. The same value at the same place may be encrypted with the same nonce
/// again: it gives the same ciphertext.
///
/// Of equal values at one path, as in a sequence, each has its own: the first one is given first.
#[derive(Default)]
pub(crate) struct Known {
    /// By digest, so that no plaintext is kept.
    queues: HashMap<[u8; 32], Queue>,
    nonces: Vec<Entry>,
}

/// The nonces of equal values: places in the list of all.
struct Queue {
    next: Option<u32>,
    last: u32,
}

struct Entry {
    nonce: Nonce,
    next: Option<u32>,
}

/// A nonce of up to 32 bytes.
#[derive(Clone, Copy)]
pub(crate) struct Nonce {
    bytes: [u8; NONCE],
    length: u8,
}

impl Known {
    /// Remembers a value. The bytes that were encrypted count, not what they mean: `007` is a 7, and encrypted with its nonce, `7` would
    /// tell of both.
    pub(crate) fn note(&mut self, path: &str, opened: &Opened) {
        let Ok(place) = u32::try_from(self.nonces.len()) else {
            return;
        };
        let Some(nonce) = Nonce::new(&opened.nonce) else {
            return;
        };
        self.nonces.push(Entry { nonce, next: None });
        let queue = self.queues.entry(identity(path, opened.kind, &opened.plaintext));
        let queue = queue.or_insert(Queue {
            next: None,
            last: place,
        });
        if queue.next.is_none() {
            queue.next = Some(place);
        } else if let Some(last) = self.nonces.get_mut(queue.last as usize) {
            last.next = Some(place);
        }
        queue.last = place;
    }

    /// The nonce of such a value, which is not given again, and the kind that it had. A float that is whole, `3.0`, is written `3` and comes back
    /// as an integer.
    pub(crate) fn take(&mut self, path: &str, kind: Kind, text: &[u8]) -> Option<(Nonce, Kind)> {
        if self.queues.is_empty() {
            return None;
        }
        match self.take_of(path, kind, text) {
            None if kind == Kind::Integer => Some((self.take_of(path, Kind::Float, text)?, Kind::Float)),
            nonce => Some((nonce?, kind)),
        }
    }

    fn take_of(&mut self, path: &str, kind: Kind, text: &[u8]) -> Option<Nonce> {
        let queue = self.queues.get_mut(&identity(path, kind, text))?;
        let entry = self.nonces.get(queue.next? as usize)?;
        queue.next = entry.next;
        Some(entry.nonce)
    }
}

impl Nonce {
    fn new(nonce: &[u8]) -> Option<Self> {
        let mut bytes = [0; NONCE];
        bytes.get_mut(..nonce.len())?.copy_from_slice(nonce);
        let length = u8::try_from(nonce.len()).ok()?;
        Some(Self { bytes, length })
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length.into()).unwrap_or_default()
    }
}

impl From<[u8; NONCE]> for Nonce {
    fn from(bytes: [u8; NONCE]) -> Self {
        let length = NONCE as u8;
        Self { bytes, length }
    }
}

fn identity(path: &str, kind: Kind, text: &[u8]) -> [u8; 32] {
    let mut context = digest::Context::new(&SHA256);
    context.update(&(path.len() as u64).to_be_bytes());
    context.update(path.as_bytes());
    context.update(kind.as_str().as_bytes());
    context.update(&[0]);
    context.update(text);
    let mut identity = [0; 32];
    identity.copy_from_slice(context.finish().as_ref());
    identity
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(text: &str, kind: Kind, nonce: &[u8]) -> Opened {
        Opened {
            plaintext: text.as_bytes().to_vec().into(),
            kind,
            nonce: nonce.to_vec(),
        }
    }

    #[test]
    fn equal_values_have_their_nonces_in_order() {
        let mut known = Known::default();
        for nonce in 1..=3 {
            known.note("l:", &opened("x", Kind::Text, &[nonce; 32]));
            known.note("l:", &opened("y", Kind::Text, &[nonce + 10; 12]));
        }
        let mut take = |path, kind, text: &str| {
            known
                .take(path, kind, text.as_bytes())
                .map(|(nonce, _)| nonce.as_bytes().to_vec())
        };
        for (path, kind, text) in [
            ("l:", Kind::Text, "z"),
            ("l:", Kind::Comment, "x"),
            ("m:", Kind::Text, "x"),
            ("", Kind::Text, "l:x"),
        ] {
            assert_eq!(take(path, kind, text), None);
        }
        for nonce in 1..=3 {
            assert_eq!(take("l:", Kind::Text, "x"), Some(vec![nonce; 32]));
            assert_eq!(take("l:", Kind::Text, "y"), Some(vec![nonce + 10; 12]));
        }
        assert_eq!(take("l:", Kind::Text, "x"), None);
        known.note("l:", &opened("x", Kind::Text, &[9; 32]));
        let again = known.take("l:", Kind::Text, b"x");
        assert_eq!(again.map(|(nonce, _)| nonce.as_bytes().to_vec()), Some(vec![9; 32]));
    }

    #[test]
    fn a_longer_nonce_is_not_kept() {
        let mut known = Known::default();
        known.note("a:", &opened("x", Kind::Text, &[1; 33]));
        assert!(known.take("a:", Kind::Text, b"x").is_none());
    }
}
