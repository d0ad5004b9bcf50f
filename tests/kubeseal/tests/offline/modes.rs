use signet_kubeseal_tests::{Case, fixture};

use crate::seal;

/// Modes that ask a cluster, where there is none; and several modes at once.
pub(crate) fn cases() -> Vec<Case> {
    let sealed = |name: &str, arguments: &str| Case::new(name, arguments).stdin(fixture("sealed.yaml"));
    vec![
        sealed("validate-no-cluster", "--validate"),
        sealed("validate-unreachable", "--validate --kubeconfig config"),
        sealed(
            "validate-no-context",
            "--validate --kubeconfig config --context nowhere",
        ),
        sealed("validate-missing-kubeconfig", "--validate --kubeconfig missing"),
        sealed("validate-file-missing", "--validate -f missing"),
        sealed("validate-ignores-cert", "--validate --cert cert.pem"),
        sealed("re-encrypt-no-cluster", "--re-encrypt"),
        sealed("re-encrypt-unreachable", "--re-encrypt --kubeconfig config"),
        sealed(
            "re-encrypt-in-place-unreachable",
            "--re-encrypt --kubeconfig config -f sealed.yaml",
        ),
        sealed("rotate-unreachable", "--rotate --kubeconfig config"),
        sealed("rotate-off", "--rotate=false --version"),
        sealed(
            "validate-before-re-encrypt",
            "--validate --re-encrypt --kubeconfig missing",
        ),
        sealed("timeout-wrong", "--validate --kubeconfig config --request-timeout 1x"),
        seal("fetch-cert-before-merge", "--fetch-cert --merge-into missing.json"),
        seal("merge-before-raw", "--merge-into missing.json --raw"),
        seal("keys-are-ignored", "--recovery-private-key missing.pem"),
        seal("no-cluster-is-asked", "").variable("KUBECONFIG", "config"),
        Case::new("seal-no-cluster", "").stdin(crate::SECRET),
        Case::new("seal-unreachable", "--kubeconfig config").stdin(crate::SECRET),
    ]
}
