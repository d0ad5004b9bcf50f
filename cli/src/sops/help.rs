//! Help in the layout of urfave/cli 1, with our own descriptions.

use std::fmt::Write;

use super::{
    table::{Flag, HELP, Kind, VERSION},
    verbs::{APP, HELP_VERB, VERBS, Verb},
};

/// What `sops --help` prints.
pub(super) fn app() -> String {
    let flags: Vec<_> = APP.iter().copied().flatten().chain(HELP).chain(VERSION).collect();
    let rows = rows(&flags).join("\n   ");
    format!(
        "NAME:\n   sops - encrypted files, edited in place\n\nUSAGE:\n   {USAGE}\n\nVERSION:\n   {COMPATIBLE}\n\nCOMMANDS:\n{}\nGLOBAL OPTIONS:\n   {rows}\n",
        commands(VERBS)
    )
}

/// The help of one command, without those that it may hold.
pub(super) fn command(path: &str, verb: &Verb) -> String {
    let flags: Vec<_> = verb.flags().collect();
    let options = if flags.is_empty() { "" } else { " [command options]" };
    let mut text = format!(
        "NAME:\n   {path} - {}\n\nUSAGE:\n   {path}{options} {}\n",
        verb.about,
        arguments(verb)
    );
    if !flags.is_empty() {
        let _ = write!(text, "\nOPTIONS:\n   {}\n   \n", rows(&flags).join("\n   "));
    }
    text
}

/// The help of a command that holds others, where it is asked itself.
pub(super) fn group(path: &str, verb: &Verb) -> String {
    let flags: Vec<_> = HELP.iter().collect();
    format!(
        "NAME:\n   {path} - {}\n\nUSAGE:\n   {path} command [command options] {}\n\nCOMMANDS:\n{}\nOPTIONS:\n   {}\n   \n",
        verb.about,
        arguments(verb),
        commands(verb.children()),
        rows(&flags).join("\n   ")
    )
}

fn arguments(verb: &Verb) -> &'static str {
    if verb.arguments.is_empty() {
        "[arguments...]"
    } else {
        verb.arguments
    }
}

fn commands(verbs: &[Verb]) -> String {
    let names: Vec<_> = verbs.iter().map(|verb| names(verb).join(", ")).collect();
    let width = names.iter().map(String::len).max().unwrap_or_default();
    let lines = names.iter().zip(verbs);
    lines
        .map(|(name, verb)| format!("   {name:width$}  {}\n", verb.about))
        .collect()
}

/// The names that a command answers to.
pub(super) fn names(verb: &Verb) -> Vec<&'static str> {
    let short = (verb.name == HELP_VERB.name).then_some("h");
    std::iter::once(verb.name).chain(short).collect()
}

/// A line for each flag, the descriptions below each other.
fn rows(flags: &[&'static Flag]) -> Vec<String> {
    let heads: Vec<_> = flags.iter().map(|flag| head(flag)).collect();
    let width = heads.iter().map(String::len).max().unwrap_or_default();
    let rows = heads.iter().zip(flags).map(|(head, flag)| {
        let default = if flag.kind == Kind::Number { " (default: 0)" } else { "" };
        let variable = flag.variable.map(|name| format!(" [${name}]")).unwrap_or_default();
        format!("{head:width$}  {}{default}{variable}", flag.about)
    });
    rows.collect()
}

fn head(flag: &Flag) -> String {
    let value = match flag.kind {
        Kind::Switch | Kind::SwitchOn => "",
        _ => " value",
    };
    let names = flag.names.iter().map(|name| format!("{}{name}{value}", dashes(name)));
    names.collect::<Vec<_>>().join(", ")
}

/// One for a letter, two for a word.
pub(super) fn dashes(name: &str) -> &'static str {
    if name.len() == 1 { "-" } else { "--" }
}

/// The version of sops that this is measured by.
pub(super) const COMPATIBLE: &str = "3.13.3";

const USAGE: &str = "sops [global options] [command] [options] file

   Without a command and a mode, the file is opened in an editor: SOPS_EDITOR, else EDITOR, else vim, nano or vi.
   Keys for new files come from the flags, else their variables, else the rules of .sops.yaml. Existing files keep theirs: change
   them with updatekeys, or with rotate and its flags --add-... and --rm-...
   Before a command only --config, --mac-only-encrypted and --indent count, and --verbose for publish and keyservice.
   Without a command, flags stand before the file; behind it they are ignored.";
