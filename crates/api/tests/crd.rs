//! The checked-in CustomResourceDefinition is the generated one, and takes what upstream's takes.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on is a failed test"
)]

use serde_json::{Value, json};

#[test]
fn the_file_in_the_chart_is_the_generated_one() {
    let generated = signet_api::crd::sealed_secret_yaml().expect("a definition");
    let file = include_str!("../../../deploy/chart/crds/sealedsecrets.bitnami.com.yaml");
    assert!(
        *generated == file,
        "make it anew: cargo run -p signet-api --example crd > deploy/chart/crds/sealedsecrets.bitnami.com.yaml"
    );
}

#[test]
fn identity_and_columns_are_upstreams() {
    let crd = signet_api::crd::sealed_secret().expect("a definition");
    assert_eq!(crd["metadata"]["name"], "sealedsecrets.bitnami.com");
    let names = json!({"kind": "SealedSecret", "listKind": "SealedSecretList", "plural": "sealedsecrets", "singular": "sealedsecret"});
    assert_eq!(crd["spec"]["names"], names);
    assert_eq!(
        (&crd["spec"]["group"], &crd["spec"]["scope"]),
        (&json!("bitnami.com"), &json!("Namespaced"))
    );
    let version = &crd["spec"]["versions"][0];
    assert_eq!(crd["spec"]["versions"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        (&version["name"], &version["served"], &version["storage"]),
        (&json!("v1alpha1"), &json!(true), &json!(true))
    );
    assert_eq!(version["subresources"], json!({"status": {}}));
    let columns: Vec<_> = version["additionalPrinterColumns"]
        .as_array()
        .expect("columns")
        .iter()
        .map(|column| &column["name"])
        .collect();
    assert_eq!(columns, ["Status", "Synced", "Age"]);
}

/// The types of upstream's schema, path by path; descriptions apart.
#[test]
fn the_schema_is_upstreams() {
    let crd = signet_api::crd::sealed_secret().expect("a definition");
    let schema = &crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"];
    assert_eq!(schema["required"], json!(["spec"]));
    let spec = &schema["properties"]["spec"];
    assert_eq!(spec["required"], json!(["encryptedData"]));
    let texts = json!({"type": "object", "additionalProperties": {"type": "string"}});
    assert_eq!(
        bare(&spec["properties"]["data"]),
        json!({"type": "string", "format": "byte"})
    );
    let mut items = texts.clone();
    items["x-kubernetes-preserve-unknown-fields"] = json!(true);
    assert_eq!(bare(&spec["properties"]["encryptedData"]), items);
    assert_eq!(
        bare(&spec["properties"]["template"]),
        json!({"type": "object", "properties": {
            "data": {"type": "object", "nullable": true, "additionalProperties": {"type": "string", "nullable": true}},
            "immutable": {"type": "boolean"},
            "metadata": {
                "type": "object", "nullable": true, "x-kubernetes-preserve-unknown-fields": true,
                "properties": {
                    "annotations": texts, "labels": texts, "finalizers": {"type": "array", "items": {"type": "string"}},
                    "name": {"type": "string"}, "namespace": {"type": "string"},
                },
            },
            "type": {"type": "string"},
        }})
    );
    let time = json!({"type": "string", "format": "date-time"});
    let condition = json!({"type": "object", "required": ["status", "type"], "properties": {
        "lastTransitionTime": time, "lastUpdateTime": time, "message": {"type": "string"}, "reason": {"type": "string"},
        "status": {"type": "string"}, "type": {"type": "string"},
    }});
    let status = &schema["properties"]["status"]["properties"];
    assert_eq!(
        bare(&status["conditions"]),
        json!({"type": "array", "items": condition})
    );
    assert_eq!(
        bare(&status["observedGeneration"]),
        json!({"type": "integer", "format": "int64"})
    );
}

/// What upstream's schema does not have: it takes nothing away, and upstream's controller reads over it.
#[test]
fn a_fresh_object_is_observed_at_no_generation_and_the_keys_have_a_field() {
    let crd = signet_api::crd::sealed_secret().expect("a definition");
    let status = &crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["status"];
    assert_eq!(status["default"], json!({"observedGeneration": -1}));
    assert_eq!(status["type"], "object");
    assert_eq!(
        bare(&status["properties"]["openedBy"]),
        json!({"type": "array", "items": {"type": "string"}})
    );
    let fields = status["properties"].as_object().expect("fields").keys();
    let more: Vec<_> = fields
        .filter(|field| !["conditions", "observedGeneration"].contains(&field.as_str()))
        .collect();
    assert_eq!(more, ["observedSecret", "openedBy", "patchedItems", "patchedSecret"]);
}

/// What upstream's schema does not have.
#[test]
fn items_that_were_merged_into_a_secret_are_remembered() {
    let crd = signet_api::crd::sealed_secret().expect("a definition");
    let status = &crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["status"]["properties"];
    let items = json!({"type": "array", "items": {"type": "string"}});
    assert_eq!(bare(&status["patchedItems"]), items);
    assert_eq!(bare(&status["patchedSecret"]), json!({"type": "string"}));
}

/// A schema without its descriptions.
fn bare(schema: &Value) -> Value {
    match schema {
        Value::Object(fields) => {
            let is_text = |key: &str, value: &Value| key == "description" && value.is_string();
            fields
                .iter()
                .filter(|(key, value)| !is_text(key, value))
                .map(|(key, value)| (key.clone(), bare(value)))
                .collect()
        }
        Value::Array(items) => items.iter().map(bare).collect(),
        other => other.clone(),
    }
}
