/// A format of documents that SOPS knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TreeFormat {
    /// YAML, as go.yaml.in/yaml/v3 reads it.
    Yaml,
    /// JSON, as Go's encoding/json reads it (RFC 8259).
    Json,
    /// Lines `KEY=value`.
    Dotenv,
    /// INI, as gopkg.in/ini.v1 reads it.
    Ini,
    /// Bytes. Encrypted, they stand in a JSON document with the key `data`.
    Binary,
}

impl TreeFormat {
    /// The format of a file, by the end of its name. The case counts, and what is not known is binary (upstream `cmd/sops/formats`).
    pub fn of_path(path: &str) -> Self {
        let ends = |endings: &[&str]| endings.iter().any(|ending| path.ends_with(ending));
        match () {
            () if ends(&[".yaml", ".yml"]) => Self::Yaml,
            () if ends(&[".json"]) => Self::Json,
            () if ends(&[".env"]) => Self::Dotenv,
            () if ends(&[".ini"]) => Self::Ini,
            () => Self::Binary,
        }
    }

    /// The format that is called so on the command line: `yaml`, `json`, `dotenv`, `ini` or `binary`.
    pub fn of_name(name: &str) -> Option<Self> {
        match name {
            "yaml" => Some(Self::Yaml),
            "json" => Some(Self::Json),
            "dotenv" => Some(Self::Dotenv),
            "ini" => Some(Self::Ini),
            "binary" => Some(Self::Binary),
            _ => None,
        }
    }

    /// The format in which a document of this one stands encrypted: a binary one stands in JSON.
    #[must_use]
    pub fn encrypted(self) -> Self {
        match self {
            Self::Binary => Self::Json,
            other => other,
        }
    }
}
