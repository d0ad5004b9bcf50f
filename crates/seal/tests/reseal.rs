//! Sealing anew changes ciphertexts and nothing else, and never the place where they open.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on is a failed test"
)]

use std::sync::LazyLock;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use signet_api::{Scope, SealedSecret, Secret, base64};
use signet_plaintext::Plaintext;
use signet_seal::{Clock, ResealError, UnsealError, UnsealOptions, label, reseal, seal, seal_value, unseal, verify};
use signet_sealing_keys::{KeySize, SealingKey};

const CLOCK: Clock<'_> = Clock {
    now: Timestamp::UNIX_EPOCH,
    expired: &|| false,
};

static OLD: LazyLock<SealingKey> = LazyLock::new(key);
static NEW: LazyLock<SealingKey> = LazyLock::new(key);

const ACCEPTING: UnsealOptions = UnsealOptions {
    accept_deprecated_data: true,
};

fn key() -> SealingKey {
    let validity = SignedDuration::from_hours(1);
    SealingKey::generate(KeySize::Rsa2048, validity, "", Timestamp::UNIX_EPOCH).expect("a key")
}

fn secret(scope: Scope) -> Secret {
    let mut secret: Secret = serde_json::from_value(json!({
        "metadata": {"name": "app", "namespace": "team", "labels": {"a": "b"}},
        "type": "example.com/own", "immutable": true, "data": {"user": "dTE=", "password": "cDE="},
    }))
    .expect("a Secret");
    scope.annotate(secret.metadata.annotations.get_or_insert_default());
    secret
}

fn sealed(scope: Scope) -> SealedSecret {
    seal(&secret(scope), OLD.certificate()).expect("sealed")
}

fn resealed(sealed: &SealedSecret) -> SealedSecret {
    reseal(sealed, &[OLD.private_key()], NEW.certificate(), ACCEPTING).expect("resealed")
}

fn opens(sealed: &SealedSecret, key: &SealingKey) -> bool {
    verify(sealed, &[key.private_key()], ACCEPTING).is_ok()
}

#[test]
fn only_ciphertexts_change_and_only_the_new_key_opens_them() {
    for scope in [Scope::Strict, Scope::NamespaceWide, Scope::ClusterWide] {
        let old = sealed(scope);
        let new = resealed(&old);
        assert!(opens(&new, &NEW) && !opens(&new, &OLD), "{scope}");
        let opened = unseal(&new, &[NEW.private_key()], UnsealOptions::default(), CLOCK).expect("opened");
        assert_eq!(opened.secret.data["password"].expose(), b"p1");
        assert_eq!(opened.secret.data.len(), 2);

        let mut rest = new;
        rest.spec.encrypted_data.clone_from(&old.spec.encrypted_data);
        assert_eq!(rest, old, "{scope}");
    }
}

#[test]
fn it_opens_where_it_opened_before_whatever_the_template_says() {
    let mut strict = sealed(Scope::Strict);
    let template = strict.spec.template.as_mut().expect("a template");
    Scope::ClusterWide.annotate(template.metadata.annotations.get_or_insert_default());
    let new = resealed(&strict);
    assert!(opens(&new, &NEW));
    for scope in [Scope::NamespaceWide, Scope::ClusterWide] {
        let mut wider = new.clone();
        scope.annotate(wider.metadata.annotations.get_or_insert_default());
        assert!(!opens(&wider, &NEW), "{scope}");
    }
    let mut elsewhere = new;
    elsewhere.metadata.name = Some("other".to_owned());
    assert!(!opens(&elsewhere, &NEW));
}

#[test]
fn templates_are_kept_and_never_rendered() {
    let mut with_templates = sealed(Scope::Strict);
    let template = with_templates.spec.template.as_mut().expect("a template");
    let plain = [("broken", Some("{{ fail \"rendered\" }")), ("user", None)];
    template.data = Some(
        plain
            .map(|(key, text)| (key.to_owned(), text.map(str::to_owned)))
            .into(),
    );
    assert!(opens(&with_templates, &OLD));
    let new = resealed(&with_templates);
    assert_eq!(new.spec.template, with_templates.spec.template);
}

#[test]
fn one_item_that_does_not_open_is_named_and_nothing_is_sealed() {
    let mut altered = sealed(Scope::Strict);
    altered
        .spec
        .encrypted_data
        .insert("extra".to_owned(), "AgB!".to_owned());
    let foreign = seal_value(&Plaintext::from(b"x".to_vec()), NEW.certificate(), b"team/app").expect("sealed");
    altered.spec.encrypted_data.insert("foreign".to_owned(), foreign);
    let text = "illegal base64 data at input byte 3 (extra)\nno key could decrypt secret (foreign)";
    let error = reseal(&altered, &[OLD.private_key()], NEW.certificate(), ACCEPTING).expect_err("refused");
    assert_eq!(error.to_string(), text);
    let error = verify(&altered, &[OLD.private_key()], ACCEPTING).expect_err("refused");
    assert_eq!(error.to_string(), text);
}

#[test]
fn without_a_key_nothing_opens() {
    let error = reseal(&sealed(Scope::Strict), &[], NEW.certificate(), ACCEPTING).expect_err("refused");
    assert!(matches!(error, ResealError::Unseal(UnsealError::Items(items)) if items.len() == 2));
}

#[test]
fn the_deprecated_blob_becomes_items_under_the_same_label() {
    for scope in [Scope::Strict, Scope::NamespaceWide, Scope::ClusterWide] {
        let mut old = SealedSecret::new("app", Default::default());
        old.metadata.namespace = Some("team".to_owned());
        scope.annotate(old.metadata.annotations.get_or_insert_default());
        // What it holds may say anything of its scope: the object's own annotations count.
        let blob = secret(Scope::ClusterWide).to_json().expect("JSON");
        let blob = Plaintext::from(blob.to_vec());
        let bound = label(scope, "team", "app");
        old.spec.data = Some(seal_value(&blob, OLD.certificate(), &bound).expect("sealed"));

        let refused = reseal(&old, &[OLD.private_key()], NEW.certificate(), UnsealOptions::default());
        assert_eq!(refused.err(), Some(UnsealError::DeprecatedData.into()));
        let new = resealed(&old);
        assert_eq!((new.spec.data.as_ref(), new.scope()), (None, scope));
        assert!(
            new.spec
                .encrypted_data
                .values()
                .all(|item| base64::decode(item).is_ok())
        );
        let opened = unseal(&new, &[NEW.private_key()], UnsealOptions::default(), CLOCK).expect("opened");
        assert_eq!(opened.secret.data["user"].expose(), b"u1");
        assert_eq!(opened.secret.immutable, Some(true));
        assert_eq!(opened.secret.scope(), scope);
    }
}
