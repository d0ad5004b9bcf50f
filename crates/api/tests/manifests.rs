//! Manifests as kubeseal reads them, and as strict reading refuses them.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on is a failed test"
)]

use signet_api::{ManifestError, Reading, SealedSecret, Secret};
use signet_document::{Limits, write_json, write_yaml};

fn secret(text: &str, reading: Reading) -> Result<Secret, ManifestError> {
    let document = signet_document::read(text.as_bytes(), &Limits::default())
        .next()
        .expect("a document");
    Secret::from_document(&document.expect("well-formed"), reading)
}

fn sealed(text: &str) -> Result<SealedSecret, ManifestError> {
    let document = signet_document::read(text.as_bytes(), &Limits::default())
        .next()
        .expect("a document");
    SealedSecret::from_document(&document.expect("well-formed"), Reading::Strict)
}

/// A manifest with `fields` after its head.
fn manifest(fields: &str) -> String {
    format!("apiVersion: v1\nkind: Secret\nmetadata:\n  name: app\n{fields}")
}

#[test]
fn string_data_wins_over_data() {
    let text = manifest(
        "data: {a: YQ==, b: Yg==}\nstringData: {b: plain, c: \"\"}\ntype: kubernetes.io/tls\nimmutable: true\n",
    );
    for reading in [Reading::AsKubeseal, Reading::Strict] {
        let secret = secret(&text, reading).expect("a Secret");
        let items: Vec<_> = secret
            .data
            .iter()
            .map(|(key, value)| (key.as_str(), value.expose()))
            .collect();
        assert_eq!(items, [("a", &b"a"[..]), ("b", b"plain"), ("c", b"")]);
        assert_eq!(
            (secret.effective_type(), secret.immutable),
            ("kubernetes.io/tls", Some(true))
        );
    }
}

/// Each value was printed by kubeseal 0.40 (sealed and opened again).
#[test]
fn scalars_as_kubeseal_reads_them_and_where_strict_reading_refuses_them() {
    for (written, read) in [
        ("0123", "83"),
        ("y", "true"),
        ("n", "false"),
        ("1.50", "1.5"),
        ("1e3", "1000"),
        ("0x1F", "31"),
        ("0o17", "15"),
        ("1_000", "1000"),
        (".inf", "+Inf"),
        ("null", ""),
    ] {
        let text = manifest(&format!("stringData:\n  item: {written}\n"));
        assert_eq!(
            secret(&text, Reading::AsKubeseal).expect("a Secret").data["item"].expose(),
            read.as_bytes(),
            "{written}"
        );
        let error = secret(&text, Reading::Strict).expect_err("an error");
        assert_eq!(error.position().to_string(), "6:9", "{written}");
        let shown = error.to_string();
        assert!(
            shown.starts_with("stringData.item: reads as ")
                && !written.chars().any(|c| c.is_ascii_digit() && shown.contains(c)),
            "{shown}"
        );
        assert_eq!(error.hint().as_deref(), Some("put it in quotes: item: \"...\""));
    }
    for written in ["2020-01-01", "1:30", "\"0123\"", "'y'", "plain"] {
        let text = manifest(&format!("stringData:\n  item: {written}\n"));
        let expected = written.trim_matches(['"', '\'']);
        assert_eq!(
            secret(&text, Reading::Strict).expect("a Secret").data["item"].expose(),
            expected.as_bytes()
        );
    }
}

#[test]
fn names_and_labels_are_read_like_values() {
    let text = "apiVersion: v1\nkind: Secret\nmetadata: {name: 0123, namespace: n, labels: {on: off}}\ndata: {}\n";
    let read = secret(text, Reading::AsKubeseal).expect("a Secret");
    assert_eq!((read.name(), read.namespace()), ("83", "false"));
    assert_eq!(read.metadata.labels.expect("labels")["true"], "false");
    assert!(secret(text, Reading::Strict).is_err());
}

#[test]
fn data_in_the_forms_that_go_takes() {
    let text = manifest("data: {a: [115, 51], b: null, c: \"YQ==\\n\"}\n");
    let read = secret(&text, Reading::AsKubeseal).expect("a Secret");
    assert_eq!(
        (
            read.data["a"].expose(),
            read.data["b"].expose(),
            read.data["c"].expose()
        ),
        (&b"s3"[..], &b""[..], &b"a"[..])
    );
}

