//! `SealedSecret` v1alpha1 (upstream `pkg/apis/sealedsecrets/v1alpha1/types.go`).

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{ObjectMeta, Time};
use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

use crate::{annotations, crd, scope::Scope};

/// SealedSecretSpec is the specification of a SealedSecret.
#[derive(CustomResource, Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(
    group = "bitnami.com",
    version = "v1alpha1",
    kind = "SealedSecret",
    namespaced,
    status = "SealedSecretStatus",
    derive = "Default",
    derive = "PartialEq",
    doc = "SealedSecret is the K8s representation of a \"sealed Secret\": a Secret whose values only the controller can open.",
    printcolumn = r#"{"name":"Status","type":"string","jsonPath":".status.conditions[0].message"}"#,
    printcolumn = r#"{"name":"Synced","type":"string","jsonPath":".status.conditions[0].status"}"#,
    printcolumn = r#"{"name":"Age","type":"date","jsonPath":".metadata.creationTimestamp"}"#
)]
#[serde(rename_all = "camelCase")]
pub struct SealedSecretSpec {
    /// Defines the structure of the Secret that is made from this SealedSecret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "crd::template")]
    pub template: Option<SecretTemplate>,

    /// Deprecated: the whole Secret in one ciphertext, as base64. Use encryptedData.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "crd::bytes")]
    pub data: Option<String>,

    /// The sealed items: base64 of each one's ciphertext.
    // Anything that is no string is read as an empty one, which then fails to open and is named: upstream does so because the
    // schema keeps unknown fields here, and one bad item must not hide the object.
    #[serde(default, deserialize_with = "tolerant")]
    #[schemars(schema_with = "crd::encrypted_data")]
    pub encrypted_data: BTreeMap<String, String>,
}

/// The structure of the Secret that a SealedSecret becomes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SecretTemplate {
    /// Labels, annotations and finalizers of the Secret. Its name and namespace are always the SealedSecret's.
    #[serde(default, deserialize_with = "nullable")]
    pub metadata: ObjectMeta,

    /// Type of the Secret; absent or empty is `Opaque`.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub type_: Option<String>,

    /// Whether the data of the Secret can never change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub immutable: Option<bool>,

    /// Plain items, rendered as Go templates over the opened ones. `null` leaves an opened item out of the Secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<BTreeMap<String, Option<String>>>,
}

/// SealedSecretStatus is the most recently observed status of the SealedSecret.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SealedSecretStatus {
    /// The generation that the controller looked at last, whether it opened or not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "crd::int64")]
    pub observed_generation: Option<i64>,

    /// The latest observations. `Synced` is upstream's and stays first; `Ready` says the same with a reason. `Reconciling` and `Stalled` are
    /// there while they are true.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "crd::conditions")]
    pub conditions: Option<Vec<Condition>>,

    /// Fingerprints of the sealing keys that opened the observed generation (`SHA256:` and base64), in order; absent where it did not open.
    /// Ours, as `observed_secret`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "crd::opened_by")]
    pub opened_by: Option<Vec<String>>,

    /// The Secret that was right last. Ours: upstream's CustomResourceDefinition drops it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed_secret: Option<ObservedSecret>,

    /// The items that were put into a Secret with the annotation `patch`, in order. Those that the SealedSecret has no more are taken out
    /// again. Upstream has no such field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "crd::patched_items")]
    pub patched_items: Option<Vec<String>>,

    /// The uid of that Secret, unless it was made from this SealedSecret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "crd::patched_secret")]
    pub patched_secret: Option<String>,
}

/// A Secret that was as its SealedSecret describes it. One that is still the same needs no look after a restart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ObservedSecret {
    /// Its uid.
    pub uid: String,
    /// Its resource version.
    pub resource_version: String,
    /// Digest of what beside the generation decided about it: the SealedSecret's annotations and the controller's settings.
    pub basis: String,
}

impl SealedSecretStatus {
    /// What is left of it under upstream's CustomResourceDefinition, which drops the fields that it does not know.
    #[must_use]
    pub fn pruned(self) -> Self {
        Self {
            opened_by: None,
            observed_secret: None,
            patched_items: None,
            patched_secret: None,
            ..self
        }
    }
}

