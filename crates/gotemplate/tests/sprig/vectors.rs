//! What upstream's own code made of templates that were put together at random, a function or two in each.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Deserialize;

use crate::render;

#[derive(Deserialize)]
struct Case {
    family: String,
    template: String,
    expect: Option<String>,
    expect_base64: Option<String>,
    error: Option<String>,
}

impl Case {
    fn wanted(&self) -> Option<Vec<u8>> {
        match (&self.expect, &self.expect_base64) {
            (Some(text), _) => Some(text.clone().into_bytes()),
            (None, Some(base64)) => Some(STANDARD.decode(base64).expect("Base64")),
            (None, None) => None,
        }
    }

    /// What is wrong with our answer.
    fn complaint(&self) -> Option<String> {
        let given = render(&self.template).map(|rendered| rendered.output.expose().to_vec());
        match (given, self.wanted()) {
            (Ok(given), Some(wanted)) if given == wanted => None,
            (Err(_), None) => None,
            (Err(error), Some(_)) => Some(format!("fails: {error}")),
            (Ok(given), wanted) => {
                let shown = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                let wanted = wanted.map_or(self.error.clone().unwrap_or_default(), |wanted| shown(&wanted));
                Some(format!("gives {:?} instead of {wanted:?}", shown(&given)))
            }
        }
    }
}

#[test]
fn functions_give_what_upstreams_give() {
    let lines = include_str!("../vectors/sprig.jsonl").lines();
    let cases: Vec<Case> = lines.map(|line| serde_json::from_str(line).expect("a case")).collect();
    let mut families: BTreeMap<&str, usize> = BTreeMap::new();
    for case in &cases {
        *families.entry(&case.family).or_default() += 1;
    }
    assert!(
        families.len() == 9 && families.values().all(|count| *count >= 60),
        "{families:?}"
    );
    let complaints: Vec<String> = cases
        .iter()
        .filter_map(|case| Some(format!("[{}] {} {}", case.family, case.template, case.complaint()?)))
        .collect();
    assert!(
        complaints.is_empty(),
        "{} wrong:\n{}",
        complaints.len(),
        complaints.join("\n")
    );
}
