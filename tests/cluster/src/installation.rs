use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fs};

use serde_json::{Value, json};

use crate::servers::{ADDRESS, free_port};
use crate::{Clock, Cluster, Controller, DEADLINE, ours, output, peer, wait_for};

/// A controller's manifests, applied: its CRD, ServiceAccount, RBAC and Services.
///
/// There is no kubelet here, so its Deployment makes no Pod: [`Installation::start`] starts
/// the program as an ordinary process that sees what that Pod would.
#[derive(Debug)]
pub struct Installation<'a> {
    cluster: &'a Cluster,
    program: PathBuf,
    name: &'static str,
    namespace: String,
}

impl<'a> Installation<'a> {
    /// The real controller of Sealed Secrets, by its own chart.
    pub fn sealed_secrets(cluster: &'a Cluster) -> Self {
        let installation = Self {
            cluster,
            program: peer("controller"),
            name: "sealed-secrets",
            namespace: NAMESPACE.to_owned(),
        };
        installation.install(|| {
            let mut helm = cluster.command(peer("helm"));
            helm.args(["template", SERVICE])
                .arg(peer("sealed-secrets-chart"))
                .args(["--include-crds", "--namespace", NAMESPACE]);
            output(&mut helm, "").success()
        });
        installation
    }

    /// Our controller, by `deploy/manifests/signet.yaml`.
    pub fn signet(cluster: &'a Cluster) -> Self {
        let installation = Self {
            cluster,
            program: ours("signet-controller"),
            name: "signet",
            namespace: NAMESPACE.to_owned(),
        };
        installation.install(|| fs::read_to_string(deploy().join("manifests/signet.yaml")).unwrap());
        installation
    }

    /// Our controller, by our chart with `values` (as `helm --set` takes them) in a namespace; `name` is another one for other values.
    pub fn chart(cluster: &'a Cluster, name: &'static str, namespace: &str, values: &str) -> Self {
        let installation = Self {
            cluster,
            program: ours("signet-controller"),
            name,
            namespace: namespace.to_owned(),
        };
        installation.install(|| {
            let mut helm = cluster.command(peer("helm"));
            helm.args(["template", "signet"]).arg(deploy().join("chart")).args([
                "--include-crds",
                "--namespace",
                namespace,
                "--set",
                values,
            ]);
            output(&mut helm, "").success()
        });
        installation
    }

    /// Puts upstream's definition of the kind in the place of ours, as where only the programs were swapped.
    pub fn define_as_upstream(&self) {
        let definition = peer("sealed-secrets-chart").join("crds/bitnami.com_sealedsecrets.yaml");
        self.cluster.apply(&fs::read_to_string(definition).unwrap());
    }

    /// A controller whose manifests the test has applied itself.
    pub fn present(cluster: &'a Cluster, program: PathBuf, namespace: &str) -> Self {
        *cluster.installed.lock().unwrap() = Some(("present", namespace.to_owned()));
        wait_kind(cluster);
        Self {
            cluster,
            program,
            name: "present",
            namespace: namespace.to_owned(),
        }
    }

