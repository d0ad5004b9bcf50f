mod usable;

use std::{
    env, fs,
    path::{Path, PathBuf},
    time::Duration,
};

use kube::config::{AuthInfo, Cluster, Context, Kubeconfig, NamedAuthInfo, NamedCluster, NamedContext};
use secrecy::SecretString;

use super::file::reason;

/// Which API server, as whom: a kubeconfig and what the flags put in place of its fields (client-go `clientcmd/overrides.go`).
#[derive(Clone, Default)]
pub(crate) struct Connection {
    pub(crate) kubeconfig: Option<PathBuf>,
    pub(crate) context: Option<String>,
    pub(crate) cluster: Option<String>,
    pub(crate) user: Option<String>,
    pub(crate) namespace: Option<String>,
    /// For one request; none is [`DEFAULT_TIMEOUT`].
    pub(crate) timeout: Option<Duration>,
    pub(crate) server: ServerOverrides,
    pub(crate) identity: IdentityOverrides,
}

/// In place of the fields of a kubeconfig's cluster.
#[derive(Clone, Default)]
pub(crate) struct ServerOverrides {
    pub(crate) server: Option<String>,
    pub(crate) certificate_authority: Option<String>,
    pub(crate) insecure_skip_tls_verify: Option<bool>,
    pub(crate) tls_server_name: Option<String>,
    pub(crate) proxy_url: Option<String>,
    pub(crate) disable_compression: Option<bool>,
}

/// In place of the fields of a kubeconfig's user.
#[derive(Clone, Default)]
pub(crate) struct IdentityOverrides {
    pub(crate) client_certificate: Option<String>,
    pub(crate) client_key: Option<String>,
    pub(crate) token: Option<SecretString>,
    pub(crate) username: Option<String>,
    pub(crate) password: Option<SecretString>,
    pub(crate) impersonate: Option<String>,
    pub(crate) impersonate_uid: Option<String>,
    pub(crate) impersonate_groups: Vec<String>,
}

/// A namespace, and whether somebody asked for it.
pub(crate) struct Namespace {
    pub(crate) name: String,
    pub(crate) is_explicit: bool,
}

impl Connection {
    /// The kubeconfig of one context that results; none where nothing says where a server is.
    ///
    /// # Errors
    /// [`KubeconfigError`].
    pub(crate) fn resolve(&self) -> Result<Option<Kubeconfig>, KubeconfigError> {
        let files = self.load()?;
        let clusters = files.clusters.iter().map(|named| &named.name);
        let users = files.auth_infos.iter().map(|named| &named.name);
        must_be_there("cluster", self.cluster.as_ref(), clusters)?;
        must_be_there("auth info", self.user.as_ref(), users)?;
        self.resolve_in(&files, env::var("KUBERNETES_MASTER").ok())
    }

    fn resolve_in(&self, files: &Kubeconfig, master: Option<String>) -> Result<Option<Kubeconfig>, KubeconfigError> {
        let named = self.context.as_ref().or(files.current_context.as_ref());
        let named = named.filter(|name| !name.is_empty());
        let context = match named {
            Some(name) => find_context(files, name).ok_or_else(|| KubeconfigError::Context(name.clone()))?,
            None => Context::default(),
        };
        let cluster_name = self.cluster.as_ref().unwrap_or(&context.cluster);
        let cluster = files.clusters.iter().find(|named| named.name == *cluster_name);
        let cluster = self.server.apply(
            cluster.and_then(|named| named.cluster.clone()).unwrap_or_default(),
            master,
        );
        if cluster.server.as_deref().unwrap_or_default().is_empty() {
            return match named {
                Some(_) => Err(KubeconfigError::Server),
                None => Ok(None),
            };
        }
        let user_name = self.user.as_ref().or(context.user.as_ref());
        let user = files.auth_infos.iter().find(|named| Some(&named.name) == user_name);
        let user = self
            .identity
            .apply(user.and_then(|named| named.auth_info.clone()).unwrap_or_default());
        usable::usable(
            (cluster_name, &cluster),
            (user_name.map(String::as_str).unwrap_or_default(), &user),
        )?;
        Ok(Some(single(context.namespace, cluster, user)))
    }

    /// The namespace of what has none: the flag's, else the context's, else that of the pod we run in, else `default`.
    ///
    /// # Errors
    /// [`KubeconfigError`]; [`KubeconfigError::Missing`] where there is neither a kubeconfig nor a pod.
    pub(crate) fn namespace(&self) -> Result<Namespace, KubeconfigError> {
        let files = self.load()?;
        if let Some(name) = self.namespace.clone().filter(|name| !name.is_empty()) {
            return Ok(Namespace {
                name,
                is_explicit: true,
            });
        }
        // A server of the environment alone says nothing about namespaces (client-go `DeferredLoadingClientConfig.Namespace`).
        let config = self.resolve_in(&files, None)?;
        let is_known = config.is_some();
        let context = config.and_then(|config| config.contexts.into_iter().next()?.context);
        let name = context
            .and_then(|context| context.namespace)
            .filter(|name| !name.is_empty())
            .or_else(pod_namespace)
            .or_else(|| is_known.then(|| "default".to_owned()))
            .ok_or(KubeconfigError::Missing)?;
        Ok(Namespace {
            name,
            is_explicit: false,
        })
    }

