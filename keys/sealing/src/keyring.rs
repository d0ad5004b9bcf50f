//! All of a cluster's sealing keys at one moment.

use std::{cmp::Reverse, str::FromStr, sync::Arc};

use jiff::{SignedDuration, Timestamp};

use crate::{fingerprint::Fingerprint, private_key::PrivateKey, sealing_key::SealingKey};

/// The sealing keys, newest first. It never changes: another set of keys is another keyring.
// Invariant: no two keys have the same fingerprint.
#[derive(Clone, Default)]
pub struct Keyring {
    keys: Vec<Arc<SealingKey>>,
    order: KeyOrder,
}

impl Keyring {
    /// Puts the keys in order. Among keys of the same age the one whose Secret was made first is held to be newest, as upstream has it, and
    /// among Secrets of the same second the one with the newest certificate; of two Secrets with the same key, the newer one counts.
    pub fn new(keys: impl IntoIterator<Item = Arc<SealingKey>>, order: KeyOrder) -> Self {
        let mut keys: Vec<_> = keys.into_iter().collect();
        keys.sort_by_key(|key| {
            let not_before = key.certificate().not_before();
            let age = (Reverse(order.time(key)), key.created(), Reverse(not_before));
            (age, key.fingerprint().clone())
        });
        let mut seen = std::collections::HashSet::new();
        keys.retain(|key| seen.insert(key.fingerprint().clone()));
        Self { keys, order }
    }

    /// The key that seals; none in an empty keyring.
    pub fn newest(&self) -> Option<&Arc<SealingKey>> {
        self.keys.first()
    }

    /// When the newest key began to count, by the keyring's order.
    pub fn newest_since(&self) -> Option<Timestamp> {
        self.newest().map(|key| self.order.time(key))
    }

    /// When the certificate of a key that is made at `now` is to begin, so that the key is the newest: later than the newest one, also where a
    /// wrong clock made that.
    pub fn next_since(&self, now: Timestamp) -> Timestamp {
        let newest = self.newest().map(|key| key.certificate().not_before());
        let later = newest.and_then(|since| since.checked_add(SignedDuration::from_secs(1)).ok());
        later.map_or(now, |later| later.max(now))
    }

    /// Every key, newest first.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<SealingKey>> {
        self.keys.iter()
    }

    /// Number of keys.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there are no keys.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Every private key, likeliest first: the key `known` to have opened the object before, the key that was newest when the object was
    /// `created`, then the rest from the newest on. A wrong guess costs a whole RSA operation.
    pub fn candidates(&self, known: Option<&Fingerprint>, created: Option<Timestamp>) -> Vec<&PrivateKey> {
        let then = created.and_then(|created| self.keys.iter().position(|key| self.order.time(key) <= created));
        let known = known.and_then(|known| self.keys.iter().position(|key| key.fingerprint() == known));
        let mut order: Vec<usize> = known.into_iter().chain(then).chain(0..self.keys.len()).collect();
        let mut seen = vec![false; self.keys.len()];
        order.retain(|index| !std::mem::replace(&mut seen[*index], true));
        order.into_iter().map(|index| self.keys[index].private_key()).collect()
    }
}

/// By which time the newest key is told (upstream's `--key-order-priority`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeyOrder {
    /// Start of the certificate's validity.
    #[default]
    CertNotBefore,
    /// Creation of the key Secret; where that is unknown, the start of the certificate's validity.
    SecretCreationTimestamp,
}

impl KeyOrder {
    fn time(self, key: &SealingKey) -> Timestamp {
        match self {
            Self::CertNotBefore => key.certificate().not_before(),
            Self::SecretCreationTimestamp => key.created().unwrap_or(key.certificate().not_before()),
        }
    }
}

impl FromStr for KeyOrder {
    type Err = ParseKeyOrderError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "CertNotBefore" => Ok(Self::CertNotBefore),
            "SecretCreationTimestamp" => Ok(Self::SecretCreationTimestamp),
            _ => Err(ParseKeyOrderError),
        }
    }
}

