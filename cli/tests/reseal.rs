//! SealedSecrets go to the newest certificate, and nothing else of their files changes.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod program;
mod server;

use std::fs;

use jiff::{SignedDuration, Timestamp};
use program::{Desk, Run, fixture};
use server::{Answer, Server};
use signet_sealing_keys::{KeySize, SealingKey, key_secret};

/// A desk with a new certificate in `new.pem`, its key in `new-key.pem`, and the new fingerprint.
fn desk() -> (Desk, String) {
    let desk = Desk::new();
    let validity = SignedDuration::from_hours(10_000);
    let key = SealingKey::generate(KeySize::Rsa2048, validity, "", Timestamp::now()).unwrap();
    desk.write("new.pem", key.certificate().to_pem());
    desk.write("new-key.pem", key.private_key().to_pem().as_bytes());
    (desk, key.fingerprint().to_string())
}

/// Somebody's file, sealed with the old certificate.
fn file(desk: &Desk, arguments: &[&str]) -> String {
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: app, namespace: team, labels: {a: b}}\nstringData: {password: s3cr3t, user: admin}\n";
    let certificate = fixture("certificate.pem");
    let sealed = desk.succeed(&[&["seal", "--cert", &certificate], arguments].concat(), secret);
    format!(
        "# top\nkind: Other\n---\n# of the team\n{}# end\n",
        sealed.replace("spec:", "# spec\nspec: # of it")
    )
}

fn reseal(desk: &Desk, arguments: &[&str]) -> Run {
    let key = fixture("key.pem");
    desk.run(
        &[&["reseal", "--cert", "new.pem", "--key", &key], arguments].concat(),
        "",
    )
}

/// The lines that differ, without what is in them behind the colon.
fn changed(before: &str, after: &str) -> Vec<String> {
    assert_eq!(before.lines().count(), after.lines().count());
    let lines = before.lines().zip(after.lines()).filter(|(a, b)| a != b);
    lines
        .map(|(line, _)| line.trim().split(':').next().unwrap_or_default().to_owned())
        .collect()
}

fn opens_with_the_new_key(desk: &Desk, name: &str) {
    let text = desk.read(name);
    let sealed = text.split("---\n").nth(1).unwrap_or(&text);
    let secret = desk.succeed(&["unseal", "--key", "new-key.pem"], sealed);
    assert!(
        secret.contains("password: czNjcjN0") && secret.contains("user: YWRtaW4="),
        "{secret}"
    );
}

#[test]
fn only_ciphertexts_and_the_hint_change() {
    let (desk, fingerprint) = desk();
    for scope in ["strict", "namespace-wide", "cluster-wide"] {
        let before = file(&desk, &["--scope", scope]);
        desk.write("app.yaml", &before);
        let run = reseal(&desk, &["app.yaml"]);
        assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""), "{}", run.stderr);
        assert_eq!(run.stderr, "resealed 1 of 1 SealedSecrets, in 1 files; 0 left alone\n");
        let after = desk.read("app.yaml");
        assert_eq!(changed(&before, &after), ["signet.dev/sealing-key", "password", "user"]);
        assert!(after.contains(&fingerprint));
        opens_with_the_new_key(&desk, "app.yaml");
    }
}

#[test]
fn the_newest_is_left_alone() {
    let (desk, _) = desk();
    desk.write("app.yaml", file(&desk, &[]));
    assert_eq!(reseal(&desk, &["app.yaml"]).code, Some(0));
    let once = desk.read("app.yaml");
    let run = reseal(&desk, &["app.yaml"]);
    assert_eq!(
        (run.code, run.stderr.as_str()),
        (Some(0), "resealed 0 of 1 SealedSecrets, in 0 files; 1 left alone\n")
    );
    assert_eq!(desk.read("app.yaml"), once);
}

