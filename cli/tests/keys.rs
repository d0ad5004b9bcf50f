//! `signet keys`: a backup opens for its recipients alone, and a drill tells what it does not open.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod program;

use std::{fs, os::unix::fs::PermissionsExt};

use age::x25519::Identity;
use program::{Desk, fixture};
use secrecy::ExposeSecret;
use serde_json::Value;

const SECRET: &str = "apiVersion: v1\nkind: Secret\nmetadata: {name: app, namespace: team}\nstringData: {password: s3cr3t, user: admin}\n";
const FINGERPRINT: &str = "SHA256:Nw4yHBPYim398wnavHyK9wAuKxZO7iKij+mIS0Hy6FY";

/// A key Secret as kubectl prints it.
fn key_secret(name: &str, label: &str, key: &str, certificate: &str) -> String {
    let block = |file: &str| {
        let text = fs::read_to_string(fixture(file)).unwrap();
        text.lines().map(|line| format!("    {line}\n")).collect::<String>()
    };
    format!(
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: {name}\n  namespace: kube-system\n  uid: 1-2-3\n  resourceVersion: \"7\"\n  \
         creationTimestamp: \"2026-11-22T00:58:57Z\"\n  labels:\n    sealedsecrets.bitnami.com/sealed-secrets-key: {label}\ntype: \
         kubernetes.io/tls\nstringData:\n  tls.key: |\n{}  tls.crt: |\n{}",
        block(key),
        block(certificate)
    )
}

fn sealing_key() -> String {
    key_secret("sealed-secrets-key1", "active", "key.pem", "certificate.pem")
}

/// An identity in a file, and its recipient.
fn identity(desk: &Desk, name: &str) -> String {
    let identity = Identity::generate();
    let text = identity.to_string();
    desk.write(name, format!("# created: today\n\n{}\n", text.expose_secret()));
    identity.to_public().to_string()
}

#[test]
fn a_damaged_key_is_told_of_where_it_may_be_the_one() {
    let desk = Desk::new();
    let damaged = key_secret("sealed-secrets-key2", "active", "certificate.pem", "certificate.pem");
    desk.write("keys.yaml", format!("{damaged}---\n{}", sealing_key()));
    let sealed = desk.succeed(&["seal", "--cert", &fixture("certificate.pem")], SECRET);
    let unseal = |sealed: &str| desk.run(&["unseal", "--key", "keys.yaml"], sealed);

    assert_eq!(unseal(&sealed).code, Some(0));
    let run = unseal(&sealed.replace("name: app", "name: other"));
    assert_eq!(run.code, Some(3));
    assert!(run.stdout.is_empty());
    assert!(run.stderr.contains("sealed-secrets-key2: tls.key: "), "{}", run.stderr);
}

#[test]
fn lists_what_a_controller_does_with_each() {
    let desk = Desk::new();
    fs::create_dir(desk.path("keys")).unwrap();
    desk.write("keys/one.yaml", sealing_key());
    desk.write(
        "keys/two.yaml",
        key_secret("sealed-secrets-key2", "compromised", "key.pem", "certificate.pem"),
    );
    desk.write(
        "keys/three.yaml",
        key_secret("sealed-secrets-key3", "active", "other-key.pem", "certificate.pem"),
    );
    desk.write(
        "keys/ingress.yaml",
        sealing_key().replace("sealedsecrets.bitnami.com/sealed-secrets-key: active", "app: web"),
    );
    desk.write("keys/values.yaml", "a: {{ .b }}\n");
    let run = desk.run(&["keys", "list", "--output", "json", "keys"], "");
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let keys: Value = serde_json::from_str(&run.stdout).unwrap();
    let states: Vec<_> = keys
        .as_array()
        .unwrap()
        .iter()
        .map(|key| (key["name"].as_str().unwrap(), key["state"].as_str().unwrap()))
        .collect();
    assert_eq!(states.len(), 3);
    for expected in [
        ("sealed-secrets-key1", "newest"),
        ("sealed-secrets-key2", "retired"),
        ("sealed-secrets-key3", "malformed"),
    ] {
        assert!(states.contains(&expected), "{states:?}");
    }
    assert!(
        run.stderr.contains(
            "warning: kube-system/sealed-secrets-key3: tls.crt is the certificate of another key than tls.key"
        )
    );
    let text = desk.succeed(&["keys", "list", "keys"], "");
    assert!(
        text.lines()
            .nth(1)
            .unwrap()
            .starts_with(&format!("{FINGERPRINT}  newest ")),
        "{text}"
    );
    assert!(!text.contains("PRIVATE"));
}

