//! The controller on a cluster: configuration, and the tasks that make it up.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use kube::{
    Client, Config,
    client::ClientBuilder,
    config::{InClusterError, KubeConfigOptions, Kubeconfig, KubeconfigError},
};
use signet_api::{ObservedSecret, SealedSecret, SealedSecretStatus, Secret};
use signet_seal::UnsealOptions;
use tokio::{net::TcpListener, sync::watch};

use crate::{
    act::cluster::{ApiServer, subject},
    args::{ClusterArguments, Namespaces, WatchArguments},
    audit::{AuditLog, AuditLogError},
    context::Context,
    decide::is_owned_by_name,
    election::{Leadership, candidate::Candidate},
    http::{self, Opener, Review, TlsError, Told},
    keys::{
        cluster::{self as key_secrets, KeySecrets},
        renewal,
    },
    listen_address::ListenAddress,
    log::{self, LogOutput},
    metrics::Metrics,
    observe::{
        basis::Basis,
        cluster::{Index, Observation, Version},
        namespaces::{NamespaceObservation, NamespaceScopes},
    },
    outcome::Reason,
    place::{Event, ObjectName, Place, PlaceError, Published},
    policy::Scopes,
    queue::Queue,
    readiness::{Pending, Readiness},
    runtime::{self, TaskEnded, Tasks},
    status::{is_flipped, is_synced},
};

/// Runs until it is told to end. Exit code 0 if it ended in order, 2 where it cannot start, 1 after a defect.
pub(crate) fn run(arguments: ClusterArguments) -> ExitCode {
    let output = match arguments.log_info_stdout {
        true => LogOutput::Split,
        false => LogOutput::Stderr,
    };
    log::start(arguments.log.log_format, arguments.log.log_level, output);
    let result = runtime::block_on(start(arguments)).unwrap_or_else(|error| Err(ClusterError::System(error)));
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            if let Some(hint) = error.hint() {
                eprintln!("hint: {hint}");
            }
            ExitCode::from(if matches!(error, ClusterError::Ended(_)) { 1 } else { 2 })
        }
    }
}

