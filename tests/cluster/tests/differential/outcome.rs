use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use signet_cluster_tests::Cluster;

/// What is in a namespace in the end, without what differs from run to run: uids, times, versions, and its name.
pub(crate) fn outcome(cluster: &Cluster, namespace: &str) -> Value {
    let list = |path: &str| items(cluster, &path.replace("{}", namespace));
    let sealed = list("/apis/bitnami.com/v1alpha1/namespaces/{}/sealedsecrets");
    let secrets = list("/api/v1/namespaces/{}/secrets");
    let owners: BTreeMap<_, _> = sealed
        .iter()
        .chain(&list("/api/v1/namespaces/{}/configmaps"))
        .map(|object| (object["metadata"]["uid"].clone().to_string(), "alive"))
        .collect();
    let events = list("/api/v1/namespaces/{}/events");
    let all = json!({
        "secrets": by_name(&secrets, |secret| of_secret(secret, &owners)),
        "sealed": by_name(&sealed, of_sealed),
        "events": events.iter().map(|event| (of_event(event), json!(true))).collect::<Map<_, _>>(),
    });
    serde_json::from_str(&all.to_string().replace(namespace, "NAMESPACE")).unwrap()
}

/// All objects of a list.
pub(crate) fn items(cluster: &Cluster, path: &str) -> Vec<Value> {
    let list = cluster.get(path).expect("a list");
    list["items"].as_array().cloned().unwrap_or_default()
}

fn by_name(objects: &[Value], of: impl Fn(&Value) -> Value) -> Value {
    let name = |object: &Value| object["metadata"]["name"].as_str().unwrap().to_owned();
    objects
        .iter()
        .map(|object| (name(object), of(object)))
        .collect::<Map<_, _>>()
        .into()
}

fn of_secret(secret: &Value, owners: &BTreeMap<String, &str>) -> Value {
    let metadata = &secret["metadata"];
    let mut all = json!({
        "data": secret["data"], "type": secret["type"], "immutable": secret["immutable"],
        "labels": metadata["labels"], "annotations": metadata["annotations"], "finalizers": metadata["finalizers"],
    });
    for owner in metadata["ownerReferences"].as_array().into_iter().flatten() {
        let mut owner = owner.clone();
        let who = format!(
            "{}/{}",
            owner["kind"].as_str().unwrap(),
            owner["name"].as_str().unwrap()
        );
        owner["uid"] = json!(owners.get(&owner["uid"].to_string()).unwrap_or(&"gone"));
        all["owners"][who] = owner;
    }
    present(all)
}

/// With the items and the lines in order: upstream has them as they come.
fn in_order(message: &str) -> String {
    let (before, rest) = match message.strip_prefix(UNSEALING) {
        Some(rest) => (UNSEALING, rest),
        None => ("", message),
    };
    let sorted = |text: &str, separator| {
        let mut parts: Vec<_> = text.split(separator).collect();
        parts.sort_unstable();
        parts.join(separator)
    };
    let line = |line: &str| match line.strip_suffix(')').and_then(|line| line.rsplit_once('(')) {
        Some((text, names)) => format!("{text}({})", sorted(names, ", ")),
        None => line.to_owned(),
    };
    let lines: Vec<_> = rest.lines().map(line).collect();
    format!("{before}{}", sorted(&lines.join("\n"), "\n"))
}

/// What upstream's fields say.
fn of_sealed(sealed: &Value) -> Value {
    let status = &sealed["status"];
    let mut conditions = status["conditions"].as_array().into_iter().flatten();
    let synced = conditions.find(|condition| condition["type"] == "Synced");
    let of = |field: &str| {
        synced
            .map(|it| it[field].clone())
            .filter(|it| *it != "")
            .unwrap_or_default()
    };
    let message = of("message").as_str().map(in_order);
    present(json!({
        "observedGeneration": status["observedGeneration"], "synced": of("status"), "message": message, "reason": of("reason"),
    }))
}

fn of_event(event: &Value) -> String {
    let object = &event["involvedObject"];
    let fields = [
        &event["type"],
        &event["reason"],
        &object["kind"],
        &object["name"],
        &event["message"],
    ];
    let [kind, reason, object, name, message] = fields.map(|field| field.as_str().unwrap());
    format!("{kind} {reason} of {object}/{name}: {}", in_order(message))
}

/// Without what is null or empty.
fn present(mut object: Value) -> Value {
    object.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    object
}

const UNSEALING: &str = "Failed to unseal: ";
