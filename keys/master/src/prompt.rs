use std::io;

use zeroize::Zeroizing;

/// Somebody who can be asked.
pub trait Prompt: Send + Sync {
    /// Asks for a passphrase, which is not shown while it is typed.
    ///
    /// # Errors
    /// There is nobody to ask, or the answer cannot be read.
    fn passphrase(&self, question: &str) -> io::Result<Zeroizing<String>>;

    /// Asks for a line that may be seen.
    ///
    /// # Errors
    /// As [`Self::passphrase`].
    fn line(&self, question: &str) -> io::Result<String>;

    /// Tells something.
    fn tell(&self, message: &str);
}
