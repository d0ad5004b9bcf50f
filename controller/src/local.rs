//! The controller without a cluster: manifests come from a directory, keys are kept in a second, and Secrets are written into a third.
//!
//! ```text
//! manifests ─▶ scan ─▶ unseal ─▶ decide(desired, live) ─▶ act ─▶ Secret files
//!    keys ─▶ keyring ─────┘                                └──▶ status lines and file
//! ```

mod place;
mod statuses;

use std::{
    error::Error,
    io, iter,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use signet_seal::UnsealOptions;
use signet_sealing_keys::lifecycle::{self, Decision};
use tokio::{
    net::TcpListener,
    sync::watch,
    task::spawn_blocking,
    time::{Instant, sleep, sleep_until},
};

use self::{
    place::{CONFIRMATION, Directories},
    statuses::Statuses,
};
use crate::{
    act::directory::{SecretDirectory, SecretDirectoryError},
    args::{AskingArguments, KeyArguments, LocalArguments},
    audit::{AuditLog, AuditLogError},
    context::{Context, KeyringWatch},
    election::Leadership,
    http::{self, Opener, Told},
    keys::{
        directory::{self, KeyDirectory, KeyDirectoryError},
        renewal::{self, RenewalError},
    },
    listen_address::ListenAddress,
    log::{self, LogOutput},
    metrics::Metrics,
    observe::directory::{ManifestDirectory, Watch},
    place::ObjectName,
    queue::{Cause, Queue},
    readiness::{Pending, Readiness},
    reconcile,
    runtime::{self, TaskEnded, Tasks},
};

/// Runs until it is told to end, or once. The exit code is 0 if it ended in order, with `--once` 1 if something is not synced, and 2 where it
/// cannot do its work at all.
pub(crate) fn run(arguments: LocalArguments) -> ExitCode {
    log::start(arguments.log.log_format, arguments.log.log_level, LogOutput::Stderr);
    match runtime::block_on(start(arguments))
        .map_err(LocalError::Runtime)
        .flatten()
    {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {}", chain(&error));
            if let Some(hint) = error.hint() {
                eprintln!("hint: {hint}");
            }
            ExitCode::from(2)
        }
    }
}

