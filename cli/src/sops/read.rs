//! Flags and arguments of each command to what they ask for. What needs the file or the configuration is left to who runs it.

mod old_style;
mod shared;

use std::path::PathBuf;

use zeroize::Zeroizing;

use super::{command::*, completion, error::Error, exit::Exit, flags::Values};
pub(super) use old_style::old_style;
use shared::*;

type Warnings = Vec<String>;
type Read = Result<Command, Error>;

pub(super) fn encrypt(values: &Values, warnings: &mut Warnings) -> Read {
    let file = optional_file(values, warnings)?;
    if file.is_none() && values.path("filename-override").is_none() {
        return Err(Error::new(
            Exit::ConflictingParameters,
            "Error: must specify --filename-override when reading from stdin",
        ));
    }
    Ok(Command::Encrypt(Encrypt {
        name: values.path("filename-override"),
        types: types(values, warnings),
        destination: destination(values)?,
        creation: creation(values),
        services: services(values),
        file,
    }))
}

pub(super) fn decrypt(values: &Values, warnings: &mut Warnings) -> Read {
    let file = optional_file(values, warnings)?;
    Ok(Command::Decrypt(Decrypt {
        name: values.path("filename-override"),
        destination: destination(values)?,
        types: types(values, warnings),
        extract: values.text("extract"),
        opening: opening(values)?,
        file,
    }))
}

pub(super) fn rotate(values: &Values, warnings: &mut Warnings) -> Read {
    let file = first_file(values, warnings)?;
    Ok(Command::Rotate(Rotate {
        name: values.path("filename-override"),
        destination: destination(values)?,
        types: types(values, warnings),
        encryption_context: values.text("encryption-context"),
        aws_profile: values.text("aws-profile"),
        add: keys(values, "add-"),
        remove: keys(values, "rm-"),
        opening: opening(values)?,
        file,
    }))
}

pub(super) fn edit(values: &Values, warnings: &mut Warnings) -> Read {
    Ok(Command::Edit(Edit {
        file: first_file(values, warnings)?,
        name: values.path("filename-override"),
        types: types(values, warnings),
        creation: creation(values),
        show_master_keys: values.is_on("show-master-keys"),
        opening: opening(values)?,
    }))
}

pub(super) fn set(values: &Values, warnings: &mut Warnings) -> Read {
    let (from_file, from_stdin) = (values.is_on("value-file"), values.is_on("value-stdin"));
    if from_file && from_stdin {
        return Err(generic("Error: cannot use both --value-file and --value-stdin"));
    }
    let (file, index, value) = match values.positional.as_slice() {
        [file, index] if from_stdin => (file, index, Value::Stdin),
        [file, index, value] if from_file => (file, index, Value::File(value.into())),
        [file, index, value] if !from_stdin => (file, index, Value::Argument(Zeroizing::new(text(value)?))),
        _ if from_stdin => {
            return Err(Error::new(
                Exit::NoFileSpecified,
                "Error: file specified, or index and value are missing. Need precisely 2 positional arguments since --value-stdin is used.",
            ));
        }
        _ => {
            return Err(Error::new(
                Exit::NoFileSpecified,
                "Error: no file specified, or index and value are missing. Need precisely 3 positional arguments.",
            ));
        }
    };
    Ok(Command::Set(Set {
        file: file.into(),
        name: None,
        change: Change::Apart {
            index: text(index)?,
            value,
        },
        types: types(values, warnings),
        idempotent: values.is_on("idempotent"),
        threshold: values.number(THRESHOLD),
        opening: opening(values)?,
    }))
}

pub(super) fn unset(values: &Values, warnings: &mut Warnings) -> Read {
    let [file, index] = values.positional.as_slice() else {
        return Err(Error::new(
            Exit::NoFileSpecified,
            "Error: no file specified, or index is missing",
        ));
    };
    Ok(Command::Unset(Unset {
        file: file.into(),
        index: text(index)?,
        types: types(values, warnings),
        idempotent: values.is_on("idempotent"),
        threshold: values.number(THRESHOLD),
        opening: opening(values)?,
    }))
}

pub(super) fn updatekeys(values: &Values, warnings: &mut Warnings) -> Read {
    if values.positional.is_empty() {
        return Err(no_file());
    }
    Ok(Command::UpdateKeys(UpdateKeys {
        files: values.positional.iter().map(PathBuf::from).collect(),
        yes: values.is_on("yes"),
        input: types(values, warnings).input,
        services: services(values),
    }))
}

