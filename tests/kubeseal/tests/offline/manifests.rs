use signet_kubeseal_tests::Case;

use crate::{SECRET, seal};

pub(crate) fn cases() -> Vec<Case> {
    [streams(), metadata(), values(), spelling(), malformed()].concat()
}

fn of(name: &str, text: impl AsRef<[u8]>) -> Case {
    seal(name, "").stdin(text)
}

fn streams() -> Vec<Case> {
    let json = r#"{"kind": "Secret", "metadata": {"name": "app", "namespace": "team"}, "data": {"a": "YQ=="}}"#;
    let other = SECRET.replace("app", "other");
    vec![
        of("json", json),
        seal("json-to-yaml", "-o yaml").stdin(json),
        of("json-stream", format!("{json}\n{json}{json}")),
        seal("yaml-stream", "-o yaml").stdin(format!("---\n{SECRET}---\n{other}")),
        of("yaml-stream-to-json", format!("{SECRET}---\n{other}---\n")),
        of("null-documents", format!("null\n---\n{SECRET}---\n---\n~\n")),
        of("comments-alone", format!("# one\n---\n# two\n{SECRET}")),
        of("nothing", ""),
        of("blank", " \n\n"),
        of("empty-object", "{}"),
        of("no-field-of-a-secret", "foo: bar\n"),
        of("scalar", "foo\n"),
        of("sequence", "[]\n"),
        of(
            "config-map",
            SECRET
                .replace("Secret", "ConfigMap")
                .replace("stringData", "data")
                .replace("s3cr3t", "c2VjcmV0"),
        ),
        of(
            "list",
            format!("kind: List\nitems:\n- {}", SECRET.replace('\n', "\n  ")),
        ),
        of("document-marks", format!("%YAML 1.1\n---\n{SECRET}...\n")),
    ]
}

fn metadata() -> Vec<Case> {
    let with = |name: &str, metadata: &str| {
        of(
            name,
            format!("metadata:\n  name: app\n  namespace: team\n{metadata}\nstringData: {{a: b}}\n"),
        )
    };
    vec![
        with("labels", "  labels: {b: c, a: d}"),
        with("annotations", "  annotations: {b: c, a: \"1\"}"),
        seal("annotation-control", "-o yaml")
            .stdin("metadata: {name: app, namespace: team, annotations: {a: \"\\x7f\"}}\nstringData: {a: b}\n"),
        with("finalizers", "  finalizers: [a/b]"),
        with("owners", "  ownerReferences: [{apiVersion: v1, kind: Pod, name: p, uid: u}]"),
        with("generate-name", "  generateName: app-"),
        with("fields-of-the-server", "  uid: u\n  resourceVersion: '1'\n  generation: 3\n  selfLink: /x\n  creationTimestamp: '2026-01-01T00:00:00Z'\n  deletionTimestamp: '2026-01-01T00:00:00Z'\n  deletionGracePeriodSeconds: 3"),
        with("managed-fields", "  managedFields: [{manager: m, operation: Apply, apiVersion: v1, time: '2026-01-01T00:00:00Z', fieldsType: FieldsV1, fieldsV1: {'f:data': {}}}]"),
        with("last-applied", "  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: '{}'\n    kubecfg.ksonnet.io/last-applied-configuration: x\n    keep: me"),
        with("labels-null", "  labels: null\n  annotations:"),
        with("label-scalars", "  labels: {a: 1, b: true, c: 1.50, d: null, e: 0x10}"),
        with("scope-annotation-namespace", "  annotations: {sealedsecrets.bitnami.com/namespace-wide: 'true'}"),
        with("scope-annotation-cluster", "  annotations: {sealedsecrets.bitnami.com/cluster-wide: 'true'}"),
        with("scope-annotation-both", "  annotations: {sealedsecrets.bitnami.com/cluster-wide: 'true', sealedsecrets.bitnami.com/namespace-wide: 'true'}"),
        with("scope-annotation-upper", "  annotations: {sealedsecrets.bitnami.com/cluster-wide: 'TRUE'}"),
        with("scope-annotation-boolean", "  annotations: {sealedsecrets.bitnami.com/cluster-wide: true}"),
        seal("scope-namespace-wide", "--scope namespace-wide"),
        seal("scope-cluster-wide", "--scope cluster-wide"),
        seal("scope-strict", "--scope strict"),
        seal("scope-strict-over-annotation", "--scope strict").stdin(
            "metadata: {name: app, namespace: team, annotations: {sealedsecrets.bitnami.com/cluster-wide: 'true'}}\nstringData: {a: b}\n",
        ),
        seal("scope-flag-over-annotation", "--scope namespace-wide").stdin(
            "metadata: {name: app, namespace: team, annotations: {sealedsecrets.bitnami.com/cluster-wide: 'true'}}\nstringData: {a: b}\n",
        ),
        seal("name", "--name other"),
        seal("name-any", "--name Not_A-Name"),
        of("name-missing", "metadata: {namespace: team}\nstringData: {a: b}\n"),
        seal("name-missing-and-given", "--name other").stdin("metadata: {namespace: team}\nstringData: {a: b}\n"),
        of("type", format!("{SECRET}type: kubernetes.io/tls\n")),
        of("type-empty", format!("{SECRET}type: ''\n")),
        of("immutable", format!("{SECRET}immutable: true\n")),
        of("immutable-not", format!("{SECRET}immutable: false\n")),
        of("immutable-wrong", format!("{SECRET}immutable: yes please\n")),
        with("labels-wrong", "  labels: [a]"),
        of("metadata-wrong", "metadata: x\nstringData: {a: b}\n"),
    ]
}

