//! `signet encrypt`, `decrypt`, `rotate` and `updatekeys`: the documents of sops, one or whole trees of them.
//!
//! ```text
//! paths → files → each on its own, whole or not at all → what became of each
//! ```

mod change;
mod decrypt;
mod encrypt;
mod files;
mod outcome;
mod rotate;
mod sessions;
mod update_keys;

use std::path::PathBuf;

use clap::Args;

use outcome::Style;
pub(crate) use {
    change::{edit_document, is_document, set_in_document, unset_in_document},
    decrypt::Decrypt,
    encrypt::Encrypt,
    rotate::Rotate,
    sessions::Sessions,
    update_keys::UpdateKeys,
};

/// How files are read that follow no other rule.
#[derive(Args, Clone)]
pub(crate) struct ReadingArguments {
    /// The format, in place of that of the file's name.
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<crate::sops::file::InputType>,
    /// The configuration, in place of the nearest .sops.yaml above each file.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// How to tell what became of the files.
#[derive(Args, Clone, Copy)]
struct ReportArguments {
    /// How to tell what became of the files.
    #[arg(long, value_enum, default_value_t = Style::Text)]
    output: Style,
}
