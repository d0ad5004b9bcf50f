//! Who comes without the API server's proxy: TLS, and tokens that the API server reviews.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a suite that cannot go on is a failed test"
)]

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use signet_cluster_tests::{
    Cluster, Controller, DEADLINE, Installation, Namespace, Output, TlsKey, free_port, output, peer, secret, wait_for,
};

#[test]
fn over_tls_who_may_ask_asks_and_nobody_else() {
    let cluster = Cluster::shared();
    let (_controller, port) = start(cluster, &[]);
    let namespace = Namespace::fresh(cluster);
    let sealed = cluster.seal(&secret(namespace.name(), "app", json!({"a": "1"})), &[]);
    let ask = |token: &str, path: &str| post(cluster, port, token, path, &sealed);
    let certificate = kubectl(cluster, port, "", &["get", "--raw", "/v1/cert.pem"], "").success();
    assert!(certificate.starts_with("-----BEGIN CERTIFICATE-----"));

    let [ci, other] = ["ci", "other"].map(|account| cluster.account_token("default", account));
    for path in ["/v1/verify", "/v1/rotate"] {
        for token in ["", "nonsense", &format!("{}x", &ci[..ci.len() - 9])] {
            let refused = ask(token, path);
            assert!(
                refused.code != Some(0) && refused.stderr.contains("must be logged in"),
                "{}",
                refused.stderr
            );
        }
        assert_forbidden(&ask(&other, path));
    }
    assert_eq!(ask(&ci, "/v1/verify").success(), "");
    let rotated: Value = serde_json::from_str(&ask(&ci, "/v1/rotate").success()).unwrap();
    assert_eq!(rotated["kind"], "SealedSecret");

    // Who comes through the proxy is let by its own right, as ever.
    let kubeseal = |arguments: &[&str]| {
        let mut command = cluster.command(peer("kubeseal"));
        output(command.args(arguments), &sealed.to_string())
    };
    kubeseal(&["--validate"]).success();
    kubeseal(&["--re-encrypt"]).success();
}

#[test]
fn a_right_that_is_taken_away_ends_and_is_for_one_thing() {
    let cluster = Cluster::shared();
    let (_controller, port) = start(cluster, &[]);
    let namespace = Namespace::fresh(cluster);
    let sealed = cluster.seal(&secret(namespace.name(), "app", json!({"a": "1"})), &[]);
    let token = cluster.account_token("default", "other");
    let ask = |path: &str| post(cluster, port, &token, path, &sealed);
    let administer = |arguments: &[&str]| {
        cluster
            .kubectl(&[arguments, &["--namespace", "kube-system"]].concat())
            .success()
    };
    administer(&[
        "create",
        "role",
        "verify-alone",
        "--verb=create",
        "--resource=sealedsecrets.bitnami.com/verify",
    ]);
    administer(&[
        "create",
        "rolebinding",
        "verify-alone",
        "--role=verify-alone",
        "--serviceaccount=default:other",
    ]);
    wait_for("the right to ask", DEADLINE, || {
        (ask("/v1/verify").code == Some(0)).then_some(())
    });
    assert_forbidden(&ask("/v1/rotate"));
    administer(&["delete", "rolebinding,role", "verify-alone"]);
    let refused = wait_for("its end", DEADLINE, || {
        Some(ask("/v1/verify")).filter(|asked| asked.code != Some(0))
    });
    assert_forbidden(&refused);
}

#[test]
fn where_a_token_is_needed_everywhere_none_comes_through_the_proxy() {
    let cluster = Cluster::shared();
    let (controller, _) = start(cluster, &["--require-token"]);
    let namespace = Namespace::fresh(cluster);
    let sealed = cluster.seal(&secret(namespace.name(), "app", json!({"a": "1"})), &[]);
    let token = cluster.account_token("default", "ci");
    let url = controller.url("/v1/verify");
    let plain = |authorization: Option<&str>| {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .build()
            .new_agent();
        let request = authorization
            .iter()
            .fold(agent.post(&url), |request, text| request.header("authorization", *text));
        let answer = request.send(sealed.to_string()).unwrap();
        (
            answer.status().as_u16(),
            answer.headers().contains_key("www-authenticate"),
        )
    };
    assert_eq!(plain(None), (401, true));
    assert_eq!(plain(Some(&format!("Basic {token}"))), (401, true));
    assert_eq!(plain(Some(&format!("Bearer {token}"))), (200, false));

    let validated = output(cluster.command(peer("kubeseal")).arg("--validate"), &sealed.to_string());
    assert!(validated.code != Some(0), "the API server passes tokens on");
    let online = cluster.signet(&["verify", "--online", "-"], &sealed.to_string());
    assert!(online.code != Some(0), "{}{}", online.stdout, online.stderr);
    cluster.create_sealed(&sealed);
    cluster.wait_synced(namespace.name(), "app");
}

#[test]
fn while_no_token_can_be_reviewed_nobody_asks() {
    let cluster = Cluster::shared();
    let (_controller, port) = start(cluster, &[]);
    let namespace = Namespace::fresh(cluster);
    let sealed = cluster.seal(&secret(namespace.name(), "app", json!({"a": "1"})), &[]);
    let token = cluster.account_token("default", "ci");
    cluster.stop_api_server();
    let refused = post(cluster, port, &token, "/v1/verify", &sealed);
    assert!(refused.code != Some(0), "{}", refused.stdout);
    assert!(refused.stderr.contains("ServiceUnavailable"), "{}", refused.stderr);
    cluster.start_api_server();
    wait_for("the review", DEADLINE, || {
        (post(cluster, port, &token, "/v1/verify", &sealed).code == Some(0)).then_some(())
    });
}

