//! A Secret of somebody else's that is there first.

use serde_json::{Value, json};

use crate::sealed::sealed;
use crate::situation::Situation;
use crate::steps::{
    Step, delete_sealed, delete_secret, edit_sealed, edit_secret, make_owned_secret, make_secret, wait,
};

pub(crate) fn situations() -> Vec<Situation> {
    let mut all = product();
    all.extend(others());
    all
}

/// What the Secret allows × whose it is × what happens next.
fn product() -> Vec<Situation> {
    let annotations = [
        ("a Secret", json!({})),
        ("a managed Secret", json!({MANAGED: "true"})),
        ("a patched Secret", json!({PATCH: "true"})),
        ("a managed and patched Secret", json!({MANAGED: "true", PATCH: "true"})),
    ];
    let mut all = Vec::new();
    for (what, annotations) in annotations {
        for owner in ["nobody", "a bystander", "a controller"] {
            for then in [
                "is sealed over",
                "and then other items",
                "and then its SealedSecret goes",
                "and then goes",
            ] {
                let make = || {
                    of(
                        owner,
                        json!({"metadata": {"annotations": annotations, "labels": {"theirs": "1"}}}),
                    )
                };
                let mut steps = vec![make(), sealed(json!({"a": "1", "b": "1"})).create()];
                steps.extend(next(then));
                all.push(Situation::new(format!("{what} of {owner} {then}"), steps));
            }
        }
    }
    all
}

fn of(owner: &str, more: Value) -> Step {
    match owner {
        "nobody" => make_secret(more),
        owner => make_owned_secret(more, owner == "a controller"),
    }
}

fn next(then: &str) -> Option<Step> {
    match then {
        "and then other items" => Some(sealed(json!({"a": "2", "c": "1"})).replace()),
        "and then its SealedSecret goes" => Some(delete_sealed()),
        "and then goes" => Some(delete_secret()),
        _ => None,
    }
}

fn others() -> Vec<Situation> {
    let new = || sealed(json!({"a": "1"}));
    let with = |annotation: &str, more: Value| {
        let mut secret = json!({"metadata": {"annotations": {}}});
        secret["metadata"]["annotations"][annotation] = json!("true");
        crate::steps::merge(&mut secret, more);
        make_secret(secret)
    };
    let equal = || json!({"stringData": {"a": "1", "theirs": null}});
    vec![
        Situation::new("an equal Secret of nobody", [make_secret(equal()), new().create()]),
        Situation::new("an equal managed Secret", [with(MANAGED, equal()), new().create()]),
        Situation::new("an equal patched Secret", [with(PATCH, equal()), new().create()]),
        Situation::new(
            "managed: TRUE",
            [
                make_secret(json!({"metadata": {"annotations": {MANAGED: "TRUE"}}})),
                new().create(),
            ],
        ),
        Situation::new(
            "patch: yes",
            [
                make_secret(json!({"metadata": {"annotations": {PATCH: "yes"}}})),
                new().create(),
            ],
        ),
        Situation::new(
            "a Secret that becomes managed, and its SealedSecret has other items then",
            [
                make_secret(json!({})),
                new().create(),
                edit_secret(json!({"metadata": {"annotations": {MANAGED: "true"}}})),
                sealed(json!({"a": "2"})).replace(),
            ],
        ),
        Situation::new(
            "a Secret that becomes managed",
            [
                make_secret(json!({})),
                new().create(),
                edit_secret(json!({"metadata": {"annotations": {MANAGED: "true"}}})),
            ],
        ),
        Situation::new(
            "a patched Secret of another type",
            [with(PATCH, json!({"type": "example.com/t"})), new().create()],
        ),
        Situation::new(
            "a patched Secret of another type than is asked for",
            [
                with(PATCH, json!({"type": "example.com/t"})),
                new().template(json!({"type": "example.com/u"})).create(),
            ],
        ),
        Situation::new(
            "a managed Secret of another type",
            [with(MANAGED, json!({"type": "example.com/t"})), new().create()],
        ),
        Situation::new(
            "a managed Secret of the type that is asked for",
            [
                with(MANAGED, json!({"type": "example.com/t"})),
                new().template(json!({"type": "example.com/t"})).create(),
            ],
        ),
        Situation::new(
            "an immutable managed Secret",
            [with(MANAGED, json!({"immutable": true})), new().create()],
        ),
        Situation::new(
            "an immutable patched Secret",
            [with(PATCH, json!({"immutable": true})), new().create()],
        ),
        Situation::new(
            "an immutable Secret of nobody",
            [make_secret(json!({"immutable": true})), new().create()],
        ),
        Situation::new(
            "a managed Secret with a finalizer",
            [
                with(MANAGED, json!({"metadata": {"finalizers": ["example.com/f"]}})),
                new().create(),
            ],
        ),
        Situation::new(
            "a patched Secret gets labels and annotations",
            [
                with(PATCH, json!({"metadata": {"labels": {"theirs": "1", "both": "1"}}})),
                new()
                    .template(json!({"metadata": {"labels": {"ours": "1", "both": "2"}, "annotations": {"ours": "1"}}}))
                    .create(),
            ],
        ),
        Situation::new(
            "a patched Secret loses a label of its SealedSecret",
            [
                with(PATCH, json!({})),
                new().template(json!({"metadata": {"labels": {"ours": "1"}}})).create(),
                edit_sealed(json!({"spec": {"template": {"metadata": {"labels": null}}}})),
            ],
        ),
        Situation::new(
            "a patched Secret is edited, and its SealedSecret has other items then",
            [
                with(PATCH, json!({})),
                new().create(),
                edit_secret(json!({"stringData": {"a": "hand", "by": "hand"}})),
                sealed(json!({"a": "2"})).replace(),
            ],
        ),
        Situation::new(
            "a managed Secret stays managed",
            [
                with(MANAGED, json!({})),
                new()
                    .template(json!({"metadata": {"annotations": {MANAGED: "true"}}}))
                    .create(),
                sealed(json!({"a": "2"}))
                    .template(json!({"metadata": {"annotations": {MANAGED: "true"}}}))
                    .replace(),
            ],
        ),
        Situation::new(
            "a Secret in the way goes, and the SealedSecret has other items then",
            [
                make_secret(json!({})),
                new().create(),
                delete_secret(),
                sealed(json!({"a": "2"})).replace(),
            ],
        ),
        Situation::new(
            "a foreign Secret without owner for a SealedSecret that wants none",
            [
                make_secret(json!({})),
                new()
                    .template(json!({"metadata": {"annotations": {SKIP: "true"}}}))
                    .create(),
                wait(),
            ],
        ),
        Situation::new(
            "a managed Secret for a SealedSecret that wants no owner",
            [
                with(MANAGED, json!({})),
                new()
                    .template(json!({"metadata": {"annotations": {SKIP: "true"}}}))
                    .create(),
            ],
        ),
    ]
}

pub(crate) const MANAGED: &str = "sealedsecrets.bitnami.com/managed";

pub(crate) const PATCH: &str = "sealedsecrets.bitnami.com/patch";

pub(crate) const SKIP: &str = "sealedsecrets.bitnami.com/skip-set-owner-references";
