//! The life of a sealing key: asked for, the newest, followed, retired.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a suite that cannot go on is a failed test"
)]

use serde_json::{Value, json};
use signet_cluster_tests::{
    Clock, Cluster, DEADLINE, Installation, Namespace, Output, TlsKey, ours, output, secret, wait_for,
};

#[test]
fn a_key_is_made_when_somebody_asks_for_one_and_no_other() {
    let cluster = Cluster::shared();
    let installation = Installation::signet(cluster);
    installation.delete_keys();
    let controller = installation.start(&["--key-size=2048"]);
    let namespace = Namespace::fresh(cluster);
    let before = seal(cluster, namespace.name(), "before");
    let mut certificates = vec![controller.certificate()];
    for _ in 0..2 {
        let made = signet(cluster, &["renew", "--output", "json"]);
        assert_eq!(made.code, Some(0), "{}", made.stderr);
        let made: Value = serde_json::from_str(&made.stdout).unwrap();
        assert_eq!(made["state"], "newest", "{made}");
        wait_for("the new key's certificate", DEADLINE, || {
            (made["certificate"] == controller.certificate()).then_some(())
        });
        certificates.push(controller.certificate());
    }
    assert!(certificates.windows(2).all(|pair| pair[0] != pair[1]));
    let states: Vec<_> = list(cluster).iter().map(|key| key["state"].clone()).collect();
    assert_eq!(states, ["newest", "active", "active"]);

    cluster.create_sealed(&before);
    cluster.create_sealed(&seal(cluster, namespace.name(), "after"));
    for name in ["before", "after"] {
        cluster.wait_synced(namespace.name(), name);
    }
    // That a key was asked for is not forgotten, and not done twice.
    drop(controller);
    let controller = installation.start(&["--key-size=2048"]);
    cluster.create_sealed(&seal(cluster, namespace.name(), "later"));
    cluster.wait_synced(namespace.name(), "later");
    assert_eq!(Some(&controller.certificate()), certificates.last());
    assert_eq!(installation.keys().len(), 3);
}

#[test]
fn who_waits_for_a_key_in_vain_is_told() {
    let cluster = Cluster::shared();
    let installation = Installation::signet(cluster);
    drop(installation.start(&["--key-size=2048"]));
    let run = signet(cluster, &["renew", "--timeout", "1"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(7), ""));
    assert!(
        run.stderr.contains("there is no new key after 1 s\nhint: "),
        "{}",
        run.stderr
    );

    // What was asked for comes once there is a controller.
    let keys = installation.keys().len();
    let _controller = installation.start(&["--key-size=2048"]);
    wait_for("the key", DEADLINE, || {
        (installation.keys().len() == keys + 1).then_some(())
    });
}

