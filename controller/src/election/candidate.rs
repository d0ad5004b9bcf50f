//! The requests of an election, and the terms that come of them.

use std::{convert::Infallible, time::Duration};

use jiff::Timestamp;
use k8s_openapi::api::coordination::v1::{Lease, LeaseSpec};
use kube::{Api, Client, api::PostParams};
use signet_api::ObjectMeta;
use tokio::{
    sync::watch,
    time::{Instant, sleep, timeout},
};

use super::{
    Leadership,
    lease::{RENEW_DEADLINE, Seen, Step, decide, released},
};
use crate::queue;

/// A replica that leads when it holds the Lease.
pub(crate) struct Candidate {
    leases: Api<Lease>,
    name: String,
    identity: String,
    known: Option<Known>,
    term: watch::Sender<Option<Instant>>,
    /// The leader or the error that was last logged.
    told: String,
}

/// The Lease as it was last read or written.
struct Known {
    metadata: ObjectMeta,
    seen: Seen,
}

impl Candidate {
    /// For the Lease `name` in `namespace`; does not lead yet.
    pub(crate) fn new(client: Client, namespace: &str, name: &str) -> Self {
        Self {
            leases: Api::namespaced(client, namespace),
            name: name.to_owned(),
            identity: identity(),
            known: None,
            term: watch::Sender::new(None),
            told: String::new(),
        }
    }

    /// What those ask who may write only while this replica leads.
    pub(crate) fn leadership(&self) -> Leadership {
        Leadership {
            term: Some(self.term.subscribe()),
        }
    }

    /// Holds the Lease or waits for it, for ever. Where it cannot be renewed the term ends by itself.
    pub(crate) async fn campaign(&mut self) -> Infallible {
        loop {
            let asked = Instant::now();
            let result = match timeout(REQUEST, self.attempt()).await {
                Ok(result) => result.map_err(|error| reason(&error)),
                Err(_) => Err("the API server does not answer".to_owned()),
            };
            match result {
                Ok(true) => {
                    self.term.send_replace(Some(asked + RENEW_DEADLINE));
                    self.told.clear();
                    sleep(BETWEEN_RENEWALS).await;
                }
                Ok(false) => {
                    self.term.send_replace(None);
                    self.tell_leader();
                    sleep(BETWEEN_LOOKS).await;
                }
                Err(error) => {
                    // It may have been written all the same: look before the next claim.
                    self.known = self.known.take().map(Known::doubtful);
                    if self.told != error {
                        tracing::warn!(lease = self.name, error, "Cannot read or write the lease, will retry");
                        self.told = error;
                    }
                    sleep(BETWEEN_LOOKS).await;
                }
            }
        }
    }

    /// Gives the Lease back, if this replica holds it. Whoever cannot is followed later.
    pub(crate) async fn release(mut self) {
        self.term.send_replace(None);
        let releasing = async {
            for _ in 0..ATTEMPTS {
                self.look().await?;
                let Some(known) = self.known.as_ref().filter(|known| known.seen.is_of(&self.identity)) else {
                    return Ok(());
                };
                let spec = released(&known.seen.spec, Timestamp::now());
                if self.write(spec).await? {
                    return Ok(());
                }
            }
            Ok::<_, kube::Error>(())
        };
        match timeout(REQUEST, releasing).await {
            Ok(Ok(())) => tracing::info!(lease = self.name, "Lease released"),
            Ok(Err(error)) => tracing::warn!(lease = self.name, error = reason(&error), "Lease not released"),
            Err(_) => tracing::warn!(lease = self.name, "Lease not released"),
        }
    }

    /// Whether the Lease is ours now.
    async fn attempt(&mut self) -> kube::Result<bool> {
        for _ in 0..ATTEMPTS {
            let is_ours = |known: &Known| known.metadata.resource_version.is_some() && known.seen.is_of(&self.identity);
            if !self.known.as_ref().is_some_and(is_ours) {
                self.look().await?;
            }
            let seen = self.known.as_ref().map(|known| &known.seen);
            match decide(seen, &self.identity, Instant::now(), Timestamp::now()) {
                Step::Follow => return Ok(false),
                Step::Claim(spec) if self.write(spec.clone()).await? => return Ok(true),
                Step::Claim(_) => {}
            }
        }
        Ok(false)
    }

    async fn look(&mut self) -> kube::Result<()> {
        let lease = self.leases.get_opt(&self.name).await?;
        self.know(lease);
        Ok(())
    }

    /// Whether nobody was faster.
    async fn write(&mut self, spec: LeaseSpec) -> kube::Result<bool> {
        let metadata = self.known.as_ref().map(|known| known.metadata.clone());
        let is_new = metadata.is_none();
        let lease = Lease {
            metadata: metadata.unwrap_or_else(|| ObjectMeta {
                name: Some(self.name.clone()),
                ..ObjectMeta::default()
            }),
            spec: Some(spec),
        };
        let written = match is_new {
            true => self.leases.create(&PostParams::default(), &lease).await,
            false => self.leases.replace(&self.name, &PostParams::default(), &lease).await,
        };
        match written {
            Ok(lease) => {
                self.know(Some(lease));
                Ok(true)
            }
            Err(kube::Error::Api(status)) if [404, 409].contains(&status.code) => {
                self.known = self.known.take().map(Known::doubtful);
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    fn know(&mut self, lease: Option<Lease>) {
        let before = self.known.take();
        self.known = lease.map(|lease| {
            let before = before.as_ref().map(|known| &known.seen);
            Known {
                metadata: lease.metadata,
                seen: Seen::new(before, lease.spec.unwrap_or_default(), Instant::now()),
            }
        });
    }

    fn tell_leader(&mut self) {
        let spec = self.known.as_ref().map(|known| &known.seen.spec);
        let leader = spec.and_then(|spec| spec.holder_identity.clone()).unwrap_or_default();
        if self.told != leader {
            tracing::info!(
                lease = self.name,
                identity = self.identity,
                leader,
                "Another replica leads"
            );
            self.told = leader;
        }
    }
}

impl Known {
    /// What is kept while it is not known whether it is still so: since when it has been.
    fn doubtful(mut self) -> Self {
        self.metadata.resource_version = None;
        self
    }
}

/// The Pod's name, which is its host's, and something that no other start has.
fn identity() -> String {
    let system = rustix::system::uname();
    format!("{}_{:016x}", system.nodename().to_string_lossy(), queue::random())
}

/// The server's words, or the innermost cause.
fn reason(error: &kube::Error) -> String {
    if let kube::Error::Api(status) = error {
        return status.message.clone();
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

/// A leader has a few attempts before its term ends.
const BETWEEN_RENEWALS: Duration = Duration::from_secs(2);
/// A Lease that was given back is free for no longer than that.
const BETWEEN_LOOKS: Duration = Duration::from_secs(1);
/// So that a request which hangs leaves time for another one.
const REQUEST: Duration = Duration::from_secs(4);
/// Of writing over what others wrote, before a pause.
const ATTEMPTS: u32 = 2;
