//! Single items of a sealed file come and go, and every other byte stays.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod program;

use program::{Desk, Run, fixture};

/// Somebody's file, with everything that could get lost.
fn file(sealed: &str) -> String {
    let item = sealed
        .lines()
        .find_map(|line| line.trim().strip_prefix("password: "))
        .unwrap();
    format!(
        "# of the team\r\n---\r\napiVersion: v1\r\nkind: ConfigMap\r\nmetadata: {{name: app}}\r\n---\r\napiVersion: bitnami.com/v1alpha1\r\nkind: SealedSecret # sealed\r\nmetadata:\r\n    name: app\r\n    namespace: team\r\nspec:\r\n    encryptedData:\r\n        # from the vault\r\n        password: {item} # old\r\n\r\n    template: {{type: Opaque,   immutable: false}}\r\n"
    )
}

fn desk() -> (Desk, String) {
    let desk = Desk::new();
    let secret =
        "apiVersion: v1\nkind: Secret\nmetadata: {name: app, namespace: team}\nstringData: {password: s3cr3t}\n";
    let sealed = desk.succeed(&["seal", "--cert", &fixture("certificate.pem")], secret);
    let text = file(&sealed);
    desk.write("app.yaml", &text);
    (desk, text)
}

fn set(desk: &Desk, items: &[&str], stdin: &str) -> Run {
    let certificate = fixture("certificate.pem");
    let arguments = [&["set", "--cert", &certificate, "app.yaml"], items].concat();
    desk.run(&arguments, stdin)
}

/// The plaintext of an item, in base64.
fn opened(desk: &Desk, key: &str) -> Option<String> {
    // A file may have other documents.
    let text = desk.read("app.yaml");
    let sealed = text.split("---").find(|document| document.contains("SealedSecret"))?;
    let secret = desk.succeed(&["unseal", "--key", &fixture("key.pem")], sealed);
    let lines = secret.lines().skip_while(|line| *line != "data:");
    lines
        .filter_map(|line| line.trim().split_once(": "))
        .find(|(name, _)| *name == key)
        .map(|(_, value)| value.to_owned())
}

#[test]
fn an_item_is_replaced_and_the_rest_stays() {
    let (desk, before) = desk();
    let run = set(&desk, &["password=n3w"], "");
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (Some(0), "", ""));
    assert_eq!(opened(&desk, "password").as_deref(), Some("bjN3"));
    let after = desk.read("app.yaml");
    assert_ne!(after, before);
    let rest = |text: &str| {
        let lines = text.split('\n');
        lines
            .filter(|line| !line.contains("password:"))
            .collect::<Vec<_>>()
            .join("\n")
    };
    assert_eq!(rest(&after), rest(&before));
    assert!(
        after.contains(" # old\r\n") && after.contains("        password: AQ"),
        "{after}"
    );
}

#[test]
fn a_new_item_goes_without_a_trace() {
    let (desk, before) = desk();
    desk.write("cert.pem", "a\r\nb\n");
    assert_eq!(
        set(&desk, &["tls.crt@cert.pem", "empty=", "odd=a=b@c"], "").code,
        Some(0)
    );
    assert_eq!(opened(&desk, "tls.crt").as_deref(), Some("YQ0KYgo="));
    assert_eq!(opened(&desk, "empty").as_deref(), Some("\"\""));
    assert_eq!(opened(&desk, "odd").as_deref(), Some("YT1iQGM="));
    assert_eq!(opened(&desk, "password").as_deref(), Some("czNjcjN0"));
    desk.succeed(&["unset", "app.yaml", "odd", "tls.crt", "empty"], "");
    assert_eq!(desk.read("app.yaml"), before);
}

#[test]
fn standard_input_is_taken_byte_for_byte() {
    let (desk, _) = desk();
    for (item, stdin, expected, note) in [
        ("password=-", "a\nb\n", "YQpiCg==", false),
        ("password", "ab", "YWI=", false),
        ("password@-", "ab\n", "YWIK", true),
    ] {
        let run = set(&desk, &[item], stdin);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        assert_eq!(run.stderr.contains("ends with a line break"), note, "{}", run.stderr);
        assert_eq!(opened(&desk, "password").as_deref(), Some(expected));
    }
}

#[test]
fn nothing_is_no_value_by_mistake() {
    let (desk, before) = desk();
    for (argument, message) in [
        (
            "k",
            "k: standard input is empty\nhint: if it should be empty, give k=\n",
        ),
        ("k=-", "k: standard input is empty"),
        ("k-", "hint: k=- takes the value from standard input"),
    ] {
        let run = set(&desk, &[argument], "");
        assert_eq!(run.code, Some(2), "{argument}: {}", run.stderr);
        assert!(run.stderr.contains(message), "{argument}: {}", run.stderr);
        assert_eq!(desk.read("app.yaml"), before);
    }
    assert_eq!(set(&desk, &["k=", "k-=x"], "").code, Some(0));
}

#[test]
fn the_last_item_leaves_an_empty_mapping() {
    let (desk, _) = desk();
    desk.succeed(&["unset", "app.yaml", "password"], "");
    let after = desk.read("app.yaml");
    assert!(after.contains("    encryptedData: {}\r\n\r\n    template"), "{after}");
    assert!(!after.contains("vault"), "the comment belongs to the item");
}

#[test]
fn the_scope_of_the_file_counts() {
    let desk = Desk::new();
    for scope in ["strict", "namespace-wide", "cluster-wide"] {
        let secret =
            "apiVersion: v1\nkind: Secret\nmetadata: {name: app, namespace: team}\nstringData: {password: s3cr3t}\n";
        let sealed = desk.succeed(
            &["seal", "--cert", &fixture("certificate.pem"), "--scope", scope],
            secret,
        );
        desk.write("app.yaml", sealed);
        assert_eq!(set(&desk, &["password=n3w", "other=1"], "").code, Some(0));
        assert_eq!(opened(&desk, "password").as_deref(), Some("bjN3"), "{scope}");
    }
}

