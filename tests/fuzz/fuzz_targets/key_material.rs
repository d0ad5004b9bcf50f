//! Any text as certificate, private key or key Secret is read or refused, and what is read writes and reads as the same key.

#![no_main]

use std::collections::BTreeMap;

use libfuzzer_sys::fuzz_target;
use signet_api::Secret;
use signet_plaintext::Plaintext;
use signet_sealing_keys::{Certificate, PrivateKey, key_secret};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(certificate) = Certificate::from_pem(bytes) {
        let again = Certificate::from_pem(certificate.to_pem().as_bytes()).expect("the same certificate");
        assert_eq!(again.fingerprint(), certificate.fingerprint());
    }
    if let Ok(key) = PrivateKey::from_pem(bytes) {
        let again = PrivateKey::from_pem(key.to_pem().as_bytes()).expect("the same key");
        assert_eq!(again.fingerprint(), key.fingerprint());
    }
    let item = |name: &str| (name.to_owned(), Plaintext::from(bytes.to_vec()));
    let secret = Secret {
        data: BTreeMap::from([item(key_secret::CERTIFICATE), item(key_secret::PRIVATE_KEY)]),
        ..Secret::default()
    };
    drop(key_secret::decode(&secret));
});
