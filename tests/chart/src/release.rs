use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
};

use boon::{Compiler, Draft, Format, Schemas};
use serde_json::{Value, json};

use crate::{documents::documents, variable};

/// A release of Kubernetes, by the documents that its API server publishes, with the kinds of Prometheus' operator.
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
        let folders = fs::read_dir(variable("SIGNET_PEER_API_SCHEMAS")).unwrap();
        let mut folders: Vec<_> = folders.map(|folder| folder.unwrap().path()).collect();
        let place = folders.iter().position(|folder| folder.ends_with("definitions"));
        let defined = defined(&folders.swap_remove(place.expect("definitions")));
        folders.iter().map(|folder| Self::read(folder, &defined)).collect()
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

    fn read(folder: &Path, defined: &HashMap<String, Value>) -> Self {
        let published = files(folder).filter_map(|file| {
            let name = file.file_name().unwrap().to_str().unwrap();
            // `apis__apps__v1_openapi.json`, `api__v1_openapi.json`; others are lists of versions.
            let api = name.strip_suffix("_openapi.json")?;
            let api = api.strip_prefix("apis__").or_else(|| api.strip_prefix("api__"))?;
            let document = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
            Some((api.replace("__", "/"), document))
        });
        let mut documents: HashMap<_, _> = published.chain(defined.clone()).collect();
        documents.values_mut().for_each(close);
        Self {
            version: folder.file_name().unwrap().to_str().unwrap().to_owned(),
            documents,
        }
    }
}

/// Definitions of kinds (CustomResourceDefinitions), as an API server would publish them.
fn defined(folder: &Path) -> HashMap<String, Value> {
    let mut documents = HashMap::new();
    for definition in files(folder).flat_map(|file| self::documents(&fs::read(file).unwrap())) {
        let spec = &definition["spec"];
        let (group, kind) = (spec["group"].as_str().unwrap(), spec["names"]["kind"].as_str().unwrap());
        for version in spec["versions"].as_array().unwrap() {
            let name = version["name"].as_str().unwrap();
            let mut schema = version["schema"]["openAPIV3Schema"].clone();
            schema["x-kubernetes-group-version-kind"] = json!([{"group": group, "version": name, "kind": kind}]);
            let document: &mut Value = documents.entry(format!("{group}/{name}")).or_default();
            document["components"]["schemas"][kind] = schema;
        }
    }
    documents
}

fn files(folder: &Path) -> impl Iterator<Item = PathBuf> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path())
}

/// Lets objects have no fields but those that are named.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            fields.values_mut().for_each(close);
            let is_schema = fields.get("type").is_some_and(|kind| kind == "object");
            if is_schema
                && fields.contains_key("properties")
                && !fields.contains_key("x-kubernetes-preserve-unknown-fields")
            {
                fields.entry("additionalProperties").or_insert(false.into());
            }
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
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
