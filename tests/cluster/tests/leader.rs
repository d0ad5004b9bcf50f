//! Replicas of our controller behind one API server: one writes, and when it goes another one does.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a suite that cannot go on is a failed test"
)]

use std::collections::BTreeMap;
use std::env;
use std::thread::sleep;
use std::time::Duration;

use serde_json::{Value, json};
use signet_api::{Secret, base64};
use signet_cluster_tests::{Cluster, Controller, DEADLINE, Installation, Namespace, Random, wait_for};
use signet_seal::seal;
use signet_sealing_keys::Certificate;

#[test]
fn a_leader_that_ends_is_followed() {
    let cluster = Cluster::shared();
    let installation = replicated(cluster);
    let namespace = Namespace::fresh(cluster);
    let mut replicas = pair(&installation);
    let leader = wait_leader(&replicas);
    create(cluster, namespace.name(), "before", &replicas[leader]);
    cluster.wait_synced(namespace.name(), "before");

    assert!(replicas.remove(leader).terminate().success());
    assert_eq!(wait_leader(&replicas), 0);
    create(cluster, namespace.name(), "after-its-end", &replicas[0]);
    cluster.wait_synced(namespace.name(), "after-its-end");
    assert!(
        replicas[0]
            .stderr()
            .lines()
            .all(|line| !line.contains("Lease not released"))
    );

    replicas.push(installation.start(FAST));
    assert_eq!(wait_leader(&replicas), 0);
    replicas.remove(0).kill();
    assert_eq!(wait_leader(&replicas), 0);
    create(cluster, namespace.name(), "after-its-kill", &replicas[0]);
    cluster.wait_synced(namespace.name(), "after-its-kill");
    wait_for("the conditions of what others have made too", DEADLINE, || {
        let metrics = replicas[0].metrics();
        let shown = metrics
            .lines()
            .filter(|line| line.contains("condition_info{") && line.contains(namespace.name()));
        (shown.count() == 3).then_some(())
    });
    assert_one_writer(cluster, namespace.name());
}

#[test]
fn a_follower_serves_all_that_is_read() {
    let cluster = Cluster::shared();
    let installation = replicated(cluster);
    let replicas = pair(&installation);
    let follower = 1 - wait_leader(&replicas);
    assert_eq!(replicas[0].certificate(), replicas[1].certificate());
    let follower = &replicas[follower];
    let good = sealed("team", "app", "1", &certificate(follower)).to_string();
    let verify = |body: &str| {
        let mut answer = ureq::post(follower.url("/v1/verify"))
            .config()
            .http_status_as_error(false)
            .build()
            .send(body)
            .unwrap();
        let _ = answer.body_mut().read_to_string();
        answer.status().as_u16()
    };
    assert_eq!(verify(&good), 200);
    assert_eq!(verify(&good.replace("\"app\"", "\"other\"")), 409);
    assert!(follower.metric("sealed_secrets_controller_sealing_keys") > 0.0);
    assert!(!follower.metrics().contains("condition_info{"));
}

#[test]
fn a_leader_that_was_paused_comes_back_as_a_follower() {
    let cluster = Cluster::shared();
    let installation = replicated(cluster);
    let namespace = Namespace::fresh(cluster);
    let mut replicas = pair(&installation);
    let paused = wait_leader(&replicas);
    let other = 1 - paused;
    create(cluster, namespace.name(), "app", &replicas[other]);
    cluster.wait_synced(namespace.name(), "app");

    replicas[paused].pause();
    wait_for("the other one to lead", DEADLINE, || {
        leads(&replicas[other]).then_some(())
    });
    let certificate = certificate(&replicas[other]);
    cluster.replace_items(&sealed(namespace.name(), "app", "changed", &certificate));
    cluster.wait_secrets(namespace.name(), &[("app".to_owned(), "changed".to_owned())].into());
    replicas[paused].resume();

    wait_for("the paused one to follow", DEADLINE, || {
        let log = replicas[paused].stdout();
        (!leads(&replicas[paused]) && log.contains("Another replica leads")).then_some(())
    });
    assert!(
        replicas[paused]
            .metrics()
            .lines()
            .all(|line| !line.contains("condition_info{"))
    );
    assert!(leads(&replicas[other]) && replicas[paused].is_running());
    assert_one_writer(cluster, namespace.name());
}

