use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU16, Ordering};

use crate::credentials::Credentials;

/// An address of this network namespace that is not loopback: the API server's service
/// proxy refuses to dial loopback ones.
pub(crate) const ADDRESS: &str = "10.99.0.1";

/// A port that nothing listens on, another one at each call.
///
/// They are below those that Linux gives to outgoing connections (`ip_local_port_range`), which would take the port
/// of a server that is not yet, or for a while not, running.
pub fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(20_000);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// The arguments of etcd, with its data in `folder`, for clients at `port`.
pub(crate) fn etcd(mut command: Command, folder: &Path, port: u16) -> Command {
    let client = format!("http://127.0.0.1:{port}");
    let neighbour = format!("http://127.0.0.1:{}", free_port());
    command
        .arg("--data-dir")
        .arg(folder.join("etcd"))
        .args(["--listen-client-urls", &client, "--advertise-client-urls", &client])
        .args([
            "--listen-peer-urls",
            &neighbour,
            "--initial-advertise-peer-urls",
            &neighbour,
        ])
        .args(["--initial-cluster", &format!("default={neighbour}")])
        .arg("--unsafe-no-fsync");
    command
}

/// The arguments of kube-apiserver at `port`, which keeps its objects in the etcd at `etcd` and writes the
/// requests of ServiceAccounts to [`audit_log`].
pub(crate) fn api_server(
    mut command: Command,
    folder: &Path,
    credentials: &Credentials,
    etcd: u16,
    port: u16,
) -> Command {
    let policy = folder.join("audit-policy.yaml");
    fs::write(&policy, AUDIT_POLICY).unwrap();
    command
        .args([
            format!("--etcd-servers=http://127.0.0.1:{etcd}"),
            format!("--secure-port={port}"),
        ])
        .args(["--bind-address=127.0.0.1", "--advertise-address=127.0.0.1"])
        .arg("--tls-cert-file")
        .arg(credentials.certificate())
        .arg("--tls-private-key-file")
        .arg(credentials.private_key())
        .arg("--client-ca-file")
        .arg(credentials.authority())
        .arg("--token-auth-file")
        .arg(credentials.tokens())
        .arg("--authorization-mode=RBAC")
        .arg("--service-account-issuer=https://kubernetes.default.svc")
        .arg("--service-account-key-file")
        .arg(credentials.account_public_key())
        .arg("--service-account-signing-key-file")
        .arg(credentials.account_key())
        .arg("--service-cluster-ip-range=10.0.0.0/24")
        // Pods here stand for processes, and need no token of their own.
        .arg("--disable-admission-plugins=ServiceAccount")
        .arg("--audit-policy-file")
        .arg(policy)
        .arg("--audit-log-path")
        .arg(audit_log(folder))
        .arg("--audit-log-mode=blocking-strict");
    command
}

/// Where the API server writes its audit log (JSON lines).
pub(crate) fn audit_log(folder: &Path) -> PathBuf {
    folder.join("audit.log")
}

/// The arguments of kube-controller-manager with the controllers that tests rely on: garbage collection of
/// owned objects, the end of namespaces, and ServiceAccounts.
pub(crate) fn controller_manager(mut command: Command, credentials: &Credentials, kubeconfig: &Path) -> Command {
    for flag in [
        "--kubeconfig",
        "--authentication-kubeconfig",
        "--authorization-kubeconfig",
    ] {
        command.arg(flag).arg(kubeconfig);
    }
    command
        .arg("--service-account-private-key-file")
        .arg(credentials.account_key())
        .arg("--root-ca-file")
        .arg(credentials.authority())
        .args([
            "--leader-elect=false",
            "--bind-address=127.0.0.1",
            &format!("--secure-port={}", free_port()),
        ])
        .arg(format!("--controllers={CONTROLLERS}"));
    command
}

const CONTROLLERS: &str = "garbage-collector-controller,namespace-controller,resourcequota-controller,\
                           serviceaccount-controller,root-ca-certificate-publisher-controller";

const AUDIT_POLICY: &str = "\
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
  - level: Metadata
    userGroups: ['system:serviceaccounts']
  - level: None
";
