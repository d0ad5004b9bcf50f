use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, OnceLock};
use std::{env, fs};

use serde_json::{Value, json};
use ureq::http::{Request, StatusCode};

use crate::credentials::{ADMINISTRATOR, Credentials};
use crate::servers::{api_server, audit_log, controller_manager, etcd, free_port};
use crate::{DEADLINE, Output, Process, output, peer, wait_for};

/// etcd, kube-apiserver and kube-controller-manager, all running.
#[derive(Debug)]
pub struct Cluster {
    directory: PathBuf,
    credentials: Credentials,
    administrator: PathBuf,
    etcd_port: u16,
    port: u16,
    proxy_port: u16,
    agent: ureq::Agent,
    etcd: Mutex<Option<Process>>,
    api_server: Mutex<Option<Process>>,
    controller_manager: Mutex<Option<Process>>,
    others: Mutex<Vec<Process>>,
    /// Whose manifests are applied, if any, and in which namespace.
    pub(crate) installed: Mutex<Option<(&'static str, String)>>,
}

/// What the API server has answered.
#[derive(Debug)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The body; null when it is not JSON.
    pub body: Value,
}

/// An API server that does not answer.
#[derive(Debug)]
pub struct Paused<'a>(&'a Cluster);

impl Drop for Paused<'_> {
    fn drop(&mut self) {
        let stopped = self.0.api_server.lock().unwrap();
        stopped.iter().for_each(Process::resume);
    }
}