#[test]
fn without_a_hint_the_key_that_opens_it_tells() {
    let (desk, fingerprint) = desk();
    let before = file(&desk, &["--no-hint"]);
    desk.write("app.yaml", &before);
    let key = fixture("key.pem");
    let run = desk.run(
        &[
            "reseal",
            "--cert",
            &fixture("certificate.pem"),
            "--key",
            "new-key.pem",
            "--key",
            &key,
            "app.yaml",
        ],
        "",
    );
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let after = desk.read("app.yaml");
    let without: Vec<_> = after
        .lines()
        .filter(|line| !line.contains("annotations:") && !line.contains("signet.dev"))
        .collect();
    assert_eq!(
        without,
        before.lines().collect::<Vec<_>>(),
        "it was sealed to that one already"
    );

    desk.write("app.yaml", &before);
    assert_eq!(reseal(&desk, &["--no-hint", "app.yaml"]).code, Some(0));
    assert_eq!(changed(&before, &desk.read("app.yaml")), ["password", "user"]);
    desk.write("app.yaml", file(&desk, &[]));
    assert_eq!(reseal(&desk, &["--no-hint", "app.yaml"]).code, Some(0));
    let after = desk.read("app.yaml");
    assert!(
        !after.contains("signet.dev") && !after.contains(&fingerprint),
        "{after}"
    );
}

#[test]
fn a_check_changes_nothing_and_needs_no_key() {
    let (desk, fingerprint) = desk();
    let before = file(&desk, &[]);
    desk.write("app.yaml", &before);
    desk.write("unsaid.yaml", file(&desk, &["--no-hint"]));
    let run = desk.run(&["reseal", "--check", "--cert", "new.pem", "."], "");
    assert_eq!((run.code, run.stderr.as_str()), (Some(1), ""));
    let lines: Vec<_> = run.stdout.lines().collect();
    assert!(
        lines[0].starts_with("./app.yaml:5:1: SealedSecret app is sealed to SHA256:")
            && lines[0].ends_with(&fingerprint),
        "{}",
        run.stdout
    );
    assert_eq!(
        lines[1],
        "./unsaid.yaml:5:1: SealedSecret app does not say to which key it is sealed"
    );
    assert_eq!(desk.read("app.yaml"), before);
    assert_eq!(reseal(&desk, &["."]).code, Some(0));
    let run = desk.run(&["reseal", "--check", "--cert", "new.pem", "."], "");
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""));
}

#[test]
fn what_is_asked_for_alone_is_resealed() {
    let (desk, _) = desk();
    let before = file(&desk, &[]);
    let by = before
        .split_whitespace()
        .find(|word| word.starts_with("SHA256:"))
        .unwrap_or_default();
    desk.write("app.yaml", &before);
    let run = reseal(
        &desk,
        &["--sealed-by", &format!("SHA256:{}", "A".repeat(43)), "app.yaml"],
    );
    assert_eq!((run.code, desk.read("app.yaml")), (Some(0), before.clone()));
    assert_eq!(reseal(&desk, &["--sealed-by", by, "app.yaml"]).code, Some(0));
    opens_with_the_new_key(&desk, "app.yaml");

    // Ages are those of the certificates in key Secrets.
    let young = SealingKey::generate(
        KeySize::Rsa2048,
        SignedDuration::from_hours(10_000),
        "",
        Timestamp::now() - SignedDuration::from_hours(48),
    );
    let young = young.expect("a key");
    desk.write("young.pem", young.certificate().to_pem());
    let secret = key_secret::encode(&young, "kube-system", "key");
    desk.write("young.json", secret.to_json().expect("JSON").as_slice());
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: app, namespace: team}\nstringData: {password: s3cr3t, user: admin}\n";
    let before = desk.succeed(&["seal", "--cert", "young.pem"], secret);
    desk.write("app.yaml", &before);
    let arguments = [
        "reseal",
        "--cert",
        "new.pem",
        "--key",
        "young.json",
        "app.yaml",
        "--older-than",
    ];
    assert_eq!(desk.run(&[&arguments[..], &["3d"]].concat(), "").code, Some(0));
    assert_eq!(desk.read("app.yaml"), before);
    assert_eq!(desk.run(&[&arguments[..], &["47h"]].concat(), "").code, Some(0));
    opens_with_the_new_key(&desk, "app.yaml");
}

