//! `signet diff` tells what differs, and never a value.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod program;

use std::process::Command;

use program::{Desk, Run, fixture};
use serde_json::{Value, json};

const SECRET: &str = "apiVersion: v1
kind: Secret
metadata:
  name: app
  namespace: team
  labels:
    tier: one
stringData:
  password: s3cr3t
  user: admin
";

fn seal(desk: &Desk, name: &str, secret: &str) -> String {
    let sealed = desk.succeed(&["seal", "--cert", &fixture("certificate.pem")], secret);
    desk.write(name, &sealed);
    sealed
}

fn diff(desk: &Desk, arguments: &[&str]) -> Run {
    let run = desk.run(&[&["diff"], arguments].concat(), "");
    for secret in ["s3cr3t", "admin", "changed-value", "tier: one"] {
        assert!(
            !run.stdout.contains(secret) && !run.stderr.contains(secret),
            "{}",
            run.stdout
        );
    }
    run
}

#[test]
fn tells_items_and_metadata_apart() {
    let desk = Desk::new();
    let old = seal(&desk, "old.yaml", SECRET);
    let new = SECRET
        .replace("password: s3cr3t", "password: changed-value")
        .replace("  user: admin", "  token: new");
    seal(&desk, "new.yaml", &new.replace("tier: one", "tier: two"));
    let key = fixture("key.pem");
    let run = diff(&desk, &["--key", &key, "old.yaml", "new.yaml"]);
    assert_eq!(run.code, Some(1));
    assert_eq!(
        run.stdout,
        "team/app\n  ~ item password: another value\n  + item token\n  - item user\n  ~ template label tier\n"
    );
    let run = diff(&desk, &["old.yaml", "new.yaml"]);
    assert!(
        run.stdout.contains("  ~ item password: another ciphertext\n"),
        "{}",
        run.stdout
    );

    let json: Value =
        serde_json::from_str(&diff(&desk, &["--output", "json", "--key", &key, "old.yaml", "new.yaml"]).stdout)
            .unwrap();
    assert_eq!(
        json["objects"],
        json!([{
            "namespace": "team", "name": "app", "change": "changed",
            "items": {"password": "changed", "token": "added", "user": "removed"},
            "metadata": {"template label tier": "changed"}, "dataKeyStillKnown": false,
        }])
    );

    // The same text, and another layout of it.
    desk.write("same.yaml", format!("# a comment\n{old}"));
    let run = diff(&desk, &["old.yaml", "same.yaml"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""));
}

#[test]
fn sealed_anew_is_told_from_changed() {
    let desk = Desk::new();
    seal(&desk, "old.yaml", SECRET);
    seal(&desk, "new.yaml", SECRET);
    let (key, other) = (fixture("key.pem"), fixture("other-key.pem"));
    for (arguments, said) in [
        (vec!["old.yaml", "new.yaml"], "another ciphertext\n"),
        (
            vec!["--key", &key, "old.yaml", "new.yaml"],
            "another ciphertext of the same value\n",
        ),
        (
            vec!["--key", &other, "old.yaml", "new.yaml"],
            "another ciphertext, which no key opens\n",
        ),
    ] {
        let run = diff(&desk, &arguments);
        assert_eq!(run.code, Some(1));
        assert_eq!(
            run.stdout,
            format!("team/app\n  ~ item password: {said}  ~ item user: {said}")
        );
    }
}

