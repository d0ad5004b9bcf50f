//! From `signet seal` to the Secret, with our controller under its chart's rights.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a suite that cannot go on is a failed test"
)]

use serde_json::{Value, json};
use signet_cluster_tests::{Cluster, Controller, DEADLINE, Installation, Namespace, Sealer, secret, wait_for};

#[test]
fn a_sealed_secret_becomes_the_secret_that_was_sealed() {
    let cluster = Cluster::shared();
    let _controller = start(cluster);
    let namespace = Namespace::fresh(cluster);
    let mut login = secret(
        namespace.name(),
        "login",
        json!({"username": "admin", "password": "hunter2"}),
    );
    login["type"] = json!("kubernetes.io/basic-auth");
    login["immutable"] = json!(true);
    login["metadata"]["labels"] = json!({"team": "blue"});
    login["metadata"]["annotations"] = json!({"example.com/note": "from Git"});
    cluster.apply(&cluster.seal(&login, &[]).to_string());

    let made = cluster.wait_synced(namespace.name(), "login");
    let sealed = cluster.sealed_secret(namespace.name(), "login").unwrap();
    assert_eq!(
        made["data"],
        json!({"username": "YWRtaW4=", "password": "aHVudGVyMg=="})
    );
    assert_eq!(made["type"], "kubernetes.io/basic-auth");
    assert_eq!(made["immutable"], true);
    assert_eq!(made["metadata"]["labels"], json!({"team": "blue"}));
    assert_eq!(made["metadata"]["annotations"], json!({"example.com/note": "from Git"}));
    let owner = json!([{
        "apiVersion": "bitnami.com/v1alpha1", "kind": "SealedSecret", "name": "login",
        "uid": sealed["metadata"]["uid"], "controller": true,
    }]);
    assert_eq!(made["metadata"]["ownerReferences"], owner);
}

#[test]
fn a_certificate_file_and_a_certificate_url_seal_for_the_same_controller() {
    let cluster = Cluster::shared();
    let controller = start(cluster);
    let namespace = Namespace::fresh(cluster);
    let file = cluster.directory().join("cert.pem");
    let pem = cluster.signet(&["cert", "--pem"], "").success();
    assert_eq!(pem, controller.certificate());
    std::fs::write(&file, pem).unwrap();

    for (name, certificate) in [
        ("by-file", file.to_str().unwrap()),
        ("by-url", &controller.url("/v1/cert.pem")),
    ] {
        let manifest = secret(namespace.name(), name, json!({"password": "hunter2"}));
        cluster.create_sealed(&cluster.seal(&manifest, &["--cert", certificate]));
        cluster.wait_synced(namespace.name(), name);
    }
}

#[test]
fn whoever_is_authenticated_fetches_the_certificate() {
    let cluster = Cluster::shared();
    let controller = start(cluster);
    let namespace = Namespace::fresh(cluster);
    let account = format!("/api/v1/namespaces/{}/serviceaccounts/default", namespace.name());
    wait_for("the namespace's account", DEADLINE, || cluster.get(&account));
    let kubeconfig = cluster.account_kubeconfig(namespace.name(), "default");
    let kubeconfig = ["--kubeconfig", kubeconfig.to_str().unwrap()];

    let ours = cluster
        .signet(&[&["cert", "--pem"], &kubeconfig[..]].concat(), "")
        .success();
    assert_eq!(ours, controller.certificate());
    let theirs = Sealer::Kubeseal.run(cluster, &[&["--fetch-cert"], &kubeconfig[..]].concat(), "");
    assert_eq!(theirs.success(), ours);
}

#[test]
fn items_changed_added_and_removed_reach_the_secret() {
    let cluster = Cluster::shared();
    let _controller = start(cluster);
    let namespace = Namespace::fresh(cluster);
    let seal = |items| cluster.seal(&secret(namespace.name(), "app", items), &[]);
    cluster.create_sealed(&seal(json!({"changed": "1", "removed": "1"})));
    let first = cluster.wait_synced(namespace.name(), "app");
    assert_eq!(first["data"], json!({"changed": "MQ==", "removed": "MQ=="}));

    cluster.replace_items(&seal(json!({"changed": "2", "added": "2"})));

    let second = cluster.wait_synced(namespace.name(), "app");
    assert_eq!(second["data"], json!({"changed": "Mg==", "added": "Mg=="}));
    assert_eq!(second["metadata"]["uid"], first["metadata"]["uid"]);
}

