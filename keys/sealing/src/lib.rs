//! The cluster's sealing keys: what seals, what unseals, and for how long.
//!
//! ```text
//! generate(now) → SealingKey → key_secret::encode → stored → key_secret::decode → Keyring → newest() seals, candidates() unseal
//! ```
//!
//! A [`Certificate`] is all that sealing needs. A [`PrivateKey`] is all that unsealing needs. A [`SealingKey`] is both, and a
//! [`Keyring`] is all of a cluster's sealing keys at one moment.
//!
//! ```
//! use signet_sealing_keys::{KeySize, PrivateKey, SealingKey};
//!
//! let now = "2026-01-01T00:00:00Z".parse()?;
//! let key = SealingKey::generate(KeySize::Rsa2048, jiff::SignedDuration::from_hours(87_600), "", now)?;
//! let wrapped = key.certificate().wrap(&[7; 32], b"team/app")?;
//! assert_eq!(key.private_key().unwrap(&wrapped, b"team/app").ok_or("not opened")?[..], [7; 32]);
//! assert!(key.private_key().unwrap(&wrapped, b"team/other").is_none());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod certificate;
mod fingerprint;
mod generate;
pub mod key_secret;
mod keyring;
pub mod lifecycle;
mod pem_block;
mod private_key;
mod sealing_key;

pub use certificate::{Certificate, CertificateError, WrapError};
pub use fingerprint::Fingerprint;
pub use generate::{GenerateError, KeySize};
pub use keyring::{KeyOrder, Keyring, ParseKeyOrderError};
pub use private_key::{PrivateKey, PrivateKeyError};
pub use sealing_key::{SealingKey, SealingKeyError};
