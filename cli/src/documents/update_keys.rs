use std::path::PathBuf;

use clap::Args;

use super::{
    ReadingArguments, ReportArguments, Sessions, files,
    outcome::{Became, Status, Words, each},
};
use crate::{
    report::{Errors, Outcome, warn},
    sops::file::{Update, update_keys},
};

/// Bring the keys of encrypted files to those of the .sops.yaml above them.
///
/// Values stay as they are, and so does their data key: who had it goes on knowing it. --rotate gives a file a new one where a recipient is
/// removed. What changed is listed. In a folder, files are updated that are encrypted.
#[derive(Args)]
#[command(after_help = "Examples:
  signet updatekeys --check .             exits with 1 if a file has other keys than its rule
  signet updatekeys --rotate clusters/    locks removed recipients out")]
pub(crate) struct UpdateKeys {
    /// Encrypted files, and folders of them.
    #[arg(value_name = "FILE", required = true)]
    paths: Vec<PathBuf>,
    /// Change nothing; list what would change, and exit with 1 if there is anything.
    #[arg(long)]
    check: bool,
    /// Give a file from which a recipient is removed a new data key too.
    #[arg(long, conflicts_with = "check")]
    rotate: bool,
    #[command(flatten)]
    reading: ReadingArguments,
    #[command(flatten)]
    report: ReportArguments,
}

impl UpdateKeys {
    /// Updates, each file whole or not at all.
    ///
    /// # Errors
    /// Every fault of every file; those without one are updated.
    pub(crate) fn run(&self) -> Result<Outcome, Errors> {
        let Self {
            paths, reading, report, ..
        } = self;
        let update = match (self.check, self.rotate) {
            (true, _) => Update::Check,
            (_, true) => Update::Rotate,
            _ => Update::Wrap,
        };
        let sessions = Sessions::new(reading.config.clone());
        let mut errors = Errors::default();
        let files = files::encrypted(paths, reading.format, &mut errors);
        let mut still_known = 0;
        let outcome = each(&files, &WORDS, report.output, errors, |path| {
            let keys = update_keys(&*sessions.of(path)?, path, reading.format, update)?;
            still_known += usize::from(update == Update::Wrap && !keys.removed.is_empty());
            let status = match (keys.is_changed, update) {
                (false, _) => Status::Unchanged,
                (true, Update::Check) => Status::Pending,
                (true, Update::Rotate | Update::Wrap) => Status::Done,
            };
            Ok(Became {
                status,
                added: keys.added,
                removed: keys.removed,
            })
        });
        if still_known > 0 {
            warn(&format!(
                "recipients that were removed from {still_known} of the files still know their data keys; `signet rotate` gives them new ones"
            ));
        }
        outcome
    }
}

static WORDS: Words = Words {
    doing: "updating",
    done: "updated",
    pending: "has other keys than its rule",
    unchanged: "up to date",
};
