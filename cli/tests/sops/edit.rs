//! `sops edit`, with shell commands as editors.

use std::process::Command;

use crate::desk::{AGE1, Sops, changed_lines};

/// An editor that runs a script with the file as `$1`.
fn editor(script: &str) -> impl FnOnce(&mut Command) + '_ {
    move |command| {
        command.env("SOPS_EDITOR", format!("sh -c '{script}' sh"));
    }
}

#[test]
fn what_was_not_edited_keeps_its_ciphertext() {
    let sops = Sops::new();
    let before = sops.encrypted("f.yaml", "a: one\nb: two # second\nc: {d: three}\n");
    let run = sops.run_with(&["edit", "f.yaml"], "", editor("sed -i s/two/2/ \"$1\""));
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let lines = changed_lines(&before, &sops.desk.read("f.yaml"));
    assert!(lines.len() <= 3 && lines[0].starts_with("b: ENC["), "{lines:?}");
    assert_eq!(
        sops.succeed(&["decrypt", "f.yaml"]),
        "a: one\nb: 2 # second\nc: {d: three}\n"
    );
}

#[test]
fn a_wrapper_that_copies_a_file_changes_what_it_must() {
    let sops = Sops::new();
    let before = sops.encrypted("f.yaml", "a: one\nb: two\n");
    sops.desk.write("new.yaml", "a: one\nb: three\nc: four\n");
    let run = sops.run_with(&["f.yaml"], "", |command| {
        command.env("EDITOR", "cp new.yaml");
    });
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let after = sops.desk.read("f.yaml");
    assert_eq!(before.lines().next(), after.lines().next());
    assert_eq!(sops.succeed(&["decrypt", "f.yaml"]), "a: one\nb: three\nc: four\n");
}

#[test]
fn a_file_left_as_it_is_stays_so() {
    let sops = Sops::new();
    let before = sops.encrypted("f.yaml", "a: one\n");
    for (script, code) in [("true", 200), ("false", 201), ("exit 3", 201)] {
        let run = sops.run_with(&["edit", "f.yaml"], "", editor(script));
        assert_eq!(run.code, Some(code), "{script}: {}", run.stderr);
    }
    for (variable, line) in [
        ("EDITOR", "/no/such/editor"),
        ("SOPS_EDITOR", "unclosed \"quote"),
        ("PATH", "/none"),
    ] {
        let run = sops.run_with(&["edit", "f.yaml"], "", |command| {
            command.env(variable, line);
        });
        assert_eq!(run.code, Some(201), "{variable}: {}", run.stderr);
    }
    assert_eq!(sops.desk.read("f.yaml"), before);
}

#[test]
fn a_text_that_cannot_be_taken_is_shown_again() {
    let sops = Sops::new();
    sops.encrypted("f.yaml", "a: one\n");
    let script = "if [ -e seen ]; then echo \"a: fixed\" > \"$1\"; else touch seen; echo \"a: [\" > \"$1\"; fi";
    let run = sops.run_with(&["edit", "f.yaml"], "\n", editor(script));
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(
        run.stderr
            .contains("Could not load tree, probably due to invalid syntax."),
        "{}",
        run.stderr
    );
    assert_eq!(sops.succeed(&["decrypt", "f.yaml"]), "a: fixed\n");
}

#[test]
fn where_nobody_can_mend_it_the_error_ends_the_run() {
    let sops = Sops::new();
    let before = sops.encrypted("f.yaml", "a: one\n");
    for (script, said) in [
        ("echo \"a: [\" > \"$1\"", "Error unmarshalling file"),
        ("echo \"sops: 1\" > \"$1\"", "top-level entry"),
        (": > \"$1\"", "at least one document"),
    ] {
        let run = sops.run_with(&["edit", "f.yaml"], "", editor(script));
        assert!(
            run.code != Some(0) && run.stderr.contains(said),
            "{script}: {}",
            run.stderr
        );
    }
    assert_eq!(sops.desk.read("f.yaml"), before);
}

#[test]
fn the_plaintext_is_in_a_folder_of_its_own_and_gone_afterwards() {
    let sops = Sops::new();
    sops.encrypted("f.yaml", "a: one\n");
    let script = "dirname \"$1\" > folder; stat -c %a \"$(dirname \"$1\")\" \"$1\" > modes; basename \"$1\" > name; echo \"a: 2\" > \"$1\"";
    let run = sops.run_with(&["edit", "f.yaml"], "", editor(script));
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert_eq!(sops.desk.read("modes"), "700\n600\n");
    assert_eq!(sops.desk.read("name"), "f.yaml\n");
    assert!(!std::path::Path::new(sops.desk.read("folder").trim()).exists());
}

#[test]
fn a_new_file_starts_with_an_example() {
    let sops = Sops::new();
    for name in ["new.yaml", "new.json", "new.env", "new.ini", "new"] {
        let run = sops.run_with(
            &["edit", "--age", AGE1, name],
            "",
            editor("cp \"$1\" shown; echo >> \"$1\""),
        );
        assert_eq!(run.code, Some(0), "{name}: {}", run.stderr);
        assert!(sops.desk.read("shown").contains("Welcome"), "{name}");
        assert!(
            sops.succeed(&["decrypt", name])
                .contains("Edit this file as you please!"),
            "{name}"
        );
    }
    let run = sops.run_with(&["edit", "--age", AGE1, "other.yaml"], "", editor("true"));
    assert_eq!(run.code, Some(200));
    assert!(!sops.desk.path("other.yaml").exists());
    sops.fail(&["edit", "other.yaml"], 1);
}

#[test]
fn metadata_can_be_edited_too() {
    let sops = Sops::with_both_keys();
    sops.encrypted("f.yaml", "a: one\n");
    let age2 = "age1nk0rpa9r0kkcamvqaje6jeukufr5567wmgjmfgeltfq2yq487caqmdwapr";
    let script =
        format!("sed -i s/one/two/ \"$1\"; cp \"$1\" shown; sed -i \"s/recipient: .*/recipient: {age2}/\" \"$1\"");
    let run = sops.run_with(&["edit", "-s", "f.yaml"], "", editor(&script));
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(sops.desk.read("shown").contains(AGE1));
    let text = sops.desk.read("f.yaml");
    assert!(text.contains(age2) && !text.contains(AGE1), "{text}");
    assert_eq!(sops.succeed(&["decrypt", "f.yaml"]), "a: two\n");
}
