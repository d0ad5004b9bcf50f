use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// A place where the outcomes of a situation differ. Null stands for what is not there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Difference {
    /// The name of the situation.
    pub(crate) situation: String,
    /// Where: `secrets/app/data/a`.
    pub(crate) path: String,
    /// What the real controller makes of it, as JSON.
    pub(crate) theirs: String,
    /// What ours makes of it, as JSON.
    pub(crate) ours: String,
}

impl std::fmt::Display for Difference {
    /// As the list of those that are meant has it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            situation,
            path,
            theirs,
            ours,
        } = self;
        write!(f, "- {situation}: {path}\n  theirs: {theirs}\n  ours:   {ours}")
    }
}

/// All that differs in a situation.
pub(crate) fn differences(situation: &str, theirs: &Value, ours: &Value) -> BTreeSet<Difference> {
    let mut found = BTreeSet::new();
    collect(&mut found, situation, String::new(), theirs, ours);
    found
}

/// The deepest places that differ; where one side has nothing, all of the other.
fn collect(found: &mut BTreeSet<Difference>, situation: &str, path: String, theirs: &Value, ours: &Value) {
    if theirs == ours {
        return;
    }
    let (Value::Object(one), Value::Object(other)) = (theirs, ours) else {
        found.insert(Difference {
            situation: situation.to_owned(),
            path,
            theirs: theirs.to_string(),
            ours: ours.to_string(),
        });
        return;
    };
    let slash = if path.is_empty() { "" } else { "/" };
    for key in keys(one, other) {
        let of = |map: &Map<String, Value>| map.get(key).cloned().unwrap_or_default();
        collect(found, situation, format!("{path}{slash}{key}"), &of(one), &of(other));
    }
}

fn keys<'a>(one: &'a Map<String, Value>, other: &'a Map<String, Value>) -> impl Iterator<Item = &'a String> {
    one.keys().chain(other.keys().filter(|key| !one.contains_key(*key)))
}