/// Why the local mode cannot do its work.
#[derive(Debug, thiserror::Error)]
enum LocalError {
    #[error(transparent)]
    Audit(#[from] AuditLogError),
    #[error(transparent)]
    Ended(#[from] TaskEnded),
    #[error(transparent)]
    Keys(#[from] KeyDirectoryError),
    #[error("cannot listen on {0}")]
    Listen(ListenAddress, #[source] io::Error),
    #[error("{}: the manifests cannot be read", .0.display())]
    Manifests(PathBuf, #[source] io::Error),
    #[error(transparent)]
    Renewal(#[from] RenewalError),
    #[error("the operating system refuses")]
    Runtime(#[source] io::Error),
    #[error(transparent)]
    Secrets(#[from] SecretDirectoryError),
    #[error("{}: the status file cannot be written", .0.display())]
    Status(PathBuf, #[source] io::Error),
}

impl LocalError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Keys(error) => error.hint(),
            Self::Listen(..) => Some("choose another address with --listen-addr".to_owned()),
            _ => None,
        }
    }
}

/// Whether all is well at the end.
async fn start(arguments: LocalArguments) -> Result<bool, LocalError> {
    let manifests = ManifestDirectory::new(arguments.manifests.clone());
    let unreadable = |error| LocalError::Manifests(arguments.manifests.clone(), error);
    manifests.directories().map_err(unreadable)?;
    let keys = Arc::new(KeyDirectory::open(&arguments.keys)?);
    let secrets = SecretDirectory::open(&arguments.secrets, arguments.format)?;
    let status_file = arguments
        .status_file
        .clone()
        .unwrap_or_else(|| arguments.secrets.join(STATUS_FILE));
    let unwritable = |error| LocalError::Status(status_file.clone(), error);
    let statuses = Statuses::open(status_file.clone(), Box::new(io::stdout()));
    let (sender, keyring) = watch::channel(None);
    let metrics = Metrics::new();
    metrics.expect_keys(arguments.key.policy());
    let observing = directory::observe(keys.clone(), sender, metrics.clone());
    let options = UnsealOptions {
        accept_deprecated_data: true,
    };
    let place = Directories::new(manifests, secrets, statuses);
    let audit = AuditLog::open(arguments.log.audit_log.as_deref(), &metrics)?;
    let context = Arc::new(Context::new(place, keyring, options, metrics).audited(audit));
    if !arguments.once {
        let listener = listen(&arguments.listen_addr).await?;
        follow(&context, keys, observing, listener, arguments.key, arguments.asking).await?;
        context.place.save().map_err(unwritable)?;
        return Ok(true);
    }
    let is_ready = tokio::select! {
        () = observing => false,
        is_ready = once(&context, keys, &arguments.key, &arguments.manifests) => is_ready?,
    };
    context.place.save().map_err(unwritable)?;
    Ok(is_ready)
}

/// Reconciles everything, and says whether all is synced.
async fn once(
    context: &Arc<Context<Directories>>,
    keys: Arc<KeyDirectory>,
    policy: &KeyArguments,
    manifests: &Path,
) -> Result<bool, LocalError> {
    let unreadable = |error| LocalError::Manifests(manifests.to_owned(), error);
    let mut keyring = context.keyring.clone();
    let loaded = keyring
        .wait_for(Option::is_some)
        .await
        .map(|ring| ring.clone().unwrap_or_default());
    let now = jiff::Timestamp::now();
    if let Ok(loaded) = loaded
        && matches!(lifecycle::decide(&loaded, now, policy.policy()), Decision::Renew(_))
    {
        renewal::make(&keys, &loaded, &mut keyring, policy, &mut None).await?;
    }
    for _ in 0..2 {
        for name in context.place.scan().map_err(unreadable)? {
            reconcile::pass(context, &name).await;
        }
        if !context.place.sweep().map_err(unreadable)? {
            break;
        }
        sleep(CONFIRMATION).await;
    }
    Ok(context.place.is_all_ready())
}

/// Reconciles until it is told to end.
async fn follow(
    context: &Arc<Context<Directories>>,
    keys: Arc<KeyDirectory>,
    observing: impl Future<Output = ()> + Send + 'static,
    listener: TcpListener,
    policy: KeyArguments,
    asking: AskingArguments,
) -> Result<(), LocalError> {
    let (readiness, pending) = Readiness::new();
    let told = Told {
        keyring: context.keyring.clone(),
        readiness,
        metrics: context.metrics.clone(),
        opener: Opener::new(context.keyring.clone(), context.options),
        rate: asking.limiter(),
        review: None,
    };
    let router = http::endpoints(told).merge(http::metrics_endpoint(context.metrics.clone()));
    let queue = Queue::default();
    let mut tasks = Tasks::new().map_err(LocalError::Runtime)?;
    tasks.spawn(observing);
    tasks.spawn(renewal::renew(
        keys,
        context.keyring.clone(),
        policy,
        Leadership::alone(),
    ));
    tasks.spawn(http::serve(listener, router, asking.timeouts()));
    tasks.spawn(save(context.clone()));
    tasks.spawn(observe(context.clone(), queue.clone(), pending));
    tasks.spawn_reconciliation(context, &queue, &Leadership::alone());
    tasks.run().await?;
    Ok(())
}

/// Puts into the queue what changed on disk.
async fn observe(context: Arc<Context<Directories>>, queue: Queue, pending: Pending) {
    let mut pending = Some(pending);
    first_key(context.keyring.clone()).await;
    let [mut manifests, mut secrets] = [Watch::new(), Watch::new()];
    let mut next_scan = Instant::now();
    loop {
        let is_due = next_scan <= Instant::now();
        match context.place.watched() {
            Ok([of_manifests, of_secrets]) => {
                manifests.set(of_manifests);
                secrets.set(of_secrets);
            }
            Err(error) => tracing::error!(%error, "Cannot look for directories to watch, will retry"),
        }
        let looking = context.clone();
        match spawn_blocking(move || look(&looking.place, is_due)).await {
            Ok(Ok(Found { changed, scan_in })) => {
                changed.into_iter().for_each(|(name, cause)| queue.add(name, cause));
                if is_due {
                    drop(pending.take());
                    next_scan = Instant::now() + RESCAN;
                }
                next_scan = next_scan.min(Instant::now() + scan_in);
            }
            Ok(Err(error)) => {
                tracing::error!(%error, "Cannot read the directories; everything stays as it is");
                next_scan = Instant::now() + RETRY;
            }
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
        tokio::select! {
            () = manifests.changed() => next_scan = Instant::now(),
            () = secrets.changed() => {}
            () = sleep_until(next_scan) => {}
        }
    }
}

/// What was found on disk.
struct Found {
    /// What is to be reconciled.
    changed: Vec<(ObjectName, Cause)>,
    /// How soon the manifests are to be read again.
    scan_in: Duration,
}

/// Looks for what is to be reconciled, and removes what nobody wants; the manifests are only read if `is_due`.
fn look(place: &Directories, is_due: bool) -> io::Result<Found> {
    let scanned = if is_due { place.scan()? } else { Vec::new() };
    let scan_in = match place.sweep() {
        Ok(false) => RESCAN,
        Ok(true) => CONFIRMATION,
        // What the scan found is not lost for that.
        Err(error) => {
            tracing::error!(%error, "Cannot remove Secrets, will retry");
            RETRY
        }
    };
    let scanned = scanned.into_iter().map(|name| (name, Cause::Change));
    let drifted = place.drifted().into_iter().map(|name| (name, Cause::Drift));
    let changed = scanned.chain(drifted).collect();
    Ok(Found { changed, scan_in })
}

/// Without a key nothing opens, and there is soon one: no need to say of every object that it does not open.
async fn first_key(mut keyring: KeyringWatch) {
    // An error is the end of the program.
    let _ = keyring
        .wait_for(|ring| ring.as_ref().is_some_and(|ring| !ring.is_empty()))
        .await;
}

async fn save(context: Arc<Context<Directories>>) {
    loop {
        sleep(SAVE).await;
        let saving = context.clone();
        if let Ok(Err(error)) = spawn_blocking(move || saving.place.save()).await {
            tracing::error!(%error, "Cannot write the status file, will retry");
        }
    }
}

/// The error and its sources.
fn chain(error: &dyn Error) -> String {
    let sources = iter::successors(error.source(), |&error| error.source());
    sources.fold(error.to_string(), |text, source| format!("{text}: {source}"))
}

async fn listen(address: &ListenAddress) -> Result<TcpListener, LocalError> {
    let refused = |error| LocalError::Listen(address.clone(), error);
    let listener = address.bind().await.map_err(refused)?;
    let local = listener.local_addr().map_err(refused)?;
    tracing::info!(address = %local, "HTTP server serving");
    if !address.is_loopback() {
        tracing::warn!(address = %local, "Other computers can reach the HTTP server");
    }
    Ok(listener)
}

const STATUS_FILE: &str = ".signet-status.json";
/// How often the manifests are read though nothing was told.
const RESCAN: Duration = Duration::from_secs(30);
/// How long after a scan that failed the next one is.
const RETRY: Duration = Duration::from_secs(2);
/// How often the status file is written at most.
const SAVE: Duration = Duration::from_millis(200);