#[test]
fn a_leader_that_cannot_renew_stops_and_serves_on() {
    let cluster = Cluster::shared();
    let installation = replicated(cluster);
    let namespace = Namespace::fresh(cluster);
    let mut replicas = pair(&installation);
    let leader = wait_leader(&replicas);

    cluster.stop_api_server();
    wait_for("the end of its term", DEADLINE, || {
        (!leads(&replicas[leader])).then_some(())
    });
    let certificate = replicas[leader].certificate();
    cluster.start_api_server();

    wait_leader(&replicas);
    assert!(replicas.iter_mut().all(|replica| replica.is_running()));
    assert_eq!(replicas[leader].certificate(), certificate);
    create(cluster, namespace.name(), "app", &replicas[leader]);
    cluster.wait_synced(namespace.name(), "app");
    assert_one_writer(cluster, namespace.name());
}

#[test]
fn replicas_that_start_without_a_key_make_one() {
    let cluster = Cluster::shared();
    // Without an election too: they know nothing of each other, and only the name of the key keeps them apart.
    for election in ["--leader-elect=true", "--leader-elect=false"] {
        for _ in 0..4 {
            let installation = replicated(cluster);
            installation.delete_keys();
            let arguments = [FAST, &[election]].concat();
            let replicas = [installation.launch(&arguments), installation.launch(&arguments)];
            replicas.iter().for_each(Controller::wait_ready);
            assert_eq!(installation.keys().len(), 1, "{election}");
            assert_eq!(replicas[0].certificate(), replicas[1].certificate());
        }
    }
}

#[test]
fn a_key_that_follows_a_retired_one_has_a_name_of_its_own() {
    let cluster = Cluster::shared();
    let installation = replicated(cluster);
    installation.delete_keys();
    for _ in 0..3 {
        let controller = installation.start(&["--key-size=2048", "--leader-elect=false"]);
        let keys = installation.keys();
        assert_eq!(keys.len(), 1);
        drop(controller);
        let name = keys[0]["metadata"]["name"].as_str().unwrap();
        let path = format!("/api/v1/namespaces/{}/secrets/{name}", installation.namespace());
        let retired = json!({"metadata": {"labels": {LABEL: "compromised"}}});
        assert_eq!(cluster.request("PATCH", &path, Some(&retired)).status, 200);
    }
}

/// `SIGNET_LEADER_KILLS` is how many kills there are; ten objects and twenty applies for each.
#[test]
fn random_kills_lose_nothing_and_write_nothing_twice() {
    let cluster = Cluster::shared();
    let kills: u64 = env::var("SIGNET_LEADER_KILLS").map_or(6, |text| text.parse().unwrap());
    let installation = replicated(cluster);
    installation.delete_keys();
    let namespace = Namespace::fresh(cluster);
    let mut replicas = pair(&installation);
    let certificate = certificate(&replicas[0]);
    let mut random = Random::new(3);
    let mut expected = BTreeMap::new();
    let mut applies = BTreeMap::new();
    for round in 0..kills {
        let mut at = random.below(20);
        for apply in 0..20 {
            let name = format!("app-{}", random.below(10 * kills));
            let value = format!("{round}-{apply}");
            cluster.write_sealed(&sealed(namespace.name(), &name, &value, &certificate));
            *applies.entry(name.clone()).or_insert(0_usize) += 1;
            expected.insert(name, value);
            if apply == at {
                let victim = usize::try_from(random.below(2)).unwrap();
                sleep(Duration::from_micros(random.below(50_000)));
                if random.below(2) == 0 {
                    replicas[victim].kill();
                } else {
                    replicas[victim].terminate();
                }
                replicas[victim] = installation.launch(FAST);
                at = u64::MAX;
            }
        }
        // The killed leader's Lease must end before there is another one to kill.
        replicas.iter().for_each(Controller::wait_ready);
        wait_leader(&replicas);
    }
    cluster.wait_secrets(namespace.name(), &expected);
    assert_eq!(installation.keys().len(), 1);
    let written = assert_one_writer(cluster, namespace.name());
    for (name, writes) in written {
        assert!(
            writes <= applies[&name],
            "{name}: {writes} writes of {} applies",
            applies[&name]
        );
    }
}

