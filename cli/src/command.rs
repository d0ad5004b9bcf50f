use crate::{
    cert::Cert,
    completion::Completion,
    diff::Diff,
    documents::{Decrypt, Encrypt, Rotate, UpdateKeys},
    edit::Edit,
    init::Init,
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
    Decrypt(Decrypt),
    Diff(Diff),
    Edit(Edit),
    Encrypt(Encrypt),
    Init(Init),
    Keys(Keys),
    Merge(Merge),
    Reseal(Box<Reseal>),
    Rotate(Rotate),
    Seal(Seal),
    SealFiles(SealFiles),
    Set(Set),
    Unseal(Unseal),
    Unset(Unset),
    UpdateKeys(UpdateKeys),
    Verify(Verify),
}

impl Command {
    pub(crate) fn run(&self) -> Result<Outcome, Errors> {
        let done = |()| Outcome::Done;
        match self {
            Self::Cert(cert) => Ok(cert.run().map(done)?),
            Self::Completion(completion) => Ok(completion.run().map(done).map_err(Error::from)?),
            Self::Decrypt(decrypt) => decrypt.run(),
            Self::Diff(diff) => diff.run(),
            Self::Edit(edit) => edit.run().map(done),
            Self::Encrypt(encrypt) => encrypt.run(),
            Self::Init(init) => init.run(),
            Self::Keys(keys) => keys.run(),
            Self::Merge(merge) => merge.run().map(done),
            Self::Reseal(reseal) => reseal.run(),
            Self::Rotate(rotate) => rotate.run(),
            Self::Seal(seal) => seal.run().map(done),
            Self::SealFiles(seal) => seal.run(),
            Self::Set(set) => set.run().map(done),
            Self::Unseal(unseal) => unseal.run().map(done),
            Self::Unset(unset) => unset.run().map(done),
            Self::UpdateKeys(update) => update.run(),
            Self::Verify(verify) => verify.run(),
        }
    }
}
