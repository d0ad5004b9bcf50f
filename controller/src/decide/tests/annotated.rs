//! Secrets that say what may be done with them, and SealedSecrets that do not want them put right.

use signet_api::annotations::SKIP_SET_OWNER_REFERENCES;

use super::*;
use crate::status::Found;

const ON: &str = "true";

/// A Secret that somebody else made, with these annotations.
fn theirs(items: &[(&str, &str)], annotations: &[(&str, &str)]) -> Secret {
    let mut theirs = live(items);
    theirs.metadata.owner_references = None;
    theirs.metadata.annotations = map(annotations);
    theirs
}

fn remembered(secret: Option<&str>, items: &[&str]) -> Patch {
    Patch {
        secret: secret.map(str::to_owned),
        items: items.iter().map(|key| (*key).to_owned()).collect(),
    }
}

fn patching(items: &[(&str, &str)], patch: Patch) -> Desired {
    Desired {
        patch,
        ..desired(secret(items))
    }
}

fn texts(secret: &Secret) -> Vec<(&str, &[u8])> {
    secret
        .data
        .iter()
        .map(|(key, value)| (key.as_str(), value.expose()))
        .collect()
}

#[test]
fn a_managed_secret_is_taken_over_as_a_whole() {
    let live = theirs(
        &[("a", "theirs"), ("b", "theirs")],
        &[(MANAGED, ON), ("note", "theirs")],
    );
    let mut wanted = secret(&[("a", "1")]);
    wanted.metadata.labels = map(&[("team", "blue")]);
    let taken = replaced(decide(desired(wanted), Some(&live)));
    assert_eq!(texts(&taken), [("a", &b"1"[..])]);
    assert_eq!(taken.metadata.owner_references, Some(vec![owner("mine")]));
    assert_eq!(
        (&taken.metadata.annotations, &taken.metadata.labels),
        (&None, &map(&[("team", "blue")]))
    );
    assert_eq!(taken.metadata.uid.as_deref(), Some("its own"));
}

#[test]
fn only_the_exact_word_manages_and_patches() {
    for annotation in [MANAGED, PATCH] {
        for value in ["True", "1", "false", ""] {
            let live = theirs(&[("a", "theirs")], &[(annotation, value)]);
            let refusal = refused(decide(desired(secret(&[("a", "1")])), Some(&live)));
            assert_eq!(refusal, Refusal::NotOwned("app".to_owned()), "{annotation}={value}");
        }
    }
}

#[test]
fn a_managed_secret_of_another_controller_changes_hands() {
    let mut live = theirs(&[("a", "1")], &[(MANAGED, ON)]);
    live.metadata.owner_references = Some(vec![owner("of before")]);
    let taken = replaced(decide(desired(secret(&[("a", "1")])), Some(&live)));
    assert_eq!(taken.metadata.owner_references, Some(vec![owner("mine")]));
}

#[test]
fn without_owner_a_managed_secret_is_put_right_and_stays_without() {
    let wanted = |value| {
        let mut secret = secret(&[("a", value)]);
        secret.metadata.annotations = map(&[(MANAGED, ON), (SKIP_SET_OWNER_REFERENCES, ON)]);
        Desired {
            skips_owner: true,
            ..desired(secret)
        }
    };
    let Plan::Create(created) = decide(wanted("1"), None) else {
        panic!("not created");
    };
    assert_eq!(created.metadata.owner_references, None);
    assert!(matches!(decide(wanted("1"), Some(&created)), Plan::Unchanged));
    let changed = replaced(decide(wanted("2"), Some(&created)));
    assert_eq!(texts(&changed), [("a", &b"2"[..])]);
    assert_eq!(changed.metadata.owner_references, None);
}