#[test]
fn a_key_that_opens_something_stays_unless_forced() {
    let cluster = Cluster::shared();
    let installation = Installation::signet(cluster);
    installation.delete_keys();
    let controller = installation.start(&["--key-size=2048"]);
    let namespace = Namespace::fresh(cluster);
    let sealed = seal(cluster, namespace.name(), "app");
    cluster.create_sealed(&sealed);
    cluster.wait_synced(namespace.name(), "app");
    // Of other tests' objects nobody waits for the end.
    wait_for("no other objects", DEADLINE, || {
        let objects = cluster.get("/apis/bitnami.com/v1alpha1/sealedsecrets")?;
        (objects["items"].as_array()?.len() == 1).then_some(())
    });
    let old = list(cluster)[0].clone();
    assert_eq!(old["objects"], 1);
    let [fingerprint, name] = ["fingerprint", "name"].map(|field| old[field].as_str().unwrap());

    let run = signet(cluster, &["retire", fingerprint, "--force"]);
    assert_eq!(run.code, Some(2), "{}", run.stderr);
    assert!(run.stderr.contains("is the newest key"), "{}", run.stderr);
    assert_eq!(signet(cluster, &["renew"]).code, Some(0));
    let run = signet(cluster, &["retire", fingerprint]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(1), ""));
    let opened = format!("the key opens {}/app\nhint: ", namespace.name());
    assert!(run.stderr.contains(&opened), "{}", run.stderr);

    // Sealed to the new one, it needs the old one no more. One that nobody has looked at may.
    cluster.replace_items(&seal(cluster, namespace.name(), "app"));
    cluster.wait_synced(namespace.name(), "app");
    let mut foreign = seal(cluster, namespace.name(), "foreign");
    foreign["metadata"]["name"] = json!("renamed");
    cluster.create_sealed(&foreign);
    cluster.wait_condition(namespace.name(), "renamed", "Ready", "False");
    let run = signet(cluster, &["retire", name]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    let unknown = format!("whether the key opens {}/renamed\n", namespace.name());
    assert!(run.stderr.contains(&unknown), "{}", run.stderr);
    cluster.delete_sealed(namespace.name(), "renamed");

    let run = signet(cluster, &["retire", name, "--output", "json"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let retired: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!([&retired["state"], &retired["name"]], [&json!("retired"), &old["name"]]);
    wait_for("the key to be unloaded", DEADLINE, || {
        (controller.metric("sealed_secrets_controller_sealing_keys") == 1.0).then_some(())
    });
    assert_eq!(list(cluster)[1]["state"], "retired");
    assert_eq!(signet(cluster, &["retire", name]).code, Some(0));
    cluster.replace_items(&sealed);
    let refused = cluster.wait_condition(namespace.name(), "app", "Ready", "False");
    assert_eq!(refused["reason"], "UnsealFailed", "{refused}");
    assert!(cluster.secret(namespace.name(), "app").is_some());
    // Back it comes by its label.
    let label = "sealedsecrets.bitnami.com/sealed-secrets-key=active";
    let arguments = ["label", "--overwrite", "--namespace=kube-system", "secret", name, label];
    cluster.kubectl(&arguments).success();
    cluster.wait_synced(namespace.name(), "app");

    let run = signet(cluster, &["retire", name, "--force"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(run.stderr.starts_with("warning: the key opens "), "{}", run.stderr);
    let run = signet(cluster, &["retire", "nothing"]);
    assert_eq!(run.code, Some(2), "{}", run.stderr);
}

#[test]
fn keys_are_shown_to_those_who_may_not_see_objects() {
    let cluster = Cluster::shared();
    let installation = Installation::signet(cluster);
    let _controller = installation.start(&["--key-size=2048"]);
    let account = "--serviceaccount=kube-system:viewer";
    for arguments in [
        &["create", "serviceaccount", "viewer"][..],
        &["create", "role", "viewer", "--verb=list", "--resource=secrets"],
        &["create", "rolebinding", "viewer", "--role=viewer", account],
    ] {
        let arguments = [arguments, &["--namespace=kube-system"]].concat();
        cluster.kubectl(&arguments).success();
    }
    let kubeconfig = cluster.account_kubeconfig("kube-system", "viewer");
    let run = signet(cluster, &["list", "--kubeconfig", kubeconfig.to_str().unwrap()]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(run.stdout.contains("  newest "), "{}", run.stdout);
    assert!(
        run.stderr.contains("warning: cannot list the SealedSecrets: "),
        "{}",
        run.stderr
    );
}

#[test]
fn a_certificate_near_its_end_is_followed() {
    let cluster = Cluster::shared();
    let installation = Installation::signet(cluster);
    installation.delete_keys();
    let clock = Clock::new(cluster);
    let arguments = ["--key-size=2048", "--key-ttl=2400h", "--key-renew-period=87600h"];
    let controller = installation.start_by(&clock, &arguments);
    let certificate = controller.certificate();
    // It looks at the clock every hour, and whenever the keys change. Of the hundred days less than a tenth is left.
    clock.set(92);
    installation.create_key("brought", &TlsKey::generate(2001), true);
    wait_for("another certificate", DEADLINE, || {
        (controller.certificate() != certificate).then_some(())
    });
    assert_eq!(installation.keys().len(), 3);
    drop(controller);
    installation.delete_keys();
}

#[test]
fn what_no_key_opens_costs_no_more_until_there_is_another_key() {
    let cluster = Cluster::shared();
    let installation = Installation::signet(cluster);
    let controller = installation.start(&["--key-size=2048"]);
    let namespace = Namespace::fresh(cluster);
    let key = TlsKey::generate(2090);
    installation.create_key("lost", &key, true);
    wait_for("the key's certificate", DEADLINE, || {
        (controller.certificate() == key.certificate).then_some(())
    });
    let sealed = seal(cluster, namespace.name(), "app");
    cluster.delete_secret(installation.namespace(), "lost");
    wait_for("the key to be gone", DEADLINE, || {
        (controller.certificate() != key.certificate).then_some(())
    });
    cluster.create_sealed(&sealed);
    cluster.wait_condition(namespace.name(), "app", "Ready", "False");
    let opened = controller.metric(UNSEALED);
    let passes = controller.metric(PASSES);
    wait_for("two more passes", DEADLINE, || {
        (controller.metric(PASSES) >= passes + 2.0).then_some(())
    });
    assert_eq!(controller.metric(UNSEALED), opened);

    installation.create_key("lost", &key, true);
    cluster.wait_synced(namespace.name(), "app");
    drop(controller);
    cluster.delete_secret(installation.namespace(), "lost");
}

fn list(cluster: &Cluster) -> Vec<Value> {
    let listed = signet(cluster, &["list", "--output", "json"]).success();
    serde_json::from_str(&listed).unwrap()
}

fn signet(cluster: &Cluster, arguments: &[&str]) -> Output {
    let mut command = cluster.command(ours("signet"));
    output(command.arg("keys").args(arguments), "")
}

fn seal(cluster: &Cluster, namespace: &str, name: &str) -> Value {
    cluster.seal(&secret(namespace, name, json!({"password": "hunter2"})), &[])
}

const PASSES: &str = "sealed_secrets_controller_reconcile_duration_seconds_count";
const UNSEALED: &str = "sealed_secrets_controller_unseal_duration_seconds_count";