    /// The files merged: that of the flag, else those of `KUBECONFIG`, else `~/.kube/config`. Only the flag's must exist.
    fn load(&self) -> Result<Kubeconfig, KubeconfigError> {
        if let Some(path) = self.kubeconfig.as_ref().filter(|path| !path.as_os_str().is_empty()) {
            fs::metadata(path).map_err(|error| KubeconfigError::File {
                path: path.clone(),
                reason: reason(&error),
            })?;
            return read(path);
        }
        let paths: Vec<PathBuf> = match env::var_os("KUBECONFIG").filter(|paths| !paths.is_empty()) {
            Some(paths) => env::split_paths(&paths).collect(),
            None => env::home_dir()
                .map(|home| home.join(".kube/config"))
                .into_iter()
                .collect(),
        };
        let present = paths.iter().filter(|path| path.exists());
        present
            .map(PathBuf::as_path)
            .try_fold(Kubeconfig::default(), |merged, path| {
                merged
                    .merge(read(path)?)
                    .map_err(|_| KubeconfigError::Malformed(path.to_owned()))
            })
    }
}

impl ServerOverrides {
    fn apply(&self, mut cluster: Cluster, master: Option<String>) -> Cluster {
        cluster.server = self.server.clone().or(cluster.server).or(master);
        if let Some(path) = &self.certificate_authority {
            cluster.certificate_authority = Some(path.clone());
            cluster.certificate_authority_data = None;
        }
        cluster.insecure_skip_tls_verify = self.insecure_skip_tls_verify.or(cluster.insecure_skip_tls_verify);
        cluster.tls_server_name = self.tls_server_name.clone().or(cluster.tls_server_name);
        cluster.proxy_url = self.proxy_url.clone().or(cluster.proxy_url);
        cluster.disable_compression = self.disable_compression.or(cluster.disable_compression);
        cluster
    }
}

impl IdentityOverrides {
    fn apply(&self, mut user: AuthInfo) -> AuthInfo {
        if let Some(path) = &self.client_certificate {
            user.client_certificate = Some(path.clone());
            user.client_certificate_data = None;
        }
        if let Some(path) = &self.client_key {
            user.client_key = Some(path.clone());
            user.client_key_data = None;
        }
        if self.token.is_some() || self.username.is_some() {
            // What the flags say is the whole identity: a plugin of the kubeconfig must not speak over it.
            user.exec = None;
            user.auth_provider = None;
            user.token_file = None;
            user.token = self.token.clone();
            user.username = self.username.clone();
            user.password = self.password.clone();
        }
        user.impersonate = self.impersonate.clone().or(user.impersonate);
        user.impersonate_uid = self.impersonate_uid.clone().or(user.impersonate_uid);
        if !self.impersonate_groups.is_empty() {
            user.impersonate_groups = Some(self.impersonate_groups.clone());
        }
        user
    }
}

/// A connection that the kubeconfig and the flags do not make.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KubeconfigError {
    #[error("there is no context {0:?} in the kubeconfig")]
    Context(String),
    #[error("cannot read the kubeconfig {}: {reason}", .path.display())]
    File { path: PathBuf, reason: String },
    // Where exactly is not told: the parser's message shows the line, and a kubeconfig holds tokens.
    #[error("the kubeconfig {} is malformed", .0.display())]
    Malformed(PathBuf),
    #[error("no kubeconfig and no flag says where the cluster is")]
    Missing,
    #[error("{kind} {name:?} does not exist")]
    NotThere { kind: &'static str, name: String },
    #[error("the kubeconfig's cluster has no server")]
    Server,
    #[error("{0}")]
    Unusable(String),
}

fn read(path: &Path) -> Result<Kubeconfig, KubeconfigError> {
    Kubeconfig::read_from(path).map_err(|error| match error {
        kube::config::KubeconfigError::ReadConfig(error, path) => KubeconfigError::File {
            path,
            reason: reason(&error),
        },
        _ => KubeconfigError::Malformed(path.to_owned()),
    })
}

/// Whether what a flag names is one of `names`.
fn must_be_there<'a>(
    kind: &'static str,
    name: Option<&String>,
    mut names: impl Iterator<Item = &'a String>,
) -> Result<(), KubeconfigError> {
    match name {
        Some(name) if !names.any(|other| other == name) => Err(KubeconfigError::NotThere {
            kind,
            name: name.clone(),
        }),
        _ => Ok(()),
    }
}

fn find_context(config: &Kubeconfig, name: &str) -> Option<Context> {
    let named = config.contexts.iter().find(|named| named.name == name)?;
    named.context.clone()
}

fn single(namespace: Option<String>, cluster: Cluster, user: AuthInfo) -> Kubeconfig {
    let name = || "signet".to_owned();
    let context = Context {
        cluster: name(),
        user: Some(name()),
        namespace,
        ..Context::default()
    };
    Kubeconfig {
        clusters: vec![NamedCluster {
            name: name(),
            cluster: Some(cluster),
            ..NamedCluster::default()
        }],
        auth_infos: vec![NamedAuthInfo {
            name: name(),
            auth_info: Some(user),
            ..NamedAuthInfo::default()
        }],
        contexts: vec![NamedContext {
            name: name(),
            context: Some(context),
            ..NamedContext::default()
        }],
        current_context: Some(name()),
        ..Kubeconfig::default()
    }
}

/// The namespace of the pod that we run in, if we do (client-go `inClusterClientConfig`).
fn pod_namespace() -> Option<String> {
    let folder = Path::new("/var/run/secrets/kubernetes.io/serviceaccount");
    let is_pod = env::var_os("KUBERNETES_SERVICE_HOST").is_some_and(|host| !host.is_empty());
    if !is_pod || !folder.join("token").exists() {
        return None;
    }
    let from_file = || fs::read_to_string(folder.join("namespace")).ok();
    let name = env::var("POD_NAMESPACE").ok().or_else(from_file).unwrap_or_default();
    Some(name.trim().to_owned()).filter(|name| !name.is_empty())
}

/// Nothing waits for ever.
pub(crate) const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);
