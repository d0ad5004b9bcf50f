//! The table.

/// Measurements of one thing, in its own unit.
#[derive(Default)]
pub struct Samples(Vec<f64>);

impl Samples {
    /// A single one.
    pub fn one(sample: f64) -> Self {
        Self(vec![sample])
    }

    /// Adds one.
    pub fn push(&mut self, sample: f64) {
        self.0.push(sample);
    }

    /// The middle one; of an even number, the upper of the two.
    pub fn median(&self) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
    }
}

impl FromIterator<f64> for Samples {
    fn from_iter<T: IntoIterator<Item = f64>>(samples: T) -> Self {
        Self(samples.into_iter().collect())
    }
}

/// What of the machine decides how fast a private-key operation of AWS-LC is.
pub fn machine() {
    #[cfg(target_arch = "x86_64")]
    if !std::arch::is_x86_feature_detected!("avx512ifma") {
        println!(
            "this processor has no AVX-512 IFMA, which AWS-LC opens values with where it can; the goals for opening were set with it"
        );
    }
}

/// The names of the columns; `other` is what ours is measured by.
pub fn heading(other: &str) {
    println!(
        "{:<28} {:>12} {:>12} {:>7} {:>7}",
        "medians", "signet", other, "ratio", "goal"
    );
}

/// A row of times in seconds, shown in milliseconds.
pub fn milliseconds(name: &str, ours: &Samples, theirs: &Samples, goal: f64) {
    row(name, ours.median() * 1e3, theirs.median() * 1e3, "ms", goal);
}

/// The same, and the rates.
pub fn times(name: &str, ours: &Samples, theirs: &Samples, goal: f64) {
    milliseconds(name, ours, theirs, goal);
    let rates = (1.0 / ours.median(), 1.0 / theirs.median());
    println!("{:<28} {:>10.0}/s {:>10.0}/s", "", rates.0, rates.1);
}

/// A row of plain numbers.
pub fn numbers(name: &str, ours: &Samples, theirs: &Samples, goal: f64) {
    row(name, ours.median(), theirs.median(), "", goal);
}

/// A row of bytes, shown in MiB.
pub fn memory(name: &str, ours: &Samples, theirs: &Samples, goal: f64) {
    const MIB: f64 = 1024.0 * 1024.0;
    row(name, ours.median() / MIB, theirs.median() / MIB, "MiB", goal);
}

fn row(name: &str, ours: f64, theirs: f64, unit: &str, goal: f64) {
    let ratio = ours / theirs;
    let verdict = if ratio <= goal { "" } else { "  missed" };
    println!(
        "{name:<28} {ours:>8.3} {unit:<3} {theirs:>8.3} {unit:<3} {ratio:>7.3} {:>7}{verdict}",
        format!("<={}", (goal * 1000.0).round() / 1000.0)
    );
}
