use std::{collections::HashMap, fs, path::Path};

use boon::{Compiler, Draft, Format, Schemas};
use serde_json::{Map, Value, json};

use crate::variable;

/// A release of Kubernetes, by the documents that its API server publishes.
#[derive(Debug)]
pub struct Release {
    /// Such as `1.28`.
    pub version: String,
    /// The documents by group and version, such as `apps/v1`.
    documents: HashMap<String, Value>,
}

impl Release {
    /// All that are pinned in `tests/peers/schemas`, in no order.
    pub fn all() -> Vec<Self> {
        let folders = fs::read_dir(variable("SIGNET_PEER_KUBERNETES_SCHEMAS")).unwrap();
        folders.map(|folder| Self::read(&folder.unwrap().path())).collect()
    }

    /// What is wrong with an object. Fields that the release does not know count, which its API server would only warn of or drop.
    pub fn faults(&self, object: &Value) -> Option<String> {
        let text = |field: &str| object[field].as_str().unwrap_or_default();
        let (api, kind) = (text("apiVersion"), text("kind"));
        let Some((document, name)) = self.schema(api, kind) else {
            return Some(format!("there is no {kind} of {api} in Kubernetes {}", self.version));
        };
        let mut compiler = Compiler::new();
        compiler.set_default_draft(Draft::V2019_09);
        compiler.enable_format_assertions();
        for (name, func) in [("int32", is_int32 as fn(&Value) -> _), ("int64", is_int64)] {
            compiler.register_format(Format { name, func });
        }
        compiler.add_resource(URL, document.clone()).unwrap();
        let mut schemas = Schemas::new();
        let schema = compiler.compile(&format!("{URL}#/components/schemas/{name}"), &mut schemas);
        let result = schemas.validate(object, schema.expect("a schema"));
        result.err().map(|error| error.to_string())
    }

    /// The document with the schema of a kind, and its name in there.
    fn schema(&self, api: &str, kind: &str) -> Option<(&Value, &str)> {
        let (group, version) = api.split_once('/').unwrap_or(("", api));
        let wanted = json!({"group": group, "version": version, "kind": kind});
        let document = self.documents.get(api)?;
        let mut schemas = document["components"]["schemas"].as_object()?.iter();
        let is_wanted = |schema: &Value| {
            schema["x-kubernetes-group-version-kind"]
                .as_array()?
                .contains(&wanted)
                .then_some(())
        };
        let (name, _) = schemas.find(|(_, schema)| is_wanted(schema).is_some())?;
        Some((document, name))
    }

    fn read(folder: &Path) -> Self {
        let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let documents = files.filter_map(|file| {
            let name = file.file_name().unwrap().to_str().unwrap();
            // `apis__apps__v1_openapi.json`, `api__v1_openapi.json`; others are lists of versions.
            let api = name.strip_suffix("_openapi.json")?;
            let api = api.strip_prefix("apis__").or_else(|| api.strip_prefix("api__"))?;
            let mut document = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
            close(&mut document);
            Some((api.replace("__", "/"), document))
        });
        Self {
            version: folder.file_name().unwrap().to_str().unwrap().to_owned(),
            documents: documents.collect(),
        }
    }
}

/// Lets objects have no fields but those that are named.
fn close(document: &mut Value) {
    let schemas = document
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut);
    for schema in schemas.into_iter().flat_map(Map::values_mut) {
        let has_fields = schema.get("properties").is_some();
        if let Some(schema) = schema.as_object_mut().filter(|_| has_fields) {
            schema.entry("additionalProperties").or_insert(false.into());
        }
    }
}

fn is_int32(value: &Value) -> Result<(), Box<dyn std::error::Error>> {
    match value.as_i64() {
        Some(number) if value.is_number() => Ok(i32::try_from(number).map(drop)?),
        _ => is_int64(value),
    }
}

fn is_int64(value: &Value) -> Result<(), Box<dyn std::error::Error>> {
    match value.is_number() && !value.is_i64() {
        true => Err("not an integer of 64 bits".into()),
        false => Ok(()),
    }
}

const URL: &str = "https://kubernetes.invalid/openapi.json";
