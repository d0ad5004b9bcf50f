use std::fmt::Write;
use std::fs;
use std::path::Path;

use crate::{DIFFERENCES, Outcome};

/// What of two runs may differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aspect {
    /// The exit code.
    Code,
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
    /// The files that are there, their modes and contents.
    Files,
}

/// All that differs and should not, or should and does not.
#[derive(Debug, Default)]
pub struct Report {
    seen: Vec<String>,
    faults: String,
}

impl Report {
    /// Compares the outcomes of one case.
    pub fn compare(&mut self, case: &str, theirs: &Outcome, ours: &Outcome) {
        assert!(
            !self.seen.iter().any(|seen| seen == case),
            "two cases are called {case}"
        );
        self.seen.push(case.to_owned());
        let aspects = [
            (Aspect::Code, theirs.code != ours.code),
            (Aspect::Stdout, theirs.stdout != ours.stdout),
            (Aspect::Stderr, theirs.stderr != ours.stderr),
            (Aspect::Files, theirs.files != ours.files),
        ];
        let expected: Vec<_> = DIFFERENCES
            .iter()
            .filter(|difference| difference.cases.contains(&case))
            .flat_map(|difference| difference.aspects)
            .collect();
        for (aspect, differs) in aspects {
            match (differs, expected.contains(&&aspect)) {
                (true, false) => self.fault(case, aspect, "differs", theirs, ours),
                (false, true) => self.fault(case, aspect, "does not differ", theirs, ours),
                _ => {}
            }
        }
    }

    /// How many cases were compared.
    pub fn len(&self) -> usize {
        self.seen.len()
    }

    /// Whether none was.
    pub fn is_empty(&self) -> bool {
        self.seen.is_empty()
    }

    /// # Panics
    ///
    /// With all faults, if there are any; or if a difference of `suite` names a case that there is not, or a row that
    /// docs/compatibility.md has not.
    pub fn finish(self, suite: &str) {
        let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/compatibility.md");
        let docs = fs::read_to_string(docs).unwrap();
        for difference in DIFFERENCES.iter().filter(|difference| difference.suite == suite) {
            let is_row = |line: &str| line.starts_with("| ") && line.contains(difference.row);
            assert!(
                docs.lines().any(is_row),
                "no row in docs/compatibility.md: {}",
                difference.row
            );
            for case in difference.cases {
                assert!(self.seen.iter().any(|seen| seen == case), "no case {case} in {suite}");
            }
        }
        assert!(self.faults.is_empty(), "{}", self.faults);
    }

    fn fault(&mut self, case: &str, aspect: Aspect, verb: &str, theirs: &Outcome, ours: &Outcome) {
        let is_same = |outcome: &Outcome, name: &str| {
            [theirs, ours]
                .iter()
                .all(|of| of.files.get(name) == outcome.files.get(name))
        };
        let show = |outcome: &Outcome| match aspect {
            Aspect::Code => format!("{:?}\n{}", outcome.code, outcome.stderr),
            Aspect::Stdout => format!("{}\n{:?}", outcome.stdout.layout, outcome.stdout.opened),
            Aspect::Stderr => outcome.stderr.clone(),
            Aspect::Files => {
                let files = outcome.files.iter().filter(|(name, _)| !is_same(outcome, name));
                files.map(|(name, file)| format!("{name}: {file:?}\n")).collect()
            }
        };
        let _ = writeln!(
            self.faults,
            "\n== {case}: {aspect:?} {verb}\n-- theirs\n{}\n-- ours\n{}",
            show(theirs),
            show(ours)
        );
    }
}
