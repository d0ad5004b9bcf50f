//! `--once` and wrong use.

use crate::desk::{Desk, lines, secret, text};

#[test]
fn all_synced_is_0_and_some_not_is_1() {
    let desk = Desk::new();
    assert_eq!(desk.once(&[]).status.code(), Some(0), "nothing to do");
    desk.seal("a.yaml", &secret("team", "a", &[("k", "v")]));
    let output = desk.once(&[]);
    assert_eq!(output.status.code(), Some(0));
    let told = lines(&output.stdout);
    assert_eq!(told.len(), 1);
    assert_eq!(
        (&told[0]["name"], &told[0]["ready"], &told[0]["reason"]),
        (&"a".into(), &true.into(), &"Unsealed".into())
    );
    assert_eq!(desk.read("secrets/team/a/k").as_deref(), Some(&b"v"[..]));

    desk.write(
        "manifests/b.yaml",
        desk.sealed(&secret("team", "b", &[("k", "v")]))
            .replace("name: b", "name: c"),
    );
    desk.write("manifests/d.yaml", "kind: SealedSecret\nspec: {\n");
    let output = desk.once(&[]);
    assert_eq!(output.status.code(), Some(1));
    let told = lines(&output.stdout);
    let failed: Vec<_> = told
        .iter()
        .filter(|line| line["ready"] == false)
        .map(|line| line["reason"].as_str())
        .collect();
    assert!(
        failed.contains(&Some("UnsealFailed")) && failed.contains(&Some("Malformed")) && failed.len() == 2,
        "{told:?}"
    );

    desk.remove("manifests/b.yaml");
    desk.remove("manifests/d.yaml");
    desk.remove("manifests/a.yaml");
    assert_eq!(desk.once(&[]).status.code(), Some(0));
    assert!(!desk.path("secrets/team/a").exists());
}

#[test]
fn each_unsealing_is_a_line_of_the_audit_log() {
    let desk = Desk::new();
    desk.once(&[]);
    desk.seal("a.yaml", &secret("team", "a", &[("k", "plain")]));
    desk.write(
        "manifests/b.yaml",
        desk.sealed(&secret("team", "b", &[("k", "plain")]))
            .replace("name: b", "name: c"),
    );
    desk.once(&["--audit-log", "audit"]);
    let log = desk.read("audit").expect("an audit log");
    let mut told: Vec<_> = lines(&log)
        .iter()
        .map(|line| {
            (
                line["name"].to_string(),
                line["outcome"].to_string(),
                line["keys"].as_array().map(Vec::len),
            )
        })
        .collect();
    told.sort();
    let expected = [("a", "Unsealed", 1), ("c", "UnsealFailed", 0)];
    let expected = expected.map(|(name, outcome, keys)| (format!("{name:?}"), format!("{outcome:?}"), Some(keys)));
    assert_eq!(told, expected);
    assert_eq!(desk.mode("audit"), 0o600);

    let output = desk.once(&["--audit-log", "missing/audit"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).contains("missing/audit"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn directories_that_cannot_be_used_are_2() {
    let desk = Desk::new();
    desk.write("file", "");
    for (flag, path) in [
        ("--manifests", "missing"),
        ("--manifests", "file"),
        ("--keys", "file"),
        ("--keys", "/proc/keys"),
        ("--secrets", "file"),
        ("--secrets", "/proc/secrets"),
    ] {
        let output = desk.once(&[flag, path]);
        let message = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{flag} {path}: {message}");
        assert!(message.contains(path), "{flag} {path}: {message}");
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn wrong_use_is_2() {
    let desk = Desk::new();
    for wrong in [
        &["--format", "other"][..],
        &["--key-size", "1024"],
        &["--key-renew-period", "soon"],
        &["--unknown"],
    ] {
        assert_eq!(desk.once(wrong).status.code(), Some(2), "{wrong:?}");
    }
    assert!(desk.files("keys").is_empty());
}

#[test]
fn an_address_in_use_stops_the_start() {
    let desk = Desk::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let mut controller = desk.spawn(&["--listen-addr", &address]);
    assert_ne!(controller.wait().code(), Some(0));
    assert!(desk.shown("stderr").contains(&address), "{}", desk.shown("stderr"));
}
