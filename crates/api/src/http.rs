//! Paths and media types of the controller's HTTP interface (upstream `pkg/controller/server.go`), shared by both programs.

/// Liveness: 200 `ok` while the process lives.
pub const HEALTH: &str = "/healthz";

/// Readiness: 200 once the keyring and the watches are complete, else 503.
pub const READY: &str = "/readyz";

/// The certificate of the newest sealing key, as PEM.
pub const CERTIFICATE: &str = "/v1/cert.pem";

/// Takes a SealedSecret: 200 if the controller's keys open every item of it, else 409.
pub const VERIFY: &str = "/v1/verify";

/// Takes a SealedSecret and answers with the same one, sealed to the newest key, as JSON.
pub const ROTATE: &str = "/v1/rotate";

/// Metrics in the OpenMetrics text format.
pub const METRICS: &str = "/metrics";

/// Media type of [`CERTIFICATE`].
pub const PEM_MEDIA_TYPE: &str = "application/x-pem-file";

/// Name and namespace of the controller's Service where nobody says otherwise.
pub const DEFAULT_SERVICE: (&str, &str) = ("sealed-secrets-controller", "kube-system");

/// The API server's path to a Service.
pub fn service_path(namespace: &str, service: &str) -> String {
    format!("/api/v1/namespaces/{namespace}/services/{service}")
}

/// The API server's path to the Secrets of a namespace that have a label, whatever its value.
pub fn labelled_secrets_path(namespace: &str, label: &str) -> String {
    // Of the characters that a label may have, a slash alone cannot stand in a query everywhere.
    let label = label.replace('/', "%2F");
    format!("/api/v1/namespaces/{namespace}/secrets?labelSelector={label}")
}

/// The API server's path to a Secret.
pub fn secret_path(namespace: &str, name: &str) -> String {
    format!("/api/v1/namespaces/{namespace}/secrets/{name}")
}

/// The API server's path to all SealedSecrets, of at most `limit` of them from the one on that `next` stands for.
pub fn sealed_secrets_path(limit: usize, next: Option<&str>) -> String {
    let next = next.map(|next| format!("&continue={next}")).unwrap_or_default();
    format!("/apis/bitnami.com/v1alpha1/sealedsecrets?limit={limit}{next}")
}

/// The API server's path to `path` behind a Service's proxy. `port` is the port's name and may be empty, as it is in upstream's
/// `controller.yaml`.
pub fn service_proxy_path(namespace: &str, service: &str, port: &str, path: &str) -> String {
    format!("/api/v1/namespaces/{namespace}/services/http:{service}:{port}/proxy{path}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proxy_paths_as_kubeseal_asks_for_them() {
        assert_eq!(
            service_proxy_path("kube-system", "sealed-secrets-controller", "http", CERTIFICATE),
            "/api/v1/namespaces/kube-system/services/http:sealed-secrets-controller:http/proxy/v1/cert.pem"
        );
        assert_eq!(
            service_proxy_path("a", "b", "", "/x"),
            "/api/v1/namespaces/a/services/http:b:/proxy/x"
        );
        assert_eq!(service_path("a", "b"), "/api/v1/namespaces/a/services/b");
        assert_eq!(secret_path("a", "b"), "/api/v1/namespaces/a/secrets/b");
        let [first, second] = [None, Some("c")].map(|next| sealed_secrets_path(5, next));
        assert_eq!(first, "/apis/bitnami.com/v1alpha1/sealedsecrets?limit=5");
        assert_eq!(second, "/apis/bitnami.com/v1alpha1/sealedsecrets?limit=5&continue=c");
        assert_eq!(
            labelled_secrets_path("a", "b.c/d"),
            "/api/v1/namespaces/a/secrets?labelSelector=b.c%2Fd"
        );
    }
}
