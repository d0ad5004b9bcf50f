//! Labels and annotations as a list with commas has them.

use std::collections::BTreeMap;

use signet_api::{annotations::SEALING_KEY, is_label_value, is_qualified_name};

/// What the metadata of a key Secret gets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct KeyMetadata(pub(crate) BTreeMap<String, String>);

/// `NAME=VALUE,NAME=VALUE`. As upstream has it, the label by which keys are found is not to be set.
pub(super) fn labels(text: &str) -> Result<KeyMetadata, String> {
    let KeyMetadata(mut labels) = pairs(text)?;
    for (name, value) in &labels {
        if !is_qualified_name(name) {
            return Err(format!("{name:?} is not a label's name"));
        }
        if !is_label_value(value) {
            return Err(format!("{value:?} is not a label's value"));
        }
    }
    labels.remove(SEALING_KEY);
    Ok(KeyMetadata(labels))
}

/// `NAME=VALUE,NAME=VALUE`.
pub(super) fn annotations(text: &str) -> Result<KeyMetadata, String> {
    let annotations = pairs(text)?;
    let mut names = annotations.0.keys();
    // Kubernetes takes capitals in the prefix of an annotation, and not in that of a label.
    match names.find(|name| !is_qualified_name(&name.to_ascii_lowercase())) {
        Some(name) => Err(format!("{name:?} is not an annotation's name")),
        None => Ok(annotations),
    }
}

fn pairs(text: &str) -> Result<KeyMetadata, String> {
    if text.is_empty() {
        return Ok(KeyMetadata::default());
    }
    let pair = |pair: &str| match pair.split_once('=') {
        Some((name, value)) => Ok((name.to_owned(), value.to_owned())),
        None => Err(format!("{pair:?} is not NAME=VALUE")),
    };
    text.split(',').map(pair).collect::<Result<_, _>>().map(KeyMetadata)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(pairs: &[(&str, &str)]) -> KeyMetadata {
        KeyMetadata(
            pairs
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
        )
    }

    #[test]
    fn pairs_as_upstream_has_them() {
        assert_eq!(labels(""), Ok(map(&[])));
        assert_eq!(
            labels("a=1,example.com/b=,a=2"),
            Ok(map(&[("a", "2"), ("example.com/b", "")]))
        );
        assert_eq!(
            labels("a=1,sealedsecrets.bitnami.com/sealed-secrets-key=other"),
            Ok(map(&[("a", "1")]))
        );
        assert_eq!(
            annotations("Example.com/a=b=c d"),
            Ok(map(&[("Example.com/a", "b=c d")]))
        );
    }

    #[test]
    fn what_the_api_server_would_refuse_in_a_month_is_refused_now() {
        for wrong in [
            "a",
            "a=1,",
            ",a=1",
            "=1",
            "a=b=c",
            "a=b c",
            "-a=1",
            "Example.com/a=1",
            " a=1",
        ] {
            assert!(labels(wrong).is_err(), "{wrong}");
        }
        for wrong in ["a", "a=1,", "=1", "a b=1", "/a=1", "a/b/c=1"] {
            assert!(annotations(wrong).is_err(), "{wrong}");
        }
    }
}
