//! Templates and what sealed-secrets' own code makes of them.

#![allow(clippy::expect_used, reason = "a vector that cannot be read is a failed test")]

mod common;

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Deserialize;
use signet_gotemplate::Limits;

#[derive(Deserialize)]
struct Case {
    group: String,
    template: String,
    #[serde(default)]
    data: BTreeMap<String, String>,
    #[serde(default)]
    data_base64: BTreeMap<String, String>,
    expect: Option<String>,
    expect_base64: Option<String>,
    error: Option<String>,
}

impl Case {
    /// What is wrong with our answer.
    fn complaint(&self) -> Option<String> {
        let mut data: BTreeMap<&str, Vec<u8>> = BTreeMap::from([("out", self.template.clone().into_bytes())]);
        data.extend(
            self.data
                .iter()
                .map(|(key, value)| (key.as_str(), value.clone().into_bytes())),
        );
        for (key, value) in &self.data_base64 {
            data.insert(key, STANDARD.decode(value).expect("base64"));
        }
        let data = common::strings(data.iter().map(|(key, value)| (*key, value.as_slice())));
        let rendered = common::render_within(&self.template, &data, &Limits::default());
        let wanted = match (&self.expect, &self.expect_base64) {
            (Some(text), _) => Some(text.clone().into_bytes()),
            (None, Some(base64)) => Some(STANDARD.decode(base64).expect("base64")),
            (None, None) => None,
        };
        match (rendered, wanted) {
            (Ok(rendered), Some(wanted)) if rendered.output.expose() == wanted => None,
            (Ok(rendered), Some(wanted)) => Some(format!(
                "gives {:?} instead of {:?}",
                String::from_utf8_lossy(rendered.output.expose()),
                String::from_utf8_lossy(&wanted)
            )),
            (Ok(rendered), None) => Some(format!(
                "gives {:?} instead of the error {:?}",
                String::from_utf8_lossy(rendered.output.expose()),
                self.error
            )),
            (Err(error), Some(_)) => Some(format!("fails: {error}")),
            (Err(_), None) => None,
        }
    }
}

#[test]
fn gives_what_upstream_gives() {
    let cases: Vec<Case> = include_str!("vectors/corpus.jsonl")
        .lines()
        .map(|line| serde_json::from_str(line).expect("a case"))
        .collect();
    assert_eq!(cases.len(), 881);
    let complaints: Vec<String> = cases
        .iter()
        .filter_map(|case| Some(format!("[{}] {:?} {}", case.group, case.template, case.complaint()?)))
        .collect();
    assert!(
        complaints.is_empty(),
        "{} wrong:\n{}",
        complaints.len(),
        complaints.join("\n")
    );
}
