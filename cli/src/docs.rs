//! The pages about the commands, written from the same definition as their help. A test compares them with those in `docs/`;
//! `SIGNET_WRITE_DOCS=1 cargo test -p signet docs` writes them anew.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
};

use clap::Command;

use crate::{arguments, report::CODES, verify};

#[test]
fn docs_are_those_of_the_commands() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    let pages = pages();
    if env::var_os("SIGNET_WRITE_DOCS").is_some() {
        write(&folder, &pages);
    }
    for (name, text) in &pages {
        let written = fs::read_to_string(folder.join(name)).unwrap_or_default();
        assert!(written == *text, "docs/{} is stale: {REWRITE}", name.display());
    }
    for entry in fs::read_dir(folder.join("man")).unwrap() {
        let name = Path::new("man").join(entry.unwrap().file_name());
        assert!(
            pages.contains_key(&name),
            "docs/{} has no command: {REWRITE}",
            name.display()
        );
    }
}

/// Every page by its path in `docs/`.
fn pages() -> BTreeMap<PathBuf, String> {
    let mut definition = arguments::definition().term_width(WIDTH);
    definition.build();
    let mut commands = format!("# Commands\n\n{GENERATED}\n");
    let mut pages = BTreeMap::new();
    describe(&definition, "signet", &mut commands, &mut pages);
    let rows = CODES.map(|(code, meaning)| format!("| {code} | {meaning} |\n"));
    commands.push_str(&format!(
        "\n## Exit status\n\nOf every verb but `signet kubeseal`, which ends as upstream's does.\n\n| code | meaning |\n| --- | --- |\n{}",
        rows.concat()
    ));
    pages.insert(PathBuf::from("commands.md"), commands);
    pages.insert(PathBuf::from("rules.md"), rules());
    pages
}

fn describe(command: &Command, name: &str, commands: &mut String, pages: &mut BTreeMap<PathBuf, String>) {
    let help = command.clone().bin_name(name).render_long_help().to_string();
    let lines: Vec<_> = help.trim_end().lines().map(str::trim_end).collect();
    commands.push_str(&format!("\n## {name}\n\n```text\n{}\n```\n", lines.join("\n")));
    let file = name.replace(' ', "-");
    let mut page = Vec::new();
    let titled = command.clone().name(&*file.clone().leak()).bin_name(name);
    clap_mangen::Man::new(titled).render(&mut page).unwrap();
    let mut page = String::from_utf8(page).unwrap();
    // That one ends with upstream's codes.
    if file != "signet-kubeseal" {
        let codes = CODES.map(|(code, meaning)| format!(".TP\n{code}\n{meaning}\n"));
        page.push_str(&format!(".SH \"EXIT STATUS\"\n{}", codes.concat()));
    }
    pages.insert(PathBuf::from(format!("man/{file}.1")), page);
    for verb in command
        .get_subcommands()
        .filter(|verb| verb.get_name() != "help" && !verb.is_hide_set())
    {
        describe(verb, &format!("{name} {}", verb.get_name()), commands, pages);
    }
}

fn rules() -> String {
    let rows = verify::ALL
        .iter()
        .map(|rule| format!("| `{}` | {} | {} |\n", rule.id, rule.severity, rule.description));
    let rows: String = rows.collect();
    format!(
        "# What `signet verify` looks for\n\n{GENERATED}\n\nErrors end the run with 1; warnings do with `--strict`. `--ignore RULE` leaves a rule \
         out.\n\n| rule | severity | what is wrong |\n| --- | --- | --- |\n{rows}"
    )
}

fn write(folder: &Path, pages: &BTreeMap<PathBuf, String>) {
    // A command that is gone takes its page with it.
    let _ = fs::remove_dir_all(folder.join("man"));
    fs::create_dir_all(folder.join("man")).unwrap();
    for (name, text) in pages {
        fs::write(folder.join(name), text).unwrap();
    }
}

const GENERATED: &str =
    "<!-- Written from the program's own definition: SIGNET_WRITE_DOCS=1 cargo test -p signet docs -->";
const REWRITE: &str = "SIGNET_WRITE_DOCS=1 cargo test -p signet docs";
const WIDTH: usize = 100;
