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

/// Why an object is to be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Cause {
    /// It stands in a list after a start, or failed before: there may be thousands of them.
    Backlog,
    /// Its Secret is not what it was. If that was put right again and again, it is not at once.
    Drift,
    /// Somebody has changed the SealedSecret, and may be waiting.
    Change,
}

impl Cause {
    /// What has just happened comes before all that waits in a backlog.
    fn rank(self) -> usize {
        usize::from(self == Self::Backlog)
    }
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
    /// The object is to be looked at as soon as may be, and its failures are forgotten.
    pub(crate) fn add(&self, name: ObjectName, cause: Cause) {
        self.state().add(name, Instant::now(), cause);
        self.changed.notify_one();
    }

    /// The same, but not so soon.
    pub(crate) fn add_later(&self, name: ObjectName, cause: Cause, pause: Duration) {
        self.state().add(name, Instant::now() + pause, cause);
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
        let due = |rank: &Waiting| rank.iter().take_while(|(due, _)| *due <= now).count();
        let first = state
            .due
            .iter()
            .filter_map(|rank| rank.first())
            .map(|(due, _)| *due)
            .min();
        (
            state.due.iter().map(due).sum(),
            first.map_or(Duration::ZERO, |first| now.saturating_duration_since(first)),
        )
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

// Invariant: `due` holds exactly the objects of `objects` that wait, each with its time, under its rank.
#[derive(Default)]
struct State {
    objects: HashMap<ObjectName, Object>,
    quarrels: HashMap<ObjectName, Quarrel>,
    due: [Waiting; 2],
    /// How many have been taken.
    taken: usize,
}

type Waiting = BTreeSet<(Instant, ObjectName)>;

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
    Waiting(Instant, Cause),
    /// With what has happened meanwhile.
    Taken(Option<Cause>),
}

impl State {
    fn add(&mut self, name: ObjectName, now: Instant, cause: Cause) {
        let now = match self.quarrels.get(&name) {
            Some(quarrel) if cause != Cause::Change => now.max(quarrel.pause()),
            _ => now,
        };
        match self.objects.get_mut(&name).map(|object| (object.stage, object)) {
            Some((Stage::Taken(before), object)) => object.stage = Stage::Taken(before.max(Some(cause))),
            Some((Stage::Waiting(due, before), _)) if due <= now && before.rank() <= cause.rank() => {}
            Some((Stage::Waiting(due, before), _)) => {
                self.due[before.rank()].remove(&(due, name.clone()));
                self.wait(name, 0, now.min(due), cause.max(before));
            }
            None => self.wait(name, 0, now, cause),
        }
    }

    fn hasten(&mut self, now: Instant) {
        for (_, name) in std::mem::take(&mut self.due).into_iter().flatten() {
            let failures = self.objects.get(&name).map_or(0, |object| object.failures);
            self.wait(name, failures, now, Cause::Backlog);
        }
        for object in self.objects.values_mut() {
            if let Stage::Taken(cause) = &mut object.stage {
                *cause = (*cause).max(Some(Cause::Backlog));
            }
        }
    }

    /// An object that is due, or when the next one will be.
    fn take(&mut self, now: Instant) -> Result<ObjectName, Option<Instant>> {
        let firsts = self.due.iter().enumerate();
        let firsts = firsts.filter_map(|(rank, waiting)| Some((waiting.first()?.0, rank)));
        let is_due = |(due, _): &(Instant, usize)| *due <= now;
        let due = match self.taken % BACKLOG_SHARE {
            0 => firsts.clone().rfind(is_due),
            _ => firsts.clone().find(is_due),
        };
        let Some((_, rank)) = due else {
            return Err(firsts.map(|(due, _)| due).min());
        };
        let (_, name) = self.due[rank].pop_first().ok_or(None)?;
        self.taken = self.taken.wrapping_add(1);
        if let Some(object) = self.objects.get_mut(&name) {
            object.stage = Stage::Taken(None);
        }
        Ok(name)
    }