#[test]
fn what_cannot_choose_is_refused() {
    let (desk, _) = desk();
    let before = file(&desk, &[]);
    desk.write("app.yaml", &before);
    for (arguments, message) in [
        (["--sealed-by", "garbage", "app.yaml"], "is no fingerprint"),
        (["--sealed-by", "SHA256:Nw4y", "app.yaml"], "is no fingerprint"),
        (["--older-than", "3d", "app.yaml"], "no key has a date"),
    ] {
        let run = reseal(&desk, &arguments);
        assert_eq!(run.code, Some(2), "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains(message), "{arguments:?}: {}", run.stderr);
    }
    assert_eq!(desk.read("app.yaml"), before);
}

#[test]
fn what_cannot_be_read_or_edited_is_not_passed_over() {
    let (desk, _) = desk();
    let sealed = file(&desk, &[]);
    let object = sealed.split("# of the team\n").nth(1).unwrap().replace("# end\n", "");
    let lines = object.lines().enumerate();
    let item: String = lines
        .map(|(at, line)| format!("{}{line}\n", if at == 0 { "- " } else { "  " }))
        .collect();
    desk.write("list.yaml", format!("apiVersion: v1\nkind: List\nitems:\n{item}"));
    desk.write("broken.yaml", "kind: SealedSecret\nmetadata: {name: a\n");
    desk.write(
        "template.yaml",
        "kind: SealedSecret\nmetadata: {{ .Values.metadata }}\nspec: {{ .Values.spec }}\n",
    );
    desk.write(
        "other.yaml",
        "kind: Deployment\nmetadata: {{ .Values.metadata }}\nspec: {{ .Values.spec }}\n",
    );
    for arguments in [vec!["--check", "."], vec!["."]] {
        desk.write("app.yaml", &sealed);
        let run = reseal(&desk, &arguments);
        assert_eq!(run.code, Some(3), "{}", run.stderr);
        for expected in ["list.yaml:1:1: kind: is a List", "broken.yaml:", "template.yaml:"] {
            assert!(run.stderr.contains(expected), "{}", run.stderr);
        }
        assert!(!run.stderr.contains("other.yaml"), "{}", run.stderr);
    }
    opens_with_the_new_key(&desk, "app.yaml");
}

/// What upstream's controller answers: neither kind nor version, and nothing of the template but its metadata.
fn answer(name: &str, password: &str, user: &str) -> String {
    format!(
        r#"{{"metadata": {{"name": "{name}", "namespace": "team", "creationTimestamp": null}},
            "spec": {{"template": {{"metadata": {{}}}}, "encryptedData": {{"password": "{password}", "user": "{user}"}}}}, "status": {{}}}}"#
    )
}

fn ask_controller(server: &Server, desk: &Desk) -> Run {
    desk.write("kubeconfig", server.kubeconfig("{token: t0ken}"));
    desk.run(
        &["reseal", "--cert", "new.pem", "--kubeconfig", "kubeconfig", "app.yaml"],
        "",
    )
}

#[test]
fn the_controller_may_do_it() {
    let (desk, fingerprint) = desk();
    let before = file(&desk, &[]);
    let server = Server::of_controller(|_, _| Answer("200 OK", &[], answer("app", "AgA=", "AgB=")));
    desk.write("app.yaml", &before);
    let run = ask_controller(&server, &desk);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let after = desk.read("app.yaml");
    assert_eq!(changed(&before, &after), ["signet.dev/sealing-key", "password", "user"]);
    assert!(
        after.contains(&fingerprint) && after.contains("    password: AgA=\n    user: AgB=\n"),
        "{after}"
    );
    let requests = server.requests();
    let posted = requests.last().map(|request| request.line.as_str());
    assert!(
        posted.is_some_and(|line| line.starts_with("POST ") && line.ends_with("/proxy/v1/rotate")),
        "{posted:?}"
    );

    // It says so itself now, so nobody is asked again.
    let count = requests.len();
    assert_eq!(ask_controller(&server, &desk).code, Some(0));
    assert_eq!((server.requests().len(), desk.read("app.yaml")), (count, after));
}

#[test]
fn an_answer_that_is_none_changes_nothing() {
    let (desk, _) = desk();
    let before = file(&desk, &[]);
    desk.write("app.yaml", &before);
    for (status, text, message) in [
        (
            "409 Conflict",
            "already updated".to_owned(),
            "the controller did not reseal it",
        ),
        (
            "500 Internal Server Error",
            String::new(),
            "the controller did not reseal it",
        ),
        ("200 OK", String::new(), "the controller's answer is another object"),
        ("200 OK", "[]".to_owned(), "the controller's answer is another object"),
        (
            "200 OK",
            answer("other", "AgA=", "AgB="),
            "the controller's answer is another object",
        ),
        (
            "200 OK",
            answer("app", "AgA=", "AgB=").replace("user", "admin"),
            "the controller's answer is another object",
        ),
    ] {
        let server = Server::of_controller(move |_, _| Answer(status, &[], text.clone()));
        let run = ask_controller(&server, &desk);
        assert_eq!(run.code, Some(7), "{status}: {}", run.stderr);
        assert!(run.stderr.contains(message), "{status}: {}", run.stderr);
        assert_eq!(desk.read("app.yaml"), before);
    }
}

