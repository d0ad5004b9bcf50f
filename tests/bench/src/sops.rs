//! Whole processes: `signet` called `sops` and the real one, on the same files.

use std::{
    error::Error,
    fs::{self, File},
    io::{self, BufWriter, Write},
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
};

use crate::process::Run;
use signet_bench::report::{self, Samples};

/// A test key, which opens nothing else.
const IDENTITY: &str = include_str!("../../vectors/sops/keys/age1.txt");
const RECIPIENT: &str = "age1fmhvl6k38yzn29z8l6apc6jpnf9ccadtxnrh4qa63na2hx05c99q23r0fh";

/// A file, and how often it is encrypted and decrypted.
struct Case {
    name: &'static str,
    file: &'static str,
    /// Writes it piece by piece: what this process holds counts for those that it starts.
    text: Text,
    rounds: usize,
    /// Ratio of time. That of peak memory is [`MEMORY`].
    goal: f64,
}

type Text = fn(&mut dyn Write) -> io::Result<()>;

/// Compares both on files of several kinds and sizes, and shows how ours grows.
pub(crate) fn compare(ours: &Path, theirs: &Path, folder: &Path) -> Result<(), Box<dyn Error>> {
    let [our_link, their_link] =
        [("ours", ours), ("theirs", theirs)].map(|(name, program)| link(folder, name, program));
    let bench = Bench {
        programs: [our_link?, their_link?],
        folder,
    };
    report::heading("sops");
    let version = |_: usize| vec!["--version", "--disable-version-check"];
    bench.row("sops --version", version, 40, 0.2)?;
    for case in cases() {
        bench.case(&case)?;
    }
    size(ours, theirs)?;
    bench.growth()
}

fn cases() -> [Case; 7] {
    let case = |name, file, text: Text, rounds, goal| Case {
        name,
        file,
        text,
        rounds,
        goal,
    };
    [
        case("10 keys", "small.yaml", |file| flat(file, 10, 2), 40, 1.0 / 5.0),
        case(
            "10 MB of nested YAML",
            "nested.yaml",
            |file| nested(file, 1_000, 100),
            5,
            1.0 / 12.0,
        ),
        case(
            "10 MB of nested JSON",
            "nested.json",
            |file| json(file, 1_000, 100),
            5,
            1.0 / 12.0,
        ),
        case(
            "20,000 keys in a map",
            "flat.yaml",
            |file| flat(file, 20_000, 20),
            5,
            1.0 / 30.0,
        ),
        case(
            "100,000 keys in a map",
            "wide.yaml",
            |file| flat(file, 100_000, 20),
            1,
            1.0 / 100.0,
        ),
        case("5 MB of bytes", "5", |file| bytes(file, 5), 9, 1.0 / 3.0),
        case("52 MB of bytes", "52", |file| bytes(file, 52), 3, 1.0 / 3.0),
    ]
}

struct Bench<'a> {
    /// Ours, and the real one.
    programs: [PathBuf; 2],
    folder: &'a Path,
}

