//! Rules of `.sops.yaml`, `updatekeys` and key groups.

use crate::desk::{AGE1, Sops, changed_lines};

const AGE2: &str = "age1nk0rpa9r0kkcamvqaje6jeukufr5567wmgjmfgeltfq2yq487caqmdwapr";

fn rules(sops: &Sops, text: &str) {
    sops.desk.write(".sops.yaml", text);
}

#[test]
fn a_rule_says_with_which_keys_and_which_values() {
    let sops = Sops::new();
    rules(
        &sops,
        &format!(
            "creation_rules:\n  - path_regex: secret\\.yaml$\n    encrypted_regex: ^data$\n    age: {AGE1}\n  - path_regex: \\.json$\n    age: [{AGE1}]\n    mac_only_encrypted: true\n"
        ),
    );
    sops.desk.write("secret.yaml", "kind: Secret\ndata: {a: b}\n");
    let text = sops.succeed(&["encrypt", "secret.yaml"]);
    assert!(
        text.starts_with("kind: Secret\ndata: {a: 'ENC[") && text.contains("encrypted_regex: ^data$"),
        "{text}"
    );
    sops.desk.write("other.json", "{}");
    assert!(
        sops.succeed(&["encrypt", "other.json"])
            .contains("\"mac_only_encrypted\": true")
    );
    sops.desk.write("other.yaml", "a: b\n");
    let said = sops.fail(&["encrypt", "other.yaml"], 1);
    assert!(
        said.contains("no matching creation rules found") && said.contains("hint: "),
        "{said}"
    );
    sops.fail(&["encrypt", "--encrypted-suffix", "x", "secret.yaml"], 8);
    // A name stands for the file.
    let run = sops.run_with(&["encrypt", "--filename-override", "secret.yaml"], "data: 1\n", |_| ());
    assert_eq!(run.code, Some(0), "{}", run.stderr);
}

#[test]
fn a_broken_configuration_keeps_nobody_from_decrypting() {
    let sops = Sops::new();
    sops.encrypted("f.yaml", "a: b\n");
    rules(&sops, "creation_rules: [\n");
    assert_eq!(sops.succeed(&["decrypt", "f.yaml"]), "a: b\n");
    sops.desk.write("g.yaml", "a: b\n");
    sops.fail(&["encrypt", "g.yaml"], 1);
    sops.fail(&["--config", "missing.yaml", "decrypt", "f.yaml"], 1);
}

#[test]
fn keys_follow_the_configuration() {
    let sops = Sops::new();
    let before = sops.encrypted("f.yaml", "a: b\n");
    rules(&sops, &format!("creation_rules:\n  - age: {AGE1},{AGE2}\n"));
    let run = sops.run_with(&["updatekeys", "f.yaml"], "n\n", |_| ());
    assert!(
        run.code == Some(0) && run.stdout.contains(&format!("+++ {AGE2}")),
        "{}",
        run.stdout
    );
    assert_eq!(sops.desk.read("f.yaml"), before);
    let run = sops.run_with(&["updatekeys", "f.yaml"], "", |_| ());
    assert_eq!(run.code, Some(1), "nobody answers");
    sops.succeed(&["updatekeys", "-y", "f.yaml"]);
    let after = sops.desk.read("f.yaml");
    assert!(after.contains(AGE1) && after.contains(AGE2));
    // What was there stays: the key that was there, the values, the MAC.
    assert!(changed_lines(&after, &before).is_empty());
    let run = sops.run(&["updatekeys", "-y", "f.yaml"]);
    assert!(run.stderr.contains("already up to date"), "{}", run.stderr);
    let both = Sops::with_both_keys();
    both.desk.write("f.yaml", &after);
    rules(&both, &format!("creation_rules:\n  - age: {AGE2}\n"));
    both.succeed(&["updatekeys", "-y", "f.yaml"]);
    assert!(!both.desk.read("f.yaml").contains(AGE1));
    assert_eq!(both.succeed(&["decrypt", "f.yaml"]), "a: b\n");
    sops.desk.write("f.yaml", both.desk.read("f.yaml"));
    sops.fail(&["decrypt", "f.yaml"], 128);
}

#[test]
fn one_of_several_files_that_fails_does_not_keep_the_others() {
    let sops = Sops::new();
    sops.encrypted("f.yaml", "a: b\n");
    rules(&sops, &format!("creation_rules:\n  - age: {AGE1},{AGE2}\n"));
    let run = sops.run(&["updatekeys", "-y", "missing.yaml", "f.yaml"]);
    assert_eq!(run.code, Some(1));
    assert!(run.stderr.contains("failed updating 1 key(s)"), "{}", run.stderr);
    assert!(sops.desk.read("f.yaml").contains(AGE2));
}

#[test]
fn groups_come_and_go() {
    let sops = Sops::with_both_keys();
    sops.encrypted("f.yaml", "a: b\n");
    sops.fail(&["groups", "add", "-i", "-f", "f.yaml"], 1);
    for threshold in ["1", "3", "-1"] {
        let flag = format!("--shamir-secret-sharing-threshold={threshold}");
        sops.fail(&["groups", "add", "-i", "-f", "f.yaml", "--age", AGE2, &flag], 1);
    }
    assert!(!sops.desk.read("f.yaml").contains("key_groups"));
    sops.succeed(&["groups", "add", "-i", "-f", "f.yaml", "--age", AGE2]);
    let text = sops.desk.read("f.yaml");
    assert!(
        text.contains("key_groups") && text.contains("shamir_threshold: 2"),
        "{text}"
    );
    assert_eq!(sops.succeed(&["decrypt", "f.yaml"]), "a: b\n");
    let one = Sops::new();
    one.desk.write("f.yaml", &text);
    let said = one.fail(&["decrypt", "f.yaml"], 128);
    assert!(
        said.contains("Group 0: SUCCESS") && said.contains("Group 1: FAILED"),
        "{said}"
    );
    sops.fail(&["groups", "delete", "-i", "-f", "f.yaml", "2"], 1);
    sops.fail(&["groups", "delete", "-i", "-f", "f.yaml", "1"], 1);
    sops.succeed(&[
        "groups",
        "delete",
        "-i",
        "--shamir-secret-sharing-threshold=1",
        "-f",
        "f.yaml",
        "1",
    ]);
    sops.fail(&["groups", "delete", "-i", "-f", "f.yaml", "0"], 1);
    assert_eq!(sops.succeed(&["decrypt", "f.yaml"]), "a: b\n");
}

#[test]
fn the_status_of_a_file_needs_no_key() {
    let sops = Sops::new();
    sops.encrypted("f.yaml", "a: b\n");
    sops.desk.write("g.yaml", "a: b\n");
    sops.desk.write("h.yaml", "sops: 1\n");
    assert_eq!(sops.succeed(&["filestatus", "f.yaml"]), "{\"encrypted\":true}\n");
    assert_eq!(sops.succeed(&["filestatus", "g.yaml"]), "{\"encrypted\":false}\n");
    sops.fail(&["filestatus", "h.yaml"], 1);
    sops.fail(&["filestatus", "missing.yaml"], 1);
}
