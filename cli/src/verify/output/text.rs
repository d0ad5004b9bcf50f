use crate::verify::Checked;

/// `FILE:LINE:COLUMN: severity: message [rule]`, as compilers have it, and the hint in a line of its own.
pub(super) fn render(files: &[Checked]) -> String {
    let lines = super::all(files).map(|(name, finding)| {
        let place = format!("{name}:{}", finding.position);
        let (severity, rule) = (finding.rule.severity, finding.rule.id);
        let hint = finding.hint.as_ref().map(|hint| format!("  hint: {hint}\n"));
        format!(
            "{place}: {severity}: {} [{rule}]\n{}",
            finding.message,
            hint.unwrap_or_default()
        )
    });
    lines.collect()
}
