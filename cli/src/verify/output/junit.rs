use crate::verify::{Checked, finding::Finding, output, rule::Severity};

/// A test case for each file; its errors are failures, its warnings are output.
pub(super) fn render(files: &[Checked]) -> String {
    let failures = files.iter().filter(|file| errors(file).next().is_some()).count();
    let cases: String = files.iter().map(case).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n<testsuite name=\"signet verify\" tests=\"{}\" failures=\"{failures}\" \
         errors=\"0\">\n{cases}</testsuite>\n</testsuites>\n",
        files.len()
    )
}

fn case(file: &Checked) -> String {
    let name = escape(&file.name);
    let mut body: String = errors(file)
        .next()
        .map(|first| failure(file, first))
        .unwrap_or_default();
    let warnings = std::slice::from_ref(file);
    if output::count(warnings, Severity::Warning) > 0 {
        let lines = file
            .findings
            .found
            .iter()
            .filter(|finding| finding.rule.severity == Severity::Warning);
        let lines: String = lines.map(|finding| line(file, finding)).collect();
        body.push_str(&format!("<system-out>{}</system-out>\n", escape(&lines)));
    }
    if body.is_empty() {
        format!("<testcase classname=\"signet.verify\" name=\"{name}\"/>\n")
    } else {
        format!("<testcase classname=\"signet.verify\" name=\"{name}\">\n{body}</testcase>\n")
    }
}

/// All errors of a file in one element: the schema that most readers know allows a single failure.
fn failure(file: &Checked, first: &Finding) -> String {
    let lines: String = errors(file).map(|finding| line(file, finding)).collect();
    format!(
        "<failure type=\"{}\" message=\"{}\">{}</failure>\n",
        first.rule.id,
        escape(&first.message),
        escape(&lines)
    )
}

fn line(file: &Checked, finding: &Finding) -> String {
    let (rule, severity) = (finding.rule.id, finding.rule.severity);
    format!(
        "{}:{}: {severity}: {} [{rule}]\n",
        file.name, finding.position, finding.message
    )
}

fn errors(file: &Checked) -> impl Iterator<Item = &Finding> {
    file.findings
        .found
        .iter()
        .filter(|finding| finding.rule.severity == Severity::Error)
}

/// Text in XML 1.0, which has no way to write most control characters (section 2.2).
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' => escaped.push(character),
            character if character.is_control() || matches!(character, '\u{fffe}' | '\u{ffff}') => {
                escaped.push('\u{fffd}')
            }
            character => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_name_ends_its_attribute() {
        assert_eq!(
            escape("a\"<b>&'\u{1}\u{7f}\u{ffff}"),
            "a&quot;&lt;b&gt;&amp;'\u{fffd}\u{fffd}\u{fffd}"
        );
    }
}
