//! What is asked of a cluster: whether the controller opens the files, and for its keys.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod program;

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    thread,
};

use program::{Desk, fixture};
use serde_json::json;

/// Answers a path and a body with a status and a body.
type Answer = fn(&str, &str) -> (u16, String);

const SECRET: &str =
    "apiVersion: v1\nkind: Secret\nmetadata: {name: app, namespace: team}\nstringData: {password: s3cr3t}\n";

/// A desk with a kubeconfig for an API server that answers like that.
fn desk(answer: Answer) -> Desk {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let stream = stream.unwrap();
            thread::spawn(move || serve(&stream, answer));
        }
    });
    let desk = Desk::new();
    desk.write(
        "kubeconfig",
        format!(
            "apiVersion: v1\nkind: Config\ncurrent-context: c\ncontexts: [{{name: c, context: {{cluster: c}}}}]\n\
             clusters: [{{name: c, cluster: {{server: \"http://{address}\"}}}}]\n"
        ),
    );
    desk
}

fn serve(stream: &TcpStream, answer: Answer) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut path = String::new();
    reader.read_line(&mut path).unwrap();
    let mut length = 0;
    for line in reader
        .by_ref()
        .lines()
        .map(Result::unwrap)
        .take_while(|line| !line.is_empty())
    {
        if let Some(number) = line.to_ascii_lowercase().strip_prefix("content-length: ") {
            length = number.parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let (status, text) = answer(path.split(' ').nth(1).unwrap(), &String::from_utf8(body).unwrap());
    let head = format!(
        "HTTP/1.1 {status} x\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        text.len()
    );
    let mut stream = stream;
    let _ = stream.write_all(format!("{head}{text}").as_bytes());
}

fn cluster(path: &str, body: &str) -> (u16, String) {
    let service = "/api/v1/namespaces/kube-system/services/sealed-secrets-controller";
    let proxy = "/api/v1/namespaces/kube-system/services/http:sealed-secrets-controller:web/proxy/v1/verify";
    let secrets = "/api/v1/namespaces/kube-system/secrets?labelSelector=sealedsecrets.bitnami.com%2Fsealed-secrets-key";
    match path {
        path if path == service => (200, json!({"spec": {"ports": [{"name": "web"}]}}).to_string()),
        path if path == proxy && body.contains("\"name\": \"broken\"") => (500, "no".to_owned()),
        path if path == proxy && body.contains("\"name\": \"app\"") => (200, String::new()),
        path if path == proxy => (409, String::new()),
        path if path == secrets => {
            let block = |name| signet_api::base64::encode(&fs::read(fixture(name)).unwrap());
            let items = json!([{
                "metadata": {
                    "name": "key1", "namespace": "kube-system", "resourceVersion": "7",
                    "labels": {"sealedsecrets.bitnami.com/sealed-secrets-key": "active"},
                    "managedFields": [{"manager": "controller", "operation": "Update"}],
                },
                "type": "kubernetes.io/tls",
                "data": {"tls.key": block("key.pem"), "tls.crt": block("certificate.pem")},
            }]);
            (
                200,
                json!({"kind": "SecretList", "apiVersion": "v1", "items": items}).to_string(),
            )
        }
        _ => (404, json!({"kind": "Status", "message": "not found"}).to_string()),
    }
}

fn refuse(_: &str, _: &str) -> (u16, String) {
    (403, json!({"kind": "Status", "message": "you may not"}).to_string())
}

fn empty(_: &str, _: &str) -> (u16, String) {
    (200, json!({"kind": "SecretList", "items": []}).to_string())
}

fn nonsense(_: &str, _: &str) -> (u16, String) {
    (200, "{\"items\": [{\"data\": {\"tls.key\": \"s3cr3t!\"}}]}".to_owned())
}

#[test]
fn the_controller_says_what_it_opens() {
    let desk = desk(cluster);
    let good = desk.succeed(&["seal", "--cert", &fixture("certificate.pem")], SECRET);
    let renamed = |name: &str| good.replace("name: app", &format!("name: {name}"));
    desk.write("good.yaml", &good);
    desk.write("bad.yaml", format!("kind: ConfigMap\n---\n{}", renamed("other")));
    desk.write("broken.yaml", renamed("broken"));
    let verify = |file: &str| desk.run(&["verify", "--online", "--kubeconfig", "kubeconfig", file], "");
    let run = verify("good.yaml");
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""), "{}", run.stderr);
    let run = verify("bad.yaml");
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert!(
        run.stdout
            .starts_with("bad.yaml:3:1: error: team/other: the controller does not open it [does-not-open]\n"),
        "{}",
        run.stdout
    );
    let run = verify("broken.yaml");
    assert_eq!((run.code, run.stdout.as_str()), (Some(7), ""));
    assert!(
        run.stderr.contains("broken.yaml:1:1: the controller cannot be asked: "),
        "{}",
        run.stderr
    );
    // Nobody is asked who was not to be.
    assert_eq!(desk.run(&["verify", "bad.yaml"], "").code, Some(0));
}

#[test]
fn the_keys_of_the_cluster_are_listed_and_backed_up() {
    let desk = desk(cluster);
    let list = desk.succeed(&["keys", "list", "--kubeconfig", "kubeconfig"], "");
    assert!(
        list.contains("  newest ") && list.contains("kube-system/key1"),
        "{list}"
    );
    let recipient = age::x25519::Identity::generate().to_public().to_string();
    let backup = desk.succeed(
        &["keys", "backup", "--kubeconfig", "kubeconfig", "--to", &recipient],
        "",
    );
    assert!(backup.starts_with("-----BEGIN AGE ENCRYPTED FILE-----"), "{backup}");
}

#[test]
fn a_cluster_that_refuses_is_told_of() {
    for (answer, said, code) in [
        (refuse as Answer, "you may not", 7),
        (empty, "namespace kube-system: there are no key Secrets", 3),
        (nonsense, "the answer is no list of them", 7),
    ] {
        let desk = desk(answer);
        let run = desk.run(&["keys", "list", "--kubeconfig", "kubeconfig"], "");
        assert_eq!((run.code, run.stdout.as_str()), (Some(code), ""), "{}", run.stderr);
        assert!(
            run.stderr.contains(said) && !run.stderr.contains("s3cr3t"),
            "{}",
            run.stderr
        );
    }
    let desk = desk(refuse);
    desk.write("a.yaml", "");
    let run = desk.run(&["verify", "--online", "--kubeconfig", "kubeconfig", "a.yaml"], "");
    assert_eq!(run.code, Some(7));
    assert!(run.stderr.contains("you may not"), "{}", run.stderr);
    for verb in [&["verify", "--online", "a.yaml"][..], &["keys", "list"]] {
        let run = desk.run(&[verb, &["--kubeconfig", "missing"]].concat(), "");
        assert_eq!(run.code, Some(7), "{}", run.stderr);
        assert!(
            run.stderr.contains("cannot read the kubeconfig missing"),
            "{}",
            run.stderr
        );
    }
}
