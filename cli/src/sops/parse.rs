//! From arguments to an invocation: the flags before a command, the command, its own flags.

use std::ffi::OsString;

use super::{
    command::{Answer, Command, Invocation, Settings},
    completion,
    error::{Error, UsageError},
    exit::Exit,
    flags::{Environment, Values, reorder},
    help, read,
    table::{Flag, HELP, VERSION},
    verbs::{APP, Does, HELP_VERB, Read, VERBS, Verb},
};

/// Reads the arguments, without the program's name; `environment` gives the values of variables, which are the defaults of flags.
///
/// # Errors
/// [`UsageError`]: a flag that there is not, with a wrong value or without one, twice by two names; flags that exclude each other; arguments that
/// are missing.
pub(crate) fn parse(
    arguments: &[OsString],
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<Invocation, UsageError> {
    let (arguments, completes) = match arguments.split_last() {
        Some((last, rest)) if last == completion::ASK => (rest, true),
        _ => (arguments, false),
    };
    let app = Parser {
        arguments,
        completes,
        environment,
    };
    app.parse()
}

struct Parser<'a> {
    arguments: &'a [OsString],
    completes: bool,
    environment: Environment<'a>,
}

type Parsed = Result<Invocation, UsageError>;

impl Parser<'_> {
    fn parse(&self) -> Parsed {
        let flags: Vec<&Flag> = APP.iter().copied().flatten().chain(HELP).chain(VERSION).collect();
        let mut values = self.defaults(&flags)?;
        let fault = values.read(&flags, self.arguments).err();
        if let Some(message) = values.twice() {
            return Err(grammar("", message, &help::app(), "\n"));
        }
        let verb = values.positional.first().and_then(|name| find(VERBS, name));
        if self.completes && verb.is_none() {
            return answer(self.completion(None, VERBS));
        }
        if let Some(message) = fault.filter(|_| !self.completes) {
            return Err(grammar("Incorrect Usage. ", message, &help::app(), "\n\n"));
        }
        if values.is_on("help") {
            return answer(help::app());
        }
        if values.is_on("version") {
            let check_for_updates = values.is_on("check-for-updates");
            return finish(
                Ok(Command::Answer(Answer::Version { check_for_updates })),
                Settings::default(),
                Vec::new(),
            );
        }
        match verb {
            Some(verb) if verb.name == HELP_VERB.name => self.help(&values, None),
            Some(verb) => self.verb(&values, verb),
            None => {
                let settings = settings(&values, values.is_on("verbose"));
                let is_old_style = true;
                act(
                    read::old_style,
                    &values,
                    Settings {
                        is_old_style,
                        ..settings
                    },
                )
            }
        }
    }

    fn verb(&self, app: &Values, verb: &'static Verb) -> Parsed {
        let rest = app.positional.get(1..).unwrap_or_default();
        let path = format!("sops {}", verb.name);
        match verb.does {
            Does::Reads(read) => self.command(app, &path, verb, read, rest),
            Does::Holds(children) => self.group(app, &path, verb, children, rest),
        }
    }

    fn group(
        &self,
        app: &Values,
        path: &str,
        verb: &'static Verb,
        children: &'static [Verb],
        rest: &[OsString],
    ) -> Parsed {
        let flags: Vec<&Flag> = HELP.iter().collect();
        let mut values = Values::default();
        let fault = values.read(&flags, rest).err();
        let name = values.positional.first();
        let child = name.and_then(|name| find(children, name));
        let asks_help = name.is_some_and(|name| name == "help" || name == "h");
        if self.completes && child.is_none() && !asks_help {
            return answer(self.completion(None, children));
        }
        if let Some(message) = values.twice() {
            return Err(grammar("", message, &help::group(path, verb), "\n\n"));
        }
        if let Some(message) = fault.filter(|_| !self.completes) {
            return Err(grammar("Incorrect Usage. ", message, &help::group(path, verb), "\n\n"));
        }
        let rest = values.positional.get(1..).unwrap_or_default();
        match child.map(|child| (child, &child.does)) {
            _ if values.is_on("help") => answer(help::group(path, verb)),
            Some((child, Does::Reads(read))) => {
                self.command(app, &format!("{path} {}", child.name), child, *read, rest)
            }
            _ if asks_help => self.help(&values, Some((path, verb))),
            // The library's default here is `help`, with the argument as its topic.
            _ => match name {
                Some(name) => topic(name, Some((path, verb))),
                None => answer(help::group(path, verb)),
            },
        }
    }

    fn command(&self, app: &Values, path: &str, verb: &'static Verb, read: Read, rest: &[OsString]) -> Parsed {
        let flags: Vec<&Flag> = verb.flags().chain(HELP).collect();
        let mut values = self.defaults(&flags)?;
        let fault = values.read(&flags, &reorder(&flags, rest)).err();
        if self.completes {
            return answer(self.completion(Some(verb), verb.children()));
        }
        if let Some(message) = fault.or_else(|| values.twice()) {
            return Err(grammar(
                "Incorrect Usage: ",
                message,
                &help::command(path, verb),
                "\n\n",
            ));
        }
        if values.is_on("help") {
            return answer(help::command(path, verb));
        }
        let has_verbose = flags.iter().any(|flag| flag.name() == "verbose");
        let verbose = has_verbose && (values.is_on("verbose") || app.is_on("verbose"));
        act(read, &values, settings(app, verbose))
    }

    /// `help`, whose own flags are only those for help on itself.
    fn help(&self, values: &Values, within: Option<(&str, &'static Verb)>) -> Parsed {
        let path = within.map_or("sops", |(path, _)| path);
        let path = format!("{path} {}", HELP_VERB.name);
        let flags: Vec<&Flag> = HELP.iter().collect();
        let mut own = Values::default();
        let rest = reorder(&flags, values.positional.get(1..).unwrap_or_default());
        let fault = own.read(&flags, &rest).err();
        if self.completes {
            return answer(self.completion(Some(&HELP_VERB), &[]));
        }
        if let Some(message) = fault.or_else(|| own.twice()) {
            return Err(grammar(
                "Incorrect Usage: ",
                message,
                &help::command(&path, &HELP_VERB),
                "\n\n",
            ));
        }
        match own.positional.first() {
            _ if own.is_on("help") => answer(help::command(&path, &HELP_VERB)),
            Some(name) => topic(name, within),
            None => answer(within.map_or_else(help::app, |_| help::command(&path, &HELP_VERB))),
        }
    }

    fn defaults(&self, flags: &[&'static Flag]) -> Result<Values, UsageError> {
        Values::from_environment(flags.iter().copied(), self.environment).map_err(|message| UsageError::Grammar {
            stdout: String::new(),
            message,
        })
    }

    /// What the last argument may become: a flag where it begins with a dash, else a command.
    fn completion(&self, verb: Option<&'static Verb>, verbs: &'static [Verb]) -> String {
        let asks_flag = self
            .arguments
            .last()
            .is_some_and(|last| last.to_string_lossy().starts_with('-'));
        if !asks_flag {
            let is_group = verb.is_none() && !std::ptr::eq(verbs, VERBS);
            return completion::commands(verbs.iter().chain(is_group.then_some(&HELP_VERB)), self.environment);
        }
        let app = APP.iter().copied().flatten().chain(HELP).chain(VERSION);
        let own = verb.into_iter().flat_map(Verb::flags);
        completion::flags(app, self.arguments) + &completion::flags(own, self.arguments)
    }
}

fn find(verbs: &'static [Verb], name: &OsString) -> Option<&'static Verb> {
    verbs
        .iter()
        .find(|verb| help::names(verb).iter().any(|own| *name == **own))
}

/// The help of a command by its name, at the top or within a command that holds others.
fn topic(name: &OsString, within: Option<(&str, &'static Verb)>) -> Parsed {
    let (path, verbs) = within.map_or(("sops", VERBS), |(path, verb)| (path, verb.children()));
    let own = (*name == *HELP_VERB.name || name == "h").then_some(&HELP_VERB);
    match find(verbs, name).or(own) {
        Some(verb) => answer(help::command(&format!("{path} {}", verb.name), verb)),
        None => {
            let message = format!("No help topic for '{}'", name.to_string_lossy());
            let error = Error::new(Exit::CouldNotWriteOutputFile, message);
            Err(UsageError::Refused {
                warnings: Vec::new(),
                error,
            })
        }
    }
}

fn settings(app: &Values, verbose: bool) -> Settings {
    Settings {
        config: app.path("config"),
        mac_only_encrypted: app.is_on("mac-only-encrypted"),
        indent: app.number("indent"),
        verbose,
        is_old_style: false,
    }
}

fn act(read: Read, values: &Values, settings: Settings) -> Parsed {
    let mut warnings = Vec::new();
    let command = read(values, &mut warnings);
    finish(command, settings, warnings)
}

fn finish(command: Result<Command, Error>, settings: Settings, warnings: Vec<String>) -> Parsed {
    match command {
        Ok(command) => Ok(Invocation {
            command,
            settings,
            warnings,
        }),
        Err(error) => Err(UsageError::Refused { warnings, error }),
    }
}

fn answer(text: String) -> Parsed {
    finish(Ok(Command::Answer(Answer::Text(text))), Settings::default(), Vec::new())
}

fn grammar(heading: &str, message: String, help: &str, gap: &str) -> UsageError {
    UsageError::Grammar {
        stdout: format!("{heading}{message}{gap}{help}"),
        message,
    }
}
