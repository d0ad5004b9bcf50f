//! The differences as text.

use serde_json::{Map, Value, json};

use super::compare::{Change, Difference, ItemChange, ObjectDifference};

/// How to show the differences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Style {
    /// One object with all differences.
    Json,
    /// A line for each difference.
    Text,
}

impl Style {
    pub(super) fn render(self, difference: &Difference) -> String {
        match self {
            Self::Json => json_text(difference),
            Self::Text => text(difference),
        }
    }
}

fn text(difference: &Difference) -> String {
    let mut text: String = difference.objects.iter().map(object_text).collect();
    if difference.others {
        text.push_str("documents of other kinds differ\n");
    }
    text
}

fn object_text(object: &ObjectDifference) -> String {
    let note = match object.change {
        Change::Added => " (added)",
        Change::Changed => "",
        Change::Removed => " (removed)",
    };
    let mut text = format!("{}{note}\n", full_name(object));
    for (name, change) in &object.items {
        let (mark, note) = match change {
            ItemChange::Added => ("+", ""),
            ItemChange::Changed => ("~", ": another value"),
            ItemChange::Removed => ("-", ""),
            ItemChange::Resealed => ("~", ": another ciphertext of the same value"),
            ItemChange::Sealed => (
                "~",
                ": a ciphertext now; only a key tells whether the value is the same",
            ),
            ItemChange::Unknown => ("~", ": another ciphertext"),
            ItemChange::Unopened => ("~", ": another ciphertext, which no key opens"),
            ItemChange::Unsealed => (
                "~",
                ": no ciphertext any more; only a key tells whether the value is the same",
            ),
        };
        text.push_str(&format!("  {mark} item {name}{note}\n"));
    }
    for (name, change) in &object.metadata {
        let mark = match change {
            Change::Added => "+",
            Change::Changed => "~",
            Change::Removed => "-",
        };
        text.push_str(&format!("  {mark} {name}\n"));
    }
    if object.is_still_known {
        text.push_str("  ! who was removed still knows the data key: signet rotate makes another\n");
    }
    text
}

fn json_text(difference: &Difference) -> String {
    let objects: Vec<_> = difference.objects.iter().map(object_json).collect();
    let report =
        json!({"differs": !difference.is_empty(), "objects": objects, "otherDocumentsDiffer": difference.others});
    format!("{report:#}\n")
}

fn object_json(object: &ObjectDifference) -> Value {
    let items: Map<_, _> = object
        .items
        .iter()
        .map(|(name, change)| (name.clone(), word(*change).into()))
        .collect();
    let metadata: Map<_, _> = object
        .metadata
        .iter()
        .map(|(name, change)| (name.clone(), change_word(*change).into()))
        .collect();
    json!({
        "namespace": object.namespace,
        "name": object.name,
        "change": change_word(object.change),
        "items": items,
        "metadata": metadata,
        "dataKeyStillKnown": object.is_still_known,
    })
}

fn word(change: ItemChange) -> &'static str {
    match change {
        ItemChange::Added => "added",
        ItemChange::Changed => "changed",
        ItemChange::Removed => "removed",
        ItemChange::Resealed => "resealed",
        ItemChange::Sealed => "sealed",
        ItemChange::Unknown => "unknown",
        ItemChange::Unopened => "unopened",
        ItemChange::Unsealed => "unsealed",
    }
}

fn change_word(change: Change) -> &'static str {
    match change {
        Change::Added => "added",
        Change::Changed => "changed",
        Change::Removed => "removed",
    }
}

fn full_name(object: &ObjectDifference) -> String {
    match object.namespace.as_str() {
        "" => object.name.clone(),
        namespace => format!("{namespace}/{}", object.name),
    }
}
