//! The findings as text: for people, and for the programs that read JSON, SARIF or JUnit.

mod json;
mod junit;
mod sarif;
mod text;

use super::{Checked, finding::Finding, rule::Severity};

/// How to show the findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Style {
    /// One object with all findings.
    Json,
    /// JUnit's XML, a test case for each file.
    Junit,
    /// SARIF 2.1.0, as code scanning takes it.
    Sarif,
    /// A line for each finding.
    Text,
}

impl Style {
    pub(super) fn render(self, files: &[Checked]) -> String {
        match self {
            Self::Json => json::render(files),
            Self::Junit => junit::render(files),
            Self::Sarif => sarif::render(files),
            Self::Text => text::render(files),
        }
    }
}

/// Number of findings of that severity.
pub(super) fn count(files: &[Checked], severity: Severity) -> usize {
    all(files)
        .filter(|(_, finding)| finding.rule.severity == severity)
        .count()
}

/// Every finding with the name of its file.
fn all(files: &[Checked]) -> impl Iterator<Item = (&str, &Finding)> {
    files
        .iter()
        .flat_map(|file| file.findings.found.iter().map(|finding| (file.name.as_str(), finding)))
}