#[test]
fn shows_one_without_its_private_half() {
    let desk = Desk::new();
    desk.write("key.yaml", sealing_key());
    for key in [FINGERPRINT, "SHA256:Nw4y", "Nw4y", "sealed-secrets-key1"] {
        let text = desk.succeed(&["keys", "show", key, "key.yaml"], "");
        assert!(
            text.contains(FINGERPRINT) && text.contains("-----BEGIN CERTIFICATE-----") && !text.contains("PRIVATE"),
            "{text}"
        );
    }
    desk.write("twice.yaml", format!("{}---\n{}", sealing_key(), sealing_key()));
    for (key, file, said) in [
        ("", "key.yaml", "there is no key \"\""),
        ("SHA256:", "key.yaml", "there is no key"),
        ("x", "key.yaml", "there is no key \"x\""),
        ("Nw4y", "twice.yaml", "means several keys"),
    ] {
        let run = desk.run(&["keys", "show", key, file], "");
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
        assert!(run.stderr.contains(said), "{}", run.stderr);
    }
}

#[test]
fn a_backup_is_restored_by_each_recipient() {
    let desk = Desk::new();
    desk.write(
        "keys.yaml",
        format!(
            "{}---\n{}",
            sealing_key(),
            key_secret("old", "retired", "other-key.pem", "certificate.pem")
        ),
    );
    let (one, two) = (identity(&desk, "one.key"), identity(&desk, "two.key"));
    desk.write("recipients", format!("# the team\n{two}\n{one}\n"));
    let run = desk.run(
        &[
            "keys",
            "backup",
            "keys.yaml",
            "--to",
            &one,
            "--recipients-file",
            "recipients",
            "-w",
            "keys.age",
        ],
        "",
    );
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(
        run.stderr.contains("old: tls.crt is the certificate of another key")
            && run.stderr.ends_with("2 keys, for 2 recipients\n")
    );
    let backup = desk.read("keys.age");
    assert!(
        backup.starts_with("-----BEGIN AGE ENCRYPTED FILE-----\n")
            && backup.ends_with("-----END AGE ENCRYPTED FILE-----\n")
    );

    for identity in ["one.key", "two.key"] {
        let text = desk.succeed(&["keys", "restore", "keys.age", "--identity", identity], "");
        assert!(text.contains("name: sealed-secrets-key1") && text.contains("name: old"));
        assert!(
            text.contains("sealedsecrets.bitnami.com/sealed-secrets-key: retired"),
            "{text}"
        );
        assert!(!text.contains("uid") && !text.contains("resourceVersion"), "{text}");
        desk.write("restored.yaml", text);
        let sealed = desk.succeed(&["seal", "--cert", &fixture("certificate.pem")], SECRET);
        let opened = desk.succeed(&["unseal", "--key", "restored.yaml"], &sealed);
        assert!(opened.contains("password: czNjcjN0"), "{opened}");
    }
    desk.write("restored.json", "old");
    fs::set_permissions(desk.path("restored.json"), fs::Permissions::from_mode(0o644)).unwrap();
    desk.succeed(
        &[
            "keys",
            "restore",
            "keys.age",
            "--identity",
            "one.key",
            "-o",
            "json",
            "-w",
            "restored.json",
        ],
        "",
    );
    assert!(desk.read("restored.json").starts_with("{\n"));
    assert_eq!(
        fs::metadata(desk.path("restored.json")).unwrap().permissions().mode() & 0o777,
        0o600
    );
}

#[test]
fn nobody_else_restores_it() {
    let desk = Desk::new();
    desk.write("keys.yaml", sealing_key());
    let recipient = identity(&desk, "one.key");
    identity(&desk, "other.key");
    desk.succeed(
        &["keys", "backup", "keys.yaml", "--to", &recipient, "-w", "keys.age"],
        "",
    );
    let backup = desk.read("keys.age");
    let middle = backup.len() / 2;
    desk.write("cut.age", &backup[..middle]);
    desk.write("altered.age", backup.replace(&backup[middle..middle + 8], "AAAAAAAA"));
    desk.write("text.key", "not a key\n");
    desk.write("empty.key", "# nothing\n");
    for (file, identity, code, said) in [
        ("keys.age", "other.key", 5, "keys.age: none of the identities opens it"),
        ("cut.age", "one.key", 6, "altered or cut off"),
        ("altered.age", "one.key", 6, "altered or cut off"),
        ("keys.yaml", "one.key", 3, "keys.yaml: it is no age file"),
        ("missing.age", "one.key", 3, "cannot open missing.age"),
        ("keys.age", "missing.key", 3, "cannot open missing.key"),
        ("keys.age", "text.key", 3, "text.key:1: no age identity"),
        ("keys.age", "empty.key", 3, "empty.key: there is no age identity in it"),
    ] {
        let run = desk.run(&["keys", "restore", file, "--identity", identity], "");
        assert_eq!(
            (run.code, run.stdout.as_str()),
            (Some(code), ""),
            "{file} {identity}: {}",
            run.stderr
        );
        assert!(run.stderr.contains(said), "{}", run.stderr);
        assert!(!run.stderr.contains("not a key"));
    }
}