#[test]
fn a_patched_secret_gains_items_labels_and_annotations_and_loses_nothing() {
    let mut live = theirs(&[("a", "theirs"), ("b", "theirs")], &[(PATCH, ON), ("note", "theirs")]);
    live.metadata.labels = map(&[("team", "red"), ("app", "shop")]);
    live.metadata.owner_references = Some(vec![owner("another")]);
    let mut wanted = secret(&[("b", "1"), ("c", "1")]);
    wanted.metadata.labels = map(&[("team", "blue")]);
    wanted.metadata.annotations = map(&[("note", "ours")]);
    let patched = replaced(decide(desired(wanted), Some(&live)));
    assert_eq!(texts(&patched), [("a", &b"theirs"[..]), ("b", b"1"), ("c", b"1")]);
    assert_eq!(patched.metadata.labels, map(&[("team", "blue"), ("app", "shop")]));
    assert_eq!(patched.metadata.annotations, map(&[(PATCH, ON), ("note", "ours")]));
    assert_eq!(patched.metadata.owner_references, Some(vec![owner("another")]));
}

#[test]
fn a_patched_secret_that_is_managed_too_is_owned() {
    let live = theirs(&[("a", "theirs")], &[(PATCH, ON), (MANAGED, ON)]);
    let patched = replaced(decide(desired(secret(&[("b", "1")])), Some(&live)));
    assert_eq!(texts(&patched), [("a", &b"theirs"[..]), ("b", b"1")]);
    assert_eq!(patched.metadata.owner_references, Some(vec![owner("mine")]));
    assert_eq!(patched.metadata.annotations, map(&[(PATCH, ON), (MANAGED, ON)]));
    let again = decide(desired(secret(&[("b", "1")])), Some(&patched));
    assert!(matches!(again, Plan::Unchanged));
}

#[test]
fn an_empty_secret_is_patched_and_one_that_has_all_is_not_written() {
    let live = theirs(&[], &[(PATCH, ON)]);
    let patched = replaced(decide(desired(secret(&[("a", "1")])), Some(&live)));
    assert_eq!(texts(&patched), [("a", &b"1"[..])]);
    assert!(matches!(
        decide(desired(secret(&[("a", "1")])), Some(&patched)),
        Plan::Unchanged
    ));
}

#[test]
fn of_the_items_in_a_patched_secret_those_go_that_were_put_there_and_are_wanted_no_more() {
    let live = theirs(&[("a", "1"), ("b", "1"), ("c", "theirs")], &[(PATCH, ON)]);
    let before = remembered(Some("its own"), &["a", "b", "gone"]);
    let patched = replaced(decide(patching(&[("a", "1")], before), Some(&live)));
    assert_eq!(texts(&patched), [("a", &b"1"[..]), ("c", b"theirs")]);
}

#[test]
fn what_was_put_into_another_secret_of_the_same_name_is_not_taken_out_of_this_one() {
    let live = theirs(&[("a", "1"), ("b", "theirs")], &[(PATCH, ON)]);
    for before in [
        remembered(Some("another"), &["a", "b"]),
        remembered(None, &["a", "b"]),
        Patch::default(),
    ] {
        assert!(matches!(
            decide(patching(&[("a", "1")], before), Some(&live)),
            Plan::Unchanged
        ));
    }
}

#[test]
fn items_go_from_a_patched_secret_that_its_sealed_secret_made() {
    let mut wanted = secret(&[("a", "1"), ("b", "1")]);
    wanted.metadata.annotations = map(&[(PATCH, ON)]);
    let before = Patch::of(&wanted, None);
    assert_eq!(before, Some(remembered(None, &["a", "b"])));
    let mut made = live(&[("a", "1"), ("b", "1")]);
    made.metadata.annotations = map(&[(PATCH, ON)]);
    let patched = replaced(decide(patching(&[("a", "1")], before.expect("a memory")), Some(&made)));
    assert_eq!(texts(&patched), [("a", &b"1"[..])]);
    assert_eq!(patched.metadata.owner_references, Some(vec![owner("mine")]));
}

