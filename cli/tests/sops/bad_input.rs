//! Files that are wrong, each with its code and nothing of its plaintext.

use crate::desk::{AGE1, Sops};

const SECRET: &str = "hunter2";

#[test]
fn plaintext_that_cannot_be_encrypted() {
    let sops = Sops::new();
    for (name, text, code) in [
        ("f.yaml", "", 92),
        ("f.yaml", "# only a comment\n", 2),
        ("f.yaml", "- a\n", 2),
        ("f.yaml", "a: 1\na: 2\n", 2),
        ("f.yaml", "a: *missing\n", 2),
        ("f.yaml", "1: x\n", 23),
        ("f.yaml", "a: 18446744073709551615\n", 23),
        ("f.yaml", "<<<<<<< ours\na: 1\n=======\na: 2\n>>>>>>> theirs\n", 2),
        ("f.yaml", "sops: 1\n", 203),
        ("f.yaml", "a: \0\n", 2),
        ("f.json", "[1]", 2),
        ("f.json", "{\"a\": }", 2),
        ("f.env", "no equals sign\n", 2),
        ("f.env", "sops_x=1\n", 203),
    ] {
        sops.desk.write(name, text);
        let said = sops.fail(&["encrypt", "-i", "--age", AGE1, name], code);
        assert!(!said.is_empty(), "{text:?}");
        assert_eq!(sops.desk.read(name), text);
    }
}

#[test]
fn nothing_to_encrypt_with() {
    let sops = Sops::new();
    sops.desk.write("f.yaml", "a: b\n");
    for (arguments, code) in [
        (&["encrypt", "f.yaml"][..], 1),
        (&["encrypt", "--age", "nonsense", "f.yaml"], 1),
        (&["encrypt", "--age", "age1nonsense", "f.yaml"], 1),
        (&["encrypt", "--encryption-context", "x", "--age", AGE1, "f.yaml"], 6),
        (&["encrypt", "--encrypted-regex", "[", "--age", AGE1, "f.yaml"], 1),
        (
            &[
                "encrypt",
                "--encrypted-regex",
                "a",
                "--encrypted-suffix",
                "b",
                "--age",
                AGE1,
                "f.yaml",
            ],
            8,
        ),
        (&["encrypt", "-i", "--output", "x", "--age", AGE1, "f.yaml"], 8),
        (&["encrypt", "--age", AGE1, "missing.yaml"], 100),
        (&["encrypt", "--age", AGE1], 8),
        (&["decrypt", "missing.yaml"], 100),
        (&["rotate", "missing.yaml"], 2),
        (&["rotate", "--add-age", AGE1, "missing.yaml"], 49),
        (&["-r", "missing.yaml"], 100),
        (&["set", "missing.yaml", r#"["a"]"#, "1"], 2),
        (&["decrypt", "--decryption-order", "age,age", "f.yaml"], 112),
        (&["decrypt", "f.yaml"], 1),
    ] {
        sops.fail(arguments, code);
    }
    assert_eq!(sops.desk.read("f.yaml"), "a: b\n");
}

#[test]
fn what_was_altered_is_not_decrypted() {
    let sops = Sops::new();
    let text = sops.encrypted("f.yaml", &format!("a: {SECRET}\nb_unencrypted: clear\nc: [1, 2]\n"));
    let line = |start: &str| {
        text.lines()
            .find(|line| line.trim().starts_with(start))
            .unwrap()
            .to_owned()
    };
    let flipped = |line: &str| line.replacen("data:", "data:AAAA", 1);
    for (altered, code) in [
        (text.replace("clear", "altered"), 51),
        (text.replace(&line("a:"), &flipped(&line("a:"))), 25),
        (text.replace(&line("mac:"), "    mac: \"\""), 51),
        (text.replace(&line("mac:"), &flipped(&line("mac:"))), 51),
        (text.replace("lastmodified: \"20", "lastmodified: \"19"), 51),
        (text.replace(&line("a:"), "a: plain"), 25),
        (text.replace("c: [", "d: ["), 25),
        (text.replace(&line("version:"), "    version: \"\""), 1),
        (text.replace(&line("version:"), "    version: x"), 1),
        (text.replace("BEGIN AGE", "BEGIN OLD"), 128),
        (text.replace("sops:", "sops_:"), 1),
        (text.get(..text.len() / 2).unwrap().to_owned(), 1),
        (
            text.replace("lastmodified: ", "shamir_threshold: 99\n    lastmodified: "),
            0,
        ),
    ] {
        assert!(altered != text);
        sops.desk.write("g.yaml", &altered);
        let run = sops.run(&["decrypt", "g.yaml"]);
        assert_eq!(run.code, Some(code), "{altered}\n{}", run.stderr);
        assert!(code == 0 || !run.stdout.contains(SECRET) && !run.stderr.contains(SECRET));
        if code != 0 {
            for arguments in [&["set", "g.yaml", r#"["a"]"#, "1"][..], &["rotate", "-i", "g.yaml"]] {
                assert!(sops.run(arguments).code != Some(0), "{altered}");
                assert_eq!(sops.desk.read("g.yaml"), altered);
            }
        }
    }
    // Whoever wants it all the same.
    sops.desk.write("g.yaml", text.replace("clear", "altered"));
    assert!(sops.succeed(&["decrypt", "--ignore-mac", "g.yaml"]).contains(SECRET));
}

#[test]
fn bombs_and_depths_end_in_an_error() {
    let sops = Sops::new();
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..9 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        bomb += &format!("a{level}: &a{level} [{aliases}]\n");
    }
    for text in [
        bomb,
        format!("a: {}{}\n", "[".repeat(100_000), "]".repeat(100_000)),
        "a: ".repeat(50_000),
    ] {
        sops.desk.write("f.yaml", text);
        sops.fail(&["encrypt", "--age", AGE1, "f.yaml"], 2);
    }
    sops.desk.write("f.json", format!("{{\"a\": {}", "[".repeat(1_000_000)));
    sops.fail(&["encrypt", "--age", AGE1, "f.json"], 2);
}

#[test]
fn a_long_value_is_no_matter() {
    let sops = Sops::new();
    let value = "x".repeat(20 << 20);
    sops.encrypted("f.yaml", &format!("a: {value}\n"));
    assert_eq!(sops.succeed(&["decrypt", "--extract", r#"["a"]"#, "f.yaml"]), value);
}

#[test]
fn where_nothing_can_be_written_the_file_stays() {
    let sops = Sops::new();
    let before = sops.encrypted("f.yaml", "a: b\n");
    sops.fail(&["decrypt", "--output", "/nonexistent/x", "f.yaml"], 3);
    sops.fail(&["decrypt", "--output", "/dev/full", "f.yaml"], 3);
    sops.fail(&["decrypt", "--output", ".", "f.yaml"], 3);
    assert_eq!(sops.desk.read("f.yaml"), before);
}
