//! Waiting for something while signals come.

use std::thread;

use rustix::process::Signal;
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::oneshot,
};

use super::cluster;

/// A signal would have ended us.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("interrupted")]
pub(crate) struct Interrupted;

/// Does something that waits for a person. What would end us has it stopped, and then us by an error, so that the plaintext is wiped.
///
/// Ctrl-C may be theirs alone: a terminal sends it to the editor too, for which it means something else.
///
/// # Errors
/// [`Interrupted`].
pub(crate) fn guarded<T: Send + 'static>(
    wait: impl FnOnce() -> T + Send + 'static,
    stop: impl Fn(Signal),
    ends_at_interrupt: bool,
) -> Result<T, Interrupted> {
    let at_signal = |signal| {
        if signal == Signal::INT && !ends_at_interrupt {
            return Ok(());
        }
        stop(signal);
        Err(Interrupted)
    };
    cluster::run(until(wait, at_signal)).unwrap_or(Err(Interrupted))
}

/// Waits for a program that was started, which gets the signals that come to us. Only Ctrl-C it has from the terminal itself.
///
/// # Errors
/// [`Interrupted`]: signals cannot be waited for.
pub(crate) fn relayed<T: Send + 'static>(
    wait: impl FnOnce() -> T + Send + 'static,
    relay: impl Fn(Signal),
) -> Result<T, Interrupted> {
    let at_signal = |signal| {
        if signal != Signal::INT {
            relay(signal);
        }
        Ok(())
    };
    cluster::run(until(wait, at_signal)).unwrap_or(Err(Interrupted))
}

async fn until<T: Send + 'static>(
    wait: impl FnOnce() -> T + Send + 'static,
    at_signal: impl Fn(Signal) -> Result<(), Interrupted>,
) -> Result<T, Interrupted> {
    let on = |kind| signal(kind).map_err(|_| Interrupted);
    let mut terminate = on(SignalKind::terminate())?;
    let mut hang_up = on(SignalKind::hangup())?;
    let mut interrupt = on(SignalKind::interrupt())?;
    let (sender, mut done) = oneshot::channel();
    // A thread of its own, which nobody waits for where the terminal says nothing any more.
    thread::spawn(move || drop(sender.send(wait())));
    loop {
        let signal = tokio::select! {
            done = &mut done => return done.map_err(|_| Interrupted),
            _ = terminate.recv() => Signal::TERM,
            _ = hang_up.recv() => Signal::HUP,
            _ = interrupt.recv() => Signal::INT,
        };
        at_signal(signal)?;
    }
}
