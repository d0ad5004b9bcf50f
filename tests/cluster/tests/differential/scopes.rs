//! What ciphertexts are bound to, and what the SealedSecret says that they are.

use serde_json::{Value, json};
use signet_api::Scope;

use crate::sealed::{Sealed, sealed};
use crate::situation::Situation;
use crate::steps::{edit_sealed, wait};

pub(crate) fn situations() -> Vec<Situation> {
    let mut all = Vec::new();
    for (declared, declares) in SCOPES {
        let new = || sealed(json!({"a": "1", "b": "1"})).scope(declared);
        let places: [(&str, Sealed); 3] = [
            ("here", new()),
            ("under another name", new().sealed_for_name("other")),
            ("in another namespace", new().sealed_for_namespace("other")),
        ];
        for (place, new) in places {
            all.push(Situation::new(format!("{declares}, sealed {place}"), [new.create()]));
        }
        for (bound, binds) in SCOPES.into_iter().filter(|(bound, _)| *bound != declared) {
            let wrong = || new().sealed_for(bound).create();
            all.push(Situation::new(format!("{declares}, sealed {binds}"), [wrong()]));
            all.push(Situation::new(
                format!("{declares}, sealed {binds}, and the annotation put right"),
                [wrong(), edit_sealed(annotate(bound))],
            ));
            all.push(Situation::new(
                format!("{declares}, sealed so, and the annotation made {binds}"),
                [new().create(), edit_sealed(annotate(bound)), wait()],
            ));
        }
    }
    let annotated = |name: &str, scope: Scope, annotations: Value| {
        let new = sealed(json!({"a": "1"}))
            .sealed_for(scope)
            .with(json!({"metadata": {"annotations": annotations}}));
        Situation::new(name, [new.create()])
    };
    all.extend([
        annotated("cluster-wide: True", Scope::ClusterWide, json!({CLUSTER: "True"})),
        annotated("namespace-wide: 1", Scope::NamespaceWide, json!({NAMESPACE: "1"})),
        annotated(
            "both scopes, sealed cluster-wide",
            Scope::ClusterWide,
            json!({CLUSTER: "true", NAMESPACE: "true"}),
        ),
        annotated(
            "both scopes, sealed namespace-wide",
            Scope::NamespaceWide,
            json!({CLUSTER: "true", NAMESPACE: "true"}),
        ),
        Situation::new(
            "the scope in the template alone",
            [sealed(json!({"a": "1"}))
                .sealed_for(Scope::ClusterWide)
                .template(json!({"metadata": {"annotations": {CLUSTER: "true"}}}))
                .create()],
        ),
        Situation::new(
            "another scope in the template",
            [sealed(json!({"a": "1"}))
                .template(json!({"metadata": {"annotations": {CLUSTER: "true"}}}))
                .create()],
        ),
    ]);
    all
}

/// The merge patch that makes a SealedSecret declare the scope.
fn annotate(scope: Scope) -> Value {
    let of = |this: Scope| (scope == this).then_some("true");
    json!({"metadata": {"annotations": {CLUSTER: of(Scope::ClusterWide), NAMESPACE: of(Scope::NamespaceWide)}}})
}

const CLUSTER: &str = "sealedsecrets.bitnami.com/cluster-wide";

const NAMESPACE: &str = "sealedsecrets.bitnami.com/namespace-wide";

const SCOPES: [(Scope, &str); 3] = [
    (Scope::Strict, "strict"),
    (Scope::NamespaceWide, "namespace-wide"),
    (Scope::ClusterWide, "cluster-wide"),
];