/// One observation of a SealedSecret.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Condition {
    /// `Synced`, `Ready`, `Reconciling` or `Stalled`.
    #[serde(rename = "type")]
    pub type_: String,
    /// Whether it holds.
    pub status: ConditionStatus,
    /// When the controller last had something new to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_update_time: Option<Time>,
    /// When `status` last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_transition_time: Option<Time>,
    /// Why, as one word for programs. Upstream never sets it on `Synced`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Why, for people: names items and causes, never values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// Whether a condition holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ConditionStatus {
    /// It does not.
    False,
    /// It does.
    True,
    /// Nobody knows yet. Also what a value that we do not know is read as.
    #[serde(other)]
    Unknown,
}

impl SealedSecret {
    /// The object's name, or an empty text where it has none.
    pub fn name(&self) -> &str {
        self.metadata.name.as_deref().unwrap_or_default()
    }

    /// The object's namespace, or an empty text where it has none.
    pub fn namespace(&self) -> &str {
        self.metadata.namespace.as_deref().unwrap_or_default()
    }

    /// The scope under which the items are opened. Only the object's own annotations count, never the template's.
    pub fn scope(&self) -> Scope {
        Scope::of(self.metadata.annotations.as_ref())
    }

    /// Whether its Secret is put right where somebody has changed it.
    pub fn heals(&self) -> bool {
        let own = self.metadata.annotations.as_ref();
        own.and_then(|own| own.get(annotations::HEAL))
            .is_none_or(|value| value != annotations::FALSE)
    }

    /// Whether the template asks for a Secret without an owner.
    pub fn skips_owner_reference(&self) -> bool {
        let template = self.spec.template.as_ref();
        annotations::is_set(
            template.and_then(|template| template.metadata.annotations.as_ref()),
            annotations::SKIP_SET_OWNER_REFERENCES,
        )
    }
}

fn tolerant<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, String>, D::Error> {
    let serde_json::Value::Object(items) = serde_json::Value::deserialize(deserializer)? else {
        return Ok(BTreeMap::new());
    };
    let text = |value| match value {
        serde_json::Value::String(text) => text,
        _ => String::new(),
    };
    Ok(items.into_iter().map(|(key, value)| (key, text(value))).collect())
}

fn nullable<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(spec: serde_json::Value) -> SealedSecret {
        serde_json::from_value(json!({
            "apiVersion": "bitnami.com/v1alpha1", "kind": "SealedSecret", "metadata": {"name": "a", "namespace": "b"}, "spec": spec,
        }))
        .expect("a SealedSecret")
    }

    #[test]
    fn items_that_are_no_strings_are_kept_as_empty_ones() {
        let sealed = read(json!({"encryptedData": {"a": "AgB", "b": 1, "c": null, "d": {"e": "f"}}}));
        let expected = [("a", "AgB"), ("b", ""), ("c", ""), ("d", "")];
        assert_eq!(
            sealed.spec.encrypted_data,
            expected.map(|(key, value)| (key.into(), value.into())).into()
        );
        for no_map in [json!(null), json!("x"), json!([1])] {
            assert!(read(json!({"encryptedData": no_map})).spec.encrypted_data.is_empty());
        }
    }

    #[test]
    fn template_metadata_and_plain_items_may_be_null() {
        let sealed = read(json!({"encryptedData": {}, "template": {"metadata": null, "data": {"a": null, "b": "x"}}}));
        let template = sealed.spec.template.expect("a template");
        assert_eq!(template.metadata, ObjectMeta::default());
        assert_eq!(
            template.data,
            Some([("a".into(), None), ("b".into(), Some("x".into()))].into())
        );
    }

    #[test]
    fn the_scope_is_read_from_the_object_and_never_from_the_template() {
        let mut sealed = read(
            json!({"encryptedData": {}, "template": {"metadata": {"annotations": {annotations::CLUSTER_WIDE: "true"}}}}),
        );
        assert_eq!(sealed.scope(), Scope::Strict);
        sealed.metadata.annotations = Some([(annotations::NAMESPACE_WIDE.into(), "true".into())].into());
        assert_eq!(sealed.scope(), Scope::NamespaceWide);
    }

    #[test]
    fn an_unknown_condition_status_does_not_hide_the_object() {
        let condition: Condition =
            serde_json::from_value(json!({"type": "Synced", "status": "Maybe"})).expect("a condition");
        assert_eq!(condition.status, ConditionStatus::Unknown);
    }
}
