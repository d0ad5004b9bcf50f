use std::path::PathBuf;

use super::{backup::Vault, error::KeysError};
use crate::{
    report::{Errors, Outcome, say},
    verify::{self, Opened, Style},
};

/// `signet keys drill`: proves that a backup opens what is sealed.
pub(crate) struct Drill {
    pub(crate) paths: Vec<PathBuf>,
    pub(crate) vault: Vault,
    pub(crate) style: Style,
}

impl Drill {
    /// Opens every item with the keys of the backup, and lists what does not open. A run that finds nothing to open proves nothing, and
    /// fails.
    ///
    /// # Errors
    /// Why the backup does not open, a path cannot be read, or the result cannot be written.
    pub(crate) fn run(&self) -> Result<Outcome, Errors> {
        let keys = self.vault.keys()?;
        let count = keys.len();
        let Opened {
            objects,
            items,
            unopened,
            unchecked,
        } = verify::open_all(&self.paths, keys, self.style)?;
        if objects == 0 && unchecked == 0 {
            return Err(KeysError::NothingToOpen.into());
        }
        say(&format!(
            "{objects} SealedSecrets, {items} items, {count} keys: {unopened} do not open, {unchecked} could not be checked"
        ));
        Ok(if unopened + unchecked == 0 {
            Outcome::Done
        } else {
            Outcome::Found
        })
    }
}
