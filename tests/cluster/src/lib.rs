//! A Kubernetes API server for one suite, with the programs that are tested against it.
//!
//! `tests/cluster/run` starts every suite (a file of `tests/`) in namespaces of its own
//! (user, network, mount, process), so all that a suite starts ends with it, and no port or
//! file of the computer is touched. In there, [`Cluster::shared`] is etcd, kube-apiserver with
//! RBAC and kube-controller-manager; [`Installation`] is a controller's manifests applied to
//! it, and starts that controller as its ServiceAccount; [`Namespace`] is a fresh namespace
//! for one test.
//!
//! ```no_run
//! use signet_cluster_tests::{Cluster, Installation, Namespace};
//!
//! let cluster = Cluster::shared();
//! let installation = Installation::sealed_secrets(cluster);
//! let mut controller = installation.start(&[]);
//! let namespace = Namespace::fresh(cluster);
//! assert!(cluster.secret(namespace.name(), "absent").is_none());
//! controller.terminate();
//! ```
//!
//! What goes wrong here is a failed test: the harness panics with what it waited for, and the
//! logs stay in [`Cluster::directory`].

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a harness that cannot go on is a failed test"
)]

mod clock;
mod cluster;
mod command_line;
mod controller;
mod credentials;
mod faulty_proxy;
mod installation;
mod keys;
mod namespace;
mod output;
mod process;
mod program;
mod prometheus;
mod random;
mod requests;
mod sealed;
mod servers;
mod wait;

pub use clock::Clock;
pub use cluster::{Cluster, Paused, Response};
pub use command_line::Sealer;
pub use controller::Controller;
pub use faulty_proxy::{Faults, FaultyProxy};
pub use installation::Installation;
pub use keys::TlsKey;
pub use namespace::Namespace;
pub use output::{Output, output};
pub use process::Process;
pub use program::{ours, peer};
pub use prometheus::Prometheus;
pub use random::Random;
pub use requests::{RequestLog, Requests};
pub use sealed::secret;
pub use servers::free_port;
pub use wait::{DEADLINE, wait_for};
