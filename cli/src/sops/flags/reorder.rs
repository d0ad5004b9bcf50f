//! Flags behind the file (urfave/cli 1, `command.go`).

use std::{ffi::OsString, os::unix::ffi::OsStrExt};

use super::Flag;

/// Flags to the front, each with the argument behind it where that may be its value.
///
/// A quirk is kept: a boolean flag draws the next argument to the front too, which ends the flags there: in `-i FILE --output X` the file comes
/// before `--output`, which is then no flag.
pub(in crate::sops) fn reorder(flags: &[&'static Flag], arguments: &[OsString]) -> Vec<OsString> {
    let (mut front, mut back) = (Vec::new(), Vec::new());
    let mut may_be_value = false;
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        let is_flag = is_flag(flags, argument.as_bytes());
        if may_be_value && !is_flag {
            may_be_value = false;
            front.push(argument.clone());
        } else if argument == "--" {
            back.insert(0, argument.clone());
            back.extend(arguments.by_ref().cloned());
        } else if is_flag {
            front.push(argument.clone());
            may_be_value = !argument.as_bytes().contains(&b'=');
        } else {
            back.push(argument.clone());
        }
    }
    front.append(&mut back);
    front
}

/// Whether it is spelled as one of the flags. More than two dashes count too, as in the library.
fn is_flag(flags: &[&'static Flag], argument: &[u8]) -> bool {
    let body = match argument {
        b"-" | b"--" => return false,
        [b'-', b'-', b'-', body @ ..] | [b'-', b'-', body @ ..] | [b'-', body @ ..] => body,
        _ => return false,
    };
    let name = body.split(|byte| *byte == b'=').next().unwrap_or_default();
    flags
        .iter()
        .any(|flag| flag.names.iter().any(|spelled| spelled.as_bytes() == name))
}
