//! The texts of the files.

use std::collections::BTreeMap;

use signet_sops::{MasterKey, Selection, WrittenRule};

use crate::sops::{Error, Exit};

/// Who is to open what is encrypted.
pub(super) struct Recipients {
    age: Vec<String>,
    pgp: Vec<String>,
}

impl Recipients {
    /// # Errors
    /// There are none, or a name that no key can have.
    pub(super) fn new(age: &[String], pgp: &[String]) -> Result<Self, Error> {
        let names = |keys: Result<Vec<MasterKey>, _>| -> Result<Vec<String>, Error> {
            let keys = keys.map_err(|error: signet_sops::ParseKeyError| Error::new(Exit::Usage, error.to_string()))?;
            Ok(keys.iter().map(MasterKey::to_string).collect())
        };
        let recipients = Self {
            age: names(MasterKey::parse_age(&age.join(",")))?,
            pgp: names(MasterKey::parse_pgp(&pgp.join(",")))?,
        };
        if recipients.age.is_empty() && recipients.pgp.is_empty() {
            let error = Error::new(Exit::Usage, "a new .sops.yaml needs a recipient: --age or --pgp");
            return Err(error.hint("`age-keygen -o keys.txt` makes a key and prints its recipient"));
        }
        Ok(recipients)
    }
}

/// A `.sops.yaml` with one rule.
///
/// # Errors
/// The regular expression is none.
pub(super) fn configuration(recipients: &Recipients, path_regex: &str) -> Result<String, Error> {
    // Both are regular expressions of Go.
    Selection::new(&WrittenRule::EncryptedRegex(path_regex.to_owned()), false)
        .map_err(|error| Error::new(Exit::Usage, format!("--path-regex: {error}")))?;
    let list = |name: &str, keys: &[String]| -> String {
        match keys {
            [] => String::new(),
            keys => format!("    {name}: >-\n      {}\n", keys.join(",\n      ")),
        }
    };
    let quoted = path_regex.replace('\'', "''");
    Ok(format!(
        "# Which keys encrypt which files, for sops and for signet. A changed list of keys reaches the files by `signet updatekeys --rotate .`\n\
         creation_rules:\n  - path_regex: '{quoted}'\n{}{}",
        list("age", &recipients.age),
        list("pgp", &recipients.pgp)
    ))
}

/// A `.gitattributes` with the lines that it has not; none where it has all of them.
pub(super) fn attributes(text: &str) -> Option<String> {
    let known: BTreeMap<&str, &str> = text
        .lines()
        .filter_map(|line| line.trim().split_once(char::is_whitespace))
        .collect();
    let missing: Vec<_> = ATTRIBUTES
        .iter()
        .filter(|(pattern, _)| !known.contains_key(pattern))
        .map(|(pattern, attributes)| format!("{pattern} {attributes}\n"))
        .collect();
    if missing.is_empty() {
        return None;
    }
    let end = if text.is_empty() || text.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    Some(format!("{text}{end}{}", missing.concat()))
}

/// Files in a folder `secrets`, and those with `.enc.` in their names.
pub(super) const PATHS: &str = r"(^|/)secrets/|\.enc\.[a-z]+$";

/// The same files for Git, and sealed ones, which two sides cannot merge.
const ATTRIBUTES: [(&str, &str); 3] = [
    ("*.enc.*", "diff=signet merge=signet"),
    ("**/secrets/**", "diff=signet merge=signet"),
    ("*.sealed.*", "diff=signet"),
];

/// For pre-commit (https://pre-commit.com).
pub(super) const HOOK: &str = "repos:
  - repo: local
    hooks:
      - id: signet-verify
        name: signet verify
        description: no plaintext secret and no broken encrypted file is committed
        entry: signet verify
        language: system
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_added_once() {
        let all = "*.enc.* diff=signet merge=signet\n**/secrets/** diff=signet merge=signet\n*.sealed.* diff=signet\n";
        assert_eq!(attributes("").as_deref(), Some(all));
        assert_eq!(attributes(all), None);
        assert_eq!(attributes("a b").as_deref(), Some(format!("a b\n{all}").as_str()));
        let own = "*.enc.* diff=own\n";
        assert_eq!(
            attributes(own).as_deref(),
            Some("*.enc.* diff=own\n**/secrets/** diff=signet merge=signet\n*.sealed.* diff=signet\n")
        );
    }
}
