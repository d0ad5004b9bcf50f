//! A known plaintext on every path: it is in the Secret that it was sealed for, and nowhere else.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a suite that cannot go on is a failed test"
)]

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use signet_api::base64;
use signet_cluster_tests::{Cluster, Controller, Installation, Namespace, Output, Sealer, secret};

#[test]
fn the_command_line_shows_no_plaintext() {
    let cluster = Cluster::shared();
    let _controller = start(cluster);
    let good = secret(
        "default",
        "app",
        json!({"password": CANARY, "shifted-1": format!("x{CANARY}")}),
    )
    .to_string();
    let target = cluster.directory().join("sealed.yaml");
    for sealer in SEALERS {
        let written = sealer.run(cluster, &["-w", target.to_str().unwrap()], &good);
        assert_no_canary("a good run", &written.success());
        assert_no_canary("a good run", &sealer.run(cluster, &[], &good).success());
        for (what, manifest) in malformed() {
            assert_failed(&what, &sealer.run(cluster, &[], &manifest));
            assert_failed(
                &what,
                &sealer.run(cluster, &["-w", target.to_str().unwrap()], &manifest),
            );
        }
        for arguments in [
            &["--cert", "/dev/null"][..],
            &["--cert", "/absent"],
            &["--cert", "http://127.0.0.1:1/"],
            &["--controller-name", "absent"],
            &["--scope", "no-scope"],
            &["--namespace", "other", "--name", "no/name"],
            &["-w", "/absent/file"],
        ] {
            assert_failed(&arguments.join(" "), &sealer.run(cluster, arguments, &good));
        }
    }
    assert_no_file_has_it(cluster);
}

#[test]
fn unsealing_shows_it_on_stdout_alone() {
    let cluster = Cluster::shared();
    let installation = Installation::signet(cluster);
    let _controller = start(cluster);
    let sealed = cluster.seal(&secret("default", "app", json!({"password": CANARY})), &[]);
    let folder = cluster.directory();
    let keys = json!({"apiVersion": "v1", "kind": "List", "items": installation.keys()});
    let key = folder.join("keys.json");
    fs::write(&key, keys.to_string()).unwrap();
    let unseal = |text: &str| cluster.signet(&["unseal", "--key", key.to_str().unwrap()], text);

    let opened = unseal(&sealed.to_string());
    assert_no_canary("stderr", &opened.stderr);
    assert!(finds_canary(&opened.success()));
    let mut renamed = sealed.clone();
    renamed["metadata"]["name"] = json!("other");
    let mut mixed = sealed;
    mixed["spec"]["encryptedData"]["second"] = json!("AgA=");
    for text in [renamed.to_string(), mixed.to_string()] {
        assert_failed("unseal", &unseal(&text));
    }
    assert_no_file_has_it(cluster);
}

#[test]
fn the_controller_shows_no_plaintext() {
    let cluster = Cluster::shared();
    let installation = Installation::signet(cluster);
    let mut controller = start(cluster);
    let namespace = Namespace::fresh(cluster);
    make_trouble(cluster, namespace.name());
    let made = cluster.wait_synced(namespace.name(), "good");
    assert!(finds_canary(&made.to_string()));
    for name in [
        "renamed",
        "foreign",
        "immutable",
        "second-item-malformed",
        "with-template",
        "refused",
    ] {
        cluster.wait_condition(namespace.name(), name, "Synced", "False");
    }
    assert_no_answer_has_it(cluster, &controller);
    controller.kill();

    let controller = installation.start(DEBUG);
    cluster.delete_secret(namespace.name(), "good");
    signet_cluster_tests::wait_for("the Secret again", signet_cluster_tests::DEADLINE, || {
        cluster.secret(namespace.name(), "good")
    });
    assert_no_answer_has_it(cluster, &controller);
    for kind in ["events", "sealedsecrets", "configmaps"] {
        let objects = cluster
            .kubectl(&["get", kind, "--all-namespaces", "--output", "yaml"])
            .success();
        assert_no_canary(kind, &objects);
    }
    assert_no_file_has_it(cluster);
}

/// Every way in which a SealedSecret with the canary does not become a Secret, and one that does.
fn make_trouble(cluster: &Cluster, namespace: &str) {
    let seal = |name: &str| cluster.seal(&secret(namespace, name, json!({"password": CANARY})), &[]);
    cluster.create_sealed(&seal("good"));

    let mut renamed = seal("sealed-for");
    renamed["metadata"]["name"] = json!("renamed");
    cluster.create_sealed(&renamed);

    cluster.apply(&secret(namespace, "foreign", json!({"password": "theirs"})).to_string());
    cluster.create_sealed(&seal("foreign"));

    let mut immutable = secret(namespace, "immutable", json!({"password": "first"}));
    immutable["immutable"] = json!(true);
    cluster.create_sealed(&cluster.seal(&immutable, &[]));
    cluster.wait_synced(namespace, "immutable");
    cluster.replace_items(&seal("immutable"));

    let mut malformed = seal("second-item-malformed");
    malformed["spec"]["encryptedData"]["second"] = json!("no base64");
    cluster.create_sealed(&malformed);

    let mut template = seal("with-template");
    template["spec"]["template"]["data"] = json!({"url": "{{ fail .password }}"});
    cluster.create_sealed(&template);

    // The API server refuses the Secret, and says why.
    let mut refused = seal("refused");
    refused["spec"]["template"]["type"] = json!("kubernetes.io/tls");
    cluster.create_sealed(&refused);
}