#[test]
fn every_other_field_is_compared_by_name() {
    let desk = Desk::new();
    let sealed = seal(&desk, "old.yaml", SECRET);
    let spec = sealed.replacen("\nspec:\n", "\n  finalizers: [x]\nspec:\n  extra: s3cr3t\n", 1);
    let new = spec.replacen("  template:\n", "  template:\n    stringData: {a: s3cr3t}\n", 1);
    let new = new.replacen("      labels:\n", "      finalizers: [x]\n      labels:\n", 1);
    desk.write("new.yaml", &new);
    let run = diff(&desk, &["old.yaml", "new.yaml"]);
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (
            Some(1),
            "team/app\n  + field metadata.finalizers\n  + field spec.extra\n  + template field metadata.finalizers\n  \
             + template field stringData\n"
        ),
        "{new}"
    );
    desk.write("plain.yaml", SECRET);
    for (sides, said) in [
        (
            ["plain.yaml", "old.yaml"],
            "a ciphertext now; only a key tells whether the value is the same",
        ),
        (
            ["old.yaml", "plain.yaml"],
            "no ciphertext any more; only a key tells whether the value is the same",
        ),
    ] {
        let run = diff(&desk, &sides);
        assert!(
            run.stdout.contains(&format!("  ~ item password: {said}\n")),
            "{}",
            run.stdout
        );
    }
}

#[test]
fn whole_objects_come_and_go() {
    let desk = Desk::new();
    let sealed = seal(&desk, "old.yaml", SECRET);
    desk.write("none.yaml", "");
    desk.write("renamed.yaml", sealed.replacen("  name: app", "  name: other", 1));
    desk.write("others.yaml", format!("{sealed}---\nkind: ConfigMap\n"));
    desk.write("plain.yaml", SECRET);
    let run = diff(&desk, &["none.yaml", "old.yaml"]);
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (Some(1), "team/app (added)\n  + item password\n  + item user\n")
    );
    let run = diff(&desk, &["old.yaml", "renamed.yaml"]);
    assert!(run.stdout.starts_with("team/app (removed)\n") && run.stdout.contains("team/other (added)\n"));
    assert_eq!(
        diff(&desk, &["old.yaml", "others.yaml"]).stdout,
        "documents of other kinds differ\n"
    );
    let run = diff(&desk, &["--key", &fixture("key.pem"), "plain.yaml", "old.yaml"]);
    assert!(
        run.stdout
            .contains("  ~ item password: another ciphertext of the same value\n")
            && run.stdout.contains("  ~ kind\n")
    );
    let run = diff(&desk, &["none.yaml", "none.yaml"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""));
}

#[test]
fn what_cannot_be_compared_is_told() {
    let desk = Desk::new();
    let sealed = seal(&desk, "old.yaml", SECRET);
    desk.write("twice.yaml", format!("{sealed}---\n{sealed}"));
    desk.write("broken.yaml", "kind: [");
    desk.write("wrong.yaml", "kind: SealedSecret\nspec: 1\n");
    for (arguments, code, said) in [
        (vec![], 2, "required"),
        (vec!["old.yaml"], 2, "required"),
        (vec!["old.yaml", "old.yaml", "old.yaml"], 2, "diff takes two files"),
        (vec!["--textconv", "old.yaml", "old.yaml"], 2, "cannot be used with"),
        (vec!["--textconv", "missing.yaml"], 3, "no such file"),
        (vec!["old.yaml", "missing.yaml"], 3, "cannot open missing.yaml"),
        (vec!["old.yaml", "twice.yaml"], 3, "twice.yaml:"),
        (vec!["broken.yaml", "old.yaml"], 3, "broken.yaml:1:"),
        (
            vec!["wrong.yaml", "old.yaml"],
            3,
            "wrong.yaml:2:7: spec: must be a mapping",
        ),
        (vec!["--key", "missing.pem", "old.yaml", "old.yaml"], 3, "missing.pem"),
    ] {
        let run = diff(&desk, &arguments);
        assert_eq!(
            (run.code, run.stderr.contains(said)),
            (Some(code), true),
            "{arguments:?}: {}",
            run.stderr
        );
        assert_eq!(run.stdout, "");
    }
    // Both sides are told of.
    let run = diff(&desk, &["broken.yaml", "missing.yaml"]);
    assert!(run.stderr.contains("broken.yaml:1:") && run.stderr.contains("missing.yaml"));
}

