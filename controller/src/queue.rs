//! Which SealedSecrets are to be looked at, and when.
//!
//! Our own rather than `kube_runtime::Controller`'s, since the directory side has no stream of an API server to feed that with, and since
//! failed objects are retried for ever, each ever more slowly.

use std::{
    collections::{BTreeSet, HashMap},
    hash::{BuildHasher as _, RandomState},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::Notify,
    time::{Instant, sleep_until},
};

use crate::place::ObjectName;

/// A queue in which each object stands once, and of which no object is taken twice at the same time.
#[derive(Clone, Default)]
pub(crate) struct Queue {
    state: Arc<Mutex<State>>,
    changed: Arc<Notify>,
}

/// How a pass over an object ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// There is nothing to do until it changes.
    Rest,
    /// Try again later.
    Retry,
    /// The Secret was not as it should be, and now it is. Where somebody keeps changing it, it is put right ever more slowly.
    Righted {
        /// That of the SealedSecret: another one is no quarrel.
        generation: Option<i64>,
    },
}

impl Queue {
    /// The object has changed: it is looked at as soon as may be, and its failures are forgotten.
    pub(crate) fn add(&self, name: ObjectName) {
        self.state().add(name, Instant::now());
        self.changed.notify_one();
    }

    /// The same, but not so soon.
    pub(crate) fn add_later(&self, name: ObjectName, pause: Duration) {
        self.state().add(name, Instant::now() + pause);
        self.changed.notify_one();
    }

    /// What may have been in the way of the objects that failed is gone: they are tried again now.
    pub(crate) fn hasten(&self) {
        self.state().hasten(Instant::now());
        self.changed.notify_one();
    }

    /// Waits for the next object and takes it. One that was taken must be given back with [`Self::finish`].
    pub(crate) async fn take(&self) -> ObjectName {
        loop {
            let changed = self.changed.notified();
            let due = match self.state().take(Instant::now()) {
                Ok(name) => {
                    // Several may have been added since anybody was woken.
                    self.changed.notify_one();
                    return name;
                }
                Err(due) => due,
            };
            match due {
                Some(due) => tokio::select! {
                    () = changed => {}
                    () = sleep_until(due) => {}
                },
                None => changed.await,
            }
        }
    }

    /// Gives back an object.
    pub(crate) fn finish(&self, name: ObjectName, next: Next) {
        self.state().finish(name, next, Instant::now(), random());
        self.changed.notify_one();
    }