    /// Where it is applied.
    pub fn cluster(&self) -> &'a Cluster {
        self.cluster
    }

    /// The namespace of the controller, its Services and its key Secrets.
    pub fn namespace(&self) -> &str {
        &self.namespace
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

    /// As [`Installation::start`], with a wall clock of its own. The program is the one of the unit tests: release binaries are static, and
    /// nothing can be put between them and the kernel.
    pub fn start_by(&self, clock: &Clock, arguments: &[&str]) -> Controller {
        let program =
            env::var_os("SIGNET_DYNAMIC_CONTROLLER").expect("SIGNET_DYNAMIC_CONTROLLER is set by tests/cluster/run");
        let dynamic = Self {
            program: program.into(),
            namespace: self.namespace.clone(),
            ..*self
        };
        let controller = dynamic.launch_with(arguments, |command| clock.show(command));
        controller.wait_ready();
        controller
    }

    /// As [`Installation::start`], without waiting.
    pub fn launch(&self, arguments: &[&str]) -> Controller {
        self.launch_with(arguments, |_| {})
    }

    fn launch_with(&self, arguments: &[&str], change: impl FnOnce(&mut Command)) -> Controller {
        let [port, metrics_port] = [free_port(), free_port()];
        self.publish(port, SERVICE);
        self.publish(metrics_port, METRICS_SERVICE);
        let ports = [
            format!("--listen-addr=:{port}"),
            format!("--listen-metrics-addr=:{metrics_port}"),
        ];
        let arguments: Vec<_> = ports
            .iter()
            .map(String::as_str)
            .chain(arguments.iter().copied())
            .collect();
        let mut command = self.command(&arguments);
        change(&mut command);
        let process = self.cluster.spawn(self.name, command);
        Controller::new(process, port, metrics_port)
    }

    /// A command that runs the controller as its Pod would: with the arguments and variables
    /// of its Deployment, and the token of its ServiceAccount where a Pod has it (in a mount
    /// namespace of its own). An argument `--NAME=VALUE` of the Deployment yields to one of the
    /// same name in `arguments`.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.cluster.command("unshare");
        command
            .args(["--mount", "sh", "-ceu", MOUNT_ACCOUNT, "sh"])
            .args([&self.write_account(), &self.program])
            .env("KUBERNETES_SERVICE_HOST", "127.0.0.1")
            .env("KUBERNETES_SERVICE_PORT", self.cluster.port().to_string())
            .env_remove("KUBECONFIG");

        let path = format!("/apis/apps/v1/namespaces/{}/deployments/{SERVICE}", self.namespace);
        let deployment = self.cluster.get(&path).expect("the controller's Deployment");
        let container = &deployment["spec"]["template"]["spec"]["containers"][0];
        for variable in container["env"].as_array().into_iter().flatten() {
            // The only reference to a field that a chart has here.
            let value = variable["value"].as_str().unwrap_or(&self.namespace);
            command.env(variable["name"].as_str().unwrap(), value);
        }
        let name = |argument: &str| argument.split_once('=').map(|(name, _)| name.to_owned());
        let given: Vec<_> = arguments.iter().filter_map(|argument| name(argument)).collect();
        let own = container["args"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str);
        let own = own.filter(|argument| name(argument).is_none_or(|name| !given.contains(&name)));
        command.args(own).args(arguments);
        command
    }

    /// Applies the manifests, unless they are; what another controller's have left goes first,
    /// as its rights would hide what is missing in these.
    fn install(&self, manifests: impl FnOnce() -> String) {
        let mut installed = self.cluster.installed.lock().unwrap();
        match *installed {
            Some((name, _)) if name == self.name => return,
            Some((_, ref namespace)) => {
                let arguments = ["delete", KINDS, "--namespace", namespace, "--selector", CHART_LABEL];
                self.cluster.kubectl(&arguments).success();
                self.cluster.apply(&manifests());
            }
            None => {
                self.cluster.apply(&manifests());
                wait_kind(self.cluster);
                self.cluster.start_controller_manager();
            }
        }
        *installed = Some((self.name, self.namespace.clone()));
    }

    /// Writes what the kubelet would mount into a Pod, with a token that no other Pod has; the folder.
    pub fn write_account(&self) -> PathBuf {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let account = self.cluster.directory().join(format!("account-{count}"));
        fs::create_dir_all(&account).unwrap();
        fs::write(
            account.join("token"),
            self.cluster.account_token(&self.namespace, SERVICE),
        )
        .unwrap();
        fs::write(account.join("namespace"), &self.namespace).unwrap();
        fs::copy(self.cluster.authority(), account.join("ca.crt")).unwrap();
        account
    }

    /// Makes the API server's service proxy reach a process of this network namespace: it
    /// dials what Endpoints name, if that is a Pod with this address.
    fn publish(&self, port: u16, name: &str) {
        let namespace = &self.namespace;
        let pod = format!("/api/v1/namespaces/{namespace}/pods/{SERVICE}");
        if self.cluster.get(&pod).is_none() {
            self.create_pod(&pod);
        }
        let service = self
            .cluster
            .get(&format!("/api/v1/namespaces/{namespace}/services/{name}"));
        let port_name = service.expect("the controller's Service")["spec"]["ports"][0]["name"].clone();
        let endpoints = json!({
            "apiVersion": "v1", "kind": "Endpoints",
            "metadata": {"name": name, "namespace": namespace},
            "subsets": [{
                "addresses": [{"ip": ADDRESS, "targetRef": {"kind": "Pod", "name": SERVICE, "namespace": namespace}}],
                "ports": [{"name": port_name, "port": port}],
            }],
        });
        let path = format!("/api/v1/namespaces/{namespace}/endpoints/{name}");
        let response = self.cluster.request("PUT", &path, Some(&endpoints));
        assert!([200, 201].contains(&response.status), "{}", response.body);
    }

    fn create_pod(&self, path: &str) {
        let namespace = &self.namespace;
        let pod = json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": SERVICE, "namespace": namespace},
            "spec": {"nodeName": "here", "containers": [{"name": "controller", "image": "none"}]},
        });
        self.cluster.apply(&pod.to_string());
        let status = json!({"status": {"phase": "Running", "podIP": ADDRESS, "podIPs": [{"ip": ADDRESS}]}});
        let response = self.cluster.request("PATCH", &format!("{path}/status"), Some(&status));
        assert_eq!(response.status, 200, "{}", response.body);
    }
}

fn wait_kind(cluster: &Cluster) {
    wait_for("the SealedSecret kind is served", DEADLINE, || {
        let crd = cluster.get(CRD)?;
        let mut conditions = crd["status"]["conditions"].as_array()?.iter();
        conditions
            .find(|it| it["type"] == "Established" && it["status"] == "True")
            .map(|_| ())
    });
}

fn deploy() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy")
}

const CRD: &str = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/sealedsecrets.bitnami.com";

/// What the charts of both controllers put on every object, the CRD apart.
const CHART_LABEL: &str = "app.kubernetes.io/managed-by=Helm";

const KINDS: &str = "deployment,service,serviceaccount,role,rolebinding,clusterrole,clusterrolebinding,\
                     poddisruptionbudget,networkpolicy";

const NAMESPACE: &str = "kube-system";

const SERVICE: &str = "sealed-secrets-controller";

const METRICS_SERVICE: &str = "sealed-secrets-controller-metrics";

/// Arguments: the folder with the files, the program, the program's arguments.
const MOUNT_ACCOUNT: &str = r#"
mount -t tmpfs tmpfs "$(readlink -f /var/run)"
mkdir -p /var/run/secrets/kubernetes.io
cp -R "$1" /var/run/secrets/kubernetes.io/serviceaccount
shift
exec "$@"
"#;
