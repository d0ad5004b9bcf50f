//! Secrets that say what may be done with them (`managed`, `patch`), and SealedSecrets whose Secrets are changed by hand.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a suite that cannot go on is a failed test"
)]

use serde_json::{Value, json};
use signet_cluster_tests::{Cluster, DEADLINE, Installation, Namespace, secret, wait_for};

#[test]
fn a_managed_secret_is_taken_over() {
    let cluster = Cluster::shared();
    let _controller = Installation::signet(cluster).start(&[]);
    let namespace = Namespace::fresh(cluster);
    create_theirs(
        cluster,
        namespace.name(),
        json!({"theirs": "1"}),
        json!({MANAGED: "true"}),
    );
    create(cluster, namespace.name(), json!({"ours": "1"}), json!({}));

    let taken = cluster.wait_synced(namespace.name(), "app");
    assert_eq!(taken["data"], json!({"ours": "MQ=="}));
    assert_eq!(taken["metadata"]["annotations"], Value::Null);
    assert_eq!(taken["metadata"]["ownerReferences"][0]["controller"], true);
    let status = status(cluster, namespace.name());
    assert_eq!(status["patchedItems"], Value::Null);
}

#[test]
fn items_come_into_a_patched_secret_and_go_again_and_what_was_there_stays() {
    let cluster = Cluster::shared();
    let installation = Installation::signet(cluster);
    let mut controller = installation.start(&[]);
    let namespace = Namespace::fresh(cluster);
    create_theirs(
        cluster,
        namespace.name(),
        json!({"theirs": "1"}),
        json!({PATCH: "true"}),
    );
    create(
        cluster,
        namespace.name(),
        json!({"b": "1", "a": "1", "c": "1"}),
        json!({}),
    );

    let patched = cluster.wait_synced(namespace.name(), "app");
    let data = json!({"theirs": "MQ==", "a": "MQ==", "b": "MQ==", "c": "MQ=="});
    assert_eq!(patched["data"], data);
    assert_eq!(patched["metadata"]["ownerReferences"], Value::Null);
    let remembered = status(cluster, namespace.name());
    assert_eq!(remembered["patchedItems"], json!(["a", "b", "c"]));
    assert_eq!(remembered["patchedSecret"], patched["metadata"]["uid"]);

    // What does not open takes nothing out, and is no reason to forget.
    let removed = json!({"spec": {"encryptedData": {"b": null, "a": "AgB="}}});
    cluster.patch_sealed(namespace.name(), "app", &removed);
    cluster.wait_condition(namespace.name(), "app", "Synced", "False");
    assert_eq!(cluster.secret(namespace.name(), "app").unwrap()["data"], data);
    assert_eq!(
        status(cluster, namespace.name())["patchedItems"],
        json!(["a", "b", "c"])
    );
    let sealed = cluster.seal(&secret(namespace.name(), "app", json!({"a": "2", "d": "2"})), &[]);
    assert!(controller.terminate().success());
    cluster.replace_items(&sealed);
    let _controller = installation.start(&[]);

    let patched = cluster.wait_synced(namespace.name(), "app");
    assert_eq!(patched["data"], json!({"theirs": "MQ==", "a": "Mg==", "d": "Mg=="}));
    assert_eq!(status(cluster, namespace.name())["patchedItems"], json!(["a", "d"]));

    cluster.delete_sealed(namespace.name(), "app");
    let later = secret(namespace.name(), "later", json!({"a": "1"}));
    cluster.create_sealed(&cluster.seal(&later, &[]));
    cluster.wait_synced(namespace.name(), "later");
    assert_eq!(cluster.secret(namespace.name(), "app").unwrap(), patched);
}

