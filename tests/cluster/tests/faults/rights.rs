//! What the controller may not do, and then may.

use serde_json::{Value, json};
use signet_cluster_tests::{Cluster, DEADLINE, Namespace, wait_for};
use signet_sealing_keys::Certificate;

use crate::load::{Load, sealed};
use crate::{amount, start};

#[test]
fn without_a_right_it_says_so_and_goes_on_when_it_has_it() {
    let cluster = Cluster::shared();
    let mut controller = start(cluster);
    let namespace = Namespace::fresh(cluster);
    let certificate = Certificate::from_pem(controller.certificate().as_bytes()).unwrap();
    let role = "/apis/rbac.authorization.k8s.io/v1/clusterroles/secrets-unsealer";
    let rules = cluster.get(role).unwrap()["rules"].clone();
    let mut fewer = rules.clone();
    for rule in fewer.as_array_mut().unwrap() {
        if rule["resources"] == json!(["secrets"]) {
            let verbs = rule["verbs"].as_array_mut().unwrap();
            verbs.retain(|verb| *verb != "create");
        }
    }
    set(cluster, role, &json!({"rules": fewer}));
    // The API server's view of the roles lags behind.
    let mut number = 0;
    let ready = wait_for("a refusal", DEADLINE, || {
        number += 1;
        let name = format!("app-{number}");
        cluster.create_sealed(&sealed(namespace.name(), &name, b"1", &certificate));
        wait_for("a condition", DEADLINE, || {
            cluster.condition(namespace.name(), &name, "Ready")
        });
        let ready = cluster.condition(namespace.name(), &name, "Ready")?;
        (ready["status"] == "False").then_some(ready)
    });
    set(cluster, role, &json!({"rules": rules}));
    assert_eq!(ready["reason"], "ApiError");
    let message = ready["message"].as_str().unwrap();
    assert!(message.contains("cannot create resource \"secrets\""), "{message}");
    for number in 1..=number {
        cluster.wait_synced(namespace.name(), &format!("app-{number}"));
    }
    assert!(controller.is_running());
}

#[test]
fn without_any_right_it_loses_nothing_and_goes_on_when_it_has_them() {
    let cluster = Cluster::shared();
    let mut controller = start(cluster);
    let mut load = Load::new(cluster, &controller, 20, 4);
    let binding = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/sealed-secrets-controller";
    for _ in 0..amount(1, 5) {
        (0..30).for_each(|_| load.write());
        let mut bound = cluster.get(binding).unwrap();
        bound["metadata"] = json!({"name": bound["metadata"]["name"], "labels": bound["metadata"]["labels"]});
        assert_eq!(cluster.request("DELETE", binding, None).status, 200);
        let retries = controller.metric(RETRIES);
        wait_for("passes that fail", DEADLINE, || {
            load.write();
            (controller.metric(RETRIES) > retries + 20.0).then_some(())
        });
        let (list, _) = binding.rsplit_once('/').unwrap();
        let response = cluster.request("POST", list, Some(&bound));
        assert_eq!(response.status, 201, "{}", response.body);
        load.wait_right();
    }
    assert!(controller.is_running());
}

#[test]
fn a_full_quota_is_named_and_waited_for() {
    let cluster = Cluster::shared();
    let mut controller = start(cluster);
    let namespace = Namespace::fresh(cluster);
    let certificate = Certificate::from_pem(controller.certificate().as_bytes()).unwrap();
    let quota = fill(cluster, namespace.name());
    cluster.create_sealed(&sealed(namespace.name(), "app", b"1", &certificate));
    let ready = cluster.wait_condition(namespace.name(), "app", "Ready", "False");
    assert_eq!(ready["reason"], "ApiError");
    let message = ready["message"].as_str().unwrap();
    assert!(message.contains("exceeded quota"), "{message}");

    assert_eq!(cluster.request("DELETE", &quota, None).status, 200);
    cluster.wait_synced(namespace.name(), "app");
    assert!(controller.is_running());
}

/// Lets nobody make another Secret in the namespace; the path of the quota.
pub(crate) fn fill(cluster: &Cluster, namespace: &str) -> String {
    let list = format!("/api/v1/namespaces/{namespace}/resourcequotas");
    let quota = json!({"metadata": {"name": "full"}, "spec": {"hard": {"count/secrets": "0"}}});
    let response = cluster.request("POST", &list, Some(&quota));
    assert_eq!(response.status, 201, "{}", response.body);
    let path = format!("{list}/full");
    wait_for("the quota in force", DEADLINE, || {
        let quota = cluster.get(&path)?;
        (quota["status"]["hard"]["count/secrets"] == "0").then_some(())
    });
    path
}

fn set(cluster: &Cluster, path: &str, patch: &Value) {
    let response = cluster.request("PATCH", path, Some(patch));
    assert_eq!(response.status, 200, "{}", response.body);
}

const RETRIES: &str = "sealed_secrets_controller_retries_total";
