//! What the client library would find out later, and say without the name of what is at fault (client-go `clientcmd/validation.go`).

use std::{fs::File, path::Path};

use kube::config::{AuthInfo, Cluster};

use super::{KubeconfigError, reason};

/// Whether a cluster and a user, by their names, can be used.
///
/// # Errors
/// [`KubeconfigError::Unusable`].
pub(super) fn usable(cluster: (&str, &Cluster), user: (&str, &AuthInfo)) -> Result<(), KubeconfigError> {
    let ((cluster_name, cluster), (name, user)) = (cluster, user);
    if cluster.certificate_authority_data.is_none() {
        readable(
            "certificate-authority",
            cluster.certificate_authority.as_deref(),
            cluster_name,
        )?;
    }
    let has_certificate = user.client_certificate.is_some() || user.client_certificate_data.is_some();
    if has_certificate && user.client_key.is_none() && user.client_key_data.is_none() {
        return Err(KubeconfigError::Unusable(format!(
            "client-key-data or client-key must be specified for {name} to use the clientCert authentication method."
        )));
    }
    if user.client_certificate_data.is_none() {
        readable("client-cert", user.client_certificate.as_deref(), name)?;
    }
    if user.client_key_data.is_none() {
        readable("client-key", user.client_key.as_deref(), name)?;
    }
    let is_empty = |text: &Option<String>| text.as_ref().is_none_or(String::is_empty);
    let has_groups = user
        .impersonate_groups
        .as_ref()
        .is_some_and(|groups| !groups.is_empty());
    if is_empty(&user.impersonate) && (has_groups || !is_empty(&user.impersonate_uid)) {
        return Err(KubeconfigError::Unusable(format!(
            "requesting uid, groups or user-extra for {name} without impersonating a user"
        )));
    }
    Ok(())
}

fn readable(what: &str, path: Option<&str>, name: &str) -> Result<(), KubeconfigError> {
    let Some(path) = path.filter(|path| !path.is_empty()) else {
        return Ok(());
    };
    File::open(Path::new(path)).map(drop).map_err(|error| {
        let reason = reason(&error);
        KubeconfigError::Unusable(format!(
            "unable to read {what} {path} for {name} due to open {path}: {reason}"
        ))
    })
}