/// Field names in another case, repeated keys and other kinds pass kubeseal and are refused in strict reading.
#[test]
fn what_kubeseal_takes_without_a_word() {
    for (text, shown) in [
        (
            manifest("Data: {a: YQ==}\n"),
            "Data: is not known; only its case differs from data",
        ),
        (
            manifest("data: {a: YQ==, a: YQ==}\n"),
            "data.a: stands twice, first at 5:8",
        ),
        (
            manifest("stringDate: {a: b}\ndata: {a: YQ==}\n"),
            "stringDate: is not known in a Secret",
        ),
        (
            manifest("data: {on: YQ==}\n"),
            "data.true: is a key that stands there as a boolean or a number and reads as another text",
        ),
        (
            manifest("data: {a: YQ==}\n").replace("Secret", "ConfigMap"),
            "kind: is not Secret",
        ),
        (
            manifest("data: {a: YQ==}\n").replace("v1", "v2"),
            "apiVersion: is not v1",
        ),
    ] {
        assert!(secret(&text, Reading::AsKubeseal).is_ok(), "{text}");
        assert_eq!(secret(&text, Reading::Strict).expect_err("an error").to_string(), shown);
    }
}

#[test]
fn what_neither_takes() {
    for (fields, shown) in [
        ("data: {a: canary!}\n", "data.a: illegal base64 data at input byte 6"),
        ("data: {a: 1}\n", "data.a: must be base64 text, is an integer"),
        ("data: {a: {b: c}}\n", "data.a: must be base64 text, is a mapping"),
        ("data: {a: [256]}\n", "data.a: is not a byte from 0 to 255"),
        ("data: {a: [canary]}\n", "data.a: is not a byte from 0 to 255"),
        ("data: [canary]\n", "data: must be a mapping, is a sequence"),
        ("data: canary\n", "data: must be a mapping, is a text"),
        (
            "stringData: {a: [canary]}\n",
            "stringData.a: must be text, is a sequence",
        ),
        ("immutable: \"canary\"\n", "immutable: must be a boolean, is a text"),
        ("type: [canary]\n", "type: must be text, is a sequence"),
    ] {
        for reading in [Reading::AsKubeseal, Reading::Strict] {
            let error = secret(&manifest(fields), reading).expect_err("an error");
            assert_eq!(
                (error.to_string().as_str(), error.position().line),
                (shown, 5),
                "{fields}"
            );
        }
    }
    for (text, shown) in [
        ("[1]", "document: must be a mapping, is a sequence"),
        ("canary", "document: must be a mapping, is a text"),
        (
            "apiVersion: v1\nkind: Secret\nmetadata: [canary]\n",
            "metadata: must be a mapping, is a sequence",
        ),
        (
            "apiVersion: v1\nkind: Secret\nmetadata: {labels: [canary]}\n",
            "metadata.labels: must be a mapping, is a sequence",
        ),
        (
            "apiVersion: v1\nkind: Secret\nmetadata: {name: {a: canary}}\n",
            "metadata.name: must be text, is a mapping",
        ),
        (
            "apiVersion: v1\nkind: Secret\nmetadata: {finalizers: canary}\n",
            "metadata: is malformed",
        ),
    ] {
        assert_eq!(secret(text, Reading::Strict).expect_err("an error").to_string(), shown);
    }
}

#[test]
fn sealed_secrets_keep_bad_items_and_refuse_bad_shapes() {
    let head = "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: app, namespace: team}\n";
    let read = sealed(&format!(
        "{head}spec: {{encryptedData: {{a: AgB, b: 1, c: null}}, template: {{data: {{x: null, z: text}}}}}}\n"
    ));
    let spec = read.expect("a SealedSecret").spec;
    assert_eq!(
        spec.encrypted_data,
        [("a", "AgB"), ("b", ""), ("c", "")]
            .map(|(key, text)| (key.into(), text.into()))
            .into()
    );
    assert_eq!(spec.template.expect("a template").data.expect("items")["x"], None);
    for spec in [
        "spec: [1]",
        "spec: {encryptedData: text}",
        "spec: {encryptedData: {}, template: {data: {x: [1]}}}",
        "spec: {template: 1}",
    ] {
        assert!(sealed(&format!("{head}{spec}\n")).is_err(), "{spec}");
    }
    assert!(sealed("apiVersion: v1\nkind: Secret\n").is_err());
}

