use std::path::PathBuf;

use clap::Args;

use super::{
    ReadingArguments, ReportArguments, Sessions,
    encrypt::types,
    files,
    outcome::{Status, Words, each},
};
use crate::{
    report::{Errors, Outcome},
    sops::file::{self, Destination, KeyNames, check},
};

/// Give encrypted files a new data key, for the keys that they have.
///
/// Every value is encrypted anew, so that who knew the old data key learns nothing that is written from now on. In a folder, files are rotated
/// that are encrypted.
#[derive(Args)]
#[command(after_help = "Example:
  signet rotate clusters/prod
To take a recipient's key away, remove it in .sops.yaml and run: signet updatekeys --rotate clusters/prod")]
pub(crate) struct Rotate {
    /// Encrypted files, and folders of them.
    #[arg(value_name = "FILE", required = true)]
    paths: Vec<PathBuf>,
    /// Write nothing; see that each file opens and that nobody has changed it.
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    reading: ReadingArguments,
    #[command(flatten)]
    report: ReportArguments,
}

impl Rotate {
    /// Rotates, each file whole or not at all.
    ///
    /// # Errors
    /// Every fault of every file; those without one are rotated.
    pub(crate) fn run(&self) -> Result<Outcome, Errors> {
        let Self {
            paths, reading, report, ..
        } = self;
        let sessions = Sessions::new(reading.config.clone());
        let mut errors = Errors::default();
        let files = files::encrypted(paths, reading.format, &mut errors);
        let words = if self.check { &CHECKED } else { &ROTATED };
        each(&files, words, report.output, errors, |path| {
            let session = &*sessions.of(path)?;
            match self.check {
                true => check(session, path, reading.format)?,
                false => file::rotate(session, &self.command(path.to_owned()))?,
            }
            Ok(Status::Done.into())
        })
    }

    fn command(&self, file: PathBuf) -> file::Rotate {
        file::Rotate {
            file,
            name: None,
            types: types(self.reading.format),
            destination: Destination::InPlace,
            encryption_context: String::new(),
            aws_profile: String::new(),
            add: KeyNames::default(),
            remove: KeyNames::default(),
            opening: file::opening(),
        }
    }
}

static ROTATED: Words = Words {
    doing: "rotating",
    done: "rotated",
    pending: "not rotated",
    unchanged: "left alone",
};

static CHECKED: Words = Words {
    doing: "checking",
    done: "right",
    ..ROTATED
};
