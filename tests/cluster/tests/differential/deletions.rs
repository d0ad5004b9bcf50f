//! Secrets and SealedSecrets that are deleted.

use serde_json::{Value, json};

use crate::existing::{MANAGED, PATCH, SKIP};
use crate::sealed::{Sealed, sealed};
use crate::situation::Situation;
use crate::steps::{Step, delete_sealed, delete_secret, make_secret, orphan_secret};

pub(crate) fn situations() -> Vec<Situation> {
    let templates = [
        ("of a plain template", json!({})),
        ("that says managed", json!({MANAGED: "true"})),
        ("that says patch", json!({PATCH: "true"})),
        ("that has no owner", json!({SKIP: "true"})),
        (
            "that says managed and has no owner",
            json!({MANAGED: "true", SKIP: "true"}),
        ),
        ("that says patch and has no owner", json!({PATCH: "true", SKIP: "true"})),
    ];
    let mut all = Vec::new();
    for (what, annotations) in templates {
        for (then, steps) in ends() {
            let new = of(annotations.clone()).create();
            let steps: Vec<_> = std::iter::once(new).chain(steps(&annotations)).collect();
            all.push(Situation::new(format!("a Secret {what} {then}"), steps));
        }
    }
    all
}

type Ends = [(&'static str, fn(&Value) -> Vec<Step>); 7];

fn ends() -> Ends {
    [
        ("is made", |_| vec![]),
        ("is deleted", |_| vec![delete_secret()]),
        ("loses its SealedSecret", |_| vec![delete_sealed()]),
        ("is left by its SealedSecret", |_| vec![orphan_secret()]),
        ("is left by its SealedSecret, which comes anew", |annotations| {
            vec![orphan_secret(), of(annotations.clone()).create()]
        }),
        ("gets other items", |annotations| {
            vec![
                sealed(json!({"a": "2"}))
                    .template(json!({"metadata": {"annotations": annotations}}))
                    .replace(),
            ]
        }),
        ("is deleted after its SealedSecret, and made by somebody else", |_| {
            vec![orphan_secret(), delete_secret(), make_secret(json!({}))]
        }),
    ]
}

fn of(annotations: Value) -> Sealed {
    sealed(json!({"a": "1"})).template(json!({"metadata": {"annotations": annotations}}))
}