    fn finish(&mut self, name: ObjectName, next: Next, now: Instant, random: u64) {
        let Some(Object {
            failures,
            stage: Stage::Taken(cause),
        }) = self.objects.remove(&name)
        else {
            return;
        };
        if let Next::Righted { generation } = next {
            self.righted(&name, generation, now);
        }
        match (cause, next) {
            (Some(cause), _) => self.add(name, now, cause),
            (None, Next::Retry) => {
                let failures = failures.saturating_add(1);
                self.wait(name, failures, now + delay(failures, random), Cause::Backlog);
            }
            (None, _) => {}
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

    fn wait(&mut self, name: ObjectName, failures: u32, due: Instant, cause: Cause) {
        self.due[cause.rank()].insert((due, name.clone()));
        let stage = Stage::Waiting(due, cause);
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

/// One in so many is taken from the backlog also while something has changed.
const BACKLOG_SHARE: usize = 4;
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
        state.add(name("b"), now, Cause::Change);
        state.add(name("a"), now + Duration::from_millis(1), Cause::Change);
        state.add(name("b"), now + Duration::from_millis(1), Cause::Change);
        let later = now + Duration::from_millis(1);
        assert_eq!(state.take(later), Ok(name("b")));
        assert_eq!(state.take(later), Ok(name("a")));
        assert_eq!(state.take(later), Err(None));
    }

    #[test]
    fn what_changes_while_it_is_taken_comes_again_but_not_twice_at_once() {
        let (mut state, now) = (State::default(), Instant::now());
        state.add(name("a"), now, Cause::Change);
        assert!(state.take(now).is_ok());
        state.add(name("a"), now, Cause::Change);
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
        state.add(name("a"), now, Cause::Change);
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
        state.add(name("a"), now, Cause::Change);
        state.finish(name("a"), Next::Retry, now, 0);
        assert_eq!(state.take(now), Ok(name("a")));
        assert!(fail(&mut state, now) < Duration::from_millis(300));
        state.add(name("a"), now, Cause::Change);
        assert_eq!(state.take(now), Ok(name("a")));
    }

    #[test]
    fn what_has_changed_does_not_wait_for_a_backlog_and_the_backlog_goes_on() {
        let (mut state, now) = (State::default(), Instant::now());
        let names: Vec<_> = (0..1000).map(|number| name(&number.to_string())).collect();
        for name in &names {
            state.add(name.clone(), now, Cause::Backlog);
        }
        assert!(state.take(now).is_ok());
        state.add(name("a"), now, Cause::Change);
        assert_eq!(state.take(now), Ok(name("a")));
        // One of the backlog that changes is no part of it any more, and one that is listed again stays first.
        state.add(name("999"), now + Duration::from_millis(1), Cause::Change);
        state.add(name("999"), now + Duration::from_millis(2), Cause::Backlog);
        let later = now + Duration::from_millis(2);
        assert_eq!(state.take(later), Ok(name("999")));
        for number in 0..100 {
            state.add(name(&format!("b{number}")), later, Cause::Change);
        }
        let taken: Vec<_> = (0..40).map(|_| state.take(later).expect("one that is due")).collect();
        let changed = taken.iter().filter(|name| name.name.starts_with('b')).count();
        assert_eq!(changed, 30);
    }

    #[test]
    fn hastened_objects_are_due_now_and_keep_their_failures() {
        let (mut state, now) = (State::default(), Instant::now());
        state.add(name("a"), now, Cause::Change);
        assert!(state.take(now).is_ok());
        fail(&mut state, now);
        state.hasten(now);
        assert!(state.take(now).is_ok());
        assert!(fail(&mut state, now) > Duration::from_millis(300));
    }

    #[test]
    fn what_is_undone_again_and_again_is_put_right_ever_more_slowly() {
        let (mut state, mut now) = (State::default(), Instant::now());
        let pauses = |state: &mut State, now: &mut Instant, generation: i64| {
            let mut round = || {
                state.add(name("a"), *now, Cause::Drift);
                let due = match state.take(*now) {
                    Ok(_) => *now,
                    Err(due) => due.expect("it waits"),
                };
                let pause = due - *now;
                *now = due;
                if pause > Duration::ZERO {
                    assert_eq!(state.take(*now), Ok(name("a")));
                }
                state.finish(
                    name("a"),
                    Next::Righted {
                        generation: Some(generation),
                    },
                    *now,
                    0,
                );
                pause.as_secs_f64()
            };
            [round(), round(), round(), round(), round(), round()].map(|pause| (pause * 10.).round())
        };
        assert_eq!(pauses(&mut state, &mut now, 1), [0., 0., 0., 2., 4., 8.]);
        // Whoever changes the SealedSecret does not wait for the quarrel, also where that has just brought it back.
        state.add(name("a"), now, Cause::Drift);
        assert_ne!(state.take(now), Ok(name("a")));
        state.add(name("a"), now, Cause::Change);
        assert_eq!(state.take(now), Ok(name("a")));
        state.add(name("a"), now, Cause::Drift);
        let righted = Next::Righted { generation: Some(2) };
        state.finish(name("a"), righted, now, 0);
        assert_eq!(state.take(now), Ok(name("a")));
        state.finish(name("a"), righted, now, 0);
        assert_eq!(pauses(&mut state, &mut now, 2)[..3], [0., 2., 4.]);
    }

    #[test]
    fn a_new_keyring_brings_back_what_is_being_opened_with_the_old_one() {
        let (mut state, now) = (State::default(), Instant::now());
        state.add(name("a"), now, Cause::Change);
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
        queue.add(name("a"), Cause::Change);
        assert_eq!(waiting.await.expect("taken"), name("a"));
        let before = Instant::now();
        queue.finish(name("a"), Next::Retry);
        assert_eq!(queue.take().await, name("a"));
        assert!(before.elapsed() >= Duration::from_millis(160));

        let before = Instant::now();
        queue.add_later(name("b"), Cause::Change, Duration::from_secs(10));
        assert_eq!(queue.take().await, name("b"));
        assert!(before.elapsed() >= Duration::from_secs(10));
        queue.add_later(name("c"), Cause::Change, Duration::from_secs(10));
        queue.add(name("c"), Cause::Change);
        let before = Instant::now();
        assert_eq!(queue.take().await, name("c"));
        assert!(before.elapsed() < Duration::from_secs(10));
    }
}
