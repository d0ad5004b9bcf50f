use signet_api::http::VERIFY;
use signet_document::write_json;

use super::{error::Error, input::read_sealed};
use crate::io::{
    cluster::Service,
    input::{Input, Source},
};

/// kubeseal `--validate`: asks the controller whether it can open SealedSecrets.
pub(crate) struct Validate {
    pub(crate) source: Source,
    pub(crate) service: Service,
}

impl Validate {
    /// Says nothing if it can open all.
    ///
    /// # Errors
    /// The first fault.
    pub(crate) fn run(&self) -> Result<(), Error> {
        let controller = self.service.open()?;
        for sealed in read_sealed(&Input::read(&self.source)?)? {
            let answer = controller.post(VERIFY, &write_json(&sealed.object.to_node()));
            answer.map_err(|refusal| match refusal.status {
                Some(CONFLICT) => Error::Undecryptable(sealed.title),
                _ => Error::Validate {
                    title: sealed.title,
                    refusal,
                },
            })?;
        }
        Ok(())
    }
}

/// The controller's answer about what it cannot open.
const CONFLICT: u16 = 409;
