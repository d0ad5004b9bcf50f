//! How a file looks stays as it is.

use crate::desk::{AGE1, Sops};

/// Texts whose values are written as they are decrypted, so that nothing at all changes.
const TEXTS: [(&str, &str); 11] = [
    ("f.yaml", "b: text\na_unencrypted: >+\n  # no comment\n"),
    ("f.yaml", "b: text\na_unencrypted: |+\n    lines\n\n"),
    (
        "f.yaml",
        "# top\n\n\na:   one # behind\n\nb: {c: [two, three], d: {}}\nempty: []\nlist:\n- x\n-   z\n# end\n",
    ),
    (
        "f.yaml",
        "---\na_unencrypted: &x one\nb_unencrypted: *x\n---\n# second\nc_unencrypted:\n  <<: &m {k: v}\n  d: *m\n...\n",
    ),
    ("f.yaml", "a: one\r\nb:\r\n    - two # c\r\n"),
    ("f.yaml", "a:\n  b:\n        c: deep\n\n  # between\n  d: text\n"),
    ("f.yaml", "a: |\n    several\n    lines\nb: text\n# foot\n"),
    ("f.json", "{\"a\":\"x\",\n  \"b\" : [ 1,2 ,3],\"c\":{}}"),
    ("f.env", "# top\nA=1\n\nexport B=two words\n"),
    ("f.ini", "; top\n[one]\na = 1\n\n[two]\n; c\nb   =  text\n"),
    ("f", "any \0 bytes\n"),
];

#[test]
fn encrypted_and_decrypted_it_is_what_it_was() {
    let sops = Sops::new();
    for (name, text) in TEXTS {
        let encrypted = sops.encrypted(name, text);
        assert!(encrypted.contains("ENC["), "{text}");
        sops.succeed(&["decrypt", "-i", name]);
        assert_eq!(sops.desk.read(name), text, "{encrypted}");
    }
}

#[test]
fn a_text_without_a_last_line_break_keeps_its_values() {
    let sops = Sops::new();
    for text in [
        "a_unencrypted: |\n  text",
        "a_unencrypted: >\n  text",
        "# c\na_unencrypted: |+\n  text",
        "a: |\n  text",
    ] {
        sops.encrypted("f.yaml", text);
        assert_eq!(
            sops.succeed(&[
                "decrypt",
                "--extract",
                text.split(':').next().map(key).unwrap().as_str(),
                "f.yaml"
            ]),
            "text"
        );
    }
}

fn key(line: &str) -> String {
    format!("[\"{}\"]", line.lines().next_back().unwrap_or_default())
}

#[test]
fn encrypted_over_an_earlier_file_only_changes_show() {
    let sops = Sops::new();
    sops.desk.write("plain.yaml", "a: one\nb: two\nc: three\n");
    let encrypt = ["encrypt", "--age", AGE1, "--output", "f.yaml", "plain.yaml"];
    sops.succeed(&encrypt);
    let first = sops.desk.read("f.yaml");
    sops.succeed(&encrypt);
    assert_eq!(sops.desk.read("f.yaml"), first);
    sops.desk.write("plain.yaml", "a: one\nb: 2\nc: three\n");
    sops.succeed(&encrypt);
    let second = sops.desk.read("f.yaml");
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let (old, new) = (lines(&first), lines(&second));
    assert!(old[0] == new[0] && old[1] != new[1] && old[2] == new[2]);
    // For other keys it is another file.
    let other = [
        "encrypt",
        "--age",
        AGE1,
        "--unencrypted-suffix",
        "_x",
        "--output",
        "f.yaml",
        "plain.yaml",
    ];
    sops.succeed(&other);
    assert!(lines(&sops.desk.read("f.yaml"))[0] != new[0]);
}

#[test]
fn another_layout_is_written_where_it_is_asked_for() {
    let sops = Sops::new();
    sops.encrypted("f.yaml", "a: {b: [1]}\n");
    assert_eq!(
        sops.succeed(&["--indent", "2", "decrypt", "f.yaml"]),
        "a:\n  b:\n    - 1\n"
    );
    let json = sops.succeed(&["--indent", "0", "decrypt", "--output-type", "json", "f.yaml"]);
    assert_eq!(json, "{\n\"a\": {\n\"b\": [\n1\n]\n}\n}\n");
    sops.fail(&["--indent", "-5", "decrypt", "f.yaml"], 4);
}

#[test]
fn the_mode_and_a_link_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let sops = Sops::new();
    let path = sops.desk.write("f.yaml", "a: one\n");
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o640)).unwrap();
    symlink("f.yaml", sops.desk.path("link.yaml")).unwrap();
    sops.succeed(&["encrypt", "-i", "--age", AGE1, "link.yaml"]);
    assert!(sops.desk.path("link.yaml").is_symlink());
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o640);
    assert!(sops.desk.read("f.yaml").contains("ENC["));
}
