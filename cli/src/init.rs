//! `signet init`: what a repository needs, so that secrets in it are encrypted, checked, compared and merged.

mod files;
mod git;

use std::path::PathBuf;

use clap::Args;

use crate::{
    io::{file, output::Target, output::write_stdout, replace::Mode},
    report::{Error, Errors, Outcome},
    sops::{self, Exit},
};
use files::Recipients;

/// Set a repository up: .sops.yaml, .gitattributes, a pre-commit hook, and Git's drivers for diff and merge.
///
/// What is there stays: a file is made where there is none, and lines are added to .gitattributes that it has not. Git keeps drivers in each
/// clone, so each clone runs it once; a second time it does nothing.
#[derive(Args)]
#[command(after_help = "Example:
  signet init --age age1…,age1…")]
pub(crate) struct Init {
    /// The repository.
    #[arg(value_name = "FOLDER", default_value = ".")]
    folder: PathBuf,
    /// Recipients of age for a new .sops.yaml, with commas between them.
    #[arg(long, value_name = "RECIPIENTS")]
    age: Vec<String>,
    /// Fingerprints of OpenPGP for a new .sops.yaml, with commas between them.
    #[arg(long, value_name = "FINGERPRINTS")]
    pgp: Vec<String>,
    /// Which files the rule of a new .sops.yaml is for: a regular expression of their path from the repository.
    #[arg(long, value_name = "REGEX", default_value = files::PATHS)]
    path_regex: String,
    /// Change nothing; list what is to be done, and exit with 1 if there is anything.
    #[arg(long)]
    check: bool,
}

/// A file that is to be written.
struct Planned {
    name: &'static str,
    text: String,
    is_new: bool,
}

impl Init {
    /// Does what is not done yet.
    ///
    /// # Errors
    /// There are no recipients for a new `.sops.yaml`, or a file cannot be read or written.
    pub(crate) fn run(&self) -> Result<Outcome, Errors> {
        let planned = self.planned()?;
        let drivers = git::missing(&self.folder);
        let mut told = String::new();
        for Planned { name, is_new, .. } in &planned {
            told += &match is_new {
                true => format!("{name}: a new file\n"),
                false => format!("{name}: more lines\n"),
            };
        }
        for driver in &drivers {
            told += &format!("git config {} {:?}\n", driver.name, driver.value);
        }
        if !self.check {
            for planned in &planned {
                let target = Target::new(Some(self.folder.join(planned.name)), Mode::Kept);
                target.write(planned.text.as_bytes()).map_err(Error::from)?;
            }
            for driver in &drivers {
                driver.set(&self.folder)?;
            }
        }
        write_stdout(told.as_bytes()).map_err(Error::from)?;
        Ok(match self.check && !told.is_empty() {
            true => Outcome::Found,
            false => Outcome::Done,
        })
    }

    fn planned(&self) -> Result<Vec<Planned>, Error> {
        let mut planned = Vec::new();
        if self.read(".sops.yaml")?.is_none() {
            let recipients = Recipients::new(&self.age, &self.pgp)?;
            planned.push(Planned {
                name: ".sops.yaml",
                text: files::configuration(&recipients, &self.path_regex)?,
                is_new: true,
            });
        }
        let attributes = self.read(".gitattributes")?;
        if let Some(text) = files::attributes(attributes.as_deref().unwrap_or_default()) {
            planned.push(Planned {
                name: ".gitattributes",
                text,
                is_new: attributes.is_none(),
            });
        }
        match self.read(".pre-commit-config.yaml")? {
            None => planned.push(Planned {
                name: ".pre-commit-config.yaml",
                text: files::HOOK.to_owned(),
                is_new: true,
            }),
            Some(text) if !text.contains("signet-verify") => crate::report::warn(
                ".pre-commit-config.yaml is there and does not name signet-verify; docs/git.md shows the lines",
            ),
            Some(_) => {}
        }
        Ok(planned)
    }

    /// A file of the repository; none where it is not there.
    fn read(&self, name: &str) -> Result<Option<String>, Error> {
        let path = self.folder.join(name);
        if !path.exists() {
            return Ok(None);
        }
        let text = file::read(&path)?;
        let text = String::from_utf8(text.to_vec());
        text.map(Some)
            .map_err(|_| sops::Error::new(Exit::Generic, format!("{}: is no UTF-8 text", path.display())).into())
    }
}
