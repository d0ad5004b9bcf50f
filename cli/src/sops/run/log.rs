//! Log lines on standard error, in the form of upstream's: `[CMD]\t time="…" level=warning msg="…"`, and shorter at a terminal.

use std::{
    env,
    io::{IsTerminal, stderr},
};

use jiff::Timestamp;

use crate::report::say;

/// How much a line matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    Warning,
    Error,
    Fatal,
}

/// A line, with fields behind its message.
pub(super) fn log(level: Level, message: &str, fields: &[(&str, &str)]) {
    let fields = fields.iter().map(|(name, value)| (*name, quoted(value)));
    if stderr().is_terminal() {
        let fields: String = fields.map(|(name, value)| format!(" {name}={value}")).collect();
        let message = format!("{message:<WIDTH$}{fields}");
        return match env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) {
            true => say(&format!("[CMD]\t {}[0000] {message}", level.short())),
            false => say(&format!(
                "\x1b[1m[CMD]\x1b[22m\t \x1b[{}m{}\x1b[0m[0000] {message}",
                level.colour(),
                level.short()
            )),
        };
    }
    let time = Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ");
    let fields: String = fields.map(|(name, value)| format!(" {name}={value}")).collect();
    let message = quoted(message);
    say(&format!(
        "[CMD]\t time=\"{time}\" level={} msg={message}{fields}",
        level.name()
    ));
}

/// A line that something is remarkable, though nothing failed.
pub(super) fn warn(message: &str) {
    log(Level::Warning, message, &[]);
}

/// Without quotes where there is nothing that needs them.
fn quoted(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._/@^+".contains(&byte);
    match !text.is_empty() && text.bytes().all(is_plain) {
        true => text.to_owned(),
        false => format!("{text:?}"),
    }
}

impl Level {
    fn name(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
            Self::Fatal => "fatal",
        }
    }

    fn short(self) -> &'static str {
        match self {
            Self::Warning => "WARN",
            Self::Error => "ERRO",
            Self::Fatal => "FATA",
        }
    }

    /// Yellow or red.
    fn colour(self) -> u8 {
        match self {
            Self::Warning => 33,
            Self::Error | Self::Fatal => 31,
        }
    }
}

/// Of a message at a terminal, in characters.
const WIDTH: usize = 44;