/// Manifests with the canary that cannot be sealed.
fn malformed() -> Vec<(String, String)> {
    let metadata = "apiVersion: v1\nkind: Secret\nmetadata: {name: app, namespace: default}\n";
    let encoded = base64::encode(CANARY.as_bytes());
    let cases = [
        ("no base64", format!("{metadata}data: {{password: {CANARY}!}}\n")),
        (
            "open quote",
            format!("{metadata}stringData: {{password: \"{CANARY}}}\n"),
        ),
        ("a list of items", format!("{metadata}stringData: [{CANARY}]\n")),
        (
            "a list as item",
            format!("{metadata}stringData: {{password: [{CANARY}]}}\n"),
        ),
        ("text as items", format!("{metadata}data: {encoded}\n")),
        (
            "bad indentation",
            format!("{metadata}stringData:\n  password: {CANARY}\n bad: {CANARY}\n"),
        ),
        (
            "no name",
            format!("apiVersion: v1\nkind: Secret\nstringData: {{password: {CANARY}}}\n"),
        ),
        (
            "open JSON",
            format!("{{\"kind\": \"Secret\", \"stringData\": {{\"password\": \"{CANARY}\""),
        ),
        (
            "JSON number",
            format!("{{\"kind\": \"Secret\", \"stringData\": {{\"password\": 1{CANARY}}}}}"),
        ),
        (
            "open base64",
            format!(
                "{metadata}data: {{password: {}}}\n",
                encoded.trim_end_matches('=').to_owned() + "*"
            ),
        ),
        (
            "unknown alias",
            format!("{metadata}stringData: {{password: *{CANARY}}}\n"),
        ),
    ];
    cases.map(|(what, text)| (what.to_owned(), text)).to_vec()
}

fn start(cluster: &Cluster) -> Controller {
    Installation::signet(cluster).start(DEBUG)
}

fn assert_failed(what: &str, output: &Output) {
    assert_ne!(output.code, Some(0), "{what}");
    assert_no_canary(what, &output.stdout);
    assert_no_canary(what, &output.stderr);
}

fn assert_no_answer_has_it(cluster: &Cluster, controller: &Controller) {
    assert_no_canary("metrics", &controller.metrics());
    for path in [
        "/",
        "/healthz",
        "/readyz",
        "/v1/cert.pem",
        "/v1/verify",
        "/v1/rotate",
        "/debug/pprof",
    ] {
        let (_, body) = controller.get(path).unwrap();
        assert_no_canary(path, &body);
    }
    assert_no_canary("stdout", &controller.stdout());
    assert_no_canary("stderr", &controller.stderr());
    let audit = cluster.audit();
    assert!(!audit.is_empty());
    assert_no_canary("the audit log", &Value::from(audit).to_string());
}

/// Looks at whatever programs have left, etcd's files apart: the Secrets are in there.
fn assert_no_file_has_it(cluster: &Cluster) {
    let mut looked_at = 0;
    let mut open = vec![cluster.directory().to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_dir() && entry.file_name() != "etcd" {
                open.push(entry.path());
            } else if entry.file_type().unwrap().is_file() {
                looked_at += 1;
                assert_no_canary(&entry.path().display().to_string(), &read(&entry.path()));
            }
        }
    }
    assert!(looked_at > 5, "{looked_at} files");
}

fn read(path: &Path) -> String {
    String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned()
}

fn assert_no_canary(place: &str, text: &str) {
    assert!(!finds_canary(text), "the canary is in {place}");
}

/// Whether a text has the canary, or its base64 wherever it began in what was encoded.
fn finds_canary(text: &str) -> bool {
    let encoded = (0..3).map(|before| {
        let whole = base64::encode(format!("{}{CANARY}", "x".repeat(before)).as_bytes());
        // The first and the last characters depend on the neighbours.
        whole[4..CANARY.len()].to_owned()
    });
    text.contains(CANARY) || encoded.into_iter().any(|part| text.contains(&part))
}

const CANARY: &str = "canary7f3a91c4e8d2b6";

const DEBUG: &[&str] = &["--log-level=DEBUG"];

const SEALERS: [Sealer; 2] = [Sealer::Signet, Sealer::SignetAsKubeseal];
