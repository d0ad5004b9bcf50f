//! `signet keys list` and `signet keys show`: everything but the private half.

use serde_json::{Value, json};

use super::{
    error::KeysError,
    stored::{Origin, State, Stored},
};
use crate::{
    io::output::write_stdout,
    report::{Error, Errors, warn},
};

/// How to show keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Style {
    /// An object for each key.
    Json,
    /// A line for each key.
    Text,
}

/// `signet keys list`.
pub(crate) struct List {
    pub(crate) origin: Origin,
    pub(crate) style: Style,
}

/// `signet keys show`.
pub(crate) struct Show {
    pub(crate) key: String,
    pub(crate) origin: Origin,
    pub(crate) style: Style,
}

impl List {
    pub(crate) fn run(&self) -> Result<(), Errors> {
        let keys = self.origin.load()?;
        let text = match self.style {
            Style::Json => {
                let keys: Vec<_> = keys.iter().map(describe).collect();
                format!("{:#}\n", Value::from(keys))
            }
            Style::Text => {
                let lines: String = keys.iter().map(line).collect();
                format!("{HEADING}{lines}")
            }
        };
        for (stored, _) in &keys {
            if let Err(fault) = &stored.key {
                warn(&format!("{}: {fault}", name(stored)));
            }
        }
        Ok(write_stdout(text.as_bytes()).map_err(Error::from)?)
    }
}

impl Show {
    pub(crate) fn run(&self) -> Result<(), Errors> {
        let keys = self.origin.load()?;
        let wanted = self.key.strip_prefix("SHA256:").unwrap_or(&self.key);
        let is_meant = |stored: &Stored| {
            let fingerprint = stored
                .key
                .as_ref()
                .map(|key| key.fingerprint().as_str())
                .unwrap_or_default();
            let digest = fingerprint.strip_prefix("SHA256:").unwrap_or_default();
            (!wanted.is_empty() && digest.starts_with(wanted)) || stored.secret.name() == self.key
        };
        let meant: Vec<_> = keys.iter().filter(|(stored, _)| is_meant(stored)).collect();
        let [found] = meant[..] else {
            let error = if meant.is_empty() {
                KeysError::Unknown
            } else {
                KeysError::Ambiguous
            };
            return Err(error(self.key.clone()).into());
        };
        let text = match self.style {
            Style::Json => format!("{:#}\n", describe(found)),
            Style::Text => text(found),
        };
        Ok(write_stdout(text.as_bytes()).map_err(Error::from)?)
    }
}

fn line((stored, state): &(Stored, State)) -> String {
    let name = name(stored);
    let state = state.as_str();
    match &stored.key {
        Ok(key) => {
            let certificate = key.certificate();
            let (from, until) = (certificate.not_before(), certificate.not_after());
            let (from, until) = (from.strftime("%Y-%m-%d"), until.strftime("%Y-%m-%d"));
            let bits = certificate.key_bits();
            format!(
                "{:50}  {state:9}  {from}  {until}  {bits:4}  {name}\n",
                key.fingerprint().as_str()
            )
        }
        Err(_) => format!("{:50}  {state:9}  {:10}  {:10}  {:4}  {name}\n", "-", "-", "-", "-"),
    }
}

fn text(found: &(Stored, State)) -> String {
    let (stored, state) = found;
    let mut text = format!("secret       {}\nstate        {}\n", name(stored), state.as_str());
    match &stored.key {
        Ok(key) => {
            let certificate = key.certificate();
            text.push_str(&format!(
                "fingerprint  {}\nkey          RSA, {} bits\nvalid from   {}\nvalid until  {}\n",
                key.fingerprint(),
                certificate.key_bits(),
                certificate.not_before(),
                certificate.not_after(),
            ));
            text.push_str(&certificate.to_pem());
        }
        Err(fault) => text.push_str(&format!("fault        {fault}\n")),
    }
    text
}

fn describe((stored, state): &(Stored, State)) -> Value {
    let mut object = json!({
        "namespace": stored.secret.namespace(),
        "name": stored.secret.name(),
        "state": state.as_str(),
        "created": stored.secret.metadata.creation_timestamp.as_ref().map(|time| time.0.to_string()),
    });
    let more = match &stored.key {
        Ok(key) => json!({
            "fingerprint": key.fingerprint().as_str(),
            "keyBits": key.certificate().key_bits(),
            "notBefore": key.certificate().not_before().to_string(),
            "notAfter": key.certificate().not_after().to_string(),
            "certificate": key.certificate().to_pem(),
        }),
        Err(fault) => json!({"fault": fault.to_string()}),
    };
    if let (Value::Object(object), Value::Object(more)) = (&mut object, more) {
        object.extend(more);
    }
    object
}

fn name(stored: &Stored) -> String {
    match (stored.secret.namespace(), stored.secret.name()) {
        (namespace, "") => format!(
            "{namespace}/{}",
            stored.secret.metadata.generate_name.as_deref().unwrap_or("?")
        ),
        ("", name) => name.to_owned(),
        (namespace, name) => format!("{namespace}/{name}"),
    }
}

const HEADING: &str =
    "FINGERPRINT                                         STATE      FROM        UNTIL       BITS  SECRET\n";
