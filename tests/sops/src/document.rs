use crate::Rule;

/// A document that both programs get.
#[derive(Clone)]
pub struct Document {
    /// What its file name ends in.
    pub format: Format,
    /// What of it is encrypted.
    pub rule: Rule,
    /// Its parts: it stays a document without any of them.
    pub entries: Vec<Entry>,
    /// Whether real sops refuses it.
    pub is_refused: bool,
    /// Whether its lines end as on Windows.
    pub has_carriage_returns: bool,
}

/// An item of the outermost level with what belongs to it, or a line between two.
#[derive(Clone)]
pub struct Entry {
    /// As it stands in the document.
    pub text: Vec<u8>,
    /// How many values it has.
    pub values: usize,
}

/// The formats of SOPS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// YAML.
    Yaml,
    /// JSON.
    Json,
    /// Lines of `KEY=value`.
    Dotenv,
    /// INI.
    Ini,
    /// Anything else, as one value.
    Binary,
}

impl Document {
    /// The whole text.
    pub fn text(&self) -> Vec<u8> {
        let parts: Vec<&[u8]> = self.entries.iter().map(|entry| entry.text.as_slice()).collect();
        match self.format {
            Format::Json => [b"{".as_slice(), &parts.join(b",".as_slice()), b"}\n"].concat(),
            _ if self.has_carriage_returns => windows(&parts.concat()),
            _ => parts.concat(),
        }
    }

    /// How many values it has.
    pub fn values(&self) -> usize {
        self.entries.iter().map(|entry| entry.values).sum()
    }
}

impl Entry {
    pub(crate) fn new(text: impl Into<Vec<u8>>, values: usize) -> Self {
        Self {
            text: text.into(),
            values,
        }
    }
}

impl Format {
    /// What the names of such files end in.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Yaml => "yaml",
            Self::Json => "json",
            Self::Dotenv => "env",
            Self::Ini => "ini",
            Self::Binary => "bin",
        }
    }
}

fn windows(text: &[u8]) -> Vec<u8> {
    let lines: Vec<&[u8]> = text.split(|&byte| byte == b'\n').collect();
    lines.join(b"\r\n".as_slice())
}
