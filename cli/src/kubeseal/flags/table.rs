//! Which flags there are.

use std::ffi::OsString;

use super::USAGE;

/// A flag, as its line in the usage text declares it.
pub(super) struct Flag {
    pub(super) name: &'static str,
    pub(super) letter: Option<char>,
    pub(super) kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Boolean,
    /// A list with commas between its items, quoted as in CSV.
    Commas,
    /// A number of 32 bits.
    Integer,
    /// Levels for source files.
    Modules,
    /// A file, or a text that may be one. Its name need not be UTF-8.
    Path,
    /// A line of a source file.
    Place,
    /// A list by repetition.
    Repeated,
    Scope,
    /// A number or a name.
    Severity,
    /// A number of 64 bits, in Go's notation.
    Size,
    Text,
}

impl Flag {
    /// From `  -o, --format string   Output format …`.
    fn from_usage(line: &'static str) -> Option<Self> {
        let (head, tail) = line.split_once("--")?;
        let declaration = tail.split("   ").next()?;
        let (name, kind) = declaration.split_once(' ').unwrap_or((declaration, ""));
        Some(Self {
            name,
            letter: head
                .trim_start()
                .strip_prefix('-')
                .and_then(|letter| letter.chars().next()),
            kind: match kind {
                "" => Kind::Boolean,
                "Level" => Kind::Integer,
                "moduleSpec" => Kind::Modules,
                "severity" => Kind::Severity,
                "traceLocation" => Kind::Place,
                "uint" => Kind::Size,
                "strings" => Kind::Commas,
                "stringArray" => Kind::Repeated,
                _ if name == "scope" => Kind::Scope,
                _ if PATHS.contains(&name) => Kind::Path,
                _ => Kind::Text,
            },
        })
    }

    /// The value of a flag that stands alone.
    pub(super) fn implied(&self) -> Option<OsString> {
        (self.kind == Kind::Boolean).then(|| "true".into())
    }

    /// Whether it came with the logging library; those are not set by the environment.
    pub(super) fn is_klog(&self) -> bool {
        self.name.contains('_') || KLOG.contains(&self.name)
    }

    pub(super) fn title(&self) -> String {
        match self.letter {
            Some(letter) => format!("-{letter}, --{}", self.name),
            None => format!("--{}", self.name),
        }
    }

    pub(super) fn variable(&self) -> String {
        format!("SEALED_SECRETS_{}", self.name.to_uppercase().replace('-', "_"))
    }
}

pub(super) fn table() -> Vec<Flag> {
    let rotate = Flag {
        name: ROTATE,
        letter: None,
        kind: Kind::Boolean,
    };
    USAGE.lines().filter_map(Flag::from_usage).chain([rotate]).collect()
}

const KLOG: [&str; 6] = [
    "alsologtostderr",
    "alsologtostderrthreshold",
    "logtostderr",
    "stderrthreshold",
    "v",
    "vmodule",
];
const PATHS: [&str; 5] = ["cert", "kubeconfig", "merge-into", "sealed-secret-file", "secret-file"];
pub(super) const ROTATE: &str = "rotate";
