use signet_kubeseal_tests::{Case, fixture};

use crate::{SECRET, seal};

/// `{"kind": …}` as kubeseal writes it, so that a file that is rewritten is the same text.
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
        "namespace": "team",
        "labels": {
          "old": "1"
        },
        "annotations": {
          "old": "1"
        }
      }
    },
    "encryptedData": {
      "old": "ITEM"
    }
  }
}
"#;

pub(crate) fn cases() -> Vec<Case> {
    let item = String::from_utf8(fixture("sealed.yaml")).unwrap();
    let item = item
        .lines()
        .find_map(|line| line.trim().strip_prefix("password: "))
        .unwrap()
        .to_owned();
    let json = JSON.replace("ITEM", &item);
    let into = |name: &str, arguments: &str, target: &str| {
        seal(name, &format!("--merge-into it.json {arguments}")).file("it.json", target)
    };
    let labels = SECRET.replace(
        "name: app",
        "name: app, labels: {new: '1', old: '2'}, annotations: {new: '1'}",
    );
    let without = |part: &str| {
        let start = json.find(&format!("\"{part}\"")).unwrap();
        let end = start + json[start..].find('}').unwrap() + 1;
        let text = format!("{}\"x\": {{}}{}", &json[..start], &json[end..]);
        text
    };
    vec![
        into("merge", "", &json),
        into("merge-replaces", "", &json).stdin(SECRET.replace("password", "old")),
        into("merge-labels", "", &json).stdin(&labels),
        into("merge-labels-into-none", "", &without("labels")).stdin(&labels),
        into("merge-annotations-into-none", "", &without("annotations")).stdin(&labels),
        into("merge-into-no-items", "", &without("encryptedData")),
        into("merge-named-otherwise", "", &json).stdin(SECRET.replace("app", "other")),
        into("merge-from-elsewhere", "", &json).stdin(SECRET.replace("team", "other")),
        into("merge-namespace-mismatch", "-n other", &json).variable("KUBECONFIG", "config"),
        into("merge-name-flag", "--name other", &json),
        into("merge-empty-data", "", &json).stdin("metadata: {name: app}\n"),
        into("merge-empty-data-allowed", "--allow-empty-data", &json).stdin("metadata: {name: app}\n"),
        into("merge-of-nothing", "", &json).stdin(""),
        into("merge-of-two", "", &json).stdin(format!("{SECRET}---\n{SECRET}")),
        into("merge-format-yaml", "-o yaml", &json),
        into("merge-format-unknown", "-o xml", &json),
        into("merge-scope-of-file", "", &json.replace("\"namespace\": \"team\"\n  },", "\"namespace\": \"team\",\n    \"annotations\": {\n      \"sealedsecrets.bitnami.com/cluster-wide\": \"true\"\n    }\n  },")),
        into("merge-scope-other", "--scope namespace-wide", &json),
        into("merge-scope-strict", "--scope strict", &json),
        into("merge-with-output", "-w out.json", &json),
        into("merge-type", "", &json).stdin(format!("{SECRET}type: kubernetes.io/tls\n")),
        into("merge-status", "", &json.replace("\"spec\":", "\"status\": {\"observedGeneration\": 1},\n  \"spec\":")),
        seal("merge-into-missing", "--merge-into missing.json"),
        seal("merge-into-folder", "--merge-into ."),
        into("merge-into-malformed", "", "{"),
        into("merge-into-nothing", "", ""),
        into("merge-into-secret", "", "{\"apiVersion\": \"v1\", \"kind\": \"Secret\", \"metadata\": {\"name\": \"app\"}}"),
        into("merge-into-two", "", &format!("{json}{json}")),
        seal("merge-into-yaml", "--merge-into sealed.yaml"),
        Case::new("merge-cert-missing", "--cert missing.pem --merge-into sealed.yaml").stdin(SECRET),
    ]
}
