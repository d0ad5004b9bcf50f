//! The Kubernetes objects that Signet reads and writes.
//!
//! A manifest becomes a [`Secret`] or a [`SealedSecret`], and both become text again in upstream's layout:
//!
//! ```text
//! manifest text → document::read → Secret::from_document → (sealed) → SealedSecret::to_node → write_yaml → Git
//! ```
//!
//! Our [`Secret`] stands in the place of `k8s_openapi`'s, whose `Debug` prints what it holds.
//!
//! ```
//! use signet_api::{Reading, Secret};
//!
//! let text = b"apiVersion: v1\nkind: Secret\nmetadata: {name: app, namespace: team}\nstringData: {password: s3cr3t}\n";
//! let document = signet_document::read(text, &signet_document::Limits::default()).next().ok_or("empty")??;
//! let secret = Secret::from_document(&document, Reading::Strict)?;
//! assert_eq!(secret.data["password"].expose(), b"s3cr3t");
//! assert!(!format!("{secret:?}").contains("s3cr3t"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod annotations;
pub mod base64;
pub mod crd;
pub mod http;
pub mod manifest;
mod name;
mod scope;
mod sealed_secret;
mod secret;

pub use k8s_openapi::apimachinery::pkg::apis::meta::v1::{ObjectMeta, OwnerReference, Time};
pub use manifest::{ManifestError, Reading};
pub use name::{is_data_key, is_label, is_label_value, is_qualified_name, is_subdomain};
pub use scope::{ParseScopeError, Scope};
pub use sealed_secret::{
    Condition, ConditionStatus, ObservedSecret, SealedSecret, SealedSecretSpec, SealedSecretStatus, SecretTemplate,
};
pub use secret::Secret;
