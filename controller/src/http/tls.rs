//! TLS for those who do not come through the API server's proxy.

use std::{
    fs, io,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use aws_lc_rs::digest::{Context, Digest, SHA256};
use tokio::{net::TcpStream, time::Instant};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        self, ServerConfig,
        crypto::aws_lc_rs::default_provider,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    },
    server::TlsStream,
};
use zeroize::Zeroizing;

/// A certificate and its key, which are read again when their files change.
#[derive(Clone)]
pub(crate) struct Tls {
    files: Files,
    loaded: Arc<Mutex<Loaded>>,
}

/// Why a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TlsError {
    #[error("{}: it holds no certificates in PEM", .0.display())]
    NoCertificate(PathBuf),
    #[error("{}: it holds no private key in PEM", .0.display())]
    NoKey(PathBuf),
    #[error("{}: {error}", path.display())]
    Read { path: PathBuf, error: io::Error },
    #[error("{} and {} cannot be used together: {error}", certificate.display(), key.display())]
    Unfit {
        certificate: PathBuf,
        key: PathBuf,
        error: rustls::Error,
    },
}

impl Tls {
    /// With a chain of certificates and the private key of the first, in PEM.
    ///
    /// # Errors
    /// [`TlsError`].
    pub(crate) fn read(certificate: PathBuf, key: PathBuf) -> Result<Self, TlsError> {
        let files = Files { certificate, key };
        let text = files.read()?;
        let loaded = Loaded {
            acceptor: files.acceptor(&text)?,
            digest: text.digest(),
            looked: Instant::now(),
        };
        Ok(Self {
            files,
            loaded: Arc::new(Mutex::new(loaded)),
        })
    }

    /// Greets a client.
    ///
    /// # Errors
    /// The client's or the network's.
    pub(super) async fn accept(&self, stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        let acceptor = self.current();
        acceptor.accept(stream).await
    }

    /// By the files as they are now. While they are not right, by what was.
    fn current(&self) -> TlsAcceptor {
        let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        if loaded.looked.elapsed() >= STALE {
            loaded.looked = Instant::now();
            match self.files.changed(&loaded.digest) {
                Ok(None) => {}
                Ok(Some((acceptor, digest))) => {
                    tracing::info!("The certificate for TLS was read anew");
                    (loaded.acceptor, loaded.digest) = (acceptor, digest);
                }
                Err(error) => tracing::warn!(%error, "The certificate for TLS cannot be read anew"),
            }
        }
        loaded.acceptor.clone()
    }
}

struct Loaded {
    acceptor: TlsAcceptor,
    digest: Digest,
    looked: Instant,
}

#[derive(Clone)]
struct Files {
    certificate: PathBuf,
    key: PathBuf,
}

struct Text {
    certificate: Vec<u8>,
    key: Zeroizing<Vec<u8>>,
}

impl Files {
    fn read(&self) -> Result<Text, TlsError> {
        let read = |path: &PathBuf| {
            fs::read(path).map_err(|error| TlsError::Read {
                path: path.clone(),
                error,
            })
        };
        Ok(Text {
            certificate: read(&self.certificate)?,
            key: Zeroizing::new(read(&self.key)?),
        })
    }

    fn changed(&self, digest: &Digest) -> Result<Option<(TlsAcceptor, Digest)>, TlsError> {
        let text = self.read()?;
        let now = text.digest();
        match now.as_ref() == digest.as_ref() {
            true => Ok(None),
            false => Ok(Some((self.acceptor(&text)?, now))),
        }
    }

    fn acceptor(&self, text: &Text) -> Result<TlsAcceptor, TlsError> {
        let chain = CertificateDer::pem_slice_iter(&text.certificate).collect::<Result<Vec<_>, _>>();
        let chain = chain.ok().filter(|chain| !chain.is_empty());
        let chain = chain.ok_or_else(|| TlsError::NoCertificate(self.certificate.clone()))?;
        let key = PrivateKeyDer::from_pem_slice(&text.key).map_err(|_| TlsError::NoKey(self.key.clone()))?;
        let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key));
        let mut config = config.map_err(|error| TlsError::Unfit {
            certificate: self.certificate.clone(),
            key: self.key.clone(),
            error,
        })?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}

impl Text {
    fn digest(&self) -> Digest {
        let mut context = Context::new(&SHA256);
        context.update(&(self.certificate.len() as u64).to_be_bytes());
        context.update(&self.certificate);
        context.update(&self.key);
        context.finish()
    }
}

/// How long a new certificate may lie there before it is used.
const STALE: Duration = Duration::from_secs(10);