/// Why the controller does not run.
#[derive(Debug, thiserror::Error)]
enum ClusterError {
    #[error("{0}")]
    Audit(#[from] AuditLogError),
    #[error("the API server's address or credentials cannot be used: {0}")]
    Client(Box<kube::Error>),
    #[error("{0}")]
    Ended(#[from] TaskEnded),
    #[error("cannot find the API server: {0}")]
    InCluster(InClusterError),
    #[error("{}: {}", path.display(), kubeconfig_reason(error))]
    Kubeconfig { path: PathBuf, error: Box<KubeconfigError> },
    #[error("cannot listen on {address}: {error}")]
    Listen { address: ListenAddress, error: io::Error },
    #[error("{0}")]
    System(io::Error),
    #[error("{0}")]
    Tls(#[from] TlsError),
}

impl ClusterError {
    fn hint(&self) -> Option<&'static str> {
        match self {
            Self::InCluster(_) => Some("outside of a cluster, give --kubeconfig FILE, or run: signet-controller local"),
            Self::Listen { .. } => {
                Some("choose another address with --listen-addr, --listen-metrics-addr or --listen-tls-addr")
            }
            _ => None,
        }
    }
}

async fn start(arguments: ClusterArguments) -> Result<(), ClusterError> {
    let mut tasks = Tasks::new().map_err(ClusterError::System)?;
    let metrics = match arguments.metrics_omit_secret_labels {
        true => Metrics::new().without_names(),
        false => Metrics::new(),
    };
    metrics.expect_keys(arguments.keys.policy());
    let client = client(&arguments, &metrics).await?;
    let namespace = own_namespace();
    tracing::info!(
        version = env!("CARGO_PKG_VERSION"),
        namespace,
        "Starting sealed-secrets controller"
    );
    let (readiness, pending) = Readiness::new();
    let (sender, keyring) = watch::channel(None);
    let audit = AuditLog::open(arguments.log.audit_log.as_deref(), &metrics)?;
    let listener = listen(&arguments.listen_addr).await?;
    let metrics_listener = listen(&arguments.listen_metrics_addr).await?;
    let options = UnsealOptions {
        accept_deprecated_data: arguments.accept_deprecated_v1_data,
    };
    let told = Told {
        keyring: keyring.clone(),
        readiness,
        metrics: metrics.clone(),
        opener: Opener::new(keyring.clone(), options),
        rate: arguments.asking.limiter(),
        review: None,
    };
    let timeouts = arguments.asking.timeouts();
    let review = Some(Review::new(client.clone(), &namespace));
    if let Some(tls) = arguments.direct.tls()? {
        let listener = listen(&arguments.direct.listen_tls_addr).await?;
        let router = http::endpoints(Told {
            review: review.clone(),
            ..told.clone()
        });
        tasks.spawn(http::serve_tls(listener, tls, router, timeouts));
    }
    let told = Told {
        review: review.filter(|_| arguments.direct.require_token),
        ..told
    };
    tasks.spawn(http::serve(listener, http::endpoints(told), timeouts));
    let metrics_endpoint = http::metrics_endpoint(metrics.clone());
    tasks.spawn(http::serve(metrics_listener, metrics_endpoint, timeouts));

    let lease = arguments.election.lease();
    let candidate = lease.map(|name| Candidate::new(client.clone(), &namespace, name));
    let leadership = candidate.as_ref().map_or_else(Leadership::alone, Candidate::leadership);
    metrics.set_leader(leadership.is_held());
    let api = ApiServer::new(client.clone(), leadership.clone());
    let key_secrets = KeySecrets {
        api: api.clone(),
        namespace: namespace.clone(),
        prefix: arguments.key_secrets.key_prefix.clone(),
        labels: arguments.key_secrets.privatekey_labels.clone(),
        annotations: arguments.key_secrets.privatekey_annotations.clone(),
    };
    let order = arguments.key_secrets.key_order_priority;
    tasks.spawn(key_secrets::keep(
        key_secrets.clone(),
        client.clone(),
        order,
        metrics.clone(),
        sender,
    ));
    tasks.spawn(renewal::renew(
        key_secrets,
        keyring.clone(),
        arguments.keys.clone(),
        leadership.clone(),
    ));
    tasks.spawn(first_key(keyring.clone(), pending.clone()));

    let policy = arguments.policy.policy();
    let scopes_of_namespaces = NamespaceScopes::default();
    let index = Index::new(scopes_of_namespaces.clone());
    let cluster = Cluster {
        api,
        index: index.clone(),
        writes_status: arguments.update_status,
        collects: arguments.old_gc_behavior,
        basis: Basis::new(&(&options, &policy)),
    };
    let queue = Queue::default();
    let (listed, namespaces_listed) = watch::channel(false);
    if arguments.policy.namespace_scopes {
        let observation = NamespaceObservation {
            client: client.clone(),
            scopes: scopes_of_namespaces,
            index,
            queue: queue.clone(),
        };
        tasks.spawn(observation.run(listed, pending.clone()));
    } else {
        listed.send_replace(true);
    }
    for scope in scopes(&arguments.watch, namespace) {
        let observation = Observation {
            client: client.clone(),
            scope,
            excluded: arguments.watch.exclude_namespaces.clone(),
            selector: arguments.watch.label_selector.clone(),
            skips_secrets: arguments.watch.skip_recreate,
            index: cluster.index.clone(),
            queue: queue.clone(),
            metrics: metrics.clone(),
            basis: cluster.basis.clone(),
            namespaces_listed: namespaces_listed.clone(),
        };
        tasks.spawn(observation.run(pending.clone()));
    }
    drop(pending);
    let context = Context::new(cluster, keyring, options, metrics)
        .under(policy)
        .audited(audit);
    let context = Arc::new(context);
    tasks.spawn_reconciliation(&context, &queue, &leadership);
    tasks.spawn(terms(leadership, context, queue));
    run_elected(tasks, candidate).await?;
    tracing::info!("Stopped");
    Ok(())
}

/// Runs the tasks, and holds the Lease or waits for it until they have ended. Then the next replica need not wait for its end.
async fn run_elected(tasks: Tasks, candidate: Option<Candidate>) -> Result<(), TaskEnded> {
    let Some(mut candidate) = candidate else {
        return tasks.run().await.map(drop);
    };
    let is_finished = tokio::select! {
        ended = tasks.run() => ended?,
        never = candidate.campaign() => match never {},
    };
    // A write that is still on its way would come into the term of the next one.
    if is_finished {
        candidate.release().await;
    }
    Ok(())
}

/// Says when a term begins and ends. Of the objects only the replica that leads says in what state they are.
async fn terms(mut leadership: Leadership, context: Arc<Context<Cluster>>, queue: Queue) {
    let (metrics, index) = (&context.metrics, &context.place.index);
    loop {
        leadership.held().await;
        tracing::info!("This replica leads");
        metrics.set_leader(true);
        for (name, sealed) in index.settled() {
            let opened_by = sealed.status.as_ref().and_then(|status| status.opened_by.as_deref());
            metrics.show(&name, &sealed, Reason::Unsealed, opened_by.unwrap_or_default());
        }
        queue.hasten();
        leadership.lost().await;
        tracing::warn!("This replica does not lead any more");
        metrics.set_leader(false);
        for name in index.names(None) {
            metrics.forget(&name);
        }
    }
}

/// A cluster as the place where a controller works.
struct Cluster {
    api: ApiServer,
    index: Index,
    writes_status: bool,
    /// Whether Secrets are deleted with their SealedSecrets.
    collects: bool,
    basis: Basis,
}

impl Cluster {
    /// The Secret that was read or written last, as the status tells of it.
    fn observed_secret(&self, sealed: &SealedSecret) -> Option<ObservedSecret> {
        let name = ObjectName::of(sealed);
        match self.index.right(&name)? {
            Version::Present { uid, resource_version } => Some(ObservedSecret {
                uid,
                resource_version,
                basis: self.basis.of(sealed, self.index.scopes(&name).as_ref()),
            }),
            Version::Absent => None,
        }
    }
}

impl Place for Cluster {
    fn sealed(&self, name: &ObjectName) -> Option<Arc<SealedSecret>> {
        self.index.sealed(name)
    }

    async fn live(&self, name: &ObjectName) -> Result<Option<Secret>, PlaceError> {
        let live = self.api.secret(&name.namespace, &name.name).await?;
        let version = live
            .as_ref()
            .map_or(Version::Absent, |live| Version::of(&live.metadata));
        self.index.requested(name, version);
        Ok(live)
    }

    async fn create(&self, secret: Secret) -> Result<(), PlaceError> {
        let metadata = self.api.create_secret(&secret).await?;
        self.index.requested(&name(&secret), Version::of(&metadata));
        Ok(())
    }

    async fn replace(&self, secret: Secret) -> Result<(), PlaceError> {
        let metadata = self.api.replace_secret(&secret).await?;
        self.index.requested(&name(&secret), Version::of(&metadata));
        Ok(())
    }

    fn status(&self, sealed: &SealedSecret) -> Option<SealedSecretStatus> {
        match self.writes_status {
            true => sealed.status.clone(),
            false => self.index.told(&ObjectName::of(sealed)),
        }
    }

    async fn current_status(&self, sealed: &SealedSecret) -> Result<Option<SealedSecretStatus>, PlaceError> {
        if !self.writes_status {
            return Ok(self.status(sealed));
        }
        let current = self.api.sealed(sealed.namespace(), sealed.name()).await?;
        let current = current.filter(|current| current.metadata.uid == sealed.metadata.uid);
        Ok(current.and_then(|current| current.status))
    }

    async fn publish(
        &self,
        sealed: &SealedSecret,
        next: impl Fn(Option<&SealedSecretStatus>) -> SealedSecretStatus + Send + Sync,
    ) -> Result<Published, PlaceError> {
        if self.writes_status {
            let secret = self.observed_secret(sealed);
            let next = |previous: Option<&SealedSecretStatus>| {
                let status = next(previous);
                let is_right = is_synced(Some(&status), status.observed_generation);
                SealedSecretStatus {
                    observed_secret: secret.clone().filter(|_| is_right),
                    ..status
                }
            };
            return self.api.publish(sealed, next).await;
        }
        Ok(match self.index.tell(&ObjectName::of(sealed), next) {
            Some((before, status)) if is_flipped(before.as_ref(), &status) => Published::Flipped,
            Some((before, status)) if before.as_ref() != Some(&status) => Published::Changed,
            _ => Published::Unchanged,
        })
    }

    async fn record(&self, sealed: &SealedSecret, event: &Event) {
        self.api.record(subject(sealed), event).await;
    }

    /// A SealedSecret that only lost the labels by which it was watched is not gone, and neither is one that came anew.
    async fn gone(&self, ObjectName { namespace, name }: &ObjectName) -> Result<(), PlaceError> {
        if !self.collects {
            return Ok(());
        }
        let secret = self.api.secret(namespace, name).await?;
        let Some(secret) = secret.filter(|secret| is_owned_by_name(&secret.metadata)) else {
            return Ok(());
        };
        if self.api.sealed(namespace, name).await?.is_some() {
            return Ok(());
        }
        self.api.delete_secret(&secret).await?;
        tracing::info!(namespace, name, "SealedSecret has gone, Secret deleted");
        Ok(())
    }

    fn namespace_scopes(&self, name: &ObjectName) -> Option<Scopes> {
        self.index.scopes(name)
    }

    fn seems_absent(&self, name: &ObjectName) -> bool {
        self.index.seems_absent(name)
    }

    fn is_settled(&self, name: &ObjectName, sealed: &Arc<SealedSecret>) -> bool {
        self.index.is_settled(name, sealed)
    }

    fn settle(&self, name: &ObjectName, sealed: &Arc<SealedSecret>, scopes: Option<Scopes>) {
        self.index.settle(name, sealed, scopes);
    }
}

fn name(secret: &Secret) -> ObjectName {
    ObjectName {
        namespace: secret.namespace().to_owned(),
        name: secret.name().to_owned(),
    }
}

/// A client whose requests are counted.
async fn client(arguments: &ClusterArguments, metrics: &Metrics) -> Result<Client, ClusterError> {
    let config = match &arguments.kubeconfig {
        None => Config::incluster().map_err(ClusterError::InCluster)?,
        Some(path) => from_kubeconfig(path, arguments.context.clone())
            .await
            .map_err(|error| ClusterError::Kubeconfig {
                path: path.clone(),
                error: error.into(),
            })?,
    };
    let builder = ClientBuilder::try_from(config).map_err(|error| ClusterError::Client(error.into()))?;
    Ok(builder.with_layer(&metrics.api_requests()).build())
}

async fn from_kubeconfig(path: &Path, context: Option<String>) -> Result<Config, KubeconfigError> {
    let options = KubeConfigOptions {
        context,
        ..KubeConfigOptions::default()
    };
    Config::from_custom_kubeconfig(Kubeconfig::read_from(path)?, &options).await
}

/// The library's text for a file that cannot be read names the file once more.
fn kubeconfig_reason(error: &KubeconfigError) -> String {
    match error {
        KubeconfigError::ReadConfig(source, _) => source.to_string(),
        error => error.to_string(),
    }
}

/// As upstream finds it.
fn own_namespace() -> String {
    let mounted = || fs::read_to_string("/var/run/secrets/kubernetes.io/serviceaccount/namespace");
    let name = env::var("POD_NAMESPACE").or_else(|_| mounted()).unwrap_or_default();
    match name.trim() {
        "" => "default".to_owned(),
        name => name.to_owned(),
    }
}

/// The namespaces to watch, each once; none is all of them.
fn scopes(arguments: &WatchArguments, own: String) -> Vec<Option<String>> {
    let Namespaces(listed) = &arguments.additional_namespaces;
    if arguments.all_namespaces && listed.is_empty() {
        return vec![None];
    }
    let mut names = listed.clone();
    names.push(own);
    names.retain(|name| !arguments.exclude_namespaces.0.contains(name));
    names.sort();
    names.dedup();
    names.into_iter().map(Some).collect()
}

async fn listen(address: &ListenAddress) -> Result<TcpListener, ClusterError> {
    let listener = address.bind().await.map_err(|error| ClusterError::Listen {
        address: address.clone(),
        error,
    })?;
    let address = listener.local_addr().map_err(ClusterError::System)?;
    tracing::info!(%address, "HTTP server serving");
    Ok(listener)
}

/// Ready only with a key to seal with.
async fn first_key(mut keyring: crate::context::KeyringWatch, pending: Pending) {
    let has_key = |ring: &Option<Arc<signet_sealing_keys::Keyring>>| ring.as_ref().is_some_and(|ring| !ring.is_empty());
    let _ = keyring.wait_for(has_key).await;
    drop(pending);
    std::future::pending().await
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::args::Arguments;

    #[tokio::test]
    async fn a_kubeconfig_that_cannot_be_used_is_named_once() {
        let cluster = |arguments: &[&str]| Arguments::parse_from([&["a"], arguments].concat()).cluster;
        let error = client(&cluster(&["--kubeconfig=/missing"]), &Metrics::new())
            .await
            .err()
            .expect("an error");
        assert_eq!(error.to_string(), "/missing: No such file or directory (os error 2)");
    }

    #[test]
    fn namespaces_to_watch() {
        let scopes = |arguments: &[&str]| {
            let arguments = Arguments::parse_from([&["a"], arguments].concat()).cluster;
            scopes(&arguments.watch, "own".to_owned())
        };
        let named = |names: &[&str]| names.iter().map(|name| Some((*name).to_owned())).collect::<Vec<_>>();
        assert_eq!(scopes(&[]), [None]);
        assert_eq!(scopes(&["--all-namespaces=false"]), named(&["own"]));
        assert_eq!(scopes(&["--additional-namespaces=a,own,a"]), named(&["a", "own"]));
        assert_eq!(scopes(&["--exclude-namespaces=a"]), [None]);
        let excluded = ["--additional-namespaces=a,b", "--exclude-namespaces=a,c"];
        assert_eq!(scopes(&excluded), named(&["b", "own"]));
    }
}
