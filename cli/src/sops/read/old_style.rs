//! The style without a command.

use zeroize::Zeroizing;

use super::{Read, Values, Warnings, decrypt, edit, encrypt, rotate, shared::*};
use crate::sops::command::{Change, Command, Set};

/// A mode by its flag; none is edit, and of several the last in sops' own order wins.
pub(in crate::sops) fn old_style(values: &Values, warnings: &mut Warnings) -> Read {
    let file = first_file(values, warnings)?;
    destination(values)?;
    let set = Zeroizing::new(values.text("set"));
    let modes = [
        values.is_on("encrypt"),
        values.is_on("decrypt"),
        values.is_on("rotate"),
        !set.is_empty(),
    ];
    if modes.iter().filter(|mode| **mode).count() > 1 {
        warnings.push(SEVERAL.to_owned());
    }
    // The commands warn of more arguments too; once is enough.
    let mut more = Vec::new();
    let read = match modes {
        [_, _, _, true] => Ok(Command::Set(Set {
            file,
            name: values.path("filename-override"),
            change: Change::Together(set),
            types: types(values, &mut more),
            idempotent: false,
            threshold: values.number(THRESHOLD),
            opening: opening(values)?,
        })),
        [_, _, true, _] => rotate(values, &mut more),
        [_, true, _, _] => decrypt(values, &mut more),
        [true, ..] => encrypt(values, &mut more),
        _ => edit(values, &mut more),
    };
    more.retain(|warning| !warnings.contains(warning));
    warnings.append(&mut more);
    read
}

const SEVERAL: &str = "More than one command (--encrypt, --decrypt, --rotate, --set) has been specified. Only the changes made by the last one will be visible. Note that this behavior is deprecated and will cause an error eventually.";