/// The text names no order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be one of: CertNotBefore, SecretCreationTimestamp")]
pub struct ParseKeyOrderError;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{PrivateKey, generate::KeySize};

    const CREATED: [&str; 3] = ["2026-05-01T00:00:00Z", "2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z"];

    /// Three keys, the first with the newest Secret and the last with the newest certificate.
    fn keys() -> Vec<Arc<SealingKey>> {
        let not_before = ["2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z"];
        let key = |(not_before, created): (&str, &str)| {
            let made = SealingKey::generate(KeySize::Rsa2048, SignedDuration::from_hours(1), "", time(not_before))
                .expect("a key");
            let private_key = PrivateKey::from_pem(made.private_key().to_pem().as_bytes()).expect("a private key");
            Arc::new(SealingKey::new(private_key, made.certificate().clone(), Some(time(created))).expect("a pair"))
        };
        not_before.into_iter().zip(CREATED).map(key).collect()
    }

    fn time(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    fn names<'a>(keys: impl IntoIterator<Item = &'a PrivateKey>) -> Vec<&'a Fingerprint> {
        keys.into_iter().map(PrivateKey::fingerprint).collect()
    }

    #[test]
    fn order_and_candidates() {
        let keys = keys();
        let [a, b, c] = [&keys[0], &keys[1], &keys[2]].map(|key| key.fingerprint());
        let ring = Keyring::new(keys.clone(), KeyOrder::CertNotBefore);
        assert_eq!(names(ring.candidates(None, None)), [c, b, a]);
        assert_eq!(names(ring.candidates(Some(a), None)), [a, c, b]);
        assert_eq!(
            names(ring.candidates(None, Some(time("2026-02-15T00:00:00Z")))),
            [b, c, a]
        );
        assert_eq!(
            names(ring.candidates(Some(a), Some(time("2026-02-15T00:00:00Z")))),
            [a, b, c]
        );
        assert_eq!(
            names(ring.candidates(None, Some(time("2025-01-01T00:00:00Z")))),
            [c, b, a]
        );
        assert_eq!(ring.newest_since(), Some(time("2026-03-01T00:00:00Z")));

        let by_secret = Keyring::new(keys.clone(), KeyOrder::SecretCreationTimestamp);
        assert_eq!(by_secret.newest().map(|key| key.fingerprint()), Some(a));
        assert_eq!(by_secret.newest_since(), Some(time(CREATED[0])));
    }

    #[test]
    fn the_same_key_counts_once() {
        let key = keys().remove(0);
        assert_eq!(Keyring::new([key.clone(), key], KeyOrder::default()).len(), 1);
        assert!(Keyring::new([], KeyOrder::default()).newest().is_none());
    }

    #[test]
    fn the_next_key_is_the_newest_in_either_order() {
        let second = time("2026-01-01T00:00:00Z");
        for order in [KeyOrder::CertNotBefore, KeyOrder::SecretCreationTimestamp] {
            let mut keys = Vec::new();
            // Also while the clock stands still, or goes back.
            for now in [
                "2026-01-01T00:00:00.9Z",
                "2026-01-01T00:00:00.9Z",
                "2025-01-01T00:00:00Z",
            ] {
                let since = Keyring::new(keys.clone(), order).next_since(time(now));
                let made = SealingKey::generate(KeySize::Rsa2048, SignedDuration::from_hours(1), "", since);
                let made = made.expect("a key");
                let private_key = PrivateKey::from_pem(made.private_key().to_pem().as_bytes()).expect("a private key");
                let key = SealingKey::new(private_key, made.certificate().clone(), Some(second)).expect("a pair");
                keys.push(Arc::new(key));
                let newest = Keyring::new(keys.clone(), order).newest().cloned();
                let [newest, last] = [newest.as_ref(), keys.last()].map(|key| key.map(|key| key.fingerprint()));
                assert_eq!(newest, last, "{order:?} {now}");
            }
        }
    }

    #[test]
    fn order_names_are_exact() {
        assert_eq!("SecretCreationTimestamp".parse(), Ok(KeyOrder::SecretCreationTimestamp));
        for wrong in ["", "certnotbefore", "CertNotAfter"] {
            assert_eq!(wrong.parse::<KeyOrder>(), Err(ParseKeyOrderError));
        }
    }
}