impl Cluster {
    /// The one cluster of this suite, started by the first call.
    pub fn shared() -> &'static Self {
        static CLUSTER: OnceLock<Cluster> = OnceLock::new();
        CLUSTER.get_or_init(Self::start)
    }

    /// Starts a cluster and waits until it serves.
    ///
    /// # Panics
    ///
    /// When the suite was not started by `tests/cluster/run`, or the cluster is not ready within [`DEADLINE`].
    pub fn start() -> Self {
        let suite = env::var_os("SIGNET_SUITE_DIR").expect("SIGNET_SUITE_DIR is set by tests/cluster/run");
        let port = free_port();
        let directory = Path::new(&suite).join(format!("cluster-{port}"));
        for folder in ["home", "log", "tmp"] {
            fs::create_dir_all(directory.join(folder)).unwrap();
        }
        let credentials = Credentials::generate(&directory.join("credentials"));
        let administrator = credentials.kubeconfig("administrator", port, ADMINISTRATOR);
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .build()
            .new_agent();
        let cluster = Self {
            directory,
            credentials,
            administrator,
            etcd_port: free_port(),
            port,
            proxy_port: free_port(),
            agent,
            etcd: Mutex::default(),
            api_server: Mutex::default(),
            controller_manager: Mutex::default(),
            others: Mutex::default(),
            installed: Mutex::default(),
        };
        cluster.start_servers();
        cluster
    }

    /// Where everything that this cluster and its programs write is: `log` has the output of
    /// processes, `home` and `tmp` are `HOME` and `TMPDIR` of programs.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The API server's port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// A kubeconfig with every right.
    pub fn kubeconfig(&self) -> &Path {
        &self.administrator
    }

    /// The certificate that the API server's one comes from (PEM).
    pub fn authority(&self) -> PathBuf {
        self.credentials.authority()
    }

    /// The certificate and the private key of a server at 127.0.0.1, from that one (PEM).
    pub fn server_pair(&self) -> [PathBuf; 2] {
        [self.credentials.certificate(), self.credentials.private_key()]
    }

    /// The certificate and the private key of a user with every right (PEM).
    pub fn client_pair(&self) -> [PathBuf; 2] {
        [self.credentials.client_certificate(), self.credentials.client_key()]
    }

    /// A kubeconfig with the rights of a ServiceAccount, for a day.
    pub fn account_kubeconfig(&self, namespace: &str, account: &str) -> PathBuf {
        let token = self.account_token(namespace, account);
        self.credentials
            .kubeconfig(&format!("{namespace}.{account}"), self.port, &token)
    }

    /// A token of a ServiceAccount, for a day.
    pub fn account_token(&self, namespace: &str, account: &str) -> String {
        let path = format!("/api/v1/namespaces/{namespace}/serviceaccounts/{account}/token");
        let request = json!({
            "apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 86_400},
        });
        let response = self.request("POST", &path, Some(&request));
        let token = response.body["status"]["token"].as_str();
        token.unwrap_or_else(|| panic!("{}", response.body)).to_owned()
    }

    /// A command that sees nothing of the user's environment: `HOME` and `TMPDIR` are the
    /// cluster's, `KUBECONFIG` is the administrator's.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.directory.join("home"))
            .env("TMPDIR", self.directory.join("tmp"))
            .env("KUBECONFIG", &self.administrator);
        command
    }

    /// Runs kubectl as the administrator.
    pub fn kubectl(&self, arguments: &[&str]) -> Output {
        output(self.command(peer("kubectl")).args(arguments), "")
    }

    /// Applies manifests (`kubectl apply`).
    ///
    /// # Panics
    ///
    /// When the API server refuses one.
    pub fn apply(&self, manifests: &str) {
        output(
            self.command(peer("kubectl")).args(["apply", "--filename", "-"]),
            manifests,
        )
        .success();
    }

    /// Sends a request as the administrator. A PATCH is a merge patch (RFC 7396).
    /// While the API server is stopped, every answer has the status 500.
    pub fn request(&self, method: &str, path: &str, body: Option<&Value>) -> Response {
        let kind = if method == "PATCH" {
            "application/merge-patch+json"
        } else {
            "application/json"
        };
        let request = Request::builder()
            .method(method)
            .uri(format!("http://127.0.0.1:{}{path}", self.proxy_port))
            .header("content-type", kind)
            .body(body.map(Value::to_string).unwrap_or_default())
            .unwrap();
        let mut response = self
            .agent
            .run(request)
            .unwrap_or_else(|error| panic!("{method} {path}: {error}"));
        let text = response
            .body_mut()
            .with_config()
            .limit(u64::MAX)
            .read_to_string()
            .unwrap();
        Response {
            status: response.status().as_u16(),
            body: serde_json::from_str(&text).unwrap_or_default(),
        }
    }

    /// What the API server answers at `path`, as it comes: a watch.
    ///
    /// # Panics
    ///
    /// When it does not answer with 200.
    pub fn stream(&self, path: &str) -> ureq::BodyReader<'static> {
        let url = format!("http://127.0.0.1:{}{path}", self.proxy_port);
        let response = self.agent.get(url).call().unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        response.into_body().into_reader()
    }

    /// The object at `path`, or none when there is none.
    ///
    /// # Panics
    ///
    /// When the API server gives neither.
    pub fn get(&self, path: &str) -> Option<Value> {
        let response = self.request("GET", path, None);
        match StatusCode::from_u16(response.status).unwrap() {
            StatusCode::OK => Some(response.body),
            StatusCode::NOT_FOUND => None,
            status => panic!("GET {path}: {status} {}", response.body),
        }
    }

    /// A Secret.
    pub fn secret(&self, namespace: &str, name: &str) -> Option<Value> {
        self.get(&format!("/api/v1/namespaces/{namespace}/secrets/{name}"))
    }

    /// A SealedSecret.
    pub fn sealed_secret(&self, namespace: &str, name: &str) -> Option<Value> {
        self.get(&format!(
            "/apis/bitnami.com/v1alpha1/namespaces/{namespace}/sealedsecrets/{name}"
        ))
    }

    /// The condition of `kind` (`Synced`, `Ready`) of a SealedSecret, if it has one.
    pub fn condition(&self, namespace: &str, name: &str, kind: &str) -> Option<Value> {
        let object = self.sealed_secret(namespace, name)?;
        let conditions = object["status"]["conditions"].as_array()?;
        conditions.iter().find(|condition| condition["type"] == kind).cloned()
    }

    /// What ServiceAccounts have asked of the API server: audit events (audit.k8s.io/v1) in order.
    pub fn audit(&self) -> Vec<Value> {
        let text = fs::read_to_string(audit_log(&self.directory)).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Kills the API server; etcd keeps all objects.
    pub fn stop_api_server(&self) {
        *self.api_server.lock().unwrap() = None;
    }

    /// Stops the API server where it is (SIGSTOP): it takes requests and answers none, until what this returns is dropped.
    pub fn pause_api_server(&self) -> Paused<'_> {
        let running = self.api_server.lock().unwrap();
        running.as_ref().expect("a running API server").pause();
        Paused(self)
    }

    /// Starts the API server on the port that it had, and waits until it serves.
    pub fn start_api_server(&self) {
        let command = api_server(
            self.command(peer("kube-apiserver")),
            &self.directory,
            &self.credentials,
            self.etcd_port,
            self.port,
        );
        *self.api_server.lock().unwrap() = Some(self.spawn("kube-apiserver", command));
        self.wait_served();
        // It ends for good if the API server goes while it starts.
        let is_started = self.controller_manager.lock().unwrap().is_some();
        if is_started {
            self.start_controller_manager();
        }
    }

    /// Kills etcd, starts it on what it has stored, and waits until the API server serves again.
    pub fn restart_etcd(&self) {
        *self.etcd.lock().unwrap() = None;
        self.start_etcd();
        self.wait_served();
    }

    /// Starts kube-controller-manager anew, if it runs: it learns at its start which kinds
    /// there are, and looks for new ones only every 30 s.
    pub(crate) fn start_controller_manager(&self) {
        let mut running = self.controller_manager.lock().unwrap();
        *running = None;
        let command = self.command(peer("kube-controller-manager"));
        let command = controller_manager(command, &self.credentials, &self.administrator);
        *running = Some(self.spawn("kube-controller-manager", command));
    }

    /// Starts a [`Cluster::command`] that runs until it is dropped; its output goes to the folder `log`.
    pub fn spawn(&self, name: &str, mut command: Command) -> Process {
        Process::spawn(name, &mut command, &self.directory.join("log"))
    }

    fn start_servers(&self) {
        self.start_etcd();
        let mut proxy = self.command(peer("kubectl"));
        proxy.args(["proxy", "--port", &self.proxy_port.to_string()]);
        self.keep("kubectl-proxy", proxy);
        wait_for("kubectl proxy listens", DEADLINE, || {
            std::net::TcpStream::connect(("127.0.0.1", self.proxy_port)).ok()
        });
        self.start_api_server();
        self.start_controller_manager();
        wait_for("the controllers have served a namespace", DEADLINE, || {
            self.get("/api/v1/namespaces/kube-system/serviceaccounts/default")?;
            self.get("/api/v1/namespaces/kube-system/configmaps/kube-root-ca.crt")
        });
    }

    fn start_etcd(&self) {
        let command = etcd(self.command(peer("etcd")), &self.directory, self.etcd_port);
        *self.etcd.lock().unwrap() = Some(self.spawn("etcd", command));
    }

    fn wait_served(&self) {
        wait_for("the API server is ready", DEADLINE, || {
            (self.request("GET", "/readyz", None).status == 200).then_some(())
        });
    }

    fn keep(&self, name: &str, command: Command) {
        let process = self.spawn(name, command);
        self.others.lock().unwrap().push(process);
    }
}
