use std::{error::Error, future::Future, time::Duration};

use kube::{Client, Config, config::KubeConfigOptions};
use serde_json::Value;
use signet_api::http;
use tokio::runtime::Runtime;

use super::{
    credential_plugin::{PluginError, log_in},
    kubeconfig::{Connection, DEFAULT_TIMEOUT, KubeconfigError},
    proxy,
    request::{Refusal, Request, send},
};

/// The controller's Service, behind the API server.
pub(crate) struct Service {
    pub(crate) connection: Connection,
    pub(crate) namespace: String,
    pub(crate) name: String,
}

impl Service {
    /// The certificate that the controller serves, as it came.
    ///
    /// # Errors
    /// [`ClusterError`].
    pub(crate) fn certificate(&self) -> Result<Vec<u8>, ClusterError> {
        let controller = self.open()?;
        let request = Request::get(&controller.path(http::CERTIFICATE)).up_to(LARGEST_CERTIFICATE);
        controller.send(request).map_err(ClusterError::Certificate)
    }

    /// Connects to the API server alone, whatever there is behind it.
    ///
    /// # Errors
    /// [`ClusterError`].
    pub(crate) fn api_server(&self) -> Result<ApiServer, ClusterError> {
        let runtime = runtime().ok_or(ClusterError::Client(NO_RUNTIME.to_owned()))?;
        // Before any time runs: a plugin may wait for a person to log in.
        let client = runtime.block_on(connect(&self.connection))?;
        Ok(ApiServer {
            runtime,
            client,
            timeout: self.connection.timeout.unwrap_or(DEFAULT_TIMEOUT),
        })
    }

    /// Connects: the Service is read for the name of its port, and its proxy does the rest.
    ///
    /// # Errors
    /// [`ClusterError`].
    pub(crate) fn open(&self) -> Result<Controller<'_>, ClusterError> {
        for name in [&self.name, &self.namespace] {
            must_be_segment(name).map_err(ClusterError::Service)?;
        }
        let mut controller = Controller {
            service: self,
            api_server: self.api_server()?,
            port: String::new(),
        };
        let service = controller
            .send(Request::get(&http::service_path(&self.namespace, &self.name)))
            .map_err(|refusal| match refusal.status {
                Some(NOT_FOUND) => ClusterError::NoService(refusal),
                _ => ClusterError::Service(refusal),
            })?;
        let service: Value = serde_json::from_slice(&service).map_err(|_| ClusterError::NotService)?;
        let port = service["spec"]["ports"].get(0).ok_or(ClusterError::NoPort)?;
        controller.port = port["name"].as_str().unwrap_or_default().to_owned();
        Ok(controller)
    }
}

/// An open connection to the API server.
pub(crate) struct ApiServer {
    runtime: Runtime,
    client: Client,
    timeout: Duration,
}

impl ApiServer {
    /// What it answers to a request.
    ///
    /// # Errors
    /// [`Refusal`].
    pub(crate) fn send(&self, request: &Request) -> Result<Vec<u8>, Refusal> {
        self.runtime.block_on(send(&self.client, request, self.timeout))
    }
}

/// An open connection to the controller.
pub(crate) struct Controller<'a> {
    service: &'a Service,
    api_server: ApiServer,
    port: String,
}

impl Controller<'_> {
    /// What the controller answers to a SealedSecret (JSON) that is posted to `path`.
    ///
    /// # Errors
    /// [`Refusal`].
    pub(crate) fn post(&self, path: &str, sealed: &str) -> Result<Vec<u8>, Refusal> {
        self.send(Request::post(&self.path(path), sealed))
    }

    fn path(&self, path: &str) -> String {
        http::service_proxy_path(&self.service.namespace, &self.service.name, &self.port, path)
    }

    fn send(&self, request: Request) -> Result<Vec<u8>, Refusal> {
        self.api_server.send(&request)
    }
}

/// Runs what needs a network; nothing where the system has no runtime for it. Only then is there one: most runs need none.
pub(crate) fn run<T>(work: impl Future<Output = T>) -> Option<T> {
    Some(runtime()?.block_on(work))
}

/// Waits for `work` for at most that long; nothing where it did not end.
pub(crate) async fn within<T>(timeout: Duration, work: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout(timeout, work).await.ok()
}

/// The innermost cause, which says most to a person: `Connection refused`.
pub(crate) fn cause(error: &dyn Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    let text = innermost.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    text.trim_end_matches('.').to_owned()
}

/// As an error's text starts.
pub(crate) fn uncapitalized(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(characters).collect()
}

/// Why there is no connection to the controller, or no certificate of it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ClusterError {
    #[error("cannot fetch certificate: {0}")]
    Certificate(Refusal),
    #[error("cannot connect to the API server: {0}")]
    Client(String),
    #[error(transparent)]
    Kubeconfig(#[from] KubeconfigError),
    #[error("cannot get sealed secret service: it has no port")]
    NoPort,
    #[error("cannot get sealed secret service: {0}")]
    NoService(Refusal),
    #[error("cannot get sealed secret service: the answer is no Service")]
    NotService,
    #[error(transparent)]
    Plugin(#[from] PluginError),
    #[error("cannot get sealed secret service: {0}")]
    Service(Refusal),
}

fn runtime() -> Option<Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build().ok()
}

async fn connect(connection: &Connection) -> Result<Client, ClusterError> {
    let kubeconfig = connection.resolve()?;
    let cluster = kubeconfig
        .as_ref()
        .and_then(|kubeconfig| kubeconfig.clusters.first()?.cluster.as_ref());
    let proxy = cluster.and_then(|cluster| cluster.proxy_url.as_ref());
    let has_proxy = proxy.is_some_and(|proxy| !proxy.is_empty());
    let mut config = match kubeconfig {
        Some(kubeconfig) => Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default())
            .await
            .map_err(|error| ClusterError::Client(cause(&error)))?,
        None => Config::incluster().map_err(|_| KubeconfigError::Missing)?,
    };
    if !has_proxy {
        config.proxy_url = proxy::of_environment(&config.cluster_url);
    }
    log_in(&mut config.auth_info)?;
    // Requests say themselves when they are sent again.
    config.default_retry = false;
    Client::try_from(config).map_err(|error| ClusterError::Client(cause(&error)))
}

/// Whether a name stands for itself in a path (apimachinery `path.IsValidPathSegmentName`).
fn must_be_segment(name: &str) -> Result<(), Refusal> {
    if name.is_empty() {
        return Err(Refusal::of("resource name may not be empty"));
    }
    let fault = match name {
        "." | ".." => format!("may not be '{name}'"),
        _ => match name.find(['/', '%']) {
            Some(place) => format!("may not contain '{}'", &name[place..=place]),
            None => return Ok(()),
        },
    };
    Err(Refusal::of(format!("invalid resource name {name:?}: [{fault}]")))
}

/// No certificate comes near it.
pub(crate) const LARGEST_CERTIFICATE: usize = 1 << 20;
const NOT_FOUND: u16 = 404;
const NO_RUNTIME: &str = "the system has no runtime for it";
