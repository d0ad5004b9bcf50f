use std::error::Error as StdError;

use super::*;
use crate::sops::Exit;

/// The exit code, and the first line on standard error without the heading of a log line.
fn refusal(line_: &str, environment: &[(&str, &str)]) -> Result<(u8, String), String> {
    match with(line_, environment) {
        Ok(_) => Err(format!("{line_}: not refused")),
        Err(UsageError::Grammar { message, .. }) => Ok((Exit::Generic as u8, message)),
        Err(UsageError::Refused { warnings, error }) => {
            let first = warnings.into_iter().next().unwrap_or(error.message);
            Ok((error.exit as u8, first))
        }
    }
}

#[test]
fn wrong_lines_fail_as_in_sops() -> Result<(), Box<dyn StdError>> {
    for (line, code, message) in WRONG {
        assert_eq!(refusal(line, &[])?, (*code, (*message).to_owned()), "{line}");
    }
    Ok(())
}

#[test]
fn a_wrong_variable_is_wrong_use_of_every_command() -> Result<(), Box<dyn StdError>> {
    let environment = [("SOPS_ENABLE_LOCAL_KEYSERVICE", "maybe")];
    let expected = "could not parse maybe as bool value for flag enable-local-keyservice: strconv.ParseBool: parsing \"maybe\": invalid syntax";
    for line in ["filestatus f", "-d f", "--help"] {
        assert_eq!(refusal(line, &environment)?, (1, expected.to_owned()), "{line}");
    }
    let order = [("SOPS_DECRYPTION_ORDER", "age,age")];
    assert_eq!(refusal("decrypt f", &order)?.0, 112);
    Ok(())
}

#[test]
fn help_follows_the_fault_on_standard_output() -> Result<(), Box<dyn StdError>> {
    let cases = [
        (
            "encrypt --nosuch",
            "Incorrect Usage: flag provided but not defined: -nosuch\n\nNAME:\n   sops encrypt - ",
        ),
        (
            "--nosuch",
            "Incorrect Usage. flag provided but not defined: -nosuch\n\nNAME:\n   sops - ",
        ),
        (
            "-i --in-place f",
            "Cannot use two forms of the same flag: i in-place\nNAME:\n   sops - ",
        ),
        (
            "groups --bad",
            "Incorrect Usage. flag provided but not defined: -bad\n\nNAME:\n   sops groups - ",
        ),
        (
            "groups add --bad",
            "Incorrect Usage: flag provided but not defined: -bad\n\nNAME:\n   sops groups add - ",
        ),
    ];
    for (line_, expected) in cases {
        let Err(UsageError::Grammar { stdout, .. }) = line(line_) else {
            return Err(line_.into());
        };
        assert!(stdout.starts_with(expected), "{line_}: {stdout}");
    }
    Ok(())
}

#[test]
fn an_ignored_flag_behind_the_file_is_named() -> Result<(), Box<dyn StdError>> {
    let invocation = line("-d f -i").map_err(|error| format!("{error:?}"))?;
    assert_eq!(invocation.warnings.len(), 2);
    let last = invocation.warnings.last().ok_or("no warning")?;
    assert!(last.contains("\"-i\", which looks like a flag"));
    Ok(())
}

const PRECISELY_3: &str =
    "Error: no file specified, or index and value are missing. Need precisely 3 positional arguments.";
const PRECISELY_2: &str = "Error: file specified, or index and value are missing. Need precisely 2 positional arguments since --value-stdin is used.";
const IN_PLACE_STDIN: &str = "Error: cannot use --in-place when reading from stdin";
const BOTH: &str = "Error: cannot operate on both --output and --in-place";

/// Line, code, message.
const WRONG: &[(&str, u8, &str)] = &[
    ("", 100, "Error: no file specified"),
    ("-d", 100, "Error: no file specified"),
    ("-e", 100, "Error: no file specified"),
    ("rotate", 100, "Error: no file specified"),
    ("edit", 100, "Error: no file specified"),
    ("filestatus", 100, "Error: no file specified"),
    ("--nosuch", 1, "flag provided but not defined: -nosuch"),
    ("-nosuch f", 1, "flag provided but not defined: -nosuch"),
    ("---x", 1, "bad flag syntax: ---x"),
    ("--=x", 1, "bad flag syntax: --=x"),
    ("-=x", 1, "bad flag syntax: -=x"),
    (
        "-d --indent x f",
        1,
        "invalid value \"x\" for flag -indent: parse error",
    ),
    (
        "-d --indent 0x f",
        1,
        "invalid value \"0x\" for flag -indent: parse error",
    ),
    (
        "-d --indent 1__0 f",
        1,
        "invalid value \"1__0\" for flag -indent: parse error",
    ),
    (
        "-d --indent 99999999999999999999 f",
        1,
        "invalid value \"99999999999999999999\" for flag -indent: value out of range",
    ),
    ("-d=maybe f", 1, "invalid boolean value \"maybe\" for -d: parse error"),
    ("-d --output", 1, "flag needs an argument: -output"),
    ("encrypt -k", 1, "flag needs an argument: -k"),
    (
        "encrypt",
        8,
        "Error: must specify --filename-override when reading from stdin",
    ),
    ("encrypt -i", 8, IN_PLACE_STDIN),
    ("encrypt -i --", 8, IN_PLACE_STDIN),
    ("decrypt -i", 8, IN_PLACE_STDIN),
    ("decrypt -i --output x f", 8, BOTH),
    ("encrypt f --output x -i", 8, BOTH),
    ("-d -i --output x f", 8, BOTH),
    (
        "encrypt -i --in-place f",
        1,
        "Cannot use two forms of the same flag: i in-place",
    ),
    ("groups -h -help", 1, "Cannot use two forms of the same flag: h help"),
    ("set f", 100, PRECISELY_3),
    ("set a b c d", 100, PRECISELY_3),
    ("set a b c --value-stdin", 100, PRECISELY_2),
    (
        "set a b --value-stdin --value-file",
        1,
        "Error: cannot use both --value-file and --value-stdin",
    ),
    ("unset f", 100, "Error: no file specified, or index is missing"),
    ("exec-env f", 1, "error: missing file to decrypt"),
    ("exec-file a b c", 1, "error: missing file to decrypt"),
    ("groups add x", 1, "error: no positional arguments allowed"),
    (
        "groups delete",
        1,
        "error: exactly one positional argument (index) required",
    ),
    ("groups -v", 1, "flag provided but not defined: -v"),
    ("groups nosuch", 3, "No help topic for 'nosuch'"),
    ("groups help nosuch", 3, "No help topic for 'nosuch'"),
    ("help nosuch", 3, "No help topic for 'nosuch'"),
    ("completion fish", 3, "No help topic for 'fish'"),
    ("help -x", 1, "flag provided but not defined: -x"),
    ("keyservice --net", 1, "flag needs an argument: -net"),
    (
        "decrypt --decryption-order age,age f",
        112,
        "Duplicate decryption key type: age",
    ),
    (
        "exec-env --background --same-process f c",
        8,
        "Error: The --same-process flag cannot be used with --background",
    ),
];
