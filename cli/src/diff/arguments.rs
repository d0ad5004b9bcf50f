use std::{ffi::OsString, path::PathBuf};

use clap::{Args, error::ErrorKind};

use super::{Diff, Sides, Style};
use crate::{arguments, io::input::Source};

/// Show which items and which metadata differ, never a value.
///
/// Ends with 0 if nothing differs and with 1 if something does. Sealed items, and values that sops has encrypted, are compared by their
/// ciphertexts, which differ also where the same value was sealed anew; --key and --decrypt tell the two apart.
///
/// Example: signet diff old.yaml new.yaml
#[derive(Args)]
pub(crate) struct DiffArguments {
    /// The older file; `-` is standard input.
    #[arg(value_name = "OLD")]
    old: PathBuf,
    /// The newer file.
    #[arg(
        value_name = "NEW",
        required_unless_present = "textconv",
        conflicts_with = "textconv"
    )]
    new: Option<PathBuf>,
    /// What Git adds where this is its external diff driver.
    #[arg(value_name = "GIT", hide = true)]
    git: Vec<OsString>,
    /// Open files that sops has encrypted with the keys at hand, to compare values and not ciphertexts.
    #[arg(long, conflicts_with = "textconv")]
    decrypt: bool,
    /// Private keys: PEM, or manifests of key Secrets.
    #[arg(long = "key", value_name = "FILE")]
    keys: Vec<PathBuf>,
    /// How to show it.
    #[arg(long, value_enum, default_value_t = Style::Text)]
    output: Style,
    /// Print OLD alone, each ciphertext shortened to a digest: for Git's diff.*.textconv.
    #[arg(long, conflicts_with_all = ["keys", "output"])]
    textconv: bool,
}

impl From<DiffArguments> for Diff {
    fn from(arguments: DiffArguments) -> Self {
        let sides = match (arguments.new, &arguments.git[..]) {
            (None, _) => Sides::One(Source::new(arguments.old)),
            (Some(new), []) => Sides::Two {
                old: Source::new(arguments.old),
                new: Source::new(new),
            },
            // gitdiffcore(7): path old-file old-hex old-mode new-file new-hex new-mode, and for a renamed file two more.
            (Some(old), [_, _, new, _, _] | [_, _, new, _, _, _, _]) => Sides::Git {
                path: arguments.old,
                old,
                new: PathBuf::from(new),
            },
            _ => arguments::definition()
                .error(
                    ErrorKind::TooManyValues,
                    "diff takes two files, or the seven or nine arguments of Git",
                )
                .exit(),
        };
        Self {
            sides,
            keys: arguments.keys,
            is_decrypting: arguments.decrypt,
            style: arguments.output,
        }
    }
}
