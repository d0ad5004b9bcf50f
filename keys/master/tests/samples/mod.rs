//! Documents that sops has encrypted, the keys to them, and surroundings that hold nothing but what a test puts there.

#![allow(dead_code, reason = "no test needs all of it")]

use std::{
    collections::BTreeMap,
    error::Error,
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{Arc, Mutex},
};

use signet_document::{Limits, Mapping, Node, Value, read};
use signet_master_keys::{DecryptionOrder, Prompt, Surroundings, UnwrapError, unwrap};
use signet_plaintext::DataKey;
use signet_sops::{Age, KeyGroup, MasterKey, Pgp, WrappedKey};
use zeroize::Zeroizing;

pub(crate) type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// Answers every question alike, and keeps what was asked.
#[derive(Default)]
pub(crate) struct Answers {
    pub(crate) passphrase: Option<&'static str>,
    pub(crate) asked: Mutex<Vec<String>>,
}

impl Prompt for Answers {
    fn passphrase(&self, question: &str) -> io::Result<Zeroizing<String>> {
        if let Ok(mut asked) = self.asked.lock() {
            asked.push(question.to_owned());
        }
        let answer = self.passphrase.ok_or_else(|| io::Error::other("nobody is there"))?;
        Ok(Zeroizing::new(answer.to_owned()))
    }

    fn line(&self, question: &str) -> io::Result<String> {
        self.passphrase(question).map(|answer| answer.to_string())
    }

    fn tell(&self, _: &str) {}
}

/// A directory as home, and variables.
pub(crate) fn surroundings(home: &Path, variables: &[(&str, &str)], prompt: Arc<dyn Prompt>) -> Surroundings {
    let home = ("HOME".into(), home.as_os_str().to_owned());
    let path = ("PATH".into(), std::env::var_os("PATH").unwrap_or_default());
    let variables = variables.iter().map(|(name, value)| ((*name).into(), (*value).into()));
    let variables: BTreeMap<OsString, OsString> = variables.chain([home, path]).collect();
    Surroundings::from_variables(variables, prompt)
}

pub(crate) fn vector(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(name)
}

/// Ends the agent of a directory of gpg. One without a secret key has none.
pub(crate) fn end_agent(home: &Path) {
    let mut kill = Command::new("gpgconf");
    kill.args(["--kill", "all"])
        .env("GNUPGHOME", home)
        .stderr(Stdio::null());
    let _ = kill.status();
}

/// A key file's path, as a variable's value.
pub(crate) fn key_path(name: &str) -> String {
    vector("keys").join(name).display().to_string()
}

/// The groups of a document, and their threshold.
pub(crate) fn groups(name: &str) -> Outcome<(Vec<KeyGroup>, Option<u32>)> {
    let bytes = fs::read(vector("keysources").join(name))?;
    let document = read(&bytes, &Limits::default()).next().ok_or("no document")??;
    let sops = mapping(mapping(&document.root)?.get("sops").ok_or("no metadata")?)?;
    let threshold = sops.get("shamir_threshold").and_then(Node::as_text);
    let threshold = threshold.map(|threshold| threshold.parse()).transpose()?;
    match sops.get("key_groups").map(|groups| &groups.value) {
        Some(Value::Sequence(groups)) => {
            let groups: Outcome<_> = groups.iter().map(|group| keys(mapping(group)?)).collect();
            Ok((groups?, threshold))
        }
        _ => Ok((vec![keys(sops)?], threshold)),
    }
}

fn keys(group: &Mapping) -> Outcome<KeyGroup> {
    let mut keys = Vec::new();
    for kind in ["pgp", "age"] {
        if let Some(Value::Sequence(entries)) = group.get(kind).map(|entries| &entries.value) {
            for entry in entries {
                let entry = mapping(entry)?;
                let field = |name: &str| entry.get(name).and_then(Node::as_text).map(|text| text.to_string());
                let key = match kind {
                    "age" => age(&field("recipient").ok_or("no recipient")?),
                    _ => pgp(&field("fp").ok_or("no fingerprint")?),
                };
                keys.push(wrapped(key, &field("enc").ok_or("no ciphertext")?));
            }
        }
    }
    Ok(KeyGroup::from(keys))
}

fn mapping(node: &Node) -> Outcome<&Mapping> {
    match &node.value {
        Value::Mapping(mapping) => Ok(mapping),
        _ => Err("not a mapping".into()),
    }
}

pub(crate) fn age(recipient: &str) -> MasterKey {
    let recipient = recipient.to_owned();
    MasterKey::Age(Age { recipient })
}

pub(crate) fn pgp(fingerprint: &str) -> MasterKey {
    let fingerprint = fingerprint.to_owned();
    MasterKey::Pgp(Pgp { fingerprint })
}

pub(crate) fn wrapped(key: MasterKey, ciphertext: &str) -> WrappedKey {
    WrappedKey {
        key,
        ciphertext: ciphertext.to_owned(),
        created: None,
        others: Default::default(),
    }
}

pub(crate) fn unwrap_sample(name: &str, surroundings: &Surroundings) -> Outcome<Result<DataKey, UnwrapError>> {
    let (groups, threshold) = groups(name)?;
    Ok(unwrap(&groups, threshold, &DecryptionOrder::default(), surroundings))
}

/// The error where there must be one; a data key has no `Debug`.
pub(crate) fn error_of<T, E>(result: Result<T, E>) -> Outcome<E> {
    match result {
        Ok(_) => Err("it should have failed".into()),
        Err(error) => Ok(error),
    }
}

/// What the report says of the keys that failed, without its line breaks.
pub(crate) fn reason(error: &UnwrapError) -> String {
    let text = error.to_string();
    let lines = text
        .lines()
        .filter_map(|line| line.split_once("| ").map(|(_, text)| text));
    lines.collect::<Vec<_>>().join(" ")
}