#[test]
fn labels_and_annotations_are_those_of_the_template() {
    let cluster = Cluster::shared();
    let _controller = start(cluster);
    let namespace = Namespace::fresh(cluster);
    create(cluster, namespace.name(), "app", &[]);
    cluster.wait_synced(namespace.name(), "app");

    let template = json!({"metadata": {"labels": {"team": "red"}, "annotations": {"example.com/note": "new"}}});
    cluster.patch_sealed(namespace.name(), "app", &json!({"spec": {"template": template}}));

    let made = cluster.wait_synced(namespace.name(), "app");
    assert_eq!(made["metadata"]["labels"], json!({"team": "red"}));
    assert_eq!(made["metadata"]["annotations"], json!({"example.com/note": "new"}));
}

#[test]
fn the_secret_of_a_deleted_sealed_secret_is_collected() {
    let cluster = Cluster::shared();
    let _controller = start(cluster);
    let namespace = Namespace::fresh(cluster);
    create(cluster, namespace.name(), "app", &[]);
    cluster.wait_synced(namespace.name(), "app");
    cluster.delete_sealed(namespace.name(), "app");
    cluster.wait_no_secret(namespace.name(), "app");
}

#[test]
fn a_deleted_secret_is_made_again() {
    let cluster = Cluster::shared();
    let _controller = start(cluster);
    let namespace = Namespace::fresh(cluster);
    create(cluster, namespace.name(), "app", &[]);
    let first = cluster.wait_synced(namespace.name(), "app");
    cluster.delete_secret(namespace.name(), "app");

    let second = wait_for("the Secret again", DEADLINE, || cluster.secret(namespace.name(), "app"));
    assert_ne!(second["metadata"]["uid"], first["metadata"]["uid"]);
    assert_eq!(second["data"], first["data"]);
}

#[test]
fn each_scope_opens_where_it_may() {
    let cluster = Cluster::shared();
    let _controller = start(cluster);
    let [home, other] = [Namespace::fresh(cluster), Namespace::fresh(cluster)];
    for (scope, place, name) in [
        ("strict", &home, "app"),
        ("namespace-wide", &home, "renamed-1"),
        ("cluster-wide", &home, "renamed-2"),
        ("cluster-wide", &other, "renamed-3"),
    ] {
        create_elsewhere(cluster, home.name(), scope, place.name(), name);
        let made = cluster.wait_synced(place.name(), name);
        assert_eq!(made["data"], json!({"password": "aHVudGVyMg=="}), "{scope} {name}");
    }
}

#[test]
fn no_scope_opens_where_it_may_not() {
    let cluster = Cluster::shared();
    let _controller = start(cluster);
    let [home, other] = [Namespace::fresh(cluster), Namespace::fresh(cluster)];
    for (scope, place, name) in [
        ("strict", &home, "renamed"),
        ("strict", &other, "app"),
        ("namespace-wide", &other, "moved"),
    ] {
        create_elsewhere(cluster, home.name(), scope, place.name(), name);
        assert_refused(cluster, place.name(), name);
    }
}

#[test]
fn a_changed_scope_annotation_opens_nothing() {
    let cluster = Cluster::shared();
    let _controller = start(cluster);
    let namespace = Namespace::fresh(cluster);
    for (name, scope, annotations) in [
        ("widened", "strict", json!({NAMESPACE_WIDE: "true"})),
        ("freed", "strict", json!({CLUSTER_WIDE: "true"})),
        ("freed-more", "namespace-wide", json!({CLUSTER_WIDE: "true"})),
        ("narrowed", "namespace-wide", json!({})),
        ("bound", "cluster-wide", json!({})),
        ("not-quite-true", "cluster-wide", json!({CLUSTER_WIDE: "True"})),
    ] {
        let manifest = secret(namespace.name(), name, json!({"password": "hunter2"}));
        let mut sealed = cluster.seal(&manifest, &["--scope", scope]);
        sealed["metadata"]["annotations"] = annotations;
        cluster.create_sealed(&sealed);
        assert_refused(cluster, namespace.name(), name);
    }
}

