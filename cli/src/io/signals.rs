//! Waiting for something while signals come.

use std::{
    io,
    process::{Child, ExitStatus},
    thread,
};

use rustix::process::{Pid, Signal, kill_process};
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::oneshot,
};

use super::cluster;

/// A signal would have ended us.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("interrupted")]
pub(crate) struct Interrupted;

/// Something that goes on beside us.
pub(crate) struct Running<T> {
    wait: Box<dyn FnOnce() -> T + Send>,
    signal: Box<dyn Fn(Signal)>,
}

impl<T> Running<T> {
    /// Something that no signal reaches.
    pub(crate) fn new(wait: impl FnOnce() -> T + Send + 'static) -> Self {
        Self {
            wait: Box::new(wait),
            signal: Box::new(|_| ()),
        }
    }
}

impl From<Child> for Running<io::Result<ExitStatus>> {
    fn from(mut child: Child) -> Self {
        let id = Pid::from_child(&child);
        Self {
            wait: Box::new(move || child.wait()),
            signal: Box::new(move |signal| {
                // It may have ended by itself.
                let _ = kill_process(id, signal);
            }),
        }
    }
}

/// Starts something that waits for a person, and waits for it. What would end us has it stopped, and then us by an error, so that the plaintext
/// is wiped.
///
/// Ctrl-C may be theirs alone: a terminal sends it to the editor too, for which it means something else.
///
/// # Errors
/// [`Interrupted`]; within, why it did not start.
pub(crate) fn guarded<T: Send + 'static, E>(
    start: impl FnOnce() -> Result<Running<T>, E>,
    ends_at_interrupt: bool,
) -> Result<Result<T, E>, Interrupted> {
    let at_signal = |signal, stop: &dyn Fn(Signal)| {
        if signal == Signal::INT && !ends_at_interrupt {
            return Ok(());
        }
        stop(signal);
        Err(Interrupted)
    };
    cluster::run(until(start, at_signal)).unwrap_or(Err(Interrupted))
}

/// Starts a program and waits for it; it gets the signals that come to us. Only Ctrl-C it has from the terminal itself.
///
/// # Errors
/// [`Interrupted`]: signals cannot be waited for; within, why it did not start.
pub(crate) fn relayed<T: Send + 'static, E>(
    start: impl FnOnce() -> Result<Running<T>, E>,
) -> Result<Result<T, E>, Interrupted> {
    let at_signal = |signal, relay: &dyn Fn(Signal)| {
        if signal != Signal::INT {
            relay(signal);
        }
        Ok(())
    };
    cluster::run(until(start, at_signal)).unwrap_or(Err(Interrupted))
}

/// From before it starts no signal is missed.
async fn until<T: Send + 'static, E>(
    start: impl FnOnce() -> Result<Running<T>, E>,
    at_signal: impl Fn(Signal, &dyn Fn(Signal)) -> Result<(), Interrupted>,
) -> Result<Result<T, E>, Interrupted> {
    let on = |kind| signal(kind).map_err(|_| Interrupted);
    let mut terminate = on(SignalKind::terminate())?;
    let mut hang_up = on(SignalKind::hangup())?;
    let mut interrupt = on(SignalKind::interrupt())?;
    let Running { wait, signal } = match start() {
        Ok(running) => running,
        Err(error) => return Ok(Err(error)),
    };
    let (sender, mut done) = oneshot::channel();
    // A thread of its own, which nobody waits for where the terminal says nothing any more.
    thread::spawn(move || drop(sender.send(wait())));
    loop {
        let caught = tokio::select! {
            done = &mut done => return done.map(Ok).map_err(|_| Interrupted),
            _ = terminate.recv() => Signal::TERM,
            _ = hang_up.recv() => Signal::HUP,
            _ = interrupt.recv() => Signal::INT,
        };
        at_signal(caught, &*signal)?;
    }
}
