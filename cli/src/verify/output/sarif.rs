use serde_json::{Value, json};

use crate::verify::{
    Checked,
    finding::Finding,
    rule::{self, Rule},
};

/// SARIF 2.1.0 (OASIS, 2020), with all rules, so that a reader knows what was looked for.
pub(super) fn render(files: &[Checked]) -> String {
    let results: Vec<_> = super::all(files).map(|(name, finding)| result(name, finding)).collect();
    let rules: Vec<_> = rule::ALL.into_iter().map(describe).collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "signet verify",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{log:#}\n")
}

fn describe(rule: &Rule) -> Value {
    json!({
        "id": rule.id,
        "shortDescription": {"text": rule.description},
        "defaultConfiguration": {"level": rule.severity.to_string()},
    })
}

fn result(name: &str, finding: &Finding) -> Value {
    let text = match &finding.hint {
        Some(hint) => format!("{}. Hint: {hint}", finding.message),
        None => finding.message.clone(),
    };
    json!({
        "ruleId": finding.rule.id,
        "ruleIndex": rule::ALL.iter().position(|rule| *rule == finding.rule),
        "level": finding.rule.severity.to_string(),
        "message": {"text": text},
        "locations": [{"physicalLocation": {
            "artifactLocation": {"uri": uri(name)},
            "region": {"startLine": finding.position.line, "startColumn": finding.position.column},
        }}],
    })
}

/// A path as a URI reference (RFC 3986, section 4.2); one from the root on is a `file:` URI.
fn uri(path: &str) -> String {
    let path = path.strip_prefix("./").unwrap_or(path);
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    let encoded: String = path
        .bytes()
        .map(|byte| match byte {
            byte if is_plain(byte) => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect();
    if encoded.starts_with('/') {
        format!("file://{encoded}")
    } else {
        encoded
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uris() {
        for (path, expected) in [
            ("apps/db.yaml", "apps/db.yaml"),
            ("./a b.yaml", "a%20b.yaml"),
            ("/work/ä.yaml", "file:///work/%C3%A4.yaml"),
            ("c:d#e?.yaml", "c%3Ad%23e%3F.yaml"),
        ] {
            assert_eq!(uri(path), expected);
        }
    }
}
