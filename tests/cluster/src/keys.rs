use rcgen::{CertificateParams, DnType, KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use serde_json::{Value, json};

use crate::Installation;

/// The controllers' key Secrets.
impl Installation<'_> {
    /// The key Secrets with the label of an active key, the oldest first.
    pub fn keys(&self) -> Vec<Value> {
        let path = format!("{}?labelSelector={LABEL}%3Dactive", self.secrets());
        let list = self.cluster().get(&path).expect("a list of Secrets");
        let mut keys = list["items"].as_array().cloned().unwrap_or_default();
        keys.sort_by_key(|key| key["metadata"]["creationTimestamp"].to_string());
        keys
    }

    /// Deletes all key Secrets.
    pub fn delete_keys(&self) {
        let path = format!("{}?labelSelector={LABEL}%3Dactive", self.secrets());
        assert_eq!(self.cluster().request("DELETE", &path, None).status, 200);
    }

    /// Creates a key Secret; `label` says
    /// whether it has the label of an active key.
    ///
    /// # Panics
    ///
    /// When the API server refuses it.
    pub fn create_key(&self, name: &str, key: &TlsKey, label: bool) {
        let mut secret = json!({
            "apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/tls",
            "metadata": {"name": name, "namespace": self.namespace()},
            "stringData": {"tls.crt": key.certificate, "tls.key": key.private_key},
        });
        if label {
            secret["metadata"]["labels"][LABEL] = json!("active");
        }
        self.create_secret(&secret);
    }

    /// Creates a Secret with these items, of type `Opaque`, labelled as an active key.
    ///
    /// # Panics
    ///
    /// When the API server refuses it.
    pub fn create_malformed_key(&self, name: &str, items: &Value) {
        self.create_secret(&json!({
            "apiVersion": "v1", "kind": "Secret",
            "metadata": {"name": name, "namespace": self.namespace(), "labels": {LABEL: "active"}},
            "stringData": items,
        }));
    }

    fn create_secret(&self, secret: &Value) {
        let response = self.cluster().request("POST", &self.secrets(), Some(secret));
        assert_eq!(response.status, 201, "{}", response.body);
    }

    fn secrets(&self) -> String {
        format!("/api/v1/namespaces/{}/secrets", self.namespace())
    }
}

/// A certificate and its private key as a person brings them: PKCS#8, and nothing of what
/// the controllers put into their certificates.
#[derive(Debug)]
pub struct TlsKey {
    /// PEM `CERTIFICATE`.
    pub certificate: String,
    /// PEM `PRIVATE KEY` (RSA of 2048 bits).
    pub private_key: String,
}

impl TlsKey {
    /// A new key, valid from the first day of `year` to the next century.
    pub fn generate(year: i32) -> Self {
        Self::valid(year, 2100)
    }

    /// A new key, valid from the first day of `from` to that of `to`.
    pub fn valid(from: i32, to: i32) -> Self {
        let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
        let mut parameters = CertificateParams::new(Vec::new()).unwrap();
        parameters
            .distinguished_name
            .push(DnType::CommonName, "brought by its owner");
        parameters.not_before = rcgen::date_time_ymd(from, 1, 1);
        parameters.not_after = rcgen::date_time_ymd(to, 1, 1);
        Self {
            certificate: parameters.self_signed(&key).unwrap().pem(),
            private_key: key.serialize_pem(),
        }
    }
}

const LABEL: &str = "sealedsecrets.bitnami.com/sealed-secrets-key";
