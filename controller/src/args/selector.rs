//! Label selectors.

use std::str::FromStr;

use signet_api::{is_label_value, is_qualified_name};

/// A label selector as the API server reads it (`k8s.io/apimachinery/pkg/labels`): requirements joined by commas, each of them `NAME`,
/// `!NAME`, `NAME=VALUE`, `NAME==VALUE`, `NAME!=VALUE`, `NAME in (VALUE,VALUE)`, `NAME notin (VALUE,VALUE)`, `NAME<NUMBER` or `NAME>NUMBER`.
/// The empty one selects everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct LabelSelector(String);

/// The text is no label selector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be a label selector such as team=blue,!legacy or env in (test,production)")]
pub(crate) struct ParseLabelSelectorError;

impl LabelSelector {
    /// For a query; none where everything is selected.
    pub(crate) fn as_query(&self) -> Option<&str> {
        Some(self.0.as_str()).filter(|text| !text.trim().is_empty())
    }
}

impl FromStr for LabelSelector {
    type Err = ParseLabelSelectorError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let selector = Self(text.to_owned());
        match selector
            .as_query()
            .is_none_or(|text| requirements(text).all(is_requirement))
        {
            true => Ok(selector),
            false => Err(ParseLabelSelectorError),
        }
    }
}

/// The parts between the commas that do not stand in parentheses.
fn requirements(text: &str) -> impl Iterator<Item = &str> {
    let mut is_inside = false;
    text.split(move |character| {
        is_inside = match character {
            '(' => true,
            ')' => false,
            _ => is_inside,
        };
        character == ',' && !is_inside
    })
}

fn is_requirement(text: &str) -> bool {
    let text = text.trim();
    if let Some(name) = text.strip_prefix('!') {
        return is_qualified_name(name.trim());
    }
    let end = text.find(|character: char| character.is_whitespace() || "=!<>(".contains(character));
    let (name, rest) = text.split_at(end.unwrap_or(text.len()));
    is_qualified_name(name) && is_condition(rest.trim())
}

fn is_condition(text: &str) -> bool {
    let one = |prefix| text.strip_prefix(prefix).map(str::trim);
    if let Some(value) = one("==").or_else(|| one("!=")).or_else(|| one("=")) {
        return is_label_value(value);
    }
    if let Some(number) = one("<").or_else(|| one(">")) {
        return number.parse::<i64>().is_ok();
    }
    match one("notin").or_else(|| one("in")) {
        Some(values) => values
            .strip_prefix('(')
            .and_then(|values| values.strip_suffix(')'))
            .is_some_and(|values| values.split(',').map(str::trim).all(is_label_value)),
        None => text.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_that_the_api_server_takes() {
        for text in [
            "a",
            "!a",
            "! a",
            "a=b",
            "a==b",
            "a!=b",
            " a = b , !c ",
            "a=",
            "example.com/a in (b, c),d",
            "a in (b),c notin (d,e)",
            "a in ()",
            "a in(b)",
            "n>1,n<10",
        ] {
            let selector = text.parse::<LabelSelector>();
            assert_eq!(selector.as_ref().map(LabelSelector::as_query), Ok(Some(text)), "{text}");
        }
        assert_eq!(
            " ".parse::<LabelSelector>().as_ref().map(LabelSelector::as_query),
            Ok(None)
        );
    }

    #[test]
    fn selectors_that_it_refuses() {
        for text in [
            ",",
            "a,",
            "a b",
            "a=b c",
            "a in b",
            "a in (b",
            "a in b)",
            "a in (b))",
            "a (b)",
            "=b",
            "!a=b",
            "a>b",
            "a=(b)",
            "-a",
            "a in (b c)",
            "a=b)",
            "Example.com/a",
        ] {
            assert!(text.parse::<LabelSelector>().is_err(), "{text}");
        }
    }
}
