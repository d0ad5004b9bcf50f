//! `signet keys`: the sealing keys of a cluster, their backup, and the proof that it is one.

mod arguments;
mod backup;
mod drill;
mod envelope;
mod error;
mod objects;
mod party;
mod renew;
mod retire;
mod show;
mod stored;

pub(crate) use arguments::KeysArguments;
pub(crate) use error::KeysError;

use crate::report::{Errors, Outcome};

/// `signet keys`.
pub(crate) enum Keys {
    Backup(backup::Backup),
    Drill(drill::Drill),
    List(show::List),
    Renew(renew::Renew),
    Restore(backup::Restore),
    Retire(retire::Retire),
    Show(show::Show),
}

impl Keys {
    pub(crate) fn run(&self) -> Result<Outcome, Errors> {
        let done = |()| Outcome::Done;
        match self {
            Self::Backup(backup) => backup.run().map(done),
            Self::Drill(drill) => drill.run(),
            Self::List(list) => list.run().map(done),
            Self::Renew(renew) => renew.run().map(done),
            Self::Restore(restore) => restore.run().map(done),
            Self::Retire(retire) => retire.run().map(done),
            Self::Show(show) => show.run().map(done),
        }
    }
}
