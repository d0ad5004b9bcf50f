use std::path::{Path, PathBuf};

use clap::Args;

use super::{
    ReadingArguments, ReportArguments, Sessions,
    encrypt::{one, types},
    files,
    outcome::{Became, Status, Words, each},
};
use crate::{
    report::{Errors, Outcome},
    sops::{
        self,
        file::{self, Destination, Opening, check},
    },
};

/// Decrypt files that sops has encrypted, with the keys at hand: those of age, of SSH and of gpg, as sops finds them.
///
/// Without --in-place one file, or standard input, is decrypted to standard output. In a folder, files are decrypted that are encrypted.
#[derive(Args)]
#[command(after_help = "Examples:
  signet decrypt secrets.enc.yaml
  signet decrypt --extract '[\"database\"][\"password\"]' secrets.enc.yaml
  signet decrypt --check .                sees that everything opens and that nobody has changed it")]
pub(crate) struct Decrypt {
    /// Encrypted files; `-` or nothing is standard input. Folders with --in-place and --check.
    #[arg(value_name = "FILE")]
    paths: Vec<PathBuf>,
    /// Replace each file by its plaintext.
    #[arg(short, long, conflicts_with_all = ["write", "check", "extract"])]
    in_place: bool,
    /// Write nothing; see that each file opens and that nobody has changed it.
    #[arg(long, conflicts_with_all = ["write", "extract", "ignore_mac"])]
    check: bool,
    /// Write to a file instead of standard output.
    #[arg(short, long, value_name = "FILE")]
    write: Option<PathBuf>,
    /// Only the value there.
    #[arg(long, value_name = "[\"KEY\"][0]")]
    extract: Option<String>,
    /// Decrypt a file though its MAC is wrong: somebody may have changed it.
    #[arg(long)]
    ignore_mac: bool,
    #[command(flatten)]
    reading: ReadingArguments,
    #[command(flatten)]
    report: ReportArguments,
}

impl Decrypt {
    /// Decrypts, each file whole or not at all.
    ///
    /// # Errors
    /// Every fault of every file; those without one are decrypted.
    pub(crate) fn run(&self) -> Result<Outcome, Errors> {
        let Self {
            paths, reading, report, ..
        } = self;
        let sessions = Sessions::new(reading.config.clone());
        if !(self.in_place || self.check) {
            return Ok(self.one(&sessions).map(|()| Outcome::Done)?);
        }
        let mut errors = Errors::default();
        let files = files::encrypted(paths, reading.format, &mut errors);
        let words = if self.check { &CHECKED } else { &DECRYPTED };
        each(&files, words, report.output, errors, |path| {
            let session = &*sessions.of(path)?;
            match self.check {
                true => check(session, path, reading.format)?,
                false => file::decrypt(session, &self.command(Some(path), Destination::InPlace))?,
            }
            Ok(Became::from(Status::Done))
        })
    }

    fn one(&self, sessions: &Sessions) -> Result<(), sops::Error> {
        let file = one(&self.paths)?;
        let destination = self.write.clone().map_or(Destination::Stdout, Destination::File);
        let name = file.unwrap_or(Path::new("-"));
        let result = file::decrypt(&*sessions.of(name)?, &self.command(file, destination));
        result.map_err(|error| error.at(name))
    }

    fn command(&self, file: Option<&Path>, destination: Destination) -> file::Decrypt {
        file::Decrypt {
            file: file.map(Path::to_owned),
            name: None,
            types: types(self.reading.format),
            destination,
            extract: self.extract.clone().unwrap_or_default(),
            opening: Opening {
                ignore_mac: self.ignore_mac,
                ..file::opening()
            },
        }
    }
}

static DECRYPTED: Words = Words {
    doing: "decrypting",
    done: "decrypted",
    pending: "encrypted",
    unchanged: "not encrypted",
};

static CHECKED: Words = Words {
    doing: "checking",
    done: "right",
    pending: "wrong",
    unchanged: "not encrypted",
};
