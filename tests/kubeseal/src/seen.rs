use std::sync::OnceLock;

use signet_api::{Reading, Scope, SealedSecret, base64};
use signet_document::{Limits, read};
use signet_seal::{label, open_value};
use signet_sealing_keys::PrivateKey;

use crate::fixture;

/// A text without what is random in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// The text with an `X` in place of each ciphertext.
    pub layout: String,
    /// What the ciphertexts hold, in order, and where each opens.
    pub opened: Vec<String>,
}

impl Seen {
    /// Opens what can be opened with the test key.
    pub fn of(text: &[u8]) -> Self {
        let text = String::from_utf8_lossy(text);
        let opened = match documents(&text) {
            sealed if sealed.is_empty() => raw(&text),
            sealed => sealed.iter().flat_map(items).collect(),
        };
        Self {
            layout: without_ciphertexts(&text),
            opened,
        }
    }
}

fn documents(text: &str) -> Vec<SealedSecret> {
    let documents = read(text.as_bytes(), &Limits::default()).map_while(Result::ok);
    let sealed = documents.filter_map(|document| SealedSecret::from_document(&document, Reading::AsKubeseal).ok());
    sealed.filter(|sealed| !sealed.spec.encrypted_data.is_empty()).collect()
}

fn items(sealed: &SealedSecret) -> Vec<String> {
    let label = label(sealed.scope(), sealed.namespace(), sealed.name());
    let items = sealed.spec.encrypted_data.iter();
    items
        .map(|(key, item)| format!("{key}={}", open(item, &label)))
        .collect()
}

/// A ciphertext alone does not say where it opens.
fn raw(text: &str) -> Vec<String> {
    if !is_ciphertext(text) {
        return Vec::new();
    }
    let mut places = vec![("cluster-wide".to_owned(), label(Scope::ClusterWide, "", ""))];
    for namespace in ["team", "default", "other", "pod"] {
        places.push((namespace.to_owned(), label(Scope::NamespaceWide, namespace, "")));
        for name in ["app", "other"] {
            places.push((format!("{namespace}/{name}"), label(Scope::Strict, namespace, name)));
        }
    }
    let opens = places
        .iter()
        .map(|(place, label)| format!("{place}={}", open(text, label)));
    opens.filter(|open| !open.ends_with(CLOSED)).collect()
}

fn open(item: &str, label: &[u8]) -> String {
    static KEY: OnceLock<PrivateKey> = OnceLock::new();
    let key = KEY.get_or_init(|| PrivateKey::from_pem(&fixture("key.pem")).unwrap());
    match open_value(item, &[key], label) {
        Ok((value, _)) => base64::encode(value.expose()),
        Err(_) => CLOSED.to_owned(),
    }
}

/// With an `X` in place of each long run of base64.
fn without_ciphertexts(text: &str) -> String {
    let mut layout = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let word = rest.find(|character: char| !is_base64(character)).unwrap_or(rest.len());
        let (run, after) = rest.split_at(word);
        layout.push_str(if is_ciphertext(run) { "X" } else { run });
        let other = after.find(is_base64).unwrap_or(after.len());
        layout.push_str(&after[..other]);
        rest = &after[other..];
    }
    layout
}

/// RSA-2048 or RSA-4096 behind its length, as base64.
fn is_ciphertext(run: &str) -> bool {
    run.len() > 300 && run.starts_with('A') && run.chars().all(is_base64)
}

fn is_base64(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '+' | '/' | '=')
}

const CLOSED: &str = "does not open";
