//! `signet diff` on files that sops encrypts.

use crate::{
    AGE2, CANARY,
    desk::{AGE1, Sops},
};

const PLAIN: &str = "# of the app\nuser: admin\nnested:\n    password: s3cr3t-canary\n    port_unencrypted: 80\nlist:\n    - a\n    - b\n";

fn desk() -> Sops {
    let sops = Sops::with_both_keys();
    let old = sops.encrypted("old.yaml", PLAIN);
    sops.desk.write("new.yaml", old);
    sops
}

fn diff(sops: &Sops, arguments: &[&str], code: i32) -> String {
    let run = sops.run_signet(&[&["diff"], arguments].concat());
    assert_eq!(run.code, Some(code), "{arguments:?}: {}{}", run.stdout, run.stderr);
    assert!(
        !(run.stdout.contains(CANARY) || run.stderr.contains(CANARY)),
        "{}",
        run.stdout
    );
    run.stdout
}

#[test]
fn what_differs_is_named_and_never_shown() {
    let sops = desk();
    assert_eq!(diff(&sops, &["old.yaml", "new.yaml"], 0), "");
    sops.succeed(&["set", "new.yaml", r#"["nested"]["password"]"#, r#""other""#]);
    sops.succeed(&["set", "new.yaml", r#"["nested"]["port_unencrypted"]"#, "81"]);
    sops.succeed(&["set", "new.yaml", r#"["list"][2]"#, r#""c""#]);
    sops.succeed(&["unset", "new.yaml", r#"["user"]"#]);
    let expected = "new.yaml\n  + item list[2]\n  ~ item nested.password: another ciphertext\n  \
                    ~ item nested.port_unencrypted: another value\n  - item user\n";
    assert_eq!(diff(&sops, &["old.yaml", "new.yaml"], 1), expected);
    let opened = expected.replace("another ciphertext", "another value");
    assert_eq!(diff(&sops, &["--decrypt", "old.yaml", "new.yaml"], 1), opened);
    let git = ["app.yaml", "old.yaml", "0", "100644", "new.yaml", "0", "100644"];
    assert!(diff(&sops, &git, 0).starts_with("signet diff app.yaml\napp.yaml\n  + item list[2]\n"));
}

#[test]
fn a_new_data_key_is_told_from_new_values() {
    let sops = desk();
    sops.succeed(&["rotate", "-i", "new.yaml"]);
    assert!(diff(&sops, &["old.yaml", "new.yaml"], 1).contains("~ item user: another ciphertext\n"));
    let opened = diff(&sops, &["--decrypt", "old.yaml", "new.yaml"], 1);
    assert!(
        opened.contains("~ item user: another ciphertext of the same value\n"),
        "{opened}"
    );
    let run = Sops::with_second_key();
    run.desk.write("old.yaml", sops.desk.read("old.yaml"));
    run.desk.write("new.yaml", sops.desk.read("new.yaml"));
    assert_eq!(diff(&run, &["--decrypt", "old.yaml", "new.yaml"], 5), "");
}

#[test]
fn who_was_removed_and_still_knows_the_data_key_is_told() {
    let sops = desk();
    let config = |keys: &str| {
        sops.desk
            .write(".sops.yaml", format!("creation_rules:\n  - age: {keys}\n"))
    };
    config(&format!("{AGE1},{AGE2}"));
    assert_eq!(sops.run_signet(&["updatekeys", "old.yaml"]).code, Some(0));
    sops.desk.write("new.yaml", sops.desk.read("old.yaml"));
    config(AGE1);
    assert_eq!(sops.run_signet(&["updatekeys", "new.yaml"]).code, Some(0));
    let kept = diff(&sops, &["old.yaml", "new.yaml"], 1);
    let removed = format!("new.yaml\n  - key {AGE2}\n");
    assert_eq!(
        kept,
        format!("{removed}  ! who was removed still knows the data key: signet rotate makes another\n")
    );
    assert_eq!(sops.run_signet(&["rotate", "new.yaml"]).code, Some(0));
    let rotated = diff(&sops, &["--decrypt", "old.yaml", "new.yaml"], 1);
    assert!(
        rotated.contains(&format!("  - key {AGE2}\n")) && !rotated.contains("  ! "),
        "{rotated}"
    );
}

#[test]
fn a_textconv_shows_digests_in_the_layout_of_the_file() {
    let sops = desk();
    let before = diff(&sops, &["--textconv", "old.yaml"], 0);
    assert!(before.starts_with(&format!("# key {AGE1}\n# encrypted ")), "{before}");
    assert!(
        before.contains("    port_unencrypted: 80\n") && !before.contains("lastmodified"),
        "{before}"
    );
    assert!(!before.contains("ENC[") && !before.contains("admin"), "{before}");
    sops.succeed(&["set", "new.yaml", r#"["user"]"#, r#""other""#]);
    let after = diff(&sops, &["--textconv", "new.yaml"], 0);
    let changed = before
        .lines()
        .zip(after.lines())
        .filter(|(before, after)| before != after);
    assert_eq!(changed.count(), 1, "{before}{after}");
}
