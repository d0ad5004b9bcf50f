//! `signet keys list` and `signet keys show`: everything but the private half.

use serde_json::{Value, json};

use super::{
    error::KeysError,
    objects::Objects,
    stored::{Origin, State, Stored, find, load_from},
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

type Keys = Vec<(Stored, State)>;

impl List {
    pub(crate) fn run(&self) -> Result<(), Errors> {
        let (keys, objects) = self.load()?;
        let number = |stored: &Stored| Some(objects.as_ref()?.opened_by(stored.fingerprint()?).len());
        let text = match self.style {
            Style::Json => {
                let keys = keys.iter().map(|(stored, state)| {
                    let mut key = describe(stored, *state);
                    key["objects"] = json!(number(stored));
                    key
                });
                format!("{:#}\n", Value::from(keys.collect::<Vec<_>>()))
            }
            Style::Text => {
                let lines = keys.iter().map(|(stored, state)| line(stored, *state, number(stored)));
                format!("{HEADING}{}", lines.collect::<String>())
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

impl List {
    /// The keys, and in a cluster the SealedSecrets. The keys are what was asked for, so they are shown without the others too.
    fn load(&self) -> Result<(Keys, Option<Objects>), Errors> {
        let Origin::Cluster(service) = &self.origin else {
            return Ok((self.origin.load()?, None));
        };
        let server = service.api_server().map_err(KeysError::Cluster)?;
        let keys = load_from(&server, &service.namespace)?;
        let objects = Objects::list(&server).map_err(|error| warn(&error.to_string()));
        Ok((keys, objects.ok()))
    }
}

impl Show {
    pub(crate) fn run(&self) -> Result<(), Errors> {
        let keys = self.origin.load()?;
        let (stored, state) = find(&keys, &self.key)?;
        print(self.style, stored, *state)
    }
}

/// Shows one key.
///
/// # Errors
/// It cannot be written.
pub(super) fn print(style: Style, stored: &Stored, state: State) -> Result<(), Errors> {
    let text = match style {
        Style::Json => format!("{:#}\n", describe(stored, state)),
        Style::Text => text(stored, state),
    };
    Ok(write_stdout(text.as_bytes()).map_err(Error::from)?)
}

fn line(stored: &Stored, state: State, objects: Option<usize>) -> String {
    let name = name(stored);
    let state = state.as_str();
    let objects = objects.map_or_else(|| "-".to_owned(), |number| number.to_string());
    match &stored.key {
        Ok(key) => {
            let certificate = key.certificate();
            let (from, until) = (certificate.not_before(), certificate.not_after());
            let (from, until) = (from.strftime("%Y-%m-%d"), until.strftime("%Y-%m-%d"));
            let bits = certificate.key_bits();
            format!(
                "{:50}  {state:9}  {from}  {until}  {bits:4}  {objects:>7}  {name}\n",
                key.fingerprint().as_str()
            )
        }
        Err(_) => format!(
            "{:50}  {state:9}  {:10}  {:10}  {:4}  {objects:>7}  {name}\n",
            "-", "-", "-", "-"
        ),
    }
}

fn text(stored: &Stored, state: State) -> String {
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

fn describe(stored: &Stored, state: State) -> Value {
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
    "FINGERPRINT                                         STATE      FROM        UNTIL       BITS  OBJECTS  SECRET\n";
