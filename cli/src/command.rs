use crate::{
    cert::Cert,
    completion::Completion,
    report::{Error, Errors},
    seal::Seal,
    unseal::Unseal,
};

/// What `signet` was asked to do.
pub(crate) enum Command {
    Cert(Cert),
    Completion(Completion),
    Seal(Seal),
    Unseal(Unseal),
}

impl Command {
    pub(crate) fn run(&self) -> Result<(), Errors> {
        match self {
            Self::Cert(cert) => Ok(cert.run()?),
            Self::Completion(completion) => Ok(completion.run().map_err(Error::from)?),
            Self::Seal(seal) => seal.run(),
            Self::Unseal(unseal) => unseal.run(),
        }
    }
}
