//! A clock that jumps.

use signet_cluster_tests::{Clock, Cluster, DEADLINE, Installation, TlsKey, wait_for};

use crate::amount;
use crate::load::Load;

/// Forward by more than a renewal period, and back to before the first key.
#[test]
fn a_clock_that_jumps_makes_no_heap_of_keys() {
    let cluster = Cluster::shared();
    let installation = Installation::signet(cluster);
    installation.delete_keys();
    let clock = Clock::new(cluster);
    let mut controller = installation.start_by(&clock, &["--key-size=2048"]);
    let mut load = Load::new(cluster, &controller, 20, 6);
    let mut write = || {
        (0..amount(20, 100)).for_each(|_| load.write());
        load.wait_right();
    };
    write();
    assert_eq!(installation.keys().len(), 1);

    // It looks at the clock every hour, and whenever the keys change.
    clock.set(40);
    installation.create_key("brought", &TlsKey::generate(2001), true);
    wait_for("the key that is due", DEADLINE, || {
        (installation.keys().len() == 3).then_some(())
    });
    write();
    let certificate = wait_for("its certificate", DEADLINE, || {
        (controller.metric(KEYS) == 3.0).then(|| controller.certificate())
    });
    clock.set(-400);
    write();
    // The newest is from the future now, so none is due.
    installation.create_key("brought-too", &TlsKey::generate(2002), true);
    wait_for("the key that was brought", DEADLINE, || {
        (controller.metric(KEYS) == 4.0).then_some(())
    });
    clock.set(0);
    write();
    assert_eq!(controller.certificate(), certificate);
    assert_eq!(installation.keys().len(), 4);
    assert!(controller.is_running());
    installation.delete_keys();
}

const KEYS: &str = "sealed_secrets_controller_sealing_keys";
