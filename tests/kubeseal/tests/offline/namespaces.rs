use signet_kubeseal_tests::Case;

use crate::{NOWHERE, SECRET, seal};

pub(crate) fn cases() -> Vec<Case> {
    let nowhere = |name: &str, arguments: &str| seal(name, arguments).stdin(NOWHERE);
    let here = |case: Case| case.variable("KUBECONFIG", "config");
    vec![
        nowhere("namespace-of-nothing", ""),
        nowhere("namespace-of-nothing-cluster-wide", "--scope cluster-wide"),
        here(nowhere("namespace-of-context", "")),
        here(nowhere("namespace-of-other-context", "--context there")),
        here(nowhere("namespace-of-no-context", "--context nowhere")),
        here(nowhere("namespace-of-flag", "-n other")),
        here(nowhere("namespace-of-flag-long", "--namespace=other")),
        here(nowhere("namespace-of-empty-flag", "--namespace=")),
        here(nowhere("namespace-of-context-cluster-wide", "--scope cluster-wide")),
        here(seal("namespace-mismatch", "-n other").stdin(SECRET)),
        here(seal("namespace-match", "-n team").stdin(SECRET)),
        here(seal("namespace-mismatch-cluster-wide", "-n other --scope cluster-wide").stdin(SECRET)),
        here(seal("namespace-mismatch-of-context", "--context there").stdin(SECRET)),
        seal("namespace-mismatch-without-kubeconfig", "-n other").stdin(SECRET),
        nowhere("namespace-of-flag-without-kubeconfig", "-n other"),
        nowhere("namespace-of-kubeconfig-flag", "--kubeconfig config"),
        nowhere("namespace-of-missing-kubeconfig", "--kubeconfig missing"),
        nowhere("namespace-of-malformed-kubeconfig", "--kubeconfig it").file("it", "{{{"),
        nowhere("namespace-of-empty-kubeconfig", "--kubeconfig it").file("it", ""),
        nowhere("namespace-of-home", "").file(".kube/config", kubeconfig("home")),
        nowhere("namespace-of-several", "")
            .variable("KUBECONFIG", "it:config")
            .file("it", "apiVersion: v1\nkind: Config\ncurrent-context: there\n"),
        nowhere("namespace-of-server", "--server http://127.0.0.1:1"),
        nowhere("namespace-of-master", "").variable("KUBERNETES_MASTER", "http://127.0.0.1:1"),
        here(nowhere("namespace-with-other-cluster", "--cluster nowhere")),
        here(nowhere("namespace-with-other-user", "--user nobody")),
        seal("timeout-nobody-needs", "--request-timeout soon"),
    ]
}

fn kubeconfig(namespace: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: c\ncontexts: [{{name: c, context: {{cluster: c, namespace: {namespace}}}}}]\n\
         clusters: [{{name: c, cluster: {{server: 'http://127.0.0.1:1'}}}}]\n"
    )
}
