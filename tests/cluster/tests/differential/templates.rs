//! What a template makes of the items.

use serde_json::{Value, json};

use crate::sealed::sealed;
use crate::situation::Situation;
use crate::steps::edit_sealed;

pub(crate) fn situations() -> Vec<Situation> {
    let with = |name: &str, template: Value| {
        let new = sealed(json!({"a": "1", "b-c": "2", "json": "{\"x\": [1, 2]}"}));
        Situation::new(format!("a template: {name}"), [new.template(template).create()])
    };
    let data = |name: &str, data: Value| with(name, json!({"data": data}));
    let mut all = vec![
        with("an empty template", json!({})),
        with("template metadata: null", json!({"metadata": null})),
        with("labels", json!({"metadata": {"labels": {"l": "1", "empty": ""}}})),
        with(
            "annotations",
            json!({"metadata": {"annotations": {"n": "1", "empty": ""}}}),
        ),
        with("a finalizer", json!({"metadata": {"finalizers": ["example.com/f"]}})),
        with(
            "another name and namespace",
            json!({"metadata": {"name": "other", "namespace": "other"}}),
        ),
        with("generateName", json!({"metadata": {"generateName": "other-"}})),
        with(
            "an unknown field of metadata",
            json!({"metadata": {"unknown": {"deep": [1, null]}}}),
        ),
        with(
            "a creationTimestamp",
            json!({"metadata": {"creationTimestamp": "2020-01-01T00:00:00Z"}}),
        ),
        with(
            "creationTimestamp: null",
            json!({"metadata": {"creationTimestamp": null}}),
        ),
        with(
            "a uid",
            json!({"metadata": {"uid": "71f6e1b5-4a83-4e0c-a0a7-4d6b3a8f0c55"}}),
        ),
        with("a resourceVersion", json!({"metadata": {"resourceVersion": "1"}})),
        with(
            "an owner",
            json!({"metadata": {"ownerReferences": [
                {"apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": "71f6e1b5-4a83-4e0c-a0a7-4d6b3a8f0c55"},
            ]}}),
        ),
        with(
            "an illegal label",
            json!({"metadata": {"labels": {"l": "not a label"}}}),
        ),
        with(
            "an illegal annotation",
            json!({"metadata": {"annotations": {"a b": "1"}}}),
        ),
        with("type Opaque", json!({"type": "Opaque"})),
        with("a type", json!({"type": "example.com/t"})),
        with("an empty type", json!({"type": ""})),
        with(
            "a type with items that are not there",
            json!({"type": "kubernetes.io/tls"}),
        ),
        with("immutable", json!({"immutable": true})),
        with("immutable: false", json!({"immutable": false})),
        data("a text", json!({"t": "text"})),
        data("an item", json!({"t": "<{{ .a }}>"})),
        data("an item with a dash", json!({"t": "{{ index . \"b-c\" }}"})),
        data("an item that is not there", json!({"t": "{{ .nothing }}"})),
        data("a template of the name of an item", json!({"a": "template {{ .a }}"})),
        data("a template of another one", json!({"s": "{{ .a }}", "t": "{{ .s }}"})),
        data("null", json!({"a": null, "t": "{{ .a }}"})),
        data("null alone", json!({"t": null})),
        data("an empty text", json!({"t": ""})),
        data(
            "functions",
            json!({"t": "{{ .a | b64enc | upper | quote }} {{ toJson (fromJson .json).x }}"}),
        ),
        data(
            "control flow",
            json!({"t": "{{ range $i, $e := list 1 2 3 }}{{ if $i }},{{ end }}{{ $e }}{{ end }}"}),
        ),
        data("a text that does not parse", json!({"t": "{{ .a"})),
        data("a dash that does not parse", json!({"t": "{{ .b-c }}"})),
        data("an unknown function", json!({"t": "{{ nothing .a }}"})),
        data("a forbidden function", json!({"t": "{{ env \"HOME\" }}"})),
        data("a function that fails", json!({"t": "{{ fail \"on purpose\" }}"})),
        data("a function that fails with a value", json!({"t": "{{ fail .a }}"})),
        data("a wrong type", json!({"t": "{{ add 1 .a }} {{ index .a 5 }}"})),
        data("a required item", json!({"t": "{{ required \"b is required\" .b }}"})),
        data("a good and a failing text", json!({"good": "{{ .a }}", "bad": "{{ .a"})),
        data(
            "two texts that fail alike",
            json!({"s": "{{ nothing }}", "t": "{{ nothing }}"}),
        ),
        data("an illegal key", json!({"a/b": "1"})),
    ];
    all.extend([
        Situation::new(
            "no items but a text",
            [sealed(json!({})).template(json!({"data": {"t": "text"}})).create()],
        ),
        Situation::new(
            "an item that does not open and a text",
            [sealed(json!({"a": "1"}))
                .sealed_for_name("other")
                .template(json!({"data": {"t": "text"}}))
                .create()],
        ),
        Situation::new(
            "a failing text is put right",
            [
                sealed(json!({"a": "1"}))
                    .template(json!({"data": {"t": "{{ .a"}}))
                    .create(),
                edit_sealed(json!({"spec": {"template": {"data": {"t": "{{ .a }}"}}}})),
            ],
        ),
        Situation::new(
            "a good text is made a failing one",
            [
                sealed(json!({"a": "1"}))
                    .template(json!({"data": {"t": "{{ .a }}"}}))
                    .create(),
                edit_sealed(json!({"spec": {"template": {"data": {"t": "{{ .a"}}}})),
            ],
        ),
        Situation::new(
            "a failing text becomes another one",
            [
                sealed(json!({"a": "1"}))
                    .template(json!({"data": {"t": "{{ .a"}}))
                    .create(),
                edit_sealed(json!({"spec": {"template": {"data": {"t": null, "u": "{{ nothing }}"}}}})),
            ],
        ),
    ]);
    all
}
