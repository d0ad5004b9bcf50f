//! YAML files that people wrote, from the sources of the modules that the peers are built from, through both programs: the same is refused, the
//! same is encrypted and decrypted, and ours gives them back byte for byte.

use std::{
    collections::{BTreeSet, HashSet},
    fs,
    num::NonZero,
    path::{Path, PathBuf},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Instant,
};

use signet_sops_tests::{Desk, Document, Entry, Fault, Format, Kind, Program, Rule, Selection};

#[test]
fn files_of_go_modules_are_the_same_to_both_and_come_back() -> Result<(), Fault> {
    let folders: Vec<_> = std::env::var("SIGNET_GO_MODULES")?.lines().map(PathBuf::from).collect();
    let (theirs, ours, files) = (Program::theirs()?, Program::ours()?, files(&folders)?);
    let (start, run) = (Instant::now(), Run::default());
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    thread::scope(|scope| {
        let threads: Vec<_> = (0..threads)
            .map(|_| scope.spawn(|| run.work(&theirs, &ours, &files)))
            .collect();
        let mut joined = threads.into_iter().map(|thread| thread.join());
        joined.try_for_each(|done| done.unwrap_or_else(|_| Err("a thread panicked".into())))
    })?;
    run.report(start)
}

/// What the threads share.
#[derive(Default)]
struct Run {
    next: AtomicUsize,
    encrypted: AtomicUsize,
    refused: AtomicUsize,
    different: AtomicUsize,
}

impl Run {
    /// Takes files in turn, until enough were encrypted.
    fn work(&self, theirs: &Program, ours: &Program, files: &[PathBuf]) -> Result<(), Fault> {
        let desk = Desk::new(theirs, ours)?;
        while self.encrypted.load(Ordering::Relaxed) < ENOUGH
            && let Some(path) = files.get(self.next.fetch_add(1, Ordering::Relaxed))
        {
            let count = match verdict(&desk, fs::read(path)?)? {
                Verdict::Refused => &self.refused,
                Verdict::Encrypted => &self.encrypted,
                Verdict::Different(said) => {
                    println!("== {}\n{said}\n", path.display());
                    &self.different
                }
            };
            count.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }

    fn report(&self, start: Instant) -> Result<(), Fault> {
        let [encrypted, refused, different] =
            [&self.encrypted, &self.refused, &self.different].map(|count| count.load(Ordering::Relaxed));
        let seconds = start.elapsed().as_secs();
        println!("real-world: {encrypted} files encrypted, {refused} refused, {different} different, in {seconds} s");
        if different > 0 {
            return Err(format!("{different} files are not the same to both, or do not come back").into());
        }
        if encrypted < ENOUGH {
            return Err(format!(
                "there are {encrypted} of {ENOUGH} YAML files\nhint: tests/sops/run says where they are, and `go -C tests/peers/sops mod \
                 download` brings them"
            )
            .into());
        }
        Ok(())
    }
}

/// What became of a file.
enum Verdict {
    /// Neither encrypts it, with the same exit code.
    Refused,
    /// Both encrypt it and read what the other made, and ours gives it back.
    Encrypted,
    Different(String),
}

fn verdict(desk: &Desk<'_>, text: Vec<u8>) -> Result<Verdict, Fault> {
    let document = Document {
        format: Format::Yaml,
        rule: Rule {
            selection: Selection::Default,
            mac_only_encrypted: false,
        },
        entries: vec![Entry { text, values: 0 }],
        is_refused: false,
        has_carriage_returns: false,
    };
    // Not a multiple of three, so that nothing is damaged.
    match desk.cross(&document, 1)? {
        Some(complaint) if complaint.kind == Kind::Generator => return Ok(Verdict::Refused),
        // What real sops cannot read of its own is no measure, but ours has to read its own.
        Some(complaint) if complaint.kind != Kind::Quirk => {
            return Ok(Verdict::Different(complaint.of(&document).to_string()));
        }
        _ => {}
    }
    Ok(match desk.keeps(&document.text()) {
        Ok(()) => Verdict::Encrypted,
        Err(fault) => Verdict::Different(fault.to_string()),
    })
}

/// The files by module, and in it by path, each content once.
fn files(modules: &[PathBuf]) -> Result<Vec<PathBuf>, Fault> {
    let (mut files, mut known) = (Vec::new(), HashSet::new());
    for module in modules {
        let mut paths = BTreeSet::new();
        collect(module, &mut paths)?;
        let mut count = 0;
        for path in paths {
            let text = fs::read(&path)?;
            // A difference of ours that `docs/compatibility.md` names: real sops reads UTF-16.
            let is_wide = text.starts_with(b"\xff\xfe") || text.starts_with(b"\xfe\xff");
            if count < MOST_OF_MODULE && text.len() <= MOST_BYTES && !is_wide && known.insert(text) {
                count += 1;
                files.push(path);
            }
        }
    }
    Ok(files)
}

fn collect(folder: &Path, paths: &mut BTreeSet<PathBuf>) -> Result<(), Fault> {
    for entry in fs::read_dir(folder)? {
        let (path, kind) = entry.and_then(|entry| Ok((entry.path(), entry.file_type()?)))?;
        if kind.is_dir() {
            collect(&path, paths)?;
        } else if kind.is_file() && path.extension().is_some_and(|end| end == "yaml" || end == "yml") {
            paths.insert(path);
        }
    }
    Ok(())
}

/// Files that both encrypt.
const ENOUGH: usize = 500;
/// Two modules have hundreds of files that were made for tests.
const MOST_OF_MODULE: usize = 250;
const MOST_BYTES: usize = 200_000;
