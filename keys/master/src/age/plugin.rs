//! What a plugin of age may ask of the user (age's plugin protocol, "interactive" messages).

use std::{io, sync::Arc};

use ::age::{Callbacks, secrecy::SecretString};

use crate::Prompt;

/// Plugins' questions go where ours go.
#[derive(Clone)]
pub(super) struct Questions(pub(super) Arc<dyn Prompt>);

impl Callbacks for Questions {
    fn display_message(&self, message: &str) {
        self.0.tell(message);
    }

    fn confirm(&self, message: &str, yes: &str, no: Option<&str>) -> Option<bool> {
        let question = match no {
            Some(no) => format!("{message} (1: {yes}, 2: {no})"),
            None => format!("{message} (1: {yes})"),
        };
        confirmed(self.0.line(&question))
    }

    fn request_public_string(&self, description: &str) -> Option<String> {
        self.0.line(description).ok()
    }

    fn request_passphrase(&self, description: &str) -> Option<SecretString> {
        let answer = self.0.passphrase(description).ok()?;
        Some(SecretString::from(answer.as_str()))
    }
}

fn confirmed(answer: io::Result<String>) -> Option<bool> {
    answer.ok().map(|answer| answer.trim() == "1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_confirms() {
        for (answer, expected) in [("1", true), (" 1 ", true), ("2", false), ("", false), ("yes", false)] {
            assert_eq!(confirmed(Ok(answer.to_owned())), Some(expected), "{answer}");
        }
        assert_eq!(confirmed(Err(io::Error::other("gone"))), None);
    }
}
