//! Changes of a SealedSecret, and of the Secret that was made of it.

use serde_json::{Value, json};

use crate::sealed::sealed;
use crate::situation::Situation;
use crate::steps::{edit_sealed, edit_secret};

pub(crate) fn situations() -> Vec<Situation> {
    let mut all = by_hand();
    all.extend(of_sealed());
    all
}

/// What is done to the Secret × what becomes of the SealedSecret after that.
fn by_hand() -> Vec<Situation> {
    let edits = [
        ("a value", json!({"stringData": {"a": "hand"}})),
        ("one more item", json!({"stringData": {"by": "hand"}})),
        ("an item that goes", json!({"data": {"a": null}})),
        ("a label", json!({"metadata": {"labels": {"by": "hand"}}})),
        ("an annotation", json!({"metadata": {"annotations": {"by": "hand"}}})),
        ("no owner", json!({"metadata": {"ownerReferences": null}})),
        ("immutable", json!({"immutable": true})),
        (
            "immutable with another value",
            json!({"immutable": true, "stringData": {"a": "hand"}}),
        ),
        ("a finalizer", json!({"metadata": {"finalizers": ["example.com/f"]}})),
        (
            "patch",
            json!({"metadata": {"annotations": {"sealedsecrets.bitnami.com/patch": "true"}}, "stringData": {"by": "hand"}}),
        ),
    ];
    let new = || sealed(json!({"a": "1", "b": "1"})).template(json!({"metadata": {"labels": {"l": "1"}}}));
    let mut all = Vec::new();
    for (what, edit) in edits {
        let steps = || vec![new().create(), edit_secret(edit.clone())];
        all.push(Situation::new(format!("the Secret gets {what} by hand"), steps()));
        let mut left = vec![
            new()
                .with(json!({"metadata": {"annotations": {HEAL: "false"}}}))
                .create(),
        ];
        left.extend(steps().into_iter().skip(1));
        all.push(Situation::new(
            format!("the Secret gets {what} by hand, and is to be left so"),
            left,
        ));
        let mut changed = steps();
        changed.push(
            sealed(json!({"a": "2", "b": "1"}))
                .template(json!({"metadata": {"labels": {"l": "1"}}}))
                .replace(),
        );
        all.push(Situation::new(
            format!("the Secret gets {what} by hand, and the SealedSecret another item"),
            changed,
        ));
    }
    all
}

/// Each change of the SealedSecret alone.
fn of_sealed() -> Vec<Situation> {
    let template = json!({"type": "example.com/t", "metadata": {"labels": {"l": "1"}, "annotations": {"n": "1"}}});
    let patched = |what: &str, patch: Value| {
        let new = sealed(json!({"a": "1", "b": "1"})).template(template.clone()).create();
        Situation::new(format!("the SealedSecret gets {what}"), [new, edit_sealed(patch)])
    };
    let spec = |template: Value| json!({"spec": {"template": template}});
    let replaced = |what: &str, items: Value| {
        let new = sealed(json!({"a": "1", "b": "1"})).create();
        Situation::new(format!("the SealedSecret gets {what}"), [new, sealed(items).replace()])
    };
    vec![
        replaced("another value", json!({"a": "2", "b": "1"})),
        replaced("one more item", json!({"a": "1", "b": "1", "c": "1"})),
        replaced("one item less", json!({"a": "1"})),
        replaced("no items", json!({})),
        replaced("the same values sealed anew", json!({"a": "1", "b": "1"})),
        patched(
            "another label",
            spec(json!({"metadata": {"labels": {"l": null, "m": "1"}}})),
        ),
        patched(
            "another annotation",
            spec(json!({"metadata": {"annotations": {"n": "2"}}})),
        ),
        patched("no template", json!({"spec": {"template": null}})),
        patched("another type", spec(json!({"type": "example.com/u"}))),
        patched("no type", spec(json!({"type": null}))),
        patched("immutable", spec(json!({"immutable": true}))),
        patched(
            "a finalizer",
            spec(json!({"metadata": {"finalizers": ["example.com/f"]}})),
        ),
        patched("a label of its own", json!({"metadata": {"labels": {"its": "own"}}})),
        patched(
            "an annotation of its own",
            json!({"metadata": {"annotations": {"its": "own"}}}),
        ),
        patched(
            "no owner in the Secret",
            spec(json!({"metadata": {"annotations": {crate::existing::SKIP: "true"}}})),
        ),
        patched(
            "managed",
            spec(json!({"metadata": {"annotations": {crate::existing::MANAGED: "true"}}})),
        ),
        patched(
            "an item that does not open",
            json!({"spec": {"encryptedData": {"b": "AgBy"}}}),
        ),
        Situation::new(
            "what is immutable gets another value",
            [
                sealed(json!({"a": "1"})).template(json!({"immutable": true})).create(),
                sealed(json!({"a": "2"})).template(json!({"immutable": true})).replace(),
            ],
        ),
        Situation::new(
            "what is immutable gets a label",
            [
                sealed(json!({"a": "1"})).template(json!({"immutable": true})).create(),
                edit_sealed(spec(json!({"metadata": {"labels": {"l": "1"}}}))),
            ],
        ),
        Situation::new(
            "what is immutable is so no more",
            [
                sealed(json!({"a": "1"})).template(json!({"immutable": true})).create(),
                edit_sealed(spec(json!({"immutable": false}))),
            ],
        ),
        Situation::new(
            "an item that does not open is put right",
            [
                sealed(json!({"a": "1"}))
                    .with(json!({"spec": {"encryptedData": {"b": "AgBy"}}}))
                    .create(),
                sealed(json!({"a": "1", "b": "1"})).replace(),
            ],
        ),
    ]
}

const HEAL: &str = "signet.dev/heal";
