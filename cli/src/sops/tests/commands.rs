use std::{error::Error, path::PathBuf};

use super::*;
use crate::sops::command::{Change, Destination, InputType, Value};

type Tested = Result<(), Box<dyn Error>>;

fn asked(line_: &str) -> Result<Invocation, String> {
    line(line_).map_err(|error| format!("{line_}: {error:?}"))
}

#[test]
fn flags_may_follow_the_file_of_a_command() -> Tested {
    let Command::Encrypt(encrypt) = asked("encrypt f.yaml --age=age1x -pgp FP --output out")?.command else {
        return Err("no encrypt".into());
    };
    assert_eq!(encrypt.file, Some(PathBuf::from("f.yaml")));
    assert_eq!(
        (encrypt.creation.keys.age.as_str(), encrypt.creation.keys.pgp.as_str()),
        ("age1x", "FP")
    );
    assert_eq!(encrypt.destination, Destination::File("out".into()));
    Ok(())
}

#[test]
fn what_follows_two_dashes_is_no_flag() -> Tested {
    let Command::Unset(unset) = asked("unset --idempotent=true f -- --bad")?.command else {
        return Err("no unset".into());
    };
    assert_eq!((unset.index.as_str(), unset.idempotent), ("--bad", true));
    Ok(())
}

#[test]
fn a_boolean_flag_draws_the_next_argument_to_the_front() -> Tested {
    // As in sops: its library takes it for the flag's value.
    let Command::Unset(unset) = asked("unset f --idempotent i")?.command else {
        return Err("no unset".into());
    };
    assert_eq!((unset.file, unset.index.as_str()), (PathBuf::from("i"), "f"));
    assert!(line("unset --idempotent f -- i").is_err());
    Ok(())
}

#[test]
fn of_several_old_modes_the_last_in_order_wins_with_a_warning() -> Tested {
    let both = asked("-d -e f")?;
    assert!(matches!(both.command, Command::Decrypt(_)));
    assert_eq!(both.warnings.len(), 1);
    assert!(matches!(asked("-r -d f")?.command, Command::Rotate(_)));
    assert!(matches!(asked("-e -d=false f")?.command, Command::Encrypt(_)));
    let plain = asked("f")?;
    assert!(matches!(plain.command, Command::Edit(_)));
    assert!(plain.warnings.is_empty());
    let Command::Set(set) = asked("--set [\"a\"]1 -r f")?.command else {
        return Err("no set".into());
    };
    assert!(set.change == Change::Together("[\"a\"]1".to_owned().into()));
    Ok(())
}

#[test]
fn only_some_flags_before_a_command_count() -> Tested {
    let all = "--config c --mac-only-encrypted --indent 0x4 --verbose --enable-local-keyservice=false --age A";
    let invocation = asked(&format!("{all} encrypt f"))?;
    let settings = &invocation.settings;
    assert_eq!(settings.config, Some(PathBuf::from("c")));
    assert_eq!(
        (settings.mac_only_encrypted, settings.indent, settings.verbose),
        (true, Some(4), false)
    );
    let Command::Encrypt(encrypt) = invocation.command else {
        return Err("no encrypt".into());
    };
    assert!(encrypt.services.local);
    assert!(encrypt.creation.keys.age.is_empty());
    assert!(asked("--verbose publish f")?.settings.verbose);
    assert!(asked("--verbose -d f")?.settings.verbose);
    Ok(())
}