#[test]
fn a_mended_annotation_syncs_though_only_metadata_changed() {
    let cluster = Cluster::shared();
    let _controller = start(cluster);
    let namespace = Namespace::fresh(cluster);
    let manifest = secret(namespace.name(), "app", json!({"password": "hunter2"}));
    let mut sealed = cluster.seal(&manifest, &["--scope", "cluster-wide"]);
    sealed["metadata"]["annotations"] = json!({});
    cluster.create_sealed(&sealed);
    assert_refused(cluster, namespace.name(), "app");

    let annotations = json!({"metadata": {"annotations": {CLUSTER_WIDE: "true"}}});
    cluster.patch_sealed(namespace.name(), "app", &annotations);
    cluster.wait_synced(namespace.name(), "app");
}

#[test]
fn a_foreign_secret_is_left_alone_until_it_goes() {
    let cluster = Cluster::shared();
    let controller = start(cluster);
    let namespace = Namespace::fresh(cluster);
    cluster.apply(&secret(namespace.name(), "app", json!({"password": "theirs"})).to_string());
    let foreign = cluster.secret(namespace.name(), "app").unwrap();
    create(cluster, namespace.name(), "app", &[]);

    let synced = cluster.wait_condition(namespace.name(), "app", "Synced", "False");
    let text = "failed update: Resource \"app\" already exists and is not managed by SealedSecret";
    assert_eq!(synced["message"], text);
    let ready = cluster.wait_condition(namespace.name(), "app", "Ready", "False");
    assert_eq!(ready["reason"], "NotOwned");
    cluster.wait_event(namespace.name(), "app", "ErrUpdateFailed");
    let errors = "sealed_secrets_controller_unseal_errors_total";
    let reason = format!("namespace=\"{}\"", namespace.name());
    let metrics = controller.metrics();
    let found = metrics
        .lines()
        .any(|line| line.starts_with(errors) && line.contains(&reason) && line.contains("reason=\"unmanaged\""));
    assert!(found, "{metrics}");
    assert_eq!(cluster.secret(namespace.name(), "app").unwrap(), foreign);

    cluster.delete_secret(namespace.name(), "app");
    let made = cluster.wait_synced(namespace.name(), "app");
    assert_eq!(made["data"], json!({"password": "aHVudGVyMg=="}));
}

#[test]
fn an_immutable_secret_keeps_its_data() {
    let cluster = Cluster::shared();
    let _controller = start(cluster);
    let namespace = Namespace::fresh(cluster);
    let seal = |value: &str| {
        let mut manifest = secret(namespace.name(), "app", json!({"password": value}));
        manifest["immutable"] = json!(true);
        cluster.seal(&manifest, &[])
    };
    cluster.create_sealed(&seal("first"));
    let first = cluster.wait_synced(namespace.name(), "app");

    cluster.replace_items(&seal("second"));

    let synced = cluster.wait_condition(namespace.name(), "app", "Synced", "False");
    let message = synced["message"].as_str().unwrap();
    assert!(message.contains("the target Secret is immutable"), "{message}");
    let ready = cluster.wait_condition(namespace.name(), "app", "Ready", "False");
    assert_eq!(ready["reason"], "Immutable");
    assert_eq!(cluster.secret(namespace.name(), "app").unwrap(), first);

    cluster.delete_secret(namespace.name(), "app");
    let second = cluster.wait_synced(namespace.name(), "app");
    assert_eq!(second["data"], json!({"password": "c2Vjb25k"}));
}

#[test]
fn a_changed_type_is_refused_with_its_reason() {
    let cluster = Cluster::shared();
    let _controller = start(cluster);
    let namespace = Namespace::fresh(cluster);
    create(cluster, namespace.name(), "app", &[]);
    let first = cluster.wait_synced(namespace.name(), "app");
    let template = json!({"spec": {"template": {"type": "example.com/other"}}});
    cluster.patch_sealed(namespace.name(), "app", &template);

    let ready = cluster.wait_condition(namespace.name(), "app", "Ready", "False");
    assert_eq!(ready["reason"], "TypeChanged");
    assert_eq!(cluster.secret(namespace.name(), "app").unwrap(), first);
}

