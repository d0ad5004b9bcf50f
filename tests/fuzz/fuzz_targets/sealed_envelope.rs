//! Any text as a sealed item opens or does not, and what opens is what a holder of the certificate sealed: it seals and opens again.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use signet_seal::{open_value, seal_value};
use signet_sealing_keys::{Certificate, PrivateKey};

static KEY: LazyLock<(PrivateKey, Certificate)> = LazyLock::new(|| {
    let line = include_str!("../../vectors/sealed/vectors.jsonl").lines().next().expect("a line");
    let vector: serde_json::Value = serde_json::from_str(line).expect("a vector");
    let pem = |field: &str| vector[field].as_str().expect("PEM").as_bytes();
    let private_key = PrivateKey::from_pem(pem("private_key_pem")).expect("a private key");
    (private_key, Certificate::from_pem(pem("certificate_pem")).expect("a certificate"))
});

fuzz_target!(|bytes: &[u8]| {
    let (private_key, certificate) = &*KEY;
    let as_text = std::str::from_utf8(bytes).map(str::to_owned).ok();
    let as_ciphertext = signet_api::base64::encode(bytes);
    for item in as_text.into_iter().chain([as_ciphertext]) {
        for label in [&b"team/app"[..], b"team", b""] {
            let Ok((value, by)) = open_value(&item, &[private_key], label) else {
                continue;
            };
            assert_eq!(by.fingerprint(), certificate.fingerprint());
            let again = seal_value(&value, certificate, label).expect("sealed");
            let (same, _) = open_value(&again, &[private_key], label).expect("opened");
            assert!(same.same(&value));
        }
    }
});
