use std::{error::Error, future::Future, time::Duration};

use kube::{Client, Config, config::KubeConfigOptions};
use serde_json::Value;
use signet_api::http;

use super::kubeconfig::{Connection, DEFAULT_TIMEOUT, KubeconfigError};

/// The controller's Service, behind the API server.
pub(crate) struct Service {
    pub(crate) connection: Connection,
    pub(crate) namespace: String,
    pub(crate) name: String,
}

impl Service {
    /// The certificate that the controller serves, as it came: the Service is read for the name of its port, and its proxy does the rest.
    ///
    /// # Errors
    /// [`ClusterError`].
    pub(crate) fn certificate(&self) -> Result<Vec<u8>, ClusterError> {
        let timeout = self.connection.timeout.unwrap_or(DEFAULT_TIMEOUT);
        let work = async {
            // Before the time runs: a plugin may wait for a person to log in.
            let client = connect(&self.connection).await?;
            within(timeout, self.fetch_certificate(client))
                .await
                .unwrap_or(Err(ClusterError::Timeout(timeout)))
        };
        run(work).unwrap_or(Err(ClusterError::Timeout(timeout)))
    }

    async fn fetch_certificate(&self, client: Client) -> Result<Vec<u8>, ClusterError> {
        let get = |path: String| {
            ::http::Request::get(path)
                .header(::http::header::ACCEPT, ACCEPT)
                .body(Vec::new())
        };

        let request = get(http::service_path(&self.namespace, &self.name)).map_err(|_| ClusterError::Name)?;
        let service: Value = client.request(request).await.map_err(|error| match &error {
            kube::Error::Api(status) if status.code == NOT_FOUND => ClusterError::NoService(reason(&error)),
            _ => ClusterError::Service(reason(&error)),
        })?;
        let port = service["spec"]["ports"][0]["name"].as_str().unwrap_or_default();

        let path = http::service_proxy_path(&self.namespace, &self.name, port, http::CERTIFICATE);
        let request = get(path).map_err(|_| ClusterError::Name)?;
        let certificate = client.request_text(request).await;
        certificate
            .map(String::into_bytes)
            .map_err(|error| ClusterError::Certificate(reason(&error)))
    }
}

/// Runs what needs a network; nothing where the system has no runtime for it. Only then is there one: most runs need none.
pub(crate) fn run<T>(work: impl Future<Output = T>) -> Option<T> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .ok()?;
    Some(runtime.block_on(work))
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

/// Why the controller's certificate did not come.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ClusterError {
    #[error("cannot fetch certificate: {0}")]
    Certificate(String),
    #[error("cannot connect to the API server: {0}")]
    Client(String),
    #[error(transparent)]
    Kubeconfig(#[from] KubeconfigError),
    #[error("the controller's name or namespace cannot stand in a path")]
    Name,
    #[error("cannot get sealed secret service: {0}")]
    NoService(String),
    #[error("cannot get sealed secret service: {0}")]
    Service(String),
    #[error("the API server did not answer within {} s", .0.as_secs_f64())]
    Timeout(Duration),
}

async fn connect(connection: &Connection) -> Result<Client, ClusterError> {
    let mut config = match connection.resolve()? {
        Some(kubeconfig) => Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default())
            .await
            .map_err(|error| ClusterError::Client(cause(&error)))?,
        None => Config::incluster().map_err(|_| KubeconfigError::Missing)?,
    };
    // Who waits for an answer at a terminal is better served by the reason.
    config.default_retry = false;
    Client::try_from(config).map_err(|error| ClusterError::Client(cause(&error)))
}

fn reason(error: &kube::Error) -> String {
    match error {
        kube::Error::Api(status) => status.message.clone(),
        other => cause(other),
    }
}

const ACCEPT: &str = "application/x-pem-file, */*";
const NOT_FOUND: u16 = 404;
