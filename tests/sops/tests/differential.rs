//! Random documents through both programs: what the one writes the other reads, and both read the same in it.

use std::{
    collections::BTreeMap,
    env, iter,
    num::NonZero,
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::Instant,
};

use signet_sops_tests::{Desk, Fault, Program, document, shrink};

/// What one of the threads has seen.
#[derive(Default)]
struct Seen {
    values: usize,
    /// How many documents there were, by what they are.
    documents: BTreeMap<String, u64>,
    complaints: Vec<String>,
}

#[test]
fn random_documents_are_the_same_to_both() -> Result<(), Fault> {
    let first: u64 = setting("SIGNET_SOPS_SEED", 1)?;
    let count: u64 = setting("SIGNET_SOPS_DOCUMENTS", 700)?;
    println!("differential: SIGNET_SOPS_SEED={first} SIGNET_SOPS_DOCUMENTS={count}");
    let (theirs, ours) = (Program::theirs()?, Program::ours()?);
    let (start, next) = (Instant::now(), AtomicU64::new(0));
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let seen: Vec<Result<Seen, Fault>> = thread::scope(|scope| {
        let cross = || {
            cross(
                &theirs,
                &ours,
                || first + next.fetch_add(1, Ordering::Relaxed),
                first + count,
            )
        };
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(cross)).collect();
        let joined = threads.into_iter().map(|thread| thread.join());
        joined
            .map(|seen| seen.unwrap_or_else(|_| Err("a thread panicked".into())))
            .collect()
    });
    let mut all = Seen::default();
    for seen in seen {
        all.add(seen?);
    }
    let seconds = start.elapsed().as_secs();
    println!(
        "differential: {} values in {seconds} s; {:?}",
        all.values, all.documents
    );
    match all.complaints.len() {
        0 => Ok(()),
        complaints => Err(format!("{complaints} documents are not the same to both").into()),
    }
}

impl Seen {
    fn add(&mut self, other: Self) {
        self.values += other.values;
        self.complaints.extend(other.complaints);
        for (kind, count) in other.documents {
            *self.documents.entry(kind).or_default() += count;
        }
    }
}

/// Crosses documents until their numbers reach `end`, or too many are not the same.
fn cross(theirs: &Program, ours: &Program, next: impl Fn() -> u64, end: u64) -> Result<Seen, Fault> {
    let desk = Desk::new(theirs, ours)?;
    let mut seen = Seen::default();
    for number in iter::repeat_with(next).take_while(|&number| number < end) {
        if seen.complaints.len() >= MOST {
            break;
        }
        let document = document(number);
        let kind = if document.is_refused { " refused" } else { "" };
        *seen
            .documents
            .entry(format!("{:?}{kind}", document.format))
            .or_default() += 1;
        seen.values += document.values();
        if let Some(complaint) = desk.cross(&document, number)? {
            let (document, complaint) = shrink(&desk, document, number, complaint)?;
            let text = format!(
                "== SIGNET_SOPS_SEED={number} SIGNET_SOPS_DOCUMENTS=1\n{}\n",
                complaint.of(&document)
            );
            println!("{text}");
            seen.complaints.push(text);
        }
    }
    Ok(seen)
}

fn setting(name: &str, default: u64) -> Result<u64, Fault> {
    match env::var(name) {
        Ok(value) => Ok(value.parse().map_err(|error| format!("{name}: {error}"))?),
        Err(_) => Ok(default),
    }
}

/// Nobody reads more complaints than these, of each thread.
const MOST: usize = 10;