#[test]
fn a_template_is_rendered_and_one_that_fails_leaves_the_secret_as_it_was() {
    let cluster = Cluster::shared();
    let _controller = start(cluster);
    let namespace = Namespace::fresh(cluster);
    let manifest = secret(namespace.name(), "app", json!({"password": "hunter2"}));
    let mut sealed = cluster.seal(&manifest, &[]);
    sealed["spec"]["template"]["data"] =
        json!({"url": "https://:{{ .password }}@host", "token": "{{ randAlphaNum 16 }}"});
    cluster.create_sealed(&sealed);
    let first = cluster.wait_synced(namespace.name(), "app");
    assert_eq!(first["data"]["url"], "aHR0cHM6Ly86aHVudGVyMkBob3N0");
    assert_eq!(first["data"]["password"], "aHVudGVyMg==");
    assert_eq!(first["data"]["token"].as_str().map(str::len), Some(24));

    let broken = json!({"spec": {"template": {"data": {"url": "{{ .password | atoi | fail }}"}}}});
    cluster.patch_sealed(namespace.name(), "app", &broken);
    let ready = cluster.wait_condition(namespace.name(), "app", "Ready", "False");
    assert_eq!(ready["reason"], "TemplateFailed");
    let message = ready["message"].as_str().unwrap();
    assert!(message.ends_with(" (url)") && !message.contains("hunter2"), "{message}");
    assert_eq!(cluster.secret(namespace.name(), "app").unwrap()["data"], first["data"]);

    cluster.patch_sealed(namespace.name(), "app", &json!({"spec": {"template": {"data": null}}}));
    let last = cluster.wait_synced(namespace.name(), "app");
    assert_eq!(last["data"], json!({"password": "aHVudGVyMg=="}));
}

fn start(cluster: &Cluster) -> Controller {
    Installation::signet(cluster).start(&[])
}

/// Seals and creates a Secret with one item.
fn create(cluster: &Cluster, namespace: &str, name: &str, arguments: &[&str]) {
    let manifest = secret(namespace, name, json!({"password": "hunter2"}));
    cluster.create_sealed(&cluster.seal(&manifest, arguments));
}

/// Seals a Secret as `app` in `home`, and creates the result as `name` in `namespace`.
fn create_elsewhere(cluster: &Cluster, home: &str, scope: &str, namespace: &str, name: &str) {
    let manifest = secret(home, "app", json!({"password": "hunter2"}));
    let mut sealed = cluster.seal(&manifest, &["--scope", scope]);
    for metadata in ["/metadata", "/spec/template/metadata"] {
        let metadata = sealed.pointer_mut(metadata).unwrap();
        metadata["namespace"] = json!(namespace);
        metadata["name"] = json!(name);
    }
    cluster.create_sealed(&sealed);
}

fn assert_refused(cluster: &Cluster, namespace: &str, name: &str) {
    let synced = cluster.wait_condition(namespace, name, "Synced", "False");
    let ready = cluster.wait_condition(namespace, name, "Ready", "False");
    assert_eq!(ready["reason"], "UnsealFailed", "{name}");
    for condition in [&synced, &ready] {
        let message = condition["message"].as_str().unwrap_or_default();
        assert!(message.contains("password"), "{name}: {message}");
    }
    let event = cluster.wait_event(namespace, name, "ErrUnsealFailed");
    assert_eq!(event["type"], "Warning");
    let message = event["message"].as_str().unwrap();
    assert!(
        message.starts_with("Failed to unseal: ") && message.contains("password"),
        "{message}"
    );
    assert_eq!(event["source"], json!({"component": "sealed-secrets"}));
    assert_eq!(cluster.secret(namespace, name), None::<Value>);
}

const CLUSTER_WIDE: &str = "sealedsecrets.bitnami.com/cluster-wide";

const NAMESPACE_WIDE: &str = "sealedsecrets.bitnami.com/namespace-wide";