#[test]
fn json_stays_json() {
    let (desk, _) = desk();
    let sealed = desk
        .read("app.yaml")
        .split("---")
        .nth(2)
        .map(str::to_owned)
        .unwrap_or_default();
    let item = sealed
        .lines()
        .find_map(|line| line.trim().strip_prefix("password: "))
        .unwrap_or_default();
    let item = item.split(' ').next().unwrap_or_default();
    let text = format!(
        "{{\"kind\":\"SealedSecret\", \"apiVersion\":\"bitnami.com/v1alpha1\",\n\t\"metadata\":{{\"name\":\"app\",\"namespace\":\"team\"}},\"spec\":{{\"encryptedData\":{{\"password\":\"{item}\"}}}}}}"
    );
    desk.write("app.yaml", &text);
    assert_eq!(set(&desk, &["a=b"], "").code, Some(0));
    let after = desk.read("app.yaml");
    assert!(
        after.starts_with(&text[..text.len() - 3]) && after.ends_with("\"}}}"),
        "{after}"
    );
    desk.succeed(&["unset", "app.yaml", "a"], "");
    assert_eq!(desk.read("app.yaml"), text);
}

#[test]
fn what_is_wrong_changes_nothing_and_shows_no_value() {
    let (desk, before) = desk();
    desk.write(
        "plain.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: app, namespace: team}\n",
    );
    desk.write("half.yaml", "kind: SealedSecret\nspec: {");
    desk.write(
        "two.yaml",
        format!("{before}---\r\n{}", before.split("---").nth(2).unwrap_or_default()),
    );
    let nameless = before.replace("    namespace: team\r\n", "");
    desk.write("nameless.yaml", nameless);
    desk.write(
        "shared.yaml",
        before
            .replace("password: ", "password: &x ")
            .replace("    template:", "    copy: *x\r\n    template:"),
    );
    let certificate = fixture("certificate.pem");
    let expired = fixture("expired.pem");
    for (arguments, code, message) in [
        (vec!["set", "--cert", &certificate, "app.yaml"], 2, "required"),
        (
            vec!["set", "--cert", &certificate, "app.yaml", "pass word=canary"],
            2,
            "item 1: its key is none for a Secret",
        ),
        (
            vec!["set", "--cert", &certificate, "app.yaml", "=canary"],
            2,
            "item 1: its key is none for a Secret",
        ),
        (
            vec!["set", "--cert", &certificate, "app.yaml", "a=canary", "a=b"],
            2,
            "a is there twice",
        ),
        (
            vec!["set", "--cert", &certificate, "app.yaml", "a", "b=-"],
            2,
            "b is the second",
        ),
        (
            vec!["set", "--cert", &certificate, "app.yaml", "a@missing"],
            3,
            "cannot open missing: no such file",
        ),
        (
            vec!["set", "--cert", &certificate, "app.yaml", "--name", "other", "a=canary"],
            3,
            "there is no SealedSecret in it",
        ),
        (
            vec!["set", "--cert", &certificate, "missing.yaml", "a=canary"],
            3,
            "cannot open missing.yaml",
        ),
        (
            vec!["set", "--cert", &certificate, "plain.yaml", "a=canary"],
            3,
            "there is no SealedSecret in it",
        ),
        (
            vec!["set", "--cert", &certificate, "half.yaml", "a=canary"],
            3,
            "half.yaml:2:7: a bracket that is not closed",
        ),
        (
            vec!["set", "--cert", &certificate, "two.yaml", "a=canary"],
            2,
            "there are several SealedSecrets in it",
        ),
        (
            vec!["set", "--cert", &certificate, "nameless.yaml", "a=canary"],
            3,
            "metadata.namespace: is missing",
        ),
        (
            vec!["set", "--cert", &certificate, "shared.yaml", "password=canary"],
            3,
            "is repeated elsewhere by its anchor",
        ),
        (
            vec!["set", "--cert", &expired, "app.yaml", "a=canary"],
            3,
            "the certificate expired",
        ),
        (
            vec!["set", "--cert", "missing.pem", "app.yaml", "a=canary"],
            3,
            "cannot open missing.pem",
        ),
        (
            vec!["unset", "app.yaml", "other"],
            3,
            "app.yaml:15:9: spec.encryptedData.other: is not there",
        ),
        (
            vec!["unset", "app.yaml", "password", "other"],
            3,
            "spec.encryptedData.other: is not there",
        ),
        (vec!["unset", "app.yaml"], 2, "required"),
    ] {
        let run = desk.run(&arguments, "canary");
        assert_eq!(run.code, Some(code), "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains(message), "{arguments:?}: {}", run.stderr);
        assert!(!run.stderr.contains("canary"), "{}", run.stderr);
        assert_eq!(desk.read("app.yaml"), before, "{arguments:?}");
    }
    assert_eq!(
        desk.names(),
        [
            "app.yaml",
            "half.yaml",
            "nameless.yaml",
            "plain.yaml",
            "shared.yaml",
            "two.yaml"
        ]
    );
}

#[test]
fn interrupted_it_leaves_the_old_file() {
    let (desk, before) = desk();
    // It waits for its value.
    let mut child = desk.start(&["set", "--cert", &fixture("certificate.pem"), "app.yaml", "a"]);
    let process = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(process, rustix::process::Signal::INT).expect("a signal");
    assert!(!child.wait().expect("an end").success());
    assert_eq!(desk.read("app.yaml"), before);
    assert_eq!(desk.names(), ["app.yaml"]);
}
