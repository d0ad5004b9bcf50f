//! Items that are none, that do not open, or that make no Secret.

use serde_json::{Value, json};

use crate::sealed::sealed;
use crate::situation::Situation;
use crate::steps::edit_sealed;

pub(crate) fn situations() -> Vec<Situation> {
    let beside = |name: &str, items: Value| {
        let new = sealed(json!({"good": "1"})).with(json!({"spec": {"encryptedData": items}}));
        Situation::new(format!("a good item and {name}"), [new.create()])
    };
    let one = |name: &str, new: crate::sealed::Sealed| Situation::new(name, [new.create()]);
    let mut all = vec![
        one("no items", sealed(json!({}))),
        one("an empty value", sealed(json!({"a": ""}))),
        beside("bad base64", json!({"bad": "%%%"})),
        beside("base64 without padding", json!({"bad": "QQ"})),
        beside("base64 with a space", json!({"bad": "QU FB"})),
        beside("an empty ciphertext", json!({"bad": ""})),
        beside("a ciphertext that is too short", json!({"bad": "AgBy"})),
        beside("a ciphertext of nothing", json!({"bad": "AAAA"})),
        beside("two bad ones alike", json!({"bad": "AgBy", "worse": "AgBz"})),
        beside("two bad ones of two kinds", json!({"bad": "AgBy", "worse": "%%%"})),
        beside("two of bad base64", json!({"bad": "%%%", "worse": "A%%%"})),
        beside("null", json!({"bad": null})),
        one("an item with an illegal key", sealed(json!({"a/b": "1"}))),
        one(
            "a key of another cluster",
            sealed(json!({"a": "1"})).sealed_for_another_key(),
        ),
        Situation::new(
            "a key of another cluster, and then of this one",
            [
                sealed(json!({"a": "1"})).sealed_for_another_key().create(),
                sealed(json!({"a": "1"})).replace(),
            ],
        ),
        Situation::new(
            "good, and then for a key of another cluster",
            [
                sealed(json!({"a": "1"})).create(),
                sealed(json!({"a": "2"})).sealed_for_another_key().replace(),
            ],
        ),
        Situation::new(
            "one item is bad, and then another one",
            [
                sealed(json!({"good": "1"}))
                    .with(json!({"spec": {"encryptedData": {"bad": "%%%"}}}))
                    .create(),
                edit_sealed(json!({"spec": {"encryptedData": {"bad": null, "worse": "%%%"}}})),
            ],
        ),
    ];
    all.extend(blobs());
    all
}

/// The deprecated field `data`.
fn blobs() -> Vec<Situation> {
    let secret = || {
        json!({
            "apiVersion": "v1", "kind": "Secret", "type": "example.com/t", "data": {"a": "MQ=="},
            "metadata": {"name": "app", "namespace": "other", "labels": {"l": "1"}, "annotations": {"n": "1"}},
        })
    };
    let blob = |secret: Value| sealed(json!({})).in_one_blob(secret);
    let one = |name: &str, new: crate::sealed::Sealed| Situation::new(name, [new.create()]);
    vec![
        one("a blob", blob(secret())),
        one(
            "a blob with a template",
            blob(secret()).template(json!({"type": "example.com/u", "metadata": {"labels": {"m": "1"}}})),
        ),
        one(
            "a blob with a text",
            blob(secret()).template(json!({"data": {"t": "{{ .a }}"}})),
        ),
        one("a blob for another name", blob(secret()).sealed_for_name("other")),
        one("a blob of another cluster", blob(secret()).sealed_for_another_key()),
        one("a blob that is no Secret", blob(json!("text"))),
        one("a blob that is an empty object", blob(json!({}))),
        one("a blob with stringData", blob(json!({"stringData": {"a": "1"}}))),
        one(
            "a blob and items",
            blob(secret()).with(json!({"spec": {"encryptedData": {"a": "AgBy"}}})),
        ),
        Situation::new(
            "a blob, and then items",
            [blob(secret()).create(), sealed(json!({"b": "1"})).replace()],
        ),
    ]
}
