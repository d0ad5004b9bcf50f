//! Pages that do what they show: their commands are run in one folder, in order, and say what stands there.

#![allow(dead_code, unreachable_pub, reason = "a module of each suite")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{fs, os::unix::fs::symlink, path::Path, process::Command};

use crate::program::Desk;

/// Runs the commands of a page of `docs/` in a folder with the files of another, where the program has these names.
pub fn run_page(page: &str, files: &Path, names: &[&str]) {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(page);
    let steps = steps(&fs::read_to_string(page).unwrap());
    assert!(steps.len() >= 10, "only {} commands", steps.len());
    let desk = Desk::new();
    for entry in fs::read_dir(files).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, desk.path(path.file_name().unwrap().to_str().unwrap())).unwrap();
    }
    fs::create_dir(desk.path(".bin")).unwrap();
    for name in names {
        symlink(env!("CARGO_BIN_EXE_signet"), desk.path(&format!(".bin/{name}"))).unwrap();
    }
    for step in steps {
        let said = run(&desk, &step.command);
        assert!(
            matches(&step.expected, &said),
            "$ {}\nsays:\n{}\nnot:\n{}",
            step.command,
            said.join("\n"),
            step.expected.join("\n")
        );
    }
}

/// A command with what it should say; both streams, and `? CODE` at the end if it fails.
#[derive(Default)]
struct Step {
    command: String,
    expected: Vec<String>,
}

fn steps(tour: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut is_console = false;
    for line in tour.lines() {
        match (
            line.strip_prefix("```"),
            line.strip_prefix("$ "),
            line.strip_prefix("> "),
        ) {
            (Some(language), ..) => is_console = language == "console",
            _ if !is_console => {}
            (_, Some(command), _) => steps.push(Step {
                command: command.to_owned(),
                ..Step::default()
            }),
            (_, _, Some(more)) => steps.last_mut().unwrap().command.push_str(&format!("\n{more}")),
            _ => steps.last_mut().unwrap().expected.push(line.to_owned()),
        }
    }
    steps
}

fn run(desk: &Desk, command: &str) -> Vec<String> {
    let path = format!("{}:/usr/bin:/bin", desk.path(".bin").display());
    let output = Command::new("sh")
        .args(["-c", &format!("exec 2>&1\n{command}")])
        .current_dir(desk.path(""))
        .env_clear()
        .env("PATH", path)
        .env("HOME", desk.path(""))
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    if !output.status.success() {
        lines.push(format!("? {}", output.status.code().unwrap()));
    }
    lines
}

/// A line `...` stands for any lines, and `[..]` in a line for any text.
fn matches(expected: &[String], said: &[String]) -> bool {
    match (expected, said) {
        ([], []) => true,
        ([dots, rest @ ..], _) if dots == "..." => (0..=said.len()).any(|skipped| matches(rest, &said[skipped..])),
        ([one, expected @ ..], [other, said @ ..]) => line_matches(one, other) && matches(expected, said),
        _ => false,
    }
}

fn line_matches(expected: &str, said: &str) -> bool {
    match expected.split_once("[..]") {
        None => expected == said,
        Some((start, rest)) => said.strip_prefix(start).is_some_and(|said| {
            let ends = said.char_indices().map(|(at, _)| at).chain([said.len()]);
            ends.into_iter().any(|at| line_matches(rest, &said[at..]))
        }),
    }
}

#[test]
fn a_tour_that_says_something_else_fails() {
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    for (expected, said, is_match) in [
        ("a", "a", true),
        ("a", "b", false),
        ("a", "a\nb", false),
        ("a\nb", "a", false),
        ("", "a", false),
        ("...\nb", "a\na\nb", true),
        ("...\nb", "a\nc", false),
        ("a[..]c", "abc", true),
        ("a[..]c", "abd", false),
        ("[..]", "", false),
    ] {
        assert_eq!(
            matches(&lines(expected), &lines(said)),
            is_match,
            "{expected:?} {said:?}"
        );
    }
}
