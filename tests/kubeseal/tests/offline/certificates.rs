use std::ffi::OsString;
use std::path::Path;

use rcgen::{CertificateParams, KeyPair};
use signet_kubeseal_tests::{Case, fixture};

use crate::{SECRET, seal};

pub(crate) fn cases() -> Vec<Case> {
    let pem = String::from_utf8(fixture("certificate.pem")).unwrap();
    let expired = String::from_utf8(fixture("expired.pem")).unwrap();
    let with = |name: &str, text: &str| Case::new(name, "--cert it.pem").file("it.pem", text).stdin(SECRET);
    let (elliptic, elliptic_key) = elliptic();
    vec![
        Case::new("cert-missing", "--cert missing.pem").stdin(SECRET),
        Case::new("cert-folder", "--cert .").stdin(SECRET),
        Case::new("cert-expired", "--cert expired.pem").stdin(SECRET),
        Case::new("cert-of-a-private-key", "--cert key.pem").stdin(SECRET),
        with("cert-empty", ""),
        with("cert-garbage", "garbage"),
        with("cert-half", &pem[..pem.len() / 2]),
        with("cert-public-key", &pem.replace("CERTIFICATE", "PUBLIC KEY")),
        with(
            "cert-not-der",
            "-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n",
        ),
        with("cert-elliptic", &elliptic),
        with("cert-elliptic-key", &elliptic_key),
        with("cert-behind-text", &format!("a text before it\n{pem}")),
        with("cert-with-text-behind", &format!("{pem}a text behind it\n")),
        with("cert-with-carriage-returns", &pem.replace('\n', "\r\n")),
        with("cert-first-counts", &format!("{pem}{expired}")),
        with("cert-first-expired", &format!("{expired}{pem}")),
        with("cert-behind-key", &format!("{elliptic_key}{pem}")),
        Case::new("cert-url-file", "--cert")
            .argument(format!("file://{}", path("certificate.pem")))
            .stdin(SECRET),
        Case::new("cert-url-file-missing", "--cert file:///nonexistent/cert.pem").stdin(SECRET),
        Case::new("cert-url-scheme", "--cert ftp://127.0.0.1/cert.pem").stdin(SECRET),
        Case::new("cert-url-refused", "--cert http://127.0.0.1:1/cert.pem").stdin(SECRET),
        Case::new("cert-url-host", "--cert http://nowhere.invalid/cert.pem").stdin(SECRET),
        seal("cert-empty-name-then-a-cluster", "--cert=").variable("KUBECONFIG", "config"),
        Case::new("fetch-cert-of-file", "--fetch-cert --cert cert.pem"),
        Case::new("fetch-cert-of-anything", "--fetch-cert --cert sealed.yaml"),
        Case::new("fetch-cert-expired", "--fetch-cert --cert expired.pem"),
        Case::new("fetch-cert-missing", "--fetch-cert --cert missing.pem"),
        Case::new("fetch-cert-to-file", "--fetch-cert --cert cert.pem -w out.pem"),
        Case::new("fetch-cert-no-cluster", "--fetch-cert"),
        Case::new("fetch-cert-unreachable", "--fetch-cert --kubeconfig config"),
        Case::new("fetch-cert-no-kubeconfig", "--fetch-cert --kubeconfig missing"),
        Case::new(
            "fetch-cert-no-context",
            "--fetch-cert --kubeconfig config --context nowhere",
        ),
        Case::new(
            "fetch-cert-timeout-wrong",
            "--fetch-cert --kubeconfig config --request-timeout soon",
        ),
    ]
}

/// A certificate of an elliptic curve, and its key.
fn elliptic() -> (String, String) {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(Vec::new()).unwrap().self_signed(&key).unwrap();
    (certificate.pem(), key.serialize_pem())
}

fn path(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../cli/tests/fixtures")
        .join(name);
    OsString::from(path.canonicalize().unwrap()).into_string().unwrap()
}
