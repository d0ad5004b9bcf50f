//! Unsealing undoes sealing, in its own scope and in no other.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on is a failed test"
)]

use std::{collections::BTreeMap, sync::LazyLock};

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use signet_api::{Scope, Secret};
use signet_plaintext::Plaintext;
use signet_seal::{Clock, UnsealError, UnsealOptions, seal, unseal};
use signet_sealing_keys::{KeyOrder, KeySize, Keyring, SealingKey};

const CLOCK: Clock<'_> = Clock {
    now: Timestamp::UNIX_EPOCH,
    expired: &|| false,
};

static KEYRING: LazyLock<Keyring> = LazyLock::new(|| {
    let key = || {
        SealingKey::generate(
            KeySize::Rsa2048,
            SignedDuration::from_hours(1),
            "",
            Timestamp::UNIX_EPOCH,
        )
    };
    Keyring::new(
        [key().expect("a key").into(), key().expect("a key").into()],
        KeyOrder::default(),
    )
});

fn secret(data: &BTreeMap<String, Vec<u8>>, scope: Scope) -> Secret {
    let mut secret = Secret::default();
    secret.metadata.name = Some("app".into());
    secret.metadata.namespace = Some("team".into());
    scope.annotate(secret.metadata.annotations.insert(BTreeMap::new()));
    secret.data = data
        .iter()
        .map(|(key, value)| (key.clone(), Plaintext::from(value.clone())))
        .collect();
    secret
}

fn scopes() -> impl Strategy<Value = Scope> {
    prop_oneof![
        Just(Scope::Strict),
        Just(Scope::NamespaceWide),
        Just(Scope::ClusterWide)
    ]
}

fn data() -> impl Strategy<Value = BTreeMap<String, Vec<u8>>> {
    prop::collection::btree_map("[a-z.]{1,8}", prop::collection::vec(any::<u8>(), 0..200), 1..4)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn opens_to_what_was_sealed(data in data(), scope in scopes(), by_the_older in any::<bool>()) {
        let key = KEYRING.iter().nth(usize::from(by_the_older)).expect("two keys");
        let sealed = seal(&secret(&data, scope), key.certificate()).expect("sealed");
        let unsealed = unseal(&sealed, &KEYRING.candidates(None, None), UnsealOptions::default(), CLOCK).expect("opened");
        let opened: BTreeMap<_, _> =
            unsealed.secret.data.iter().map(|(key, value)| (key.clone(), value.expose().to_vec())).collect();
        prop_assert_eq!(opened, data);
        prop_assert_eq!(unsealed.opened_by.into_iter().collect::<Vec<_>>(), [key.fingerprint().clone()]);
    }

    #[test]
    fn opens_only_where_its_scope_says(scope in scopes(), claimed in scopes(), name in "app|other", namespace in "team|other") {
        let data = BTreeMap::from([("password".to_owned(), b"s3cr3t".to_vec())]);
        let key = KEYRING.newest().expect("a key");
        let mut sealed = seal(&secret(&data, scope), key.certificate()).expect("sealed");
        claimed.annotate(sealed.metadata.annotations.get_or_insert_default());
        sealed.metadata.name = Some(name.clone());
        sealed.metadata.namespace = Some(namespace.clone());
        let allowed = claimed == scope && match scope {
            Scope::Strict => name == "app" && namespace == "team",
            Scope::NamespaceWide => namespace == "team",
            Scope::ClusterWide => true,
        };
        let outcome = unseal(&sealed, &KEYRING.candidates(None, None), UnsealOptions::default(), CLOCK);
        prop_assert_eq!(outcome.is_ok(), allowed);
    }

    #[test]
    fn a_changed_byte_never_opens(position in any::<prop::sample::Index>(), bit in 0..8u8) {
        let data = BTreeMap::from([("password".to_owned(), b"s3cr3t".to_vec())]);
        let key = KEYRING.newest().expect("a key");
        let mut sealed = seal(&secret(&data, Scope::Strict), key.certificate()).expect("sealed");
        let item = sealed.spec.encrypted_data.get_mut("password").expect("the item");
        let mut bytes = signet_api::base64::decode(item).expect("base64").to_vec();
        let place = position.index(bytes.len());
        bytes[place] ^= 1 << bit;
        *item = signet_api::base64::encode(&bytes);
        let error = unseal(&sealed, &KEYRING.candidates(None, None), UnsealOptions::default(), CLOCK).err();
        prop_assert!(matches!(error, Some(UnsealError::Items(_))));
    }
}

/// Two sealings of one value share nothing: neither session key nor ciphertext.
#[test]
fn sealing_twice_gives_two_ciphertexts() {
    let data = BTreeMap::from([("a".to_owned(), Vec::new()), ("b".to_owned(), Vec::new())]);
    let sealed = seal(
        &secret(&data, Scope::Strict),
        KEYRING.newest().expect("a key").certificate(),
    )
    .expect("sealed");
    assert_ne!(sealed.spec.encrypted_data["a"], sealed.spec.encrypted_data["b"]);
}
