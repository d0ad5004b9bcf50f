//! `signet merge`: the merge driver of Git for SOPS files.

use std::path::PathBuf;

use clap::Args;

use crate::{report::Errors, sops};

/// Merge two versions of a file that sops has encrypted, value by value, as a merge driver of Git.
///
/// The result is in OURS, with a MAC of its own. Where both sides changed the same value, its name is said, nothing is written, and Git shows
/// a conflict. It needs the keys of all three versions, as `sops decrypt` does.
#[derive(Args)]
#[command(after_help = "Example, for all YAML files of a repository that sops has encrypted:
  git config merge.sops.driver 'signet merge %O %A %B --path %P'
  echo '*.enc.yaml merge=sops' >> .gitattributes")]
pub(crate) struct Merge {
    /// The version from which both come; an empty file for none.
    base: PathBuf,
    /// One version, which becomes the result.
    ours: PathBuf,
    /// The other version.
    theirs: PathBuf,
    /// What the file is called, by which its format is known; OURS itself without it.
    #[arg(long, value_name = "NAME")]
    path: Option<PathBuf>,
}

impl Merge {
    /// Merges.
    ///
    /// # Errors
    /// A version cannot be opened, or there is a conflict.
    pub(crate) fn run(&self) -> Result<(), Errors> {
        let Self {
            base,
            ours,
            theirs,
            path,
        } = self;
        Ok(sops::merge(base, ours, theirs, path.as_ref().unwrap_or(ours))?)
    }
}