    /// How many objects are due and not taken, and how long the first of them has been.
    pub(crate) fn backlog(&self) -> (usize, Duration) {
        let (state, now) = (self.state(), Instant::now());
        let due = || state.due.iter().map(|(due, _)| *due).take_while(|due| *due <= now);
        (due().count(), due().next().map_or(Duration::ZERO, |first| now - first))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long after a failure, the `failures`-th in a row, the next attempt is: 0.2 s, doubled each time up to 5 minutes, and a fifth more or
/// less at random so that what failed together does not come back together.
pub(crate) fn delay(failures: u32, random: u64) -> Duration {
    let doubled = FIRST_DELAY.saturating_mul(1 << failures.saturating_sub(1).min(20));
    let fraction = f64::from(u32::try_from(random >> 32).unwrap_or_default()) / f64::from(u32::MAX);
    doubled.min(LONGEST_DELAY).mul_f64(0.8 + 0.4 * fraction)
}

/// Any number: no secret depends on it.
pub(crate) fn random() -> u64 {
    RandomState::new().hash_one(0)
}

// Invariant: `due` holds exactly the objects of `objects` that wait, each with its time.
#[derive(Default)]
struct State {
    objects: HashMap<ObjectName, Object>,
    quarrels: HashMap<ObjectName, Quarrel>,
    due: BTreeSet<(Instant, ObjectName)>,
}

struct Object {
    failures: u32,
    stage: Stage,
}

/// A Secret that was put right for one generation of its SealedSecret.
struct Quarrel {
    generation: Option<i64>,
    times: u32,
    last: Instant,
}

#[derive(Clone, Copy)]
enum Stage {
    Waiting(Instant),
    Taken { is_changed: bool },
}

impl State {
    fn add(&mut self, name: ObjectName, now: Instant) {
        let now = now.max(self.quarrels.get(&name).map_or(now, Quarrel::pause));
        match self.objects.get_mut(&name).map(|object| (object.stage, object)) {
            Some((Stage::Taken { .. }, object)) => object.stage = Stage::Taken { is_changed: true },
            Some((Stage::Waiting(due), _)) if due <= now => {}
            Some((Stage::Waiting(due), _)) => {
                self.due.remove(&(due, name.clone()));
                self.wait(name, 0, now);
            }
            None => self.wait(name, 0, now),
        }
    }

    fn hasten(&mut self, now: Instant) {
        for (_, name) in std::mem::take(&mut self.due) {
            let failures = self.objects.get(&name).map_or(0, |object| object.failures);
            self.wait(name, failures, now);
        }
        for object in self.objects.values_mut() {
            if let Stage::Taken { is_changed } = &mut object.stage {
                *is_changed = true;
            }
        }
    }

    /// An object that is due, or when the next one will be.
    fn take(&mut self, now: Instant) -> Result<ObjectName, Option<Instant>> {
        let first = self.due.pop_first().ok_or(None)?;
        if first.0 > now {
            let due = first.0;
            self.due.insert(first);
            return Err(Some(due));
        }
        if let Some(object) = self.objects.get_mut(&first.1) {
            object.stage = Stage::Taken { is_changed: false };
        }
        Ok(first.1)
    }

    fn finish(&mut self, name: ObjectName, next: Next, now: Instant, random: u64) {
        let Some(Object {
            failures,
            stage: Stage::Taken { is_changed },
        }) = self.objects.remove(&name)
        else {
            return;
        };
        match next {
            Next::Righted { generation } => {
                self.righted(&name, generation, now);
                if is_changed {
                    self.add(name, now);
                }
            }
            _ if is_changed => self.wait(name, 0, now),
            Next::Rest => {}
            Next::Retry => {
                let failures = failures.saturating_add(1);
                self.wait(name, failures, now + delay(failures, random));
            }
        }
    }

    fn righted(&mut self, name: &ObjectName, generation: Option<i64>, now: Instant) {
        self.quarrels
            .retain(|_, quarrel| now < quarrel.last + 2 * LONGEST_DELAY);
        let quarrel = self.quarrels.entry(name.clone()).or_insert(Quarrel {
            generation,
            times: 0,
            last: now,
        });
        let times = if quarrel.generation == generation {
            quarrel.times
        } else {
            0
        };
        *quarrel = Quarrel {
            generation,
            times: times.saturating_add(1),
            last: now,
        };
    }

    fn wait(&mut self, name: ObjectName, failures: u32, due: Instant) {
        self.due.insert((due, name.clone()));
        let stage = Stage::Waiting(due);
        self.objects.insert(name, Object { failures, stage });
    }
}

impl Quarrel {
    /// When it is put right next. Whoever changes it once or twice by hand need not wait to see what comes of it.
    fn pause(&self) -> Instant {
        match self.times.checked_sub(PATIENCE) {
            Some(times) => self.last + delay(times + 1, u64::MAX / 2),
            None => self.last,
        }
    }
}

const PATIENCE: u32 = 3;
const FIRST_DELAY: Duration = Duration::from_millis(200);
const LONGEST_DELAY: Duration = Duration::from_secs(300);

#[cfg(test)]
mod tests {
    use super::*;

    fn name(name: &str) -> ObjectName {
        ObjectName {
            namespace: "team".to_owned(),
            name: name.to_owned(),
        }
    }

    fn fail(state: &mut State, now: Instant) -> Duration {
        state.finish(name("a"), Next::Retry, now, u64::MAX / 2);
        let due = state.take(now).expect_err("nothing due").expect("a time");
        due - now
    }

    #[test]
    fn an_object_stands_once_and_the_one_that_waits_longest_is_first() {
        let (mut state, now) = (State::default(), Instant::now());
        state.add(name("b"), now);
        state.add(name("a"), now + Duration::from_millis(1));
        state.add(name("b"), now + Duration::from_millis(1));
        let later = now + Duration::from_millis(1);
        assert_eq!(state.take(later), Ok(name("b")));
        assert_eq!(state.take(later), Ok(name("a")));
        assert_eq!(state.take(later), Err(None));
    }

    #[test]
    fn what_changes_while_it_is_taken_comes_again_but_not_twice_at_once() {
        let (mut state, now) = (State::default(), Instant::now());
        state.add(name("a"), now);
        assert!(state.take(now).is_ok());
        state.add(name("a"), now);
        assert_eq!(state.take(now), Err(None));
        state.finish(name("a"), Next::Rest, now, 0);
        assert_eq!(state.take(now), Ok(name("a")));
        state.finish(name("a"), Next::Rest, now, 0);
        assert_eq!(state.take(now), Err(None));
        assert!(state.objects.is_empty());
    }

    #[test]
    fn failures_are_retried_ever_more_slowly_until_it_changes() {
        let (mut state, mut now) = (State::default(), Instant::now());
        state.add(name("a"), now);
        assert!(state.take(now).is_ok());
        let mut delays = Vec::new();
        for _ in 0..14 {
            let delay = fail(&mut state, now);
            delays.push(delay.as_secs_f64().round());
            now += delay;
            assert!(state.take(now).is_ok());
        }
        assert_eq!(
            delays,
            [0., 0., 1., 2., 3., 6., 13., 26., 51., 102., 205., 300., 300., 300.]
        );
        state.add(name("a"), now);
        state.finish(name("a"), Next::Retry, now, 0);
        assert_eq!(state.take(now), Ok(name("a")));
        assert!(fail(&mut state, now) < Duration::from_millis(300));
        state.add(name("a"), now);
        assert_eq!(state.take(now), Ok(name("a")));
    }

    #[test]
    fn hastened_objects_are_due_now_and_keep_their_failures() {
        let (mut state, now) = (State::default(), Instant::now());
        state.add(name("a"), now);
        assert!(state.take(now).is_ok());
        fail(&mut state, now);
        state.hasten(now);
        assert!(state.take(now).is_ok());
        assert!(fail(&mut state, now) > Duration::from_millis(300));
    }

    #[test]
    fn what_is_undone_again_and_again_is_put_right_ever_more_slowly() {
        let (mut state, mut now) = (State::default(), Instant::now());
        let mut pauses = |state: &mut State, generation: i64| {
            let mut round = || {
                state.add(name("a"), now);
                let due = match state.take(now) {
                    Ok(_) => now,
                    Err(due) => due.expect("it waits"),
                };
                let pause = due - now;
                now = due;
                if pause > Duration::ZERO {
                    assert_eq!(state.take(now), Ok(name("a")));
                }
                state.finish(
                    name("a"),
                    Next::Righted {
                        generation: Some(generation),
                    },
                    now,
                    0,
                );
                pause.as_secs_f64()
            };
            [round(), round(), round(), round(), round(), round()].map(|pause| (pause * 10.).round())
        };
        assert_eq!(pauses(&mut state, 1), [0., 0., 0., 2., 4., 8.]);
        // The first of another generation still waits for the quarrel before it.
        assert_eq!(pauses(&mut state, 2)[1..], [0., 0., 2., 4., 8.]);
    }

    #[test]
    fn a_new_keyring_brings_back_what_is_being_opened_with_the_old_one() {
        let (mut state, now) = (State::default(), Instant::now());
        state.add(name("a"), now);
        assert!(state.take(now).is_ok());
        state.hasten(now);
        state.finish(name("a"), Next::Retry, now, 0);
        assert_eq!(state.take(now), Ok(name("a")));
    }

    #[test]
    fn delays_stay_within_a_fifth() {
        for (failures, seconds) in [(1, 0.2), (2, 0.4), (11, 204.8), (12, 300.), (u32::MAX, 300.)] {
            let (least, most) = (
                delay(failures, 0).as_secs_f64(),
                delay(failures, u64::MAX).as_secs_f64(),
            );
            assert!(
                (least - seconds * 0.8).abs() < 1e-6 && (most - seconds * 1.2).abs() < 1e-6,
                "{failures}"
            );
        }
    }

    #[tokio::test(start_paused = true)]
    async fn taking_waits_for_what_is_added_and_for_what_becomes_due() {
        let queue = Queue::default();
        let waiting = tokio::spawn({
            let queue = queue.clone();
            async move { queue.take().await }
        });
        tokio::task::yield_now().await;
        queue.add(name("a"));
        assert_eq!(waiting.await.expect("taken"), name("a"));
        let before = Instant::now();
        queue.finish(name("a"), Next::Retry);
        assert_eq!(queue.take().await, name("a"));
        assert!(before.elapsed() >= Duration::from_millis(160));

        let before = Instant::now();
        queue.add_later(name("b"), Duration::from_secs(10));
        assert_eq!(queue.take().await, name("b"));
        assert!(before.elapsed() >= Duration::from_secs(10));
        queue.add_later(name("c"), Duration::from_secs(10));
        queue.add(name("c"));
        let before = Instant::now();
        assert_eq!(queue.take().await, name("c"));
        assert!(before.elapsed() < Duration::from_secs(10));
    }
}
