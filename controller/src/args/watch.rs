//! Which objects are watched.

use clap::{ArgAction, Args};

use super::{go_bool, selector::LabelSelector};

/// Which SealedSecrets are watched, and whether their Secrets are.
#[derive(Clone, Debug, Args)]
pub(crate) struct WatchArguments {
    /// Watch all namespaces; false is the controller's own
    #[arg(long, value_name = "BOOL", env = "SEALED_SECRETS_ALL_NAMESPACES", default_value = "true", num_args = 0..=1, require_equals = true, default_missing_value = "true", action = ArgAction::Set, value_parser = go_bool)]
    pub(crate) all_namespaces: bool,
    /// Watch these namespaces and the controller's own, and no others
    #[arg(
        long,
        value_name = "NAMES",
        env = "SEALED_SECRETS_ADDITIONAL_NAMESPACES",
        default_value = "",
        hide_default_value = true,
        value_parser = namespaces
    )]
    pub(crate) additional_namespaces: Namespaces,
    /// Do not watch these namespaces, and write nothing there
    #[arg(
        long,
        value_name = "NAMES",
        env = "SEALED_SECRETS_EXCLUDE_NAMESPACES",
        default_value = "",
        hide_default_value = true,
        value_parser = namespaces
    )]
    pub(crate) exclude_namespaces: Namespaces,
    /// Look at no SealedSecrets but those with such labels, as `kubectl --selector` has them
    #[arg(
        long,
        value_name = "SELECTOR",
        env = "SEALED_SECRETS_LABEL_SELECTOR",
        default_value = "",
        hide_default_value = true
    )]
    pub(crate) label_selector: LabelSelector,
    /// Do not watch Secrets: one that is changed or deleted is put right at the next start or change of its SealedSecret
    #[arg(long, value_name = "BOOL", env = "SEALED_SECRETS_SKIP_RECREATE", default_value = "false", num_args = 0..=1, require_equals = true, default_missing_value = "true", action = ArgAction::Set, value_parser = go_bool)]
    pub(crate) skip_recreate: bool,
}

/// Names of namespaces, as a list with commas has them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Namespaces(pub(crate) Vec<String>);

impl Namespaces {
    /// A field selector for the objects in all others; none where there are no names.
    pub(crate) fn others(&self) -> Option<String> {
        let terms: Vec<_> = self
            .0
            .iter()
            .map(|name| format!("metadata.namespace!={name}"))
            .collect();
        Some(terms.join(",")).filter(|selector| !selector.is_empty())
    }
}

fn namespaces(text: &str) -> Result<Namespaces, String> {
    let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
    let names: Vec<_> = names.map(str::to_owned).collect();
    match names.iter().find(|name| !signet_api::is_label(name)) {
        Some(name) => Err(format!("{name:?} is not a namespace's name")),
        None => Ok(Namespaces(names)),
    }
}
