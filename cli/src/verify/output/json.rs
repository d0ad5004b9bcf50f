use serde_json::json;

use crate::verify::{Checked, output, rule::Severity};

pub(super) fn render(files: &[Checked]) -> String {
    let findings: Vec<_> = super::all(files)
        .map(|(name, finding)| {
            json!({
                "rule": finding.rule.id,
                "severity": finding.rule.severity.to_string(),
                "file": name,
                "line": finding.position.line,
                "column": finding.position.column,
                "message": finding.message,
                "hint": finding.hint,
            })
        })
        .collect();
    let sum = |number: fn(&Checked) -> usize| files.iter().map(number).sum::<usize>();
    let report = json!({
        "files": files.len(),
        "objects": sum(|file| file.findings.objects),
        "items": sum(|file| file.findings.items),
        "documents": sum(|file| file.findings.documents),
        "errors": output::count(files, Severity::Error),
        "warnings": output::count(files, Severity::Warning),
        "findings": findings,
    });
    format!("{report:#}\n")
}
