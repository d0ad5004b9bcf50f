//! `signet encrypt`, `decrypt`, `rotate`, `updatekeys`, `edit`, `set` and `unset` on files that sops encrypts, one and many.

use crate::{
    AGE2, CANARY,
    desk::{AGE1, Sops, changed_lines},
    program::Run,
};

/// A repository: three files of three formats that the rules name, and others.
fn repository() -> Sops {
    let sops = Sops::new();
    let desk = &sops.desk;
    for folder in ["prod", "prod/sub", "other"] {
        std::fs::create_dir(desk.path(folder)).unwrap();
    }
    rules(&sops, AGE1);
    desk.write(
        "prod/app.yaml",
        format!("# of the app\nuser: admin\npassword: {CANARY}   # kept\n"),
    );
    desk.write("prod/sub/app.json", format!("{{\"token\": \"{CANARY}\"}}\n"));
    desk.write("prod/.env", format!("TOKEN={CANARY}\n"));
    desk.write("other/plain.yaml", "a: 1\n");
    desk.write("README.md", "sops: ENC[AES256_GCM,data:x,type:str] is told of here\n");
    sops
}

fn rules(sops: &Sops, recipients: &str) {
    let rules = format!("creation_rules:\n  - path_regex: ^prod/\n    age: {recipients}\n  - age: {AGE1}\n");
    sops.desk.write(".sops.yaml", rules);
}

fn run(sops: &Sops, arguments: &[&str]) -> Run {
    let run = sops.run_signet(arguments);
    for text in [&run.stdout, &run.stderr] {
        assert!(
            arguments[0] == "decrypt" || !text.contains(CANARY),
            "{arguments:?}: {text}"
        );
    }
    run
}

fn expect(sops: &Sops, arguments: &[&str], code: i32) -> (String, String) {
    let run = run(sops, arguments);
    assert_eq!(run.code, Some(code), "{arguments:?}: {}{}", run.stdout, run.stderr);
    (run.stdout, run.stderr)
}

const NAMED: [&str; 3] = ["prod/.env", "prod/app.yaml", "prod/sub/app.json"];

#[test]
fn a_folder_is_encrypted_and_decrypted_where_a_rule_names_its_files() {
    let sops = repository();
    let before = NAMED.map(|name| sops.desk.read(name));
    let (listed, _) = expect(&sops, &["encrypt", "--check", "."], 1);
    assert_eq!(listed, NAMED.map(|name| format!("./{name}: not encrypted\n")).concat());
    assert_eq!(NAMED.map(|name| sops.desk.read(name)), before);

    let (out, told) = expect(&sops, &["encrypt", "--in-place", "."], 0);
    assert_eq!((out.as_str(), told.as_str()), ("", "3 files: 3 encrypted\n"));
    for name in NAMED {
        let text = sops.desk.read(name);
        assert!(
            text.contains("ENC[AES256_GCM") && !text.contains(CANARY),
            "{name}: {text}"
        );
    }
    assert_eq!(sops.desk.read("other/plain.yaml"), "a: 1\n");

    let encrypted = NAMED.map(|name| sops.desk.read(name));
    let (_, told) = expect(&sops, &["encrypt", "-i", "."], 0);
    assert_eq!(told, "3 files: 0 encrypted, 3 encrypted already\n");
    assert_eq!(NAMED.map(|name| sops.desk.read(name)), encrypted);
    expect(&sops, &["encrypt", "--check", "."], 0);

    let (_, told) = expect(&sops, &["decrypt", "--check", "."], 0);
    assert_eq!(told, "3 files: 3 right\n");
    let (_, told) = expect(&sops, &["decrypt", "-i", "."], 0);
    assert_eq!(told, "3 files: 3 decrypted\n");
    assert_eq!(NAMED.map(|name| sops.desk.read(name)), before);
}