/// The layout of kubeseal 0.40's output.
#[test]
fn output_in_kubeseals_layout() {
    let text = "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: app, namespace: team, annotations: {}}\n\
                spec: {encryptedData: {b: AgB, a: AgA}, template: {metadata: {name: app, namespace: team, labels: {x: <y>}, creationTimestamp: null}, type: Opaque}}\n";
    let node = sealed(text).expect("a SealedSecret").to_node();
    assert_eq!(
        *write_json(&node),
        r#"{
  "kind": "SealedSecret",
  "apiVersion": "bitnami.com/v1alpha1",
  "metadata": {
    "name": "app",
    "namespace": "team"
  },
  "spec": {
    "template": {
      "metadata": {
        "name": "app",
        "namespace": "team",
        "labels": {
          "x": "\u003cy\u003e"
        }
      },
      "type": "Opaque"
    },
    "encryptedData": {
      "a": "AgA",
      "b": "AgB"
    }
  }
}
"#
    );
    let yaml = "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata:\n  name: app\n  namespace: team\nspec:\n  encryptedData:\n    a: AgA\n    b: AgB\n  \
                template:\n    metadata:\n      labels:\n        x: <y>\n      name: app\n      namespace: team\n    type: Opaque\n";
    assert_eq!(*write_yaml(&node), yaml);
}

/// Go writes the fields of a struct in their order in the struct, whatever the letters say.
#[test]
fn lists_in_metadata_keep_gos_order() {
    let text = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: app\n  ownerReferences: [{uid: u, name: owner, kind: k, apiVersion: v1, controller: true}]\n  \
                managedFields: [{fieldsV1: {}, fieldsType: FieldsV1, time: \"2026-01-01T00:00:00Z\", apiVersion: v1, operation: Update, manager: m}]\n";
    let node = secret(text, Reading::Strict).expect("a Secret").to_node();
    let keys: Vec<String> = write_json(&node)
        .lines()
        .filter_map(|line| {
            line.trim()
                .strip_prefix('"')?
                .split_once('"')
                .map(|(key, _)| key.to_owned())
        })
        .skip_while(|key| key != "ownerReferences")
        .collect();
    let owner = ["ownerReferences", "apiVersion", "kind", "name", "uid", "controller"];
    let managed = [
        "managedFields",
        "manager",
        "operation",
        "apiVersion",
        "time",
        "fieldsType",
        "fieldsV1",
    ];
    assert_eq!(keys, [&owner[..], &managed[..]].concat());
}

/// What would be a Secret without some of its items, whoever reads it.
#[test]
fn fields_that_go_merges_are_refused() {
    let head = r#"{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "app"}, "#;
    for (fields, shown) in [
        (
            r#""data": {"x": "eA=="}, "data": {"y": "eQ=="}}"#,
            "data: stands twice, first at 1:69",
        ),
        (
            r#""data": {"x": "eA=="}, "Data": {"y": "eQ=="}}"#,
            "Data: is not known; only its case differs from data",
        ),
        (
            r#""Data": {"x": "eA=="}, "data": {"y": "eQ=="}}"#,
            "Data: is not known; only its case differs from data",
        ),
        (
            r#""Data": {"x": "eA=="}, "DATA": {"y": "eQ=="}}"#,
            "Data: is not known; only its case differs from data",
        ),
    ] {
        let text = format!("{head}{fields}");
        assert_eq!(
            secret(&text, Reading::AsKubeseal).expect_err("an error").to_string(),
            shown,
            "{text}"
        );
        assert!(secret(&text, Reading::Strict).is_err());
    }
    let yaml = manifest("data: {x: eA==}\ndata: {y: eQ==}\n");
    assert_eq!(secret(&yaml, Reading::AsKubeseal).expect("the last one").data.len(), 1);
}