#[test]
fn a_patched_secret_that_comes_anew_loses_none_of_its_own_items() {
    let cluster = Cluster::shared();
    let installation = Installation::signet(cluster);
    let mut controller = installation.start(&[]);
    let namespace = Namespace::fresh(cluster);
    create_theirs(cluster, namespace.name(), json!({}), json!({PATCH: "true"}));
    create(cluster, namespace.name(), json!({"a": "1", "b": "1"}), json!({}));
    cluster.wait_synced(namespace.name(), "app");
    assert!(controller.terminate().success());

    cluster.delete_secret(namespace.name(), "app");
    create_theirs(
        cluster,
        namespace.name(),
        json!({"b": "theirs"}),
        json!({PATCH: "true"}),
    );
    cluster.patch_sealed(
        namespace.name(),
        "app",
        &json!({"spec": {"encryptedData": {"b": null}}}),
    );
    let _controller = installation.start(&[]);

    let patched = cluster.wait_synced(namespace.name(), "app");
    assert_eq!(patched["data"], json!({"a": "MQ==", "b": "dGhlaXJz"}));
}

#[test]
fn a_patched_secret_is_left_to_its_owner_to_make_anew_and_made_if_nobody_does() {
    let cluster = Cluster::shared();
    let _controller = Installation::signet(cluster).start(&[]);
    let namespace = Namespace::fresh(cluster);
    let theirs = || {
        create_theirs(
            cluster,
            namespace.name(),
            json!({"theirs": "1"}),
            json!({PATCH: "true"}),
        )
    };
    theirs();
    create(cluster, namespace.name(), json!({"ours": "1"}), json!({}));
    cluster.wait_synced(namespace.name(), "app");
    let both = json!({"theirs": "MQ==", "ours": "MQ=="});
    for _ in 0..3 {
        cluster.delete_secret(namespace.name(), "app");
        theirs();
        wait_for("the items in the new Secret", DEADLINE, || {
            (cluster.secret(namespace.name(), "app")?["data"] == both).then_some(())
        });
    }
    cluster.delete_secret(namespace.name(), "app");
    wait_for("a Secret of our own", DEADLINE, || {
        (cluster.secret(namespace.name(), "app")?["data"] == json!({"ours": "MQ=="})).then_some(())
    });
}

#[test]
fn a_secret_that_is_patched_and_managed_is_owned_and_goes_with_its_sealed_secret() {
    let cluster = Cluster::shared();
    let _controller = Installation::signet(cluster).start(&[]);
    let namespace = Namespace::fresh(cluster);
    let annotations = json!({PATCH: "true", MANAGED: "true"});
    create_theirs(cluster, namespace.name(), json!({"theirs": "1"}), annotations.clone());
    create(cluster, namespace.name(), json!({"ours": "1"}), json!({}));

    let patched = cluster.wait_synced(namespace.name(), "app");
    assert_eq!(patched["data"], json!({"theirs": "MQ==", "ours": "MQ=="}));
    assert_eq!(patched["metadata"]["annotations"], annotations);
    assert_eq!(patched["metadata"]["ownerReferences"][0]["name"], "app");
    cluster.delete_sealed(namespace.name(), "app");
    cluster.wait_no_secret(namespace.name(), "app");
}

#[test]
fn an_edited_secret_is_put_back_unless_its_sealed_secret_does_not_want_that() {
    let cluster = Cluster::shared();
    let installation = Installation::signet(cluster);
    let mut controller = installation.start(&[]);
    let [left, healed] = [Namespace::fresh(cluster), Namespace::fresh(cluster)];
    create(cluster, left.name(), json!({"a": "1"}), json!({HEAL: "false"}));
    create(cluster, healed.name(), json!({"a": "1"}), json!({}));
    assert_heals(cluster, left.name(), healed.name());

    assert!(controller.terminate().success());
    let mut controller = installation.start(&[]);
    create_as(cluster, left.name(), "later");
    assert!(controller.terminate().success());
    assert_edited(cluster, left.name());

    let _controller = installation.start(&[]);
    cluster.patch_sealed(left.name(), "app", &json!({"metadata": {"annotations": {HEAL: null}}}));
    wait_healed(cluster, left.name());
}

