use std::{ffi::OsStr, path::PathBuf, time::Duration};

use jiff::Timestamp;
use reqwest::{Client, Response, StatusCode, Url};
use signet_sealing_keys::{Certificate, CertificateError};

use super::{
    bundle::{self, BundleError},
    cluster::{ClusterError, LARGEST_CERTIFICATE, Service, cause, run, within},
    file::{self, FileError},
    proxy::is_here,
};

/// Where a certificate is.
pub(crate) enum Source {
    /// One of several clusters' certificates that are there; without a name, there must be those of one only.
    Bundle {
        of: Box<Self>,
        cluster: Option<String>,
    },
    Cluster(Box<Service>),
    File(PathBuf),
    Url(Url),
}

impl Source {
    /// A path or a URL. What is no URL is a path, and so is what has one letter for a scheme: a drive.
    pub(crate) fn new(text: &OsStr) -> Self {
        match Url::parse(text.to_str().unwrap_or_default()) {
            Ok(url) if url.scheme() == "file" => url.to_file_path().map_or_else(|()| Self::Url(url), Self::File),
            Ok(url) if url.scheme().len() > 1 => Self::Url(url),
            _ => Self::File(PathBuf::from(text)),
        }
    }

    /// The text that is there, whatever it is.
    ///
    /// # Errors
    /// [`FetchError`].
    pub(crate) fn fetch(&self) -> Result<Vec<u8>, FetchError> {
        match self {
            Self::Bundle { of, cluster } => {
                let text = of.fetch()?;
                let picked = bundle::pick(&text, cluster.as_deref()).map_err(|fault| FetchError::Bundle {
                    place: of.place(),
                    fault,
                })?;
                Ok(picked.to_vec())
            }
            Self::Cluster(service) => Ok(service.certificate()?),
            Self::File(path) => Ok(file::read(path)?.to_vec()),
            Self::Url(url) => download(url),
        }
    }

    /// The certificate that is there, whether expired or not.
    ///
    /// # Errors
    /// [`LoadError::Fetch`], [`LoadError::Malformed`].
    pub(crate) fn load(&self) -> Result<Certificate, LoadError> {
        Certificate::from_pem(&self.fetch()?).map_err(|source| LoadError::Malformed {
            place: self.place(),
            fault: source,
        })
    }

    /// The certificate that is there, if one may seal with it at `now`.
    ///
    /// # Errors
    /// [`LoadError`].
    pub(crate) fn load_valid(&self, now: Timestamp) -> Result<Certificate, LoadError> {
        let certificate = self.load()?;
        if certificate.is_expired(now) {
            return Err(LoadError::Expired {
                place: self.place(),
                on: certificate.not_after(),
            });
        }
        Ok(certificate)
    }

    /// How messages call it.
    pub(crate) fn place(&self) -> String {
        match self {
            Self::Bundle { of, .. } => of.place(),
            Self::Cluster(service) => format!("service {}/{}", service.namespace, service.name),
            Self::File(path) => path.display().to_string(),
            Self::Url(url) => printable(url),
        }
    }
}

/// A text that does not come.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FetchError {
    #[error("{place}: {fault}")]
    Bundle { place: String, fault: BundleError },
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    #[error(transparent)]
    File(#[from] FileError),
    #[error("Get {url:?}: unsupported protocol scheme {scheme:?}")]
    Scheme { url: String, scheme: String },
    #[error("cannot fetch {url:?}: {status}")]
    Status { url: String, status: StatusCode },
    #[error("Get {url:?}: no answer within {} s", .timeout.as_secs())]
    Timeout { url: String, timeout: Duration },
    #[error("Get {url:?}: more than {LARGEST_CERTIFICATE} bytes")]
    TooLarge { url: String },
    #[error("Get {url:?}: {cause}")]
    Unreachable { url: String, cause: String },
}

/// Why there is no certificate to seal with.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LoadError {
    #[error("{place}: the certificate expired on {}", .on.strftime("%Y-%m-%d"))]
    Expired { place: String, on: Timestamp },
    #[error(transparent)]
    Fetch(#[from] FetchError),
    #[error("{place}: {fault}")]
    Malformed { place: String, fault: CertificateError },
}

fn download(url: &Url) -> Result<Vec<u8>, FetchError> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(FetchError::Scheme {
            url: printable(url),
            scheme: url.scheme().to_owned(),
        });
    }
    let timed_out = || FetchError::Timeout {
        url: printable(url),
        timeout: TIMEOUT,
    };
    run(within(TIMEOUT, get(url)))
        .flatten()
        .unwrap_or_else(|| Err(timed_out()))
}

async fn get(url: &Url) -> Result<Vec<u8>, FetchError> {
    let unreachable = |error: reqwest::Error| FetchError::Unreachable {
        url: printable(url),
        cause: cause(&error).to_lowercase(),
    };
    let builder = match url.host_str() {
        Some(host) if is_here(host) => Client::builder().no_proxy(),
        _ => Client::builder(),
    };
    let client = builder.build().map_err(unreachable)?;
    let mut response: Response = client.get(url.clone()).send().await.map_err(unreachable)?;
    if response.status() != StatusCode::OK {
        return Err(FetchError::Status {
            url: printable(url),
            status: response.status(),
        });
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
        if body.len() + chunk.len() > LARGEST_CERTIFICATE {
            return Err(FetchError::TooLarge { url: printable(url) });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Without the password that it may hold.
fn printable(url: &Url) -> String {
    let mut url = url.clone();
    if url.password().is_some() {
        // Fails only where there is no host, and then there is no password.
        let _ = url.set_password(Some("xxxxx"));
    }
    url.to_string()
}

const TIMEOUT: Duration = Duration::from_secs(30);