pub(super) fn groups_add(values: &Values, _: &mut Warnings) -> Read {
    if !values.positional.is_empty() {
        return Err(generic("error: no positional arguments allowed"));
    }
    let list = |name| values.list(name).join(",");
    Ok(Command::GroupsAdd(GroupsAdd {
        file: group_file(values)?,
        keys: Keys {
            kms: list("kms"),
            gcp_kms: list("gcp-kms"),
            hckms: list("hckms"),
            azure_kv: list("azure-kv"),
            hc_vault_transit: list("hc-vault-transit"),
            pgp: list("pgp"),
            age: list("age"),
        },
        aws_profile: values.text("aws-profile"),
        encryption_context: values.text("encryption-context"),
        in_place: values.is_on("in-place"),
        threshold: values.number(THRESHOLD),
        services: services(values),
    }))
}

pub(super) fn groups_delete(values: &Values, _: &mut Warnings) -> Read {
    let [index] = values.positional.as_slice() else {
        return Err(generic("error: exactly one positional argument (index) required"));
    };
    let index = text(index)?;
    // Go's ParseUint takes no sign.
    let number = index
        .bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| index.parse().ok());
    let index = number
        .flatten()
        .ok_or_else(|| generic(format!("failed to parse [index] argument: {index:?} is no number")))?;
    Ok(Command::GroupsDelete(GroupsDelete {
        file: group_file(values)?,
        index,
        in_place: values.is_on("in-place"),
        threshold: values.number(THRESHOLD),
        services: services(values),
    }))
}

pub(super) fn exec_env(values: &Values, _: &mut Warnings) -> Read {
    let (file, command) = file_and_command(values)?;
    let (background, same_process) = (values.is_on("background"), values.is_on("same-process"));
    if background && same_process {
        return Err(Error::new(
            Exit::ConflictingParameters,
            "Error: The --same-process flag cannot be used with --background",
        ));
    }
    Ok(Command::ExecEnv(ExecEnv {
        file,
        command,
        background,
        pristine: values.is_on("pristine"),
        same_process,
        user: values.text("user"),
        opening: opening(values)?,
    }))
}

pub(super) fn exec_file(values: &Values, warnings: &mut Warnings) -> Read {
    let (file, command) = file_and_command(values)?;
    Ok(Command::ExecFile(ExecFile {
        file,
        command,
        background: values.is_on("background"),
        fifo: !values.is_on("no-fifo"),
        user: values.text("user"),
        filename: values.path("filename").unwrap_or_default(),
        types: types(values, warnings),
        opening: opening(values)?,
    }))
}

pub(super) fn filestatus(values: &Values, warnings: &mut Warnings) -> Read {
    let file = values.positional.first().ok_or_else(no_file)?.into();
    let input = types(values, warnings).input;
    Ok(Command::FileStatus { file, input })
}

pub(super) fn keyservice(values: &Values, _: &mut Warnings) -> Read {
    let or = |name, default: &str| {
        if values.is_given(name) {
            values.text(name)
        } else {
            default.to_owned()
        }
    };
    Ok(Command::KeyService {
        network: or("network", "tcp"),
        address: or("address", "127.0.0.1:5000"),
        prompt: values.is_on("prompt"),
    })
}

pub(super) fn publish(values: &Values, warnings: &mut Warnings) -> Read {
    Ok(Command::Publish(Publish {
        path: first_file(values, warnings)?,
        yes: values.is_on("yes"),
        omit_extensions: values.is_on("omit-extensions"),
        recursive: values.is_on("recursive"),
        opening: opening(values)?,
    }))
}

pub(super) fn bash(_: &Values, _: &mut Warnings) -> Read {
    Ok(Command::Answer(Answer::Text(completion::BASH.to_owned())))
}

pub(super) fn zsh(_: &Values, _: &mut Warnings) -> Read {
    Ok(Command::Answer(Answer::Text(completion::ZSH.to_owned())))
}

/// What `help` reads; the parser answers it before.
pub(super) fn nothing(_: &Values, _: &mut Warnings) -> Read {
    Ok(Command::Answer(Answer::Text(String::new())))
}
