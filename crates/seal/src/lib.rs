//! The SealedSecret format: each item encrypted for the cluster's key, bound to where it may be opened.
//!
//! ```text
//! Secret → seal(certificate) → SealedSecret → Git → unseal(candidates): open each item, render the template → Secret
//! ```
//!
//! Sealing draws its randomness (a session key per item, the OAEP seed) from AWS-LC, which takes no other for OAEP.
//!
//! ```
//! use signet_api::Secret;
//! use signet_seal::{Clock, UnsealOptions, seal, unseal};
//! use signet_sealing_keys::{KeyOrder, KeySize, Keyring, SealingKey};
//!
//! let key = SealingKey::generate(KeySize::Rsa2048, jiff::SignedDuration::from_hours(1), "", jiff::Timestamp::UNIX_EPOCH)?;
//! let keyring = Keyring::new([key.into()], KeyOrder::default());
//! let secret: Secret = serde_json::from_str(r#"{"metadata": {"name": "app", "namespace": "team"}, "data": {"password": "czNjcjN0"}}"#)?;
//!
//! let mut sealed = seal(&secret, keyring.newest().ok_or("no key")?.certificate())?;
//! let clock = Clock { now: jiff::Timestamp::UNIX_EPOCH, expired: &|| false };
//! let opened = unseal(&sealed, &keyring.candidates(None, None), UnsealOptions::default(), clock)?;
//! assert_eq!(opened.secret.data["password"].expose(), b"s3cr3t");
//!
//! sealed.metadata.namespace = Some("other".to_owned());
//! let refused = unseal(&sealed, &keyring.candidates(None, None), UnsealOptions::default(), clock);
//! assert_eq!(refused.err().ok_or("opened")?.to_string(), "no key could decrypt secret (password)");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod hybrid;
mod label;
mod render;
mod reseal;
mod seal;
mod unseal;

pub use label::label;
pub use render::Clock;
pub use reseal::{ResealError, reseal, verify};
pub use seal::{SealError, seal, seal_value};
pub use unseal::{ItemError, UnsealError, UnsealOptions, Unsealed, open_value, unseal};
