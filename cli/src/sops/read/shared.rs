//! Flags and arguments that several commands read alike.

use std::{collections::BTreeSet, ffi::OsString, path::PathBuf};

use super::{Values, Warnings};
use crate::sops::{command::*, error::Error, exit::Exit};

pub(super) const THRESHOLD: &str = "shamir-secret-sharing-threshold";

pub(super) fn generic(message: impl Into<String>) -> Error {
    Error::new(Exit::Generic, message)
}

pub(super) fn no_file() -> Error {
    Error::new(Exit::NoFileSpecified, "Error: no file specified")
}

/// An argument that is no file.
pub(super) fn text(argument: &OsString) -> Result<String, Error> {
    let text = argument.to_str().map(str::to_owned);
    text.ok_or_else(|| generic("error: an argument is not UTF-8"))
}

pub(super) fn first_file(values: &Values, warnings: &mut Warnings) -> Result<PathBuf, Error> {
    let file = values.positional.first().ok_or_else(no_file)?.into();
    warn_of_more(values, warnings);
    Ok(file)
}

/// The file, or none for standard input, which cannot be written in place.
pub(super) fn optional_file(values: &Values, warnings: &mut Warnings) -> Result<Option<PathBuf>, Error> {
    if values.positional.is_empty() && values.is_on("in-place") {
        return Err(Error::new(
            Exit::ConflictingParameters,
            "Error: cannot use --in-place when reading from stdin",
        ));
    }
    warn_of_more(values, warnings);
    Ok(values.positional.first().map(PathBuf::from))
}

fn warn_of_more(values: &Values, warnings: &mut Warnings) {
    let Some(more @ [_, ..]) = values.positional.get(1..) else {
        return;
    };
    warnings.push("More than one positional argument provided. Only the first one will be used!".to_owned());
    let last = more.iter().rev().map(|argument| argument.to_string_lossy());
    if let Some(flag) = last.into_iter().find(|argument| argument.starts_with('-')) {
        warnings.push(format!(
            "Note that one of the ignored positional argument is {flag:?}, which looks like a flag. Flags must always be provided before the first positional argument!"
        ));
    }
}

pub(super) fn file_and_command(values: &Values) -> Result<(PathBuf, String), Error> {
    match values.positional.as_slice() {
        [file, command] => Ok((file.into(), text(command)?)),
        _ => Err(generic("error: missing file to decrypt")),
    }
}

pub(super) fn group_file(values: &Values) -> Result<PathBuf, Error> {
    values
        .path("file")
        .ok_or_else(|| generic("error: no file specified").hint("name it with --file"))
}

pub(super) fn destination(values: &Values) -> Result<Destination, Error> {
    match (values.is_on("in-place"), values.path("output")) {
        (true, Some(_)) => Err(Error::new(
            Exit::ConflictingParameters,
            "Error: cannot operate on both --output and --in-place",
        )),
        (true, None) => Ok(Destination::InPlace),
        (false, Some(file)) => Ok(Destination::File(file)),
        (false, None) => Ok(Destination::Stdout),
    }
}

/// The formats. sops passes over names that it does not know; so do we, with a warning.
pub(super) fn types(values: &Values, warnings: &mut Warnings) -> Types {
    let mut one = |flag: &str| {
        let name = values.text(flag);
        let known = match name.as_str() {
            "" => return None,
            "binary" => InputType::Binary,
            "dotenv" => InputType::Dotenv,
            "ini" => InputType::Ini,
            "json" => InputType::Json,
            "yaml" => InputType::Yaml,
            _ => {
                warnings.push(format!("--{flag} {name:?} is no format; the file's extension decides"));
                return None;
            }
        };
        Some(known)
    };
    Types {
        input: one("input-type"),
        output: one("output-type"),
    }
}

pub(super) fn services(values: &Values) -> KeyServices {
    KeyServices {
        local: values.is_not_off("enable-local-keyservice"),
        remote: values.list("keyservice"),
    }
}

pub(super) fn opening(values: &Values) -> Result<Opening, Error> {
    let order = values.text("decryption-order");
    let mut seen = BTreeSet::new();
    let mut types = Vec::new();
    for name in order.split(',').filter(|_| !order.is_empty()) {
        if !seen.insert(name) {
            let message = format!("Duplicate decryption key type: {name}");
            return Err(Error::new(Exit::DuplicateDecryptionKeyType, message));
        }
        types.push(name.to_owned());
    }
    Ok(Opening {
        ignore_mac: values.is_on("ignore-mac"),
        order: types,
        services: services(values),
    })
}

/// Master keys by flags with a prefix.
pub(super) fn keys(values: &Values, prefix: &str) -> Keys {
    let text = |name: &str| values.text(&format!("{prefix}{name}"));
    Keys {
        kms: text("kms"),
        gcp_kms: text("gcp-kms"),
        hckms: text("hckms"),
        azure_kv: text("azure-kv"),
        hc_vault_transit: text("hc-vault-transit"),
        pgp: text("pgp"),
        age: text("age"),
    }
}

pub(super) fn creation(values: &Values) -> Creation {
    Creation {
        keys: keys(values, ""),
        aws_profile: values.text("aws-profile"),
        encryption_context: values.text("encryption-context"),
        threshold: values.number(THRESHOLD),
        selection: Selection {
            unencrypted_suffix: values.text("unencrypted-suffix"),
            encrypted_suffix: values.text("encrypted-suffix"),
            unencrypted_regex: values.text("unencrypted-regex"),
            encrypted_regex: values.text("encrypted-regex"),
            unencrypted_comment_regex: values.text("unencrypted-comment-regex"),
            encrypted_comment_regex: values.text("encrypted-comment-regex"),
        },
    }
}
