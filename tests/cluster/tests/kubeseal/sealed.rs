//! Sealing with the certificate of the cluster, and what the controller is asked about.

use signet_kubeseal_tests::{Case, fixture};

use crate::surroundings::Surroundings;

pub(crate) fn cases(surroundings: &Surroundings) -> Vec<Case> {
    [seal(surroundings), validate(surroundings), re_encrypt(surroundings)].concat()
}

fn sealed() -> String {
    String::from_utf8(fixture("sealed.yaml")).unwrap()
}

fn seal(surroundings: &Surroundings) -> Vec<Case> {
    let of = |name: &str, arguments: &str| surroundings.case(name, arguments).stdin(SECRET);
    vec![
        of("seal", ""),
        of("seal-yaml", "-o yaml"),
        of("seal-to-file", "-w out.yaml"),
        of("seal-in-namespace-of-context", "").stdin(NOWHERE),
        of("seal-in-default", "--context default").stdin(NOWHERE),
        of("seal-in-namespace-of-flag", "-n other").stdin(NOWHERE),
        of("seal-mismatch", "-n other"),
        of("seal-unauthorized", "--context nobody"),
        of("seal-unauthorized-to-file", "--context nobody -w out.yaml"),
        of("seal-with-plugin", "--context plugin").file("plugin", PLUGIN),
        of("seal-raw", "--raw --name app"),
        of("seal-raw-in-default", "--raw --name app --context default"),
        of("seal-in-pod", "")
            .stdin(NOWHERE)
            .variable("KUBECONFIG", "missing")
            .variable("POD_NAMESPACE", "pod")
            .variable("KUBERNETES_SERVICE_HOST", "127.0.0.1")
            .variable("KUBERNETES_SERVICE_PORT", surroundings.cluster.port().to_string()),
        of("seal-in-namespace-of-account", "")
            .stdin(NOWHERE)
            .variable("KUBECONFIG", "missing")
            .variable("KUBERNETES_SERVICE_HOST", "127.0.0.1")
            .variable("KUBERNETES_SERVICE_PORT", surroundings.cluster.port().to_string()),
        of("merge", "--merge-into it.json").file("it.json", json(&sealed())),
    ]
}

fn validate(surroundings: &Surroundings) -> Vec<Case> {
    let of = |name: &str, arguments: &str, text: &str| {
        surroundings.case(name, &format!("--validate {arguments}")).stdin(text)
    };
    let good = sealed();
    let renamed = good.replacen("name: app", "name: web", 1);
    vec![
        of("validate", "", &good),
        of("validate-json", "", &json(&good)),
        surroundings
            .case("validate-file", "--validate -f it.yaml")
            .file("it.yaml", &good),
        of("validate-renamed", "", &renamed),
        of(
            "validate-several",
            "",
            &format!("{good}---\n{good}---\n{good}---\n{good}---\n{good}"),
        ),
        of("validate-second-fails", "", &format!("{good}---\n{renamed}---\n{good}")),
        of("validate-of-nothing", "", ""),
        of("validate-of-empty-documents", "", "---\n---\nnull\n"),
        of("validate-of-garbage", "", "garbage"),
        of("validate-of-malformed", "", "a: b: c\n"),
        of("validate-of-secret", "", SECRET),
        of("validate-without-kind", "", &good.replace("kind: SealedSecret\n", "")),
        of("validate-other-version", "", &good.replace("v1alpha1", "v1beta1")),
        of("validate-with-output", "-w out.yaml", &good).file("out.yaml", "old"),
        of("validate-wrong-service", "--controller-name other", &good),
        of("validate-nothing-behind", "--controller-name lonely", &good),
        of("validate-unauthorized", "--context nobody", &good),
        of("validate-forbidden", "--context nameless", &good),
        of("validate-as", "--as jane", &good),
    ]
}

fn re_encrypt(surroundings: &Surroundings) -> Vec<Case> {
    let of = |name: &str, arguments: &str, text: &str| {
        surroundings
            .case(name, &format!("--re-encrypt {arguments}"))
            .stdin(text)
    };
    let on = |name: &str, file: &str, text: &str| {
        surroundings
            .case(name, &format!("--re-encrypt -f {file}"))
            .file(file, text)
    };
    let good = sealed();
    let renamed = good.replacen("name: app", "name: web", 1);
    let labelled = good.replacen("namespace: team\n", "namespace: team\n  labels: {a: b}\n", 1);
    let plain = good.replace(
        "  template:\n",
        "  template:\n    data: {url: 'postgres://{{ .password }}@db'}\n",
    );
    vec![
        of("re-encrypt", "", &good),
        of("re-encrypt-yaml", "-o yaml", &good),
        of("re-encrypt-format-unknown", "-o xml", &good),
        of("rotate", "--rotate", &good),
        on("re-encrypt-in-place", "it.yaml", &good),
        on("re-encrypt-in-place-json", "it.json", &json(&good)),
        on("re-encrypt-in-place-fails", "it.yaml", &renamed),
        surroundings
            .case("re-encrypt-to-file", "--re-encrypt -f it.yaml -w out.yaml")
            .file("it.yaml", &good),
        of("re-encrypt-several", "-o yaml", &format!("{good}---\n{good}")),
        of("re-encrypt-second-fails", "", &format!("{good}---\n{renamed}")),
        of("re-encrypt-renamed", "", &renamed),
        of("re-encrypt-of-nothing", "", ""),
        of("re-encrypt-of-malformed", "", "a: b: c\n"),
        of("re-encrypt-of-secret", "", SECRET),
        of("re-encrypt-labels", "", &labelled),
        of("re-encrypt-plain-items", "", &plain),
        of(
            "re-encrypt-of-live",
            "",
            &good.replacen(
                "namespace: team\n",
                "namespace: team\n  uid: u\n  generation: 3\n  creationTimestamp: '2026-01-01T00:00:00Z'\n",
                1,
            ),
        ),
        of("re-encrypt-unauthorized", "--context nobody", &good),
        of("re-encrypt-nothing-behind", "--controller-name lonely", &good),
    ]
}

/// The same object as kubeseal writes it.
fn json(sealed: &str) -> String {
    let item = sealed
        .lines()
        .find_map(|line| line.trim().strip_prefix("password: "))
        .unwrap();
    JSON.replace("ITEM", item)
}

const JSON: &str = r#"{
  "kind": "SealedSecret",
  "apiVersion": "bitnami.com/v1alpha1",
  "metadata": {
    "name": "app",
    "namespace": "team"
  },
  "spec": {
    "template": {
      "metadata": {
        "name": "app",
        "namespace": "team"
      }
    },
    "encryptedData": {
      "password": "ITEM"
    }
  }
}
"#;
const NOWHERE: &str = "apiVersion: v1\nkind: Secret\nmetadata: {name: app}\nstringData: {password: s3cr3t}\n";
/// One that would read the Secret, if it were given it.
const PLUGIN: &str = "#!/bin/sh\n/bin/cat >&2\necho '{\"apiVersion\": \"client.authentication.k8s.io/v1\", \"kind\": \"ExecCredential\", \"status\": {\"token\": \"administrator-token\"}}'\n";
const SECRET: &str =
    "apiVersion: v1\nkind: Secret\nmetadata: {name: app, namespace: team}\nstringData: {password: s3cr3t}\n";
