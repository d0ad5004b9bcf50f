//! What goes wrong, and the alerts that tell of it.

use serde_json::json;
use signet_cluster_tests::{DEADLINE, Installation, Namespace, TlsKey, wait_for};

use crate::alerts::Seen;
use crate::revoked::Revoked;
use crate::{FAST, sealed, unreadable};

/// All of them.
pub(crate) const ALL: [fn(&Seen); 11] = [
    an_object_does_not_open,
    secrets_cannot_be_written,
    the_api_server_does_not_answer,
    there_is_no_controller,
    no_replica_gets_the_lease,
    two_write_at_once,
    a_key_is_malformed,
    no_key_can_be_made,
    the_certificate_is_short_lived,
    the_audit_log_is_full,
    somebody_asks_too_often,
];

fn an_object_does_not_open(seen: &Seen) {
    let namespace = Namespace::fresh(seen.cluster);
    let controller = Installation::signet(seen.cluster).start(FAST);
    let prometheus = seen.watch(&[&controller]);
    seen.cluster.create_sealed(&unreadable(seen.cluster, namespace.name()));
    for alert in [
        "SealedSecretNotSynced",
        "SealedSecretsStalled",
        "SealedSecretsUnsealErrorHigh",
    ] {
        seen.fires(&prometheus, alert, || ());
    }
}

fn secrets_cannot_be_written(seen: &Seen) {
    let namespace = Namespace::fresh(seen.cluster);
    let controller = Installation::signet(seen.cluster).start(FAST);
    let _revoked = Revoked::writing(seen.cluster);
    let prometheus = seen.watch(&[&controller]);
    seen.cluster
        .create_sealed(&sealed(seen.cluster, namespace.name(), "app"));
    for alert in ["SealedSecretsReconciling", "SealedSecretsApiRequestsFail"] {
        seen.fires(&prometheus, alert, || ());
    }
}

fn the_api_server_does_not_answer(seen: &Seen) {
    let namespace = Namespace::fresh(seen.cluster);
    let controller = Installation::signet(seen.cluster).start(FAST);
    let _revoked = Revoked::writing(seen.cluster);
    // More than there are passes at once; each is to be tried again.
    for index in 0..20 {
        let sealed = sealed(seen.cluster, namespace.name(), &format!("app-{index}"));
        seen.cluster.create_sealed(&sealed);
    }
    for index in 0..20 {
        let name = format!("app-{index}");
        seen.cluster
            .wait_condition(namespace.name(), &name, "Reconciling", "True");
    }
    let prometheus = seen.watch(&[&controller]);
    let _paused = seen.cluster.pause_api_server();
    seen.fires(&prometheus, "SealedSecretsQueueStuck", || ());
}

fn there_is_no_controller(seen: &Seen) {
    let mut controller = Installation::signet(seen.cluster).start(FAST);
    let prometheus = seen.watch(&[&controller]);
    wait_for("an evaluation with a controller", DEADLINE, || {
        (!prometheus.firing().contains("SealedSecretsControllerAbsent")).then_some(())
    });
    controller.terminate();
    seen.fires(&prometheus, "SealedSecretsControllerAbsent", || ());
}

fn no_replica_gets_the_lease(seen: &Seen) {
    let installation = Installation::chart(seen.cluster, "replicated", "kube-system", "replicas=2");
    let _revoked = Revoked::new(seen.cluster, LEASES, "coordination.k8s.io", "leases");
    let replicas = [installation.start(FAST), installation.start(FAST)];
    let prometheus = seen.watch(&[&replicas[0], &replicas[1]]);
    seen.fires(&prometheus, "SealedSecretsControllerNoLeader", || ());
}

fn two_write_at_once(seen: &Seen) {
    let installation = Installation::signet(seen.cluster);
    let controllers = [installation.start(FAST), installation.start(FAST)];
    let prometheus = seen.watch(&[&controllers[0], &controllers[1]]);
    seen.fires(&prometheus, "SealedSecretsControllerTwoLeaders", || ());
}

fn a_key_is_malformed(seen: &Seen) {
    let installation = Installation::signet(seen.cluster);
    let controller = installation.start(FAST);
    let prometheus = seen.watch(&[&controller]);
    installation.create_malformed_key("malformed", &json!({"tls.crt": "garbage", "tls.key": "garbage"}));
    seen.fires(&prometheus, "SealedSecretsKeyMalformed", || ());
    seen.cluster.delete_secret(installation.namespace(), "malformed");
}

fn no_key_can_be_made(seen: &Seen) {
    let installation = Installation::signet(seen.cluster);
    installation.delete_keys();
    let _revoked = [
        Revoked::writing(seen.cluster),
        Revoked::new(seen.cluster, KEYS, "", "secrets"),
    ];
    let controller = installation.launch(FAST);
    wait_for("a failed attempt to make a key", DEADLINE, || {
        controller.stderr().contains("Cannot make a sealing key").then_some(())
    });
    let prometheus = seen.watch(&[&controller]);
    seen.fires(&prometheus, "SealedSecretsNoSealingKey", || ());
    installation.create_key("old", &TlsKey::generate(2001), true);
    seen.fires(&prometheus, "SealedSecretsKeyRenewalOverdue", || ());
    assert_eq!(
        controller.metric("sealed_secrets_controller_sealing_keys").to_string(),
        "1"
    );
    seen.cluster.delete_secret(installation.namespace(), "old");
}

fn the_certificate_is_short_lived(seen: &Seen) {
    let installation = Installation::signet(seen.cluster);
    installation.delete_keys();
    // An older key with a longer certificate does not hide it.
    installation.create_key("old", &TlsKey::generate(2001), true);
    let controller = installation.start(&[FAST[0], "--key-ttl=24h"]);
    let prometheus = seen.watch(&[&controller]);
    seen.fires(&prometheus, "SealedSecretsCertificateExpires", || ());
    installation.delete_keys();
}

fn the_audit_log_is_full(seen: &Seen) {
    let namespace = Namespace::fresh(seen.cluster);
    let controller = Installation::signet(seen.cluster).start(&[FAST[0], "--audit-log=/dev/full"]);
    let prometheus = seen.watch(&[&controller]);
    seen.cluster
        .create_sealed(&sealed(seen.cluster, namespace.name(), "app"));
    seen.cluster.wait_synced(namespace.name(), "app");
    seen.fires(&prometheus, "SealedSecretsAuditErrors", || ());
}

fn somebody_asks_too_often(seen: &Seen) {
    let controller = Installation::signet(seen.cluster).start(FAST);
    let prometheus = seen.watch(&[&controller]);
    let ask = || {
        for _ in 0..10 {
            let _ = ureq::post(controller.url("/v1/verify")).send("");
        }
    };
    seen.fires(&prometheus, "SealedSecretsHttpRequestsRefused", ask);
}

const KEYS: &str = "/apis/rbac.authorization.k8s.io/v1/namespaces/kube-system/roles/sealed-secrets-key-admin";
const LEASES: &str =
    "/apis/rbac.authorization.k8s.io/v1/namespaces/kube-system/roles/sealed-secrets-controller-leader-election";
