//! What became of each file, for people and for programs.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::{
    io::output::write_stdout,
    report::{self, Errors, Outcome, Progress, say},
    sops,
};

/// How to tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Style {
    /// One object with all files.
    Json,
    /// Lines.
    Text,
}

/// What a verb calls what it does.
pub(super) struct Words {
    /// As in `encrypting 3/7`.
    pub(super) doing: &'static str,
    /// Of a file that was changed, as in `encrypted`.
    pub(super) done: &'static str,
    /// Of a file that would be changed, as in `not encrypted`.
    pub(super) pending: &'static str,
    /// Of a file with which nothing is to be done.
    pub(super) unchanged: &'static str,
}

/// What became of a file.
pub(super) struct Became {
    pub(super) status: Status,
    /// Names of keys.
    pub(super) added: Vec<String>,
    pub(super) removed: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    Done,
    Pending,
    Unchanged,
}

impl From<Status> for Became {
    fn from(status: Status) -> Self {
        Self {
            status,
            added: Vec::new(),
            removed: Vec::new(),
        }
    }
}

/// Does the work with each file, and tells what became of it. One that fails does not keep the others from it.
///
/// # Errors
/// Those that were there before, and one for each file that failed.
pub(super) fn each(
    files: &[PathBuf],
    words: &Words,
    style: Style,
    mut errors: Errors,
    mut work: impl FnMut(&Path) -> Result<Became, sops::Error>,
) -> Result<Outcome, Errors> {
    let mut progress = Progress::new(words.doing, files.len());
    let mut results = Vec::new();
    for file in files {
        results.push((file, work(file).map_err(|error| error.at(file))));
        progress.step();
    }
    let count = |status: Status| {
        let same = |result: &&(&PathBuf, Result<Became, sops::Error>)| {
            result.1.as_ref().is_ok_and(|result| result.status == status)
        };
        results.iter().filter(same).count()
    };
    let (done, pending, unchanged) = (count(Status::Done), count(Status::Pending), count(Status::Unchanged));
    let text = match style {
        Style::Json => json_text(&results, words),
        Style::Text => results
            .iter()
            .map(|(file, result)| lines(file, result, words))
            .collect(),
    };
    write_stdout(text.as_bytes()).map_err(report::Error::from)?;
    let failed = results.len() - done - pending - unchanged;
    if style == Style::Text && pending == 0 && (!results.is_empty() || errors.is_empty()) {
        let counts = [(done, words.done), (unchanged, words.unchanged), (failed, "failed")];
        let counts = counts.iter().filter(|(count, word)| *count > 0 || *word == words.done);
        let counts: Vec<_> = counts.map(|(count, word)| format!("{count} {word}")).collect();
        say(&format!("{} files: {}", results.len(), counts.join(", ")));
    }
    for (_, result) in results {
        if let Err(error) = result {
            errors.push(error);
        }
    }
    errors.into_result().map(|()| match pending {
        0 => Outcome::Done,
        _ => Outcome::Found,
    })
}

/// The lines of a file whose keys are others, or that would be changed.
fn lines(file: &Path, result: &Result<Became, sops::Error>, words: &Words) -> String {
    let Ok(result) = result else {
        return String::new();
    };
    let word = match result.status {
        Status::Pending => words.pending,
        Status::Done if !(result.added.is_empty() && result.removed.is_empty()) => words.done,
        Status::Done | Status::Unchanged => return String::new(),
    };
    let keys =
        |sign: char, names: &[String]| -> String { names.iter().map(|name| format!("  {sign} {name}\n")).collect() };
    format!(
        "{}: {word}\n{}{}",
        file.display(),
        keys('+', &result.added),
        keys('-', &result.removed)
    )
}

fn json_text(results: &[(&PathBuf, Result<Became, sops::Error>)], words: &Words) -> String {
    let files: Vec<_> = results
        .iter()
        .map(|(file, result)| match result {
            Ok(result) => json!({
                "file": file.display().to_string(),
                "result": match result.status {
                    Status::Done => words.done,
                    Status::Pending => words.pending,
                    Status::Unchanged => words.unchanged,
                },
                "added": result.added,
                "removed": result.removed,
            }),
            Err(error) => json!({
                "file": file.display().to_string(),
                "result": "failed",
                "error": error.message,
                "hint": error.hint,
            }),
        })
        .collect();
    format!("{:#}\n", json!({"files": files}))
}
