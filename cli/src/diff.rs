//! `signet diff`: what differs between two versions of sealed files, never a value.

mod arguments;
mod compare;
mod document;
mod object;
mod output;
mod textconv;

use std::path::{Path, PathBuf};

pub(crate) use arguments::DiffArguments;

use crate::{
    io::{
        input::{Input, Source},
        keys,
        output::write_stdout,
    },
    report::{Error, Errors, Outcome},
};
use compare::{Difference, compare};
use object::Side;
use output::Style;

/// `signet diff`.
pub(crate) struct Diff {
    sides: Sides,
    keys: Vec<PathBuf>,
    /// Whether to open what sops has encrypted.
    is_decrypting: bool,
    style: Style,
}

/// What is compared.
enum Sides {
    /// As Git calls an external diff driver: the name of the file and two temporary ones, or `/dev/null`.
    Git {
        path: PathBuf,
        old: PathBuf,
        new: PathBuf,
    },
    /// As Git calls a textconv.
    One(Source),
    Two {
        old: Source,
        new: Source,
    },
}

impl Diff {
    /// Shows what differs, and says whether anything does. Git takes that for a failure, so to Git it is not said.
    ///
    /// # Errors
    /// Every fault of every key file, or of both files; or why the result cannot be written.
    pub(crate) fn run(&self) -> Result<Outcome, Errors> {
        match &self.sides {
            Sides::One(source) => {
                let input = Input::read(source).map_err(Error::from)?;
                write_stdout(&textconv::convert(&input)).map_err(Error::from)?;
                Ok(Outcome::Done)
            }
            Sides::Two { old, new } => {
                let shown = new.path().or(old.path()).map(|path| path.display().to_string());
                let names = [old.path(), new.path()].map(|path| path.unwrap_or(Path::new("-")));
                let difference = self.compare([(old, names[0]), (new, names[1])], &shown.unwrap_or_default())?;
                write_stdout(self.style.render(&difference).as_bytes()).map_err(Error::from)?;
                Ok(if difference.is_empty() {
                    Outcome::Done
                } else {
                    Outcome::Found
                })
            }
            Sides::Git { path, old, new } => {
                let [old, new] = [old, new].map(|file| Source::File(file.clone()));
                let difference = self.compare([(&old, path), (&new, path)], &path.display().to_string())?;
                let text = match self.style.render(&difference) {
                    text if text.is_empty() => "nothing but layout and comments differs\n".to_owned(),
                    text => text,
                };
                write_stdout(format!("signet diff {}\n{text}", path.display()).as_bytes()).map_err(Error::from)?;
                Ok(Outcome::Done)
            }
        }
    }

    /// Compares two texts, each with a name by which its format is known.
    fn compare(&self, [old, new]: [(&Source, &Path); 2], shown: &str) -> Result<Difference, Errors> {
        let keys = keys::load(&self.keys).map_err(|errors| errors.into_iter().collect::<Errors>())?;
        let keys: Vec<_> = keys.iter().collect();
        let read = |(source, name): (&Source, &Path)| -> Result<Side, Error> {
            let input = Input::read(source)?;
            match document::side(&input, name, shown, self.is_decrypting)? {
                Some(side) => Ok(side),
                None => Ok(Side::read(&input)?),
            }
        };
        match (read(old), read(new)) {
            (Ok(old), Ok(new)) => Ok(compare(&old, &new, &keys)),
            (old, new) => Err([old.err(), new.err()].into_iter().flatten().collect()),
        }
    }
}
