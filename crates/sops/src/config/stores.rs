use super::{
    error::{ConfigError, Warning},
    fields::{At, Fields},
};

/// How files are laid out that follow no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stores {
    /// Blanks for a level of YAML, 2 to 9.
    pub yaml_indent: usize,
    /// Blanks for a level of JSON; none is a tab.
    pub json_indent: Option<usize>,
    /// The same for the JSON that a binary file stands in when it is encrypted.
    pub json_binary_indent: Option<usize>,
}

impl Default for Stores {
    /// Four blanks, and tabs.
    fn default() -> Self {
        Self {
            yaml_indent: 4,
            json_indent: None,
            json_binary_indent: None,
        }
    }
}

/// Reads `stores`.
///
/// # Errors
/// [`ConfigError::Wrong`].
pub(super) fn read(at: At<'_>, warnings: &mut Vec<Warning>) -> Result<Stores, ConfigError> {
    let mut fields = at.fields()?;
    let yaml_indent = match indent(&mut fields, "yaml", 0, warnings)? {
        None | Some(0) => Stores::default().yaml_indent,
        // As upstream's writer has it.
        Some(blanks) if (2..10).contains(&blanks) => blanks,
        Some(_) => 2,
    };
    let stores = Stores {
        yaml_indent,
        json_indent: indent(&mut fields, "json", -1, warnings)?,
        json_binary_indent: indent(&mut fields, "json_binary", -1, warnings)?,
    };
    for name in ["dotenv", "ini"] {
        if let Some(at) = fields.take(name) {
            at.fields()?.finish(warnings);
        }
    }
    fields.finish(warnings);
    Ok(stores)
}

/// The `indent` of a store. A negative one is none.
fn indent(
    fields: &mut Fields<'_>,
    name: &str,
    least: i128,
    warnings: &mut Vec<Warning>,
) -> Result<Option<usize>, ConfigError> {
    let Some(at) = fields.take(name) else {
        return Ok(None);
    };
    let mut fields = at.fields()?;
    let indent = fields.integer("indent", least, MOST)?;
    fields.finish(warnings);
    Ok(indent.and_then(|indent| usize::try_from(indent).ok()))
}

/// So that a small file does not become a huge one.
const MOST: i128 = 255;