#[test]
fn many_files_with_many_objects() {
    let (desk, _) = desk();
    fs::create_dir_all(desk.path("a/b")).expect("folders");
    let text = file(&desk, &[]);
    for index in 0..70 {
        let folder = if index % 2 == 0 { "a" } else { "a/b" };
        desk.write(&format!("{folder}/{index}.yaml"), format!("{text}---\n{text}"));
    }
    let run = reseal(&desk, &["a"]);
    assert_eq!(
        (run.code, run.stderr.as_str()),
        (
            Some(0),
            "resealed 140 of 140 SealedSecrets, in 70 files; 0 left alone\n"
        )
    );
    opens_with_the_new_key(&desk, "a/b/69.yaml");
}

#[test]
fn what_does_not_open_leaves_its_file_and_the_others_go_on() {
    let (desk, _) = desk();
    let good = file(&desk, &[]);
    let moved = good.replace("name: app", "name: other");
    let half = format!("{good}---\n{moved}");
    desk.write("good.yaml", &good);
    desk.write("half.yaml", &half);
    let run = reseal(&desk, &["half.yaml", "good.yaml"]);
    assert_eq!(run.code, Some(5), "{}", run.stderr);
    assert!(
        run.stderr.contains("half.yaml:") && run.stderr.contains("no key could decrypt secret (password, user)"),
        "{}",
        run.stderr
    );
    assert!(
        run.stderr.contains("resealed 1 of 3 SealedSecrets, in 1 files"),
        "{}",
        run.stderr
    );
    assert_eq!(desk.read("half.yaml"), half);
    opens_with_the_new_key(&desk, "good.yaml");
}

#[test]
fn what_is_wrong_changes_nothing() {
    let (desk, _) = desk();
    let before = file(&desk, &[]);
    let item = before
        .lines()
        .find_map(|line| line.trim().strip_prefix("user: "))
        .unwrap_or_default();
    desk.write("app.yaml", &before);
    desk.write("none.yaml", "kind: Other\n");
    desk.write("blob.yaml", format!("apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {{name: a, namespace: b}}\nspec: {{data: {item}}}\n"));
    desk.write("twice.yaml", before.replace("    user:", "    password: x\n    user:"));
    desk.write("unbound.yaml", before.replace("  namespace: team\n", ""));
    let certificate = fixture("certificate.pem");
    let key = fixture("key.pem");
    for (arguments, code, message) in [
        (vec!["--cert", "new.pem"], 2, "required"),
        (vec!["--cert", "new.pem", "app.yaml"], 7, "no kubeconfig"),
        (
            vec!["--cert", "new.pem", "--key", "none.yaml", "app.yaml"],
            3,
            "none.yaml",
        ),
        (
            vec!["--cert", "new.pem", "--key", &certificate, "app.yaml"],
            3,
            "certificate.pem",
        ),
        (vec!["--cert", &key, "--key", &key, "app.yaml"], 3, "private key"),
        (
            vec!["--cert", "new.pem", "--key", &key, "--older-than", "soon", "app.yaml"],
            2,
            "is no duration",
        ),
        (
            vec!["--cert", "new.pem", "--key", &key, "--older-than=-1d", "app.yaml"],
            2,
            "is no duration",
        ),
        (
            vec!["--cert", "new.pem", "--key", &key, "missing.yaml"],
            3,
            "cannot open missing.yaml",
        ),
        (
            vec!["--cert", "new.pem", "--key", &key, "-"],
            2,
            "standard input is no file",
        ),
        (
            vec!["--cert", "new.pem", "--key", &key, "none.yaml"],
            3,
            "there is no SealedSecret in it",
        ),
        (vec!["--cert", "new.pem", "--key", &key, "blob.yaml"], 3, "deprecated"),
        (
            vec!["--cert", "new.pem", "--key", &key, "twice.yaml"],
            3,
            "stands twice",
        ),
        (
            vec!["--cert", "new.pem", "--key", &key, "unbound.yaml"],
            3,
            "metadata.namespace: is missing",
        ),
    ] {
        let run = desk.run(&[&["reseal"], &arguments[..]].concat(), "");
        assert_eq!(run.code, Some(code), "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains(message), "{arguments:?}: {}", run.stderr);
        assert_eq!(desk.read("app.yaml"), before);
    }
}