#[test]
fn textconv_shortens_ciphertexts_and_hides_values() {
    let desk = Desk::new();
    let sealed = seal(&desk, "old.yaml", SECRET);
    let text = desk.succeed(&["diff", "--textconv", "old.yaml"], "");
    assert!(
        text.contains("    password: sealed ") && text.contains("        tier: one"),
        "{text}"
    );
    assert!(text.lines().all(|line| line.len() < 80), "{text}");
    // The same ciphertext, broken into lines, is the same.
    let item = sealed.lines().find(|line| line.contains("password: ")).unwrap();
    let (key, value) = item.split_once(": ").unwrap();
    let (head, tail) = value.split_at(60);
    desk.write(
        "folded.yaml",
        sealed.replace(item, &format!("{key}: |\n      {head}\n      {tail}")),
    );
    assert_eq!(desk.succeed(&["diff", "--textconv", "folded.yaml"], ""), text);

    desk.write("plain.yaml", SECRET);
    let plain = desk.succeed(&["diff", "--textconv", "plain.yaml"], "");
    assert!(plain.contains("password: (not shown)") && !plain.contains("s3cr3t"));
    desk.write("broken.yaml", "stringData: {password: s3cr3t");
    let broken = desk.succeed(&["diff", "--textconv", "broken.yaml"], "");
    assert!(broken.starts_with("# 1:") && !broken.contains("s3cr3t"), "{broken}");
    // Not a digest of it either: the values could be guessed by it.
    desk.write("broken.yaml", "stringData: {password: s4cr4t");
    assert_eq!(desk.succeed(&["diff", "--textconv", "broken.yaml"], ""), broken);
}

#[test]
fn git_drives_it() {
    let desk = Desk::new();
    let git = |arguments: &[&str]| {
        let output = Command::new("git")
            .args(arguments)
            .current_dir(desk.path(""))
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_SYSTEM", "/dev/null")
            .output()
            .unwrap();
        let run = Run::from(output);
        assert_eq!(run.code, Some(0), "git {arguments:?}: {}", run.stderr);
        run.stdout
    };
    let program = env!("CARGO_BIN_EXE_signet");
    git(&["init", "-q"]);
    for (name, value) in [
        ("user.name", "t"),
        ("user.email", "t@example.org"),
        (
            "diff.sealed.command",
            &format!("'{program}' diff --key '{}'", fixture("key.pem")),
        ),
        ("diff.text.textconv", &format!("'{program}' diff --textconv")),
    ] {
        git(&["config", name, value]);
    }
    desk.write(".gitattributes", "a*.yaml diff=sealed\nb.yaml diff=text\n");
    for name in ["a.yaml", "b.yaml"] {
        seal(&desk, name, SECRET);
    }
    git(&["add", "."]);
    git(&["commit", "-q", "-m", "one"]);
    seal(&desk, "a.yaml", &SECRET.replace("s3cr3t", "changed-value"));
    seal(&desk, "b.yaml", SECRET);
    let shown = git(&["diff"]);
    assert!(
        shown.starts_with("signet diff a.yaml\nteam/app\n  ~ item password: another value\n  ~ item user: another ciphertext of the same value\n"),
        "{shown}"
    );
    assert!(
        shown.contains("\n-    password: sealed ") && shown.contains("\n+    password: sealed "),
        "{shown}"
    );
    assert!(shown.lines().all(|line| line.len() < 80), "{shown}");

    git(&["add", "."]);
    git(&["commit", "-q", "-m", "two"]);
    git(&["mv", "a.yaml", "another.yaml"]);
    let text = desk.read("another.yaml");
    desk.write("another.yaml", format!("# a comment\n{text}"));
    git(&["add", "."]);
    let shown = git(&["diff", "--cached", "-M"]);
    assert!(
        shown.contains("signet diff a.yaml\nnothing but layout and comments differs\n"),
        "{shown}"
    );
    std::fs::remove_file(desk.path("another.yaml")).unwrap();
    let shown = git(&["diff"]);
    assert!(shown.contains("team/app (removed)"), "{shown}");
}
