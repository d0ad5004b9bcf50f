//! `signet verify` on files that sops encrypts.

use crate::{
    AGE2, CANARY,
    desk::{AGE1, Sops},
};

/// A repository whose rule names what is in `prod`, with one encrypted file.
fn repository() -> Sops {
    let sops = Sops::new();
    std::fs::create_dir(sops.desk.path("prod")).unwrap();
    rule(&sops, &format!("age: {AGE1}"));
    sops.desk
        .write("prod/app.yaml", format!("user: admin\npassword: {CANARY}\n"));
    assert_eq!(sops.run_signet(&["encrypt", "-i", "prod"]).code, Some(0));
    sops.desk.write("notes.json", "{}");
    sops
}

fn rule(sops: &Sops, rule: &str) {
    sops.desk.write(
        ".sops.yaml",
        format!("creation_rules:\n  - path_regex: ^prod/\n    {rule}\n"),
    );
}

/// The rules that something in the repository breaks, each with its file.
fn broken(sops: &Sops, arguments: &[&str]) -> Vec<(String, String)> {
    let run = sops.run_signet(&[&["verify", "--output", "json"], arguments, &["."]].concat());
    assert!(!run.stdout.contains(CANARY), "{}", run.stdout);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap();
    assert_eq!(
        run.code,
        Some(i32::from(!findings.is_empty())),
        "{}{}",
        run.stdout,
        run.stderr
    );
    let text = |finding: &serde_json::Value, field: &str| finding[field].as_str().unwrap().to_owned();
    findings
        .iter()
        .map(|finding| (text(finding, "file"), text(finding, "rule")))
        .collect()
}

fn expect(sops: &Sops, arguments: &[&str], expected: &[(&str, &str)]) {
    let expected: Vec<_> = expected
        .iter()
        .map(|(file, rule)| (format!("./{file}"), (*rule).to_owned()))
        .collect();
    assert_eq!(broken(sops, arguments), expected);
}

#[test]
fn an_encrypted_tree_is_right() {
    let sops = repository();
    expect(&sops, &[], &[]);
    expect(&sops, &["--decrypt"], &[]);
    let run = sops.run_signet(&["verify", "."]);
    assert_eq!(
        run.stderr,
        "2 files, 0 SealedSecrets, 0 items, 1 files of sops: 0 errors, 0 warnings\n"
    );
}

#[test]
fn what_should_be_encrypted_is_found() {
    let sops = repository();
    sops.desk.write("prod/.env", format!("TOKEN={CANARY}\n"));
    sops.desk.write("prod/cert.pem", CANARY);
    sops.desk.write("other.env", "A=b\n");
    let app = sops.desk.read("prod/app.yaml");
    sops.desk.write("prod/app.yaml", format!("new: {CANARY}\n{app}"));
    expect(
        &sops,
        &[],
        &[
            ("prod/app.yaml", "value-readable"),
            ("prod/.env", "not-encrypted"),
            ("prod/cert.pem", "not-encrypted"),
        ],
    );
    expect(&sops, &["--ignore", "not-encrypted", "--ignore", "value-readable"], &[]);
}

#[test]
fn keys_are_held_against_the_rule() {
    let sops = repository();
    rule(&sops, &format!("age: {AGE2}"));
    let both = [
        ("prod/app.yaml", "recipient-missing"),
        ("prod/app.yaml", "recipient-stale"),
    ];
    expect(&sops, &[], &both);
    rule(&sops, &format!("age: {AGE1},{AGE2}"));
    expect(&sops, &[], &both[..1]);
    rule(&sops, "age: nonsense");
    expect(&sops, &[], &[("prod/app.yaml", "rule-unusable")]);
    rule(&sops, &format!("age: {AGE1}\n    encrypted_regex: ^nothing$"));
    expect(&sops, &[], &[]);
}

#[test]
fn what_somebody_changed_is_found_with_a_key() {
    let sops = repository();
    let app = sops.desk.read("prod/app.yaml");
    let line = |start: &str| app.lines().find(|line| line.starts_with(start)).unwrap().to_owned();
    let removed = app.replace(&format!("{}\n", line("user: ")), "");
    let swapped = app.replace(&line("user: "), &line("password: ").replace("password", "user"));
    let no_mac = app
        .lines()
        .filter(|line| !line.starts_with("    mac: "))
        .map(|line| format!("{line}\n"))
        .collect();
    let merged = format!("<<<<<<< ours\n{app}=======\n>>>>>>> theirs\n");
    for (text, offline, opened) in [
        (removed, None, Some("encrypted-changed")),
        (swapped, None, Some("encrypted-changed")),
        (no_mac, Some("mac-missing"), Some("mac-missing")),
        (merged, Some("encrypted-broken"), Some("encrypted-broken")),
    ] {
        sops.desk.write("prod/app.yaml", text);
        for (arguments, rule) in [(&[][..], offline), (&["--decrypt"], opened)] {
            let expected: Vec<_> = rule.iter().map(|rule| ("prod/app.yaml", *rule)).collect();
            expect(&sops, arguments, &expected);
        }
    }
    let strangers = Sops::with_second_key();
    strangers.desk.write("app.yaml", &app);
    expect(&strangers, &["--decrypt"], &[("app.yaml", "encrypted-unopened")]);
}
