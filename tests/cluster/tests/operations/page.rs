//! docs/operations.md, and a folder to run its commands in.

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use signet_cluster_tests::{Cluster, ours, output, peer};

/// Runs the commands of a section; what each writes.
pub(crate) fn run(cluster: &Cluster, section: &str) -> Vec<String> {
    run_with(cluster, section, str::to_owned)
}

/// Runs the commands of a section, each changed.
pub(crate) fn run_with(cluster: &Cluster, section: &str, change: impl Fn(&str) -> String) -> Vec<String> {
    let lines = commands(section);
    assert!(!lines.is_empty(), "{section}");
    lines.iter().map(|line| run_line(cluster, &change(line))).collect()
}

/// Runs a line of the page in [`desk`]; what it writes.
pub(crate) fn run_line(cluster: &Cluster, line: &str) -> String {
    let programs = [peer("helm"), peer("kubectl"), ours("signet")];
    let folders = programs.map(|program| program.parent().unwrap().to_owned());
    let path: Vec<_> = folders
        .into_iter()
        .chain(env::split_paths(&env::var_os("PATH").unwrap()))
        .collect();
    let mut command: Command = cluster.command("sh");
    command
        .args(["-ceu", line])
        .env("PATH", env::join_paths(path).unwrap())
        .current_dir(desk(cluster));
    let ran = output(&mut command, "");
    assert_eq!(ran.code, Some(0), "{line}: {}", ran.stderr);
    ran.stdout + &ran.stderr
}

/// The commands of a section.
pub(crate) fn commands(section: &str) -> Vec<String> {
    let heading = format!("## {section}");
    let page = page();
    let lines = page.lines().skip_while(|line| *line != heading).skip(1);
    let lines = lines.take_while(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| line.strip_prefix("$ "))
        .map(str::to_owned)
        .collect()
}

/// The folder in which the commands start.
pub(crate) fn desk(cluster: &Cluster) -> PathBuf {
    let desk = cluster.directory().join("desk");
    if !desk.exists() {
        fs::create_dir_all(desk.join("clusters/prod")).unwrap();
        symlink(root().join("deploy"), desk.join("deploy")).unwrap();
        for file in ["recipients", "age.key"] {
            fs::copy(root().join("cli/tests/fixtures/tour").join(file), desk.join(file)).unwrap();
        }
    }
    desk
}

/// A command that no test runs is one that nobody knows to work.
#[test]
fn every_section_with_commands_is_run() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/operations");
    let sources = fs::read_dir(folder)
        .unwrap()
        .map(|file| fs::read_to_string(file.unwrap().path()).unwrap());
    let sources: String = sources.collect();
    let page = page();
    let sections: Vec<_> = page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    assert!(sections.len() > 10, "{sections:?}");
    for section in sections.iter().filter(|section| !commands(section).is_empty()) {
        assert!(
            sources.contains(&format!("\"{section}\"")),
            "no test runs the commands of: {section}"
        );
    }
    let counted: usize = sections.iter().map(|section| commands(section).len()).sum();
    let all = page.lines().filter(|line| line.starts_with("$ ")).count();
    assert_eq!(
        counted, all,
        "a command stands outside of all sections, or a section is there twice"
    );
}

fn page() -> String {
    fs::read_to_string(root().join("docs/operations.md")).unwrap()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
