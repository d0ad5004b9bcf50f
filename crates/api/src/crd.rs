//! The CustomResourceDefinition, generated from the types. It accepts every object that upstream's accepts.

use kube::CustomResourceExt;
use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::{manifest, sealed_secret::SealedSecret};

/// The SealedSecret CustomResourceDefinition, as the JSON that Kubernetes takes.
///
/// # Errors
/// That of `serde_json`, should a type of ours not be expressible; a test shows that it is.
pub fn sealed_secret() -> Result<Value, serde_json::Error> {
    let mut crd = serde_json::to_value(SealedSecret::crd())?;
    // What is absent and what is empty mean the same; tools that compare manifests do not all know it.
    for pointer in ["/spec/names", "/spec/versions/0"] {
        if let Some(Value::Object(fields)) = crd.pointer_mut(pointer) {
            fields.retain(|_, value| !value.as_array().is_some_and(Vec::is_empty));
        }
    }
    // The type reads an object without it, so that one made before a schema stood in its way is still reported on.
    if let Some(spec) = crd.pointer_mut(SPEC_SCHEMA).and_then(Value::as_object_mut) {
        spec.insert("required".to_owned(), Value::from(vec!["encryptedData"]));
        let items = spec
            .get_mut("properties")
            .and_then(|fields| fields.get_mut("encryptedData"));
        items
            .and_then(Value::as_object_mut)
            .and_then(|items| items.remove("default"));
    }
    // No generation equals it, so that whoever waits for a fresh object (kstatus, Flux) waits until a controller has looked at it.
    if let Some(status) = crd.pointer_mut(STATUS_SCHEMA).and_then(Value::as_object_mut) {
        status.insert("default".to_owned(), json!({"observedGeneration": -1}));
    }
    if let Some(names) = crd.pointer_mut("/spec/names").and_then(Value::as_object_mut) {
        names.insert("listKind".to_owned(), Value::from("SealedSecretList"));
    }
    Ok(crd)
}

/// The same as YAML, as it stands in the chart.
///
/// # Errors
/// As [`sealed_secret`].
pub fn sealed_secret_yaml() -> Result<Zeroizing<String>, serde_json::Error> {
    Ok(signet_document::write_yaml(&manifest::node(&sealed_secret()?)))
}

pub(crate) fn encrypted_data(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "description": "The sealed items: base64 of each one's ciphertext.",
        "type": "object",
        "additionalProperties": {"type": "string"},
        "x-kubernetes-preserve-unknown-fields": true,
    })
}

pub(crate) fn bytes(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "description": "Deprecated: the whole Secret in one ciphertext. Use encryptedData.",
        "type": "string",
        "format": "byte",
    })
}

pub(crate) fn int64(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "description": "The generation that the controller looked at last.",
        "type": "integer",
        "format": "int64",
    })
}

pub(crate) fn template(_: &mut SchemaGenerator) -> Schema {
    let texts = json_schema!({"type": "object", "additionalProperties": {"type": "string"}});
    json_schema!({
        "description": "Defines the structure of the Secret that is made from this SealedSecret.",
        "type": "object",
        "properties": {
            "data": {
                "description": "Plain items, rendered as Go templates over the opened ones. null leaves an opened item out of the Secret.",
                "type": "object",
                "nullable": true,
                "additionalProperties": {"type": "string", "nullable": true},
            },
            "immutable": {"description": "Whether the data of the Secret can never change.", "type": "boolean"},
            "metadata": {
                "description": "Labels, annotations and finalizers of the Secret.",
                "type": "object",
                "nullable": true,
                "properties": {
                    "annotations": texts,
                    "finalizers": {"type": "array", "items": {"type": "string"}},
                    "labels": texts,
                    "name": {"type": "string"},
                    "namespace": {"type": "string"},
                },
                "x-kubernetes-preserve-unknown-fields": true,
            },
            "type": {"description": "Type of the Secret; absent or empty is Opaque.", "type": "string"},
        },
    })
}

pub(crate) fn conditions(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "description": "The latest observations: Synced; Ready with a reason; Reconciling or Stalled while it does not succeed.",
        "type": "array",
        "items": {
            "type": "object",
            "required": ["status", "type"],
            "properties": {
                "lastTransitionTime": {"description": "When status last changed.", "type": "string", "format": "date-time"},
                "lastUpdateTime": {"description": "When the controller last had something new to say.", "type": "string", "format": "date-time"},
                "message": {"description": "Why, for people.", "type": "string"},
                "reason": {"description": "Why, as one word for programs.", "type": "string"},
                "status": {"description": "True, False or Unknown.", "type": "string"},
                "type": {"description": "Synced, Ready, Reconciling or Stalled.", "type": "string"},
            },
        },
    })
}

pub(crate) fn opened_by(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "description": "Fingerprints of the sealing keys that opened the observed generation.",
        "type": "array",
        "items": {"type": "string"},
    })
}

pub(crate) fn patched_items(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "description": "The items that were put into a Secret with the annotation patch, in order.",
        "type": "array",
        "items": {"type": "string"},
    })
}

pub(crate) fn patched_secret(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"description": "The uid of that Secret, unless it was made from this SealedSecret.", "type": "string"})
}

const SPEC_SCHEMA: &str = "/spec/versions/0/schema/openAPIV3Schema/properties/spec";
const STATUS_SCHEMA: &str = "/spec/versions/0/schema/openAPIV3Schema/properties/status";
