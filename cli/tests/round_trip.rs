//! What was sealed opens again, and nowhere else.

mod program;

use program::{Desk, fixture, without_ciphertexts};

const SCOPES: [&str; 3] = ["strict", "namespace-wide", "cluster-wide"];

const SECRETS: &str = r#"apiVersion: v1
kind: Secret
metadata:
  name: app
  namespace: team
  labels: {tier: "1"}
type: kubernetes.io/basic-auth
immutable: true
stringData: {username: admin, password: s3cr3t, empty: ""}
---
apiVersion: v1
kind: Secret
metadata: {name: web, namespace: team}
data: {binary: AAH/}
"#;

const OPENED: &str = r#"apiVersion: v1
data:
  empty: ""
  password: czNjcjN0
  username: YWRtaW4=
immutable: true
kind: Secret
metadata:
  labels:
    tier: "1"
  name: app
  namespace: team
type: kubernetes.io/basic-auth
---
apiVersion: v1
data:
  binary: AAH/
kind: Secret
metadata:
  name: web
  namespace: team
"#;

fn without_scope(text: &str) -> String {
    let is_kept = |line: &&str| !line.contains("annotations:") && !line.contains("sealedsecrets.bitnami.com");
    text.lines().filter(is_kept).map(|line| format!("{line}\n")).collect()
}

#[test]
fn every_scope_and_format() {
    let desk = Desk::new();
    let (certificate, key) = (fixture("certificate.pem"), fixture("key.pem"));
    for scope in SCOPES {
        for format in ["yaml", "json"] {
            let sealed = desk.succeed(
                &["seal", "--cert", &certificate, "--scope", scope, "-o", format],
                SECRETS,
            );
            assert!(!sealed.contains("s3cr3t") && !sealed.contains("czNjcjN0"));
            let opened = desk.succeed(&["unseal", "--key", &key, "-o", "yaml"], &sealed);
            assert_eq!(without_scope(&opened), OPENED, "{scope} {format}");
        }
    }
}

#[test]
fn several_files_in_their_order() {
    let desk = Desk::new();
    let (one, two) = SECRETS.split_once("---\n").unwrap();
    desk.write("one.yaml", one);
    desk.write("two.yaml", two);
    let certificate = fixture("certificate.pem");
    let apart = desk.succeed(&["seal", "--cert", &certificate, "one.yaml", "two.yaml"], "");
    let together = desk.succeed(&["seal", "--cert", &certificate], SECRETS);
    assert_eq!(without_ciphertexts(&apart), without_ciphertexts(&together));
    assert_eq!(desk.succeed(&["unseal", "--key", &fixture("key.pem")], &apart), OPENED);
}

/// Which copies open: those that the scope allows.
#[test]
fn bound_to_its_scope() {
    let desk = Desk::new();
    let (_, secret) = SECRETS.split_once("---\n").unwrap();
    for (scope, other_name, other_namespace) in [
        ("strict", false, false),
        ("namespace-wide", true, false),
        ("cluster-wide", true, true),
    ] {
        let sealed = desk.succeed(
            &[
                "seal",
                "--no-hint",
                "--cert",
                &fixture("certificate.pem"),
                "--scope",
                scope,
            ],
            secret,
        );
        for (copy, opens) in [
            (sealed.replace("name: web", "name: other"), other_name),
            (sealed.replace("namespace: team", "namespace: other"), other_namespace),
            (without_scope(&sealed), scope == "strict"),
        ] {
            let run = desk.run(&["unseal", "--key", &fixture("key.pem")], &copy);
            assert_eq!(run.code, Some(if opens { 0 } else { 5 }), "{scope}: {}", run.stderr);
            assert!(opens || run.stdout.is_empty());
        }
    }
}

#[test]
fn keys_as_the_controller_keeps_them() {
    let desk = Desk::new();
    let sealed = desk.succeed(&["seal", "--cert", &fixture("certificate.pem")], SECRETS);
    let indent = |name: &str, by: &str| {
        let pem = std::fs::read_to_string(fixture(name)).unwrap();
        pem.lines().map(|line| format!("{by}{line}\n")).collect::<String>()
    };
    let secret = |name: &str| {
        format!(
            "apiVersion: v1\nkind: Secret\nmetadata:\n  name: {name}\nstringData:\n  tls.key: |\n{}",
            indent(&format!("{name}.pem"), "    ")
        )
    };
    let item = |name: &str| {
        let text = secret(name);
        let mut lines = text.lines();
        let first = lines.next().unwrap();
        format!("- {first}\n") + &lines.map(|line| format!("  {line}\n")).collect::<String>()
    };
    desk.write("secrets.yaml", format!("{}---\n{}", secret("other-key"), secret("key")));
    let list = format!(
        "apiVersion: v1\nkind: List\nitems:\n{}{}",
        item("other-key"),
        item("key")
    );
    desk.write("list.yaml", &list);
    desk.write("list-without-kind.yaml", list.replace("kind: List\n", ""));
    for keys in ["secrets.yaml", "list.yaml", "list-without-kind.yaml"] {
        assert_eq!(desk.succeed(&["unseal", "--key", keys], &sealed), OPENED, "{keys}");
        let recovered = desk.succeed(
            &["kubeseal", "--recovery-unseal", "--recovery-private-key", keys],
            &sealed,
        );
        assert!(recovered.contains("\"password\": \"czNjcjN0\""), "{keys}");
    }
}