#[test]
fn a_new_certificate_is_served_without_a_restart() {
    let cluster = Cluster::shared();
    let folder = folder(cluster, "renewed");
    let write = |certificate: &str, key: &str| {
        // A moment with one new file and one old one does no harm.
        fs::write(folder.join("tls.key"), key).unwrap();
        fs::write(folder.join("tls.crt"), certificate).unwrap();
    };
    let unknown = TlsKey::generate(2020);
    write(&unknown.certificate, &unknown.private_key);
    let (mut controller, port) = start_with(cluster, &folder, &[]);
    let fetch = || kubectl(cluster, port, "", &["get", "--raw", "/v1/cert.pem"], "");
    let refused = fetch();
    assert!(
        refused.code != Some(0) && refused.stderr.contains("certificate"),
        "{}",
        refused.stderr
    );
    let [certificate, key] = cluster.server_pair().map(|path| fs::read_to_string(path).unwrap());
    write(&certificate, &key);
    wait_for("the new certificate", DEADLINE, || {
        (fetch().code == Some(0)).then_some(())
    });
    write("", "");
    assert!(fetch().code == Some(0) && controller.is_running());
}

#[test]
fn a_certificate_that_cannot_be_used_stops_the_start() {
    let cluster = Cluster::shared();
    let installation = install(cluster);
    let [certificate, key] = cluster.server_pair();
    let [_, other] = cluster.client_pair();
    for (certificate, key, expected) in [
        (Path::new("/missing"), &*key, "/missing: No such file"),
        (&key, &key, "no certificates"),
        (&certificate, &certificate, "no private key"),
        (&certificate, &other, "cannot be used together"),
    ] {
        let files = [("cert", certificate), ("private-key", key)];
        let [certificate, key] = files.map(|(name, path)| format!("--tls-{name}-file={}", path.display()));
        let run = output(&mut installation.command(&[&certificate, &key]), "");
        assert_eq!(run.code, Some(2), "{expected}: {}", run.stderr);
        assert!(run.stderr.contains(expected), "{}", run.stderr);
    }
}

/// A controller with TLS, and the port of that.
fn start(cluster: &Cluster, arguments: &[&str]) -> (Controller, u16) {
    let folder = folder(cluster, "tls");
    let [certificate, key] = cluster.server_pair();
    fs::copy(certificate, folder.join("tls.crt")).unwrap();
    fs::copy(key, folder.join("tls.key")).unwrap();
    start_with(cluster, &folder, arguments)
}

fn start_with(cluster: &Cluster, folder: &Path, arguments: &[&str]) -> (Controller, u16) {
    let port = free_port();
    let files = ["cert", "private-key"].into_iter().zip(["tls.crt", "tls.key"]);
    let mut given: Vec<_> = files
        .map(|(name, file)| format!("--tls-{name}-file={}", folder.join(file).display()))
        .collect();
    given.extend([format!("--listen-tls-addr=:{port}"), "--rate-limit=1000".to_owned()]);
    let arguments: Vec<_> = given
        .iter()
        .map(String::as_str)
        .chain(arguments.iter().copied())
        .collect();
    (install(cluster).start(&arguments), port)
}

/// By the chart, whose RBAC is all that the controller has. The account `ci` may ask, `other` may not.
fn install(cluster: &Cluster) -> Installation<'_> {
    let values = "http.tlsSecretName=signet-tls,http.subjects[0].kind=ServiceAccount,http.subjects[0].name=ci,\
                  http.subjects[0].namespace=default";
    let installation = Installation::chart(cluster, "token", "kube-system", values);
    for name in ["ci", "other"] {
        let account =
            json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name, "namespace": "default"}});
        cluster.apply(&account.to_string());
    }
    installation
}

fn post(cluster: &Cluster, port: u16, token: &str, path: &str, body: &Value) -> Output {
    let arguments = ["create", "--raw", path, "--filename", "-"];
    kubectl(cluster, port, token, &arguments, &body.to_string())
}

/// kubectl as any client of HTTPS, which knows nothing of the cluster.
fn kubectl(cluster: &Cluster, port: u16, token: &str, arguments: &[&str], stdin: &str) -> Output {
    let mut command = cluster.command(peer("kubectl"));
    command.env("KUBECONFIG", "/dev/null").args(arguments);
    command.arg(format!("--server=https://127.0.0.1:{port}"));
    match token {
        // With neither it would ask for a name and a password.
        "" => {
            let [certificate, key] = cluster.client_pair();
            command.arg("--client-certificate").arg(certificate);
            command.arg("--client-key").arg(key)
        }
        token => command.args(["--token", token]),
    };
    command.arg("--certificate-authority").arg(cluster.authority());
    output(&mut command, stdin)
}

fn assert_forbidden(asked: &Output) {
    assert!(
        asked.code != Some(0) && asked.stderr.contains("Forbidden"),
        "{}{}",
        asked.stdout,
        asked.stderr
    );
}

fn folder(cluster: &Cluster, name: &str) -> PathBuf {
    let folder = cluster.directory().join(name);
    fs::create_dir_all(&folder).unwrap();
    folder
}
