//! In which format a file is read and written, and how it is laid out.

use std::path::Path;

use signet_document::{
    Limits,
    tree::{Layout, TreeFormat},
};
use signet_sops::Form;

use super::session::Session;
use crate::sops::{
    Error, Exit,
    command::{InputType, Types},
};

/// The formats of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Formats {
    pub(super) input: TreeFormat,
    pub(super) output: TreeFormat,
}

impl Formats {
    /// Those that were asked for, or else that of the path.
    pub(super) fn new(types: Types, path: &Path) -> Self {
        Self {
            input: format(types.input, path),
            output: format(types.output, path),
        }
    }
}

/// The format that was asked for, or else that of the path.
pub(super) fn format(asked: Option<InputType>, path: &Path) -> TreeFormat {
    match asked {
        Some(InputType::Binary) => TreeFormat::Binary,
        Some(InputType::Dotenv) => TreeFormat::Dotenv,
        Some(InputType::Ini) => TreeFormat::Ini,
        Some(InputType::Json) => TreeFormat::Json,
        Some(InputType::Yaml) => TreeFormat::Yaml,
        None => TreeFormat::of_path(&path.to_string_lossy()),
    }
}

/// How metadata stand in a format.
pub(super) fn form(format: TreeFormat) -> Form {
    match format {
        TreeFormat::Yaml | TreeFormat::Json | TreeFormat::Binary => Form::Nested,
        TreeFormat::Ini => Form::Section,
        TreeFormat::Dotenv => Form::Prefixed,
    }
}

/// How a text of a format is laid out where it follows no other; binary files stand in JSON.
///
/// # Errors
/// `--indent` that nothing can be indented by.
pub(super) fn layout(session: &Session, output: TreeFormat) -> Result<Layout, Error> {
    let stores = session.stores;
    let json = match output {
        TreeFormat::Binary => stores.json_binary_indent,
        _ => stores.json_indent,
    };
    let mut layout = Layout {
        yaml_indent: stores.yaml_indent,
        json_indent: json,
    };
    let Some(indent) = session.settings.indent else {
        return Ok(layout);
    };
    match (output.encrypted(), indent) {
        (TreeFormat::Yaml, 0) => layout.yaml_indent = Layout::default().yaml_indent,
        (TreeFormat::Yaml, 2..=9) => layout.yaml_indent = usize::try_from(indent).unwrap_or(2),
        (TreeFormat::Yaml, 1 | 10..) => layout.yaml_indent = 2,
        (TreeFormat::Json, -1) => layout.json_indent = None,
        (TreeFormat::Json, 0..=MOST) => layout.json_indent = usize::try_from(indent).ok(),
        (TreeFormat::Dotenv | TreeFormat::Ini, _) => {}
        _ => {
            let message = format!("Could not marshal tree: --indent {indent} is no indentation");
            return Err(Error::new(Exit::ErrorDumpingTree, message));
        }
    }
    Ok(layout)
}

/// What a file may cost to read: far more than an object of Kubernetes.
pub(super) const LIMITS: Limits = Limits {
    bytes: 1 << 30,
    depth: 100,
    nodes: 20_000_000,
};

/// So that a small file does not become a huge one.
const MOST: i64 = 255;
