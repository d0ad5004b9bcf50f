use crate::{
    cert::Cert,
    completion::Completion,
    diff::Diff,
    keys::Keys,
    report::{Error, Errors, Outcome},
    seal::Seal,
    unseal::Unseal,
    verify::Verify,
};

/// What `signet` was asked to do.
pub(crate) enum Command {
    Cert(Cert),
    Completion(Completion),
    Diff(Diff),
    Keys(Keys),
    Seal(Seal),
    Unseal(Unseal),
    Verify(Verify),
}

impl Command {
    pub(crate) fn run(&self) -> Result<Outcome, Errors> {
        let done = |()| Outcome::Done;
        match self {
            Self::Cert(cert) => Ok(cert.run().map(done)?),
            Self::Completion(completion) => Ok(completion.run().map(done).map_err(Error::from)?),
            Self::Diff(diff) => diff.run(),
            Self::Keys(keys) => keys.run(),
            Self::Seal(seal) => seal.run().map(done),
            Self::Unseal(unseal) => unseal.run().map(done),
            Self::Verify(verify) => verify.run(),
        }
    }
}
