//! The tasks of the program: their start, their work and their end. Nothing else spawns any.

use std::{io, sync::Arc, time::Duration};

use tokio::{
    runtime::Builder,
    signal::unix::{Signal, SignalKind, signal},
    sync::watch,
    task::{JoinError, JoinSet},
    time::timeout,
};

use crate::{
    context::{Context, KeyringWatch},
    election::Leadership,
    place::Place,
    queue::{Next, Queue},
    reconcile,
};

/// Runs the program to its end.
///
/// One thread waits for the network; RSA and files have threads of their own. More would only cost memory.
///
/// # Errors
/// Those of the operating system.
pub(crate) fn block_on<T>(program: impl Future<Output = T>) -> io::Result<T> {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let runtime = Builder::new_current_thread()
        .enable_all()
        // One more for each that may be busy with a new key.
        .max_blocking_threads(processors * 2)
        .build()?;
    let result = runtime.block_on(program);
    // A thread that is in the middle of making a key is not waited for: nobody would store it.
    runtime.shutdown_background();
    Ok(result)
}

/// The tasks.
pub(crate) struct Tasks {
    tasks: JoinSet<()>,
    stop: watch::Sender<bool>,
    signals: [Signal; 2],
}

/// Why the tasks ended though nobody asked for it.
#[derive(Debug, thiserror::Error)]
#[error("a task ended: {}", .0.as_ref().map_or_else(|| "nothing was left to do".to_owned(), ToString::to_string))]
pub(crate) struct TaskEnded(Option<JoinError>);

impl Tasks {
    /// None yet. From here on SIGTERM and SIGINT end the tasks, not the process.
    ///
    /// # Errors
    /// Those of the operating system.
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self {
            tasks: JoinSet::new(),
            stop: watch::Sender::new(false),
            signals: [signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?],
        })
    }

    /// Runs a task that never ends by itself, and that can be dropped at any point.
    pub(crate) fn spawn(&mut self, task: impl Future<Output = ()> + Send + 'static) {
        let stopped = stopped(self.stop.subscribe());
        self.tasks.spawn(async move {
            tokio::select! {
                // First: what others do at the end may end the task.
                biased;
                () = stopped => {}
                () = task => tracing::error!("A task ended by itself"),
            }
        });
    }

    /// Works on the queue while this replica leads. What has been begun is finished before the end of the program, but not after that of
    /// the term.
    pub(crate) fn spawn_reconciliation<P: Place>(
        &mut self,
        context: &Arc<Context<P>>,
        queue: &Queue,
        leadership: &Leadership,
    ) {
        context.metrics.watch(queue);
        for _ in 0..CONCURRENT_PASSES {
            let (context, queue, stop) = (context.clone(), queue.clone(), self.stop.subscribe());
            let mut leadership = leadership.clone();
            self.tasks.spawn(async move {
                loop {
                    let name = tokio::select! {
                        biased;
                        () = stopped(stop.clone()) => return,
                        name = queue.take() => name,
                    };
                    tokio::select! {
                        biased;
                        () = stopped(stop.clone()) => return,
                        () = leadership.held() => {}
                    }
                    let next = tokio::select! {
                        biased;
                        () = leadership.lost() => Next::Retry,
                        next = reconcile::pass(&context, &name) => next,
                    };
                    queue.finish(name, next);
                }
            });
        }
        self.spawn(hasten(context.keyring.clone(), queue.clone()));
    }

    /// Waits for SIGTERM or SIGINT, and then until what has been begun is finished, but no longer than ten seconds. Whether it is.
    ///
    /// # Errors
    /// [`TaskEnded`]: without a signal. It is a defect.
    pub(crate) async fn run(mut self) -> Result<bool, TaskEnded> {
        let [terminate, interrupt] = &mut self.signals;
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
            ended = self.tasks.join_next() => return Err(TaskEnded(ended.and_then(Result::err))),
        }
        tracing::info!("Shutting down");
        self.stop.send_replace(true);
        let all = async { while self.tasks.join_next().await.is_some() {} };
        let is_finished = timeout(GRACE, all).await.is_ok();
        if !is_finished {
            tracing::warn!("What was being done is left unfinished; it is done after the next start");
        }
        Ok(is_finished)
    }
}

async fn stopped(mut stop: watch::Receiver<bool>) {
    // An error is that nobody can stop it any more, which is an end too.
    let _ = stop.wait_for(|stop| *stop).await;
}

/// A new keyring may open what did not open.
async fn hasten(mut keyring: KeyringWatch, queue: Queue) {
    while keyring.changed().await.is_ok() {
        queue.hasten();
    }
    std::future::pending().await
}

/// Most of a pass is waiting for the API server. Each holds one Secret in memory, of a mebibyte at most.
const CONCURRENT_PASSES: usize = 8;
/// Kubernetes kills after thirty seconds.
const GRACE: Duration = Duration::from_secs(10);