#[test]
fn where_nothing_is_put_back_a_deleted_secret_is_made_again_and_a_new_generation_is_applied() {
    let cluster = Cluster::shared();
    let installation = Installation::signet(cluster);
    let mut controller = installation.start(&["--heal=false"]);
    let namespace = Namespace::fresh(cluster);
    create(cluster, namespace.name(), json!({"a": "1"}), json!({}));
    cluster.wait_synced(namespace.name(), "app");
    edit(cluster, namespace.name());
    // It has seen the edit once it has seen what came after that.
    create_as(cluster, namespace.name(), "later");
    cluster.delete_secret(namespace.name(), "later");
    wait_for("the Secret again", DEADLINE, || {
        cluster.secret(namespace.name(), "later")
    });
    assert_edited(cluster, namespace.name());

    let sealed = cluster.seal(&secret(namespace.name(), "app", json!({"b": "2"})), &[]);
    cluster.replace_items(&sealed);
    assert_eq!(
        cluster.wait_synced(namespace.name(), "app")["data"],
        json!({"b": "Mg=="})
    );
    assert!(controller.is_running());
}

/// Both Secrets are edited; that of `healed` is put back, and then that of `left` is still as it was made by hand.
fn assert_heals(cluster: &Cluster, left: &str, healed: &str) {
    for namespace in [left, healed] {
        cluster.wait_synced(namespace, "app");
        edit(cluster, namespace);
    }
    wait_healed(cluster, healed);
    assert_edited(cluster, left);
}

fn wait_healed(cluster: &Cluster, namespace: &str) {
    wait_for("the Secret as it was", DEADLINE, || {
        (cluster.secret(namespace, "app")?["data"] == json!({"a": "MQ=="})).then_some(())
    });
}

fn edit(cluster: &Cluster, namespace: &str) {
    let path = format!("/api/v1/namespaces/{namespace}/secrets/app");
    let edit = json!({"stringData": {"a": "by hand"}, "metadata": {"labels": {"by": "hand"}}});
    assert_eq!(cluster.request("PATCH", &path, Some(&edit)).status, 200);
}

fn assert_edited(cluster: &Cluster, namespace: &str) {
    let edited = cluster.secret(namespace, "app").unwrap();
    assert_eq!(edited["data"], json!({"a": "YnkgaGFuZA=="}));
    assert_eq!(edited["metadata"]["labels"], json!({"by": "hand"}));
    cluster.wait_condition(namespace, "app", "Synced", "True");
}

/// Creates the Secret `app` as somebody else's.
fn create_theirs(cluster: &Cluster, namespace: &str, items: Value, annotations: Value) {
    let mut theirs = secret(namespace, "app", items);
    theirs["metadata"]["annotations"] = annotations;
    let path = format!("/api/v1/namespaces/{namespace}/secrets");
    assert_eq!(cluster.request("POST", &path, Some(&theirs)).status, 201);
}

/// Seals and creates `app`, with annotations of its own.
fn create(cluster: &Cluster, namespace: &str, items: Value, annotations: Value) {
    let mut sealed = cluster.seal(&secret(namespace, "app", items), &[]);
    sealed["metadata"]["annotations"] = annotations;
    cluster.create_sealed(&sealed);
}

/// Seals and creates one more, and waits for its Secret.
fn create_as(cluster: &Cluster, namespace: &str, name: &str) {
    cluster.create_sealed(&cluster.seal(&secret(namespace, name, json!({"a": "1"})), &[]));
    cluster.wait_synced(namespace, name);
}

fn status(cluster: &Cluster, namespace: &str) -> Value {
    cluster.sealed_secret(namespace, "app").unwrap()["status"].clone()
}

const HEAL: &str = "signet.dev/heal";

const MANAGED: &str = "sealedsecrets.bitnami.com/managed";

const PATCH: &str = "sealedsecrets.bitnami.com/patch";
