//! The rules, one by one.

use super::*;

mod annotated;

fn owner(uid: &str) -> OwnerReference {
    let mut sealed = SealedSecret::new("app", Default::default());
    sealed.metadata.uid = Some(uid.to_owned());
    owner_reference(&sealed)
}

fn secret(items: &[(&str, &str)]) -> Secret {
    let mut secret = Secret::default();
    secret.metadata.name = Some("app".to_owned());
    secret.metadata.namespace = Some("team".to_owned());
    let value = |text: &str| Plaintext::from(text.as_bytes().to_vec());
    secret.data = items
        .iter()
        .map(|(key, text)| ((*key).to_owned(), value(text)))
        .collect();
    secret
}

fn desired(secret: Secret) -> Desired {
    Desired {
        secret,
        owner: owner("mine"),
        skips_owner: false,
        kept: BTreeSet::new(),
        heals: true,
        patch: Patch::default(),
    }
}

/// A Secret as this controller made it and the API server gives it back.
fn live(items: &[(&str, &str)]) -> Secret {
    let mut live = secret(items);
    live.metadata.owner_references = Some(vec![owner("mine")]);
    live.metadata.resource_version = Some("7".to_owned());
    live.metadata.uid = Some("its own".to_owned());
    live.type_ = Some("Opaque".to_owned());
    live
}

fn map(items: &[(&str, &str)]) -> Option<BTreeMap<String, String>> {
    Some(
        items
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect(),
    )
}

fn replaced(plan: Plan) -> Secret {
    match plan {
        Plan::Replace(secret) => secret,
        plan => panic!("{plan:?}"),
    }
}

fn refused(plan: Plan) -> Refusal {
    match plan {
        Plan::Refuse(refusal) => refusal,
        plan => panic!("{plan:?}"),
    }
}

#[test]
fn what_the_cluster_writes_into_a_token_stays() {
    let name = "kubernetes.io/service-account.name";
    let token = |items: &[(&str, &str)], annotations: &[(&str, &str)]| {
        let mut secret = secret(items);
        secret.type_ = Some(TOKEN.to_owned());
        secret.metadata.annotations = map(annotations);
        secret
    };
    let written = [("ca.crt", "c"), ("namespace", "n"), ("token", "t")];
    let mut live = token(&written, &[(name, "robot"), (TOKEN_UID, "uid")]);
    live.metadata.owner_references = Some(vec![owner("mine")]);
    let wanted = || desired(token(&[], &[(name, "robot")]));
    assert!(matches!(decide(wanted(), Some(&live)), Plan::Unchanged));
    live.metadata.annotations = map(&[(name, "other"), (TOKEN_UID, "uid")]);
    let replaced = replaced(decide(wanted(), Some(&live)));
    assert_eq!(replaced.data.len(), 3);
    assert_eq!(
        replaced.metadata.annotations,
        map(&[(name, "robot"), (TOKEN_UID, "uid")])
    );

    live.type_ = Some("Opaque".to_owned());
    let plain = desired(secret(&[]));
    assert!(matches!(decide(plain, Some(&live)), Plan::Replace(secret) if secret.data.is_empty()));
}

#[test]
fn a_generated_item_is_kept_in_a_secret_of_ours_and_made_in_any_other() {
    let wanted = |kept: &[&str]| Desired {
        kept: kept.iter().map(|key| (*key).to_owned()).collect(),
        ..desired(secret(&[("a", "1"), ("random", "new")]))
    };
    let is = live(&[("a", "1"), ("random", "old")]);
    assert!(matches!(decide(wanted(&["random"]), Some(&is)), Plan::Unchanged));
    let put_right = replaced(decide(
        wanted(&["random"]),
        Some(&live(&[("a", "2"), ("random", "old")])),
    ));
    assert_eq!(
        (put_right.data["a"].expose(), put_right.data["random"].expose()),
        (&b"1"[..], &b"old"[..])
    );

    let is_new = |secret: &Secret| secret.data["random"].expose() == b"new";
    assert!(is_new(&replaced(decide(wanted(&[]), Some(&is)))));
    assert!(is_new(&replaced(decide(
        wanted(&["random"]),
        Some(&live(&[("a", "1")]))
    ))));
    assert!(matches!(decide(wanted(&["random"]), None), Plan::Create(secret) if is_new(&secret)));
    let mut foreign = live(&[("a", "1"), ("random", "old")]);
    foreign.metadata.owner_references = None;
    assert!(matches!(
        decide(wanted(&["random"]), Some(&foreign)),
        Plan::Refuse(Refusal::NotOwned(_))
    ));
}

