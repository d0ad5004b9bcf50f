//! Which commands there are, each with its flags in the order of the help.

use super::{command::Command, error::Error, flags::Values, read, table::*};

/// A command, or one that only holds others.
pub(super) struct Verb {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    /// Positional arguments, for the help.
    pub(super) arguments: &'static str,
    pub(super) flags: &'static [&'static [Flag]],
    pub(super) does: Does,
}

pub(super) enum Does {
    /// Reads the flags and arguments.
    Reads(Read),
    Holds(&'static [Verb]),
}

/// Flags and arguments to what they ask for, and warnings.
pub(super) type Read = fn(&Values, &mut Vec<String>) -> Result<Command, Error>;

impl Verb {
    const fn new(
        name: &'static str,
        about: &'static str,
        arguments: &'static str,
        flags: &'static [&'static [Flag]],
        read: Read,
    ) -> Self {
        Self {
            name,
            about,
            arguments,
            flags,
            does: Does::Reads(read),
        }
    }

    pub(super) fn flags(&self) -> impl Iterator<Item = &'static Flag> {
        self.flags.iter().copied().flatten()
    }

    pub(super) fn children(&self) -> &'static [Self] {
        match self.does {
            Does::Holds(children) => children,
            Does::Reads(_) => &[],
        }
    }
}

/// Flags without a command, and before one.
pub(super) const APP: &[&[Flag]] = &[
    MODES,
    KEYS,
    IN_PLACE,
    EXTRACT,
    INPUT_TYPE,
    OUTPUT_TYPE,
    SHOW_KEYS,
    CHANGES,
    IGNORE_MAC,
    MAC_ONLY,
    SELECTION,
    COMMENT_SELECTION,
    CONFIG,
    CONTEXT,
    SET,
    THRESHOLD,
    INDENT,
    VERBOSE,
    OUTPUT,
    NAME,
    ORDER,
    SERVICES,
];

pub(super) const VERBS: &[Verb] = &[
    Verb {
        name: "completion",
        about: "Print a script that completes commands in a shell",
        arguments: "",
        flags: &[],
        does: Does::Holds(&[
            Verb::new(
                "bash",
                "For bash: `$ source <(sops completion bash)`",
                "",
                &[],
                read::bash,
            ),
            Verb::new("zsh", "For zsh: `$ source <(sops completion zsh)`", "", &[], read::zsh),
        ]),
    },
    Verb::new(
        "exec-env",
        "run a command with the decrypted values in its environment",
        "[file to decrypt] [command to run]",
        &[BACKGROUND, PRISTINE, USER, SAME_PROCESS, ORDER, SERVICES],
        read::exec_env,
    ),
    Verb::new(
        "exec-file",
        "run a command with the decrypted file as a temporary file",
        "[file to decrypt] [command to run]",
        &[
            BACKGROUND,
            NO_FIFO,
            USER,
            INPUT_TYPE,
            OUTPUT_TYPE,
            FILENAME,
            ORDER,
            SERVICES,
        ],
        read::exec_file,
    ),
    Verb::new(
        "publish",
        "send a file or a directory to the destination that the configuration names",
        "file",
        &[YES, PUBLISH, VERBOSE, ORDER, SERVICES],
        read::publish,
    ),
    Verb::new(
        "keyservice",
        "serve keys to other programs",
        "",
        &[LISTEN, VERBOSE],
        read::keyservice,
    ),
    Verb::new(
        "filestatus",
        "say whether a file is encrypted",
        "file",
        &[INPUT_TYPE],
        read::filestatus,
    ),
    Verb {
        name: "groups",
        about: "change the key groups of a file",
        arguments: "",
        flags: &[],
        does: Does::Holds(&[
            Verb::new(
                "add",
                "add a group",
                "",
                &[GROUP, IN_PLACE, THRESHOLD, CONTEXT, SERVICES],
                read::groups_add,
            ),
            Verb::new(
                "delete",
                "delete a group",
                "[index]",
                &[GROUP_FILE, IN_PLACE, THRESHOLD, SERVICES],
                read::groups_delete,
            ),
        ]),
    },
    Verb::new(
        "updatekeys",
        "give files the keys that the configuration names",
        "file",
        &[YES, INPUT_TYPE, SERVICES],
        read::updatekeys,
    ),
    Verb::new(
        "decrypt",
        "decrypt a file, or standard input, to standard output",
        "[file]",
        &[
            IN_PLACE,
            EXTRACT,
            OUTPUT,
            INPUT_TYPE,
            OUTPUT_TYPE,
            IGNORE_MAC,
            NAME,
            ORDER,
            SERVICES,
        ],
        read::decrypt,
    ),
    Verb::new(
        "encrypt",
        "encrypt a file, or standard input, to standard output",
        "[file]",
        &[
            IN_PLACE,
            OUTPUT,
            KEYS,
            INPUT_TYPE,
            OUTPUT_TYPE,
            SELECTION,
            CONTEXT,
            THRESHOLD,
            NAME,
            SERVICES,
        ],
        read::encrypt,
    ),
    Verb::new(
        "rotate",
        "make a new data key and encrypt all values with it",
        "file",
        &[
            IN_PLACE,
            OUTPUT,
            INPUT_TYPE,
            OUTPUT_TYPE,
            CONTEXT,
            CHANGES,
            NAME,
            ORDER,
            SERVICES,
        ],
        read::rotate,
    ),
    Verb::new(
        "edit",
        "edit an encrypted file",
        "file",
        &[
            KEYS,
            INPUT_TYPE,
            OUTPUT_TYPE,
            SELECTION,
            CONTEXT,
            THRESHOLD,
            SHOW_KEYS,
            IGNORE_MAC,
            ORDER,
            SERVICES,
        ],
        read::edit,
    ),
    Verb::new(
        "set",
        "set one value, such as '[\"key\"][0]', to JSON",
        "file index [ value ]",
        &[
            INPUT_TYPE,
            OUTPUT_TYPE,
            VALUE,
            THRESHOLD,
            IGNORE_MAC,
            ORDER,
            IDEMPOTENT,
            SERVICES,
        ],
        read::set,
    ),
    Verb::new(
        "unset",
        "remove one value",
        "file index",
        &[
            INPUT_TYPE,
            OUTPUT_TYPE,
            THRESHOLD,
            IGNORE_MAC,
            ORDER,
            IDEMPOTENT,
            SERVICES,
        ],
        read::unset,
    ),
    HELP_VERB,
];

/// `help`, at the top and below commands that hold others.
pub(super) const HELP_VERB: Verb = Verb::new(
    "help",
    "Shows a list of commands or help for one command",
    "[command]",
    &[],
    read::nothing,
);
