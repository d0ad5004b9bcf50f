//! `set`, `unset`, `rotate` and what they leave alone.

use crate::desk::{AGE1, Sops, changed_lines, vector};

const STYLED: &str = "# of the team\n\nfirst:   {a: 1, b: [x, z]}   # kept\n\nlist:\n- one\n-   two\n# between\n- three\n\nlast: |\n    several\n    lines\n";

#[test]
fn one_value_changes_one_line_and_the_mac() {
    let sops = Sops::new();
    let before = sops.encrypted("f.yaml", STYLED);
    sops.succeed(&["set", "f.yaml", r#"["first"]["b"][1]"#, r#""changed""#]);
    let after = sops.desk.read("f.yaml");
    let lines = changed_lines(&before, &after);
    let starts: Vec<_> = lines
        .iter()
        .map(|line| line.trim().split(':').next().unwrap())
        .collect();
    assert!(
        starts == ["first", "lastmodified", "mac"] || starts == ["first", "mac"],
        "{lines:?}"
    );
    assert_eq!(before.lines().count(), after.lines().count());
    let plain = sops.succeed(&["decrypt", "f.yaml"]);
    assert_eq!(plain, STYLED.replace("z]", "changed]"));
}

#[test]
fn metadata_of_an_earlier_version_stay_as_they_are() {
    let sops = Sops::new();
    let before = String::from_utf8(vector("yaml/comments.enc.yaml")).unwrap();
    sops.desk.write("f.yaml", &before);
    sops.succeed(&["set", "f.yaml", r#"["multi"]"#, r#""changed""#]);
    let lines = changed_lines(&before, &sops.desk.read("f.yaml"));
    let starts: Vec<_> = lines
        .iter()
        .map(|line| line.trim().split(':').next().unwrap())
        .collect();
    assert_eq!(starts, ["multi", "lastmodified", "mac"]);
}

#[test]
fn values_of_every_kind_are_set() {
    let sops = Sops::new();
    sops.encrypted("f.yaml", "a: 1\n");
    for (path, value, expected) in [
        (r#"["a"]"#, "5", "a: 5\n"),
        (r#"["a"]"#, "true", "a: true\n"),
        (r#"["a"]"#, r#""5""#, "a: \"5\"\n"),
        (r#"["a"]"#, "null", "a: null\n"),
        (r#"["a"]"#, r#"[1, "x"]"#, "a:\n    - 1\n    - x\n"),
        (
            r#"["a"][1]["b"]"#,
            r#"{"c": {}}"#,
            "a:\n    - 1\n    - b:\n        c: {}\n",
        ),
        (r#"["new"][0]["x"]"#, r#""deep""#, ""),
    ] {
        sops.succeed(&["set", "f.yaml", path, value]);
        let plain = sops.succeed(&["decrypt", "f.yaml"]);
        assert!(expected.is_empty() || plain == expected, "{path} {value}: {plain}");
        assert_eq!(
            sops.run(&["decrypt", "--output-type", "json", "f.yaml"]).code,
            Some(0),
            "{path} {value}"
        );
    }
}

#[test]
fn a_value_comes_from_a_file_or_from_standard_input() {
    let sops = Sops::new();
    sops.encrypted("f.json", "{\"a\": 1}");
    sops.desk.write("value", "\"from a file\"\n");
    sops.succeed(&["set", "--value-file", "f.json", r#"["a"]"#, "value"]);
    assert_eq!(
        sops.succeed(&["decrypt", "--extract", r#"["a"]"#, "f.json"]),
        "from a file"
    );
    let run = sops.run_with(&["set", "--value-stdin", "f.json", r#"["a"]"#], "\"piped\"", |_| ());
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert_eq!(sops.succeed(&["decrypt", "--extract", r#"["a"]"#, "f.json"]), "piped");
}

#[test]
fn what_is_the_same_is_not_written_where_that_is_asked_for() {
    let sops = Sops::new();
    let before = sops.encrypted("f.yaml", "a: x\n");
    sops.succeed(&["set", "--idempotent", "f.yaml", r#"["a"]"#, r#""x""#]);
    sops.succeed(&["unset", "--idempotent=true", "f.yaml", r#"["b"]"#]);
    assert_eq!(sops.desk.read("f.yaml"), before);
    sops.fail(&["unset", "f.yaml", r#"["b"]"#], 1);
    sops.succeed(&["unset", "f.yaml", r#"["a"]"#]);
    assert_eq!(sops.succeed(&["decrypt", "f.yaml"]), "{}\n");
}

#[test]
fn the_old_style_sets_too() {
    let sops = Sops::new();
    sops.encrypted("f.yaml", "a: x\n");
    sops.succeed(&["--set", r#"["a"] "z""#, "f.yaml"]);
    assert_eq!(sops.succeed(&["-d", "f.yaml"]), "a: z\n");
}

#[test]
fn paths_that_lead_nowhere_are_refused() {
    let sops = Sops::new();
    let before = sops.encrypted("f.yaml", "a: x\nl: [1]\n");
    for (path, value, code) in [
        ("a", "1", 7),
        ("[a]", "1", 7),
        ("", "1", 7),
        ("[]", "1", 7),
        (r#"["a"]"#, "x", 7),
        (r#"["a"]"#, "", 7),
        (r#"["a"]"#, r#"1, "b": 2"#, 7),
        (r#"["l"]["x"]"#, "1", 1),
        (r#"["l"][-1]"#, "1", 7),
        (r#"["sops"]"#, "1", 203),
    ] {
        sops.fail(&["set", "f.yaml", path, value], code);
    }
    for (path, code) in [
        ("[", 91),
        ("[]", 91),
        (r#"["x"]"#, 1),
        (r#"["a"]["b"]"#, 1),
        (r#"["l"][5]"#, 1),
    ] {
        sops.fail(&["decrypt", "--extract", path, "f.yaml"], code);
    }
    assert_eq!(sops.desk.read("f.yaml"), before);
}

#[test]
fn a_rotation_changes_every_ciphertext_and_no_value() {
    let sops = Sops::new();
    let before = sops.encrypted("f.yaml", STYLED);
    sops.succeed(&["rotate", "-i", "f.yaml"]);
    let after = sops.desk.read("f.yaml");
    let values = |text: &str| -> Vec<String> {
        let parts = text.split("ENC[").skip(1);
        parts.map(|part| part.split(']').next().unwrap().to_owned()).collect()
    };
    let (old, new) = (values(&before), values(&after));
    assert_eq!(old.len(), new.len());
    assert!(old.iter().all(|value| !new.contains(value)));
    assert_eq!(sops.succeed(&["decrypt", "f.yaml"]), STYLED);
    sops.fail(&["rotate", "-i", "--rm-age", AGE1, "f.yaml"], 1);
    assert_eq!(sops.desk.read("f.yaml"), after);
}

#[test]
fn a_file_stays_as_it_is_where_nothing_but_its_quotes_were_lost() {
    let sops = Sops::new();
    sops.desk.write("plain.yaml", "a: \"x\"   # why\nb: 'y'\n");
    sops.succeed(&["encrypt", "--age", AGE1, "--output", "e.yaml", "plain.yaml"]);
    // Its time is in whole seconds: until there is another.
    let second = || {
        std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap()
            .as_secs()
    };
    let start = second();
    while second() == start {
        std::thread::yield_now();
    }
    let before = sops.desk.read("e.yaml");
    sops.succeed(&["encrypt", "--age", AGE1, "--output", "e.yaml", "plain.yaml"]);
    assert_eq!(sops.desk.read("e.yaml"), before);
    sops.desk.write("plain.yaml", "a: \"x\"   # other\nb: 'y'\n");
    sops.succeed(&["encrypt", "--age", AGE1, "--output", "e.yaml", "plain.yaml"]);
    assert_ne!(sops.desk.read("e.yaml"), before);
}
