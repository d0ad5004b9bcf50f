use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;
use signet_cluster_tests::{Cluster, Controller, Installation, TlsKey};
use signet_kubeseal_tests::{Case, fixture};

/// A cluster whose controller has the test key, and kubeconfigs of it.
pub(crate) struct Surroundings {
    pub(crate) cluster: &'static Cluster,
    _controller: Controller,
}

impl Surroundings {
    pub(crate) fn new() -> Self {
        let cluster = Cluster::shared();
        let installation = Installation::sealed_secrets(cluster);
        let text = |name| String::from_utf8(fixture(name)).unwrap();
        let key = TlsKey {
            certificate: text("certificate.pem"),
            private_key: text("key.pem"),
        };
        installation.create_key("known", &key, true);
        let controller = installation.start(&["--kubeclient-qps=-1", "--key-renew-period=0"]);
        let surroundings = Self {
            cluster,
            _controller: controller,
        };
        mount_account(&installation.write_account());
        for (name, ports) in [
            ("lonely", json!([{"name": "http", "port": 8080}])),
            ("nameless", json!([{"port": 8080}])),
        ] {
            let service = json!({"apiVersion": "v1", "kind": "Service",
                "metadata": {"name": name, "namespace": "kube-system"}, "spec": {"ports": ports}});
            cluster.apply(&service.to_string());
        }
        surroundings
    }

    /// A case whose folder has the kubeconfig `config`, which `KUBECONFIG` names.
    pub(crate) fn case(&self, name: &str, arguments: &str) -> Case {
        Case::new(name, arguments)
            .file("config", self.kubeconfig())
            .variable("KUBECONFIG", "config")
    }

    pub(crate) fn server(&self) -> String {
        format!("https://127.0.0.1:{}", self.cluster.port())
    }

    /// Contexts by who is asking: `admin` (the current one, in the namespace `team`), `nobody`, whose token is wrong, `nameless`, who has
    /// none, `certificate`, `plugin`.
    fn kubeconfig(&self) -> String {
        let [certificate, key] = self.cluster.client_pair();
        let contexts = ["admin", "nobody", "nameless", "certificate", "plugin"]
            .map(|user| format!("- {{name: {user}, context: {{cluster: here, user: {user}, namespace: team}}}}\n"));
        format!(
            "apiVersion: v1\nkind: Config\ncurrent-context: admin\ncontexts:\n{}\
             - {{name: closed, context: {{cluster: closed, user: admin}}}}\n\
             - {{name: default, context: {{cluster: here, user: admin}}}}\n\
             clusters:\n- {{name: here, cluster: {{server: '{}', certificate-authority: '{}'}}}}\n\
             - {{name: closed, cluster: {{server: 'https://127.0.0.1:1'}}}}\n\
             users:\n- {{name: admin, user: {{token: {TOKEN}}}}}\n- {{name: nobody, user: {{token: wrong}}}}\n- {{name: nameless, user: {{}}}}\n\
             - {{name: certificate, user: {{client-certificate: '{}', client-key: '{}'}}}}\n\
             - {{name: plugin, user: {{exec: {{apiVersion: client.authentication.k8s.io/v1, command: ./plugin, interactiveMode: IfAvailable}}}}}}\n",
            contexts.concat(),
            self.server(),
            self.cluster.authority().display(),
            certificate.display(),
            key.display(),
        )
    }
}

/// Puts the account where a Pod has it; programs look there if variables say that they are in one.
fn mount_account(account: &Path) {
    let folder = PathBuf::from("/var/run/secrets/kubernetes.io/serviceaccount");
    let run = fs::canonicalize("/var/run").unwrap();
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "tmpfs"])
        .arg(run)
        .status()
        .unwrap();
    assert!(mounted.success());
    fs::create_dir_all(&folder).unwrap();
    for name in ["token", "ca.crt", "namespace"] {
        fs::copy(account.join(name), folder.join(name)).unwrap();
    }
}

pub(crate) const TOKEN: &str = "administrator-token";
