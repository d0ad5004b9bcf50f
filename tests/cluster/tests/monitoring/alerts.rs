//! When alerts fire, and that they do not when all is well.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::iter;

use signet_cluster_tests::{Cluster, Controller, DEADLINE, Installation, Namespace, Prometheus, wait_for};

use crate::situations::ALL;
use crate::{FAST, alert_names, hastened, sealed};

#[test]
fn nothing_fires_while_all_is_well() {
    let cluster = Cluster::shared();
    let installation = Installation::signet(cluster);
    installation.delete_keys();
    let controller = installation.start(FAST);
    let namespace = Namespace::fresh(cluster);
    cluster.create_sealed(&sealed(cluster, namespace.name(), "app"));
    cluster.wait_synced(namespace.name(), "app");
    let prometheus = Prometheus::start(cluster, &hastened());
    prometheus.scrape(installation.namespace(), &[&controller]);

    // It has evaluated the rules without samples.
    let calm = || prometheus.firing().is_empty().then(|| prometheus.evaluation())?;
    let mut seen: BTreeSet<_> = iter::once(wait_for("that nothing fires", DEADLINE, calm)).collect();
    wait_for("ten evaluations", DEADLINE, || {
        assert_eq!(prometheus.firing(), BTreeSet::new());
        seen.extend(prometheus.evaluation());
        (seen.len() > 10).then_some(())
    });
}

#[test]
fn each_alert_fires_in_its_situation() {
    let cluster = Cluster::shared();
    let seen = Seen {
        cluster,
        alerts: RefCell::default(),
    };
    for situation in ALL {
        situation(&seen);
    }
    assert_eq!(seen.alerts.into_inner(), alert_names());
}

/// The alerts that have been seen to fire.
pub(crate) struct Seen<'a> {
    pub(crate) cluster: &'a Cluster,
    alerts: RefCell<BTreeSet<String>>,
}

impl Seen<'_> {
    /// A Prometheus that knows nothing of earlier situations.
    pub(crate) fn watch(&self, controllers: &[&Controller]) -> Prometheus {
        let prometheus = Prometheus::start(self.cluster, &hastened());
        prometheus.scrape("kube-system", controllers);
        prometheus
    }

    /// Waits until it fires; `cause` is repeated meanwhile.
    pub(crate) fn fires(&self, prometheus: &Prometheus, alert: &str, cause: impl Fn()) {
        wait_for(&format!("{alert} fires"), DEADLINE, || {
            cause();
            prometheus.firing().contains(alert).then_some(())
        });
        self.alerts.borrow_mut().insert(alert.to_owned());
    }
}
