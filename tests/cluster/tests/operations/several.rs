//! More than one team, and more than a few objects.

use serde_json::{Value, json};
use signet_cluster_tests::{Cluster, Installation, Namespace, ours, secret};

use crate::page::{commands, run, run_line};
use crate::{seal, uninstall};

#[test]
fn two_controllers_keep_to_their_own() {
    let cluster = Cluster::shared();
    run(cluster, "Install");
    let commands = commands("Several teams");
    let (installs, others): (Vec<_>, Vec<_>) = commands.iter().partition(|line| line.starts_with("helm "));
    for line in installs {
        run_line(cluster, line);
    }
    let [platform, team] =
        ["kube-system", "team"].map(|namespace| Installation::present(cluster, ours("signet-controller"), namespace));
    let both = [&platform, &team].map(|installation| installation.start(&["--key-size=2048"]));
    assert_ne!(both[0].certificate(), both[1].certificate());
    for line in others {
        run_line(cluster, line);
    }
    let of_team = &["--controller-namespace", "team"];
    let app = secret("team", "app", json!({"password": "hunter2"}));
    cluster.create_sealed(&cluster.seal(&app, of_team));
    cluster.wait_synced("team", "app");

    let namespace = Namespace::fresh(cluster);
    let anywhere = secret(namespace.name(), "anywhere", json!({"password": "hunter2"}));
    cluster.create_sealed(&cluster.seal(&anywhere, &["--scope", "cluster-wide"]));
    let refused = cluster.wait_condition(namespace.name(), "anywhere", "Ready", "False");
    assert_eq!(refused["reason"], "ScopeForbidden", "{refused}");
    cluster.create_sealed(&seal(cluster, namespace.name(), "app"));
    cluster.wait_synced(namespace.name(), "app");
    let foreign = secret(namespace.name(), "foreign", json!({"password": "hunter2"}));
    cluster.create_sealed(&cluster.seal(&foreign, of_team));
    let refused = cluster.wait_condition(namespace.name(), "foreign", "Ready", "False");
    assert_eq!(refused["reason"], "UnsealFailed", "{refused}");

    // Each has done all of its work, and the other's object is as it was.
    let failed = |event: &Value| event["reason"] == "ErrUnsealFailed";
    assert!(!cluster.events("team", "app").iter().any(failed));
    cluster.wait_synced("team", "app");
    cluster.delete_sealed("team", "app");
    drop(both);
    for namespace in ["team", "kube-system"] {
        uninstall(cluster, namespace);
    }
}

#[test]
fn the_metrics_are_at_hand_and_resources_change() {
    let cluster = Cluster::shared();
    run(cluster, "Install");
    let installation = Installation::present(cluster, ours("signet-controller"), "kube-system");
    let controller = installation.start(&[]);
    let metrics = run(cluster, "Size").concat();
    for name in ["queue_oldest_age_seconds", "unseal_duration_seconds"] {
        assert!(
            metrics.contains(&format!("sealed_secrets_controller_{name}")),
            "{metrics}"
        );
    }
    let path = "/apis/apps/v1/namespaces/kube-system/deployments/sealed-secrets-controller";
    let container = &cluster.get(path).unwrap()["spec"]["template"]["spec"]["containers"][0];
    let expected = json!({"requests": {"cpu": "100m", "memory": "32Mi"}, "limits": {"memory": "256Mi"}});
    assert_eq!(container["resources"], expected);
    drop(controller);
    uninstall(cluster, "kube-system");
}
