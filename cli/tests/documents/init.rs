//! `signet init`, and what Git then does.

use std::process::Command;

use crate::{
    CANARY,
    desk::{AGE1, Sops},
};

fn git(sops: &Sops, arguments: &[&str]) -> String {
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_signet")).parent().unwrap();
    let path = format!("{}:/usr/local/bin:/usr/bin:/bin", program.display());
    let output = Command::new("git")
        .args([
            "-c",
            "user.name=n",
            "-c",
            "user.email=e@example.com",
            "-c",
            "init.defaultBranch=main",
        ])
        .args(arguments)
        .current_dir(sops.desk.path(""))
        .env("PATH", path)
        .env(
            "SOPS_AGE_KEY",
            String::from_utf8(crate::desk::vector("keys/age1.txt")).unwrap(),
        )
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success(),
        "{arguments:?}: {text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    text
}

fn init(sops: &Sops, arguments: &[&str], code: i32) -> String {
    let run = sops.run_signet(&[&["init"], arguments].concat());
    assert_eq!(run.code, Some(code), "{arguments:?}: {}{}", run.stdout, run.stderr);
    run.stdout
}

#[test]
fn a_repository_that_was_set_up_encrypts_checks_compares_and_merges() {
    let sops = Sops::new();
    let names = [".gitattributes", ".pre-commit-config.yaml", ".sops.yaml"];
    git(&sops, &["init", "-q"]);
    let planned = init(&sops, &["--check", "--age", AGE1], 1);
    assert_eq!(planned.lines().count(), 6, "{planned}");
    assert_eq!(sops.desk.names(), [".git"]);
    assert_eq!(init(&sops, &["--age", AGE1], 0), planned);
    let before = names.map(|name| sops.desk.read(name));
    assert_eq!(init(&sops, &[], 0), "");
    assert_eq!(init(&sops, &["--check"], 0), "");
    assert_eq!(names.map(|name| sops.desk.read(name)), before);

    sops.desk.write("app.enc.yaml", format!("a: {CANARY}\nb: 2\nc: 3\n"));
    assert_eq!(sops.run_signet(&["verify", "."]).code, Some(1));
    assert_eq!(sops.run_signet(&["encrypt", "-i", "."]).code, Some(0));
    assert_eq!(sops.run_signet(&["verify", "--decrypt", "."]).code, Some(0));
    git(&sops, &["add", "."]);
    git(&sops, &["commit", "-q", "-m", "one"]);
    git(&sops, &["checkout", "-q", "-b", "other"]);
    let set = |item: &str| assert_eq!(sops.run_signet(&["set", "app.enc.yaml", item]).code, Some(0));
    set("a=theirs");
    let shown = git(&sops, &["diff"]);
    let changed = shown
        .lines()
        .filter(|line| line.starts_with("+a: encrypted") || line.starts_with("-a: encrypted"));
    assert_eq!(changed.count(), 2, "{shown}");
    assert!(!shown.contains("mac") && !shown.contains(CANARY), "{shown}");
    git(&sops, &["commit", "-q", "-a", "-m", "two"]);
    git(&sops, &["checkout", "-q", "main"]);
    set("c=ours");
    git(&sops, &["commit", "-q", "-a", "-m", "three"]);
    git(&sops, &["merge", "-q", "-m", "four", "other"]);
    assert_eq!(sops.succeed(&["decrypt", "app.enc.yaml"]), "a: theirs\nb: 2\nc: ours\n");
}

#[test]
fn what_is_there_stays() {
    let sops = Sops::new();
    sops.desk.write(".gitattributes", "*.enc.* diff=own");
    sops.desk.write(".pre-commit-config.yaml", "repos: []\n");
    let told = init(&sops, &[], 2);
    assert_eq!(told, "");
    assert_eq!(sops.desk.names(), [".gitattributes", ".pre-commit-config.yaml"]);
    for arguments in [["--age", "nonsense"], ["--pgp", ""]] {
        init(&sops, &arguments, 2);
    }
    init(&sops, &["--age", AGE1, "--path-regex", "("], 2);
    init(&sops, &["--age", AGE1, "--path-regex", "it's/"], 0);
    assert!(
        sops.desk
            .read(".gitattributes")
            .starts_with("*.enc.* diff=own\n**/secrets/** ")
    );
    assert_eq!(sops.desk.read(".pre-commit-config.yaml"), "repos: []\n");
    std::fs::create_dir(sops.desk.path("it's")).unwrap();
    sops.desk.write("it's/a.yaml", "a: 1\n");
    assert_eq!(
        sops.run_signet(&["encrypt", "--check", "."]).stdout,
        "./it's/a.yaml: not encrypted\n"
    );
}
