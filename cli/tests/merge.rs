//! kubeseal `--merge-into`: the file has the items too, or is as it was.

mod program;

use program::{Desk, Run, fixture};

const SECRET: &str = "kind: Secret\nmetadata: {name: other, namespace: other, labels: {new: '1'}, annotations: {note: x}}\nstringData: {added: s3cr3t}\n";

fn merge(desk: &Desk, arguments: &[&str], input: &str) -> Run {
    let certificate = fixture("certificate.pem");
    desk.run(
        &[
            &["kubeseal", "--cert", &certificate, "--merge-into", "target"],
            arguments,
        ]
        .concat(),
        input,
    )
}

fn opened(desk: &Desk) -> String {
    desk.succeed(&["unseal", "--key", &fixture("key.pem"), "-o", "yaml", "target"], "")
}

/// A target with one item, in a scope.
fn desk(scope: &str, format: &str) -> Desk {
    let desk = Desk::new();
    let secret = "kind: Secret\nmetadata: {name: app, namespace: team}\nstringData: {old: '1'}\n";
    let sealed = desk.succeed(
        &[
            "kubeseal",
            "--cert",
            &fixture("certificate.pem"),
            "--scope",
            scope,
            "-o",
            format,
        ],
        secret,
    );
    desk.write("target", sealed);
    desk
}

#[test]
fn items_labels_and_annotations_are_added_in_the_scope_of_the_file() {
    for scope in ["strict", "namespace-wide", "cluster-wide"] {
        for format in ["json", "yaml"] {
            let desk = desk(scope, format);
            let run = merge(&desk, &["-o", if format == "json" { "yaml" } else { "json" }], SECRET);
            assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (Some(0), "", ""));
            assert_eq!(desk.read("target").starts_with('{'), format == "json");
            let opened = opened(&desk);
            for line in [
                "added: czNjcjN0",
                "old: MQ==",
                "new: \"1\"",
                "note: x",
                "name: app",
                "namespace: team",
            ] {
                assert!(opened.contains(line), "{scope} {format} {line}: {opened}");
            }
        }
    }
}

#[test]
fn what_the_file_has_not_is_made() {
    let desk = Desk::new();
    for target in [
        "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: app, namespace: team}\nspec: {}\n",
        "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: app, namespace: team}\n",
        "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: app, namespace: team}\nspec: {encryptedData: null, template: null}\n",
        "{\"apiVersion\": \"bitnami.com/v1alpha1\", \"kind\": \"SealedSecret\", \"metadata\": {\"name\": \"app\", \"namespace\": \"team\"}, \"spec\": {\"template\": {\"metadata\": null}}}\n",
    ] {
        desk.write("target", target);
        let run = merge(&desk, &[], SECRET);
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{target}");
        assert!(opened(&desk).contains("added: czNjcjN0"));
    }
}

#[test]
fn what_cannot_be_merged_leaves_the_file_as_it_was() {
    let sealed = desk("strict", "yaml").read("target");
    let cases: [(&str, &[&str], &str, &str); 9] = [
        (
            &sealed,
            &["--scope", "cluster-wide"],
            SECRET,
            "the file's items are sealed strict",
        ),
        (&sealed, &[], "", "no secrets found"),
        (&sealed, &[], "metadata: {name: app}\n", "secret.data is empty"),
        (&sealed, &[], "a: b: c\n", "stdin:1:5"),
        (&sealed, &[], &format!("{SECRET}---\n{SECRET}"), "more than one Secret"),
        ("", &[], SECRET, "target must hold exactly one SealedSecret"),
        ("a: b: c\n", &[], SECRET, "target:1:5"),
        ("kind: Secret\n", &[], SECRET, "target:1:1: is no SealedSecret"),
        (
            &format!("{sealed}---\n{sealed}"),
            &[],
            SECRET,
            "target must hold exactly one",
        ),
    ];
    for (target, arguments, input, message) in cases {
        let desk = Desk::new();
        desk.write("target", target);
        let run = merge(&desk, arguments, input);
        assert_eq!(run.code, Some(1), "{message}");
        assert!(
            run.stderr.contains(message) && !run.stderr.contains("s3cr3t"),
            "{}",
            run.stderr
        );
        assert_eq!(desk.read("target"), target);
        assert_eq!(desk.names(), ["target"]);
    }
}

#[test]
fn the_same_scope_may_be_said() {
    let desk = desk("namespace-wide", "yaml");
    assert_eq!(merge(&desk, &["--scope", "namespace-wide"], SECRET).code, Some(0));
    assert!(opened(&desk).contains("added: czNjcjN0"));
}

#[test]
fn an_item_of_the_same_key_is_replaced() {
    let desk = desk("strict", "yaml");
    assert_eq!(merge(&desk, &[], &SECRET.replace("added", "old")).code, Some(0));
    let opened = opened(&desk);
    assert!(opened.contains("old: czNjcjN0") && !opened.contains("MQ=="));
}
