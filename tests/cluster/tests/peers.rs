//! The real kubeseal with the real controller: what the other suites cross ours with works
//! here, and so does the harness.

use serde_json::{Value, json};
use signet_cluster_tests::{Cluster, Controller, DEADLINE, Installation, Namespace, output, peer, wait_for};

#[test]
fn kubeseal_fetches_the_certificate_through_the_service_proxy() {
    let cluster = Cluster::shared();
    let controller = start(cluster);
    let served = controller.get("/v1/cert.pem").expect("the controller listens");
    assert_eq!((200, kubeseal(cluster, &["--fetch-cert"], "")), served);
    assert!(served.1.starts_with("-----BEGIN CERTIFICATE-----"));
}

#[test]
fn a_sealed_secret_becomes_a_secret_and_goes_with_it() {
    let cluster = Cluster::shared();
    let _controller = start(cluster);
    let namespace = Namespace::fresh(cluster);
    cluster.apply(&seal(cluster, namespace.name(), "login"));

    let secret = wait_for("the Secret", DEADLINE, || cluster.secret(namespace.name(), "login"));
    assert_eq!(secret["data"], json!({"password": "aHVudGVyMg=="}));
    assert_eq!(secret["metadata"]["ownerReferences"][0]["kind"], "SealedSecret");

    cluster
        .kubectl(&["delete", "sealedsecret", "login", "--namespace", namespace.name()])
        .success();
    wait_for("the Secret's end", DEADLINE, || {
        cluster.secret(namespace.name(), "login").is_none().then_some(())
    });
}

#[test]
fn a_sealed_secret_does_not_open_in_another_namespace() {
    let cluster = Cluster::shared();
    let _controller = start(cluster);
    let [home, other] = [Namespace::fresh(cluster), Namespace::fresh(cluster)];
    let mut sealed: Value = serde_json::from_str(&seal(cluster, home.name(), "login")).unwrap();
    sealed["metadata"]["namespace"] = json!(other.name());
    sealed["spec"]["template"]["metadata"]["namespace"] = json!(other.name());
    cluster.apply(&sealed.to_string());

    let condition = wait_for("a condition", DEADLINE, || {
        let object = cluster.sealed_secret(other.name(), "login")?;
        object["status"]["conditions"].get(0).cloned()
    });
    assert_eq!(
        (&condition["type"], &condition["status"]),
        (&json!("Synced"), &json!("False"))
    );
    assert!(cluster.secret(other.name(), "login").is_none());
}

#[test]
fn the_controller_goes_on_after_the_api_server_was_away() {
    let cluster = Cluster::shared();
    let mut controller = start(cluster);
    let namespace = Namespace::fresh(cluster);
    let sealed = seal(cluster, namespace.name(), "login");

    cluster.stop_api_server();
    assert_eq!(cluster.request("GET", "/readyz", None).status, 500);
    cluster.start_api_server();
    cluster.apply(&sealed);

    wait_for("the Secret", DEADLINE, || cluster.secret(namespace.name(), "login"));
    assert!(controller.is_running());
    assert!(controller.terminate().success());
}

#[test]
fn the_audit_log_has_what_the_controller_asked_for() {
    let cluster = Cluster::shared();
    let controller = start(cluster);
    assert!(controller.resident() > 0);
    let user = "system:serviceaccount:kube-system:sealed-secrets-controller";
    let watch = wait_for("the watch of SealedSecrets in the audit log", DEADLINE, || {
        let events = cluster.audit().into_iter();
        let mut asked = events.filter(|event| event["user"]["username"] == user && event["verb"] == "watch");
        asked.find(|event| event["objectRef"]["resource"] == "sealedsecrets")
    });
    assert_eq!(watch["stage"], "ResponseStarted");
}

fn start(cluster: &Cluster) -> Controller {
    Installation::sealed_secrets(cluster).start(&["--kubeclient-qps=-1"])
}

fn seal(cluster: &Cluster, namespace: &str, name: &str) -> String {
    let secret = json!({
        "apiVersion": "v1", "kind": "Secret",
        "metadata": {"name": name, "namespace": namespace},
        "stringData": {"password": "hunter2"},
    });
    kubeseal(cluster, &[], &secret.to_string())
}

fn kubeseal(cluster: &Cluster, arguments: &[&str], stdin: &str) -> String {
    output(cluster.command(peer("kubeseal")).args(arguments), stdin).success()
}
