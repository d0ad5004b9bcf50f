//! An API server that answers wrongly now and then.

use std::time::Duration;

use signet_cluster_tests::{Cluster, Faults, FaultyProxy, Installation};

use crate::amount;
use crate::load::Load;

/// 429, 500, no answer, and no answer though it was done.
#[test]
fn one_request_in_twenty_fails() {
    let cluster = Cluster::shared();
    let installation = Installation::signet(cluster);
    for seed in 0..amount(1, 5) {
        let faults = Faults {
            percent: 5,
            ..Faults::default()
        };
        let proxy = FaultyProxy::start(cluster, faults, seed);
        let mut controller = installation.start(&[&proxy.argument(&installation)]);
        let mut load = Load::new(cluster, &controller, 100, seed);
        (0..amount(300, 2000)).for_each(|_| load.write());
        load.wait_right();
        let most = 8 * load.writes() + 100;
        assert!(proxy.asked() < most, "{} requests for {most}", proxy.asked());
        assert!(controller.is_running());
    }
}

#[test]
fn watches_are_cut_off_every_second() {
    let cluster = Cluster::shared();
    let installation = Installation::signet(cluster);
    let faults = Faults {
        watch: Some(Duration::from_secs(1)),
        ..Faults::default()
    };
    let proxy = FaultyProxy::start(cluster, faults, 0);
    let mut controller = installation.start(&[&proxy.argument(&installation)]);
    let mut load = Load::new(cluster, &controller, 20, 7);
    while proxy.cut_watches() < amount(10, 100) {
        (0..5).for_each(|_| load.write());
        load.wait_right();
    }
    // What is cut off begins anew where it ended, and lists nothing again.
    let most = 8 * load.writes() + 4 * proxy.cut_watches() + 100;
    assert!(proxy.asked() < most, "{} requests for {most}", proxy.asked());
    assert!(controller.is_running());
}
