//! Secrets are sealed in their files, with the comments and the layout of these.

mod program;

use std::fs;

use program::{Desk, Run, fixture, without_ciphertexts};

const FILE: &str = "# the app's settings
apiVersion: v1
kind: ConfigMap
metadata: {name: app}
data: {level:   debug}   # not secret
---
# what the app logs in with
apiVersion: v1 # core
kind: Secret
metadata:
  name: app # as the Deployment has it
  namespace: team
  labels:
    # who is called at night
    owner: ops
  annotations: {note: \"a\"}
type: kubernetes.io/basic-auth # checked by the API server
data:
  # from the vault
  password: czNjcjN0LXcwcmQ= # rotated in May
stringData:
  # who
  username: admin
";

const SEALED: &str = "# the app's settings
apiVersion: v1
kind: ConfigMap
metadata: {name: app}
data: {level:   debug}   # not secret
---
# what the app logs in with
apiVersion: bitnami.com/v1alpha1 # core
kind: SealedSecret
metadata:
  name: app # as the Deployment has it
  namespace: team
  annotations:
    signet.dev/sealing-key: FINGERPRINT
spec:
  encryptedData:
    # from the vault
    password: X # rotated in May
    # who
    username: X
  template:
    metadata:
      name: app
      namespace: team
      labels:
        # who is called at night
        owner: ops
      annotations: {note: \"a\"}
    type: kubernetes.io/basic-auth # checked by the API server
";

fn seal(desk: &Desk, arguments: &[&str]) -> Run {
    let certificate = fixture("certificate.pem");
    desk.run(&[&["seal", "--cert", &certificate], arguments].concat(), "")
}

/// With each ciphertext and the fingerprint replaced.
fn shown(text: &str) -> String {
    let words = text.split(' ').map(|word| {
        let (word, rest) = word.split_at(word.find('\n').unwrap_or(word.len()));
        let word = match word {
            word if word.len() > 300 => "X",
            word if word.starts_with("SHA256:") => "FINGERPRINT",
            word => word,
        };
        format!("{word}{rest}")
    });
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn a_secret_becomes_a_sealed_one_in_its_place() {
    let desk = Desk::new();
    desk.write("app.yaml", FILE);
    let run = seal(&desk, &["--in-place", "app.yaml"]);
    assert_eq!(
        (run.code, run.stdout.as_str(), run.stderr.as_str()),
        (Some(0), "", "sealed 1 Secret in 1 file\n")
    );
    assert_eq!(shown(&desk.read("app.yaml")), SEALED);
    assert_eq!(desk.names(), ["app.yaml"]);

    let text = desk.read("app.yaml");
    let secret = desk.succeed(
        &["unseal", "--key", &fixture("key.pem")],
        text.split("---\n").nth(1).unwrap_or_default(),
    );
    for expected in [
        "password: czNjcjN0LXcwcmQ=",
        "username: YWRtaW4=",
        "owner: ops",
        "note: a",
        "basic-auth",
    ] {
        assert!(secret.contains(expected), "{secret}");
    }
}

#[test]
fn the_result_may_go_beside() {
    let desk = Desk::new();
    desk.write("app.yaml", FILE);
    assert_eq!(seal(&desk, &["--suffix", "app.yaml"]).code, Some(0));
    assert_eq!(desk.read("app.yaml"), FILE);
    assert_eq!(shown(&desk.read("app.sealed.yaml")), SEALED);
    assert_eq!(seal(&desk, &["--suffix=-s", "app.yaml"]).code, Some(0));
    assert_eq!(desk.names(), ["app-s.yaml", "app.sealed.yaml", "app.yaml"]);
}

#[test]
fn what_else_it_says_is_asked_for() {
    let desk = Desk::new();
    desk.write("app.yaml", FILE);
    let run = seal(
        &desk,
        &[
            "-i",
            "--no-hint",
            "--copy-metadata",
            "--scope",
            "namespace-wide",
            "app.yaml",
        ],
    );
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let text = shown(&desk.read("app.yaml"));
    let expected = "  labels:
    # who is called at night
    owner: ops
  annotations: {note: \"a\", sealedsecrets.bitnami.com/namespace-wide: \"true\"}
spec:";
    assert!(text.contains(expected) && !text.contains("FINGERPRINT"), "{text}");
    assert!(
        text.contains("        sealedsecrets.bitnami.com/namespace-wide: \"true\"\n"),
        "{text}"
    );
}

#[test]
fn a_folder_is_sealed_as_far_as_there_are_secrets() {
    let desk = Desk::new();
    for folder in ["deploy", "deploy/base", "deploy/.git"] {
        fs::create_dir(desk.path(folder)).expect("a folder");
    }
    let json = "{\n  \"apiVersion\": \"v1\", \"kind\": \"Secret\",\n  \"metadata\": {\"name\": \"j\", \"namespace\": \"team\"},\n  \"data\": {\"a\": \"YWJjZA==\"}\n}\n";
    desk.write("deploy/app.yml", FILE);
    desk.write("deploy/base/j.json", json);
    for name in ["deploy/notes.txt", "deploy/.git/app.yaml", "deploy/.hidden.yaml"] {
        desk.write(name, FILE);
    }
    let chart = "kind: Deployment\nname: {{ .Values.name }}\n";
    desk.write("deploy/base/chart.yaml", chart);
    desk.write(
        "deploy/base/sops.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nsops: {}\n",
    );

    let run = seal(&desk, &["-i", "deploy"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(
        run.stderr.contains("chart.yaml:2") && run.stderr.ends_with("sealed 2 Secrets in 2 files\n"),
        "{}",
        run.stderr
    );
    assert!(!desk.read("deploy/app.yml").contains("kind: Secret\n"));
    let sealed = desk.read("deploy/base/j.json");
    assert!(
        sealed.contains("\"kind\": \"SealedSecret\",\n") && sealed.contains("\"encryptedData\": {\n"),
        "{sealed}"
    );
    assert_eq!(desk.read("deploy/base/chart.yaml"), chart);
    for name in ["deploy/notes.txt", "deploy/.git/app.yaml", "deploy/.hidden.yaml"] {
        assert_eq!(desk.read(name), FILE);
    }

    let before = desk.read("deploy/app.yml");
    let run = seal(&desk, &["-i", "deploy"]);
    assert_eq!(run.code, Some(0));
    assert!(run.stderr.ends_with("sealed 0 Secrets in 0 files\n"));
    assert_eq!(desk.read("deploy/app.yml"), before, "sealed once is enough");
}

#[test]
fn a_check_lists_what_is_not_sealed() {
    let desk = Desk::new();
    desk.write("app.yaml", FILE);
    let run = desk.run(&["seal", "--check", "."], "");
    assert_eq!((run.code, run.stderr.as_str()), (Some(1), ""));
    assert_eq!(run.stdout, "./app.yaml:8:1: Secret app is not sealed\n");
    assert_eq!(desk.read("app.yaml"), FILE);
    assert_eq!(seal(&desk, &["-i", "app.yaml"]).code, Some(0));
    let run = desk.run(&["seal", "--check", "."], "");
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""));
}

#[test]
fn odd_layouts_are_sealed_or_refused_but_never_spoilt() {
    let desk = Desk::new();
    let head = "apiVersion: v1\nkind: Secret\nmetadata: {name: app, namespace: team}\n";
    for (rest, is_sealed) in [
        ("data: {a: YWJj, b: ZA==}\n", true),
        ("data:\nstringData: {a: x}\n", true),
        ("stringData:\n  a: |\n    one\n    two\n  b: >-\n    three\n# end", true),
        ("data: {a: YWJj}\nstringData:\n  a: x # wins\n", true),
        ("immutable: true\ntype:\nstringData: {\"a\": 'x'}\n", true),
        ("data: &d {a: YWJj}\n", true),
        ("data: &d {a: YWJj}\nstringData: *d\n", false),
        ("stringData: &d {a: &v x, b: *v}\n", false),
        ("stringData:\n  ? a\n  : x\n", false),
        ("data: {}\n", false),
    ] {
        let text = format!("{head}{rest}");
        desk.write("app.yaml", &text);
        let run = seal(&desk, &["-i", "app.yaml"]);
        let after = desk.read("app.yaml");
        assert_eq!(
            run.code,
            Some(if is_sealed { 0 } else { 3 }),
            "{rest:?}: {}",
            run.stderr
        );
        if is_sealed {
            assert!(
                after.contains("kind: SealedSecret") && !after.contains("stringData"),
                "{after}"
            );
            desk.succeed(&["unseal", "--key", &fixture("key.pem"), "app.yaml"], "");
        } else {
            assert_eq!(after, text);
        }
    }
}

/// The comments of a text in which no value has a `#`.
fn comments(text: &str) -> Vec<&str> {
    let comments = text.lines().filter_map(|line| line.split_once('#'));
    let mut comments: Vec<_> = comments.map(|(_, comment)| comment.trim()).collect();
    comments.sort_unstable();
    comments
}

#[test]
fn no_comment_is_lost_wherever_it_stands() {
    let desk = Desk::new();
    let head = "apiVersion: v1\nkind: Secret\nmetadata: {name: app, namespace: team}\n";
    let data = [
        "# A1\ndata: # A2\n  # A3\n\n  a: YWJj # A4\n\n  # A5\n  b: ZA== # A6\n    # A7\n  # A8\n",
        "# A1\ndata: {a: YWJj, b: ZA==} # A2\n",
        "# A1\ndata: { # A2\n  a: YWJj, # A3\n  # A4\n  b: ZA== # A5\n  # A6\n  } # A7\n",
        "# A1\ndata: {} # A2\n",
        "# A1\ndata: # A2\n  # A3\n",
        "",
    ];
    let texts = [
        "# B1\n\n# B2\nstringData: # B3\n    # B4\n\n    c: x # B5\n    # B6\n\n    d: |- # B7\n      y\n      z\n\n    # B8\n",
        "# B1\nstringData: {c: x, \"d\":'y'} # B2\n",
        "# B1\nstringData: { # B2\n  c: x, # B3\n  # B4\n  d: 'y' } # B5\n",
    ];
    for data in data {
        for texts in texts {
            for (first, second) in [(data, texts), (texts, data)] {
                for rest in ["type: Opaque # C1\n", "# C1\n", ""] {
                    let text = format!("# top\n{head}{first}{second}{rest}");
                    for text in [text.as_str(), text.trim_end_matches('\n')] {
                        desk.write("app.yaml", text);
                        let run = seal(&desk, &["-i", "app.yaml"]);
                        assert_eq!(run.code, Some(0), "{text}\n{}", run.stderr);
                        let after = desk.read("app.yaml");
                        assert_eq!(comments(&after), comments(text), "{text}\n{after}");
                    }
                }
            }
        }
    }
}

#[test]
fn the_comments_of_both_fields_stand_above_their_items() {
    let desk = Desk::new();
    let head = "apiVersion: v1\nkind: Secret\nmetadata: {name: app, namespace: team}\n";
    desk.write(
        "app.yaml",
        format!("{head}data:\n  a: YWJj\n# owner: see RUNBOOK-17\nstringData: # typed by hand\n  # first\n\n  b: x\n  # tail\n"),
    );
    assert_eq!(seal(&desk, &["-i", "app.yaml"]).code, Some(0));
    let after = shown(&desk.read("app.yaml"));
    let expected = "  encryptedData:\n    a: X\n    # owner: see RUNBOOK-17\n    # typed by hand\n    # first\n\n    b: X\n    # tail\n  template:";
    assert!(after.contains(expected), "{after}");
}

#[test]
fn a_comment_that_has_no_place_any_more_is_no_reason_to_lose_it() {
    let desk = Desk::new();
    let text = "apiVersion: v1\nkind: Secret\nmetadata: {name: app, namespace: team}\nstringData: {a: x}\ntype: # to be decided\n";
    desk.write("app.yaml", text);
    let run = seal(&desk, &["-i", "app.yaml"]);
    assert_eq!(run.code, Some(3));
    assert!(run.stderr.contains("a comment in it would be lost"), "{}", run.stderr);
    assert_eq!(desk.read("app.yaml"), text);
}

#[test]
fn block_scalars_move_where_the_file_has_no_line_break_at_its_end() {
    let desk = Desk::new();
    for text in [
        "apiVersion: v1\nmetadata:\n  name: app\n  namespace: team\n  annotations:\n    note: |\n      multi\nstringData:\n  b: x\nkind: Secret",
        "apiVersion: v1\nkind: Secret\nstringData:\n  b: x\nmetadata:\n  name: app\n  namespace: team\n  annotations:\n    note: |\n      multi",
    ] {
        desk.write("app.yaml", text);
        let run = seal(&desk, &["-i", "app.yaml"]);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        assert!(
            desk.read("app.yaml").contains("\n        note: |"),
            "{}",
            desk.read("app.yaml")
        );
    }
}

#[test]
fn many_items_are_no_more_work_each_than_few() {
    let desk = Desk::new();
    let mut text = "apiVersion: v1\nkind: Secret\nmetadata: {name: app, namespace: team}\ndata:\n".to_owned();
    (0..2000).for_each(|at| text.push_str(&format!("  a{at}: YQ== # {at}\n")));
    text.push_str("stringData:\n");
    (1000..3000).for_each(|at| text.push_str(&format!("  a{at}: b # {at}\n")));
    desk.write("app.yaml", text);
    let run = seal(&desk, &["-i", "app.yaml"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert_eq!(comments(&desk.read("app.yaml")).len(), 3000);
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_stay() {
    let desk = Desk::new();
    let text = format!("\u{feff}{}", FILE.replace('\n', "\r\n"));
    desk.write("app.yaml", text);
    assert_eq!(seal(&desk, &["-i", "app.yaml"]).code, Some(0));
    let after = desk.read("app.yaml");
    assert!(after.starts_with('\u{feff}'));
    assert_eq!(shown(&after.replace("\r\n", "\n")), format!("\u{feff}{SEALED}"));
    assert_eq!(after.matches('\n').count(), after.matches("\r\n").count());
}

#[test]
fn what_is_wrong_leaves_its_file_and_seals_the_others() {
    let desk = Desk::new();
    let bad = FILE.replace("namespace: team", "namespace: Team");
    desk.write("bad.yaml", &bad);
    desk.write("good.yaml", FILE);
    let run = seal(&desk, &["-i", "bad.yaml", "good.yaml"]);
    assert_eq!(run.code, Some(3));
    assert!(
        run.stderr
            .contains("bad.yaml:8:1: metadata.namespace: is no name for a namespace"),
        "{}",
        run.stderr
    );
    assert_eq!(desk.read("bad.yaml"), bad);
    assert_eq!(shown(&desk.read("good.yaml")), SEALED);
}

#[test]
fn a_value_that_would_still_show_is_refused() {
    let desk = Desk::new();
    for shown in [
        "# s3cr3t-w0rd\n",
        "a: 1 # czNjcjN0LXcwcmQ=\n",
        "---\nb: 1\n# was s3cr3t-w0rd, once\n",
    ] {
        let text = format!("{FILE}---\n{shown}");
        desk.write("app.yaml", &text);
        let run = seal(&desk, &["-i", "app.yaml"]);
        assert_eq!(run.code, Some(3), "{shown:?}");
        assert!(
            run.stderr.contains("the value of password would still be seen here"),
            "{}",
            run.stderr
        );
        assert!(
            !run.stderr.contains("s3cr3t") && !run.stderr.contains("czNj"),
            "{}",
            run.stderr
        );
        assert_eq!(desk.read("app.yaml"), text);
        assert_eq!(seal(&desk, &["-i", "--allow-visible", "app.yaml"]).code, Some(0));
    }
    let text = FILE.replace("{note: \"a\"}", "{note: \"it is s3cr3t-w0rd\"}");
    desk.write("app.yaml", &text);
    let run = seal(&desk, &["-i", "app.yaml"]);
    assert!(
        run.stderr.contains("spec.template.metadata.annotations.note"),
        "{}",
        run.stderr
    );
    // What kubectl apply left is known to hold the values, and goes.
    let text = FILE.replace(
        "{note: \"a\"}",
        "{kubectl.kubernetes.io/last-applied-configuration: \"s3cr3t-w0rd\"}",
    );
    desk.write("app.yaml", &text);
    assert_eq!(seal(&desk, &["-i", "--copy-metadata", "app.yaml"]).code, Some(0));
    assert!(!desk.read("app.yaml").contains("s3cr3t"));
}

#[test]
fn on_the_way_to_standard_output_too() {
    let desk = Desk::new();
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: app, namespace: team, labels: {pw: hunter2hunter2}}\nstringData: {password: hunter2hunter2}\n";
    desk.write("app.yaml", secret);
    for arguments in [
        vec!["app.yaml"],
        vec!["-o", "json", "app.yaml"],
        vec!["-w", "sealed.yaml", "app.yaml"],
    ] {
        let run = seal(&desk, &arguments);
        assert_eq!((run.code, run.stdout.as_str()), (Some(3), ""));
        assert!(
            run.stderr
                .contains("spec.template.metadata.labels.pw: the value of password would still be seen"),
            "{}",
            run.stderr
        );
        assert!(!run.stderr.contains("hunter2"), "{}", run.stderr);
        assert_eq!(desk.names(), ["app.yaml"]);
    }
    assert_eq!(seal(&desk, &["--allow-visible", "app.yaml"]).code, Some(0));
}

#[test]
fn items_of_a_sealed_file_beside_are_not_lost() {
    let desk = Desk::new();
    desk.write("app.yaml", FILE);
    assert_eq!(seal(&desk, &["--suffix", "app.yaml"]).code, Some(0));
    let certificate = fixture("certificate.pem");
    desk.succeed(&["set", "--cert", &certificate, "app.sealed.yaml", "more=x"], "");
    let before = desk.read("app.sealed.yaml");
    let run = seal(&desk, &["--suffix", "app.yaml"]);
    assert_eq!(run.code, Some(2));
    assert_eq!(
        run.stderr,
        "error: app.sealed.yaml: SealedSecret app has an item that would be lost: more\nhint: signet set changes single items of it; to replace it, remove it first\n"
    );
    assert_eq!(desk.read("app.sealed.yaml"), before);
}

#[test]
fn a_check_of_named_files_is_that_of_a_folder() {
    let desk = Desk::new();
    desk.write("sealed.yaml", fs::read(fixture("sealed.yaml")).expect("a fixture"));
    desk.write("none.yaml", "kind: ConfigMap\n");
    desk.write("chart.yaml", "kind: Deployment\nname: {{ .Values.name }}\n");
    let run = desk.run(&["seal", "--check", "sealed.yaml", "none.yaml", "chart.yaml"], "");
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""), "{}", run.stderr);
}

#[test]
fn a_broken_file_with_a_secret_is_no_other_one() {
    let desk = Desk::new();
    for text in [
        "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"a\"},,}\n",
        "{apiVersion: v1, kind: Secret, metadata: {name: a}, data: {a\n",
        "'kind' : \"Secret\"\ndata: {a\n",
    ] {
        desk.write("app.yaml", text);
        for arguments in [["--check", "."], ["-i", "."]] {
            let run = seal(&desk, &arguments);
            assert_eq!(run.code, Some(3), "{text}: {}", run.stderr);
            assert!(
                run.stderr.contains("app.yaml:") && !run.stderr.contains("sealed 0"),
                "{}",
                run.stderr
            );
        }
    }
}

#[test]
fn metadata_of_sops_do_not_make_plaintext_ciphertext() {
    let desk = Desk::new();
    let head = "apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: team}\n";
    for (rest, code) in [
        ("sops: {}\nstringData: {a: plain}\n", 3),
        ("sops: {mac: x}\nstringData: {a: plain}\n", 3),
        ("sops: {}\nstringData: {a: 'ENC[AES256_GCM,data:x]'}\n", 3),
        ("sops: {mac: x}\nstringData: {a: 'ENC[AES256_GCM,data:x]', b: ''}\n", 0),
    ] {
        desk.write("app.yaml", format!("{head}{rest}"));
        let run = desk.run(&["seal", "--check", "."], "");
        assert_eq!(run.code, Some(code), "{rest}: {}", run.stderr);
    }
}

#[test]
fn what_makes_no_sense_is_refused() {
    let desk = Desk::new();
    desk.write("app.yaml", FILE);
    desk.write("other.yaml", FILE);
    desk.write(
        "list.yaml",
        "apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: Secret}]\n",
    );
    desk.write("broken.yaml", "kind: Secret\ndata: {a\n");
    desk.write("none.yaml", "apiVersion: v1\nkind: ConfigMap\n");
    desk.write("sealed.yaml", fs::read(fixture("sealed.yaml")).expect("a fixture"));
    for (arguments, code, message) in [
        (vec!["-i", "sealed.yaml"], 3, "is sealed already"),
        (vec!["-i", "none.yaml"], 3, "there is no Secret in it"),
        (vec!["-i", "list.yaml"], 3, "kind: is a List"),
        (vec!["-i", "broken.yaml"], 3, "broken.yaml:2:7"),
        (vec!["-i", "."], 3, "broken.yaml:2:7"),
        (vec!["-i", "missing.yaml"], 3, "cannot open missing.yaml"),
        (vec!["-i", "-"], 2, "standard input is no file"),
        (
            vec!["-i", "--name", "x", "app.yaml", "other.yaml"],
            2,
            "--name is one name",
        ),
        (vec!["-i", "-w", "x", "app.yaml"], 2, "cannot be used with"),
        (vec!["-i", "--suffix", "app.yaml"], 2, "cannot be used with"),
        (vec!["--check", "-i", "app.yaml"], 2, "cannot be used with"),
    ] {
        for name in ["app.yaml", "other.yaml"] {
            desk.write(name, FILE);
        }
        let run = seal(&desk, &arguments);
        assert_eq!(run.code, Some(code), "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains(message), "{arguments:?}: {}", run.stderr);
    }
}

#[test]
fn the_hint_is_not_kubeseals() {
    let desk = Desk::new();
    let certificate = fixture("certificate.pem");
    let secret =
        "apiVersion: v1\nkind: Secret\nmetadata: {name: app, namespace: team}\nstringData: {password: s3cr3t}\n";
    assert!(
        desk.succeed(&["seal", "--cert", &certificate], secret)
            .contains("\n    signet.dev/sealing-key: SHA256:")
    );
    let without = desk.succeed(&["seal", "--no-hint", "--cert", &certificate], secret);
    let kubeseals = desk.succeed(&["kubeseal", "-o", "yaml", "--cert", &certificate], secret);
    assert!(!without.contains("signet.dev") && !kubeseals.contains("signet.dev"));
    let text = without_ciphertexts(&without);
    assert!(kubeseals.lines().count() > 3 && text.lines().count() > 3);
}
