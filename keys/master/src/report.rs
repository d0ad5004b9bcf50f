use std::fmt;

use crate::{KeyError, lines::wrapped};

/// How the groups of a document fared that could not be unwrapped. It displays as upstream's report, word for word (`usererrors.go`).
#[derive(Debug)]
pub struct Report {
    /// What the metadata say is needed; 0 for nothing.
    pub threshold: u32,
    /// For each group, the keys that failed, or none where one succeeded.
    pub groups: Vec<Result<(), Vec<KeyFailure>>>,
}

/// A master key that does not unwrap.
#[derive(Debug, thiserror::Error)]
#[error("{key}: {error}")]
pub struct KeyFailure {
    /// What the key is called.
    pub key: String,
    /// Why.
    #[source]
    pub error: KeyError,
}

impl Report {
    pub(crate) fn new(threshold: u32) -> Self {
        Self {
            threshold,
            groups: Vec::new(),
        }
    }

    /// What could not be done, and what it would take.
    fn conclusion(&self) -> String {
        let threshold = self.threshold;
        if threshold == 0 {
            return "Recovery failed because no master key was able to decrypt the file. In order for SOPS to recover the file, at least one \
                    key has to be successful, but none were."
                .to_owned();
        }
        let successes = self.groups.iter().filter(|group| group.is_ok()).count();
        format!(
            "Recovery failed because the file was encrypted with a Shamir threshold of {threshold}, but only {successes} part(s) were \
             successfully recovered, one for each successful key group. In order for SOPS to recover the file, at least {threshold} groups \
             have to be successful. In order for a group to be successful, decryption has to succeed with any of the keys in that key group."
        )
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Failed to get the data key required to decrypt the SOPS file.\n\n")?;
        for (index, group) in self.groups.iter().enumerate() {
            match group {
                Ok(()) => write!(f, "Group {index}: SUCCESS")?,
                Err(failures) => {
                    writeln!(f, "Group {index}: FAILED")?;
                    write_failures(f, failures)?;
                }
            }
            f.write_str("\n\n")?;
        }
        f.write_str(&wrapped(&self.conclusion(), TEXT_WIDTH))
    }
}

fn write_failures(f: &mut fmt::Formatter<'_>, failures: &[KeyFailure]) -> fmt::Result {
    for (index, KeyFailure { key, error }) in failures.iter().enumerate() {
        if index > 0 {
            // The empty line between two keys is indented too.
            f.write_str("\n  \n")?;
        }
        write!(f, "  {key}: FAILED")?;
        let mut mark = '-';
        for line in wrapped(&error.to_string(), ERROR_WIDTH)
            .trim_end_matches('\n')
            .split('\n')
        {
            write!(f, "\n    {mark} | {line}")?;
            mark = ' ';
        }
    }
    Ok(())
}

/// In characters.
const TEXT_WIDTH: usize = 75;
/// In characters.
const ERROR_WIDTH: usize = 60;
