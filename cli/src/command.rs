use crate::{
    cert::Cert,
    completion::Completion,
    diff::Diff,
    edit::Edit,
    keys::Keys,
    merge::Merge,
    report::{Error, Errors, Outcome},
    reseal::Reseal,
    seal::{Seal, SealFiles},
    set::{Set, Unset},
    unseal::Unseal,
    verify::Verify,
};

/// What `signet` was asked to do.
pub(crate) enum Command {
    Cert(Cert),
    Completion(Completion),
    Diff(Diff),
    Edit(Edit),
    Keys(Keys),
    Merge(Merge),
    Reseal(Box<Reseal>),
    Seal(Seal),
    SealFiles(SealFiles),
    Set(Set),
    Unseal(Unseal),
    Unset(Unset),
    Verify(Verify),
}

impl Command {
    pub(crate) fn run(&self) -> Result<Outcome, Errors> {
        let done = |()| Outcome::Done;
        match self {
            Self::Cert(cert) => Ok(cert.run().map(done)?),
            Self::Completion(completion) => Ok(completion.run().map(done).map_err(Error::from)?),
            Self::Diff(diff) => diff.run(),
            Self::Edit(edit) => edit.run().map(done),
            Self::Keys(keys) => keys.run(),
            Self::Merge(merge) => merge.run().map(done),
            Self::Reseal(reseal) => reseal.run(),
            Self::Seal(seal) => seal.run().map(done),
            Self::SealFiles(seal) => seal.run(),
            Self::Set(set) => set.run().map(done),
            Self::Unseal(unseal) => unseal.run().map(done),
            Self::Unset(unset) => unset.run().map(done),
            Self::Verify(verify) => verify.run(),
        }
    }
}
