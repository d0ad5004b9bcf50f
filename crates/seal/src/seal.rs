//! A Secret becomes a SealedSecret.

use std::collections::BTreeMap;

use signet_api::{ObjectMeta, Scope, SealedSecret, SealedSecretSpec, Secret, SecretTemplate, annotations, base64};
use signet_plaintext::Plaintext;
use signet_sealing_keys::Certificate;

use crate::{hybrid, label::label};

/// Seals every item of a Secret to a certificate, in the scope that the Secret's annotations declare.
///
/// Labels, annotations, type and immutability go to the template, less what the API server writes and what would show the values
/// (`last-applied-configuration`). The certificate's validity is not looked at.
///
/// # Errors
/// - [`SealError::Encrypt`]: AWS-LC refused.
/// - [`SealError::NameMissing`]: the Secret has no name.
/// - [`SealError::NamespaceMissing`]: it has no namespace, and its scope is bound to one.
pub fn seal(secret: &Secret, certificate: &Certificate) -> Result<SealedSecret, SealError> {
    if secret.name().is_empty() {
        return Err(SealError::NameMissing);
    }
    let scope = secret.scope();
    if secret.namespace().is_empty() && scope != Scope::ClusterWide {
        return Err(SealError::NamespaceMissing);
    }
    let label = label(scope, secret.namespace(), secret.name());
    let items = secret
        .data
        .iter()
        .map(|(key, value)| Ok((key.clone(), seal_value(value, certificate, &label)?)));
    let mut sealed = SealedSecret {
        metadata: ObjectMeta {
            name: secret.metadata.name.clone(),
            namespace: secret.metadata.namespace.clone(),
            ..ObjectMeta::default()
        },
        spec: SealedSecretSpec {
            template: Some(template(secret)),
            data: None,
            encrypted_data: items.collect::<Result<_, _>>()?,
        },
        status: None,
    };
    let mut annotations = BTreeMap::new();
    scope.annotate(&mut annotations);
    sealed.metadata.annotations = Some(annotations).filter(|annotations| !annotations.is_empty());
    Ok(sealed)
}

/// Seals one value under a label; the result is base64, as `encryptedData` holds it.
///
/// # Errors
/// [`SealError::Encrypt`].
pub fn seal_value(value: &Plaintext, certificate: &Certificate, label: &[u8]) -> Result<String, SealError> {
    let ciphertext = hybrid::encrypt(value, certificate, label).map_err(|_| SealError::Encrypt)?;
    Ok(base64::encode(&ciphertext))
}

/// Why a Secret cannot be sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// AWS-LC refused to encrypt.
    #[error("the value cannot be encrypted with this certificate")]
    Encrypt,
    /// There is no name to bind to.
    #[error("missing metadata.name in input Secret")]
    NameMissing,
    /// There is no namespace to bind to.
    #[error("secret must declare a namespace")]
    NamespaceMissing,
}

fn template(secret: &Secret) -> SecretTemplate {
    let mut metadata = ObjectMeta {
        creation_timestamp: None,
        deletion_grace_period_seconds: None,
        deletion_timestamp: None,
        generation: None,
        owner_references: None,
        resource_version: None,
        self_link: None,
        uid: None,
        ..secret.metadata.clone()
    };
    if let Some(all) = &mut metadata.annotations {
        all.retain(|key, _| !annotations::LAST_APPLIED.contains(&key.as_str()));
    }
    SecretTemplate {
        metadata,
        type_: secret.type_.clone(),
        immutable: secret.immutable,
        data: None,
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};
    use signet_sealing_keys::{KeySize, SealingKey};

    use super::*;

    fn certificate() -> Certificate {
        let key = SealingKey::generate(
            KeySize::Rsa2048,
            SignedDuration::from_hours(1),
            "",
            Timestamp::UNIX_EPOCH,
        )
        .expect("a key");
        key.certificate().clone()
    }

    #[test]
    fn what_the_server_wrote_and_what_shows_the_values_stays_out() {
        let secret: Secret = serde_json::from_str(
            r#"{"metadata": {"name": "app", "namespace": "team", "uid": "u", "resourceVersion": "1", "generation": 2, "selfLink": "/x",
                "creationTimestamp": "2026-01-01T00:00:00Z", "labels": {"a": "b"}, "finalizers": ["f"],
                "ownerReferences": [{"apiVersion": "v1", "kind": "Pod", "name": "p", "uid": "u"}],
                "annotations": {"keep": "me", "kubectl.kubernetes.io/last-applied-configuration": "canary", "kubecfg.ksonnet.io/last-applied-configuration": "canary"}},
                "type": "kubernetes.io/tls", "immutable": true, "data": {"a": "YQ==", "empty": ""}}"#,
        )
        .expect("a Secret");
        let sealed = seal(&secret, &certificate()).expect("sealed");
        let json = serde_json::to_value(&sealed).expect("JSON");
        assert!(!json.to_string().contains("canary"));
        assert_eq!(
            json["metadata"],
            serde_json::json!({"name": "app", "namespace": "team"})
        );
        assert_eq!(
            json["spec"]["template"],
            serde_json::json!({"immutable": true, "type": "kubernetes.io/tls", "metadata": {
                "name": "app", "namespace": "team", "labels": {"a": "b"}, "annotations": {"keep": "me"}, "finalizers": ["f"]}})
        );
        let items: Vec<_> = sealed.spec.encrypted_data.keys().collect();
        assert_eq!(items, ["a", "empty"]);
        assert!(
            sealed.spec.encrypted_data.values().all(|item| item.starts_with("AQ")),
            "256 bytes of RSA"
        );
    }

    #[test]
    fn the_scope_goes_to_object_and_template() {
        let mut secret = Secret::default();
        secret.metadata.name = Some("app".into());
        let mut annotations = BTreeMap::new();
        Scope::ClusterWide.annotate(&mut annotations);
        secret.metadata.annotations = Some(annotations.clone());
        let sealed = seal(&secret, &certificate()).expect("sealed without a namespace");
        assert_eq!(sealed.metadata.annotations, Some(annotations.clone()));
        assert_eq!(
            sealed.spec.template.expect("a template").metadata.annotations,
            Some(annotations)
        );
    }

    #[test]
    fn nothing_to_bind_to_is_an_error() {
        let mut secret = Secret::default();
        assert_eq!(seal(&secret, &certificate()).err(), Some(SealError::NameMissing));
        secret.metadata.name = Some("app".into());
        assert_eq!(seal(&secret, &certificate()).err(), Some(SealError::NamespaceMissing));
        secret.metadata.namespace = Some(String::new());
        assert_eq!(seal(&secret, &certificate()).err(), Some(SealError::NamespaceMissing));
    }
}