#[test]
fn a_namespaced_install_has_no_cluster_role_and_serves_its_own_namespace() {
    let cluster = Cluster::shared();
    let [own, foreign] = [Namespace::fresh(cluster), Namespace::fresh(cluster)];
    let installation = Installation::chart(cluster, "namespaced", own.name(), "replicas=2,rbac.clusterRole=false");
    let mut replicas = pair(&installation);
    for kind in ["clusterroles", "clusterrolebindings"] {
        let path =
            format!("/apis/rbac.authorization.k8s.io/v1/{kind}?labelSelector=app.kubernetes.io%2Fmanaged-by%3DHelm");
        assert_eq!(cluster.get(&path).unwrap()["items"], json!([]), "{kind}");
    }
    create(cluster, foreign.name(), "app", &replicas[0]);
    create(cluster, own.name(), "app", &replicas[0]);
    cluster.wait_synced(own.name(), "app");
    let leader = wait_leader(&replicas);
    assert!(replicas.remove(leader).terminate().success());
    assert_eq!(wait_leader(&replicas), 0);
    create(cluster, own.name(), "second", &replicas[0]);
    cluster.wait_synced(own.name(), "second");
    assert!(cluster.secret(foreign.name(), "app").is_none());
    assert!(cluster.sealed_secret(foreign.name(), "app").unwrap()["status"]["conditions"].is_null());
    let events = cluster.audit();
    let refused = events.iter().find(|event| {
        event["responseStatus"]["code"] == 403
            && event["user"]["username"]
                .as_str()
                .is_some_and(|user| user.contains(own.name()))
    });
    assert_eq!(refused, None);
}

fn replicated(cluster: &Cluster) -> Installation<'_> {
    Installation::chart(cluster, "replicated", "kube-system", "replicas=2")
}

fn pair(installation: &Installation<'_>) -> Vec<Controller> {
    let replicas = vec![installation.launch(FAST), installation.launch(FAST)];
    replicas.iter().for_each(Controller::wait_ready);
    replicas
}

fn leads(replica: &Controller) -> bool {
    replica.metric("sealed_secrets_controller_leader").to_string() == "1"
}

/// Waits until one of them leads.
fn wait_leader(replicas: &[Controller]) -> usize {
    wait_for("a leader", DEADLINE, || replicas.iter().position(leads))
}

fn certificate(replica: &Controller) -> Certificate {
    Certificate::from_pem(replica.certificate().as_bytes()).unwrap()
}

fn create(cluster: &Cluster, namespace: &str, name: &str, replica: &Controller) {
    cluster.create_sealed(&sealed(namespace, name, "1", &certificate(replica)));
}

/// A SealedSecret with one item.
fn sealed(namespace: &str, name: &str, value: &str, certificate: &Certificate) -> Value {
    let secret = json!({
        "metadata": {"namespace": namespace, "name": name}, "data": {"value": base64::encode(value.as_bytes())},
    });
    let secret: Secret = serde_json::from_value(secret).unwrap();
    serde_json::to_value(seal(&secret, certificate).unwrap()).unwrap()
}

/// Asserts that whoever wrote anything in the namespace was the last one to write the Lease before that, by the tokens in the audit log.
/// How often each Secret was written.
fn assert_one_writer(cluster: &Cluster, namespace: &str) -> BTreeMap<String, usize> {
    let mut events = cluster.audit();
    events.sort_by_key(|event| event["requestReceivedTimestamp"].as_str().map(str::to_owned));
    let is_write = |event: &&Value| {
        let code = event["responseStatus"]["code"].as_u64().unwrap_or_default();
        ["create", "update", "patch", "delete"].contains(&event["verb"].as_str().unwrap_or_default()) && code < 300
    };
    let mut leader = Value::Null;
    let mut written = BTreeMap::new();
    for event in events.iter().filter(is_write) {
        let writer = &event["user"]["extra"]["authentication.kubernetes.io/credential-id"][0];
        assert!(writer.is_string(), "{event}");
        let object = &event["objectRef"];
        if object["resource"] == "leases" {
            leader = writer.clone();
        } else if object["namespace"] == namespace {
            assert_eq!(*writer, leader, "{event}");
            if object["resource"] == "secrets" {
                *written.entry(object["name"].as_str().unwrap().to_owned()).or_default() += 1;
            }
        }
    }
    assert!(!written.is_empty());
    written
}

const FAST: &[&str] = &["--key-size=2048"];

const LABEL: &str = "sealedsecrets.bitnami.com/sealed-secrets-key";
