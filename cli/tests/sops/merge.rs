//! Branches of Git that changed the same encrypted file.

use std::process::Command;

use crate::desk::{AGE1, Sops};

/// A repository in which two branches changed a file.
struct Repository {
    sops: Sops,
}

impl Repository {
    fn new(text: &str) -> Self {
        let sops = Sops::new();
        sops.encrypted("f.yaml", text);
        sops.desk.write(".gitattributes", "*.yaml merge=sops\n");
        let repository = Self { sops };
        let driver = format!("{} merge %O %A %B --path %P", env!("CARGO_BIN_EXE_signet"));
        for arguments in [
            &["init", "-q", "-b", "main"][..],
            &["config", "user.name", "me"],
            &["config", "user.email", "me@example.com"],
            &["config", "merge.sops.driver", &driver],
        ] {
            assert!(repository.git(arguments).0);
        }
        repository.commit();
        assert!(repository.git(&["branch", "other"]).0);
        repository
    }

    fn git(&self, arguments: &[&str]) -> (bool, String) {
        let identities = crate::desk::vectors().join("keys/age1.txt");
        let output = Command::new("git")
            .args(arguments)
            .current_dir(self.sops.desk.path("."))
            .env("SOPS_AGE_KEY_FILE", identities)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .output()
            .unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8_lossy(&said).into_owned())
    }

    fn commit(&self) {
        let (done, said) = self.git(&["add", "-A"]);
        assert!(done, "{said}");
        let (done, said) = self.git(&["commit", "-qm", "a change"]);
        assert!(done, "{said}");
    }

    fn on(&self, branch: &str) {
        let (done, said) = self.git(&["checkout", "-q", branch]);
        assert!(done, "{said}");
    }

    /// Runs sops on both branches, the other one first, and merges.
    fn merged(&self, theirs: &[&str], ours: &[&str]) -> (bool, String) {
        for (branch, arguments) in [("other", theirs), ("main", ours)] {
            self.on(branch);
            self.sops.succeed(arguments);
            self.commit();
        }
        self.git(&["merge", "-q", "-m", "both", "other"])
    }
}

#[test]
fn changes_of_two_branches_come_together() {
    let repository = Repository::new("# top\na: one\nb: two # kept\n");
    let theirs = ["set", "f.yaml", r#"["a"]"#, r#""theirs""#];
    let ours = ["set", "f.yaml", r#"["c"]"#, r#""ours""#];
    let (done, said) = repository.merged(&theirs, &ours);
    assert!(done, "{said}");
    let (_, version) = repository.git(&["show", "other:f.yaml"]);
    let line = |text: &str| text.lines().find(|line| line.starts_with("a: ")).map(str::to_owned);
    let merged = repository.sops.desk.read("f.yaml");
    assert_eq!(
        line(&version),
        line(&merged),
        "the ciphertext is that of the other branch"
    );
    let plain = repository.sops.succeed(&["decrypt", "f.yaml"]);
    assert_eq!(plain, "# top\na: theirs\nb: two # kept\nc: ours\n");
}

#[test]
fn a_value_that_both_changed_is_a_conflict() {
    let repository = Repository::new("a: one\nb: two\n");
    let theirs = ["set", "f.yaml", r#"["a"]"#, r#""hunter2""#];
    let ours = ["set", "f.yaml", r#"["a"]"#, r#""hunter3""#];
    let (done, said) = repository.merged(&theirs, &ours);
    assert!(!done && said.contains("conflict: both sides changed a"), "{said}");
    assert!(!said.contains("hunter"), "{said}");
    let status = repository.git(&["status", "--short"]).1;
    assert!(status.contains("UU f.yaml"), "{status}");
    assert_eq!(repository.sops.succeed(&["decrypt", "f.yaml"]), "a: hunter3\nb: two\n");
}

#[test]
fn a_new_data_key_takes_the_other_side_s_values() {
    let repository = Repository::new("a: one\nb: two\n");
    let ours = ["set", "f.yaml", r#"["b"]"#, r#""changed""#];
    let (done, said) = repository.merged(&["rotate", "-i", "f.yaml"], &ours);
    assert!(done, "{said}");
    assert_eq!(repository.sops.succeed(&["decrypt", "f.yaml"]), "a: one\nb: changed\n");
    let both = Repository::new("a: one\n");
    let rotate = ["rotate", "-i", "f.yaml"];
    let (done, said) = both.merged(&rotate, &rotate);
    assert!(!done && said.contains("both sides changed the keys"), "{said}");
}

#[test]
fn what_cannot_be_opened_is_not_merged() {
    let sops = Sops::new();
    let text = sops.encrypted("f.yaml", "a: one\n");
    sops.desk.write("plain.yaml", "a: one\n");
    sops.desk.write("empty.yaml", "");
    let run = |arguments: &[&str], key: &str| {
        let arguments = [&["merge"], arguments].concat();
        sops.desk.run_with(&arguments, "", |command| {
            command.env("SOPS_AGE_KEY", key);
        })
    };
    let identity = String::from_utf8(crate::desk::vector("keys/age1.txt")).unwrap();
    assert_eq!(run(&["f.yaml", "f.yaml", "f.yaml"], &identity).code, Some(0));
    assert_eq!(run(&["empty.yaml", "f.yaml", "f.yaml"], &identity).code, Some(0));
    let before = sops.desk.read("f.yaml");
    for arguments in [
        ["f.yaml", "f.yaml", "plain.yaml"],
        ["f.yaml", "f.yaml", "missing.yaml"],
        ["f.yaml", "f.yaml", "empty.yaml"],
    ] {
        let run = run(&arguments, &identity);
        assert!(run.code != Some(0) && run.stderr.contains("error:"), "{}", run.stderr);
    }
    assert!(run(&["f.yaml", "f.yaml", "f.yaml"], "").code != Some(0));
    assert_eq!(sops.desk.read("f.yaml"), before);
    assert!(text.contains(AGE1));
}