#[test]
fn an_absent_secret_is_created_with_its_owner() {
    let Plan::Create(created) = decide(desired(secret(&[("a", "1")])), None) else {
        panic!("not created");
    };
    assert_eq!(created.metadata.owner_references, Some(vec![owner("mine")]));
    let reference = serde_json::to_value(owner("mine")).expect("JSON");
    assert_eq!(
        reference,
        serde_json::json!({"apiVersion": "bitnami.com/v1alpha1", "kind": "SealedSecret", "name": "app", "uid": "mine", "controller": true})
    );
}

#[test]
fn a_template_with_traces_of_another_cluster_is_created_without_them() {
    let mut wanted = live(&[("a", "1")]);
    wanted.metadata.finalizers = Some(vec!["kept".to_owned()]);
    wanted.metadata.labels = map(&[("a", "1")]);
    let Plan::Create(created) = decide(desired(wanted), None) else {
        panic!("not created");
    };
    let metadata = serde_json::to_value(&created.metadata).expect("JSON");
    let mut fields: Vec<_> = metadata.as_object().expect("a map").keys().collect();
    fields.sort();
    assert_eq!(fields, ["finalizers", "labels", "name", "namespace", "ownerReferences"]);
}

#[test]
fn a_secret_that_is_right_is_not_written() {
    assert!(matches!(
        decide(desired(secret(&[("a", "1")])), Some(&live(&[("a", "1")]))),
        Plan::Unchanged
    ));
}

#[test]
fn empty_and_absent_maps_and_types_are_the_same() {
    let mut wanted = secret(&[]);
    wanted.metadata.labels = map(&[]);
    wanted.type_ = Some(String::new());
    let mut is = live(&[]);
    is.metadata.annotations = map(&[]);
    is.immutable = Some(false);
    assert!(matches!(decide(desired(wanted), Some(&is)), Plan::Unchanged));
}

#[test]
fn items_changed_added_and_removed_are_put_right_as_a_whole() {
    for items in [
        &[("a", "2")][..],
        &[("a", "1"), ("b", "1")],
        &[],
        &[("b", "1")],
        &[("a", "1 ")],
    ] {
        let plan = decide(desired(secret(&[("a", "1")])), Some(&live(items)));
        let secret = replaced(plan);
        assert_eq!(secret.data.keys().collect::<Vec<_>>(), ["a"]);
        assert_eq!(secret.data["a"].expose(), b"1");
    }
}

#[test]
fn labels_and_annotations_are_put_right_as_a_whole() {
    let mut wanted = secret(&[]);
    wanted.metadata.labels = map(&[("a", "1")]);
    let mut is = live(&[]);
    is.metadata.annotations = map(&[("by", "hand")]);
    let secret = replaced(decide(desired(wanted), Some(&is)));
    assert_eq!(
        (secret.metadata.labels, secret.metadata.annotations),
        (map(&[("a", "1")]), None)
    );
}

#[test]
fn the_rest_of_the_live_metadata_stays() {
    let mut wanted = secret(&[("a", "2")]);
    wanted.metadata.finalizers = Some(vec!["ours".to_owned()]);
    let mut is = live(&[("a", "1")]);
    is.metadata.finalizers = Some(vec!["theirs".to_owned()]);
    let secret = replaced(decide(desired(wanted), Some(&is)));
    assert_eq!(secret.metadata.finalizers, Some(vec!["theirs".to_owned()]));
    assert_eq!(secret.metadata.resource_version.as_deref(), Some("7"));
    assert_eq!(secret.metadata.uid.as_deref(), Some("its own"));
    assert_eq!(secret.effective_type(), "Opaque");
}

#[test]
fn other_owners_beside_ours_are_removed() {
    let mut is = live(&[]);
    let mut other = owner("theirs");
    other.controller = None;
    is.metadata.owner_references = Some(vec![owner("mine"), other]);
    let secret = replaced(decide(desired(secret(&[])), Some(&is)));
    assert_eq!(secret.metadata.owner_references, Some(vec![owner("mine")]));
}

