use std::path::{Path, PathBuf};

use clap::Args;

use super::{
    ReadingArguments, ReportArguments, Sessions,
    files::{self, File},
    outcome::{Became, Status, Words, each},
};
use crate::{
    report::{Errors, Outcome},
    sops::{
        self, Exit,
        file::{self, Creation, Destination, KeyNames, KeyServices, Types, absolute, is_encrypted},
    },
};

/// Encrypt files as sops does, for the keys of a .sops.yaml or for those that are named.
///
/// Without --in-place one file, or standard input, is encrypted to standard output. In a folder, files are encrypted that a creation rule
/// names by its path_regex, and those that are encrypted already are left alone.
#[derive(Args)]
#[command(after_help = "Examples:
  signet encrypt secrets.yaml > secrets.enc.yaml
  signet encrypt --in-place clusters/     every file in it that a rule names
  signet encrypt --check .                exits with 1 if one of them is not encrypted")]
pub(crate) struct Encrypt {
    /// YAML, JSON, dotenv, INI or any bytes; `-` or nothing is standard input. Folders with --in-place and --check.
    #[arg(value_name = "FILE")]
    paths: Vec<PathBuf>,
    /// Replace each file by its encryption.
    #[arg(short, long, conflicts_with_all = ["write", "check"])]
    in_place: bool,
    /// Change nothing; list the files that are not encrypted, and exit with 1 if there are any.
    #[arg(long, conflicts_with = "write")]
    check: bool,
    /// Write to a file instead of standard output. What is the same in it keeps its ciphertext.
    #[arg(short, long, value_name = "FILE")]
    write: Option<PathBuf>,
    /// What the input is called, by which its rule and its format are found.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["in_place", "check"])]
    path: Option<PathBuf>,
    /// Recipients of age, with commas between them, in place of the keys of the rule.
    #[arg(long, value_name = "RECIPIENTS")]
    age: Vec<String>,
    /// Fingerprints of OpenPGP, with commas between them, in place of the keys of the rule.
    #[arg(long, value_name = "FINGERPRINTS")]
    pgp: Vec<String>,
    #[command(flatten)]
    reading: ReadingArguments,
    #[command(flatten)]
    report: ReportArguments,
}

impl Encrypt {
    /// Encrypts, each file whole or not at all.
    ///
    /// # Errors
    /// Every fault of every file; those without one are encrypted.
    pub(crate) fn run(&self) -> Result<Outcome, Errors> {
        if !(self.in_place || self.check) {
            return Ok(self.one().map(|()| Outcome::Done)?);
        }
        let sessions = Sessions::new(self.reading.config.clone());
        let mut errors = Errors::default();
        let mut meant = Vec::new();
        for File { path, is_from_folder } in files::all(&self.paths, &mut errors) {
            let named = is_from_folder.then(|| sessions.of(&path)?.names(&absolute(&path)?));
            match named {
                None | Some(Ok(true)) => meant.push(path),
                Some(Ok(false)) => {}
                Some(Err(error)) => errors.push(error),
            }
        }
        each(&meant, &WORDS, self.report.output, errors, |file| {
            if is_encrypted(file, self.reading.format)? {
                return Ok(Status::Unchanged.into());
            }
            if self.check {
                return Ok(Status::Pending.into());
            }
            let encrypt = self.command(Some(file), Destination::InPlace);
            file::encrypt(&*sessions.of(file)?, &encrypt).map(|()| Became::from(Status::Done))
        })
    }

    fn one(&self) -> Result<(), sops::Error> {
        let Self { paths, write, path, .. } = self;
        let file = one(paths)?;
        let destination = write.clone().map_or(Destination::Stdout, Destination::File);
        let name = path.as_deref().or(file).unwrap_or(Path::new("-"));
        let sessions = Sessions::new(self.reading.config.clone());
        let result = file::encrypt(&*sessions.of(name)?, &self.command(file, destination));
        result.map_err(|error| error.at(name))
    }

    fn command(&self, file: Option<&Path>, destination: Destination) -> file::Encrypt {
        file::Encrypt {
            file: file.map(Path::to_owned),
            name: self.path.clone(),
            types: types(self.reading.format),
            destination,
            creation: Creation {
                keys: KeyNames {
                    age: self.age.join(","),
                    pgp: self.pgp.join(","),
                    ..KeyNames::default()
                },
                ..Creation::default()
            },
            services: KeyServices::local(),
        }
    }
}

/// One file, or none for standard input.
///
/// # Errors
/// There are several, or it is a folder.
pub(super) fn one(paths: &[PathBuf]) -> Result<Option<&Path>, sops::Error> {
    match paths {
        [] => Ok(None),
        [path] if path.as_os_str() == "-" => Ok(None),
        [path] if path.is_dir() => {
            Err(sops::Error::new(Exit::Usage, format!("{}: is a folder", path.display())).hint(MANY))
        }
        [path] => Ok(Some(path)),
        _ => Err(sops::Error::new(Exit::Usage, "there are several files, and one standard output").hint(MANY)),
    }
}

/// The same format for input and output.
pub(super) fn types(format: Option<file::InputType>) -> Types {
    Types {
        input: format,
        output: format,
    }
}

const MANY: &str = "--in-place changes files and folders of them where they lie; --check only looks at them";

static WORDS: Words = Words {
    doing: "encrypting",
    done: "encrypted",
    pending: "not encrypted",
    unchanged: "encrypted already",
};
