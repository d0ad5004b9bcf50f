//! Which API server is asked, as whom, and what comes of it.

use signet_kubeseal_tests::Case;

use crate::proxy;
use crate::surroundings::{Surroundings, TOKEN};

pub(crate) fn cases(surroundings: &Surroundings) -> Vec<Case> {
    let fetch = |name: &str, arguments: &str| surroundings.case(name, &format!("--fetch-cert {arguments}"));
    let (server, port) = (surroundings.server(), surroundings.cluster.port());
    let authority = surroundings.cluster.authority().display().to_string();
    let [certificate, key] = surroundings
        .cluster
        .client_pair()
        .map(|path| path.display().to_string());
    let proxy = proxy::start();
    let alone = |name: &str, arguments: &str| Case::new(name, &format!("--fetch-cert {arguments}"));
    vec![
        fetch("fetch", ""),
        fetch("fetch-to-file", "-w out.pem"),
        fetch("fetch-wrong-name", "--controller-name other"),
        fetch("fetch-wrong-namespace", "--controller-namespace default"),
        fetch("fetch-by-variable", "")
            .variable("SEALED_SECRETS_CONTROLLER_NAME", "sealed-secrets-controller")
            .variable("SEALED_SECRETS_CONTROLLER_NAMESPACE", "kube-system"),
        fetch("fetch-empty-name", "--controller-name="),
        fetch("fetch-odd-name", "--controller-name a/b"),
        fetch("fetch-nothing-behind", "--controller-name lonely"),
        fetch("fetch-nothing-behind-nameless", "--controller-name nameless"),
        fetch("fetch-unauthorized", "--context nobody"),
        fetch("fetch-unauthorized-user", "--user nobody"),
        fetch("fetch-forbidden", "--context nameless"),
        fetch("fetch-no-such-user", "--user other"),
        fetch("fetch-no-such-cluster", "--cluster other"),
        fetch("fetch-other-cluster", "--cluster closed"),
        fetch("fetch-closed", "--context closed"),
        fetch("fetch-client-certificate", "--context certificate"),
        fetch("fetch-client-certificate-flags", "--user nameless")
            .argument("--client-certificate")
            .argument(&certificate)
            .argument("--client-key")
            .argument(&key),
        fetch("fetch-client-key-missing", "--user nameless --client-certificate").argument(&certificate),
        fetch("fetch-token", &format!("--context nameless --token {TOKEN}")),
        fetch("fetch-token-wrong", "--token wrong"),
        fetch("fetch-password", "--context nameless --username admin --password wrong"),
        fetch("fetch-as", "--as jane"),
        fetch("fetch-as-groups", "--as jane --as-group devs --as-group ops --as-uid 7"),
        fetch("fetch-as-nobody", "--as system:anonymous"),
        fetch("fetch-as-group-alone", "--as-group devs"),
        fetch("fetch-server", &format!("--server https://localhost:{port}")),
        fetch(
            "fetch-server-name",
            &format!("--server https://localhost:{port} --tls-server-name kubernetes.default.svc"),
        ),
        fetch("fetch-server-name-wrong", "--tls-server-name example.com"),
        fetch(
            "fetch-insecure",
            "--tls-server-name example.com --insecure-skip-tls-verify",
        ),
        fetch("fetch-authority-missing", "--certificate-authority missing.crt"),
        fetch("fetch-authority-wrong", "--certificate-authority").argument(&certificate),
        fetch("fetch-uncompressed", "--disable-compression"),
        fetch("fetch-proxy", &format!("--proxy-url http://127.0.0.1:{proxy}")),
        fetch("fetch-proxy-closed", "--proxy-url http://127.0.0.1:1"),
        fetch("fetch-proxy-variable", "").variable("HTTPS_PROXY", "http://127.0.0.1:1"),
        fetch("fetch-timeout", "--request-timeout 60s"),
        fetch("fetch-timeout-seconds", "--request-timeout 60"),
        fetch("fetch-timeout-zero", "--request-timeout 0"),
        fetch("fetch-timeout-over", "--request-timeout 1ns"),
        fetch("fetch-plugin", "--context plugin").file("plugin", plugin("token: administrator-token")),
        fetch("fetch-plugin-missing", "--context plugin"),
        fetch("fetch-no-kubeconfig", "--kubeconfig missing"),
        alone(
            "fetch-flags-alone",
            &format!("--server {server} --token {TOKEN} --certificate-authority {authority}"),
        ),
        alone("fetch-in-cluster", "")
            .variable("KUBERNETES_SERVICE_HOST", "127.0.0.1")
            .variable("KUBERNETES_SERVICE_PORT", port.to_string()),
        alone("fetch-in-cluster-without-port", "").variable("KUBERNETES_SERVICE_HOST", "127.0.0.1"),
        fetch("fetch-kubeconfig-before-cluster", "--context nobody")
            .variable("KUBERNETES_SERVICE_HOST", "127.0.0.1")
            .variable("KUBERNETES_SERVICE_PORT", port.to_string()),
    ]
}

/// A plugin that answers with this status. Sealed input must not go to it.
fn plugin(status: &str) -> String {
    format!(
        "#!/bin/sh\n/bin/cat >&2\necho 'apiVersion: client.authentication.k8s.io/v1\nkind: ExecCredential\nstatus: {{{status}}}'\n"
    )
}