impl Bench<'_> {
    fn case(&self, case: &Case) -> Result<(), Box<dyn Error>> {
        self.write(case.file, case.text)?;
        let name = |verb: &str| format!("{verb} {}", case.name);
        let encrypted = ["ours", "theirs"].map(|whose| format!("{whose}.{}", case.file));
        let encrypt = |index: usize| vec!["encrypt", "--age", RECIPIENT, "--output", &encrypted[index], case.file];
        // The one before is encrypted over, and what has not changed would be kept.
        let fresh = || {
            encrypted
                .iter()
                .for_each(|path| drop(fs::remove_file(self.folder.join(path))))
        };
        self.rows(&name("encrypt"), encrypt, fresh, case.rounds, case.goal)?;
        let decrypt = |index: usize| vec!["decrypt", &encrypted[index]];
        self.rows(&name("decrypt"), decrypt, || (), case.rounds, case.goal)?;
        if case.file == "nested.yaml" {
            let set = |index: usize| vec!["set", &encrypted[index], "[\"map3\"][\"key3\"]", "\"changed\""];
            self.rows(&name("set"), set, || (), case.rounds, case.goal)?;
        }
        Ok(())
    }

    fn write(&self, name: &str, text: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        let mut file = BufWriter::new(File::create(self.folder.join(name))?);
        text(&mut file)?;
        file.flush()
    }

    fn row<'s>(
        &self,
        name: &str,
        arguments: impl Fn(usize) -> Vec<&'s str>,
        rounds: usize,
        goal: f64,
    ) -> Result<(), Box<dyn Error>> {
        self.rows(name, arguments, || (), rounds, goal)
    }

    fn rows<'s>(
        &self,
        name: &str,
        arguments: impl Fn(usize) -> Vec<&'s str>,
        before: impl Fn(),
        rounds: usize,
        goal: f64,
    ) -> Result<(), Box<dyn Error>> {
        let mut times = [Samples::default(), Samples::default()];
        let mut peaks = [Samples::default(), Samples::default()];
        for _ in 0..rounds {
            before();
            for index in 0..2 {
                let run = self.run(index, &arguments(index))?;
                times[index].push(run.elapsed.as_secs_f64());
                peaks[index].push(run.peak_bytes);
            }
        }
        report::milliseconds(name, &times[0], &times[1], goal);
        report::memory("  peak memory", &peaks[0], &peaks[1], MEMORY);
        Ok(())
    }

    fn run(&self, index: usize, arguments: &[&str]) -> Result<Run, Box<dyn Error>> {
        let mut command = Command::new(&self.programs[index]);
        command
            .args(arguments)
            .current_dir(self.folder)
            .env("SOPS_AGE_KEY", IDENTITY);
        Run::of_command(&mut command, "")
    }

    /// What a key costs should not depend on how many there are.
    fn growth(&self) -> Result<(), Box<dyn Error>> {
        println!("{:<28} {:>12} {:>12}", "keys in a map, ours", "encrypt", "a key");
        for keys in [1_000, 10_000, 100_000, 1_000_000] {
            self.write("growth.yaml", |file| flat(file, keys, 20))?;
            let mut times = Samples::default();
            for _ in 0..3 {
                let run = self.run(0, &["encrypt", "--age", RECIPIENT, "growth.yaml"])?;
                times.push(run.elapsed.as_secs_f64());
            }
            let seconds = times.median();
            let per_key = seconds / keys as f64;
            println!("{keys:<28} {:>9.1} ms {:>9.2} µs", seconds * 1e3, per_key * 1e6);
        }
        Ok(())
    }
}

/// The program under the name by which it answers as `sops`.
fn link(folder: &Path, whose: &str, program: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let folder = folder.join(whose);
    fs::create_dir(&folder)?;
    symlink(program.canonicalize()?, folder.join("sops"))?;
    Ok(folder.join("sops"))
}

fn size(ours: &Path, theirs: &Path) -> Result<(), Box<dyn Error>> {
    let size = |path: &Path| Ok::<_, Box<dyn Error>>(Samples::one(fs::metadata(path)?.len() as f64));
    report::memory("size of the program", &size(ours)?, &size(theirs)?, 0.5);
    Ok(())
}

fn flat(file: &mut dyn Write, keys: usize, length: usize) -> io::Result<()> {
    (0..keys).try_for_each(|number| writeln!(file, "key{number}: {}", word(number, length)))
}

fn nested(file: &mut dyn Write, maps: usize, keys: usize) -> io::Result<()> {
    for map in 0..maps {
        writeln!(file, "map{map}:")?;
        for key in 0..keys {
            writeln!(file, "    key{key}: {}", word(map * keys + key, LINE))?;
        }
    }
    Ok(())
}

fn json(file: &mut dyn Write, maps: usize, keys: usize) -> io::Result<()> {
    let comma = |index: usize, count: usize| if index + 1 < count { "," } else { "" };
    writeln!(file, "{{")?;
    for map in 0..maps {
        writeln!(file, "  \"map{map}\": {{")?;
        for key in 0..keys {
            let word = word(map * keys + key, LINE);
            writeln!(file, "    \"key{key}\": \"{word}\"{}", comma(key, keys))?;
        }
        writeln!(file, "  }}{}", comma(map, maps))?;
    }
    writeln!(file, "}}")
}

/// Letters that are others for each number.
fn word(number: usize, length: usize) -> String {
    let letter = |index: usize| char::from(b'a' + ((number + 1) * (index + 7) * 31 % 26) as u8);
    (0..length).map(letter).collect()
}

fn bytes(file: &mut dyn Write, megabytes: usize) -> io::Result<()> {
    (0..megabytes << 20).try_for_each(|index| file.write_all(&[((index * 31) >> 3) as u8]))
}

/// Bytes of a value.
const LINE: usize = 85;

/// Ratio of peak memory.
const MEMORY: f64 = 1.0 / 3.0;