fn values() -> Vec<Case> {
    let data = |name: &str, data: &str| of(name, format!("metadata: {{name: app, namespace: team}}\n{data}\n"));
    vec![
        data("data", "data: {b: Yg==, a: YQ==}"),
        data("data-binary", "data: {a: AAH/}"),
        data("data-empty-value", "data: {a: ''}"),
        data("data-null-value", "data: {a: null}"),
        data("data-with-line-ends", "data:\n  a: |\n    YWFh\n    YWFh\n"),
        data("data-of-numbers", "data: {a: [104, 105]}"),
        data("data-not-base64", "data: {a: '%%%'}"),
        data("data-not-padded", "data: {a: YQ}"),
        data("data-with-blanks", "data: {a: 'YQ = ='}"),
        data("data-number", "data: {a: 1234}"),
        data("data-sequence", "data: [a]"),
        data("string-data-wins", "data: {a: YQ==, c: Yw==}\nstringData: {a: other}"),
        data(
            "string-data-scalars",
            "stringData: {a: 1, b: true, c: 1.50, d: null, e: 0x1F, f: 0o17, g: 1_000, h: .inf, i: 1e3, j: y, k: 2020-01-01, l: 1:30}",
        ),
        data(
            "string-data-text",
            "stringData: {a: \"line\\nline\\ttab \\u00e9 \\U0001F600\", b: '<>&'}",
        ),
        data(
            "string-data-block",
            "stringData:\n  a: |\n    one\n      two\n  b: >-\n    one\n    two\n",
        ),
        data("string-data-mapping", "stringData: {a: {b: c}}"),
        data("keys-in-order", "stringData: {b.c: x, a-b: x, A: x, _z: x, a: x}"),
        data("key-any", "stringData: {'not a key': x}"),
        data("empty-data", "data: {}"),
        data("no-data", "type: Opaque"),
        seal("empty-data-allowed", "--allow-empty-data").stdin("metadata: {name: app, namespace: team}\n"),
        data("large-value", &format!("stringData: {{a: {}}}", "x".repeat(100_000))),
        data("anchors", "stringData: {a: &x one, b: *x}"),
        data("merge-keys", "x: &x {a: one}\nstringData: {<<: *x, b: two}"),
        data("key-twice", "stringData: {a: one, a: two}"),
    ]
}

fn spelling() -> Vec<Case> {
    vec![
        of(
            "case-of-fields",
            SECRET
                .replace("metadata", "MetaData")
                .replace("stringData", "STRINGDATA"),
        ),
        of("name-number", SECRET.replace("name: app", "name: 0123")),
        of("namespace-boolean", SECRET.replace("namespace: team", "namespace: n")),
        of("key-boolean", SECRET.replace("password", "on")),
        of("key-number", SECRET.replace("password", "0x10")),
        of("byte-order-mark", format!("\u{feff}{SECRET}")),
        of("carriage-returns", SECRET.replace('\n', "\r\n")),
        of(
            "json-in-yaml",
            "metadata: {\"name\": \"app\", \"namespace\": \"team\"}\nstringData: {\"a\": \"b\"}\n",
        ),
        of(
            "json-key-twice",
            r#"{"metadata": {"name": "app", "namespace": "team"}, "stringData": {"a": "1", "a": "2"}}"#,
        ),
        of(
            "json-scalars",
            r#"{"metadata": {"name": "app", "namespace": "team"}, "stringData": {"a": 1, "b": true, "c": 1.50}}"#,
        ),
        of(
            "json-behind-marks",
            "---\n{\"metadata\": {\"name\": \"app\", \"namespace\": \"team\"}, \"data\": {\"a\": \"YQ==\"}}\n",
        ),
        of("unknown-fields", format!("{SECRET}foo: {{bar: [1]}}\n")),
        of(
            "template-as-text",
            SECRET.replace("s3cr3t", "\"{{ .Values.password }}\""),
        ),
    ]
}

fn malformed() -> Vec<Case> {
    let json = r#"{"metadata": {"name": "app", "namespace": "team"}, "data": {"a": "YQ=="}}"#;
    vec![
        of("yaml-malformed", "metadata: {name: app\n"),
        of("yaml-malformed-behind-good", format!("{SECRET}---\na: b: c\n")),
        of("yaml-malformed-before-good", format!("a: b: c\n---\n{SECRET}")),
        of("yaml-tabs", SECRET.replace("metadata: {", "metadata:\n\t{")),
        of("yaml-template", SECRET.replace("s3cr3t", "{{ .Values.password }}")),
        of(
            "yaml-helm",
            format!("{{{{- if .Values.x }}}}\n{SECRET}{{{{- end }}}}\n"),
        ),
        of("json-malformed", "{\"metadata\": "),
        of("json-malformed-behind-one", format!("{json} {{\"metadata\": ")),
        of("json-malformed-behind-two", format!("{json}{json} {{\"a\": ]")).hangs(),
        of("utf-16", [0xff, 0xfe, b'a', 0]),
        of(
            "not-utf-8",
            b"metadata: {name: app, namespace: team}\nstringData: {a: \"\xff\"}\n",
        ),
        of(
            "second-fails",
            format!("{SECRET}---\nmetadata: {{name: web, namespace: team}}\n"),
        ),
    ]
}
