use std::thread::sleep;
use std::time::{Duration, Instant};

/// Asks `condition` again and again until it gives a value, and returns that.
///
/// # Panics
///
/// When `deadline` has passed, with `what`.
pub fn wait_for<T>(what: &str, deadline: Duration, mut condition: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(value) = condition() {
            return value;
        }
        assert!(start.elapsed() < deadline, "not within {deadline:?}: {what}");
        sleep(INTERVAL);
    }
}

/// How long a busy computer may take for anything that a test waits for.
pub const DEADLINE: Duration = Duration::from_secs(90);

const INTERVAL: Duration = Duration::from_millis(40);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn returns_the_first_value() {
        let mut asked = 0;
        let value = wait_for("three", DEADLINE, || {
            asked += 1;
            (asked == 3).then_some(asked)
        });
        assert_eq!(value, 3);
    }

    #[test]
    #[should_panic(expected = "a sign that never comes")]
    fn names_what_it_waited_for() {
        wait_for("a sign that never comes", Duration::ZERO, || None::<()>);
    }
}