#[test]
fn what_is_remembered_is_what_is_wanted_in_a_secret_that_is_patched() {
    let wanted = secret(&[("b", "1"), ("a", "1")]);
    let patched = theirs(&[("c", "theirs")], &[(PATCH, ON)]);
    let patch = Patch::of(&wanted, Some(&patched));
    assert_eq!(patch, Some(remembered(Some("its own"), &["a", "b"])));
    let status = Patch::remember(patch.clone(), SealedSecretStatus::default());
    assert_eq!(status.patched_items, Some(vec!["a".to_owned(), "b".to_owned()]));
    assert_eq!(Some(Patch::remembered(&status)), patch);
    assert_eq!(Patch::of(&wanted, Some(&live(&[]))), None);
    assert_eq!(Patch::of(&wanted, None), None);
    assert_eq!(Patch::remember(None, status), SealedSecretStatus::default());
}

#[test]
fn a_generated_item_in_a_patched_secret_is_kept_only_if_it_was_put_there() {
    let live = theirs(&[("random", "old")], &[(PATCH, ON)]);
    let wanted = |patch| Desired {
        kept: BTreeSet::from(["random".to_owned()]),
        ..patching(&[("random", "new")], patch)
    };
    let ours = wanted(remembered(Some("its own"), &["random"]));
    assert!(matches!(decide(ours, Some(&live)), Plan::Unchanged));
    let patched = replaced(decide(wanted(Patch::default()), Some(&live)));
    assert_eq!(texts(&patched), [("random", &b"new"[..])]);
}

#[test]
fn a_patched_secret_keeps_its_type_unless_another_is_asked_for() {
    let mut live = theirs(&[], &[(PATCH, ON)]);
    live.type_ = Some("example.com/theirs".to_owned());
    let patched = replaced(decide(desired(secret(&[("a", "1")])), Some(&live)));
    assert_eq!(patched.effective_type(), "example.com/theirs");
    let mut wanted = secret(&[("a", "1")]);
    wanted.type_ = Some("Opaque".to_owned());
    let refusal = refused(decide(desired(wanted), Some(&live)));
    assert!(matches!(refusal, Refusal::TypeChanged { .. }));
}

#[test]
fn a_patched_secret_that_is_immutable_is_refused_and_does_not_become_so() {
    let mut live = theirs(&[("a", "1")], &[(PATCH, ON)]);
    let mut wanted = secret(&[("a", "1")]);
    wanted.immutable = Some(true);
    assert!(matches!(decide(desired(wanted), Some(&live)), Plan::Unchanged));
    live.immutable = Some(true);
    let refusal = refused(decide(desired(secret(&[("b", "1")])), Some(&live)));
    assert_eq!(refusal, Refusal::Immutable);
}

#[test]
fn where_nothing_is_put_right_an_absent_secret_is_made_and_a_changed_one_stays_until_the_next_generation() {
    let wanted = |heals| Desired {
        heals,
        ..desired(secret(&[("a", "1")]))
    };
    assert!(matches!(decide(wanted(false), None), Plan::Create(_)));
    let edited = live(&[("a", "2")]);
    assert!(matches!(decide(wanted(false), Some(&edited)), Plan::Unchanged));
    let foreign = theirs(&[("a", "1")], &[]);
    assert_eq!(
        refused(decide(wanted(false), Some(&foreign))),
        Refusal::NotOwned("app".to_owned())
    );

    let status = |generation| {
        let outcome = Ok(crate::outcome::Done::Created);
        let found = Found {
            outcome: &outcome,
            generation: Some(generation),
            opened_by: Vec::new(),
        };
        crate::status::status(None, &found, jiff::Timestamp::UNIX_EPOCH)
    };
    let mut sealed = SealedSecret::new("app", Default::default());
    sealed.metadata.generation = Some(2);
    let heals = |status: Option<&SealedSecretStatus>, heals| {
        let unsealed = Unsealed {
            secret: secret(&[]),
            opened_by: BTreeSet::new(),
            generated: BTreeSet::new(),
        };
        Desired::new(&sealed, status, unsealed, heals).heals
    };
    assert!(!heals(Some(&status(2)), false));
    assert!(heals(Some(&status(1)), false) && heals(None, false) && heals(Some(&status(2)), true));
}
