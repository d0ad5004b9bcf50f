//! Nodes for the writers, in the order of Go's struct fields.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde_json::{Map, Value as Json};
use signet_document::{Node, Value};

/// JSON as a node. For parts that hold no secret.
pub(crate) fn node(json: &Json) -> Node {
    match json {
        Json::Null => Node::from(Value::Null),
        Json::Bool(value) => Node::from(Value::Bool(*value)),
        Json::Number(number) => match number.as_i128() {
            Some(integer) => Node::from(Value::Integer(integer)),
            None => Node::from(Value::Float(number.as_f64().unwrap_or_default())),
        },
        Json::String(text) => Node::string(text.as_str()),
        Json::Array(items) => Node::sequence(items.iter().map(node)),
        Json::Object(fields) => Node::mapping(fields.iter().map(|(key, value)| (key.clone(), node(value)))),
    }
}

/// Metadata in the order in which Go writes it; empty maps are left out, as `omitempty` leaves them out.
pub(super) fn metadata(metadata: &ObjectMeta) -> Node {
    // An ObjectMeta has no key that JSON cannot have, so this does not fail.
    let Ok(Json::Object(mut fields)) = serde_json::to_value(metadata) else {
        return Node::mapping::<String>([]);
    };
    fields.retain(|_, value| !is_empty(value));
    for (name, order) in [("ownerReferences", &OWNER[..]), ("managedFields", &MANAGED_FIELDS[..])] {
        for entry in fields.get_mut(name).and_then(Json::as_array_mut).into_iter().flatten() {
            if let Json::Object(fields) = entry {
                *fields = ordered(std::mem::take(fields), order);
            }
        }
    }
    node(&Json::Object(ordered(fields, &METADATA)))
}

fn ordered(fields: Map<String, Json>, order: &[&str]) -> Map<String, Json> {
    let mut fields: Vec<_> = fields.into_iter().collect();
    fields.sort_by_key(|(key, _)| order.iter().position(|name| name == key).unwrap_or(order.len()));
    fields.into_iter().collect()
}

fn is_empty(value: &Json) -> bool {
    match value {
        Json::Object(fields) => fields.is_empty(),
        Json::Array(items) => items.is_empty(),
        Json::String(text) => text.is_empty(),
        _ => false,
    }
}

const METADATA: [&str; 14] = [
    "name",
    "generateName",
    "namespace",
    "selfLink",
    "uid",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "labels",
    "annotations",
    "ownerReferences",
    "finalizers",
];

const OWNER: [&str; 6] = ["apiVersion", "kind", "name", "uid", "controller", "blockOwnerDeletion"];

const MANAGED_FIELDS: [&str; 7] = [
    "manager",
    "operation",
    "apiVersion",
    "time",
    "fieldsType",
    "fieldsV1",
    "subresource",
];