#[test]
fn no_backup_without_keys_and_recipients() {
    let desk = Desk::new();
    let recipient = identity(&desk, "one.key");
    desk.write("keys.yaml", sealing_key());
    desk.write("secret.yaml", SECRET);
    desk.write("broken.yaml", "a: [");
    desk.write("none", "# nobody\n");
    desk.write("bad", format!("{recipient}\nage1nope\n"));
    for (arguments, code, said) in [
        (vec!["keys.yaml"], 2, "--to"),
        (vec!["keys.yaml", "--to", "age1nope"], 3, "--to: no age recipient"),
        (
            vec!["keys.yaml", "--to", "ssh-ed25519 AAAA"],
            3,
            "--to: no age recipient",
        ),
        (
            vec!["keys.yaml", "--recipients-file", "none"],
            3,
            "none: there are no recipients in it",
        ),
        (
            vec!["keys.yaml", "--recipients-file", "bad"],
            3,
            "bad:2: no age recipient",
        ),
        (
            vec!["secret.yaml", "--to", &recipient],
            3,
            "secret.yaml: there are no key Secrets",
        ),
        (vec!["broken.yaml", "--to", &recipient], 3, "broken.yaml:1:"),
        (vec!["missing.yaml", "--to", &recipient], 3, "cannot open missing.yaml"),
        (
            vec!["keys.yaml", "--to", &recipient, "-w", "nowhere/keys.age"],
            4,
            "cannot write nowhere/keys.age",
        ),
    ] {
        let run = desk.run(&[&["keys", "backup"], &arguments[..]].concat(), "");
        assert_eq!(
            (run.code, run.stdout.as_str()),
            (Some(code), ""),
            "{arguments:?}: {}",
            run.stderr
        );
        assert!(run.stderr.contains(said), "{arguments:?}: {}", run.stderr);
    }
}

#[test]
fn a_drill_lists_what_the_backup_does_not_open() {
    let desk = Desk::new();
    desk.write("keys.yaml", sealing_key());
    let recipient = identity(&desk, "one.key");
    desk.succeed(
        &["keys", "backup", "keys.yaml", "--to", &recipient, "-w", "keys.age"],
        "",
    );
    fs::create_dir(desk.path("tree")).unwrap();
    let sealed = desk.succeed(&["seal", "--cert", &fixture("certificate.pem")], SECRET);
    desk.write("tree/good.yaml", &sealed);
    let drill = |paths: &[&str]| {
        desk.run(
            &[
                &["keys", "drill", "--backup", "keys.age", "--identity", "one.key"],
                paths,
            ]
            .concat(),
            "",
        )
    };
    let run = drill(&["tree"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""));
    assert_eq!(
        run.stderr,
        "1 SealedSecrets, 2 items, 1 keys: 0 do not open, 0 could not be checked\n"
    );

    let plain = "kind: Secret\nmetadata:\n  name: {{ .Values.name }}\nstringData:\n  a: {{ .Values.a }}\n";
    desk.write("tree/plain.yaml", plain);
    desk.write(
        "tree/values.yaml",
        "kind: Secret\nstringData:\n  a: '{{ .Values.a }}'\n",
    );
    let run = drill(&["tree"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""));
    assert!(
        run.stderr.ends_with(": 0 do not open, 0 could not be checked\n"),
        "{}",
        run.stderr
    );
    let run = drill(&["missing.yaml"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(3), ""));
    assert!(run.stderr.contains("cannot open missing.yaml"), "{}", run.stderr);

    desk.write("tree/copied.yaml", sealed.replace("name: app", "name: other"));
    desk.write("tree/broken.yaml", "kind: SealedSecret\nspec: {\n");
    let run = drill(&["tree"]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    for said in ["tree/broken.yaml:", "tree/copied.yaml:"] {
        assert!(run.stdout.contains(said), "{}", run.stdout);
    }
    assert_eq!(run.stdout.matches("[does-not-open]").count(), 2);
    assert!(
        run.stderr.ends_with(": 2 do not open, 1 could not be checked\n"),
        "{}",
        run.stderr
    );
    assert!(!run.stdout.contains("tree/good.yaml") && !run.stdout.contains("s3cr3t"));

    fs::create_dir(desk.path("empty")).unwrap();
    let run = drill(&["empty"]);
    assert_eq!(run.code, Some(3));
    assert!(
        run.stderr.contains("no SealedSecret is in what was given"),
        "{}",
        run.stderr
    );
}
