use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;

use crate::servers::{ADDRESS, free_port};
use crate::{Cluster, Controller, DEADLINE, ours, output, peer, wait_for};

/// A controller's manifests, applied: its CRD, ServiceAccount, RBAC and Services.
///
/// There is no kubelet here, so its Deployment makes no Pod: [`Installation::start`] starts
/// the program as an ordinary process, with what a Pod of its ServiceAccount would see.
#[derive(Debug)]
pub struct Installation<'a> {
    cluster: &'a Cluster,
    program: PathBuf,
    name: &'static str,
}

impl<'a> Installation<'a> {
    /// The real controller of Sealed Secrets, by its own chart.
    pub fn sealed_secrets(cluster: &'a Cluster) -> Self {
        let mut helm = cluster.command(peer("helm"));
        helm.args(["template", SERVICE])
            .arg(peer("sealed-secrets-chart"))
            .args(["--include-crds", "--namespace", NAMESPACE]);
        install(cluster, &output(&mut helm, "").success());
        Self {
            cluster,
            program: peer("controller"),
            name: "sealed-secrets",
        }
    }

    /// Our controller, by `deploy/manifests/signet.yaml`.
    pub fn signet(cluster: &'a Cluster) -> Self {
        let manifests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/manifests/signet.yaml");
        install(cluster, &fs::read_to_string(manifests).unwrap());
        Self {
            cluster,
            program: ours("signet-controller"),
            name: "signet",
        }
    }

    /// The namespace of the controller, its Services and its key Secrets.
    pub fn namespace(&self) -> &'static str {
        NAMESPACE
    }

    /// The name of its ServiceAccount and of its Service.
    pub fn service(&self) -> &'static str {
        SERVICE
    }

    /// Starts the controller with `arguments`, as its ServiceAccount, behind its Service, and
    /// waits until it is ready.
    pub fn start(&self, arguments: &[&str]) -> Controller {
        let controller = self.launch(arguments);
        controller.wait_ready();
        controller
    }

    /// As [`Installation::start`], without waiting.
    pub fn launch(&self, arguments: &[&str]) -> Controller {
        let [port, metrics_port] = [free_port(), free_port()];
        self.publish(port);
        let mut command = self.in_pod();
        command
            .arg(format!("--listen-addr=:{port}"))
            .arg(format!("--listen-metrics-addr=:{metrics_port}"))
            .args(arguments);
        Controller::new(self.cluster.spawn(self.name, command), port, metrics_port)
    }

    /// A command that runs the program where it finds the in-cluster configuration of its
    /// ServiceAccount, in a mount namespace of its own.
    pub fn in_pod(&self) -> Command {
        let account = self.cluster.directory().join(format!("account-{}", self.name));
        fs::create_dir_all(&account).unwrap();
        fs::write(account.join("token"), self.cluster.account_token(NAMESPACE, SERVICE)).unwrap();
        fs::write(account.join("namespace"), NAMESPACE).unwrap();
        fs::copy(self.cluster.authority(), account.join("ca.crt")).unwrap();
        let mut command = self.cluster.command("unshare");
        command
            .args(["--mount", "sh", "-ceu", MOUNT_ACCOUNT, "sh"])
            .args([&account, &self.program])
            .env("KUBERNETES_SERVICE_HOST", "127.0.0.1")
            .env("KUBERNETES_SERVICE_PORT", self.cluster.port().to_string())
            .env_remove("KUBECONFIG");
        command
    }

    /// Makes the API server's service proxy reach a process of this network namespace: it
    /// dials what Endpoints name, if that is a Pod with this address.
    fn publish(&self, port: u16) {
        let pod = json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": SERVICE, "namespace": NAMESPACE},
            "spec": {"nodeName": "here", "containers": [{"name": "controller", "image": "none"}]},
        });
        let service = self
            .cluster
            .get(&format!("/api/v1/namespaces/{NAMESPACE}/services/{SERVICE}"));
        let port_name = service.expect("the controller's Service")["spec"]["ports"][0]["name"].clone();
        let endpoints = json!({
            "apiVersion": "v1", "kind": "Endpoints",
            "metadata": {"name": SERVICE, "namespace": NAMESPACE},
            "subsets": [{
                "addresses": [{"ip": ADDRESS, "targetRef": {"kind": "Pod", "name": SERVICE, "namespace": NAMESPACE}}],
                "ports": [{"name": port_name, "port": port}],
            }],
        });
        self.cluster
            .apply(&json!({"apiVersion": "v1", "kind": "List", "items": [pod, endpoints]}).to_string());

        let status = json!({"status": {"phase": "Running", "podIP": ADDRESS, "podIPs": [{"ip": ADDRESS}]}});
        let path = format!("/api/v1/namespaces/{NAMESPACE}/pods/{SERVICE}/status");
        let response = self.cluster.request("PATCH", &path, Some(&status));
        assert_eq!(response.status, 200, "{}", response.body);
    }
}

fn install(cluster: &Cluster, manifests: &str) {
    let known = cluster.get(CRD).is_some();
    cluster.apply(manifests);
    if !known {
        wait_for("the SealedSecret kind is served", DEADLINE, || {
            let crd = cluster.get(CRD)?;
            let mut conditions = crd["status"]["conditions"].as_array()?.iter();
            conditions
                .find(|it| it["type"] == "Established" && it["status"] == "True")
                .map(|_| ())
        });
        cluster.start_controller_manager();
    }
}

const CRD: &str = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/sealedsecrets.bitnami.com";

const NAMESPACE: &str = "kube-system";

const SERVICE: &str = "sealed-secrets-controller";

/// Arguments: the folder with the files, the program, the program's arguments.
const MOUNT_ACCOUNT: &str = r#"
mount -t tmpfs tmpfs "$(readlink -f /var/run)"
mkdir -p /var/run/secrets/kubernetes.io
cp -R "$1" /var/run/secrets/kubernetes.io/serviceaccount
shift
exec "$@"
"#;
