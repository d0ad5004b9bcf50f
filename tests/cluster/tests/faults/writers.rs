//! Others who write at the same time.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use serde_json::json;
use signet_cluster_tests::Cluster;

use crate::load::Load;
use crate::{amount, start};

#[test]
fn whoever_writes_the_same_objects_all_the_time_is_outlasted() {
    let cluster = Cluster::shared();
    let mut controller = start(cluster);
    let mut load = Load::new(cluster, &controller, 10, 3);
    let is_over = AtomicBool::new(false);
    let namespace = load.namespace().to_owned();
    thread::scope(|scope| {
        scope.spawn(|| {
            for round in 0.. {
                if is_over.load(Ordering::Relaxed) {
                    break;
                }
                let name = format!("app-{}", round % 10);
                let note = json!({"metadata": {"annotations": {"example.com/round": round.to_string()}}});
                for path in [
                    format!("/apis/bitnami.com/v1alpha1/namespaces/{namespace}/sealedsecrets/{name}"),
                    format!("/api/v1/namespaces/{namespace}/secrets/{name}"),
                ] {
                    let status = cluster.request("PATCH", &path, Some(&note)).status;
                    assert!([200, 404, 409].contains(&status), "{path}: {status}");
                }
            }
        });
        (0..amount(100, 1000)).for_each(|_| load.write());
        is_over.store(true, Ordering::Relaxed);
    });
    load.wait_right();
    assert!(controller.is_running());
}