#[test]
fn a_secret_of_somebody_else_is_refused_even_with_the_same_content() {
    let text = "failed update: Resource \"app\" already exists and is not managed by SealedSecret";
    let not_controlled = OwnerReference {
        controller: None,
        ..owner("mine")
    };
    for owners in [
        None,
        Some(vec![]),
        Some(vec![owner("theirs")]),
        Some(vec![not_controlled]),
    ] {
        let mut is = live(&[("a", "1")]);
        is.metadata.owner_references = owners;
        let refusal = refused(decide(desired(secret(&[("a", "1")])), Some(&is)));
        assert_eq!(refusal.to_string(), text);
    }
}

#[test]
fn a_secret_of_a_sealed_secret_that_is_gone_is_told_from_all_others() {
    let mut is = live(&[]);
    assert!(is_owned_by_name(&is.metadata) && is_ours(&is.metadata));
    let other = |change: fn(&mut OwnerReference)| {
        let mut owner = owner("mine");
        change(&mut owner);
        Some(vec![owner])
    };
    for owners in [
        None,
        other(|owner| owner.controller = None),
        other(|owner| owner.kind = "Deployment".to_owned()),
        other(|owner| owner.api_version = "apps/v1".to_owned()),
        other(|owner| owner.name = "other".to_owned()),
    ] {
        is.metadata.owner_references = owners;
        assert!(!is_owned_by_name(&is.metadata) && !is_ours(&is.metadata));
    }
    is.metadata.annotations = map(&[(PATCH, "true")]);
    assert!(!is_ours(&is.metadata));
    is.metadata.annotations = map(&[(MANAGED, "true")]);
    assert!(is_ours(&is.metadata) && !is_owned_by_name(&is.metadata));
}

#[test]
fn the_data_of_an_immutable_secret_is_refused() {
    let mut is = live(&[("a", "1")]);
    is.immutable = Some(true);
    let refusal = refused(decide(desired(secret(&[("a", "2")])), Some(&is)));
    assert_eq!(refusal, Refusal::Immutable);
    assert!(refusal.to_string().contains("the target Secret is immutable"));
}

#[test]
fn the_labels_of_an_immutable_secret_can_change_and_it_stays_immutable() {
    let mut is = live(&[("a", "1")]);
    is.immutable = Some(true);
    assert!(matches!(
        decide(desired(secret(&[("a", "1")])), Some(&is)),
        Plan::Unchanged
    ));
    let mut wanted = secret(&[("a", "1")]);
    wanted.immutable = Some(false);
    wanted.metadata.labels = map(&[("a", "1")]);
    assert_eq!(replaced(decide(desired(wanted), Some(&is))).immutable, Some(true));
}

#[test]
fn a_live_secret_becomes_immutable() {
    for items in [&[("a", "1")], &[("a", "2")]] {
        let mut wanted = secret(&[("a", "1")]);
        wanted.immutable = Some(true);
        let secret = replaced(decide(desired(wanted), Some(&live(items))));
        assert_eq!(secret.immutable, Some(true));
    }
}

#[test]
fn another_type_is_refused() {
    let mut wanted = secret(&[]);
    wanted.type_ = Some("kubernetes.io/tls".to_owned());
    let refusal = refused(decide(desired(wanted), Some(&live(&[]))));
    assert_eq!(
        refusal.to_string(),
        "failed update: the type of the target Secret is \"Opaque\" and cannot become \"kubernetes.io/tls\""
    );
}

#[test]
fn without_owner_it_is_created_and_then_only_compared() {
    let unowned = |items| Desired {
        skips_owner: true,
        ..desired(secret(items))
    };
    let Plan::Create(created) = decide(unowned(&[("a", "1")]), None) else {
        panic!("not created");
    };
    assert_eq!(created.metadata.owner_references, None);
    assert!(matches!(
        decide(unowned(&[("a", "1")]), Some(&created)),
        Plan::Unchanged
    ));
    let refusal = refused(decide(unowned(&[("a", "2")]), Some(&created)));
    assert_eq!(refusal, Refusal::NotOwned("app".to_owned()));
    let released = replaced(decide(unowned(&[("a", "1")]), Some(&live(&[("a", "1")]))));
    assert_eq!(released.metadata.owner_references, None);
}

#[test]
fn no_plan_prints_a_value() {
    let plans = [
        decide(desired(secret(&[("a", "canary")])), None),
        decide(desired(secret(&[("a", "canary")])), Some(&live(&[]))),
    ];
    assert!(plans.iter().all(|plan| !format!("{plan:?}").contains("canary")));
}