#[test]
fn what_fails_is_named_and_keeps_nothing_else_from_its_work() {
    let sops = repository();
    expect(&sops, &["encrypt", "-i", "."], 0);
    let app = sops.desk.read("prod/app.yaml");
    sops.desk.write(
        "prod/app.yaml",
        app.replace("user: ENC[AES256_GCM,data:", "user: ENC[AES256_GCM,data:AA"),
    );
    sops.desk.write(
        "prod/merged.yaml",
        format!("<<<<<<< ours\n{app}=======\n{app}>>>>>>> theirs\n"),
    );
    let (out, told) = expect(&sops, &["decrypt", "--check", "--output", "json", "."], 3);
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    let results: Vec<_> = report["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| (file["file"].as_str().unwrap(), file["result"].as_str().unwrap()))
        .collect();
    assert_eq!(
        results,
        [
            ("./prod/.env", "right"),
            ("./prod/app.yaml", "failed"),
            ("./prod/sub/app.json", "right")
        ]
    );
    assert!(
        told.contains("./prod/merged.yaml: ") && told.contains("./prod/app.yaml: "),
        "{told}"
    );

    let (_, told) = expect(&sops, &["decrypt", "-i", "prod/app.yaml", "prod/sub"], 6);
    assert!(told.starts_with("2 files: 1 decrypted, 1 failed\n"), "{told}");
    assert!(sops.desk.read("prod/sub/app.json").contains(CANARY));

    let strangers = Sops::with_identities("");
    strangers.desk.write("a.yaml", &app);
    let (_, told) = expect(&strangers, &["decrypt", "a.yaml"], 5);
    assert!(told.contains("a.yaml: "), "{told}");
    for arguments in [
        &["decrypt", "prod"][..],
        &["encrypt", "a", "b"],
        &["encrypt", "-i", "-"],
    ] {
        expect(&sops, arguments, 2);
    }
    expect(&sops, &["decrypt", "missing.yaml"], 3);
    let (_, told) = expect(&sops, &["rotate", "missing.yaml"], 3);
    assert!(told.contains("missing.yaml"), "{told}");
}

#[test]
fn a_removed_recipient_is_locked_out() {
    let both = Sops::with_both_keys();
    let sops = repository();
    rules(&sops, &format!("{AGE1},{AGE2}"));
    expect(&sops, &["encrypt", "-i", "prod"], 0);
    let before = sops.desk.read("prod/app.yaml");
    let removed = Sops::with_second_key();
    let opens = |text: &str| {
        removed.desk.write("app.yaml", text);
        removed.run_signet(&["decrypt", "app.yaml"]).code
    };
    assert_eq!(opens(&before), Some(0));

    rules(&sops, AGE1);
    let (listed, _) = expect(&sops, &["updatekeys", "--check", "prod"], 1);
    assert!(
        listed.contains(&format!("prod/app.yaml: has other keys than its rule\n  - {AGE2}\n")),
        "{listed}"
    );
    assert_eq!(sops.desk.read("prod/app.yaml"), before);

    let (_, told) = expect(&sops, &["updatekeys", "prod/app.yaml"], 0);
    assert!(told.contains("still know their data keys"), "{told}");
    let wrapped = sops.desk.read("prod/app.yaml");
    let value = |text: &str| {
        text.lines()
            .find(|line| line.starts_with("password: "))
            .map(str::to_owned)
    };
    assert_eq!(value(&wrapped), value(&before), "the data key is the same");
    assert_eq!(opens(&wrapped), Some(5));

    let (_, told) = expect(&sops, &["updatekeys", "--rotate", "prod/.env", "prod/sub"], 0);
    assert!(!told.contains("warning"), "{told}");
    assert_eq!(
        opens(&sops.desk.read("prod/sub/app.json").replace("app.json", "")),
        Some(5)
    );
    let (_, told) = expect(&sops, &["rotate", "prod"], 0);
    assert_eq!(told, "3 files: 3 rotated\n");
    assert_ne!(
        value(&sops.desk.read("prod/app.yaml")),
        value(&before),
        "the data key is another"
    );
    expect(&sops, &["updatekeys", "--check", "prod"], 0);

    rules(&sops, &format!("{AGE1},{AGE2}"));
    let (listed, _) = expect(&sops, &["updatekeys", "prod"], 0);
    assert!(listed.contains(&format!("  + {AGE2}\n")), "{listed}");
    both.desk.write("app.yaml", sops.desk.read("prod/app.yaml"));
    assert_eq!(opens(&sops.desk.read("prod/app.yaml")), Some(0));
}

#[test]
fn values_are_set_and_unset_and_nothing_else_changes() {
    let sops = Sops::new();
    let before = sops.encrypted(
        "app.yaml",
        "database:\n    user: admin # who\n    tls.crt: x\nlist:\n    - a\n    - b\n",
    );
    expect(
        &sops,
        &[
            "set",
            "app.yaml",
            "database.tls.crt=new",
            "database.pass=word",
            r#"["list"][1]=c"#,
        ],
        0,
    );
    let mut changed = changed_lines(&before, &sops.desk.read("app.yaml"));
    changed.retain(|line| !line.contains("lastmodified"));
    assert_eq!(changed.len(), 4, "{changed:?}");
    let plain = sops.succeed(&["decrypt", "app.yaml"]);
    assert_eq!(
        plain,
        "database:\n    user: admin # who\n    tls.crt: new\n    pass: word\nlist:\n    - a\n    - c\n"
    );
    expect(&sops, &["unset", "app.yaml", "database.user", "list"], 0);
    assert_eq!(
        sops.succeed(&["decrypt", "app.yaml"]),
        "database:\n    tls.crt: new\n    pass: word\n"
    );

    let before = sops.desk.read("app.yaml");
    let (_, told) = expect(&sops, &["unset", "app.yaml", "database.pass", "missing"], 3);
    assert!(told.contains("missing"), "{told}");
    expect(&sops, &["set", "app.yaml", "sops=x"], 3);
    assert_eq!(sops.desk.read("app.yaml"), before);
}

#[test]
fn the_editor_shows_plaintext_and_makes_new_files() {
    let sops = Sops::new();
    sops.encrypted("app.yaml", "a: 1\npassword: old\n");
    sops.desk.write(
        ".sops.yaml",
        format!("creation_rules:\n  - path_regex: enc\n    age: {AGE1}\n"),
    );
    let edit = |file: &str, script: &str| {
        let editor = sops.desk.write("editor", format!("#!/bin/sh\n{script}\n"));
        std::fs::set_permissions(&editor, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        sops.run_signet_with(&["edit", file], |command| {
            command.env("EDITOR", &editor);
        })
    };
    let run = edit("app.yaml", r#"sed -i s/old/new/ "$1""#);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert_eq!(sops.succeed(&["decrypt", "app.yaml"]), "a: 1\npassword: new\n");
    let run = edit("app.yaml", "true");
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), "nothing changed\n"));
    let run = edit("new.enc.yaml", r#"echo 'b: 2' > "$1""#);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert_eq!(sops.succeed(&["decrypt", "new.enc.yaml"]), "b: 2\n");
    let run = edit("new.yaml", "true");
    assert_eq!(run.code, Some(2), "{}", run.stderr);
}

#[test]
fn streams_are_encrypted_by_the_rule_for_their_name() {
    let sops = repository();
    let encrypted = sops.desk.path("prod/new.yaml");
    let run = sops.run_signet_stdin(&["encrypt", "--path", "prod/new.yaml", "-w", "prod/new.yaml"], "a: b\n");
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let first = std::fs::read_to_string(&encrypted).unwrap();
    let run = sops.run_signet_stdin(
        &["encrypt", "--path", "prod/new.yaml", "-w", "prod/new.yaml"],
        "a: b\nc: d\n",
    );
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let second = std::fs::read_to_string(&encrypted).unwrap();
    assert_eq!(
        first.lines().next(),
        second.lines().next(),
        "what is the same keeps its ciphertext"
    );
    let run = sops.run_signet_stdin(&["decrypt", "--format", "yaml"], &second);
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), "a: b\nc: d\n"));
    // One name for files of several would be the name of none.
    for how in ["--in-place", "--check"] {
        let run = sops.run_signet(&["encrypt", how, "--path", "prod/new.yaml", "."]);
        assert_eq!(run.code, Some(2), "{}", run.stderr);
    }
}
