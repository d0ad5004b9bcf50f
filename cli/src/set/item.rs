use std::{
    ffi::{OsStr, OsString},
    io::{self, IsTerminal, stdin},
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
};

use signet_api::is_data_key;
use signet_plaintext::Plaintext;

use crate::{
    io::{file, prompt},
    report::{Error, warn},
};

/// An item to set, and where its value is.
pub(super) struct Item {
    pub(super) key: String,
    value: Value,
}

enum Value {
    Argument(Plaintext),
    File(PathBuf),
    /// A person at a terminal is asked.
    Stdin,
}

/// Items that cannot be set. Values are not named.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SetError {
    #[error("{0}- says neither a key nor where its value is")]
    Dash(String),
    #[error("{0}: standard input is empty")]
    Empty(String),
    #[error("interrupted")]
    Interrupted,
    #[error("item {0}: its key is none for a Secret")]
    Key(usize),
    #[error("{0} is there twice")]
    Twice(String),
    #[error("only one value can come from standard input, and {0} is the second")]
    TwoStdins(String),
    #[error("cannot read {key}: {reason}")]
    Typed { key: String, reason: String },
}

impl SetError {
    pub(crate) fn hint(&self) -> Option<String> {
        let key = "write KEY=VALUE, KEY@FILE or KEY; keys have A-Z, a-z, 0-9, -, _ and . only; in a file of sops [\"a b\"][0] leads to any";
        match self {
            Self::Dash(key) => Some(format!(
                "{key}=- takes the value from standard input, and {key}-=- is for the key {key}-"
            )),
            Self::Empty(key) => Some(format!("if it should be empty, give {key}=")),
            Self::Key(_) => Some(key.to_owned()),
            Self::TwoStdins(_) => Some("put the value into a file: KEY@FILE".to_owned()),
            Self::Interrupted | Self::Twice(_) | Self::Typed { .. } => None,
        }
    }
}

/// The items that some arguments stand for.
///
/// # Errors
/// [`SetError`], one for each argument that stands for none.
pub(super) fn parse(arguments: &[OsString]) -> Result<Vec<Item>, Vec<SetError>> {
    let (mut items, mut errors) = (Vec::<Item>::new(), Vec::new());
    for (index, argument) in arguments.iter().enumerate() {
        if let Some(key) = dashed(argument) {
            errors.push(SetError::Dash(key.to_owned()));
            continue;
        }
        let Some(item) = Item::parse(argument) else {
            errors.push(SetError::Key(index + 1));
            continue;
        };
        let takes_stdin = |item: &Item| matches!(item.value, Value::Stdin);
        if items.iter().any(|other| other.key == item.key) {
            errors.push(SetError::Twice(item.key));
        } else if takes_stdin(&item) && items.iter().any(takes_stdin) && !stdin().is_terminal() {
            errors.push(SetError::TwoStdins(item.key));
        } else {
            items.push(item);
        }
    }
    if errors.is_empty() { Ok(items) } else { Err(errors) }
}

/// The key in `KEY-`, which may be meant for `KEY=-`.
fn dashed(argument: &OsStr) -> Option<&str> {
    let key = argument.to_str()?.strip_suffix('-')?;
    is_data_key(key).then_some(key)
}

impl Item {
    /// Whether the key is a path into a document, and no key of a Secret.
    pub(super) fn is_path(&self) -> bool {
        self.key.starts_with('[')
    }

    /// Whether the value stands among the arguments.
    pub(super) fn is_argument(&self) -> bool {
        matches!(self.value, Value::Argument(_))
    }

    /// The value, byte for byte.
    ///
    /// # Errors
    /// It cannot be read.
    pub(super) fn read(&self) -> Result<Plaintext, Error> {
        Ok(match &self.value {
            Value::Argument(value) => Plaintext::from(value.expose().to_vec()),
            Value::File(path) => file::read(path)?.into(),
            Value::Stdin if stdin().is_terminal() => {
                prompt::secret(&format!("{}: ", self.key)).map_err(|error| self.untyped(&error))?
            }
            Value::Stdin => self.read_stdin()?,
        })
    }

    fn parse(argument: &OsStr) -> Option<Self> {
        let bytes = argument.as_bytes();
        // A path as sops has it may hold any sign.
        let from = match bytes.starts_with(b"[") {
            true => bytes.windows(2).position(|two| matches!(two, b"]=" | b"]@"))? + 1,
            false => 0,
        };
        let is_end = |byte: &u8| matches!(byte, b'=' | b'@');
        let rest = bytes.get(from..)?;
        let end = from + rest.iter().position(is_end).unwrap_or(rest.len());
        let key = std::str::from_utf8(bytes.get(..end)?)
            .ok()
            .filter(|key| from > 0 || is_data_key(key))?;
        let rest = bytes.get(end + 1..).unwrap_or_default();
        let value = match bytes.get(end) {
            None => Value::Stdin,
            Some(_) if rest == b"-" => Value::Stdin,
            Some(b'@') => Value::File(Path::new(OsStr::from_bytes(rest)).to_owned()),
            Some(_) => Value::Argument(Plaintext::from(rest.to_vec())),
        };
        Some(Self {
            key: key.to_owned(),
            value,
        })
    }

    fn read_stdin(&self) -> Result<Plaintext, Error> {
        let value = Plaintext::from(file::read_stdin()?);
        if value.expose().is_empty() {
            return Err(SetError::Empty(self.key.clone()).into());
        }
        let lines = value.expose().iter().filter(|byte| **byte == b'\n').count();
        if lines == 1 && value.expose().ends_with(b"\n") {
            // The usual trap of `echo`. What is meant nobody can tell, so nothing is cut off.
            warn(&format!(
                "the value of {} ends with a line break; printf '%s' makes none",
                self.key
            ));
        }
        Ok(value)
    }

    fn untyped(&self, error: &io::Error) -> SetError {
        let reason = match error.kind() {
            io::ErrorKind::Interrupted => return SetError::Interrupted,
            io::ErrorKind::UnexpectedEof => "nothing was typed".to_owned(),
            _ => file::reason(error),
        };
        SetError::Typed {
            key: self.key.clone(),
            reason,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(argument: &str) -> Option<(String, String)> {
        let item = Item::parse(OsStr::new(argument))?;
        let value = match &item.value {
            Value::Argument(value) => format!("={}", String::from_utf8_lossy(value.expose())),
            Value::File(path) => format!("@{}", path.display()),
            Value::Stdin => "-".to_owned(),
        };
        Some((item.key, value))
    }

    #[test]
    fn the_first_sign_says_what_the_rest_is() {
        for (argument, key, value) in [
            ("a=b", "a", "=b"),
            ("a=", "a", "="),
            ("a=b@c=d", "a", "=b@c=d"),
            ("a=@b", "a", "=@b"),
            ("tls.crt@x=y", "tls.crt", "@x=y"),
            ("a=-", "a", "-"),
            ("a@-", "a", "-"),
            ("a=--", "a", "=--"),
            (".env", ".env", "-"),
            (r#"["a=b"][0]=c"#, r#"["a=b"][0]"#, "=c"),
            (r#"["a"]@b"#, r#"["a"]"#, "@b"),
        ] {
            assert_eq!(parsed(argument), Some((key.to_owned(), value.to_owned())), "{argument}");
        }
    }

    #[test]
    fn what_has_no_key_is_no_item() {
        for argument in ["", "=b", "@b", "a b=c", "a/b=c", "..=x", "..a", "\u{e9}=x"] {
            assert_eq!(parsed(argument), None, "{argument}");
        }
    }
}
