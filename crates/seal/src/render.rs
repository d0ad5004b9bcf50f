//! The plain items of a template, rendered over the opened ones (upstream `sealedsecret_expansion.go`).

use std::collections::{BTreeMap, BTreeSet};

use aws_lc_rs::rand;
use jiff::Timestamp;
use signet_gotemplate::{Environment, Error, Limits, Map, Rendered, Template, Text, Time, Value, Zone};

use crate::unseal::{ItemError, Opened};

/// The time of a rendering, and its bound.
#[derive(Clone, Copy)]
pub struct Clock<'c> {
    /// What templates take for now; they read it in UTC.
    pub now: Timestamp,
    /// Whether the templates of this object have taken too long. Asked every thousand steps or so.
    pub expired: &'c dyn Fn() -> bool,
}

/// Renders the plain items and adds them to the opened ones; what goes wrong becomes a fault of the item. Gives back the items whose text
/// may be another one the next time.
///
/// - A template sees the opened items and the texts of all plain ones; where a key is both, the opened value.
/// - The output of such a template is thrown away, too: a plain item never takes the place of a sealed one. It can still fail.
/// - A plain item that is null leaves the opened item of that name out of the Secret, though not out of the templates' sight.
pub(crate) fn render(
    plain: &BTreeMap<String, Option<String>>,
    sealed: &BTreeMap<String, String>,
    opened: &mut Opened,
    clock: Clock<'_>,
) -> BTreeSet<String> {
    let context = context(plain, opened);
    let mut generated = BTreeSet::new();
    for (key, text) in plain {
        let Some(text) = text else {
            opened.values.remove(key);
            continue;
        };
        match render_item(key, text, &context, clock) {
            Ok(_) if sealed.contains_key(key) => {}
            Ok(rendered) => {
                if !rendered.nondeterministic.is_empty() {
                    generated.insert(key.clone());
                }
                opened.values.insert(key.clone(), rendered.output);
            }
            Err(error) => {
                // An item that did not open either has one fault already, and that one comes first.
                opened.faults.entry(key.clone()).or_insert(ItemError::Template(error));
            }
        }
    }
    generated
}

fn context(plain: &BTreeMap<String, Option<String>>, opened: &Opened) -> Value {
    let mut texts: BTreeMap<&str, Text> = BTreeMap::new();
    for (key, text) in plain {
        if let Some(text) = text {
            texts.insert(key, Text::from(text.as_str()));
        }
    }
    for (key, fault) in &opened.faults {
        // Upstream goes on with an empty text, and without any where there was nothing to open.
        if *fault == ItemError::NoKey {
            texts.insert(key, Text::from(""));
        }
    }
    for (key, value) in &opened.values {
        texts.insert(key, Text::from(value.expose()));
    }
    let entries = texts.into_iter().map(|(key, text)| (Text::from(key), text));
    Value::Map(Map::of_strings(entries))
}

fn render_item(key: &str, text: &str, context: &Value, clock: Clock<'_>) -> Result<Rendered, Error> {
    let limits = Limits {
        memory: MEMORY,
        ..Limits::default()
    };
    let mut random = |buffer: &mut [u8]| {
        if rand::fill(buffer).is_err() {
            // AWS-LC itself ends the process when the system has no randomness; a key made of zeros must not come to be.
            std::process::abort();
        }
    };
    let environment = Environment {
        now: Time {
            seconds: clock.now.as_second(),
            nanoseconds: clock.now.subsec_nanosecond().unsigned_abs(),
            zone: Zone::Local,
        },
        random: &mut random,
        expired: clock.expired,
    };
    Template::parse(key, text, &limits)?.render(context, &limits, environment)
}

/// Bytes of everything that one template makes on its way. A controller renders as many at once as it has processors, in a container of some
/// hundred mebibytes, and a Secret ends at one.
const MEMORY: usize = 64 << 20;