#[test]
fn variables_are_the_defaults_of_flags() -> Tested {
    let environment = [
        ("SOPS_AGE_RECIPIENTS", "fromenv"),
        ("SOPS_PGP_FP", "fromenv"),
        ("SOPS_KEYSERVICE", "tcp://a:1, tcp://b:2"),
        ("SOPS_ENABLE_LOCAL_KEYSERVICE", ""),
    ];
    let invocation = with("encrypt -a given --keyservice unix:///s f", &environment);
    let Ok(Command::Encrypt(encrypt)) = invocation.map(|invocation| invocation.command) else {
        return Err("no encrypt".into());
    };
    assert_eq!(
        (encrypt.creation.keys.age.as_str(), encrypt.creation.keys.pgp.as_str()),
        ("given", "fromenv")
    );
    assert_eq!(encrypt.services.remote, ["tcp://a:1", "tcp://b:2", "unix:///s"]);
    assert!(!encrypt.services.local);
    let configured = with("filestatus f", &[("SOPS_CONFIG", "c")]).map(|invocation| invocation.settings.config);
    assert_eq!(configured, Ok(Some(PathBuf::from("c"))));
    Ok(())
}

#[test]
fn an_unknown_format_is_passed_over_with_a_warning() -> Tested {
    let invocation = asked("decrypt f --input-type toml --output-type json")?;
    assert_eq!(
        invocation.warnings,
        ["--input-type \"toml\" is no format; the file's extension decides"]
    );
    let Command::Decrypt(decrypt) = invocation.command else {
        return Err("no decrypt".into());
    };
    assert_eq!(
        (decrypt.types.input, decrypt.types.output),
        (None, Some(InputType::Json))
    );
    Ok(())
}

#[test]
fn a_value_to_set_comes_from_three_places() -> Tested {
    let places = [
        ("set f i 1", Value::Argument("1".to_owned().into())),
        ("set f i v --value-file", Value::File("v".into())),
        ("set --value-stdin f i", Value::Stdin),
    ];
    for (line, expected) in places {
        let Command::Set(set) = asked(line)?.command else {
            return Err(line.into());
        };
        let Change::Apart { index, value } = set.change else {
            return Err(line.into());
        };
        assert!(index == "i" && value == expected, "{line}");
    }
    Ok(())
}

#[test]
fn lists_of_a_new_group_are_repeated_flags() -> Tested {
    let Command::GroupsAdd(add) = asked("groups add -f x --age a --age b --pgp p -i")?.command else {
        return Err("no groups add".into());
    };
    assert_eq!(
        (add.keys.age.as_str(), add.keys.pgp.as_str(), add.in_place),
        ("a,b", "p", true)
    );
    assert!(line("groups delete -f x -- -1").is_err());
    assert!(line("groups delete -f x 4294967296").is_err());
    Ok(())
}

#[test]
fn help_is_laid_out_as_in_the_library() -> Tested {
    let help = text("unset --help")?;
    assert!(help.contains("USAGE:\n   sops unset [command options] file index\n\nOPTIONS:\n   --input-type value "));
    assert!(help.contains("\n   --decryption-order value                 key types"));
    assert!(help.contains("[$SOPS_DECRYPTION_ORDER]\n"));
    assert_eq!(text("help unset")?, help);
    assert!(text("--help")?.contains("\n   --kms value, -k value    "));
    assert!(text("groups")?.contains("sops groups command [command options] [arguments...]"));
    assert_eq!(
        text("help groups")?.lines().last(),
        Some("   sops groups [arguments...]")
    );
    Ok(())
}

#[test]
fn completion_lists_commands_and_flags() -> Tested {
    assert_eq!(text("groups --generate-bash-completion")?, "add\ndelete\nhelp\nh\n");
    assert_eq!(
        text("--de --generate-bash-completion")?,
        "--decrypt\n--decryption-order\n"
    );
    assert_eq!(
        text("-d --generate-bash-completion")?,
        "--disable-version-check\n--decryption-order\n"
    );
    assert_eq!(text("encrypt --generate-bash-completion")?, "");
    assert!(text("encrypt f --ki --generate-bash-completion")?.is_empty());
    assert_eq!(
        text("--bad groups --generate-bash-completion")?,
        "add\ndelete\nhelp\nh\n"
    );
    assert!(text("completion bash")?.contains("complete "));
    Ok(())
}
