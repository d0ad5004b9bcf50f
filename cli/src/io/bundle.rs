//! Certificates of several clusters in one text, each with the cluster's name before it.

/// The PEM block of the cluster with that name; without a name, that of the only cluster.
///
/// The name of a block is what the line before it says: `# cluster: prod`, `# prod` or `prod`, in one word. Blocks without names are one cluster's, and
/// the first one counts.
///
/// # Errors
/// [`BundleError`].
pub(crate) fn pick<'a>(text: &'a [u8], cluster: Option<&str>) -> Result<&'a [u8], BundleError> {
    let blocks = blocks(text);
    let mut names: Vec<&str> = Vec::new();
    for name in blocks.iter().filter_map(|block| block.name.as_deref()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let wanted = match (cluster, &names[..]) {
        (Some(cluster), _) => cluster,
        (None, [] | [_]) => return Ok(text),
        (None, _) => return Err(BundleError::Several(names.join(", "))),
    };
    let found = blocks.iter().find(|block| block.name.as_deref() == Some(wanted));
    found.map(|block| block.text).ok_or_else(|| BundleError::Unknown {
        cluster: wanted.to_owned(),
        names: match &names[..] {
            [] => "no names".to_owned(),
            names => names.join(", "),
        },
    })
}

/// Why a bundle has no certificate for what was asked.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BundleError {
    #[error("certificates of several clusters: {0}")]
    Several(String),
    #[error("no certificate of the cluster {cluster:?}, but {names}")]
    Unknown { cluster: String, names: String },
}

/// A block with the text behind it.
struct Block<'a> {
    name: Option<String>,
    text: &'a [u8],
}

fn blocks(text: &[u8]) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut before: &[u8] = &[];
    let mut at = 0;
    let mut is_inside = false;
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let content = line.trim_ascii();
        if content == BEGIN {
            blocks.push(Block {
                name: name(before),
                text: text.get(at..).unwrap_or_default(),
            });
            is_inside = true;
        } else if content == END {
            (is_inside, before) = (false, &[]);
        } else if !is_inside && !content.is_empty() {
            before = content;
        }
        at += line.len();
    }
    blocks
}

fn name(line: &[u8]) -> Option<String> {
    let line = std::str::from_utf8(line).ok()?.trim_start_matches('#').trim();
    let name = line.strip_prefix("cluster:").unwrap_or(line).trim();
    // Tools write prose before a block too, such as its subject.
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:@".contains(&byte);
    (!name.is_empty() && name.bytes().all(is_name)).then(|| name.to_owned())
}

const BEGIN: &[u8] = b"-----BEGIN CERTIFICATE-----";
const END: &[u8] = b"-----END CERTIFICATE-----";

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn block(body: &str) -> String {
        format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n")
    }

    fn picked(text: &str, cluster: Option<&str>) -> Result<String, BundleError> {
        let picked = pick(text.as_bytes(), cluster)?;
        Ok(String::from_utf8(picked.to_vec()).unwrap())
    }

    #[test]
    fn each_cluster_has_its_own() {
        let text = format!("# cluster: prod\n{}\r\nstaging\r\n\r\n{}", block("ONE"), block("TWO"));
        assert!(picked(&text, Some("prod")).unwrap().starts_with(&block("ONE")));
        assert!(picked(&text, Some("staging")).unwrap().starts_with(&block("TWO")));
    }

    #[test]
    fn one_cluster_needs_no_name() {
        for text in [
            block("ONE"),
            block("ONE") + &block("TWO"),
            format!("# prod\n{}", block("ONE")),
            format!("# prod\n{}# prod\n{}", block("ONE"), block("TWO")),
            format!("subject=CN = one\n{}subject=CN = two\n{}", block("ONE"), block("TWO")),
            "no certificate".to_owned(),
            String::new(),
        ] {
            assert_eq!(picked(&text, None).unwrap(), text);
        }
    }

    #[test]
    fn nobody_seals_to_a_cluster_that_they_did_not_name() {
        let text = format!("# prod\n{}# staging\n{}", block("ONE"), block("TWO"));
        assert_eq!(
            picked(&text, None),
            Err(BundleError::Several("prod, staging".to_owned()))
        );
        for (text, cluster, names) in [
            (&text, "prod2", "prod, staging"),
            (&text, "", "prod, staging"),
            (&text, "PROD", "prod, staging"),
            (&text, "ONE", "prod, staging"),
            (&block("prod"), "prod", "no names"),
            (&String::new(), "prod", "no names"),
            (&"prod\n".to_owned(), "prod", "no names"),
        ] {
            let expected = BundleError::Unknown {
                cluster: cluster.to_owned(),
                names: names.to_owned(),
            };
            assert_eq!(picked(text, Some(cluster)), Err(expected));
        }
    }
}
